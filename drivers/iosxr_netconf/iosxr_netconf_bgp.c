/*
 * BGP: the state of neighbours, and what is configured.  Messages that came in are asked for by the name that the model had before it was spelt right, as NAPALM's driver does.
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include "drivers/field.h"
#include "drivers/xml_read.h"
#include "drivers/xr/xr_bgp.h"
#include "drivers/xr/xr_group.h"

static const char default_path[] = "data/bgp/instances/instance/instance-active/default-vrf";
static const char vrf_path[] = "data/bgp/instances/instance/instance-active/vrfs/vrf";

static const struct xml_read peer_fields[] = {
	{ "local_as", XML_READ_INT, "local-as", NULL, 0 },
	{ "remote_as", XML_READ_INT, "remote-as", NULL, 0 },
	{ "remote_id", XML_READ_TEXT, "router-id", NULL, 0 },
	{ "description", XML_READ_TEXT, "description", NULL, 0 },
	{ "is_enabled", XML_READ_NOT_TRUE, "is-administratively-shut-down", NULL, 0 },
	{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
};

static const struct xml_read detail_fields[] = {
	{ "local_as", XML_READ_INT, "local-as", NULL, 0 },
	{ "remote_as", XML_READ_INT, "remote-as", NULL, 0 },
	{ "router_id", XML_READ_IP, "router-id", NULL, 0 },
	{ "local_address", XML_READ_IP, "connection-local-address/ipv4-address", "connection-local-address/ipv6-address", 0 },
	{ "local_address_configured", XML_READ_TRUE, "is-local-address-configured", NULL, 0 },
	{ "local_port", XML_READ_INT, "connection-local-port", NULL, 0 },
	{ "remote_address", XML_READ_IP, "connection-remote-address/ipv4-address", "connection-remote-address/ipv6-address", 0 },
	{ "remote_port", XML_READ_INT, "connection-remote-port", NULL, 0 },
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

static const struct xr_bgp names = {
	.neighbors = "neighbors/neighbor",
	.router_id = "global-process-info/vrf/router-id",
	.timers = "global-process-info/vrf",
	.hold_time = "hold-time",
	.keepalive = "keep-alive-time",
	.address = "neighbor-address",
	.state = "connection-state",
	.established = "bgp-st-estab",
	.previous = "previous-connection-state",
	.since = "connection-established-time",
	.family = "connection-remote-address/afi",
	.accepted = "af-data/prefixes-accepted",
	.denied = "af-data/prefixes-denied",
	.advertised = "af-data/prefixes-advertised",
	.peer = peer_fields,
	.detail = detail_fields,
};

static xmlDoc *
ask_bgp(struct device *d)
{
	return iosxr_netconf_ask_state(d,
	    "<bgp xmlns=\"" IOSXR_NETCONF_NS "ipv4-bgp-oper\"><instances><instance><instance-name>default</instance-name><instance-active>"
	    "<default-vrf><global-process-info/><neighbors/></default-vrf>"
	    "<vrfs><vrf><vrf-name/><global-process-info/><neighbors/></vrf></vrfs></instance-active></instance></instances></bgp>");
}

json_t *
iosxr_netconf_get_bgp_neighbors(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = ask_bgp(d);
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	if (doc)
		json_object_set_new(r, "global", xr_bgp_vrf(d, xml_find(reply, default_path), &names));
	for (xmlNode *n = xml_read_next(reply, vrf_path, NULL); n; n = xml_read_next(reply, vrf_path, n))
		xml_read_put(r, xml_text(n, "vrf-name"), xr_bgp_vrf(d, n, &names));
	xmlFreeDoc(doc);
	return r;
}

static json_t *
vrf_detail(struct device *d, const xmlNode *vrf, struct span name, const json_t *wanted)
{
	json_t *r = json_object(), *list, *one;
	const char *as;
	size_t i;

	xr_bgp_detail(d, r, vrf, &names, wanted);
	json_object_foreach(r, as, list) {
		json_array_foreach(list, i, one)
			json_object_set_new(one, "routing_table", field_text(name));
	}
	return r;
}

json_t *
iosxr_netconf_get_bgp_neighbors_detail(struct device *d, const json_t *arguments)
{
	json_t *wanted = field_ip(d, span_str(getter_text(arguments, "neighbor_address")));
	xmlDoc *doc = ask_bgp(d);
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	if (doc)
		json_object_set_new(r, "global", vrf_detail(d, xml_find(reply, default_path), SPAN_LIT("default"), wanted));
	for (xmlNode *n = xml_read_next(reply, vrf_path, NULL); n; n = xml_read_next(reply, vrf_path, n))
		xml_read_put(r, xml_text(n, "vrf-name"), vrf_detail(d, n, xml_text(n, "vrf-name"), wanted));
	json_decref(wanted);
	xmlFreeDoc(doc);
	return r;
}

/* ---- configuration ---- */

static const struct xml_read common_fields[] = {
	{ "description", XML_READ_TEXT, "description", NULL, 0 },
	{ "import_policy", XML_READ_TEXT, "neighbor-afs/neighbor-af/route-policy-in", "neighbor-group-afs/neighbor-group-af/route-policy-in", 0 },
	{ "export_policy", XML_READ_TEXT, "neighbor-afs/neighbor-af/route-policy-out", "neighbor-group-afs/neighbor-group-af/route-policy-out", 0 },
	{ "local_address", XML_READ_IP, "local-address/local-ip-address", NULL, 0 },
	{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
};

static const struct xr_group config_names = {
	.as_high = "instance-as/as",
	.as_low = "instance-as/four-byte-as/as",
	.neighbors = "instance-as/four-byte-as/default-vrf/bgp-entity/neighbors/neighbor",
	.groups = "instance-as/four-byte-as/default-vrf/bgp-entity/neighbor-groups/neighbor-group",
	.name = "neighbor-group-name",
	.multipath = "neighbor-group-afs/neighbor-group-af/multipath",
	.multihop = "ebgp-multihop/max-hop-count",
	.member_of = "neighbor-group-add-member",
	.address = "neighbor-address",
	.password = "password/password",
	.family = "neighbor-afs/neighbor-af",
	.local_high = "local-as/as-xx",
	.local_low = "local-as/as-yy",
	.remote_high = "remote-as/as-xx",
	.remote_low = "remote-as/as-yy",
	.common = common_fields,
	.family_name = "af-name",
	.limit = "maximum-prefixes/prefix-limit",
	.warning = "maximum-prefixes/warning-percentage",
	.restart = "maximum-prefixes/restart-time",
	.family_prefix = sizeof("ipv4-") - 1,
};

json_t *
iosxr_netconf_get_bgp_config(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = iosxr_netconf_ask_config(d, "running", "<bgp xmlns=\"" IOSXR_NETCONF_NS "ipv4-bgp-cfg\"><instance><instance-name>default</instance-name></instance></bgp>");
	const xmlNode *instance = xml_find(iosxr_netconf_reply(doc), "data/bgp/instance");
	json_t *r = NULL;

	if (doc)
		r = xml_find(iosxr_netconf_reply(doc), "data/*") ? xr_group_config(d, instance, &config_names, arguments) : json_object();
	xmlFreeDoc(doc);
	return r;
}
