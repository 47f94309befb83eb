/*
 * Ways to a destination: ping and traceroute, both those of Linux.
 */
#include "drivers/eos/eos.h"
#include "drivers/field.h"
#include "drivers/linux_path.h"

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
		return field_word(&rest, &word) && word.n > 0 && word.p[0] == '(' ? linux_path_bare(word) : linux_path_bare(name);
	}
	return SPAN_LIT("");
}

static void
add_reply(struct device *d, json_t *results, struct span line)
{
	bool lost = contains(line, SPAN_LIT("Unreachable")) || contains(line, SPAN_LIT("truncated"));
	double ms = 0;

	if (!lost && !contains(line, SPAN_LIT(" bytes from ")))
		return;
	if (!lost && !linux_path_time(line, &ms)) {
		device_warn(d, "no time in \"%.*s\"", (int)(line.n < 80 ? line.n : 80), line.p);
		return;
	}
	json_array_append_new(results, json_pack("{s:o, s:f}", "ip_address", field_text(replier(line)), "rtt", ms));
}

static json_t *
read_ping(struct device *d, struct span text)
{
	json_t *r = linux_path_ping();
	struct span line;

	while (field_line(&text, &line)) {
		if (contains(line, SPAN_LIT("icmp")))
			add_reply(d, json_object_get(r, "results"), line);
		else if (contains(line, SPAN_LIT("packets transmitted")))
			linux_path_loss(r, line);
		else if (contains(line, SPAN_LIT("min/avg/max")))
			linux_path_summary(r, line);
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
		r = json_pack("{s:o}", "success", linux_path_hops(buffer_span(&out), (double)timeout * 1000));
	if (r && json_object_size(json_object_get(r, "success")) == 0 && !json_object_get(r, "error") && out.n > 0) {
		json_decref(r);
		r = error(buffer_span(&out));
	}
	buffer_fini(&out);
	buffer_fini(&command);
	return r;
}
