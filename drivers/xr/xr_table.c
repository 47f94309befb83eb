#include "drivers/xr/xr_table.h"

#include "drivers/eui.h"
#include "drivers/field.h"
#include "drivers/xr/xr_value.h"

static json_t *
row(struct device *d, const xmlNode *n, const struct xr_table *t)
{
	json_t *r = model_new(t->model);

	xml_read_fields(d, r, n, t->fields);
	return r;
}

json_t *
xr_table_rows(struct device *d, const xmlNode *reply, const struct xr_table *t)
{
	json_t *r = reply ? json_array() : NULL;

	for (xmlNode *n = xml_read_next(reply, t->path, NULL); n; n = xml_read_next(reply, t->path, n))
		json_array_append_new(r, row(d, n, t));
	return r;
}

json_t *
xr_table_mac(struct device *d, const xmlNode *reply, const struct xr_table *t, const char *name)
{
	json_t *r = reply ? json_array() : NULL;

	for (xmlNode *n = xml_read_next(reply, t->path, NULL); n; n = xml_read_next(reply, t->path, n)) {
		json_t *one = row(d, n, t);

		json_object_set_new(one, "vlan", xr_value_vlan(xml_text(n, name)));
		json_object_set_new(one, "active", json_true());
		json_object_set_new(one, "moves", json_integer(0));
		json_object_set_new(one, "last_move", json_real(0));
		json_array_append_new(r, one);
	}
	return r;
}

json_t *
xr_table_ntp(struct device *d, const xmlNode *reply, const struct xr_table *t, const char *address)
{
	json_t *r = reply ? json_array() : NULL;

	for (xmlNode *n = xml_read_next(reply, t->path, NULL); n; n = xml_read_next(reply, t->path, n)) {
		if (!xml_read_is(n, address, "DLRSC node"))
			json_array_append_new(r, row(d, n, t));
	}
	return r;
}

static json_t *
neighbor(struct device *d, const xmlNode *n, const struct xr_table_lldp *t)
{
	json_t *r = model_new(&model_lldp_neighbor_detail);

	xml_read_fields(d, r, n, t->fields);
	json_object_set_new(r, "parent_interface", xml_read_text(n, t->parent, t->no_parent));
	json_object_set_new(r, "remote_chassis_id", eui_or_text(xml_text(n, t->chassis)));
	json_object_set_new(r, "remote_system_capab", field_lldp_capabilities(xml_text(n, t->capabilities)));
	json_object_set_new(r, "remote_system_enable_capab", field_lldp_capabilities(xml_text(n, t->enabled)));
	return r;
}

json_t *
xr_table_lldp(struct device *d, const xmlNode *reply, const struct xr_table_lldp *t, struct span wanted)
{
	json_t *r = reply ? json_object() : NULL;

	for (xmlNode *n = xml_read_next(reply, t->path, NULL); n; n = xml_read_next(reply, t->path, n)) {
		struct span interface = xml_text(n, t->interface);

		if (wanted.n == 0 || span_eq(wanted, interface))
			xr_value_append(r, interface, neighbor(d, n, t));
	}
	return r;
}
