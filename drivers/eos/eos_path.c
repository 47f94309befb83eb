/*
 * Ways to a destination: ping and traceroute, both those of Linux.
 */
#include "drivers/eos/eos.h"
#include "drivers/field.h"
#include "drivers/rtt.h"

/*
 * The output of `command` in a VRF.  It may take `seconds` at most beyond what an answer takes anyway.  A refusal is a result: `r` gets an "error".
 */
static int
ask(struct device *d, const json_t *arguments, const char *command, int64_t seconds, struct buffer *out)
{
	const char *vrf = getter_text(arguments, "vrf");
	int64_t before_ms = d->timeout_ms;
	struct buffer in_vrf;
	int result;

	buffer_init(&in_vrf, 4096);
	buffer_printf(&in_vrf, "cli vrf %s", vrf);
	d->timeout_ms += (seconds < DEVICE_CALL_MS / 1000 ? seconds : DEVICE_CALL_MS / 1000) * 1000;
	result = eos_ask_texts(d, *vrf ? (const char *const[]){ buffer_span(&in_vrf).p, command, NULL } : (const char *const[]){ command, NULL }, out);
	d->timeout_ms = before_ms;
	buffer_fini(&in_vrf);
	return result;
}

static json_t *
error(struct span text)
{
	return json_pack("{s:o}", "error", field_text(text));
}

/* What the device refused is what it has to say. */
static json_t *
refusal(struct device *d)
{
	json_t *r = d->error == DEVICE_COMMAND ? error(span_str(d->message)) : NULL;

	if (r)
		device_forgive(d);
	return r;
}

/* ---- ping ---- */

static bool
contains(struct span line, struct span what)
{
	return line.n > 0 && memmem(line.p, line.n, what.p, what.n);
}

/* An address, without the brackets and the colon around it: "(192.0.2.1):". */
static struct span
bare(struct span word)
{
	while (word.n > 0 && word.p[word.n - 1] == ':')
		word.n--;
	if (word.n > 1 && word.p[0] == '(' && word.p[word.n - 1] == ')')
		word = span_of(word.p + 1, word.n - 2);
	return word;
}

/*
 * "80 bytes from NAME (ADDRESS): icmp_seq=1 ttl=57 time=1.78 ms", "72 bytes from ADDRESS: icmp_seq=1 ttl=52 (truncated)",
 * "From ADDRESS icmp_seq=1 Destination Host Unreachable": the address behind "from", its own or that in the brackets behind a name.
 */
static struct span
replier(struct span line)
{
	struct span rest = line, word, name;

	while (field_word(&rest, &word)) {
		if (!span_eq(word, SPAN_LIT("from")) && !span_eq(word, SPAN_LIT("From")))
			continue;
		if (!field_word(&rest, &name))
			break;
		return field_word(&rest, &word) && word.n > 0 && word.p[0] == '(' ? bare(word) : bare(name);
	}
	return SPAN_LIT("");
}

static bool
round_trip(struct span line, double *ms)
{
	static const char mark[] = "time=";
	const char *at = memmem(line.p, line.n, mark, sizeof(mark) - 1);
	struct span rest = at ? span_skip(line, (size_t)(at - line.p) + sizeof(mark) - 1) : SPAN_NONE, word;

	return at && field_word(&rest, &word) && field_real(word, ms);
}

static void
add_reply(struct device *d, json_t *results, struct span line)
{
	bool lost = contains(line, SPAN_LIT("Unreachable")) || contains(line, SPAN_LIT("truncated"));
	double ms = 0;

	if (!lost && !contains(line, SPAN_LIT(" bytes from ")))
		return;
	if (!lost && !round_trip(line, &ms)) {
		device_warn(d, "no time in \"%.*s\"", (int)(line.n < 80 ? line.n : 80), line.p);
		return;
	}
	json_array_append_new(results, json_pack("{s:o, s:f}", "ip_address", field_text(replier(line)), "rtt", ms));
}

/* "5 packets transmitted, 4 received, +1 errors, 20% packet loss, time 9ms" */
static void
set_loss(json_t *r, struct span line)
{
	struct span rest = line, word[4] = { { NULL, 0 } };
	int64_t sent, received;

	for (size_t i = 0; i < 4; i++)
		field_word(&rest, &word[i]);
	if (!field_int(word[0], &sent) || !field_int(word[3], &received) || sent < 0 || received < 0)
		return;
	json_object_set_new(r, "probes_sent", json_integer(sent));
	json_object_set_new(r, "packet_loss", json_integer(sent - received));
}

static json_t *
read_ping(struct device *d, struct span text)
{
	json_t *r = json_pack("{s:i, s:i, s:f, s:f, s:f, s:f, s:[]}", "probes_sent", 0, "packet_loss", 0, "rtt_min", 0.0, "rtt_max", 0.0, "rtt_avg", 0.0, "rtt_stddev", 0.0, "results");
	struct span line;

	while (field_line(&text, &line)) {
		if (contains(line, SPAN_LIT("icmp")))
			add_reply(d, json_object_get(r, "results"), line);
		else if (contains(line, SPAN_LIT("packets transmitted")))
			set_loss(r, line);
		else if (contains(line, SPAN_LIT("min/avg/max")))
			rtt_summary(r, line);
	}
	return json_pack("{s:o}", "success", r);
}

