/*
 * Ways through the network: routes, traceroute, ping.
 */
#include <stdio.h>

#include "drivers/field.h"
#include "drivers/iosxr/iosxr.h"
#include "drivers/xml_read.h"
#include "drivers/xr/xr_path.h"
#include "drivers/xr/xr_route.h"

/* Between systems the table of routes has changed its name. */
static xmlDoc *
ask_table(struct device *d, const struct xr_route_request *q, const char *table)
{
	const char *root = q->is_6 ? "IPV6_RIB" : "RIB", *family = q->is_6 ? "IPv6" : "IPv4";
	struct buffer items;
	xmlDoc *doc = NULL;

	buffer_init(&items, 8192);
	buffer_printf(&items, "<%s><VRFTable><VRF><Naming><VRFName>default</VRFName></Naming><AFTable><AF><Naming><AFName>%s</AFName></Naming><SAFTable><SAF><Naming><SAFName>Unicast</SAFName></Naming>"
	    "<IP_RIBRouteTable><%s><Naming><RouteTableName>default</RouteTableName></Naming><RouteTable><Route><Naming><Address>", root, family, table);
	xml_escape(&items, q->address);
	buffer_puts(&items, "</Address><PrefixLength>");
	xml_escape(&items, q->length);
	buffer_printf(&items, "</PrefixLength></Naming></Route></RouteTable></%s></IP_RIBRouteTable></SAF></SAFTable></AF></AFTable></VRF></VRFTable></%s>", table, root);
	if (items.failed)
		device_fail(d, DEVICE_ARGUMENT, "the destination is too long");
	else
		doc = iosxr_get(d, "Operational", items.p);
	buffer_fini(&items);
	return doc;
}

json_t *
iosxr_get_route_to(struct device *d, const json_t *arguments)
{
	static const struct xr_route names = {
		.prefix = "Prefix", .length = "PrefixLength", .protocol = "ProtocolName", .age = "RouteAge", .preference = "Priority", .paths = "RoutePath/Entry", .next_hop = "Address",
		.interface = "InterfaceName",
	};
	struct xr_route_request q;
	xmlDoc *doc;
	const xmlNode *reply;
	json_t *r;

	if (xr_route_request(d, &q, arguments) == -1)
		return NULL;
	doc = ask_table(d, &q, "IP_RIBRoute");
	if (!doc && d->error == DEVICE_COMMAND) {
		device_forgive(d);
		doc = ask_table(d, &q, "IP_RIBRouteTableName");
	}
	reply = iosxr_reply(doc);
	r = doc ? json_object() : NULL;
	for (xmlNode *n = xml_read_below(reply, "Route", NULL); n; n = xml_read_below(reply, "Route", n))
		xr_route_put(d, r, n, &names, &q);
	xmlFreeDoc(doc);
	return r;
}

/* ---- traceroute ---- */

static void
put_element(struct buffer *b, const char *name, const char *text)
{
	if (!*text)
		return;
	buffer_printf(b, "<%s>", name);
	xml_escape(b, span_str(text));
	buffer_printf(b, "</%s>", name);
}

static xmlDoc *
ask_traceroute(struct device *d, const json_t *arguments, const char *family)
{
	struct buffer body;
	char ttl[24], timeout[24];
	int64_t usual_ms = d->timeout_ms;
	xmlDoc *doc = NULL;

	snprintf(ttl, sizeof(ttl), "%lld", (long long)getter_int(arguments, "ttl"));
	snprintf(timeout, sizeof(timeout), "%lld", (long long)getter_int(arguments, "timeout"));
	buffer_init(&body, 8192);
	buffer_printf(&body, "<Set><Action><TraceRoute><%s>", family);
	put_element(&body, "Destination", getter_text(arguments, "destination"));
	put_element(&body, "VRFName", getter_text(arguments, "vrf"));
	put_element(&body, "Source", getter_text(arguments, "source"));
	put_element(&body, "MaxTTL", getter_int(arguments, "ttl") > 0 ? ttl : "");
	put_element(&body, "Timeout", getter_int(arguments, "timeout") > 0 ? timeout : "");
	buffer_printf(&body, "</%s></TraceRoute></Action></Set>", family);
	xr_path_longer(d, getter_int(arguments, "ttl") * XR_PATH_PROBES, getter_int(arguments, "timeout"));
	if (body.failed)
		device_fail(d, DEVICE_ARGUMENT, "the arguments are too long");
	else
		doc = iosxr_ask(d, body.p);
	d->timeout_ms = usual_ms;
	buffer_fini(&body);
	return doc;
}

