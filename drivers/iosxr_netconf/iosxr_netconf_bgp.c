/*
 * BGP: the state of neighbours.  Fields that are always 0 here are so in NAPALM's driver, which asks for names that the model had before they were spelt right.
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include <stdio.h>

#include "drivers/field.h"
#include "drivers/xml_read.h"

static const char default_path[] = "data/bgp/instances/instance/instance-active/default-vrf";
static const char vrf_path[] = "data/bgp/instances/instance/instance-active/vrfs/vrf";

static xmlDoc *
ask_bgp(struct device *d)
{
	return iosxr_netconf_ask_state(d,
	    "<bgp xmlns=\"" IOSXR_NETCONF_NS "ipv4-bgp-oper\"><instances><instance><instance-name>default</instance-name><instance-active>"
	    "<default-vrf><global-process-info/><neighbors/></default-vrf>"
	    "<vrfs><vrf><vrf-name/><global-process-info/><neighbors/></vrf></vrfs></instance-active></instance></instances></bgp>");
}

static bool
is_up(const xmlNode *neighbor)
{
	return xml_read_is(neighbor, "connection-state", "bgp-st-estab");
}

/* ---- neighbours ---- */

static json_t *
families(struct device *d, const xmlNode *n)
{
	struct span afi = xml_text(n, "connection-remote-address/afi");
	int64_t accepted = xml_read_int(d, n, "af-data/prefixes-accepted", 0);
	json_t *family = model_new(&model_bgp_family), *r = json_object();

	json_object_set_new(family, "accepted_prefixes", json_integer(accepted));
	json_object_set_new(family, "received_prefixes", json_integer(accepted + xml_read_int(d, n, "af-data/prefixes-denied", 0)));
	json_object_set_new(family, "sent_prefixes", json_integer(xml_read_int(d, n, "af-data/prefixes-advertised", 0)));
	xml_read_put(r, afi, family);
	return r;
}

