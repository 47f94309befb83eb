/*
 * Tables of neighbours and addresses: LLDP, ARP, MAC.
 */
#include "drivers/eui.h"
#include "drivers/field.h"
#include "drivers/iosxr/iosxr.h"
#include "drivers/xml_read.h"
#include "drivers/xr/xr_value.h"

/*
 * A line of `show lldp neighbors`: device, interface, hold time, capabilities, port.  Words are parted by blanks alone; capabilities may be missing.
 */
static void
read_lldp_line(struct device *d, json_t *r, struct span line)
{
	struct span words[5], rest = line;
	size_t n = 0;
	int64_t hold;
	json_t *one;

	while (n < 5 && field_word(&rest, &words[n]))
		n++;
	if (n == 0)
		return;
	if (n < 4 || !field_int(words[2], &hold)) {
		device_warn(d, "show lldp neighbors: \"%.*s\" is no neighbour", (int)(line.n < 100 ? line.n : 100), line.p);
		return;
	}
	one = model_new(&model_lldp_neighbor);
	json_object_set_new(one, "hostname", field_text(words[0]));
	json_object_set_new(one, "port", field_text(words[n - 1]));
	xr_value_append(r, words[1], one);
}

/* Between the table's head and the number of entries. */
static void
read_lldp_table(struct device *d, json_t *r, struct span text)
{
	struct span line;
	bool within = false;

	while (field_line(&text, &line)) {
		line = span_trim(line);
		if (span_starts(line, SPAN_LIT("Total entries")))
			break;
		if (within)
			read_lldp_line(d, r, line);
		within = within || span_starts(line, SPAN_LIT("Device ID"));
	}
}

json_t *
iosxr_get_lldp_neighbors(struct device *d, const json_t *arguments)
{
	struct buffer text;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&text, DEVICE_MAX_ANSWER);
	if (iosxr_show(d, "Exec", "show lldp neighbors", &text) == 0) {
		r = json_object();
		read_lldp_table(d, r, buffer_span(&text));
	}
	buffer_fini(&text);
	return r;
}

static json_t *
lldp_detail(struct device *d, const xmlNode *n)
{
	static const struct xml_read fields[] = {
		{ "parent_interface", XML_READ_TEXT, "ReceivingParentInterfaceName", NULL, 0 },
		{ "remote_port", XML_READ_TEXT, "PortIDDetail", NULL, 0 },
		{ "remote_port_description", XML_READ_TEXT, "Detail/PortDescription", NULL, 0 },
		{ "remote_system_name", XML_READ_TEXT, "Detail/SystemName", NULL, 0 },
		{ "remote_system_description", XML_READ_TEXT, "Detail/SystemDescription", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	json_t *r = model_new(&model_lldp_neighbor_detail);

	xml_read_fields(d, r, n, fields);
	json_object_set_new(r, "remote_chassis_id", eui_or_text(xml_text(n, "ChassisID")));
	json_object_set_new(r, "remote_system_capab", field_lldp_capabilities(xml_text(n, "Detail/SystemCapabilities")));
	json_object_set_new(r, "remote_system_enable_capab", field_lldp_capabilities(xml_text(n, "Detail/EnabledCapabilities")));
	return r;
}

json_t *
iosxr_get_lldp_neighbors_detail(struct device *d, const json_t *arguments)
{
	static const char path[] = "*/Operational/LLDP/NodeTable/Node/Neighbors/DetailTable/Detail/Entry";
	struct span wanted = span_str(getter_text(arguments, "interface"));
	xmlDoc *doc = iosxr_get(d, "Operational", "<LLDP><NodeTable></NodeTable></LLDP>");
	const xmlNode *reply = iosxr_reply(doc);
	json_t *r = doc ? json_object() : NULL;

	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		struct span interface = xml_text(n, "ReceivingInterfaceName");

		if (wanted.n == 0 || span_eq(wanted, interface))
			xr_value_append(r, interface, lldp_detail(d, n));
	}
	xmlFreeDoc(doc);
	return r;
}

json_t *
iosxr_get_arp_table(struct device *d, const json_t *arguments)
{
	static const char path[] = "*/Operational/ARP/NodeTable/Node/EntryTable/Entry";
	static const struct xml_read fields[] = {
		{ "interface", XML_READ_TEXT, "InterfaceName", "Naming/InterfaceName", 0 },
		{ "mac", XML_READ_MAC, "HardwareAddress", NULL, 0 },
		{ "ip", XML_READ_IP, "Address", "Naming/Address", 0 },
		{ "age", XML_READ_REAL, "Age", NULL, -1 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	xmlDoc *doc;
	const xmlNode *reply;
	json_t *r;

	if (*getter_text(arguments, "vrf")) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "the ARP table of one VRF");
		return NULL;
	}
	doc = iosxr_get(d, "Operational", "<ARP></ARP>");
	reply = iosxr_reply(doc);
	r = doc ? json_array() : NULL;
	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		json_t *one = model_new(&model_arp);

		xml_read_fields(d, one, n, fields);
		json_array_append_new(r, one);
	}
	xmlFreeDoc(doc);
	return r;
}

json_t *
iosxr_get_mac_address_table(struct device *d, const json_t *arguments)
{
	static const char path[] = "*/Operational/L2VPNForwarding/NodeTable/Node/L2FIBMACDetailTable/L2FIBMACDetail";
	static const struct xml_read fields[] = {
		{ "mac", XML_READ_MAC, "Naming/Address", NULL, 0 },
		{ "interface", XML_READ_TEXT, "Segment/AC/InterfaceHandle", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	xmlDoc *doc = iosxr_get(d, "Operational", "<L2VPNForwarding></L2VPNForwarding>");
	const xmlNode *reply = iosxr_reply(doc);
	json_t *r = doc ? json_array() : NULL;

	(void)arguments;
	for (xmlNode *n = xml_read_next(reply, path, NULL); n; n = xml_read_next(reply, path, n)) {
		json_t *one = model_new(&model_mac);

		xml_read_fields(d, one, n, fields);
		json_object_set_new(one, "vlan", xr_value_vlan(xml_text(n, "Naming/Name")));
		json_object_set_new(one, "active", json_true());
		json_object_set_new(one, "moves", json_integer(0));
		json_object_set_new(one, "last_move", json_real(0));
		json_array_append_new(r, one);
	}
	xmlFreeDoc(doc);
	return r;
}
