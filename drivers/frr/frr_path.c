/*
 * Ways to a destination: ping and traceroute, those of Linux.  A VRF is a device there: who is bound to it speaks in it.
 */
#include <stdio.h>

#include "drivers/field.h"
#include "drivers/frr/frr.h"
#include "drivers/linux_path.h"
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
	struct span rest = line, word, address = SPAN_NONE;
	double ms;

	while (field_word(&rest, &word) && !span_eq(word, SPAN_LIT("from")))
		continue;
	field_word(&rest, &address);
	if (!linux_path_time(line, &ms)) {
		device_warn(d, "ping: no time in \"%.*s\"", (int)(line.n < 80 ? line.n : 80), line.p);
		return;
	}
	json_array_append_new(results, json_pack("{s:o, s:f}", "ip_address", field_text(linux_path_bare(address)), "rtt", ms));
}

static json_t *
read_ping(struct device *d, struct span text)
{
	json_t *r = linux_path_ping();
	struct span line;

	while (field_line(&text, &line)) {
		if (contains(line, SPAN_LIT(" bytes from ")))
			add_reply(d, json_object_get(r, "results"), line);
		else if (contains(line, SPAN_LIT("packets transmitted")))
			linux_path_loss(r, line);
		else if (contains(line, SPAN_LIT("min/avg/max")))
			linux_path_summary(r, line);
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
		r = json_pack("{s:o}", "success", linux_path_hops(buffer_span(&out), (double)timeout * 1000));
		if (json_object_size(json_object_get(r, "success")) == 0) {
			json_decref(r);
			r = error(buffer_span(&out));
		}
	}
	buffer_fini(&out);
	buffer_fini(&command);
	return r;
}
