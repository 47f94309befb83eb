/*
 * Tables of neighbours and addresses: LLDP, ARP, IPv6, MAC.
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include "drivers/xml_read.h"
#include "drivers/xr/xr_table.h"
#include "drivers/xr/xr_value.h"

static const char lldp_path[] = "data/lldp/nodes/node/neighbors/details/detail/lldp-neighbor";

static xmlDoc *
ask_lldp(struct device *d)
{
	return iosxr_netconf_ask_state(d,
	    "<lldp xmlns=\"" IOSXR_NETCONF_NS "ethernet-lldp-oper\"><nodes><node><neighbors><details><detail><lldp-neighbor/></detail></details></neighbors></node></nodes></lldp>");
}

json_t *
iosxr_netconf_get_lldp_neighbors(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = ask_lldp(d);
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (xmlNode *n = xml_read_next(reply, lldp_path, NULL); n; n = xml_read_next(reply, lldp_path, n)) {
		json_t *one = model_new(&model_lldp_neighbor);

		json_object_set_new(one, "hostname", xml_read_text(n, "detail/system-name", ""));
		json_object_set_new(one, "port", xml_read_text(n, "port-id-detail", ""));
		xr_value_append(r, xml_text(n, "receiving-interface-name"), one);
	}
	xmlFreeDoc(doc);
	return r;
}

json_t *
iosxr_netconf_get_lldp_neighbors_detail(struct device *d, const json_t *arguments)
{
	static const struct xml_read fields[] = {
		{ "remote_port", XML_READ_TEXT, "port-id-detail", NULL, 0 },
		{ "remote_port_description", XML_READ_TEXT, "detail/port-description", NULL, 0 },
		{ "remote_system_name", XML_READ_TEXT, "detail/system-name", NULL, 0 },
		{ "remote_system_description", XML_READ_TEXT, "detail/system-description", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	static const struct xr_table_lldp names = {
		.path = lldp_path,
		.interface = "receiving-interface-name",
		.parent = "receiving-parent-interface-name",
		.no_parent = "None",    /* NAPALM's word */
		.chassis = "chassis-id",
		.capabilities = "detail/system-capabilities",
		.enabled = "detail/enabled-capabilities",
		.fields = fields,
	};
	xmlDoc *doc = ask_lldp(d);
	json_t *r = xr_table_lldp(d, iosxr_netconf_reply(doc), &names, span_str(getter_text(arguments, "interface")));

	xmlFreeDoc(doc);
	return r;
}

/* ---- addresses ---- */

static json_t *
ask_rows(struct device *d, const char *filter, const struct xr_table *t)
{
	xmlDoc *doc = iosxr_netconf_ask_state(d, filter);
	json_t *r = xr_table_rows(d, iosxr_netconf_reply(doc), t);

	xmlFreeDoc(doc);
	return r;
}

json_t *
iosxr_netconf_get_arp_table(struct device *d, const json_t *arguments)
{
	static const struct xml_read fields[] = {
		{ "interface", XML_READ_TEXT, "interface-name", NULL, 0 },
		{ "mac", XML_READ_MAC, "hardware-address", NULL, 0 },
		{ "ip", XML_READ_IP, "address", NULL, 0 },
		{ "age", XML_READ_REAL, "age", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	static const struct xr_table table = { "data/arp/nodes/node/entries/entry", &model_arp, fields };

	if (*getter_text(arguments, "vrf")) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "the ARP table of one VRF");
		return NULL;
	}
	return ask_rows(d, "<arp xmlns=\"" IOSXR_NETCONF_NS "ipv4-arp-oper\"><nodes><node><entries><entry/></entries></node></nodes></arp>", &table);
}

json_t *
iosxr_netconf_get_mac_address_table(struct device *d, const json_t *arguments)
{
	static const struct xml_read fields[] = {
		{ "mac", XML_READ_MAC, "address", NULL, 0 },
		{ "interface", XML_READ_TEXT, "segment/ac/interface-handle", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	static const struct xr_table table = { "data/l2vpn-forwarding/nodes/node/l2fibmac-details/l2fibmac-detail", &model_mac, fields };
	xmlDoc *doc = iosxr_netconf_ask_state(d, "<l2vpn-forwarding xmlns=\"" IOSXR_NETCONF_NS "l2vpn-oper\"><nodes><node><l2fibmac-details/></node></nodes></l2vpn-forwarding>");
	json_t *r = xr_table_mac(d, iosxr_netconf_reply(doc), &table, "name");

	(void)arguments;
	xmlFreeDoc(doc);
	return r;
}

/* NAPALM's driver has no such getter. */
json_t *
iosxr_netconf_get_ipv6_neighbors_table(struct device *d, const json_t *arguments)
{
	static const struct xml_read fields[] = {
		{ "interface", XML_READ_TEXT, "interface-name", NULL, 0 },
		{ "mac", XML_READ_MAC, "link-layer-address", NULL, 0 },
		{ "ip", XML_READ_IP, "host-address", NULL, 0 },
		{ "age", XML_READ_REAL, "last-reached-time/seconds", NULL, -1 },
		{ "state", XML_READ_TEXT, "reachability-state", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	static const struct xr_table table = { "data/ipv6-node-discovery/nodes/node/neighbor-interfaces/neighbor-interface/host-addresses/host-address", &model_ipv6_neighbor, fields };

	(void)arguments;
	return ask_rows(d, "<ipv6-node-discovery xmlns=\"" IOSXR_NETCONF_NS "ipv6-nd-oper\"><nodes><node><neighbor-interfaces><neighbor-interface><host-addresses/></neighbor-interface></neighbor-interfaces>"
	    "</node></nodes></ipv6-node-discovery>", &table);
}
