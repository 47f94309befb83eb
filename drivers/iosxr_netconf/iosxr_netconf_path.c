/*
 * Ways through the network: routes, traceroute, ping.
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include <stdio.h>

#include "drivers/field.h"
#include "drivers/xml_read.h"
#include "drivers/xr/xr_path.h"
#include "drivers/xr/xr_route.h"

/* What differs between the families' models. */
struct family {
	const char *root, *module, *name;
	const char *routes;
	struct xr_route names;
};

#define ROUTES "/vrfs/vrf/afs/af/safs/saf/ip-rib-route-table-names/ip-rib-route-table-name/routes/route"
#define NAMES(path) \
	{ .prefix = "prefix", .length = "prefix-length-xr", .protocol = "protocol-name", .age = "route-age", .preference = "priority", .paths = (path), .next_hop = "address", .interface = "interface-name" }

static const struct family families[] = {
	{ "rib", "ip-rib-ipv4-oper", "IPv4", "data/rib" ROUTES, NAMES("route-path/ipv4-rib-edm-path") },
	{ "ipv6-rib", "ip-rib-ipv6-oper", "IPv6", "data/ipv6-rib" ROUTES, NAMES("route-path/ipv6-rib-edm-path") },
};

static xmlDoc *
ask_route(struct device *d, const struct family *f, const struct xr_route_request *q)
{
	struct buffer filter;
	xmlDoc *doc = NULL;

	buffer_init(&filter, 8192);
	buffer_printf(&filter, "<%s xmlns=\"" IOSXR_NETCONF_NS "%s\"><vrfs><vrf><vrf-name>default</vrf-name><afs><af><af-name>%s</af-name><safs><saf><saf-name>Unicast</saf-name>"
	    "<ip-rib-route-table-names><ip-rib-route-table-name><route-table-name>default</route-table-name><routes><route><address>", f->root, f->module, f->name);
	xml_escape(&filter, q->address);
	buffer_puts(&filter, "</address><prefix-length>");
	xml_escape(&filter, q->length);
	buffer_printf(&filter, "</prefix-length></route></routes></ip-rib-route-table-name></ip-rib-route-table-names></saf></safs></af></afs></vrf></vrfs></%s>", f->root);
	if (filter.failed)
		device_fail(d, DEVICE_ARGUMENT, "the destination is too long");
	else
		doc = iosxr_netconf_ask_state(d, filter.p);
	buffer_fini(&filter);
	return doc;
}

json_t *
iosxr_netconf_get_route_to(struct device *d, const json_t *arguments)
{
	struct xr_route_request q;
	const struct family *f;
	const xmlNode *reply;
	xmlDoc *doc;
	json_t *r;

	if (xr_route_request(d, &q, arguments) == -1)
		return NULL;
	f = &families[q.is_6];
	doc = ask_route(d, f, &q);
	reply = iosxr_netconf_reply(doc);
	r = doc ? json_object() : NULL;
	for (xmlNode *n = xml_read_next(reply, f->routes, NULL); n; n = xml_read_next(reply, f->routes, n))
		xr_route_put(d, r, n, &f->names, &q);
	xmlFreeDoc(doc);
	return r;
}

/* ---- actions ---- */

static void
put_element(struct buffer *b, const char *name, const char *text)
{
	if (!*text)
		return;
	buffer_printf(b, "<%s>", name);
	xml_escape(b, span_str(text));
	buffer_printf(b, "</%s>", name);
}

/* Without a number the device takes its own. */
static void
put_number(struct buffer *b, const char *name, int64_t number)
{
	if (number > 0)
		buffer_printf(b, "<%s>%lld</%s>", name, (long long)number, name);
}

/* As long as so many probes may take. */
static xmlDoc *
act(struct device *d, const struct buffer *request, int64_t probes, int64_t timeout_s)
{
	int64_t usual_ms = xr_path_longer(d, probes, timeout_s);
	xmlDoc *doc = NULL;

	if (request->failed)
		device_fail(d, DEVICE_ARGUMENT, "the arguments are too long");
	else
		doc = iosxr_netconf_ask_even_refused(d, request->p);
	d->timeout_ms = usual_ms;
	return doc;
}

/* {"error": ...} of a refusal, in the device's own words as far as it has some; NULL of any other answer. */
static json_t *
refused(const xmlNode *reply)
{
	xmlNode *error = xml_below(reply, "rpc-error");
	struct span message, tag;
	char text[128];

	while (error && xml_read_is(error, "error-severity", "warning"))
		error = xml_below_next(reply, error, "rpc-error");
	if (!error)
		return NULL;
	message = xml_text(error, "error-message");
	tag = xml_text(error, "error-tag");
	if (message.n > 0)
		return xr_path_error(message);
	snprintf(text, sizeof(text), "Invalid request (%.*s)", (int)(tag.n < 80 ? tag.n : 80), tag.n ? tag.p : "");
	return xr_path_error(span_str(text));
}

/* ---- traceroute ---- */

