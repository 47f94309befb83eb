/*
 * VLANs and VRFs.
 */
#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

/* The interfaces of a VLAN are in the device's order. */
json_t *
eos_get_vlans(struct device *d, const json_t *arguments)
{
	json_t *answer = eos_ask_one(d, "show vlan");
	json_t *r = answer ? json_object() : NULL;
	const char *id, *name;
	json_t *one, *v;

	(void)arguments;
	json_object_foreach(answer_object(d, answer, "vlans"), id, one) {
		json_t *vlan = model_new(&model_vlan), *interfaces = json_object_get(vlan, "interfaces");

		json_object_set_new(vlan, "name", json_string(answer_text(d, one, "name", "")));
		json_object_foreach(answer_object(d, one, "interfaces"), name, v)
			json_array_append_new(interfaces, json_string(name));
		json_object_set_new(r, id, vlan);
	}
	json_decref(answer);
	return r;
}

/* ---- VRFs ---- */

static json_t *
instance(const char *name, const char *distinguisher)
{
	json_t *r = model_new(&model_network_instance);

	json_object_set_new(r, "name", json_string(name));
	json_object_set_new(r, "type", json_string(strcmp(name, "default") == 0 ? "DEFAULT_INSTANCE" : "L3VRF"));
	json_object_set_new(json_object_get(r, "state"), "route_distinguisher", json_string(distinguisher));
	return r;
}

/* "Ethernet1", or several with commas between them. */
static void
add_interfaces(json_t *to, json_t *all, struct span list)
{
	while (list.n > 0) {
		const char *comma = memchr(list.p, ',', list.n);
		struct span name = comma ? span_between(list.p, comma) : list;

		list = span_skip(list, name.n + 1);
		name = span_trim(name);
		if (name.n == 0 || memchr(name.p, '\0', name.n))
			continue;
		json_object_setn_new(to, name.p, name.n, json_object());
		json_object_setn_new(all, name.p, name.n, json_true());
	}
}

static void
add_vrf(struct device *d, json_t *r, json_t *all, const char *name, const json_t *from)
{
	const char *rd = answer_text(d, from, "routeDistinguisher", "");
	json_t *vrf = instance(name, strcmp(rd, "<not set>") == 0 || strcmp(rd, "None") == 0 ? "" : rd);
	size_t i;
	json_t *one;

	json_array_foreach(answer_array(d, from, "interfaces"), i, one)
		add_interfaces(answer_at(vrf, "interfaces.interface"), all, span_of(json_string_value(one), json_string_length(one)));
	json_object_set_new(r, name, vrf);
}

/* A release that does not list the default VRF: it has the interfaces with addresses that are in no other. */
static int
add_default(struct device *d, json_t *r, const json_t *all)
{
	json_t *addresses = eos_get_interfaces_ip(d, NULL), *vrf = addresses ? instance("default", "") : NULL;
	const char *name;
	json_t *v;

	json_object_foreach(addresses, name, v) {
		if (!json_object_get(all, name))
			json_object_set_new(answer_at(vrf, "interfaces.interface"), name, json_object());
	}
	if (vrf)
		json_object_set_new(r, "default", vrf);
	json_decref(addresses);
	return vrf ? 0 : -1;
}

json_t *
eos_get_network_instances(struct device *d, const json_t *arguments)
{
	const char *wanted = getter_text(arguments, "name"), *name;
	json_t *answer = eos_ask_one(d, "show vrf");
	json_t *r = answer ? json_object() : NULL, *all = json_object(), *one, *only;

	json_object_foreach(answer_object(d, answer, "vrfs"), name, one)
		add_vrf(d, r, all, name, one);
	if (r && !json_object_get(r, "default") && add_default(d, r, all) == -1) {
		json_decref(r);
		r = NULL;
	}
	if (r && *wanted) {
		only = json_object();
		json_object_set(only, wanted, json_object_get(r, wanted));
		json_decref(r);
		r = only;
	}
	json_decref(all);
	json_decref(answer);
	return r;
}
