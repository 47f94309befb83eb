/*
 * VLANs and VRFs.
 */
#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/ios/ios.h"

/* ---- VLANs ---- */

/* More than any device has. */
#define VLAN_MAX_PORTS 65536

/* "Gi0/1, Gi0/2, Po1" */
static void
add_ports(json_t *vlan, struct span ports)
{
	json_t *list = json_object_get(vlan, "interfaces");
	struct span port;

	while (ports.n > 0 && json_array_size(list) < VLAN_MAX_PORTS) {
		port = ios_until(ports, ',');
		ports = span_skip(ports, port.n + 1);
		port = span_trim(port);
		if (port.n > 0)
			json_array_append_new(list, ifname_full(port));
	}
}

/* No line of the table comes near it. */
#define VLAN_MAX_LINE 4096

static bool
is_port(struct span s)
{
	return s.n > 1 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'a' && s.p[1] <= 'z';
}

/*
 * "active", "act/lshut", "act/unsup": is it a state, and, where ports are told, with nothing behind it but those?  Not even blanks: what ends in them (as IOS
 * prints VLANs without ports) NAPALM does not take for a VLAN, and neither what is suspended.
 */
static bool
is_state(struct span rest, bool with_ports)
{
	static const char *const states[] = { "active", "act/ishut", "act/sshut", "act/lshut", "act/unsup" };
	bool known = false;

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		known |= span_starts(rest, span_str(states[i]));
	while (known && with_ports && rest.n > 0 && !span_is_space(rest.p[0]))
		rest = span_skip(rest, 1);
	return known && (!with_ports || rest.n == 0 || is_port(span_trim(rest)));
}

/* Where the name ends that stands before a state, and may have blanks in it; absent if there is no known state. */
static struct span
name_before_state(struct span rest, bool with_ports)
{
	for (size_t i = 0; i < rest.n; i++) {
		if (rest.p[i] == 'a' && is_state(span_skip(rest, i), with_ports))
			return span_of(rest.p, i);
	}
	return SPAN_NONE;
}

/* "760  Staff    active    Gi0/1, Gi0/2": id, name, state, ports.  The VLAN, in `vlans` under its number; NULL if the line is none. */
static json_t *
vlan_line(json_t *vlans, struct span line, bool with_ports)
{
	struct span id = ios_until(line, ' '), status, rest = span_skip(line, id.n), before;
	json_t *vlan;
	int64_t n;

	if (id.n == 0 || line.n > VLAN_MAX_LINE || !span_is_digit(id.p[0]) || !field_int(id, &n))
		return NULL;
	before = name_before_state(rest, with_ports);
	if (!before.p)
		return NULL;
	rest = span_skip(rest, before.n);
	field_word(&rest, &status);
	vlan = model_new(&model_vlan);
	json_object_set_new(vlan, "name", field_text(span_trim(before)));
	if (with_ports)
		add_ports(vlan, rest);
	return ios_set(vlans, id, vlan) ? ios_get(vlans, id) : NULL;
}

/* Ports that do not fit go on in lines without a number; lines of any other table end that. */
static void
read_vlans(json_t *vlans, struct span text, bool with_ports)
{
	json_t *vlan = NULL, *next;
	struct span line;

	while (field_line(&text, &line)) {
		struct span bare = span_trim(line);

		if ((next = vlan_line(vlans, line, with_ports)))
			vlan = next;
		else if (vlan && with_ports && line.n > 0 && line.p[0] == ' ' && is_port(bare))
			add_ports(vlan, bare);
		else
			vlan = NULL;
	}
}

/* `show vlan brief` leaves trunks out: each VLAN is asked for.  Into `vlans`: what that tells, or the brief line. */
static int
ask_each(struct device *d, json_t *vlans, const json_t *brief, struct buffer *answer)
{
	const char *id;
	json_t *vlan;

	json_object_foreach((json_t *)(uintptr_t)brief, id, vlan) {
		json_t *one = json_object();

		if (ios_ask(d, answer, "show vlan id %s", id) == 0 && !ios_refused(buffer_span(answer)))
			read_vlans(one, buffer_span(answer), true);
		if (json_object_size(one) > 0)
			json_object_update(vlans, one);
		else
			json_object_set(vlans, id, vlan);
		if (d->error == DEVICE_OK && !field_has(buffer_span(answer), "VLAN Name"))
			device_warn(d, "show vlan id %s: %.*s", id, IOS_PART(buffer_span(answer)));
		json_decref(one);
		if (d->error != DEVICE_OK)
			return -1;
	}
	return 0;
}

