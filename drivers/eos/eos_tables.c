/*
 * Who is where: ARP, neighbours of IPv6, MAC addresses.
 */
#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

/* The fields that ARP and IPv6's neighbours share. */
static json_t *
entry(struct device *d, const struct model *model, const json_t *from)
{
	json_t *r = model_new(model);

	json_object_set_new(r, "interface", json_string(answer_text(d, from, "interface", "")));
	json_object_set_new(r, "mac", field_mac(d, span_str(answer_text(d, from, "hwAddress", ""))));
	json_object_set_new(r, "ip", field_ip(d, span_str(answer_text(d, from, "address", ""))));
	json_object_set_new(r, "age", json_real(answer_real(d, from, "age", -1)));
	return r;
}

json_t *
eos_get_arp_table(struct device *d, const json_t *arguments)
{
	const char *wanted = getter_text(arguments, "vrf");
	json_t *answer = eos_ask_one(d, "show arp vrf all");
	json_t *r;
	const char *vrf;
	json_t *table, *one;
	size_t i;

	/* A device that does not route has no such table. */
	if (d->error == DEVICE_COMMAND) {
		device_warn(d, "%s", d->message);
		device_forgive(d);
		return json_array();
	}
	r = answer ? json_array() : NULL;
	json_object_foreach(answer_object(d, answer, "vrfs"), vrf, table) {
		if (*wanted && strcmp(wanted, vrf) != 0)
			continue;
		json_array_foreach(answer_array(d, table, "ipV4Neighbors"), i, one)
			json_array_append_new(r, entry(d, &model_arp, one));
	}
	json_decref(answer);
	return r;
}

static void
add_neighbors(struct device *d, json_t *r, const json_t *list)
{
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one) {
		json_t *neighbor = entry(d, &model_ipv6_neighbor, one);

		json_object_set_new(neighbor, "state", json_string(answer_text(d, one, "state", "")));
		json_array_append_new(r, neighbor);
	}
}

/* By VRF; older releases know the default one only. */
json_t *
eos_get_ipv6_neighbors_table(struct device *d, const json_t *arguments)
{
	json_t *answer = eos_ask_one(d, "show ipv6 neighbors vrf all");
	json_t *r;
	const char *vrf;
	json_t *table;

	(void)arguments;
	if (d->error == DEVICE_COMMAND) {
		device_forgive(d);
		answer = eos_ask_one(d, "show ipv6 neighbors");
	}
	r = answer ? json_array() : NULL;
	json_object_foreach(answer_object(d, answer, "vrfs"), vrf, table)
		add_neighbors(d, r, answer_array(d, table, "ipV6Neighbors"));
	add_neighbors(d, r, answer_array(d, answer, "ipV6Neighbors"));
	json_decref(answer);
	return r;
}

json_t *
eos_get_mac_address_table(struct device *d, const json_t *arguments)
{
	json_t *answer = eos_ask_one(d, "show mac address-table");
	json_t *r = answer ? json_array() : NULL;
	size_t i;
	json_t *one;

	(void)arguments;
	json_array_foreach(answer_array(d, answer, "unicastTable.tableEntries"), i, one) {
		json_t *mac = model_new(&model_mac);

		json_object_set_new(mac, "mac", field_mac(d, span_str(answer_text(d, one, "macAddress", ""))));
		json_object_set_new(mac, "interface", json_string(answer_text(d, one, "interface", "")));
		json_object_set_new(mac, "vlan", json_integer(answer_int(d, one, "vlanId", -1)));
		json_object_set_new(mac, "static", json_boolean(strcmp(answer_text(d, one, "entryType", ""), "static") == 0));
		json_object_set_new(mac, "active", json_true());
		json_object_set_new(mac, "moves", json_integer(answer_int(d, one, "moves", 0)));
		json_object_set_new(mac, "last_move", json_real(answer_real(d, one, "lastMove", 0)));
		json_array_append_new(r, mac);
	}
	json_decref(answer);
	return r;
}
