/*
 * What the device is, and who may use it: facts, users, SNMP.
 */
#include "base/clock.h"
#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"

/* Subinterfaces are left out, as NAPALM does. */
static json_t *
interface_names(struct device *d, const json_t *interfaces)
{
	json_t *names = json_array();
	const char *name;
	json_t *one;

	json_object_foreach(answer_object(d, interfaces, "interfaces"), name, one) {
		if (!strchr(name, '.'))
			json_array_append_new(names, json_string(name));
	}
	field_sort_names(names);
	return names;
}

json_t *
eos_get_facts(struct device *d, const json_t *arguments)
{
	json_t *all = eos_ask(d, (const char *const[]){ "show version", "show hostname", "show interfaces", NULL }, false);
	const json_t *version = json_array_get(all, 0), *host = json_array_get(all, 1);
	double booted = answer_real(d, version, "bootupTimestamp", -1);
	json_t *r = all ? model_new(&model_facts) : NULL;

	(void)arguments;
	if (!r)
		goto out;
	json_object_set_new(r, "hostname", json_string(answer_text(d, host, "hostname", "")));
	json_object_set_new(r, "fqdn", json_string(answer_text(d, host, "fqdn", "")));
	json_object_set_new(r, "vendor", json_string("Arista"));
	json_object_set_new(r, "model", json_string(answer_text(d, version, "modelName", "")));
	json_object_set_new(r, "serial_number", json_string(answer_text(d, version, "serialNumber", "")));
	json_object_set_new(r, "os_version", json_string(answer_text(d, version, "internalVersion", answer_text(d, version, "version", ""))));
	json_object_set_new(r, "uptime", json_real(booted < 0 ? -1.0 : (double)clock_now_ns() / 1e9 - booted));
	json_object_set_new(r, "interface_list", interface_names(d, json_array_get(all, 2)));
out:
	json_decref(all);
	return r;
}

/* ---- users ---- */

static bool
is_key(struct span line)
{
	return span_starts(line, SPAN_LIT("ssh-")) || span_starts(line, SPAN_LIT("ecdsa-")) || span_starts(line, SPAN_LIT("sk-"));
}

static json_t *
keys_of(const char *text)
{
	struct span left = span_str(text), line;
	json_t *keys = json_array();

	while (field_line(&left, &line)) {
		if (is_key(span_trim(line)))
			json_array_append_new(keys, field_text(span_trim(line)));
	}
	return keys;
}

json_t *
eos_get_users(struct device *d, const json_t *arguments)
{
	json_t *answer = eos_ask_one(d, "show users accounts");
	json_t *r = answer ? json_object() : NULL;
	const char *name;
	json_t *one;

	(void)arguments;
	json_object_foreach(answer_object(d, answer, "users"), name, one) {
		json_t *user = model_new(&model_user);

		json_object_set_new(user, "level", json_integer(answer_int(d, one, "privLevel", 0)));
		json_object_set_new(user, "password", json_string(answer_text(d, one, "secret", "")));
		json_object_set_new(user, "sshkeys", keys_of(answer_text(d, one, "sshAuthorizedKey", "")));
		json_object_set_new(r, name, user);
	}
	json_decref(answer);
	return r;
}

/* ---- SNMP ---- */

/* Some releases put quotes around the text. */
static json_t *
unquoted(struct device *d, const json_t *from, const char *key)
{
	struct span text = span_str(answer_text(d, from, key, ""));

	while (text.n > 0 && text.p[0] == '"')
		text = span_skip(text, 1);
	while (text.n > 0 && text.p[text.n - 1] == '"')
		text.n--;
	return field_text(text);
}

/* snmp-server community NAME [view VIEW] [ro|rw] [ipv6 ACL] [ACL] */
static void
add_community(struct device *d, json_t *communities, struct span line)
{
	struct span left = line, word, name = SPAN_NONE, acl = SPAN_NONE, mode = SPAN_NONE;
	json_t *one;

	if (!field_word(&left, &word) || !span_eq(word, SPAN_LIT("snmp-server")) || !field_word(&left, &word) || !span_eq(word, SPAN_LIT("community")))
		return;
	if (!field_word(&left, &name) || memchr(name.p, '\0', name.n)) {
		device_warn(d, "no community in \"%.*s\"", (int)(line.n < 60 ? line.n : 60), line.p);
		return;
	}
	while (field_word(&left, &word)) {
		if (span_eq(word, SPAN_LIT("view")) || span_eq(word, SPAN_LIT("ipv6")))
			field_word(&left, &word);
		else if (span_eq(word, SPAN_LIT("ro")) || span_eq(word, SPAN_LIT("rw")))
			mode = word;
		else
			acl = word;
	}
	one = model_new(&model_snmp_community);
	json_object_set_new(one, "acl", field_text(acl));
	json_object_set_new(one, "mode", field_text(mode));
	json_object_setn_new(communities, name.p, name.n, one);
}

json_t *
eos_get_snmp_information(struct device *d, const json_t *arguments)
{
	json_t *all = eos_ask(d, (const char *const[]){ "show snmp v2-mib chassis", "show snmp v2-mib location", "show snmp v2-mib contact", NULL }, false);
	json_t *r = all ? model_new(&model_snmp) : NULL;
	struct buffer text;
	struct span left, line;

	(void)arguments;
	buffer_init(&text, DEVICE_MAX_ANSWER);
	json_object_set_new(r, "chassis_id", json_string(answer_text(d, json_array_get(all, 0), "chassisId", "")));
	json_object_set_new(r, "location", unquoted(d, json_array_get(all, 1), "location"));
	json_object_set_new(r, "contact", unquoted(d, json_array_get(all, 2), "contact"));
	if (r && eos_ask_text(d, "show running-config | section snmp-server community", &text) == -1) {
		json_decref(r);
		r = NULL;
	}
	left = buffer_span(&text);
	while (r && field_line(&left, &line))
		add_community(d, json_object_get(r, "community"), line);
	buffer_fini(&text);
	json_decref(all);
	return r;
}
