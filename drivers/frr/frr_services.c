/*
 * What the machine's own services say of it: SNMP (Net-SNMP), users.
 */
#include "drivers/field.h"
#include "drivers/frr/frr.h"

/* ---- SNMP ---- */

#define SNMPD_FILE "/etc/snmp/snmpd.conf"

/* The names of its directives may be written in any case. */
static bool
is_word(struct span word, const char *name)
{
	size_t n = strlen(name);

	if (word.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if ((word.p[i] >= 'A' && word.p[i] <= 'Z' ? word.p[i] + 32 : word.p[i]) != name[i])
			return false;
	}
	return true;
}

/* A value may be one quoted word. */
static struct span
unquoted(struct span text)
{
	text = span_trim(text);
	return text.n > 1 && text.p[0] == '"' && text.p[text.n - 1] == '"' ? span_of(text.p + 1, text.n - 2) : text;
}

/* COMMUNITY [SOURCE ...] */
static void
add_community(json_t *r, struct span line, const char *mode)
{
	struct span community, source = SPAN_NONE;
	json_t *one, *key;

	if (!field_word(&line, &community))
		return;
	field_word(&line, &source);
	one = model_new(&model_snmp_community);
	json_object_set_new(one, "mode", json_string(mode));
	json_object_set_new(one, "acl", field_text(source));
	key = field_text(unquoted(community));
	json_object_set_new(json_object_get(r, "community"), json_string_value(key), one);
	json_decref(key);
}

static void
read_snmp_line(json_t *r, struct span line)
{
	struct span word;

	if (!field_word(&line, &word))
		return;
	if (is_word(word, "syscontact"))
		json_object_set_new(r, "contact", field_text(unquoted(line)));
	else if (is_word(word, "syslocation"))
		json_object_set_new(r, "location", field_text(unquoted(line)));
	else if (is_word(word, "rocommunity") || is_word(word, "rocommunity6"))
		add_community(r, line, "ro");
	else if (is_word(word, "rwcommunity") || is_word(word, "rwcommunity6"))
		add_community(r, line, "rw");
}

/* Without the file there is no agent; one that may not be read is a failure. */
json_t *
frr_get_snmp_information(struct device *d, const json_t *arguments)
{
	json_t *r = model_new(&model_snmp);
	struct span rest, line;
	struct buffer out;

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (frr_shell(d, "env LC_ALL=C cat " SNMPD_FILE, &out) == 0) {
		rest = buffer_span(&out);
		while (field_line(&rest, &line))
			read_snmp_line(r, line);
		if (out.n > 0 && json_object_size(json_object_get(r, "community")) == 0 && json_string_length(json_object_get(r, "location")) == 0 &&
		    json_string_length(json_object_get(r, "contact")) == 0)
			device_warn(d, SNMPD_FILE ": nothing in it is known here");
	} else if (d->error == DEVICE_COMMAND && strstr(d->message, "No such file")) {
		device_forgive(d);
		device_warn(d, "there is no " SNMPD_FILE);
	}
	buffer_fini(&out);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

/* ---- users ---- */

/* The fields of a line of passwd or group. */
static size_t
fields(struct span line, struct span *field, size_t max)
{
	size_t n = 0;

	while (n < max) {
		const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;

		field[n] = colon ? span_between(line.p, colon) : line;
		line = span_skip(line, field[n++].n + 1);
		if (!colon)
			break;
	}
	return n;
}

/* Whose shell is none cannot log in. */
static bool
logs_in(struct span shell)
{
	static const char *const none[] = { "nologin", "false", "sync", "shutdown", "halt" };
	const char *slash = shell.n ? memrchr(shell.p, '/', shell.n) : NULL;
	struct span name = slash ? span_between(slash + 1, shell.p + shell.n) : shell;

	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		if (span_eq(name, span_str(none[i])))
			return false;
	}
	return true;
}

/* Who may do all: root, and who is in the group that vtysh is for, by its number or by name. */
struct masters {
	struct span gid;
	json_t *members;
};

/* "frrvty:x:108:alice,bob" */
static void
read_masters(struct masters *m, const struct span *group)
{
	struct span left = group[3];

	m->gid = group[2];
	while (left.n > 0) {
		const char *comma = memchr(left.p, ',', left.n);
		struct span one = comma ? span_between(left.p, comma) : left;

		if (one.n > 0)
			json_object_setn_new(m->members, one.p, one.n, json_true());
		left = span_skip(left, one.n + 1);
	}
}

static bool
is_master(const struct masters *m, const struct span *user)
{
	return span_eq(user[2], SPAN_LIT("0")) || (m->gid.n > 0 && span_eq(user[3], m->gid)) || json_object_getn(m->members, user[0].p, user[0].n);
}

static void
add_user(json_t *r, const struct masters *m, const struct span *user)
{
	json_t *one = model_new(&model_user), *key = field_text(user[0]);

	json_object_set_new(one, "level", json_integer(is_master(m, user) ? 15 : 0));
	json_object_set_new(r, json_string_value(key), one);
	json_decref(key);
}

/* A group has four fields, a user seven: the group comes first. */
static void
add_users(struct device *d, json_t *r, struct span text)
{
	struct masters m = { .gid = SPAN_NONE, .members = json_object() };
	struct span line, field[7];

	while (field_line(&text, &line)) {
		size_t n = fields(line, field, 7);

		if (n == 4 && span_eq(field[0], SPAN_LIT("frrvty")))
			read_masters(&m, field);
		else if (n == 7 && field[0].n > 0 && logs_in(field[6]))
			add_user(r, &m, field);
		else if ((n != 7 || field[0].n == 0) && line.n > 0)
			device_warn(d, "getent: \"%.*s\" is no user", (int)(line.n < 80 ? line.n : 80), line.p);
	}
	json_decref(m.members);
}

/* Passwords and keys are in files that root alone may read. */
json_t *
frr_get_users(struct device *d, const json_t *arguments)
{
	json_t *r = json_object();
	struct buffer out;

	(void)arguments;
	buffer_init(&out, DEVICE_MAX_ANSWER);
	if (frr_shell(d, "getent group frrvty; getent passwd", &out) == 0)
		add_users(d, r, buffer_span(&out));
	buffer_fini(&out);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
