/*
 * What is switched and what is separate: VLANs, MAC addresses, VRFs.
 */
#include "drivers/field.h"
#include "drivers/nxos/nxos.h"
#include "drivers/nxos/nxos_table.h"

json_t *
nxos_get_vlans(struct device *d, const json_t *arguments)
{
	json_t *brief = nxos_ask(d, "show vlan brief");
	json_t *r = brief ? nxos_table_vlans(d, brief) : NULL;

	(void)arguments;
	json_decref(brief);
	return r;
}

json_t *
nxos_get_network_instances(struct device *d, const json_t *arguments)
{
	json_t *detail = nxos_ask(d, "show vrf detail"), *interfaces = detail ? nxos_ask(d, "show vrf interface") : NULL;
	json_t *r = interfaces ? nxos_table_instances(detail, interfaces, getter_text(arguments, "name")) : NULL;

	json_decref(detail);
	json_decref(interfaces);
	return r;
}

/* ---- MAC addresses ---- */

static json_t *
mac(struct device *d, const json_t *row)
{
	json_t *r = model_new(&model_mac);
	char room[32];
	struct span fixed = nxos_table_text(row, "disp_is_static", room);
	/* For NAPALM all is static that does not say "0", even what later releases call "disabled", and the number 0. */
	bool is_static = !json_is_string(json_object_get(row, "disp_is_static")) || !span_eq(fixed, SPAN_LIT("0"));
	int64_t vlan;

	json_object_set_new(r, "static", json_boolean(is_static));
	json_object_set_new(r, "mac", field_mac(d, nxos_table_text(row, "disp_mac_addr", room)));
	json_object_set_new(r, "interface", field_text(nxos_table_text(row, "disp_port", room)));
	json_object_set_new(r, "vlan", json_integer(field_int(nxos_table_text(row, "disp_vlan", room), &vlan) ? vlan : 0));
	json_object_set_new(r, "active", json_true());
	json_object_set_new(r, "moves", json_integer(0));
	json_object_set_new(r, "last_move", json_real(0));
	return r;
}

json_t *
nxos_get_mac_address_table(struct device *d, const json_t *arguments)
{
	json_t *table = nxos_ask(d, "show mac address-table"), *rows = nxos_table_rows(table, "mac_address"), *row;
	json_t *r = table ? json_array() : NULL;
	size_t i;

	(void)arguments;
	json_array_foreach(rows, i, row)
		json_array_append_new(r, mac(d, row));
	json_decref(rows);
	json_decref(table);
	return r;
}
