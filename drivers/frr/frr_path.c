/*
 * Ways to a destination: ping and traceroute, those of Linux.  A VRF is a device there: who is bound to it speaks in it.
 */
#include <stdio.h>

#include "drivers/field.h"
#include "drivers/frr/frr.h"
#include "drivers/rtt.h"
#include "drivers/transport/exec.h"

/* It may take `seconds` at most beyond what an answer takes anyway. */
static int
ask(struct device *d, struct buffer *command, int64_t seconds, struct buffer *out)
{
	int64_t before_ms = d->timeout_ms;
	int result;

	/* The status tells whether anybody answered: that is a result. */
	buffer_puts(command, " 2>&1 || :");
	if (command->failed)
		return device_fail(d, DEVICE_ARGUMENT, "the command is too long");
	d->timeout_ms += (seconds < DEVICE_CALL_MS / 1000 ? seconds : DEVICE_CALL_MS / 1000) * 1000;
	result = frr_shell(d, command->p, out);
	d->timeout_ms = before_ms;
	return result;
}

static void
put_option(struct buffer *command, const char *option, const char *value)
{
	if (!*value)
		return;
	buffer_printf(command, " %s ", option);
	exec_quote(command, span_str(value));
}

static json_t *
error(struct span text)
{
	return json_pack("{s:o}", "error", field_text(span_trim(text)));
}

static bool
contains(struct span line, struct span what)
{
	return line.n > 0 && memmem(line.p, line.n, what.p, what.n);
}

/* ---- ping ---- */

/* "108 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.078 ms" */
static void
add_reply(struct device *d, json_t *results, struct span line)
{
	static const char mark[] = "time=";
	struct span rest = line, word, address = SPAN_NONE;
	const char *at = memmem(line.p, line.n, mark, sizeof(mark) - 1);
	double ms;

	while (field_word(&rest, &word) && !span_eq(word, SPAN_LIT("from")))
		continue;
	field_word(&rest, &address);
	while (address.n > 0 && address.p[address.n - 1] == ':')
		address.n--;
	rest = at ? span_skip(line, (size_t)(at - line.p) + sizeof(mark) - 1) : SPAN_NONE;
	if (!at || !field_word(&rest, &word) || !field_real(word, &ms)) {
		device_warn(d, "ping: no time in \"%.*s\"", (int)(line.n < 80 ? line.n : 80), line.p);
		return;
	}
	json_array_append_new(results, json_pack("{s:o, s:f}", "ip_address", field_text(address), "rtt", ms));
}

/* "5 packets transmitted, 4 received, +1 errors, 20% packet loss, time 4005ms" */
static void
set_loss(json_t *r, struct span line)
{
	struct span rest = line, word, number = SPAN_NONE;
	int64_t sent = 0, received = 0;

	while (field_word(&rest, &word)) {
		if (span_eq(word, SPAN_LIT("packets")))
			field_int(number, &sent);
		else if (span_starts(word, SPAN_LIT("received")))
			field_int(number, &received);
		/* "4 packets received" of busybox: the number stays. */
		if (!span_eq(word, SPAN_LIT("packets")))
			number = word;
		if (span_starts(word, SPAN_LIT("received")))
			break;
	}
	if (sent < received || sent > 1000000 || received < 0)
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
		if (contains(line, SPAN_LIT(" bytes from ")))
			add_reply(d, json_object_get(r, "results"), line);
		else if (contains(line, SPAN_LIT("packets transmitted")))
			set_loss(r, line);
		else if (contains(line, SPAN_LIT("min/avg/max")))
			rtt_summary(r, line);
	}
	return json_pack("{s:o}", "success", r);
}

json_t *
frr_ping(struct device *d, const json_t *arguments)
{
	long long count = getter_int(arguments, "count"), timeout = getter_int(arguments, "timeout");
	struct buffer command, out;
	json_t *r = NULL;

	buffer_init(&command, 4096);
	buffer_init(&out, DEVICE_MAX_ANSWER);
	buffer_printf(&command, "ping -n -c %lld -W %lld -s %lld -t %lld", count > 0 ? count : 1, timeout > 0 ? timeout : 1, (long long)getter_int(arguments, "size"),
	    (long long)getter_int(arguments, "ttl"));
	put_option(&command, "-I", getter_text(arguments, "vrf"));
	put_option(&command, "-I", getter_text(arguments, "source_interface"));
	put_option(&command, "-I", getter_text(arguments, "source"));
	buffer_puts(&command, " ");
	exec_quote(&command, span_str(getter_text(arguments, "destination")));
	if (ask(d, &command, count * (timeout + 1), &out) == 0)
		r = contains(buffer_span(&out), SPAN_LIT("packets transmitted")) ? read_ping(d, buffer_span(&out)) : error(buffer_span(&out));
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
		} else if (word.n > 2 && word.p[0] == '(' && word.p[word.n - 1] == ')')
			h->address = span_of(word.p + 1, word.n - 2);
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

json_t *
frr_traceroute(struct device *d, const json_t *arguments)
{
	long long ttl = getter_int(arguments, "ttl"), timeout = getter_int(arguments, "timeout");
	struct buffer command, out;
	json_t *r = NULL;

	buffer_init(&command, 4096);
	buffer_init(&out, DEVICE_MAX_ANSWER);
	buffer_printf(&command, "traceroute -m %lld -w %lld", ttl > 0 ? ttl : 1, timeout > 0 ? timeout : 1);
	put_option(&command, "-i", getter_text(arguments, "vrf"));
	put_option(&command, "-s", getter_text(arguments, "source"));
	buffer_puts(&command, " ");
	exec_quote(&command, span_str(getter_text(arguments, "destination")));
	if (ask(d, &command, ttl * timeout, &out) == 0) {
		r = json_pack("{s:o}", "success", read_hops(buffer_span(&out), (double)timeout * 1000));
		if (json_object_size(json_object_get(r, "success")) == 0) {
			json_decref(r);
			r = error(buffer_span(&out));
		}
	}
	buffer_fini(&out);
	buffer_fini(&command);
	return r;
}
