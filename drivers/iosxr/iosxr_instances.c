/*
 * VRFs, VLANs and IPv6 neighbours, which NAPALM's driver does not give: out of what the command line shows.
 */
#include "drivers/field.h"
#include "drivers/iosxr/iosxr.h"
#include "drivers/xml_read.h"
#include "drivers/xr/xr_vlan.h"

/* ---- network instances ---- */

static json_t *
instance(struct span name, const char *type, struct span distinguisher)
{
	json_t *r = model_new(&model_network_instance);

	json_object_set_new(r, "name", field_text(name));
	json_object_set_new(r, "type", json_string(type));
	if (!span_eq(distinguisher, SPAN_LIT("not set")))
		json_object_set_new(json_object_get(r, "state"), "route_distinguisher", field_text(distinguisher));
	return r;
}

static json_t *
interfaces_in(const json_t *instance)
{
	return json_object_get(json_object_get(instance, "interfaces"), "interface");
}

/* What stands before the first `;`; *line goes on behind it. */
static struct span
part(struct span *line)
{
	const char *end = line->n ? memchr(line->p, ';', line->n) : NULL;
	struct span s = end ? span_between(line->p, end) : *line;

	*line = span_skip(*line, s.n + (end != NULL));
	return span_trim(s);
}

/* "VRF blue; RD 64500:7; VPN ID not set" */
static json_t *
take_vrf(json_t *r, struct span line)
{
	struct span name = span_trim(span_skip(part(&line), 4)), distinguisher = part(&line);
	json_t *vrf;

	if (name.n == 0 || !span_starts(distinguisher, SPAN_LIT("RD ")))
		return NULL;
	vrf = instance(name, "L3VRF", span_trim(span_skip(distinguisher, 3)));
	xml_read_put(r, name, vrf);
	return vrf;
}

/* `show vrf all detail`: the interfaces of a VRF stand below "Interfaces:", one a line, two blanks before it. */
static void
read_vrfs(json_t *r, json_t *taken, struct span text)
{
	struct span line;
	json_t *vrf = NULL;
	bool within = false;

	while (field_line(&text, &line)) {
		struct span word = span_trim(line);

		if (within && word.n > 0 && line.p[0] == ' ') {
			xml_read_put(interfaces_in(vrf), word, json_object());
			xml_read_put(taken, word, json_true());
			continue;
		}
		within = vrf && span_eq(word, SPAN_LIT("Interfaces:"));
		if (span_starts(line, SPAN_LIT("VRF ")) && memchr(line.p, ';', line.n))
			vrf = take_vrf(r, line);
	}
}

/* An interface that is in no VRF is in the default one. */
static void
read_default(json_t *r, const json_t *taken, json_t *interfaces)
{
	json_t *vrf = instance(SPAN_LIT("default"), "DEFAULT_INSTANCE", SPAN_LIT("not set")), *one;
	const char *name;

	json_object_foreach(interfaces, name, one)
		if (!json_object_get(taken, name))
			json_object_set_new(interfaces_in(vrf), name, json_object());
	json_object_set_new(r, "default", vrf);
}

json_t *
iosxr_get_network_instances(struct device *d, const json_t *arguments)
{
	const char *wanted = getter_text(arguments, "name");
	json_t *interfaces = iosxr_get_interfaces(d, arguments), *all = json_object(), *taken = json_object(), *r = NULL;
	struct buffer text;

	buffer_init(&text, DEVICE_MAX_ANSWER);
	if (interfaces && iosxr_show(d, "Exec", "show vrf all detail", &text) == 0) {
		read_vrfs(all, taken, buffer_span(&text));
		read_default(all, taken, interfaces);
		r = *wanted ? json_object() : json_incref(all);
		if (*wanted && json_object_get(all, wanted))
			json_object_set(r, wanted, json_object_get(all, wanted));
	}
	buffer_fini(&text);
	json_decref(taken);
	json_decref(all);
	json_decref(interfaces);
	return r;
}

/* ---- VLANs ---- */

/* Interface, state, MTU, layer, outer and inner tag, and what is done with them. */
static void
read_tags(struct vlan *v, struct span line)
{
	struct span words[5], rest = line;
	size_t n = 0;

	while (n < 5 && field_word(&rest, &words[n]))
		n++;
	if (n == 5)
		xr_vlan_add(v, words[4], words[0]);
	else if (n > 0)
		device_warn(v->device, "show ethernet tags: \"%.*s\" is no sub-interface", (int)(line.n < 100 ? line.n : 100), line.p);
}

json_t *
iosxr_get_vlans(struct device *d, const json_t *arguments)
{
	struct buffer text;
	struct span rest, line;
	struct vlan v = { 0 };
	bool within = false;

	(void)arguments;
	buffer_init(&text, DEVICE_MAX_ANSWER);
	if (iosxr_show(d, "Exec", "show ethernet tags", &text) == 0 && vlan_init(&v, d)) {
		rest = buffer_span(&text);
		while (field_line(&rest, &line)) {
			if (within)
				read_tags(&v, span_trim(line));
			within = within || span_starts(span_trim(line), SPAN_LIT("Interface "));
		}
	}
	buffer_fini(&text);
	return v.all;
}

/* ---- IPv6 neighbours ---- */

/* Address, age in seconds, MAC address, state, interface, place; "[Mcast adjacency]" is none. */
static void
read_neighbor(struct device *d, json_t *r, struct span line)
{
	struct span words[5], rest = line;
	double age = -1;
	size_t n = 0;
	json_t *one;

	while (n < 5 && field_word(&rest, &words[n]))
		n++;
	if (n == 0 || words[0].p[0] == '[')
		return;
	if (n < 5 || !field_is_ip(words[0])) {
		device_warn(d, "show ipv6 neighbors: \"%.*s\" is no neighbour", (int)(line.n < 100 ? line.n : 100), line.p);
		return;
	}
	one = model_new(&model_ipv6_neighbor);
	json_object_set_new(one, "ip", field_ip(d, words[0]));
	json_object_set_new(one, "age", json_real(field_real(words[1], &age) ? age : -1));
	json_object_set_new(one, "mac", field_mac(d, words[2]));
	json_object_set_new(one, "state", field_text(words[3]));
	json_object_set_new(one, "interface", field_text(words[4]));
	json_array_append_new(r, one);
}

json_t *
iosxr_get_ipv6_neighbors_table(struct device *d, const json_t *arguments)
{
	struct buffer text;
	struct span rest, line;
	bool within = false;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&text, DEVICE_MAX_ANSWER);
	if (iosxr_show(d, "Exec", "show ipv6 neighbors", &text) == 0) {
		r = json_array();
		rest = buffer_span(&text);
		while (field_line(&rest, &line)) {
			if (within)
				read_neighbor(d, r, span_trim(line));
			within = within || span_starts(span_trim(line), SPAN_LIT("IPv6 Address"));
		}
	}
	buffer_fini(&text);
	return r;
}