/* The results are one list of elements: a hop's index, its name and address, its probes; what is said holds until it is said anew. */
struct trace {
	int64_t hop;
	struct span address, name;
	json_t *hops, *probes, *probe;  /* borrowed */
	double timeout_ms;
};

static void
take_hop(struct device *d, struct trace *t, const xmlNode *n)
{
	int64_t hop = xml_read_int(d, n, NULL, -1);

	if (hop != t->hop) {
		t->probes = NULL;
		t->probe = NULL;
		t->address = SPAN_LIT("*");
		t->name = SPAN_LIT("");
	}
	t->hop = hop;
}

/* A probe without an answer took as long as it was waited for. */
static void
take_probe(struct device *d, struct trace *t, const xmlNode *n)
{
	char index[24];

	if (!t->probes) {
		snprintf(index, sizeof(index), "%lld", (long long)t->hop);
		t->probes = json_object();
		json_object_set_new(t->hops, index, json_pack("{s:o}", "probes", t->probes));
	}
	if (t->name.n == 0)
		t->name = t->address;
	snprintf(index, sizeof(index), "%u", (unsigned)xml_read_int(d, n, NULL, 0) + 1);
	t->probe = model_new(&model_traceroute_probe);
	json_object_set_new(t->probe, "ip_address", field_text(t->address));
	json_object_set_new(t->probe, "host_name", field_text(t->name));
	json_object_set_new(t->probe, "rtt", json_real(t->timeout_ms));
	json_object_set_new(t->probes, index, t->probe);
}

static json_t *
hops(struct device *d, const xmlNode *results, double timeout_ms)
{
	struct trace t = { .hop = 1, .address = SPAN_LIT("*"), .name = SPAN_LIT(""), .hops = json_object(), .timeout_ms = timeout_ms };

	for (const xmlNode *n = xml_first(results, NULL); n; n = xml_next(n, NULL)) {
		if (xml_is(n, "HopIndex"))
			take_hop(d, &t, n);
		else if (xml_is(n, "ProbeIndex"))
			take_probe(d, &t, n);
		else if (xml_is(n, "HopAddress"))
			t.address = xml_text(n, NULL);
		else if (xml_is(n, "HopHostName"))
			t.name = xml_text(n, NULL);
		else if (xml_is(n, "DeltaTime") && t.probe)
			json_object_set_new(t.probe, "rtt", json_real(xml_read_real(d, n, NULL, 0)));
	}
	return t.hops;
}

/* The errors of its own are in NAPALM's words: they are results. */
json_t *
iosxr_traceroute(struct device *d, const json_t *arguments)
{
	struct span destination = span_str(getter_text(arguments, "destination"));
	const xmlNode *results;
	struct span error;
	xmlDoc *doc;
	json_t *r;

	if (!field_is_ip(destination))
		return json_pack("{s:s}", "error", "Wrong destination IP Address!");
	doc = ask_traceroute(d, arguments, memchr(destination.p, ':', destination.n) ? "IPV6" : "IPV4");
	if (!doc)
		return xr_path_refused(d);
	results = xml_below(iosxr_reply(doc), "Results");
	error = xml_text(results, "Error");
	if (!results || error.n > 0)
		r = xr_path_error(results ? error : SPAN_LIT("Device returned empty results."));
	else
		r = json_pack("{s:o}", "success", hops(d, results, (double)getter_int(arguments, "timeout") * 1000));
	xmlFreeDoc(doc);
	return r;
}