json_t *
ios_get_vlans(struct device *d, const json_t *arguments)
{
	json_t *vlans = json_object(), *brief = json_object();
	struct buffer answer;
	int r;

	(void)arguments;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	r = ios_ask(d, &answer, "show vlan all-ports");
	if (r == 0 && !field_has(buffer_span(&answer), "Invalid input detected")) {
		read_vlans(vlans, buffer_span(&answer), true);
	} else if (r == 0 && (r = ios_show(d, &answer, "show vlan brief")) == 0) {
		read_vlans(brief, buffer_span(&answer), false);
		r = ask_each(d, vlans, brief, &answer);
	}
	json_decref(brief);
	buffer_fini(&answer);
	if (r == 0)
		return vlans;
	json_decref(vlans);
	return NULL;
}

/* ---- VRFs ---- */

static json_t *
instance(const char *type, struct span name, struct span distinguisher)
{
	json_t *r = model_new(&model_network_instance), *state = model_new(&model_network_instance_state), *interfaces = model_new(&model_network_instance_interfaces);

	json_object_set_new(r, "name", field_text(name));
	json_object_set_new(r, "type", json_string(type));
	json_object_set_new(state, "route_distinguisher", field_text(distinguisher));
	json_object_set_new(r, "state", state);
	json_object_set_new(r, "interfaces", interfaces);
	return r;
}

static void
add_interface(json_t *one, struct span name)
{
	ios_set(json_object_get(json_object_get(one, "interfaces"), "interface"), name, json_object());
}

/* "VRF blue (VRF Id = 2); default RD 65000:2; default VPNID <not set>"; of old releases' "VRF blue; default RD ..." NAPALM takes "blue;" for the name. */
static json_t *
vrf_line(json_t *all, struct span line)
{
	struct span rest = span_skip(line, 4), name, rd = span_trim(ios_until(field_behind(line, "RD "), ';'));

	if (!field_word(&rest, &name))
		return NULL;
	if (span_eq(rd, SPAN_LIT("<not set>")))
		rd = SPAN_LIT("");
	ios_set(all, name, instance("L3VRF", name, rd));
	return ios_get(all, name);
}

/* An interface of a VRF is none of the default one. */
static void
add_vrf_interface(json_t *all, json_t *one, struct span name)
{
	json_t *whole = ios_vrf_name(name);
	const char *s = json_string_value(whole);

	if (s) {
		add_interface(one, span_str(s));
		json_object_del(json_object_get(json_object_get(json_object_get(all, "default"), "interfaces"), "interface"), s);
	}
	json_decref(whole);
}

/* The names below "Interfaces:", up to a line that is not indented further. */
static void
read_vrfs(json_t *all, struct span text)
{
	struct span line, word;
	bool within = false;
	json_t *one = NULL;

	while (field_line(&text, &line)) {
		if (span_starts(line, SPAN_LIT("VRF ")) && field_has(line, "RD ")) {
			one = vrf_line(all, line);
			within = false;
		} else if (span_starts(span_trim(line), SPAN_LIT("Interfaces:"))) {
			within = true;
			line = field_behind(line, "Interfaces:");
		} else if (span_starts(line, SPAN_LIT("Address ")) || span_starts(span_trim(line), SPAN_LIT("No interfaces"))) {
			within = false;
		}
		while (within && one && field_word(&line, &word))
			add_vrf_interface(all, one, word);
	}
}

static json_t *
only(struct device *d, json_t *all, const char *name)
{
	json_t *one = json_incref(json_object_get(all, name)), *r = NULL;

	if (one && (r = json_object()))
		json_object_set(r, name, one);
	else
		device_fail(d, DEVICE_ARGUMENT, "there is no VRF \"%s\"", name);
	json_decref(one);
	json_decref(all);
	return r;
}

/* The default one has the interfaces of `show ip interface brief` that are in no VRF. */
json_t *
ios_get_network_instances(struct device *d, const json_t *arguments)
{
	const char *name = getter_text(arguments, "name");
	json_t *r = NULL, *names = NULL, *one, *item;
	struct buffer answer;
	size_t i;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_ask(d, &answer, "show vrf detail") == 0 && (names = ios_name_list(d))) {
		r = json_object();
		one = instance("DEFAULT_INSTANCE", SPAN_LIT("default"), SPAN_LIT(""));
		json_array_foreach(names, i, item)
			add_interface(one, span_str(json_string_value(item)));
		json_object_set_new(r, "default", one);
		if (ios_refused(buffer_span(&answer)))
			device_warn(d, "show vrf detail: %.*s", IOS_PART(buffer_span(&answer)));
		else
			read_vrfs(r, buffer_span(&answer));
		if (json_object_size(r) == 1 && answer.n > 0 && !ios_refused(buffer_span(&answer)) && answer.p[0] != '%')
			ios_odd(d, "show vrf detail", ios_until(buffer_span(&answer), '\n'));
	}
	json_decref(names);
	buffer_fini(&answer);
	return r && *name ? only(d, r, name) : r;
}
