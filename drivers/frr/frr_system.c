/*
 * What the router is, and its VRFs.
 */
#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/frr/frr.h"

/* ---- facts ---- */

/* "FRRouting 8.4.4 (r1) on Linux(6.1.0-18-amd64)."; before 8.0 it ends behind the brackets. */
static int
read_version(struct device *d, json_t *r, struct span text)
{
	struct span line, word;
	const char *close;

	while (field_line(&text, &line)) {
		if (!span_starts(line, SPAN_LIT("FRRouting ")))
			continue;
		line = span_skip(line, 10);
		field_word(&line, &word);
		json_object_set_new(r, "os_version", field_text(word));
		close = line.n > 0 && line.p[0] == '(' ? memchr(line.p, ')', line.n) : NULL;
		if (close)
			json_object_set_new(r, "hostname", field_text(span_between(line.p + 1, close)));
		return 0;
	}
	return device_fail(d, DEVICE_ANSWER, "\"show version\" is not that of FRRouting");
}

static int
add_version(struct device *d, json_t *r)
{
	struct buffer room;
	struct span text;
	int result;

	buffer_init(&room, DEVICE_MAX_ANSWER);
	result = frr_vtysh(d, "show version", &room, &text);
	if (result == 0)
		result = read_version(d, r, text);
	buffer_fini(&room);
	return result;
}

/* The daemons' own name: vtysh, which prints the version, has only that of the machine.  A second one in the same text is vtysh's. */
static void
read_names(json_t *r, struct span text, struct span *domain)
{
	struct span line, word;
	bool named = false;

	while (field_line(&text, &line)) {
		if (!field_word(&line, &word) || line.n == 0)
			continue;
		if (!named && span_eq(word, SPAN_LIT("hostname"))) {
			json_object_set_new(r, "hostname", field_text(line));
			named = true;
		} else if (span_eq(word, SPAN_LIT("domainname"))) {
			*domain = line;
		}
	}
}

static json_t *
full_name(const char *name, struct span domain)
{
	struct buffer b;
	json_t *r;

	buffer_init(&b, 4096);
	buffer_puts(&b, name);
	if (*name && !strchr(name, '.') && domain.n > 0) {
		buffer_puts(&b, ".");
		buffer_put(&b, domain);
	}
	r = field_text(buffer_span(&b));
	buffer_fini(&b);
	return r;
}

static void
add_names(struct device *d, json_t *r)
{
	struct span text = SPAN_NONE, domain = SPAN_NONE;
	struct buffer room;
	const char *name;

	buffer_init(&room, DEVICE_MAX_ANSWER);
	if (frr_vtysh(d, "show running-config zebra", &room, &text) == 0)
		read_names(r, text, &domain);
	else
		frr_forgive_command(d);
	name = json_string_value(json_object_get(r, "hostname"));
	json_object_set_new(r, "fqdn", full_name(name ? name : "", domain));
	buffer_fini(&room);
}

#define UPTIME_FILE "/proc/uptime"
#define MODEL_FILE "/sys/class/dmi/id/product_name"
#define SERIAL_FILE "/sys/class/dmi/id/product_serial"

static void
read_file(struct device *d, json_t *r, struct span name, struct span line)
{
	struct span word = SPAN_NONE;
	double seconds;

	if (span_eq(name, SPAN_LIT(MODEL_FILE)))
		json_object_set_new(r, "model", field_text(span_trim(line)));
	else if (span_eq(name, SPAN_LIT(SERIAL_FILE)))
		json_object_set_new(r, "serial_number", field_text(span_trim(line)));
	else if (field_word(&line, &word) && field_real(word, &seconds))
		json_object_set_new(r, "uptime", json_real(seconds));
	else
		device_warn(d, "get_facts: no uptime in \"%.*s\"", (int)(word.n < 40 ? word.n : 40), word.p);
}

/* What `head` prints of several files: "==> NAME <==", the line, an empty line.  What cannot be read (a virtual machine has no serial number, and not everybody may know it) is missing. */
static void
add_machine(struct device *d, json_t *r)
{
	struct span text, line, name = SPAN_NONE;
	struct buffer out;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (frr_shell(d, "head -n 1 " UPTIME_FILE " " MODEL_FILE " " SERIAL_FILE " 2>/dev/null || :", &out) == -1 && d->error == DEVICE_COMMAND) {
		device_warn(d, "get_facts: %s", d->message);
		device_forgive(d);
	}
	text = buffer_span(&out);
	while (field_line(&text, &line)) {
		if (span_starts(line, SPAN_LIT("==> ")) && line.n > 8)
			name = span_of(line.p + 4, line.n - 8);
		else if (line.n > 0 && name.n > 0)
			read_file(d, r, name, line);
	}
	buffer_fini(&out);
}

