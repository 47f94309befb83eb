/*
 * LLDP's neighbours, where lldpd runs beside FRR: `lldpcli -f json0`, in which everything is an array, however many there are.
 */
#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/frr/frr.h"

#define COMMAND "env PATH=\"$PATH:/usr/sbin:/sbin\" lldpcli -f json0 show neighbors details"

static const struct {
	const char *lldpd, *name;
} capabilities[] = {
	{ "Other", "other" }, { "Repeater", "repeater" }, { "Bridge", "bridge" }, { "Wlan", "wlan-access-point" }, { "Router", "router" }, { "Tel", "telephone" },
	{ "Docsis", "docsis-cable-device" }, { "Station", "station" },
};

/* Without lldpcli there are no neighbours; that it may not be asked, or lldpd does not run, is a failure. */
static json_t *
ask(struct device *d)
{
	struct buffer out;
	json_t *r = NULL;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (frr_shell(d, COMMAND, &out) == 0)
		r = span_trim(buffer_span(&out)).n > 0 ? answer_parse(d, buffer_span(&out)) : json_object();
	else if (d->error == DEVICE_COMMAND && (strstr(d->message, "status 127") || strstr(d->message, "not found") || strstr(d->message, "No such file"))) {
		device_forgive(d);
		r = json_object();
	}
	buffer_fini(&out);
	return r;
}

/* The first of the array at `key`. */
static json_t *
first(const json_t *from, const char *key)
{
	return json_array_get(json_object_get(from, key), 0);
}

static const char *
value_of(struct device *d, const json_t *from, const char *key)
{
	return answer_text(d, first(from, key), "value", "");
}

/* A MAC address in the models' form; other kinds of identifiers as they are. */
static json_t *
identifier_of(struct device *d, const json_t *from)
{
	const char *text = value_of(d, from, "id");

	return strcmp(answer_text(d, first(from, "id"), "type", ""), "mac") == 0 ? field_mac(d, span_str(text)) : json_string(text);
}

static json_t *
capabilities_of(struct device *d, const json_t *chassis, bool enabled)
{
	json_t *r = json_array(), *one;
	size_t i;

	json_array_foreach(answer_array(d, chassis, "capability"), i, one) {
		const char *type = answer_text(d, one, "type", "");

		if (enabled && !answer_bool(d, one, "enabled", false))
			continue;
		for (size_t k = 0; k < sizeof(capabilities) / sizeof(*capabilities); k++) {
			if (strcmp(capabilities[k].lldpd, type) == 0)
				json_array_append_new(r, json_string(capabilities[k].name));
		}
	}
	field_sort_texts(r);
	return r;
}

static json_t *
neighbor_of(struct device *d, const json_t *interface)
{
	json_t *chassis = first(interface, "chassis"), *port = first(interface, "port");
	json_t *r = json_object();

	json_object_set_new(r, "hostname", json_string(value_of(d, chassis, "name")));
	json_object_set_new(r, "port", identifier_of(d, port));
	return r;
}

static json_t *
detail_of(struct device *d, const json_t *interface)
{
	json_t *chassis = first(interface, "chassis"), *port = first(interface, "port");
	json_t *r = model_new(&model_lldp_neighbor_detail);

	json_object_set_new(r, "remote_port", identifier_of(d, port));
	json_object_set_new(r, "remote_port_description", json_string(value_of(d, port, "descr")));
	json_object_set_new(r, "remote_chassis_id", identifier_of(d, chassis));
	json_object_set_new(r, "remote_system_name", json_string(value_of(d, chassis, "name")));
	json_object_set_new(r, "remote_system_description", json_string(value_of(d, chassis, "descr")));
	json_object_set_new(r, "remote_system_capab", capabilities_of(d, chassis, false));
	json_object_set_new(r, "remote_system_enable_capab", capabilities_of(d, chassis, true));
	return r;
}

/* Of an interface may come several, one for each neighbour. */
static json_t *
neighbors(struct device *d, const char *only, json_t *(*make)(struct device *, const json_t *))
{
	json_t *answer = ask(d), *lldp, *one;
	json_t *r = answer ? json_object() : NULL;
	size_t i, k;

	json_array_foreach(answer_array(d, answer, "lldp"), i, lldp) {
		json_array_foreach(answer_array(d, lldp, "interface"), k, one) {
			const char *name = answer_text(d, one, "name", "");

			if (!*name || (*only && strcmp(name, only) != 0))
				continue;
			if (!json_object_get(r, name))
				json_object_set_new(r, name, json_array());
			json_array_append_new(json_object_get(r, name), make(d, one));
		}
	}
	json_decref(answer);
	return r;
}

json_t *
frr_get_lldp_neighbors(struct device *d, const json_t *arguments)
{
	(void)arguments;
	return neighbors(d, "", neighbor_of);
}

json_t *
frr_get_lldp_neighbors_detail(struct device *d, const json_t *arguments)
{
	return neighbors(d, getter_text(arguments, "interface"), detail_of);
}
