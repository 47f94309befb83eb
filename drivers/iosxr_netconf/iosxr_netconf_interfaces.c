/*
 * Interfaces: their state, counters and addresses.
 */
#include "drivers/iosxr_netconf/iosxr_netconf.h"

#include "drivers/eui.h"
#include "drivers/field.h"
#include "drivers/xml_read.h"

/* Descriptions stand in a table of their own. */
static json_t *
descriptions(const xmlNode *reply)
{
	static const char path[] = "data/interfaces/interfaces/interface";
	json_t *r = json_object();

	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n))
		xml_read_put(r, xml_text(n, "interface-name"), xml_read_text(n, "description", ""));
	return r;
}

static json_t *
interface(struct device *d, const xmlNode *n)
{
	json_t *r = model_new(&model_interface);

	json_object_set_new(r, "is_up", json_boolean(xml_read_is(n, "line-state", "im-state-up")));
	json_object_set_new(r, "is_enabled", json_boolean(!xml_read_is(n, "state", "im-state-admin-down")));
	json_object_set_new(r, "mtu", json_integer(xml_read_int(d, n, "mtu", -1)));
	json_object_set_new(r, "speed", json_real(xml_read_real(d, n, "bandwidth", 0) * 1e-3));
	json_object_set_new(r, "mac_address", eui_or_text(xml_text(n, "mac-address/address")));
	return r;
}

json_t *
iosxr_netconf_get_interfaces(struct device *d, const json_t *arguments)
{
	static const char path[] = "data/interfaces/interface-xr/interface";
	xmlDoc *doc = iosxr_netconf_ask_state(d, "<interfaces xmlns=\"" IOSXR_NETCONF_NS "pfi-im-cmd-oper\">"
	    "<interfaces><interface><interface-name/><description/></interface></interfaces>"
	    "<interface-xr><interface><interface-name/><line-state/><state/><mac-address><address/></mac-address><bandwidth/><mtu/></interface></interface-xr></interfaces>");
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *described = descriptions(reply);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		struct span name = xml_text(n, "interface-name");
		json_t *one, *description = xml_read_at(described, name);

		if (name.n == 0)
			continue;
		one = interface(d, n);
		if (description)
			json_object_set(one, "description", description);
		xml_read_put(r, name, one);
	}
	json_decref(described);
	xmlFreeDoc(doc);
	return r;
}

/* ---- counters ---- */

/* "Loopback0": it counts nothing. */
static bool
is_loopback(struct span name)
{
	if (!span_starts(name, SPAN_LIT("Loopback")) || name.n == 8)
		return false;
	for (size_t i = 8; i < name.n; i++)
		if (!span_is_digit(name.p[i]))
			return false;
	return true;
}