json_t *
eos_ping(struct device *d, const json_t *arguments)
{
	const char *source = getter_text(arguments, "source"), *interface = getter_text(arguments, "source_interface");
	long long timeout = getter_int(arguments, "timeout"), count = getter_int(arguments, "count");
	struct buffer command, out;
	json_t *r = NULL;

	buffer_init(&command, 4096);
	buffer_init(&out, DEVICE_MAX_ANSWER);
	buffer_printf(&command, "ping %s timeout %lld size %lld repeat %lld", getter_text(arguments, "destination"), timeout, (long long)getter_int(arguments, "size"), count);
	if (*source)
		buffer_printf(&command, " source %s", source);
	if (*interface)
		buffer_printf(&command, " interface %s", interface);
	if (command.failed)
		device_fail(d, DEVICE_ARGUMENT, "the command is too long");
	else if (ask(d, arguments, command.p, timeout * count, &out) == -1)
		r = refusal(d);
	else if (contains(buffer_span(&out), SPAN_LIT("connect:")) || !contains(buffer_span(&out), SPAN_LIT("PING")))
		r = error(buffer_span(&out));
	else
		r = read_ping(d, buffer_span(&out));
	buffer_fini(&out);
	buffer_fini(&command);
	return r;
}

/* ---- traceroute ---- */

struct hop {
	json_t *probes;
	struct span name, address;      /* of the router that answered last */
	double lost_ms;                 /* the time of a probe without an answer */
};

static void
add_probe(struct hop *h, double ms, bool lost)
{
	char number[24];

	snprintf(number, sizeof(number), "%zu", json_object_size(h->probes) + 1);
	json_object_set_new(h->probes, number, json_pack("{s:f, s:o, s:o}", "rtt", lost ? h->lost_ms : ms, "ip_address", lost ? json_string("*") : field_text(h->address), "host_name",
	    lost ? json_string("*") : field_text(h->name)));
}

/* "NAME (ADDRESS)  0.985 ms  1.278 ms OTHER (ADDRESS)  1.347 ms", "*" for a lost probe, "!H" and the like behind a time. */
static void
read_probes(struct hop *h, struct span rest)
{
	struct span word, after;
	double ms;

	while (field_word(&rest, &word)) {
		struct span next = rest;

		if (span_eq(word, SPAN_LIT("*")))
			add_probe(h, 0, true);
		else if (field_real(word, &ms) && field_word(&next, &after) && span_eq(after, SPAN_LIT("ms"))) {
			add_probe(h, ms, false);
			rest = next;
		} else if (word.p[0] == '(')
			h->address = bare(word);
		else if (word.p[0] != '!')
			h->name = h->address = word;
	}
}

static json_t *
read_hops(struct span text, double lost_ms)
{
	json_t *r = json_object();
	struct span line, word;
	int64_t number;

	while (field_line(&text, &line)) {
		struct hop h = { .name = SPAN_LIT("*"), .address = SPAN_LIT("*"), .lost_ms = lost_ms };
		char key[24];

		if (!field_word(&line, &word) || !field_int(word, &number) || number < 1 || number > 255)
			continue;
		h.probes = json_object();
		read_probes(&h, line);
		snprintf(key, sizeof(key), "%d", (int)number);
		if (json_object_size(h.probes) > 0)
			json_object_set_new(r, key, json_pack("{s:O}", "probes", h.probes));
		json_decref(h.probes);
	}
	return r;
}

/* The command line has no options for it: it is the program of the shell, which ends when the last probe must have. */
json_t *
eos_traceroute(struct device *d, const json_t *arguments)
{
	const char *source = getter_text(arguments, "source");
	long long ttl = getter_int(arguments, "ttl"), timeout = getter_int(arguments, "timeout");
	struct buffer command, out;
	json_t *r = NULL;

	buffer_init(&command, 4096);
	buffer_init(&out, DEVICE_MAX_ANSWER);
	buffer_printf(&command, "bash timeout %lld traceroute %s %s%s", ttl * timeout, getter_text(arguments, "destination"), *source ? "-s " : "", source);
	buffer_puts(&command, " ");
	if (ttl > 0)
		buffer_printf(&command, "-m %lld", ttl);
	buffer_puts(&command, " ");
	if (timeout > 0)
		buffer_printf(&command, "-w %lld", timeout);
	if (command.failed)
		device_fail(d, DEVICE_ARGUMENT, "the command is too long");
	else if (ask(d, arguments, command.p, ttl * timeout, &out) == -1)
		r = refusal(d);
	else
		r = json_pack("{s:o}", "success", read_hops(buffer_span(&out), (double)timeout * 1000));
	if (r && json_object_size(json_object_get(r, "success")) == 0 && !json_object_get(r, "error") && out.n > 0) {
		json_decref(r);
		r = error(buffer_span(&out));
	}
	buffer_fini(&out);
	buffer_fini(&command);
	return r;
}
