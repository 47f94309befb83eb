#include "drivers/nxos/nxos_text.h"

#include "drivers/field.h"
#include "drivers/ifname.h"
#include "drivers/model.h"
#include "drivers/sanitize.h"

/* Where `part` begins in `s`, or NULL. */
static const char *
find(struct span s, struct span part)
{
	return s.n ? memmem(s.p, s.n, part.p, part.n) : NULL;
}

static bool
ends_in_year(struct span s)
{
	s = span_trim(s);
	if (s.n < 4)
		return false;
	for (size_t i = s.n - 4; i < s.n; i++) {
		if (!span_is_digit(s.p[i]))
			return false;
	}
	return true;
}

/* What is left of a line of the heading: "!" of "!Startup config saved at: ...".  *time tells that it was the one with the time. */
static struct span
without_heading(struct span line, bool *time)
{
	const char *at = find(line, SPAN_LIT("!Command: show "));

	*time = !at && ends_in_year(line) && (at = find(line, SPAN_LIT("!Time:")));
	if (!at)
		at = find(line, SPAN_LIT("Startup config saved at:"));
	return at ? span_between(line.p, at) : line;
}

/* NAPALM takes off the empty lines behind the time, too: one end of a line is left of all. */
static struct span
skip_empty(struct span config, const char **end)
{
	struct span rest = config, line;

	while (field_line(&rest, &line) && span_trim(line).n == 0) {
		*end = line.p + line.n;
		config = rest;
	}
	return config;
}

json_t *
nxos_text_config(struct span config, bool sanitized)
{
	struct buffer plain, clean;
	struct span line;
	json_t *r;

	buffer_init(&plain, 2 * DEVICE_MAX_ANSWER);
	buffer_init(&clean, 2 * DEVICE_MAX_ANSWER);
	while (field_line(&config, &line)) {
		const char *end = line.p + line.n;
		bool time;

		buffer_put(&plain, without_heading(line, &time));
		if (time)
			config = skip_empty(config, &end);
		buffer_put(&plain, span_between(end, config.p));
	}
	if (sanitized)
		sanitize_cisco(&clean, span_trim(buffer_span(&plain)));
	r = plain.failed || clean.failed ? NULL : field_text(span_trim(buffer_span(sanitized ? &clean : &plain)));
	buffer_fini(&plain);
	buffer_fini(&clean);
	return r;
}

/* ---- lines of a configuration ---- */

/* The line starts with these words (with single blanks between them in `words`); they are taken off it. */
static bool
take(struct span *line, struct span words)
{
	struct span rest = *line, want, have;

	while (field_word(&words, &want)) {
		if (!field_word(&rest, &have) || !span_eq(want, have))
			return false;
	}
	*line = rest;
	return true;
}

static int
role_level(struct span role)
{
	int64_t level;

	if (span_eq(role, SPAN_LIT("network-admin")))
		return 15;
	if (span_eq(role, SPAN_LIT("network-operator")))
		return 5;
	if (span_starts(role, SPAN_LIT("priv-")) && field_int(span_skip(role, 5), &level) && level >= 0 && level <= 15)
		return (int)level;
	return 0;
}

/* "password 5 HASH  role network-admin", "role vdc-admin", "sshkey ssh-rsa AAAA..." */
static void
add_to_user(json_t *user, struct span rest)
{
	struct span word, type;

	while (field_word(&rest, &word)) {
		if (span_eq(word, SPAN_LIT("password")) && field_word(&rest, &type)) {
			/* A password without a type in front is the word itself. */
			if (type.n <= 2 && span_is_digit(type.p[0]) && field_word(&rest, &word))
				json_object_set_new(user, "password", field_text(word));
			else
				json_object_set_new(user, "password", field_text(type));
		} else if (span_eq(word, SPAN_LIT("role")) && field_word(&rest, &word)) {
			if (role_level(word) > json_integer_value(json_object_get(user, "level")))
				json_object_set_new(user, "level", json_integer(role_level(word)));
		} else if (span_eq(word, SPAN_LIT("sshkey")) && field_word(&rest, &type)) {
			/* The key, and what stands behind it as its comment. */
			rest = span_trim(rest);
			if (rest.n > 0 && (span_eq(type, SPAN_LIT("ssh-rsa")) || span_eq(type, SPAN_LIT("ssh-dsa"))))
				json_array_append_new(json_object_get(user, "sshkeys"), field_text(rest));
			rest = SPAN_NONE;
		}
	}
}

json_t *
nxos_text_users(struct device *d, struct span config)
{
	json_t *r = json_object();
	struct span line, name;

	while (field_line(&config, &line)) {
		json_t *key;

		if (!span_starts(line, SPAN_LIT("username ")) || !take(&line, SPAN_LIT("username")))
			continue;
		if (!field_word(&line, &name)) {
			device_warn(d, "\"show running-config\": a line \"username\" without a name");
			continue;
		}
		key = field_text(name);
		if (!json_object_get(r, json_string_value(key))) {
			json_t *user = model_new(&model_user);

			json_object_set_new(user, "level", json_integer(0));
			json_object_set_new(r, json_string_value(key), user);
		}
		add_to_user(json_object_get(r, json_string_value(key)), line);
		json_decref(key);
	}
	return r;
}

static char *
lower(char *s)
{
	for (char *p = s; *p; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p);
	return s;
}

