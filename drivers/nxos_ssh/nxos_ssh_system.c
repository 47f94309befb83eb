/*
 * What the device is: facts; and what stands in its configuration.
 */
#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/nxos/nxos_table.h"
#include "drivers/nxos/nxos_text.h"
#include "drivers/nxos_ssh/nxos_ssh.h"

/* ---- show version ---- */

static int64_t
unit_seconds(struct span unit)
{
	static const struct { char letter; int64_t seconds; } units[] = {
		{ 'y', 31536000 }, { 'w', 604800 }, { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 },
	};

	for (size_t i = 0; unit.n > 0 && i < sizeof(units) / sizeof(*units); i++) {
		if ((unit.p[0] | 0x20) == units[i].letter)
			return units[i].seconds;
	}
	return 0;
}

/* "50 day(s), 5 hour(s), 9 minute(s), 7 second(s)" */
static double
uptime(struct device *d, struct span text)
{
	struct span number, unit, rest = text;
	int64_t n, sum = 0, each;

	while (field_word(&rest, &number)) {
		if (!field_int(number, &n) || n < 0 || n > 1000000 || !field_word(&rest, &unit) || (each = unit_seconds(unit)) == 0) {
			nxos_ssh_odd(d, "get_facts: \"show version\": uptime", text);
			return -1;
		}
		sum += n * each;
	}
	return (double)sum;
}

/* The last place of `mark`, from its beginning, or NULL. */
static const char *
last(struct span s, const char *mark)
{
	const char *at = NULL;

	for (struct span rest = field_behind(s, mark); rest.p; rest = field_behind(rest, mark))
		at = rest.p - strlen(mark);
	return at;
}

/* "  cisco Nexus9000 93180YC-EX chassis", "  cisco Nexus7000 C7009 (9 Slot) Chassis ("Supervisor Module-1X")": the model ends with the word chassis, or else before a bracket. */
static struct span
model(struct span line)
{
	struct span rest = field_behind(span_skip(line, line.n > 0), "cisco ");
	const char *large, *small, *end;

	if (!rest.p || !field_has(rest, "hassis"))
		return SPAN_NONE;
	large = last(rest, " Chassis");
	small = last(rest, " chassis");
	end = !large || (small && small > large) ? small : large;
	if (end)
		return span_trim(span_between(rest.p, end + strlen(" chassis")));
	end = last(rest, " (");
	return end ? span_trim(span_between(rest.p, end)) : SPAN_NONE;
}

static void
read_version(struct device *d, json_t *r, struct span text)
{
	struct span line, words[3];

	while (field_line(&text, &line)) {
		struct span up = field_behind(line, " uptime is "), chassis = model(line);

		if (up.p)
			json_object_set_new(r, "uptime", json_real(uptime(d, up)));
		if (chassis.p)
			json_object_set_new(r, "model", field_text(chassis));
		if (field_words(line, words, 3) >= 3 && span_eq(words[1], SPAN_LIT("version")) && (span_eq(words[0], SPAN_LIT("system:")) || span_eq(words[0], SPAN_LIT("NXOS:"))))
			json_object_set_new(r, "os_version", field_text(words[2]));
		/* Until `show hostname` has said it in full. */
		if (field_words(line, words, 3) == 3 && span_eq(words[0], SPAN_LIT("Device")) && span_eq(words[1], SPAN_LIT("name:")))
			json_object_set_new(r, "hostname", field_text(words[2]));
	}
	if (json_string_length(json_object_get(r, "os_version")) == 0)
		device_warn(d, "show version: there is no version in it");
}

/* ---- names ---- */

/* "Default domain for vrf:default is example.net", "Vrf Name: default Default domain is example.net": the first such line counts.  (NAPALM takes "not set" for a name.) */
static struct span
domain(struct span hosts)
{
	struct span line;

	while (field_line(&hosts, &line)) {
		const char *at = field_has(line, "Default domain") ? last(line, "is ") : NULL;
		struct span name = at ? span_trim(span_between(at + 3, line.p + line.n)) : SPAN_NONE;

		if (field_has(line, "Default domain"))
			return name;
	}
	return SPAN_NONE;
}