static xmlDoc *
ask_traceroute(struct device *d, const json_t *arguments, const char *family)
{
	int64_t ttl = getter_int(arguments, "ttl"), timeout = getter_int(arguments, "timeout");
	struct buffer request;
	xmlDoc *doc;

	buffer_init(&request, 8192);
	buffer_printf(&request, "<traceroute xmlns=\"" IOSXR_NETCONF_NS "traceroute-act\"><%s>", family);
	put_element(&request, "destination", getter_text(arguments, "destination"));
	put_element(&request, "vrf-name", getter_text(arguments, "vrf"));
	put_element(&request, "source", getter_text(arguments, "source"));
	put_number(&request, "max-ttl", ttl);
	put_number(&request, "timeout", timeout);
	buffer_printf(&request, "</%s></traceroute>", family);
	doc = act(d, &request, ttl * XR_PATH_PROBES, timeout);
	buffer_fini(&request);
	return doc;
}

/* A probe without an answer took as long as it was waited for. */
static json_t *
probes(struct device *d, const xmlNode *hop, double timeout_s)
{
	struct span address = xml_text(hop, "hop-address"), name = xml_text(hop, "hop-hostname");
	json_t *r = json_object();

	for (xmlNode *n = xml_read_next(hop, "probes/probe", NULL); n; n = xml_read_next(hop, "probes/probe", n)) {
		struct span own = xml_text(n, "hop-address"), own_name = xml_text(n, "hop-hostname");
		json_t *one = model_new(&model_traceroute_probe);
		char index[24];

		json_object_set_new(one, "ip_address", field_text(own.n > 0 ? own : address));
		json_object_set_new(one, "host_name", field_text(own_name.n > 0 ? own_name : name.n > 0 ? name : address));
		json_object_set_new(one, "rtt", json_real(xml_read_real(d, n, "delta-time", timeout_s * 1000)));
		snprintf(index, sizeof(index), "%u", (unsigned)xml_read_int(d, n, "probe-index", 0) + 1);
		json_object_set_new(r, index, one);
	}
	return r;
}

static json_t *
hops(struct device *d, const xmlNode *reply, const char *family, double timeout_s)
{
	json_t *r = json_object();
	char path[64];

	snprintf(path, sizeof(path), "traceroute-response/%s/hops/hop", family);
	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		char index[24];

		if (xml_text(n, "hop-address").n == 0)
			continue;
		snprintf(index, sizeof(index), "%lld", (long long)xml_read_int(d, n, "hop-index", -1));
		json_object_set_new(r, index, json_pack("{s:o}", "probes", probes(d, n, timeout_s)));
	}
	return r;
}

json_t *
iosxr_netconf_traceroute(struct device *d, const json_t *arguments)
{
	struct span destination = span_str(getter_text(arguments, "destination"));
	const char *family = destination.n && memchr(destination.p, ':', destination.n) ? "ipv6" : "ipv4";
	xmlDoc *doc;
	json_t *r;

	if (!field_is_ip(destination))
		return json_pack("{s:s}", "error", "Wrong destination IP Address!");
	doc = ask_traceroute(d, arguments, family);
	if (!doc)
		return NULL;
	r = refused(iosxr_netconf_reply(doc));
	if (!r)
		r = json_pack("{s:o}", "success", hops(d, iosxr_netconf_reply(doc), family, (double)getter_int(arguments, "timeout")));
	xmlFreeDoc(doc);
	return r;
}

/* ---- ping ---- */

/* A name is the device's to look up: what its address is says the answer. */
static xmlDoc *
ask_ping(struct device *d, const json_t *arguments)
{
	const char *destination = getter_text(arguments, "destination"), *source = getter_text(arguments, "source");
	const char *kind = !field_is_ip(span_str(destination)) ? "destination" : strchr(destination, ':') ? "ipv6" : "ipv4";
	int64_t count = getter_int(arguments, "count"), timeout = getter_int(arguments, "timeout");
	struct buffer request;
	xmlDoc *doc;

	buffer_init(&request, 8192);
	buffer_printf(&request, "<ping xmlns=\"" IOSXR_NETCONF_NS "ping-act\"><%s>", kind);
	put_element(&request, "destination", destination);
	put_number(&request, "repeat-count", count);
	put_number(&request, "data-size", getter_int(arguments, "size"));
	put_number(&request, "timeout", timeout);
	put_element(&request, "vrf-name", getter_text(arguments, "vrf"));
	put_element(&request, "source", *source ? source : getter_text(arguments, "source_interface"));
	buffer_printf(&request, "</%s></ping>", kind);
	doc = act(d, &request, count, timeout);
	buffer_fini(&request);
	return doc;
}

/* The action has no time to live. */
json_t *
iosxr_netconf_ping(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = ask_ping(d, arguments);
	const xmlNode *n = xml_find(iosxr_netconf_reply(doc), "ping-response/*");
	struct span error = xml_text(n, "ping-error-response");
	json_t *r = refused(iosxr_netconf_reply(doc));

	if (!doc || r) {
		xmlFreeDoc(doc);
		return r;
	}
	if (error.n > 0 || !xml_find(n, "total"))
		r = xr_path_error(error.n > 0 ? error : SPAN_LIT("the device gave no results"));
	else
		r = xr_path_pinged(d, arguments, &(struct xr_path_rate){ xml_read_int(d, n, "total", 0), xml_read_int(d, n, "hits", 0), xml_read_real(d, n, "rtt-min", 0),
		    xml_read_real(d, n, "rtt-avg", 0), xml_read_real(d, n, "rtt-max", 0) });
	xmlFreeDoc(doc);
	return r;
}
