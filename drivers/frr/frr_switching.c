/*
 * The bridges of Linux: VLANs and addresses.
 */
#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/frr/frr.h"
#include "drivers/vlan.h"

/* Not everybody has it in his PATH. */
#define BRIDGE "env PATH=\"$PATH:/usr/sbin:/sbin\" bridge -j "

/* Where there is no bridge some releases print nothing at all. */
static json_t *
ask(struct device *d, const char *command)
{
	struct buffer out;
	json_t *r = NULL;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (frr_shell(d, command, &out) == 0)
		r = span_trim(buffer_span(&out)).n > 0 ? answer_parse(d, buffer_span(&out)) : json_array();
	buffer_fini(&out);
	return r;
}

/* ---- VLANs ---- */

/* [{"vlan": 1, "flags": [...]}, {"vlan": 10, "vlanEnd": 12}] */
static void
add_port(struct vlan *v, json_t *interface, json_t *list)
{
	json_t *one;
	size_t i;

	if (!json_is_string(interface))
		return;
	json_array_foreach(list, i, one) {
		int64_t low = answer_int(v->device, one, "vlan", 0);

		vlan_add(v, low, answer_int(v->device, one, "vlanEnd", low), interface);
	}
}

/* Releases before 4.19 had an object with the ports' names as keys. */
static void
add_old_ports(struct vlan *v, json_t *answer)
{
	const char *port;
	json_t *list;

	json_object_foreach(answer, port, list) {
		json_t *name = json_string(port);

		add_port(v, name, list);
		json_decref(name);
	}
}

/* A bridge itself is in those VLANs that the machine has a part in. */
json_t *
frr_get_vlans(struct device *d, const json_t *arguments)
{
	json_t *answer = ask(d, BRIDGE "vlan show"), *one;
	struct vlan v = { 0 };
	size_t i;

	(void)arguments;
	if (answer && vlan_init(&v, d)) {
		add_old_ports(&v, json_is_object(answer) ? answer : NULL);
		json_array_foreach(answer, i, one)
			add_port(&v, json_object_get(one, "ifname"), answer_array(d, one, "vlans"));
	}
	json_decref(answer);
	return v.all;
}

/* ---- addresses ---- */

static json_t *
address_of(struct device *d, const json_t *entry)
{
	const char *state = answer_text(d, entry, "state", "");
	json_t *r = model_new(&model_mac);

	json_object_set_new(r, "mac", field_mac(d, span_str(answer_text(d, entry, "mac", ""))));
	json_object_set_new(r, "interface", json_string(answer_text(d, entry, "ifname", "")));
	json_object_set_new(r, "vlan", json_integer(answer_int(d, entry, "vlan", 0)));
	json_object_set_new(r, "static", json_boolean(strcmp(state, "permanent") == 0 || strcmp(state, "static") == 0));
	json_object_set_new(r, "active", json_true());
	return r;
}

/* An entry without a bridge is a filter of the interface, or where a VXLAN sends what the bridge has an entry of its own for. */
json_t *
frr_get_mac_address_table(struct device *d, const json_t *arguments)
{
	json_t *answer = ask(d, BRIDGE "fdb show"), *one;
	json_t *r = answer ? json_array() : NULL;
	size_t i;

	(void)arguments;
	json_array_foreach(answer_array(d, answer, NULL), i, one) {
		if (json_object_get(one, "master"))
			json_array_append_new(r, address_of(d, one));
	}
	json_decref(answer);
	return r;
}