static struct span
without_domain(struct span host, struct span suffix)
{
	if (suffix.n > 0 && host.n >= suffix.n && memcmp(host.p + host.n - suffix.n, suffix.p, suffix.n) == 0)
		host.n -= suffix.n;
	while (host.n > 0 && host.p[0] == '.')
		host = span_skip(host, 1);
	while (host.n > 0 && host.p[host.n - 1] == '.')
		host.n--;
	return host;
}

/* A name with two dots and more is one in full. */
static void
set_names(json_t *r, struct span host, struct span suffix)
{
	struct buffer full;
	size_t dots = 0;

	for (size_t i = 0; i < host.n; i++)
		dots += host.p[i] == '.';
	buffer_init(&full, DEVICE_MAX_ANSWER);
	buffer_put(&full, dots >= 2 || suffix.n > 0 ? host : SPAN_LIT(""));
	if (dots < 2 && suffix.n > 0) {
		buffer_puts(&full, ".");
		buffer_put(&full, suffix);
	}
	json_object_set_new(r, "hostname", field_text(dots >= 2 && suffix.n > 0 ? without_domain(host, suffix) : host));
	json_object_set_new(r, "fqdn", field_text(buffer_span(&full)));
	buffer_fini(&full);
}

static int
ask_names(struct device *d, json_t *r)
{
	const json_t *known = json_object_get(r, "hostname");
	struct buffer host, hosts;
	int failed;

	buffer_init(&host, DEVICE_MAX_ANSWER);
	buffer_init(&hosts, DEVICE_MAX_ANSWER);
	failed = nxos_ssh_try(d, &hosts, "show hosts") == -1 || nxos_ssh_try(d, &host, "show hostname") == -1;
	if (!failed) {
		if (host.n == 0)
			buffer_put(&host, span_of(json_string_value(known), json_string_length(known)));
		set_names(r, span_trim(buffer_span(&host)), domain(buffer_span(&hosts)));
	}
	buffer_fini(&host);
	buffer_fini(&hosts);
	return failed ? -1 : 0;
}

/* ---- interfaces ---- */

/* What is no heading, ruler or folded line begins with the name of a port. */
static int
ask_interfaces(struct device *d, json_t *r)
{
	json_t *names = json_array();
	struct span text, line, word;
	struct buffer out;
	int failed;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	failed = nxos_ssh_try(d, &out, "show interface status") == -1;
	text = span_trim(buffer_span(&out));
	while (!failed && field_line(&text, &line)) {
		if (line.n > 0 && !span_is_space(line.p[0]) && line.p[0] != '-' && !span_starts(line, SPAN_LIT("Port ")) && field_word(&line, &word))
			json_array_append_new(names, ifname_full(word));
	}
	json_object_set_new(r, "interface_list", names);
	buffer_fini(&out);
	return failed ? -1 : 0;
}

/* ---- show inventory ---- */

static bool
is_chassis(struct span name)
{
	return span_eq(name, SPAN_LIT("Chassis")) || span_eq(name, SPAN_LIT("\"Chassis\""));
}

static void
read_inventory_json(json_t *r, const json_t *inventory)
{
	json_t *rows = nxos_table_rows(inventory, "inv"), *row;
	char room[32];
	size_t i;

	json_array_foreach(rows, i, row) {
		if (is_chassis(nxos_table_text(row, "name", room))) {
			json_object_set_new(r, "serial_number", field_text(nxos_table_text(row, "serialnum", room)));
			break;
		}
	}
	json_decref(rows);
}

/*
 * NAME: "Chassis",  DESCR: "Nexus7000 C7009 (9 Slot) Chassis "
 * PID: N7K-C7009           ,  VID: V01 ,  SN: JAF1602BKEN
 */