/* ---- ping ---- */

/* What stands behind `words` in the text; absent without them. */
static struct span
behind(struct span text, const char *words)
{
	const char *at = text.n ? memmem(text.p, text.n, words, strlen(words)) : NULL;

	return at ? span_between(at + strlen(words), text.p + text.n) : SPAN_NONE;
}

/* The numbers of "1/2/4", up to `stop`: are they all there? */
static bool
read_numbers(struct span text, const char *stop, int64_t *numbers, size_t n)
{
	const char *end = text.n ? memmem(text.p, text.n, stop, strlen(stop)) : NULL;
	struct span left = end ? span_between(text.p, end) : text;

	for (size_t i = 0; i < n; i++) {
		const char *slash = left.n ? memchr(left.p, '/', left.n) : NULL;
		struct span one = slash ? span_between(left.p, slash) : left;

		if ((slash != NULL) != (i + 1 < n) || !field_int(span_trim(one), &numbers[i]))
			return false;
		left = span_skip(left, one.n + 1);
	}
	return true;
}

/* "Success rate is 80 percent (4/5), round-trip min/avg/max = 1/2/4 ms"; without an answer it ends behind the brackets. */
static json_t *
read_rate(struct device *d, const json_t *arguments, struct span line)
{
	int64_t counts[2] = { 0 }, ms[3] = { 0 };

	if (!read_numbers(behind(line, "("), ")", counts, 2) || (counts[0] > 0 && !read_numbers(behind(line, "= "), " ms", ms, 3)))
		device_warn(d, "ping: \"%.*s\" is no rate", (int)(line.n < 100 ? line.n : 100), line.p);
	return xr_path_pinged(d, arguments, &(struct xr_path_rate){ counts[1], counts[0], (double)ms[0], (double)ms[1], (double)ms[2] });
}

static json_t *
read_ping(struct device *d, const json_t *arguments, struct span text)
{
	struct span left = text, line;

	while (field_line(&left, &line)) {
		struct span rate = behind(line, "Success rate is");

		if (rate.p)
			return read_rate(d, arguments, rate);
	}
	return xr_path_error(span_trim(text).n > 0 ? text : SPAN_LIT("the device gave no results"));
}

/*
 * The agent's traceroute is an action; its ping is known as a command only, and has no time to live.  The manual of release 3.2 says that the agent takes no commands that run for long: where
 * it refuses, that is the error that is told.
 */
json_t *
iosxr_ping(struct device *d, const json_t *arguments)
{
	const char *vrf = getter_text(arguments, "vrf"), *source = getter_text(arguments, "source");
	int64_t count = getter_int(arguments, "count"), timeout = getter_int(arguments, "timeout"), usual_ms;
	struct buffer command, out;
	json_t *r;

	source = *source ? source : getter_text(arguments, "source_interface");
	buffer_init(&command, 8192);
	buffer_init(&out, DEVICE_MAX_ANSWER);
	buffer_printf(&command, "ping %s%s%s%s count %lld size %lld timeout %lld%s%s", *vrf ? "vrf " : "", vrf, *vrf ? " " : "", getter_text(arguments, "destination"), (long long)count,
	    (long long)getter_int(arguments, "size"), (long long)timeout, *source ? " source " : "", source);
	usual_ms = xr_path_longer(d, count, timeout);
	if (command.failed)
		device_fail(d, DEVICE_ARGUMENT, "the arguments are too long");
	else
		iosxr_show(d, "Exec", command.p, &out);
	d->timeout_ms = usual_ms;
	r = d->error == DEVICE_OK ? read_ping(d, arguments, buffer_span(&out)) : xr_path_refused(d);
	buffer_fini(&out);
	buffer_fini(&command);
	return r;
}
