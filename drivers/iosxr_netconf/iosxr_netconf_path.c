/*
 * Ways through the network: routes, traceroute.
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include <stdio.h>

#include "drivers/field.h"
#include "drivers/xml_read.h"
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
	struct buffer request;
	char ttl[24], timeout[24];
	xmlDoc *doc = NULL;

	snprintf(ttl, sizeof(ttl), "%lld", (long long)getter_int(arguments, "ttl"));
	snprintf(timeout, sizeof(timeout), "%lld", (long long)getter_int(arguments, "timeout"));
	buffer_init(&request, 8192);
	buffer_printf(&request, "<traceroute xmlns=\"" IOSXR_NETCONF_NS "traceroute-act\"><%s>", family);
	put_element(&request, "destination", getter_text(arguments, "destination"));
	put_element(&request, "vrf-name", getter_text(arguments, "vrf"));
	put_element(&request, "source", getter_text(arguments, "source"));
	put_element(&request, "max-ttl", getter_int(arguments, "ttl") > 0 ? ttl : "");
	put_element(&request, "timeout", getter_int(arguments, "timeout") > 0 ? timeout : "");
	buffer_printf(&request, "</%s></traceroute>", family);
	if (request.failed)
		device_fail(d, DEVICE_ARGUMENT, "the arguments are too long");
	else
		doc = iosxr_netconf_ask(d, request.p);
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
		return json_pack("{s:s}", "error", "the destination is no IP address");
	doc = ask_traceroute(d, arguments, family);
	if (!doc && d->error == DEVICE_COMMAND) {
		r = json_pack("{s:o}", "error", field_text(span_str(d->message)));
		device_forgive(d);
		return r;
	}
	r = doc ? json_pack("{s:o}", "success", hops(d, iosxr_netconf_reply(doc), family, (double)getter_int(arguments, "timeout"))) : NULL;
	xmlFreeDoc(doc);
	return r;
}