/* "snmp-server community NAME group network-operator", "... use-acl LIST", "... ro" */
static void
add_community(json_t *communities, struct span rest)
{
	struct span name, word, value;
	char text[64];
	json_t *key, *one;

	if (!field_word(&rest, &name))
		return;
	key = field_text(name);
	one = json_object_get(communities, json_string_value(key));
	if (!one) {
		one = model_new(&model_snmp_community);
		json_object_set_new(one, "acl", json_string(""));
		json_object_set_new(communities, json_string_value(key), one);
	}
	json_decref(key);
	while (field_word(&rest, &word)) {
		bool mode = span_eq(word, SPAN_LIT("ro")) || span_eq(word, SPAN_LIT("rw"));

		value = word;
		if (!mode && !field_word(&rest, &value))
			return;
		if (mode || span_eq(word, SPAN_LIT("group"))) {
			size_t n = value.n < sizeof(text) - 1 ? value.n : sizeof(text) - 1;

			memcpy(text, value.p, n);
			text[n] = '\0';
			json_object_set_new(one, "mode", field_text(span_str(lower(text))));
		} else if (span_starts(word, SPAN_LIT("use-"))) {
			json_object_set_new(one, "acl", field_text(value));
		}
	}
}

json_t *
nxos_text_snmp(struct span config)
{
	json_t *r = model_new(&model_snmp), *communities = json_object();
	struct span line;

	while (field_line(&config, &line)) {
		if (!span_starts(line, SPAN_LIT("snmp-server ")))
			continue;
		if (span_starts(line, SPAN_LIT("snmp-server contact ")))
			json_object_set_new(r, "contact", field_text(span_skip(line, 20)));
		else if (span_starts(line, SPAN_LIT("snmp-server location ")))
			json_object_set_new(r, "location", field_text(span_skip(line, 21)));
		else if (take(&line, SPAN_LIT("snmp-server community")))
			add_community(communities, line);
	}
	json_object_set_new(r, "community", communities);
	return r;
}

/* ---- LLDP ---- */

/* What stands behind the label, with the blanks at its end: NAPALM has it so. */
static struct span
behind(struct span line, size_t label)
{
	line = span_skip(line, label);
	while (line.n > 0 && span_is_space(line.p[0]))
		line = span_skip(line, 1);
	return line;
}

static const struct {
	struct span label;
	const char *field;
} lldp_lines[] = {
	{ { "Port id:", 8 }, "remote_port" },
	{ { "Port Description:", 17 }, "remote_port_description" },
	{ { "System Name:", 12 }, "remote_system_name" },
	{ { "System Description:", 19 }, "remote_system_description" },
	{ { "System Capabilities:", 20 }, "remote_system_capab" },
	{ { "Enabled Capabilities:", 21 }, "remote_system_enable_capab" },
};

static json_t *
lldp_value(const char *field, struct span value)
{
	bool absent = find(value, SPAN_LIT("not advertised")) || span_eq(span_trim(value), SPAN_LIT("null"));

	if (strstr(field, "_capab"))
		return field_lldp_capabilities(absent ? SPAN_LIT("") : value);
	return field_text(find(value, SPAN_LIT("not advertised")) ? SPAN_LIT("") : value);
}

static void
lldp_line(json_t *one, struct span line)
{
	for (size_t i = 0; i < sizeof(lldp_lines) / sizeof(*lldp_lines); i++) {
		if (span_starts(line, lldp_lines[i].label))
			json_object_set_new(one, lldp_lines[i].field, lldp_value(lldp_lines[i].field, behind(line, lldp_lines[i].label.n)));
	}
}

/* A neighbour is known by the local port, which stands behind its chassis' and port's ids. */
static void
lldp_keep(json_t *r, json_t *one, struct span local)
{
	json_t *name = ifname_full(local);
	const char *key = json_string_value(name);

	if (!json_object_get(r, key))
		json_object_set_new(r, key, json_array());
	json_array_append(json_object_get(r, key), one);
	json_decref(name);
}

json_t *
nxos_text_lldp(struct device *d, struct span text)
{
	json_t *r = json_object(), *one = NULL;
	bool kept = true;
	struct span line;

	while (field_line(&text, &line)) {
		line = behind(line, 0);
		if (span_starts(line, SPAN_LIT("Chassis id:"))) {
			if (!kept)
				device_warn(d, "\"show lldp neighbors detail\": a neighbour without \"Local Port id\"");
			json_decref(one);
			one = model_new(&model_lldp_neighbor_detail);
			json_object_set_new(one, "remote_chassis_id", lldp_value("", behind(line, 11)));
			kept = false;
		} else if (span_starts(line, SPAN_LIT("Local Port id:")) && one && !kept) {
			lldp_keep(r, one, span_trim(span_skip(line, 14)));
			kept = true;
		} else if (one) {
			lldp_line(one, line);
		}
	}
	json_decref(one);
	return r;
}

json_t *
nxos_text_lldp_brief(const json_t *detail)
{
	json_t *r = json_object(), *all, *one;
	const char *name;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)detail, name, all) {
		json_t *list = json_array();

		json_array_foreach(all, i, one) {
			json_t *host = json_object_get(one, "remote_system_name"), *brief = json_object();

			if (json_is_string(host) && strcmp(json_string_value(host), "N/A") == 0)
				host = json_object_get(one, "remote_chassis_id");
			json_object_set(brief, "hostname", host);
			json_object_set(brief, "port", json_object_get(one, "remote_port"));
			json_array_append_new(list, brief);
		}
		json_object_set_new(r, name, list);
	}
	return r;
}