static json_t *
peer(struct device *d, const xmlNode *n)
{
	static const struct xml_read fields[] = {
		{ "local_as", XML_READ_INT, "local-as", NULL, -1 },
		{ "remote_as", XML_READ_INT, "remote-as", NULL, -1 },
		{ "remote_id", XML_READ_TEXT, "router-id", NULL, 0 },
		{ "description", XML_READ_TEXT, "description", NULL, 0 },
		{ "is_enabled", XML_READ_NOT_TRUE, "is-administratively-shut-down", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	json_t *r = model_new(&model_bgp_peer);

	xml_read_fields(d, r, n, fields);
	json_object_set_new(r, "is_up", json_boolean(is_up(n)));
	if (is_up(n))
		json_object_set_new(r, "uptime", json_integer(xml_read_int(d, n, "connection-established-time", -1)));
	json_object_set_new(r, "address_family", families(d, n));
	return r;
}

static json_t *
vrf_neighbors(struct device *d, const xmlNode *vrf)
{
	json_t *r = model_new(&model_bgp_neighbors), *peers = json_object_get(r, "peers");

	json_object_set_new(r, "router_id", xml_read_text(vrf, "global-process-info/vrf/router-id", ""));
	for (xmlNode *n = xml_read_next(vrf, "neighbors/neighbor", NULL); n; n = xml_read_next(vrf, "neighbors/neighbor", n)) {
		json_t *address = field_ip(d, xml_text(n, "neighbor-address"));

		json_object_set_new(peers, json_string_value(address), peer(d, n));
		json_decref(address);
	}
	return r;
}

json_t *
iosxr_netconf_get_bgp_neighbors(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = ask_bgp(d);
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	if (doc)
		json_object_set_new(r, "global", vrf_neighbors(d, xml_find(reply, default_path)));
	for (xmlNode *n = xml_read_next(reply, vrf_path, NULL); n; n = xml_read_next(reply, vrf_path, n))
		xml_read_put(r, xml_text(n, "vrf-name"), vrf_neighbors(d, n));
	xmlFreeDoc(doc);
	return r;
}

/* ---- detail ---- */

/* "bgp-st-opensent" as "Opensent". */
static json_t *
state(struct span text)
{
	static const struct span prefix = { "bgp-st-", 7 };
	char out[32];

	if (span_starts(text, prefix))
		text = span_skip(text, prefix.n);
	if (span_eq(text, SPAN_LIT("estab")))
		return json_string("Established");
	if (text.n == 0 || text.n >= sizeof(out) || !span_is_alpha(text.p[0]))
		return field_text(text);
	memcpy(out, text.p, text.n);
	out[0] &= ~0x20;
	return field_text(span_of(out, text.n));
}

/* The state before is a number. */
static json_t *
previous_state(struct span text)
{
	static const char *const states[] = { "Unknown", "Idle", "Connect", "OpenSent", "OpenConfirm", "Active", "Established" };
	int64_t v = 0;

	if (text.n > 0 && !field_int(text, &v))
		return state(text);
	return json_string(v >= 0 && (size_t)v < sizeof(states) / sizeof(*states) ? states[v] : "");
}

static const struct xml_read detail_fields[] = {
	{ "local_as", XML_READ_INT, "local-as", NULL, 0 },
	{ "remote_as", XML_READ_INT, "remote-as", NULL, 0 },
	{ "router_id", XML_READ_IP, "router-id", NULL, 0 },
	{ "local_address", XML_READ_IP, "connection-local-address/ipv4-address", "connection-local-address/ipv6-address", 0 },
	{ "local_address_configured", XML_READ_TRUE, "is-local-address-configured", NULL, 0 },
	{ "local_port", XML_READ_INT, "connection-local-port", NULL, -1 },
	{ "remote_address", XML_READ_IP, "connection-remote-address/ipv4-address", "connection-remote-address/ipv6-address", 0 },
	{ "remote_port", XML_READ_INT, "connection-remote-port", NULL, -1 },
	{ "multihop", XML_READ_TRUE, "is-external-neighbor-not-directly-connected", NULL, 0 },
	{ "multipath", XML_READ_TRUE, "af-data/selective-multipath-eligible", NULL, 0 },
	{ "remove_private_as", XML_READ_TRUE, "af-data/remove-private-as-from-updates", NULL, 0 },
	{ "import_policy", XML_READ_TEXT, "af-data/route-policy-in", NULL, 0 },
	{ "export_policy", XML_READ_TEXT, "af-data/route-policy-out", NULL, 0 },
	{ "input_messages", XML_READ_INT, "messges-received", NULL, 0 },
	{ "output_messages", XML_READ_INT, "messages-sent", NULL, 0 },
	{ "messages_queued_out", XML_READ_INT, "messages-queued-out", NULL, 0 },
	{ "suppress_4byte_as", XML_READ_TRUE, "suppress4-byte-as", NULL, 0 },
	{ "local_as_prepend", XML_READ_NOT_TRUE, "local-as-no-prepend", NULL, 0 },
	{ "configured_holdtime", XML_READ_INT, "configured-hold-time", NULL, 0 },
	{ "configured_keepalive", XML_READ_INT, "configured-keepalive", NULL, 0 },
	{ "active_prefix_count", XML_READ_INT, "af-data/number-of-bestpaths", NULL, 0 },
	{ "accepted_prefix_count", XML_READ_INT, "af-data/prefixes-accepted", NULL, 0 },
	{ "suppressed_prefix_count", XML_READ_INT, "af-data/prefixes-denied", NULL, 0 },
	{ "advertised_prefix_count", XML_READ_INT, "af-data/prefixes-advertised", NULL, 0 },
	{ "flap_count", XML_READ_INT, "connection-down-count", NULL, 0 },
	{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
};

/* A time that is 0 here is the whole VRF's. */
static json_t *
timer(struct device *d, const xmlNode *neighbor, const xmlNode *vrf, const char *name)
{
	int64_t own = xml_read_int(d, neighbor, name, 0);

	return json_integer(own != 0 ? own : xml_read_int(d, xml_find(vrf, "global-process-info/vrf"), name, -1));
}

static json_t *
peer_detail(struct device *d, const xmlNode *n, const xmlNode *vrf)
{
	json_t *r = model_new(&model_bgp_peer_detail);

	xml_read_fields(d, r, n, detail_fields);
	if (json_string_length(json_object_get(r, "remote_address")) == 0)
		json_object_set_new(r, "remote_address", field_ip(d, xml_text(n, "neighbor-address")));
	json_object_set_new(r, "up", json_boolean(is_up(n)));
	json_object_set_new(r, "input_updates", json_integer(0));
	json_object_set_new(r, "output_updates", json_integer(0));
	json_object_set_new(r, "connection_state", state(xml_text(n, "connection-state")));
	json_object_set_new(r, "previous_connection_state", previous_state(xml_text(n, "previous-connection-state")));
	json_object_set_new(r, "holdtime", timer(d, n, vrf, "hold-time"));
	json_object_set_new(r, "keepalive", timer(d, n, vrf, "keep-alive-time"));
	json_object_set_new(r, "received_prefix_count",
	    json_integer(json_integer_value(json_object_get(r, "accepted_prefix_count")) + json_integer_value(json_object_get(r, "suppressed_prefix_count"))));
	return r;
}

static bool
is_wanted(const json_t *one, const char *address)
{
	const char *own = json_string_value(json_object_get(one, "remote_address"));

	return !*address || (own && strcmp(own, address) == 0);
}

/* By the AS numbers of the neighbours. */
static json_t *
vrf_detail(struct device *d, const xmlNode *vrf, struct span name, const char *wanted)
{
	json_t *r = json_object();

	for (xmlNode *n = xml_read_next(vrf, "neighbors/neighbor", NULL); n; n = xml_read_next(vrf, "neighbors/neighbor", n)) {
		json_t *one = peer_detail(d, n, vrf), *list;
		char as[24];

		if (!is_wanted(one, wanted)) {
			json_decref(one);
			continue;
		}
		json_object_set_new(one, "routing_table", field_text(name));
		snprintf(as, sizeof(as), "%lld", (long long)json_integer_value(json_object_get(one, "remote_as")));
		list = json_object_get(r, as);
		if (!list) {
			list = json_array();
			json_object_set_new(r, as, list);
		}
		json_array_append_new(list, one);
	}
	return r;
}

json_t *
iosxr_netconf_get_bgp_neighbors_detail(struct device *d, const json_t *arguments)
{
	json_t *wanted = field_ip(d, span_str(getter_text(arguments, "neighbor_address")));
	const char *address = json_string_value(wanted);
	xmlDoc *doc = address ? ask_bgp(d) : NULL;
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	if (doc)
		json_object_set_new(r, "global", vrf_detail(d, xml_find(reply, default_path), SPAN_LIT("default"), address));
	for (xmlNode *n = xml_read_next(reply, vrf_path, NULL); n; n = xml_read_next(reply, vrf_path, n))
		xml_read_put(r, xml_text(n, "vrf-name"), vrf_detail(d, n, xml_text(n, "vrf-name"), address));
	json_decref(wanted);
	xmlFreeDoc(doc);
	return r;
}
