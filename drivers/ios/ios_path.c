/*
 * Ping and traceroute.
 */
#include <stdio.h>

#include "drivers/field.h"
#include "drivers/ios/ios.h"

/* They take as long as they take: at least `ms` for this answer, within the time of the call. */
static int
ask_long(struct device *d, struct buffer *answer, int64_t ms, const char *command)
{
	int64_t usual = d->timeout_ms;
	int r;

	d->timeout_ms = ms + 10000 > usual ? ms + 10000 : usual;
	r = ios_ask(d, answer, "%s", command);
	d->timeout_ms = usual;
	return r;
}

/* ---- ping ---- */

static json_t *
replies(struct device *d, const char *destination, int64_t n)
{
	bool ip = field_is_ip(span_str(destination));
	json_t *r = json_array();

	for (int64_t i = 0; i < n; i++) {
		json_t *one = model_new(&model_ping_result);

		json_object_set_new(one, "ip_address", ip ? field_ip(d, span_str(destination)) : json_string(destination));
		json_object_set_new(one, "rtt", json_real(0));
		json_array_append_new(r, one);
	}
	return r;
}

/* The numbers of "5/4": how many there were, of two or three. */
static size_t
parts(struct span text, char stop, int64_t v[3])
{
	size_t n = 0;

	text = ios_until(text, stop);
	while (n < 3 && text.n > 0) {
		struct span one = ios_until(text, '/');

		if (!field_int(one, &v[n]))
			break;
		n++;
		text = span_skip(text, one.n + 1);
	}
	return n;
}

/* "Success rate is 100 percent (5/5), round-trip min/avg/max = 1/1/4 ms" */
static json_t *
ping_success(struct device *d, const json_t *arguments, struct span line)
{
	json_t *r = model_new(&model_ping_success);
	int64_t count[3] = { 0 }, rtt[3] = { 0 };

	json_object_set_new(r, "rtt_stddev", json_real(0));
	if (line.p && (parts(field_behind(line, "("), ')', count) != 2 || count[0] < 0 || count[1] < count[0] || count[1] > getter_int(arguments, "count"))) {
		ios_odd(d, "ping", line);
		return r;
	}
	if (count[0] > 0 && parts(span_trim(field_behind(line, "= ")), ' ', rtt) != 3)
		ios_odd(d, "ping", line);
	json_object_set_new(r, "probes_sent", json_integer(count[1]));
	json_object_set_new(r, "packet_loss", json_integer(count[1] - count[0]));
	json_object_set_new(r, "rtt_min", json_real((double)rtt[0]));
	json_object_set_new(r, "rtt_avg", json_real((double)rtt[1]));
	json_object_set_new(r, "rtt_max", json_real((double)rtt[2]));
	json_object_set_new(r, "results", replies(d, getter_text(arguments, "destination"), count[0]));
	return r;
}

static json_t *
ping_result(struct device *d, const json_t *arguments, struct span text)
{
	json_t *r = model_new(&model_ping);
	struct span rate = field_behind(text, "Success rate is");

	if (!field_has(text, "%") && (rate.p || field_has(text, "Sending")))
		json_object_set_new(r, "success", ping_success(d, arguments, ios_until(rate, '\n')));
	else
		json_object_set_new(r, "error", field_text(text));
	return r;
}

json_t *
ios_ping(struct device *d, const json_t *arguments)
{
	const char *vrf = getter_text(arguments, "vrf"), *destination = getter_text(arguments, "destination"), *source = getter_text(arguments, "source");
	int64_t timeout = getter_int(arguments, "timeout"), count = getter_int(arguments, "count");
	struct buffer answer;
	char command[512];
	json_t *r = NULL;
	int n;

	if (*source == '\0')
		source = getter_text(arguments, "source_interface");
	n = snprintf(command, sizeof(command), "ping %s%s%s%s timeout %lld size %lld repeat %lld%s%s", *vrf ? "vrf " : "", vrf, *vrf ? " " : "", destination, (long long)timeout,
	    (long long)getter_int(arguments, "size"), (long long)count, *source ? " source " : "", source);
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (n < 0 || (size_t)n >= sizeof(command))
		device_fail(d, DEVICE_ARGUMENT, "the arguments of ping are too long");
	else if (ask_long(d, &answer, timeout * count * 1000, command) == 0)
		r = ping_result(d, arguments, buffer_span(&answer));
	buffer_fini(&answer);
	return r;
}

/* ---- traceroute ---- */

/* Where the next reply belongs, and from whom it is. */
struct hop {
	struct device *device;
	json_t *probes;
	int probe;
	struct span host, address;
};

