/*
 * Neighbours by LLDP.
 */
#include "drivers/eui.h"
#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/ios/ios.h"

/* Old releases do not name the local interface in the detailed answer; the brief one has it, in the same order, under its heading (device names may run into it). */
static json_t *
brief_interfaces(struct device *d, struct span text)
{
	json_t *names = json_array();
	struct span line, rest, word;
	size_t column = 0;

	while (field_line(&text, &line)) {
		rest = field_behind(line, "Local Intf");
		if (rest.p && span_starts(line, SPAN_LIT("Device ID")))
			column = line.n - rest.n - strlen("Local Intf");
		else if (column > 0 && (span_trim(line).n == 0 || span_starts(line, SPAN_LIT("Total entries"))))
			break;
		else if (column > 0) {
			rest = span_skip(line, column);
			if (rest.n > 15 && !span_is_space(line.p[column]))
				rest.n = 15;
			if (field_word(&rest, &word))
				json_array_append_new(names, field_text(word));
			else
				ios_odd(d, "show lldp neighbors", line);
		}
	}
	return names;
}

static json_t *
ask_brief(struct device *d, const char *interface, size_t wanted)
{
	struct buffer answer;
	json_t *names = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_show(d, &answer, "show lldp neighbors%s%s", *interface ? " " : "", interface) == 0)
		names = brief_interfaces(d, buffer_span(&answer));
	buffer_fini(&answer);
	if (names && json_array_size(names) != wanted) {
		device_fail(d, DEVICE_ANSWER, "%zu LLDP neighbours in detail, %zu in brief: which is on which interface is not known", wanted, json_array_size(names));
		json_decref(names);
		names = NULL;
	}
	return names;
}

static struct span
advertised(const json_t *row, const char *name)
{
	struct span s = ios_value(row, name);

	return field_has(s, "not advertised") ? SPAN_LIT("") : s;
}

/* A port that looks like a MAC address (five ':' or '-', two '.') is given as one. */
static json_t *
port_of(struct span s)
{
	size_t colons = 0, hyphens = 0, dots = 0;

	for (size_t i = 0; i < s.n; i++) {
		colons += s.p[i] == ':';
		hyphens += s.p[i] == '-';
		dots += s.p[i] == '.';
	}
	return colons == 5 || hyphens == 5 || dots == 2 ? eui_or_text(s) : field_text(s);
}

static json_t *
neighbor(const json_t *row)
{
	json_t *r = model_new(&model_lldp_neighbor_detail);

	json_object_set_new(r, "remote_chassis_id", eui_or_text(advertised(row, "CHASSIS")));
	json_object_set_new(r, "remote_port", field_text(advertised(row, "PORT")));
	json_object_set_new(r, "remote_port_description", field_text(advertised(row, "PORT_DESCRIPTION")));
	json_object_set_new(r, "remote_system_name", field_text(advertised(row, "NAME")));
	json_object_set_new(r, "remote_system_description", field_text(advertised(row, "DESCRIPTION")));
	json_object_set_new(r, "remote_system_capab", field_lldp_capabilities(advertised(row, "CAPABILITIES")));
	json_object_set_new(r, "remote_system_enable_capab", field_lldp_capabilities(advertised(row, "ENABLED")));
	return r;
}

static void
append(json_t *all, struct span local, json_t *one)
{
	json_t *name = ifname_full(local);
	const char *key = json_string_value(name);
	json_t *list = key ? json_object_get(all, key) : NULL;

	if (!list && key && json_object_set_new(all, key, json_array()) == 0)
		list = json_object_get(all, key);
	json_array_append_new(list, one);
	json_decref(name);
}

/* Without the rows that are of no neighbour (a broken text between two lines of hyphens). */
static json_t *
without_empty(const json_t *rows)
{
	json_t *kept = json_array(), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		if (ios_value(row, "CHASSIS").n > 0 || ios_value(row, "PORT").n > 0)
			json_array_append(kept, row);
	}
	return kept;
}

static json_t *
neighbors(struct device *d, const json_t *rows, const char *interface)
{
	json_t *names = NULL, *r, *row;
	struct span local;
	size_t i;

	if (json_array_size(rows) > 0 && ios_value(json_array_get(rows, 0), "LOCAL").n == 0 && !(names = ask_brief(d, interface, json_array_size(rows))))
		return NULL;
	r = json_object();
	json_array_foreach(rows, i, row) {
		local = ios_value(row, "LOCAL");
		if (local.n == 0)
			local = span_str(json_string_value(json_array_get(names, i)));
		if (local.n > 0)
			append(r, local, neighbor(row));
		else
			device_warn(d, "show lldp neighbors detail: no local interface of neighbour \"%.*s\"", IOS_PART(ios_value(row, "CHASSIS")));
	}
	json_decref(names);
	return r;
}

static json_t *
detail(struct device *d, const char *interface)
{
	struct buffer answer;
	json_t *rows = NULL, *kept = NULL, *r = NULL;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_ask(d, &answer, "show lldp neighbors%s%s detail", *interface ? " " : "", interface) == 0)
		rows = ios_rows_of(d, "show_lldp_neighbors_detail", buffer_span(&answer));
	if (rows && (kept = without_empty(rows)))
		r = neighbors(d, kept, interface);
	if (r && json_object_size(r) == 0 && ios_refused(buffer_span(&answer)))
		device_warn(d, "the device has no LLDP: %.*s", IOS_PART(buffer_span(&answer)));
	json_decref(kept);
	json_decref(rows);
	buffer_fini(&answer);
	return r;
}

json_t *
ios_get_lldp_neighbors_detail(struct device *d, const json_t *arguments)
{
	return detail(d, getter_text(arguments, "interface"));
}

/* What has no name is called by its chassis, as `show lldp neighbors` does. */
static json_t *
short_form(const json_t *one)
{
	const char *name = json_string_value(json_object_get(one, "remote_system_name"));
	json_t *r = model_new(&model_lldp_neighbor);

	json_object_set(r, "hostname", json_object_get(one, name && *name ? "remote_system_name" : "remote_chassis_id"));
	json_object_set_new(r, "port", port_of(ios_value(one, "remote_port")));
	return r;
}

json_t *
ios_get_lldp_neighbors(struct device *d, const json_t *arguments)
{
	json_t *all = detail(d, ""), *r = all ? json_object() : NULL, *list, *one, *out;
	const char *name;
	size_t i;

	(void)arguments;
	json_object_foreach(all, name, list) {
		out = json_array();
		json_array_foreach(list, i, one)
			json_array_append_new(out, short_form(one));
		json_object_set_new(r, name, out);
	}
	json_decref(all);
	return r;
}
