/*
 * Ping and traceroute, as commands whose answers are XML.  Their times are microseconds, the models' milliseconds.
 */
#include <math.h>

#include "drivers/field.h"
#include "drivers/junos/junos.h"
#include "drivers/xml_read.h"

static void
put_word(struct buffer *b, const char *word, const char *value)
{
	if (*value)
		buffer_printf(b, " %s %s", word, value);
}

static void
put_number(struct buffer *b, const char *word, int64_t value)
{
	if (value > 0)
		buffer_printf(b, " %s %lld", word, (long long)value);
}

/* Such a command takes as long as it has been told to wait: its answer may come later than others'. */
static xmlDoc *
ask(struct device *d, struct buffer *command, int64_t seconds)
{
	int64_t before = d->timeout_ms;
	xmlDoc *doc = NULL;

	if (d->timeout_ms < before + seconds * 1000)
		d->timeout_ms = before + seconds * 1000;
	if (command->failed)
		device_fail(d, DEVICE_ARGUMENT, "the command is too long");
	else
		doc = junos_ask_even_refused(d, command->p);
	d->timeout_ms = before;
	buffer_fini(command);
	return doc;
}

/* What the device says as it refuses. */
static json_t *
refused(const xmlNode *root, const char *wordless)
{
	const xmlNode *error = junos_next(root, NULL, "rpc-error");
	struct span message;

	while (error && junos_equals(error, "error-severity", "warning"))
		error = junos_next(root, error, "rpc-error");
	message = xml_text(error ? error : junos_next(root, NULL, "error-message"), error ? "error-message" : NULL);
	return field_text(message.n > 0 ? message : span_str(wordless));
}

static double
milliseconds(struct device *d, const xmlNode *n, const char *path, double absent)
{
	return xml_read_real(d, n, path, absent) * 1e-3;
}

/* To three digits, as NAPALM rounds pings. */
static double
rounded(struct device *d, const xmlNode *n, const char *path)
{
	return rint(xml_read_real(d, n, path, -1)) / 1000.0;
}

static json_t *
address_or_star(const xmlNode *n)
{
	struct span s = xml_text(n, "ip-address");

	return s.n > 0 && field_is_ip(s) ? junos_ip(s) : json_string("*");
}

/* ---- ping ---- */

static json_t *
ping_success(struct device *d, const xmlNode *results, const xmlNode *summary, int64_t loss)
{
	json_t *r = model_new(&model_ping_success), *list = json_object_get(r, "results");

	json_object_set_new(r, "probes_sent", json_integer(xml_read_int(d, summary, "probes-sent", -1)));
	json_object_set_new(r, "packet_loss", json_integer(loss));
	json_object_set_new(r, "rtt_min", json_real(rounded(d, summary, "rtt-minimum")));
	json_object_set_new(r, "rtt_max", json_real(rounded(d, summary, "rtt-maximum")));
	json_object_set_new(r, "rtt_avg", json_real(rounded(d, summary, "rtt-average")));
	json_object_set_new(r, "rtt_stddev", json_real(rounded(d, summary, "rtt-stddev")));
	for (const xmlNode *n = xml_first(results, "probe-result"); n; n = xml_next(n, "probe-result")) {
		json_t *one = model_new(&model_ping_result);

		json_object_set_new(one, "ip_address", address_or_star(n));
		json_object_set_new(one, "rtt", json_real(rounded(d, n, "rtt")));
		json_array_append_new(list, one);
	}
	return r;
}

static json_t *
ping_result(struct device *d, const xmlNode *root)
{
	const xmlNode *results = junos_next(root, NULL, "ping-results"), *summary = junos_next(root, NULL, "probe-results-summary");
	int64_t loss = xml_read_int(d, summary, "packet-loss", 100);
	json_t *r = json_object();

	if (!summary)
		json_object_set_new(r, "error", refused(root, "the device has sent no summary"));
	else if (loss == 100)
		json_object_set_new(r, "error", json_string("Packet loss 100"));
	else
		json_object_set_new(r, "success", ping_success(d, results, summary, loss));
	return r;
}