static void
put_probe(struct hop *h, double rtt)
{
	json_t *one = model_new(&model_traceroute_probe);
	char key[16];

	snprintf(key, sizeof(key), "%d", h->probe);
	json_object_set_new(one, "rtt", json_real(rtt));
	json_object_set_new(one, "ip_address", field_is_ip(h->address) ? field_ip(h->device, h->address) : field_text(h->address));
	json_object_set_new(one, "host_name", field_text(h->host));
	json_object_set_new(h->probes, key, one);
}

/* A new hop, its three probes without an answer. */
static void
begin_hop(struct hop *h, json_t *hops, int64_t number)
{
	json_t *one = model_new(&model_traceroute_hop);
	char key[32];

	h->host = h->address = SPAN_LIT("");
	h->probes = json_object_get(one, "probes");
	for (h->probe = 1; h->probe <= 3; h->probe++)
		put_probe(h, 0);
	h->probe = 1;
	snprintf(key, sizeof(key), "%lld", (long long)number);
	json_object_set_new(hops, key, one);
}

/* What is in brackets (AS number, MPLS labels) says nothing of the probe. */
static bool
skip_brackets(struct span *line, struct span word)
{
	if (word.n == 0 || word.p[0] != '[')
		return false;
	while (!memchr(word.p, ']', word.n) && field_word(line, &word))
		;
	return true;
}

static void
hop_words(struct hop *h, struct span line)
{
	struct span word, before = SPAN_NONE;
	double rtt;

	while (h->probe < 1000 && field_word(&line, &word)) {
		if (skip_brackets(&line, word) || word.p[0] == '!' || span_eq(word, SPAN_LIT("?")))
			continue;
		if (span_eq(word, SPAN_LIT("*"))) {
			h->probe++;
		} else if (span_eq(word, SPAN_LIT("msec"))) {
			if (field_real(before, &rtt))
				put_probe(h, rtt);
			h->probe++;
		} else if (word.p[0] == '(') {
			h->address = ios_until(span_skip(word, 1), ')');
		} else if (!field_real(word, &rtt)) {
			h->host = h->address = word;
		}
		before = word;
	}
}

/* "  1 192.0.2.1 14 msec 11 msec *"; lines without a number go on with the hop before. */
static json_t *
hops_of(struct device *d, struct span text)
{
	struct hop h = { .device = d };
	json_t *hops = json_object();
	struct span line, rest, word;
	int64_t number;

	while (field_line(&text, &line)) {
		rest = line;
		if (line.n == 0 || !span_is_space(line.p[0]) || !field_word(&rest, &word))
			continue;
		if (word.n <= 3 && field_int(word, &number) && number >= 0 && !span_starts(rest, SPAN_LIT("msec"))) {
			begin_hop(&h, hops, number);
			hop_words(&h, rest);
		} else if (h.probes) {
			hop_words(&h, line);
		}
	}
	return hops;
}

static json_t *
traceroute_result(struct device *d, const char *destination, struct span text)
{
	json_t *r = model_new(&model_traceroute);

	if (field_has(text, "Unrecognized host or address"))
		json_object_set_new(r, "error", json_sprintf("unknown host %s", destination));
	else if (span_starts(text, SPAN_LIT("%")) || ios_refused(text))
		json_object_set_new(r, "error", field_text(text));
	else
		json_object_set_new(r, "success", hops_of(d, text));
	return r;
}

json_t *
ios_traceroute(struct device *d, const json_t *arguments)
{
	const char *vrf = getter_text(arguments, "vrf"), *destination = getter_text(arguments, "destination"), *source = getter_text(arguments, "source");
	int64_t ttl = getter_int(arguments, "ttl"), timeout = getter_int(arguments, "timeout");
	char command[512], hops[32] = "", wait[32] = "";
	struct buffer answer;
	json_t *r = NULL;
	int n;

	if (ttl > 0 && ttl <= 255)
		snprintf(hops, sizeof(hops), " ttl 0 %d", (int)ttl);
	if (timeout > 0 && timeout <= 3600)
		snprintf(wait, sizeof(wait), " timeout %d", (int)timeout);
	n = snprintf(command, sizeof(command), "traceroute %s%s%s%s%s%s%s%s", *vrf ? "vrf " : "", vrf, *vrf ? " " : "", destination, *source ? " source " : "", source, hops, wait);
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (n < 0 || (size_t)n >= sizeof(command))
		device_fail(d, DEVICE_ARGUMENT, "the arguments of traceroute are too long");
	else if (ask_long(d, &answer, ttl * timeout * 3000, command) == 0)
		r = traceroute_result(d, destination, buffer_span(&answer));
	buffer_fini(&answer);
	return r;
}