static json_t *
counters(struct device *d, const xmlNode *statistics)
{
	static const struct xml_read full[] = {
		{ "tx_errors", XML_READ_INT, "output-errors", NULL, 0 },
		{ "rx_errors", XML_READ_INT, "input-errors", NULL, 0 },
		{ "tx_discards", XML_READ_INT, "output-drops", NULL, 0 },
		{ "rx_discards", XML_READ_INT, "input-drops", NULL, 0 },
		{ "tx_octets", XML_READ_INT, "bytes-sent", NULL, 0 },
		{ "rx_octets", XML_READ_INT, "bytes-received", NULL, 0 },
		{ "tx_unicast_packets", XML_READ_INT, "packets-sent", NULL, 0 },
		{ "rx_unicast_packets", XML_READ_INT, "packets-received", NULL, 0 },
		{ "tx_multicast_packets", XML_READ_INT, "multicast-packets-sent", NULL, 0 },
		{ "rx_multicast_packets", XML_READ_INT, "multicast-packets-received", NULL, 0 },
		{ "tx_broadcast_packets", XML_READ_INT, "broadcast-packets-sent", NULL, 0 },
		{ "rx_broadcast_packets", XML_READ_INT, "broadcast-packets-received", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	/* What an interface of few counters has; the others stay unknown. */
	static const struct xml_read basic[] = {
		{ "tx_errors", XML_READ_INT, "output-errors", NULL, -1 },
		{ "rx_errors", XML_READ_INT, "input-errors", NULL, -1 },
		{ "tx_discards", XML_READ_INT, "output-drops", NULL, -1 },
		{ "rx_discards", XML_READ_INT, "input-drops", NULL, -1 },
		{ "tx_octets", XML_READ_INT, "bytes-sent", NULL, -1 },
		{ "rx_octets", XML_READ_INT, "bytes-received", NULL, -1 },
		{ "tx_unicast_packets", XML_READ_INT, "packets-sent", NULL, -1 },
		{ "rx_unicast_packets", XML_READ_INT, "packets-received", NULL, -1 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	json_t *r = model_new(&model_interface_counters);

	if (xml_read_is(statistics, "stats-type", "basic"))
		xml_read_fields(d, r, xml_first(statistics, "basic-interface-stats"), basic);
	else
		xml_read_fields(d, r, xml_first(statistics, "full-interface-stats"), full);
	return r;
}

json_t *
iosxr_netconf_get_interfaces_counters(struct device *d, const json_t *arguments)
{
	static const char path[] = "data/interfaces/interface-xr/interface";
	xmlDoc *doc = iosxr_netconf_ask_state(d, "<interfaces xmlns=\"" IOSXR_NETCONF_NS "pfi-im-cmd-oper\"><interface-xr><interface><interface-name/><interface-statistics>"
	    "<stats-type/><basic-interface-stats/><full-interface-stats><multicast-packets-sent/><output-drops/><bytes-sent/><output-errors/><bytes-received/><packets-sent/>"
	    "<input-errors/><broadcast-packets-sent/><multicast-packets-received/><broadcast-packets-received/><input-drops/><packets-received/></full-interface-stats>"
	    "</interface-statistics></interface></interface-xr></interfaces>");
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		struct span name = xml_text(n, "interface-name");

		if (!is_loopback(name))
			xml_read_put(r, name, counters(d, xml_first(n, "interface-statistics")));
	}
	xmlFreeDoc(doc);
	return r;
}

/* ---- addresses ---- */

/* The addresses of one family; an interface is there without one, too. */
static json_t *
addresses_of(json_t *all, struct span interface, const char *family)
{
	json_t *one = xml_read_at(all, interface), *addresses;

	if (!one) {
		xml_read_put(all, interface, json_object());
		one = xml_read_at(all, interface);
	}
	addresses = json_object_get(one, family);
	if (!addresses) {
		json_object_set_new(one, family, json_object());
		addresses = json_object_get(one, family);
	}
	return addresses;
}

/* One address: the first that is said counts.  That of an interface without one is "0.0.0.0", as NAPALM has it. */
static void
put_address(struct device *d, json_t *addresses, const xmlNode *n, const char *name)
{
	json_t *text = field_ip(d, xml_text(n, name));
	const char *address = json_string_value(text);

	if (address && field_is_ip(span_str(address)) && !json_object_get(addresses, address))
		json_object_set_new(addresses, address, json_pack("{s:I}", "prefix_length", (json_int_t)xml_read_int(d, n, "prefix-length", 0)));
	json_decref(text);
}

json_t *
iosxr_netconf_get_interfaces_ip(struct device *d, const json_t *arguments)
{
	static const char path4[] = "data/ipv4-network/nodes/node/interface-data/vrfs/vrf/details/detail";
	static const char path6[] = "data/ipv6-network/nodes/node/interface-data/vrfs/vrf/global-details/global-detail";
	xmlDoc *doc = iosxr_netconf_ask_state(d,
	    "<ipv4-network xmlns=\"" IOSXR_NETCONF_NS "ipv4-io-oper\"><nodes><node><interface-data><vrfs><vrf><details><detail/></details></vrf></vrfs></interface-data></node></nodes>"
	    "</ipv4-network><ipv6-network xmlns=\"" IOSXR_NETCONF_NS "ipv6-ma-oper\"><nodes><node><interface-data><vrfs><vrf><global-details><global-detail/></global-details></vrf></vrfs>"
	    "</interface-data></node></nodes></ipv6-network>");
	const xmlNode *reply = iosxr_netconf_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (xmlNode *n = xml_read_next(reply, path4, NULL); n; n = xml_read_next(reply, path4, n)) {
		json_t *addresses = addresses_of(r, xml_text(n, "interface-name"), "ipv4");

		put_address(d, addresses, n, "primary-address");
		for (xmlNode *s = xml_first(n, "secondary-address"); s; s = xml_next(s, "secondary-address"))
			put_address(d, addresses, s, "address");
	}
	for (xmlNode *n = xml_read_next(reply, path6, NULL); n; n = xml_read_next(reply, path6, n)) {
		json_t *addresses = addresses_of(r, xml_text(n, "interface-name"), "ipv6");

		for (xmlNode *a = xml_first(n, "address"); a; a = xml_next(a, "address"))
			put_address(d, addresses, a, "address");
	}
	xmlFreeDoc(doc);
	return r;
}