static void
add_interface_names(struct device *d, json_t *r)
{
	json_t *interfaces = frr_interfaces(d), *list = json_object_get(r, "interface_list"), *one;
	const char *name;

	json_object_foreach(interfaces, name, one)
		json_array_append_new(list, json_string(name));
	field_sort_names(list);
	json_decref(interfaces);
}

json_t *
frr_get_facts(struct device *d, const json_t *arguments)
{
	json_t *r = model_new(&model_facts);

	(void)arguments;
	json_object_set_new(r, "vendor", json_string("FRRouting"));
	if (add_version(d, r) == 0)
		add_names(d, r);
	if (d->error == DEVICE_OK)
		add_machine(d, r);
	if (d->error == DEVICE_OK)
		add_interface_names(d, r);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

/* ---- network instances ---- */

static json_t *
instance_at(json_t *r, const char *name, const char *type)
{
	json_t *one = json_object_get(r, name);

	if (one)
		return one;
	one = model_new(&model_network_instance);
	json_object_set_new(one, "name", json_string(name));
	json_object_set_new(one, "type", json_string(type));
	json_object_set_new(r, name, one);
	return json_object_get(r, name);
}

/* "vrf blue id 5 table 1001", "vrf green inactive (configured)" */
static int
add_vrfs(struct device *d, json_t *r)
{
	struct buffer room;
	struct span text, line, word, name;
	int result;

	buffer_init(&room, DEVICE_MAX_ANSWER);
	result = frr_vtysh(d, "show vrf", &room, &text);
	while (result == 0 && field_line(&text, &line)) {
		json_t *key;

		if (!field_word(&line, &word) || !span_eq(word, SPAN_LIT("vrf")) || !field_word(&line, &name))
			continue;
		key = field_text(name);
		if (key && strcmp(json_string_value(key), "default") != 0)
			instance_at(r, json_string_value(key), "L3VRF");
		json_decref(key);
	}
	buffer_fini(&room);
	return result;
}

/* The interface that is the VRF itself is not one of its own. */
static void
add_members(struct device *d, json_t *r)
{
	json_t *interfaces = frr_interfaces(d), *one;
	const char *name;

	json_object_foreach(interfaces, name, one) {
		const char *vrf = answer_text(d, one, "vrfName", "default");
		json_t *instance = json_object_get(r, frr_vrf_name(vrf) == vrf ? vrf : "default");

		if (strcmp(vrf, name) != 0)
			json_object_set_new(answer_at(instance, "interfaces.interface"), name, json_object());
	}
	json_decref(interfaces);
}

/* `router bgp 65001 vrf blue`, in it `rd vpn export 65001:7` (of L3VPN) or `rd 65001:7` (of EVPN). */
static void
read_distinguishers(json_t *r, struct span text)
{
	struct span line, word, next, vrf = SPAN_NONE;
	json_t *instance;

	while (field_line(&text, &line)) {
		bool top = line.n > 0 && !span_is_space(line.p[0]);

		if (!field_word(&line, &word))
			continue;
		if (top && word.p[0] != '!')
			vrf = SPAN_NONE;
		if (top && span_eq(word, SPAN_LIT("router"))) {
			while (field_word(&line, &word)) {
				if (span_eq(word, SPAN_LIT("vrf")) && field_word(&line, &next))
					vrf = next;
			}
		} else if (vrf.n > 0 && span_eq(word, SPAN_LIT("rd")) && field_word(&line, &next)) {
			while (span_eq(next, SPAN_LIT("vpn")) || span_eq(next, SPAN_LIT("export"))) {
				if (!field_word(&line, &next))
					break;
			}
			instance = json_object_getn(r, vrf.p, vrf.n);
			json_object_set_new(json_object_get(instance, "state"), "route_distinguisher", field_text(next));
		}
	}
}

/* Without a bgpd there are none. */
static void
add_distinguishers(struct device *d, json_t *r)
{
	struct buffer room;
	struct span text;

	buffer_init(&room, DEVICE_MAX_ANSWER);
	if (frr_vtysh(d, "show running-config bgpd", &room, &text) == 0)
		read_distinguishers(r, text);
	else
		frr_forgive_command(d);
	buffer_fini(&room);
}

json_t *
frr_get_network_instances(struct device *d, const json_t *arguments)
{
	const char *name = getter_text(arguments, "name");
	json_t *r = json_object(), *one;

	instance_at(r, "default", "DEFAULT_INSTANCE");
	if (add_vrfs(d, r) == 0)
		add_members(d, r);
	if (d->error == DEVICE_OK && json_object_size(r) > 1)
		add_distinguishers(d, r);
	if (d->error == DEVICE_OK && *name) {
		one = json_incref(json_object_get(r, name));
		json_object_clear(r);
		json_object_set_new(r, name, one);
	}
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
