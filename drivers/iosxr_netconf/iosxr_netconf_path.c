/*
 * Ways through the network: routes, traceroute.
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include <stdio.h>

#include "drivers/field.h"
#include "drivers/xml_read.h"

/* What differs between the families' models. */
struct family {
	const char *root, *module, *name, *host_bits;
	const char *routes, *paths;
};

static const struct family families[] = {
	{
		"rib", "ip-rib-ipv4-oper", "IPv4", "32",
		"data/rib/vrfs/vrf/afs/af/safs/saf/ip-rib-route-table-names/ip-rib-route-table-name/routes/route", "route-path/ipv4-rib-edm-path",
	},
	{
		"ipv6-rib", "ip-rib-ipv6-oper", "IPv6", "128",
		"data/ipv6-rib/vrfs/vrf/afs/af/safs/saf/ip-rib-route-table-names/ip-rib-route-table-name/routes/route", "route-path/ipv6-rib-edm-path",
	},
};

static const struct family *
family_of(struct span address)
{
	return &families[memchr(address.p, ':', address.n) != NULL];
}

/* The default route may be asked for by its address alone; else that is a host. */
static struct span
length_of(const struct family *f, struct span destination, size_t address)
{
	struct span text = span_of(destination.p, address);

	if (address < destination.n)
		return span_skip(destination, address + 1);
	return span_eq(text, SPAN_LIT("0.0.0.0")) || span_eq(text, SPAN_LIT("::")) ? SPAN_LIT("0") : span_str(f->host_bits);
}

static xmlDoc *
ask_route(struct device *d, const struct family *f, struct span address, struct span length)
{
	struct buffer filter;
	xmlDoc *doc = NULL;

	buffer_init(&filter, 8192);
	buffer_printf(&filter, "<%s xmlns=\"" IOSXR_NETCONF_NS "%s\"><vrfs><vrf><vrf-name>default</vrf-name><afs><af><af-name>%s</af-name><safs><saf><saf-name>Unicast</saf-name>"
	    "<ip-rib-route-table-names><ip-rib-route-table-name><route-table-name>default</route-table-name><routes><route><address>", f->root, f->module, f->name);
	xml_escape(&filter, address);
	buffer_puts(&filter, "</address><prefix-length>");
	xml_escape(&filter, length);
	buffer_printf(&filter, "</prefix-length></route></routes></ip-rib-route-table-name></ip-rib-route-table-names></saf></safs></af></afs></vrf></vrfs></%s>", f->root);
	if (filter.failed)
		device_fail(d, DEVICE_ARGUMENT, "the destination is too long");
	else
		doc = iosxr_netconf_ask_state(d, filter.p);
	buffer_fini(&filter);
	return doc;
}

/* A list of its paths; the first is the active one. */
static json_t *
route(struct device *d, const xmlNode *n, const struct family *f, struct span protocol)
{
	json_t *r = json_array();

	for (xmlNode *p = xml_read_next(n, f->paths, NULL); p; p = xml_read_next(n, f->paths, p)) {
		json_t *one = model_new(&model_route);

		json_object_set_new(one, "protocol", field_text(protocol));
		json_object_set_new(one, "current_active", json_boolean(json_array_size(r) == 0));
		json_object_set_new(one, "age", json_integer(xml_read_int(d, n, "route-age", -1)));
		json_object_set_new(one, "preference", json_integer(xml_read_int(d, n, "priority", -1)));
		json_object_set_new(one, "next_hop", xml_read_text(p, "address", ""));
		json_object_set_new(one, "outgoing_interface", xml_read_text(p, "interface-name", ""));
		json_object_set_new(one, "routing_table", json_string("default"));
		json_array_append_new(r, one);
	}
	return r;
}

static bool
same_word(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if ((span_is_alpha(a.p[i]) ? a.p[i] | 0x20 : a.p[i]) != (span_is_alpha(b.p[i]) ? b.p[i] | 0x20 : b.p[i]))
			return false;
	return true;
}

static void
put_route(struct device *d, json_t *r, const xmlNode *n, const struct family *f)
{
	struct span prefix = xml_text(n, "prefix"), length = xml_text(n, "prefix-length-xr");
	char name[128], protocol[64];
	struct span text = xml_text(n, "protocol-name");
	json_t *paths;
	size_t i;

	for (i = 0; i < text.n && i < sizeof(protocol); i++)
		protocol[i] = (char)(text.p[i] >= 'A' && text.p[i] <= 'Z' ? text.p[i] | 0x20 : text.p[i]);
	snprintf(name, sizeof(name), "%.*s/%.*s", (int)(prefix.n < 64 ? prefix.n : 64), prefix.p ? prefix.p : "", (int)(length.n < 16 ? length.n : 16), length.p ? length.p : "");
	paths = route(d, n, f, span_of(protocol, i));
	if (json_object_get(r, name)) {
		json_array_extend(json_object_get(r, name), paths);
		json_decref(paths);
	} else {
		json_object_set_new(r, name, paths);
	}
}

json_t *
iosxr_netconf_get_route_to(struct device *d, const json_t *arguments)
{
	struct span destination = span_str(getter_text(arguments, "destination")), protocol = span_str(getter_text(arguments, "protocol"));
	const char *slash = destination.n ? memchr(destination.p, '/', destination.n) : NULL;
	struct span address = slash ? span_between(destination.p, slash) : destination;
	const struct family *f;
	xmlDoc *doc;
	json_t *r;

	if (getter_bool(arguments, "longer")) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "longer prefixes");
		return NULL;
	}
	if (!field_is_ip(address)) {
		device_fail(d, DEVICE_ARGUMENT, "\"%.*s\" is no IP address", (int)(address.n < 60 ? address.n : 60), address.p);
		return NULL;
	}
	if (same_word(protocol, SPAN_LIT("direct")))
		protocol = SPAN_LIT("connected");
	f = family_of(address);
	doc = ask_route(d, f, address, length_of(f, destination, address.n));
	r = doc ? json_object() : NULL;
	for (xmlNode *n = xml_read_next(iosxr_netconf_reply(doc), f->routes, NULL); n; n = xml_read_next(iosxr_netconf_reply(doc), f->routes, n)) {
		if (protocol.n == 0 || same_word(protocol, xml_text(n, "protocol-name")))
			put_route(d, r, n, f);
	}
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
