#include "drivers/nxos/nxos_path.h"

#include "drivers/field.h"
#include "drivers/getter.h"
#include "drivers/nxos/nxos.h"

/* What NX-OS waits for a probe of traceroute, and how many it sends: neither can be told to it. */
#define TRACE_WAIT_MS 5000.0
#define TRACE_PROBES 3

/* ---- commands ---- */

static void
put_head(struct buffer *b, const char *name, const json_t *arguments)
{
	const char *destination = getter_text(arguments, "destination");
	bool six = field_is_ip(span_str(destination)) && strchr(destination, ':');

	buffer_printf(b, "%s%s %s", name, six ? "6" : "", destination);
}

static void
put_option(struct buffer *b, const char *name, const char *value)
{
	if (*value)
		buffer_printf(b, " %s %s", name, value);
}

void
nxos_path_ping_command(struct buffer *b, const json_t *arguments)
{
	const char *source = getter_text(arguments, "source");

	put_head(b, "ping", arguments);
	buffer_printf(b, " timeout %lld packet-size %lld count %lld", (long long)getter_int(arguments, "timeout"), (long long)getter_int(arguments, "size"),
	    (long long)getter_int(arguments, "count"));
	put_option(b, "source", *source ? source : getter_text(arguments, "source_interface"));
	put_option(b, "vrf", getter_text(arguments, "vrf"));
}

void
nxos_path_traceroute_command(struct buffer *b, const json_t *arguments)
{
	put_head(b, "traceroute", arguments);
	put_option(b, "source", getter_text(arguments, "source"));
	put_option(b, "vrf", getter_text(arguments, "vrf"));
}

/* ---- ping ---- */

/* "(192.0.2.1):" without what is around the address. */
static struct span
bare(struct span word)
{
	while (word.n > 0 && strchr("(", word.p[0]))
		word = span_skip(word, 1);
	while (word.n > 0 && strchr("):,", word.p[word.n - 1]) && word.p[word.n - 1])
		word.n--;
	return word;
}

/* "192.0.2.1:", "name.example.net (192.0.2.1):" */
static struct span
ping_source(struct span *rest)
{
	struct span word, more, next;

	if (!field_word(rest, &word))
		return SPAN_NONE;
	more = *rest;
	if (field_word(&more, &next) && next.p[0] == '(' && field_is_ip(bare(next)))
		word = next;
	return bare(word);
}

/* "108 bytes from 192.0.2.1: icmp_seq=0 ttl=57 time=18.411 ms"; one that did not come back has no time. */
static void
ping_probe(struct device *d, json_t *results, struct span line)
{
	struct span rest = line, word, from = SPAN_NONE;
	double rtt = 0;
	bool timed = false;

	while (field_word(&rest, &word)) {
		if (!from.p && (span_eq(word, SPAN_LIT("from")) || span_eq(word, SPAN_LIT("From"))))
			from = ping_source(&rest);
		else if (span_starts(word, SPAN_LIT("time=")))
			timed = field_real(span_skip(word, 5), &rtt);
	}
	if (from.p && (timed || memmem(line.p, line.n, "nreachable", 10) || memmem(line.p, line.n, "truncated", 9)))
		json_array_append_new(results, json_pack("{s:o, s:f}", "ip_address", field_text(from), "rtt", rtt));
	else
		device_warn(d, "\"%.*s\" is not understood", (int)(line.n < 80 ? line.n : 80), line.p);
}

/* "5 packets transmitted, 5 packets received, 0.00% packet loss" */
static void
ping_count(json_t *success, struct span line)
{
	struct span word;
	int64_t numbers[2], v;
	size_t n = 0;

	while (n < 2 && field_word(&line, &word)) {
		if (field_int(word, &v))
			numbers[n++] = v;
	}
	if (n < 2)
		return;
	json_object_set_new(success, "probes_sent", json_integer(numbers[0]));
	json_object_set_new(success, "packet_loss", json_integer(numbers[0] - numbers[1]));
}

/* "round-trip min/avg/max = 18.104/18.198/18.411 ms" */
static void
ping_times(json_t *success, struct span line)
{
	static const char *const names[] = { "rtt_min", "rtt_avg", "rtt_max" };
	const char *at = memchr(line.p, '=', line.n);
	struct span rest = at ? span_trim(span_between(at + 1, line.p + line.n)) : SPAN_NONE;

	for (size_t i = 0; i < 3 && rest.n > 0; i++) {
		size_t n = 0;
		double v;

		while (n < rest.n && rest.p[n] != '/' && rest.p[n] != ' ')
			n++;
		if (field_real(span_of(rest.p, n), &v))
			json_object_set_new(success, names[i], json_real(v));
		rest = span_skip(rest, n + 1);
	}
}

static bool
has(struct span s, struct span part)
{
	return s.n && memmem(s.p, s.n, part.p, part.n);
}