static void
read_inventory_text(json_t *r, struct span text)
{
	bool chassis = false;
	struct span line, word, number;

	while (field_line(&text, &line)) {
		struct span name = field_behind(line, "NAME: "), serial = field_behind(line, "SN:");

		if (name.p) {
			chassis = field_word(&name, &word) && span_starts(word, SPAN_LIT("\"Chassis\""));
		} else if (chassis && serial.p) {
			if (field_word(&serial, &number))
				json_object_set_new(r, "serial_number", field_text(number));
			return;
		}
	}
}

/* Releases without JSON, and those whose JSON is none, are asked for the text. */
static int
ask_inventory(struct device *d, json_t *r)
{
	json_t *inventory = nxos_ssh_json(d, "show inventory");
	struct buffer out;
	int failed = 0;

	if (inventory) {
		read_inventory_json(r, inventory);
		json_decref(inventory);
		return 0;
	}
	if (d->error != DEVICE_COMMAND && d->error != DEVICE_ANSWER)
		return -1;
	device_forgive(d);
	buffer_init(&out, DEVICE_MAX_ANSWER);
	failed = nxos_ssh_try(d, &out, "show inventory");
	if (failed == 0)
		read_inventory_text(r, buffer_span(&out));
	buffer_fini(&out);
	return failed;
}

json_t *
nxos_ssh_get_facts(struct device *d, const json_t *arguments)
{
	json_t *r = model_new(&model_facts);
	struct buffer version;
	bool failed;

	(void)arguments;
	buffer_init(&version, DEVICE_MAX_ANSWER);
	json_object_set_new(r, "vendor", json_string("Cisco"));
	failed = nxos_ssh_show(d, &version, "show version") == -1;
	if (!failed)
		read_version(d, r, buffer_span(&version));
	failed = failed || ask_names(d, r) == -1 || ask_interfaces(d, r) == -1 || ask_inventory(d, r) == -1;
	buffer_fini(&version);
	if (!failed)
		return r;
	json_decref(r);
	return NULL;
}

/* ---- configurations ---- */

static int
ask_config(struct device *d, json_t *r, const char *name, bool sanitized, const char *command)
{
	struct buffer out;
	int failed;

	buffer_init(&out, DEVICE_MAX_ANSWER);
	failed = nxos_ssh_show(d, &out, "%s", command);
	if (failed == 0)
		json_object_set_new(r, name, nxos_text_config(buffer_span(&out), sanitized));
	buffer_fini(&out);
	return failed;
}

/* There is no candidate: `configure session` aside, NX-OS has none. */
json_t *
nxos_ssh_get_config(struct device *d, const json_t *arguments)
{
	const char *part = getter_text(arguments, "retrieve");
	bool all = strcasecmp(part, "all") == 0, sanitized = getter_bool(arguments, "sanitized");
	json_t *r = model_new(&model_config);
	int failed = 0;

	if (all || strcasecmp(part, "running") == 0)
		failed = ask_config(d, r, "running", sanitized, getter_bool(arguments, "full") ? "show running-config all" : "show running-config");
	if (failed == 0 && (all || strcasecmp(part, "startup") == 0))
		failed = ask_config(d, r, "startup", sanitized, "show startup-config");
	if (failed == 0)
		return r;
	json_decref(r);
	return NULL;
}

json_t *
nxos_ssh_get_users(struct device *d, const json_t *arguments)
{
	struct buffer out;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (nxos_ssh_show(d, &out, "show running-config") == 0)
		r = nxos_text_users(d, buffer_span(&out));
	buffer_fini(&out);
	return r;
}

json_t *
nxos_ssh_get_snmp_information(struct device *d, const json_t *arguments)
{
	struct buffer out;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (nxos_ssh_show(d, &out, "show running-config") == 0)
		r = nxos_text_snmp(buffer_span(&out));
	buffer_fini(&out);
	return r;
}
