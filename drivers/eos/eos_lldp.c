/*
 * Neighbours by LLDP.
 */
#include <strings.h>

#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

/* The list under `key`, made if it is not there. */
static json_t *
list_at(json_t *map, const char *key)
{
	json_t *list = json_object_get(map, key);

	if (!list) {
		json_object_set_new(map, key, json_array());
		list = json_object_get(map, key);
	}
	return list;
}

json_t *
eos_get_lldp_neighbors(struct device *d, const json_t *arguments)
{
	json_t *answer = eos_ask_one(d, "show lldp neighbors");
	json_t *r = answer ? json_object() : NULL;
	size_t i;
	json_t *one;

	(void)arguments;
	json_array_foreach(answer_array(d, answer, "lldpNeighbors"), i, one) {
		json_t *neighbor = model_new(&model_lldp_neighbor);

		json_object_set_new(neighbor, "hostname", json_string(answer_text(d, one, "neighborDevice", "")));
		json_object_set_new(neighbor, "port", json_string(answer_text(d, one, "neighborPort", "")));
		json_array_append_new(list_at(r, answer_text(d, one, "port", "")), neighbor);
	}
	json_decref(answer);
	return r;
}

/* ---- detail ---- */

/* EOS's names of what IEEE 802.1AB calls a capability. */
static const struct {
	const char *name, *napalm;
} capabilities[] = {
	{ "other", "other" },
	{ "repeater", "repeater" },
	{ "bridge", "bridge" },
	{ "wlanAccessPoint", "wlan-access-point" },
	{ "router", "router" },
	{ "telephone", "telephone" },
	{ "docsis", "docsis-cable-device" },
	{ "docsisCableDevice", "docsis-cable-device" },
	{ "station", "station" },
	{ "stationOnly", "station" },
};

static const char *
capability(struct device *d, const char *name)
{
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(*capabilities); i++) {
		if (strcasecmp(capabilities[i].name, name) == 0)
			return capabilities[i].napalm;
	}
	device_warn(d, "the capability \"%.60s\" is not known", name);
	return NULL;
}

static void
set_capabilities(struct device *d, json_t *r, const json_t *from)
{
	json_t *all = json_object_get(r, "remote_system_capab"), *enabled = json_object_get(r, "remote_system_enable_capab");
	const char *name;
	json_t *on;

	json_object_foreach(answer_object(d, from, "systemCapabilities"), name, on) {
		const char *known = capability(d, name);

		if (!known)
			continue;
		json_array_append_new(all, json_string(known));
		if (json_is_true(on))
			json_array_append_new(enabled, json_string(known));
	}
	field_sort_texts(all);
	field_sort_texts(enabled);
}

static json_t *
chassis_id(struct device *d, const json_t *from)
{
	const char *id = answer_text(d, from, "chassisId", "");

	if (strcmp(answer_text(d, from, "chassisIdType", ""), "macAddress") == 0)
		return field_mac(d, span_str(id));
	return json_string(id);
}

/* A port's name has quotes around it, but for some kinds of name. */
static json_t *
without_quotes(struct span text)
{
	struct buffer out;
	json_t *r;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '"')
			buffer_put(&out, span_of(text.p + i, 1));
	}
	r = field_text(buffer_span(&out));
	buffer_fini(&out);
	return r;
}

static json_t *
neighbor_detail(struct device *d, const char *interface, const json_t *from)
{
	const json_t *port = answer_object(d, from, "neighborInterfaceInfo");
	json_t *r = model_new(&model_lldp_neighbor_detail);

	json_object_set_new(r, "parent_interface", json_string(interface));
	json_object_set_new(r, "remote_port", without_quotes(span_str(answer_text(d, port, "interfaceId", ""))));
	json_object_set_new(r, "remote_port_description", json_string(answer_text(d, port, "interfaceDescription", "")));
	json_object_set_new(r, "remote_chassis_id", chassis_id(d, from));
	json_object_set_new(r, "remote_system_name", json_string(answer_text(d, from, "systemName", "")));
	json_object_set_new(r, "remote_system_description", json_string(answer_text(d, from, "systemDescription", "")));
	set_capabilities(d, r, from);
	return r;
}

json_t *
eos_get_lldp_neighbors_detail(struct device *d, const json_t *arguments)
{
	struct buffer command;
	json_t *answer, *r, *one, *neighbor;
	const char *name;
	size_t i;

	buffer_init(&command, 4096);
	buffer_printf(&command, "show lldp neighbors %s detail", getter_text(arguments, "interface"));
	answer = eos_ask_one(d, buffer_span(&command).p);
	r = answer ? json_object() : NULL;
	json_object_foreach(answer_object(d, answer, "lldpNeighbors"), name, one) {
		json_array_foreach(answer_array(d, one, "lldpNeighborInfo"), i, neighbor)
			json_array_append_new(list_at(r, name), neighbor_detail(d, name, neighbor));
	}
	json_decref(answer);
	buffer_fini(&command);
	return r;
}
