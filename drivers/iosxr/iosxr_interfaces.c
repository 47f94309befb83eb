/*
 * Interfaces: their state, counters and addresses.
 */
#include "drivers/eui.h"
#include "drivers/field.h"
#include "drivers/iosxr/iosxr.h"
#include "drivers/xml_read.h"

static json_t *
interface(struct device *d, const xmlNode *n)
{
	double flapped_ns = xml_read_real(d, n, "LastStateTransitionTime", -1);
	json_t *r = model_new(&model_interface);

	json_object_set_new(r, "is_up", json_boolean(xml_read_is(n, "LineState", "IM_STATE_UP")));
	json_object_set_new(r, "is_enabled", json_boolean(!xml_read_is(n, "State", "IM_STATE_ADMINDOWN")));
	json_object_set_new(r, "description", xml_read_text(n, "Description", ""));
	json_object_set_new(r, "last_flapped", json_real(flapped_ns < 0 ? -1.0 : flapped_ns / 1e9));
	json_object_set_new(r, "mtu", json_integer(xml_read_int(d, n, "MTU", -1)));
	json_object_set_new(r, "speed", json_real(xml_read_real(d, n, "Bandwidth", 0) * 1e-3));
	json_object_set_new(r, "mac_address", eui_or_text(xml_text(n, "MACAddress/Address")));
	return r;
}

json_t *
iosxr_get_interfaces(struct device *d, const json_t *arguments)
{
	static const char path[] = "*/Operational/Interfaces/InterfaceTable/Interface";
	xmlDoc *doc = iosxr_get(d, "Operational", "<Interfaces/>");
	const xmlNode *reply = iosxr_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		struct span name = xml_text(n, "Naming/InterfaceName");

		if (name.n > 0)
			xml_read_put(r, name, interface(d, n));
	}
	xmlFreeDoc(doc);
	return r;
}

json_t *
iosxr_get_interfaces_counters(struct device *d, const json_t *arguments)
{
	static const char path[] = "*/Operational/Interfaces/InterfaceTable/Interface";
	/* What an interface does not count is 0, as in NAPALM; so is all of one that has BasicInterfaceStats. */
	static const struct xml_read fields[] = {
		{ "tx_errors", XML_READ_INT, "FullInterfaceStats/OutputErrors", NULL, 0 },
		{ "rx_errors", XML_READ_INT, "FullInterfaceStats/InputErrors", NULL, 0 },
		{ "tx_discards", XML_READ_INT, "FullInterfaceStats/OutputDrops", NULL, 0 },
		{ "rx_discards", XML_READ_INT, "FullInterfaceStats/InputDrops", NULL, 0 },
		{ "tx_octets", XML_READ_INT, "FullInterfaceStats/BytesSent", NULL, 0 },
		{ "rx_octets", XML_READ_INT, "FullInterfaceStats/BytesReceived", NULL, 0 },
		{ "tx_unicast_packets", XML_READ_INT, "FullInterfaceStats/PacketsSent", NULL, 0 },
		{ "rx_unicast_packets", XML_READ_INT, "FullInterfaceStats/PacketsReceived", NULL, 0 },
		{ "tx_multicast_packets", XML_READ_INT, "FullInterfaceStats/MulticastPacketsSent", NULL, 0 },
		{ "rx_multicast_packets", XML_READ_INT, "FullInterfaceStats/MulticastPacketsReceived", NULL, 0 },
		{ "tx_broadcast_packets", XML_READ_INT, "FullInterfaceStats/BroadcastPacketsSent", NULL, 0 },
		{ "rx_broadcast_packets", XML_READ_INT, "FullInterfaceStats/BroadcastPacketsReceived", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	xmlDoc *doc = iosxr_get(d, "Operational", "<Interfaces><InterfaceTable></InterfaceTable></Interfaces>");
	const xmlNode *reply = iosxr_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		const xmlNode *statistics = xml_first(n, "InterfaceStatistics");
		json_t *one;

		if (!statistics)
			continue;
		one = model_new(&model_interface_counters);
		xml_read_fields(d, one, statistics, fields);
		xml_read_put(r, xml_text(n, "InterfaceHandle"), one);
	}
	xmlFreeDoc(doc);
	return r;
}

/* ---- addresses ---- */

/* The addresses of an interface, of "ipv4" or "ipv6". */
static json_t *
family_of(json_t *all, struct span interface, const char *family)
{
	json_t *one = xml_read_at(all, interface), *addresses;

	if (!one) {
		one = json_object();
		xml_read_put(all, interface, one);
	}
	addresses = json_object_get(one, family);
	if (!addresses) {
		addresses = json_object();
		json_object_set_new(one, family, addresses);
	}
	return addresses;
}

/* The first that is said counts.  An interface without an address says 0.0.0.0, which NAPALM takes for one. */
static void
put_address(struct device *d, json_t *addresses, const xmlNode *n, const char *path)
{
	json_t *text = field_ip(d, xml_text(n, path));
	const char *address = json_string_value(text);

	if (address && field_is_ip(span_str(address)) && !json_object_get(addresses, address))
		json_object_set_new(addresses, address, json_pack("{s:I}", "prefix_length", (json_int_t)xml_read_int(d, n, "PrefixLength", 0)));
	json_decref(text);
}

static void
read_addresses4(struct device *d, json_t *r, const xmlNode *reply)
{
	static const char path[] = "*/Operational/IPV4Network/InterfaceTable/Interface", secondary[] = "SecondaryAddress/Entry";

	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		const xmlNode *detail = xml_find(n, "VRFTable/VRF/Detail");
		json_t *addresses;

		if (xml_text(detail, "PrimaryAddress").n == 0)
			continue;
		addresses = family_of(r, xml_text(n, "Naming/InterfaceName"), "ipv4");
		put_address(d, addresses, detail, "PrimaryAddress");
		for (xmlNode *s = xml_read_next(detail, secondary, NULL); s; s = xml_read_next(detail, secondary, s))
			put_address(d, addresses, s, "Address");
	}
}

static void
read_addresses6(struct device *d, json_t *r, const xmlNode *reply)
{
	static const char path[] = "*/Operational/IPV6Network/NodeTable/Node/InterfaceData/VRFTable/VRF/GlobalDetailTable/GlobalDetail", list[] = "AddressList/Entry";

	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		json_t *addresses = family_of(r, xml_text(n, "Naming/InterfaceName"), "ipv6");

		for (xmlNode *s = xml_read_next(n, list, NULL); s; s = xml_read_next(n, list, s))
			put_address(d, addresses, s, "Address");
	}
}

json_t *
iosxr_get_interfaces_ip(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = iosxr_get(d, "Operational", "<IPV4Network></IPV4Network><IPV6Network></IPV6Network>");
	json_t *r = doc ? json_object() : NULL;

	(void)arguments;
	read_addresses4(d, r, iosxr_reply(doc));
	read_addresses6(d, r, iosxr_reply(doc));
	xmlFreeDoc(doc);
	return r;
}
