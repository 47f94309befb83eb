/*
 * What the device is and how it is set up: facts, configurations, users, SNMP; commands as they are.
 */
#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/nxos/nxos.h"
#include "drivers/nxos/nxos_table.h"
#include "drivers/nxos/nxos_text.h"

/* ---- facts ---- */

static json_t *
serial_number(const json_t *inventory)
{
	json_t *rows = nxos_table_rows(inventory, "inv"), *r = NULL, *row;
	char name[64], room[32];
	size_t i;

	json_array_foreach(rows, i, row) {
		nxos_table_copy(row, "name", name, sizeof(name));
		if (!r && (strcmp(name, "Chassis") == 0 || strcmp(name, "\"Chassis\"") == 0))
			r = field_text(nxos_table_text(row, "serialnum", room));
	}
	json_decref(rows);
	return r ? r : json_string("");
}

static json_t *
interface_names(const json_t *interfaces)
{
	json_t *rows = nxos_table_rows(interfaces, "interface"), *names = json_array(), *row;
	char room[32];
	size_t i;

	json_array_foreach(rows, i, row)
		json_array_append_new(names, field_text(nxos_table_text(row, "interface", room)));
	json_decref(rows);
	return names;
}

/* The first of the names that the answer has. */
static json_t *
first_text(const json_t *answer, const char *const *names)
{
	char room[32];

	for (; *names; names++) {
		if (json_object_get(answer, *names))
			return field_text(nxos_table_text(answer, *names, room));
	}
	return json_string("");
}

static double
uptime(struct device *d, const json_t *version)
{
	int64_t days = answer_int(d, version, "kern_uptm_days", 0), hours = answer_int(d, version, "kern_uptm_hrs", 0);
	int64_t minutes = answer_int(d, version, "kern_uptm_mins", 0), seconds = answer_int(d, version, "kern_uptm_secs", 0);

	return (double)days * 86400 + (double)hours * 3600 + (double)minutes * 60 + (double)seconds;
}

static void
set_version(struct device *d, json_t *r, const json_t *version)
{
	char room[32];

	json_object_set_new(r, "vendor", json_string("Cisco"));
	json_object_set_new(r, "model", field_text(nxos_table_text(version, "chassis_id", room)));
	json_object_set_new(r, "hostname", field_text(nxos_table_text(version, "host_name", room)));
	json_object_set_new(r, "os_version", first_text(version, (const char *const[]){ "sys_ver_str", "nxos_ver_str", "kickstart_ver_str", NULL }));
	json_object_set_new(r, "uptime", json_real(uptime(d, version)));
}

json_t *
nxos_get_facts(struct device *d, const json_t *arguments)
{
	json_t *version = nxos_ask(d, "show version"), *inventory = NULL, *interfaces = NULL, *host = NULL, *r = NULL;
	char room[32];

	(void)arguments;
	if (version)
		inventory = nxos_try(d, "show inventory");
	if (d->error == DEVICE_OK)
		interfaces = nxos_try(d, "show interface");
	if (d->error == DEVICE_OK)
		host = nxos_try(d, "show hostname");
	if (d->error == DEVICE_OK) {
		r = model_new(&model_facts);
		set_version(d, r, version);
		json_object_set_new(r, "serial_number", serial_number(inventory));
		json_object_set_new(r, "fqdn", field_text(nxos_table_text(host, "hostname", room)));
		json_object_set_new(r, "interface_list", interface_names(interfaces));
	}
	json_decref(version);
	json_decref(inventory);
	json_decref(interfaces);
	json_decref(host);
	return r;
}

/* ---- from configurations ---- */

static json_t *
configuration(struct device *d, const char *command, bool sanitized)
{
	struct buffer text;
	json_t *r = NULL;

	buffer_init(&text, DEVICE_MAX_ANSWER);
	if (nxos_ask_text(d, command, &text) == 0)
		r = nxos_text_config(buffer_span(&text), sanitized);
	if (!r)
		device_fail(d, DEVICE_MEMORY, "no memory for a configuration");
	buffer_fini(&text);
	return r;
}

json_t *
nxos_get_config(struct device *d, const json_t *arguments)
{
	const char *which = getter_text(arguments, "retrieve");
	bool all = strcasecmp(which, "all") == 0, sanitized = getter_bool(arguments, "sanitized");
	json_t *r = model_new(&model_config);

	if (all || strcasecmp(which, "running") == 0)
		json_object_set_new(r, "running", configuration(d, getter_bool(arguments, "full") ? "show running-config all" : "show running-config", sanitized));
	if (d->error == DEVICE_OK && (all || strcasecmp(which, "startup") == 0))
		json_object_set_new(r, "startup", configuration(d, "show startup-config", sanitized));
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

json_t *
nxos_get_users(struct device *d, const json_t *arguments)
{
	struct buffer text;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&text, DEVICE_MAX_ANSWER);
	if (nxos_ask_text(d, "show running-config", &text) == 0)
		r = nxos_text_users(d, buffer_span(&text));
	buffer_fini(&text);
	return r;
}

json_t *
nxos_get_snmp_information(struct device *d, const json_t *arguments)
{
	struct buffer text;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&text, DEVICE_MAX_ANSWER);
	if (nxos_ask_text(d, "show running-config", &text) == 0)
		r = nxos_text_snmp(buffer_span(&text));
	buffer_fini(&text);
	return r;
}

/* ---- commands ---- */

json_t *
nxos_cli(struct device *d, const json_t *arguments)
{
	json_t *commands = json_object_get(arguments, "commands"), *r = json_object(), *command;
	struct buffer text;
	size_t i;

	if (strcmp(getter_text(arguments, "encoding"), "text") != 0)
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "cli gives text only, not \"%s\"", getter_text(arguments, "encoding"));
	buffer_init(&text, DEVICE_MAX_ANSWER);
	json_array_foreach(commands, i, command) {
		if (d->error != DEVICE_OK || nxos_ask_text(d, json_string_value(command), &text) == -1)
			break;
		json_object_set_new(r, json_string_value(command), field_text(buffer_span(&text)));
	}
	buffer_fini(&text);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
