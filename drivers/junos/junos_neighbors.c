/*
 * Neighbours on links: ARP, and IPv6 neighbour discovery.
 */
#include "drivers/junos/junos.h"
#include "drivers/xml_read.h"

json_t *
junos_get_arp_table(struct device *d, const json_t *arguments)
{
	xmlDoc *doc;
	json_t *r;

	if (*getter_text(arguments, "vrf")) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver junos has no ARP table of a VRF");
		return NULL;
	}
	doc = junos_ask(d, "<get-arp-table-information><expiration-time/><no-resolve/></get-arp-table-information>");
	r = doc ? json_array() : NULL;
	for (const xmlNode *n = junos_next(junos_root(doc), NULL, "arp-table-entry"); n; n = junos_next(junos_root(doc), n, "arp-table-entry")) {
		json_t *one = model_new(&model_arp);

		json_object_set_new(one, "interface", junos_text(n, "interface-name"));
		json_object_set_new(one, "mac", junos_mac(xml_text(n, "mac-address"), ""));
		json_object_set_new(one, "ip", junos_ip(xml_text(n, "ip-address")));
		json_object_set_new(one, "age", json_real(xml_read_real(d, n, "time-to-expire", -1)));
		json_array_append_new(r, one);
	}
	xmlFreeDoc(doc);
	return r;
}

json_t *
junos_get_ipv6_neighbors_table(struct device *d, const json_t *arguments)
{
	xmlDoc *doc = junos_ask(d, "<get-ipv6-nd-information/>");
	json_t *r = doc ? json_array() : NULL;

	(void)arguments;
	for (const xmlNode *n = junos_next(junos_root(doc), NULL, "ipv6-nd-entry"); n; n = junos_next(junos_root(doc), n, "ipv6-nd-entry")) {
		bool resolved = !junos_equals(n, "ipv6-nd-neighbor-l2-address", "none");
		json_t *one = model_new(&model_ipv6_neighbor);

		json_object_set_new(one, "interface", junos_text(n, "ipv6-nd-interface-name"));
		json_object_set_new(one, "mac", junos_mac(resolved ? xml_text(n, "ipv6-nd-neighbor-l2-address") : SPAN_NONE, ""));
		json_object_set_new(one, "ip", junos_ip(xml_text(n, "ipv6-nd-neighbor-address")));
		json_object_set_new(one, "age", json_real(xml_read_real(d, n, "ipv6-nd-expire", -1)));
		json_object_set_new(one, "state", junos_text(n, "ipv6-nd-state"));
		json_array_append_new(r, one);
	}
	xmlFreeDoc(doc);
	return r;
}
