/*
 * Tables of neighbours and addresses: LLDP, ARP, MAC.
 */
#include "drivers/field.h"
#include "drivers/iosxr/iosxr.h"
#include "drivers/xml_read.h"
#include "drivers/xr/xr_table.h"
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

json_t *
iosxr_get_lldp_neighbors_detail(struct device *d, const json_t *arguments)
{
	static const struct xml_read fields[] = {
		{ "remote_port", XML_READ_TEXT, "PortIDDetail", NULL, 0 },
		{ "remote_port_description", XML_READ_TEXT, "Detail/PortDescription", NULL, 0 },
		{ "remote_system_name", XML_READ_TEXT, "Detail/SystemName", NULL, 0 },
		{ "remote_system_description", XML_READ_TEXT, "Detail/SystemDescription", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	static const struct xr_table_lldp names = {
		.path = "*/Operational/LLDP/NodeTable/Node/Neighbors/DetailTable/Detail/Entry",
		.interface = "ReceivingInterfaceName",
		.parent = "ReceivingParentInterfaceName",
		.no_parent = "",
		.chassis = "ChassisID",
		.capabilities = "Detail/SystemCapabilities",
		.enabled = "Detail/EnabledCapabilities",
		.fields = fields,
	};
	xmlDoc *doc = iosxr_get(d, "Operational", "<LLDP><NodeTable></NodeTable></LLDP>");
	json_t *r = xr_table_lldp(d, iosxr_reply(doc), &names, span_str(getter_text(arguments, "interface")));

	xmlFreeDoc(doc);
	return r;
}

json_t *
iosxr_get_arp_table(struct device *d, const json_t *arguments)
{
	static const struct xml_read fields[] = {
		{ "interface", XML_READ_TEXT, "InterfaceName", "Naming/InterfaceName", 0 },
		{ "mac", XML_READ_MAC, "HardwareAddress", NULL, 0 },
		{ "ip", XML_READ_IP, "Address", "Naming/Address", 0 },
		{ "age", XML_READ_REAL, "Age", NULL, -1 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	static const struct xr_table table = { "*/Operational/ARP/NodeTable/Node/EntryTable/Entry", &model_arp, fields };
	xmlDoc *doc;
	json_t *r;

	if (*getter_text(arguments, "vrf")) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "the ARP table of one VRF");
		return NULL;
	}
	doc = iosxr_get(d, "Operational", "<ARP></ARP>");
	r = xr_table_rows(d, iosxr_reply(doc), &table);
	xmlFreeDoc(doc);
	return r;
}

json_t *
iosxr_get_mac_address_table(struct device *d, const json_t *arguments)
{
	static const struct xml_read fields[] = {
		{ "mac", XML_READ_MAC, "Naming/Address", NULL, 0 },
		{ "interface", XML_READ_TEXT, "Segment/AC/InterfaceHandle", NULL, 0 },
		{ NULL, XML_READ_TEXT, NULL, NULL, 0 },
	};
	static const struct xr_table table = { "*/Operational/L2VPNForwarding/NodeTable/Node/L2FIBMACDetailTable/L2FIBMACDetail", &model_mac, fields };
	xmlDoc *doc = iosxr_get(d, "Operational", "<L2VPNForwarding></L2VPNForwarding>");
	json_t *r = xr_table_mac(d, iosxr_reply(doc), &table, "Naming/Name");

	(void)arguments;
	xmlFreeDoc(doc);
	return r;
}