json_t *
nxos_path_ping(struct device *d, struct span output)
{
	json_t *success, *results;
	struct span line;

	if (has(output, SPAN_LIT("connect:")) || !has(output, SPAN_LIT("PING")))
		return json_pack("{s:o}", "error", field_text(output));
	results = json_array();
	success = json_pack("{s:i, s:i, s:f, s:f, s:f, s:f}", "probes_sent", 0, "packet_loss", 0, "rtt_min", 0.0, "rtt_avg", 0.0, "rtt_max", 0.0, "rtt_stddev", 0.0);
	while (field_line(&output, &line)) {
		if (has(line, SPAN_LIT("icmp")))
			ping_probe(d, results, line);
		else if (has(line, SPAN_LIT("packets transmitted")))
			ping_count(success, line);
		else if (has(line, SPAN_LIT("min/avg/max")))
			ping_times(success, line);
	}
	json_object_set_new(success, "results", results);
	return json_pack("{s:o}", "success", success);
}

/* ---- traceroute ---- */

/* Who answered last on a line; "*" before anyone has, and after a probe that nobody answered. */
struct hop {
	json_t *probes;
	struct span host, ip;
};

static void
add_probe(struct hop *hop, bool answered, double rtt)
{
	struct span star = SPAN_LIT("*"), ip = answered ? hop->ip : star;
	char number[8];

	number[0] = (char)('1' + json_object_size(hop->probes));
	number[1] = '\0';
	json_object_set_new(hop->probes, number, json_pack("{s:o, s:o, s:f}", "host_name", field_text(answered ? hop->host : star),
	    "ip_address", field_is_ip(ip) ? field_ip(NULL, ip) : field_text(ip), "rtt", answered ? rtt : TRACE_WAIT_MS));
	if (!answered)
		hop->host = hop->ip = star;
}

/* "192.0.2.1 (192.0.2.1)  0.743 ms  0.838 ms *" */
static void
read_probes(struct hop *hop, struct span rest)
{
	struct span word, next, after;
	double rtt;

	while (json_object_size(hop->probes) < TRACE_PROBES && field_word(&rest, &word)) {
		after = rest;
		if (span_eq(word, SPAN_LIT("*"))) {
			add_probe(hop, false, 0);
		} else if (field_real(word, &rtt) && field_word(&after, &next) && span_eq(next, SPAN_LIT("ms"))) {
			add_probe(hop, true, rtt);
			rest = after;
		} else if (word.p[0] == '(' && word.n > 1 && !span_starts(word, SPAN_LIT("(AS"))) {
			hop->ip = bare(word);
		} else if (!strchr("![(<", word.p[0]) && !strchr(")]", word.p[word.n - 1]) && !span_eq(word, SPAN_LIT("ms"))) {
			hop->host = hop->ip = word;
		}
	}
}

json_t *
nxos_path_traceroute(struct device *d, struct span output)
{
	json_t *hops = json_object();
	struct span line, word;
	int64_t number;
	char key[16];

	while (field_line(&output, &line)) {
		struct hop hop = { NULL, SPAN_LIT("*"), SPAN_LIT("*") };

		if (!field_word(&line, &word) || word.n > 3 || !field_int(word, &number) || number < 1)
			continue;
		hop.probes = json_object();
		read_probes(&hop, line);
		memcpy(key, word.p, word.n);
		key[word.n] = '\0';
		if (json_object_size(hop.probes) > 0)
			json_object_set_new(hops, key, json_pack("{s:O}", "probes", hop.probes));
		else
			device_warn(d, "hop %s has no probe", key);
		json_decref(hop.probes);
	}
	return json_pack("{s:o}", "success", hops);
}

json_t *
nxos_path_refused(const char *command)
{
	return json_pack("{s:o}", "error", json_sprintf("Cannot execute traceroute on the device: %s", command));
}

/* ---- the getters of nxos ---- */

json_t *
nxos_ping(struct device *d, const json_t *arguments)
{
	struct buffer command, output;
	json_t *r = NULL;

	buffer_init(&command, 4096);
	buffer_init(&output, DEVICE_MAX_ANSWER);
	nxos_path_ping_command(&command, arguments);
	if (command.failed)
		device_fail(d, DEVICE_ARGUMENT, "the arguments are too long");
	else if (nxos_ask_text(d, command.p, &output) == 0)
		r = nxos_path_ping(d, buffer_span(&output));
	buffer_fini(&command);
	buffer_fini(&output);
	return r;
}

json_t *
nxos_traceroute(struct device *d, const json_t *arguments)
{
	struct buffer command, output;
	json_t *r = NULL;

	buffer_init(&command, 4096);
	buffer_init(&output, DEVICE_MAX_ANSWER);
	nxos_path_traceroute_command(&command, arguments);
	if (command.failed) {
		device_fail(d, DEVICE_ARGUMENT, "the arguments are too long");
	} else if (nxos_ask_text(d, command.p, &output) == 0) {
		r = nxos_path_traceroute(d, buffer_span(&output));
	} else if (d->error == DEVICE_COMMAND) {
		device_forgive(d);
		r = nxos_path_refused(command.p);
	}
	buffer_fini(&command);
	buffer_fini(&output);
	return r;
}