json_t *
junos_ping(struct device *d, const json_t *arguments)
{
	int64_t timeout = getter_int(arguments, "timeout"), count = getter_int(arguments, "count");
	struct buffer command;
	xmlDoc *doc;
	json_t *r;

	buffer_init(&command, 4096);
	buffer_printf(&command, "ping %s", getter_text(arguments, "destination"));
	put_word(&command, "source", getter_text(arguments, "source"));
	put_number(&command, "ttl", getter_int(arguments, "ttl"));
	put_number(&command, "wait", timeout);
	put_number(&command, "size", getter_int(arguments, "size"));
	put_number(&command, "count", count);
	put_word(&command, "routing-instance", getter_text(arguments, "vrf"));
	put_word(&command, "interface", getter_text(arguments, "source_interface"));
	doc = ask(d, &command, count + timeout);
	r = doc ? ping_result(d, junos_root(doc)) : NULL;
	xmlFreeDoc(doc);
	return r;
}

/* ---- traceroute ---- */

static json_t *
trace_probe(struct device *d, const xmlNode *n)
{
	const xmlNode *host = xml_first(n, "host-name");
	json_t *r = model_new(&model_traceroute_probe);

	json_object_set_new(r, "ip_address", address_or_star(n));
	/* NAPALM's star is for a name that is there and empty; without one its text is empty. */
	json_object_set_new(r, "host_name", host && xml_text(host, NULL).n == 0 ? json_string("*") : junos_text(host, NULL));
	json_object_set_new(r, "rtt", json_real(milliseconds(d, n, "rtt", 0)));
	return r;
}

static json_t *
new_hop(void)
{
	return model_new(&model_traceroute_hop);
}

/* Probes of one hop may come in several elements: each time that another address has answered. */
static void
take_hop(struct device *d, json_t *hops, const xmlNode *n)
{
	char key[24];
	json_t *probes;

	snprintf(key, sizeof(key), "%lld", (long long)xml_read_int(d, n, "ttl-value", 1));
	probes = json_object_get(junos_slot(hops, span_str(key), new_hop), "probes");
	for (const xmlNode *one = xml_first(n, "probe-result"); one; one = xml_next(one, "probe-result")) {
		snprintf(key, sizeof(key), "%lld", (long long)xml_read_int(d, one, "probe-index", 0));
		json_object_set_new(probes, key, trace_probe(d, one));
	}
}

/* "send: No route to host"; without results what the device refused. */
static json_t *
trace_error(const xmlNode *root, const xmlNode *results)
{
	struct span failure = xml_text(results, "traceroute-failure"), message = xml_text(results, "rpc-error/error-message");
	struct buffer b;
	json_t *r;

	if (!results)
		return refused(root, "the device has sent no results");
	if (failure.n == 0 || message.n == 0)
		return NULL;
	buffer_init(&b, DEVICE_MAX_ANSWER);
	buffer_put(&b, failure);
	buffer_puts(&b, ": ");
	buffer_put(&b, message);
	r = field_text(buffer_span(&b));
	buffer_fini(&b);
	return r;
}

static json_t *
trace_result(struct device *d, const xmlNode *root)
{
	const xmlNode *results = junos_next(root, NULL, "traceroute-results");
	json_t *r = json_object(), *error = trace_error(root, results), *hops;

	if (error) {
		json_object_set_new(r, "error", error);
		return r;
	}
	hops = json_object();
	for (const xmlNode *n = xml_first(results, "hop"); n; n = xml_next(n, "hop"))
		take_hop(d, hops, n);
	json_object_set_new(r, "success", hops);
	return r;
}

/* Three probes for each hop. */
#define TRACE_PROBES 3

json_t *
junos_traceroute(struct device *d, const json_t *arguments)
{
	int64_t timeout = getter_int(arguments, "timeout"), ttl = getter_int(arguments, "ttl");
	struct buffer command;
	xmlDoc *doc;
	json_t *r;

	buffer_init(&command, 4096);
	buffer_printf(&command, "traceroute %s", getter_text(arguments, "destination"));
	put_word(&command, "source", getter_text(arguments, "source"));
	put_number(&command, "ttl", ttl);
	put_number(&command, "wait", timeout);
	put_word(&command, "routing-instance", getter_text(arguments, "vrf"));
	doc = ask(d, &command, TRACE_PROBES * ttl * timeout);
	r = doc ? trace_result(d, junos_root(doc)) : NULL;
	xmlFreeDoc(doc);
	return r;
}
