/*
 * The configuration, and what is read from it: users, SNMP.
 */
#include "drivers/field.h"
#include "drivers/ios/ios.h"
#include "drivers/sanitize.h"

/* ---- get_config ---- */

static const char *const volatile_lines[] = { "Building configuration", "Current configuration :", "! Last configuration change at", "! NVRAM config last updated at", NULL };

static json_t *
config_text(struct span answer, bool sanitized)
{
	struct buffer lines, clean;
	struct span text;
	json_t *v = NULL;

	buffer_init(&lines, 2 * DEVICE_MAX_ANSWER);
	buffer_init(&clean, 2 * DEVICE_MAX_ANSWER);
	sanitize_blank(&lines, answer, volatile_lines);
	text = span_trim(buffer_span(&lines));
	if (sanitized) {
		sanitize_cisco(&clean, text);
		text = span_trim(buffer_span(&clean));
	}
	if (!lines.failed && !clean.failed)
		v = field_text(text);
	buffer_fini(&clean);
	buffer_fini(&lines);
	return v;
}

static int
add_config(struct device *d, json_t *r, const char *name, const json_t *arguments)
{
	bool running = strcmp(name, "running") == 0, full = running && getter_bool(arguments, "full");
	struct buffer answer;
	int status;

	buffer_init(&answer, DEVICE_MAX_ANSWER);
	status = ios_show(d, &answer, "show %s-config%s", name, full ? " all" : "");
	if (status == 0)
		json_object_set_new(r, name, config_text(buffer_span(&answer), getter_bool(arguments, "sanitized")));
	buffer_fini(&answer);
	return status;
}

/* IOS has no candidate: that part is always "". */
json_t *
ios_get_config(struct device *d, const json_t *arguments)
{
	const char *retrieve = getter_text(arguments, "retrieve");
	bool all = strcmp(retrieve, "all") == 0;
	json_t *r;

	if (strcmp(getter_text(arguments, "format"), "text") != 0) {
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "ios has its configuration as text only");
		return NULL;
	}
	if (!all && strcmp(retrieve, "running") != 0 && strcmp(retrieve, "startup") != 0 && strcmp(retrieve, "candidate") != 0) {
		device_fail(d, DEVICE_ARGUMENT, "\"retrieve\" is all, running, startup or candidate");
		return NULL;
	}
	r = model_new(&model_config);
	if ((all || strcmp(retrieve, "startup") == 0) && add_config(d, r, "startup", arguments) == -1)
		goto fail;
	if ((all || strcmp(retrieve, "running") == 0) && add_config(d, r, "running", arguments) == -1)
		goto fail;
	return r;
fail:
	json_decref(r);
	return NULL;
}

/* ---- users ---- */

static bool
is_word(struct span word, const char *text)
{
	return span_eq(word, span_str(text));
}

/*
 * "username NAME [privilege N] secret|password TYPE TEXT" and nothing else, not even a blank behind it: NAPALM knows no other user, but for one without a
 * password whose line ends in a blank.  The words before the password; 0: it is none.
 */
static size_t
user_words(struct span line, const struct span *words, size_t n)
{
	size_t at = n > 3 && is_word(words[2], "privilege") ? 4 : 2;
	bool blank = span_is_space(line.p[line.n - 1]);

	if (at == n)
		return blank ? at : 0;
	return n == at + 3 && !blank && (is_word(words[at], "secret") || is_word(words[at], "password")) && span_is_number(words[at + 1]) ? at : 0;
}

static void
add_user(struct device *d, json_t *users, struct span line, const struct span *words, size_t n)
{
	size_t at = user_words(line, words, n);
	int64_t level = 1;
	json_t *user;

	if (at == 0) {
		/* Not the line: there may be a password in it. */
		device_warn(d, "show run: the line of the user \"%.*s\" is not understood", IOS_PART(words[1]));
		return;
	}
	if (at == 4 && !field_int(words[3], &level)) {
		device_warn(d, "\"%.*s\" is no privilege level", IOS_PART(words[3]));
		level = 1;
	}
	user = model_new(&model_user);
	json_object_set_new(user, "level", json_integer(level));
	if (at < n)
		json_object_set_new(user, "password", field_text(words[at + 2]));
	ios_set(users, words[1], user);
}

/* Below `ip ssh pubkey-chain`, indented: "username NAME", and below that "key-hash TYPE HASH [COMMENT]". */
static void
key_line(json_t *users, json_t **chain, const struct span *words, size_t n)
{
	if (n == 2 && is_word(words[0], "username"))
		*chain = ios_get(users, words[1]);
	else if (n >= 3 && is_word(words[0], "key-hash"))
		json_array_append_new(json_object_get(*chain, "sshkeys"), field_join(words + 1, n - 1));
}

/* Users stand at the margin; with `keys`, the other lines. */
static void
read_users(struct device *d, json_t *users, struct span text, bool keys)
{
	struct span line, words[24];
	json_t *chain = NULL;
	size_t n;

	while (field_line(&text, &line)) {
		n = field_words(line, words, 24);
		n = n < 24 ? n : 24;
		if (n < 2)
			continue;
		if (keys && span_is_space(line.p[0]))
			key_line(users, &chain, words, n);
		else if (!keys && !span_is_space(line.p[0]) && is_word(words[0], "username"))
			add_user(d, users, line, words, n);
	}
}

json_t *
ios_get_users(struct device *d, const json_t *arguments)
{
	struct buffer answer;
	json_t *users = NULL;

	(void)arguments;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_ask(d, &answer, "show run | section username") == 0 && (!ios_refused(buffer_span(&answer)) || ios_show(d, &answer, "show run | include username") == 0)) {
		users = json_object();
		read_users(d, users, buffer_span(&answer), false);
		read_users(d, users, buffer_span(&answer), true);
	}
	buffer_fini(&answer);
	return users;
}

/* ---- SNMP ---- */

/* "snmp-server community NAME [view VIEW] [RO|RW] [ipv6 ACL] [ACL]" */
static void
add_community(json_t *r, const struct span *words, size_t n)
{
	json_t *one = model_new(&model_snmp_community);
	size_t at = 3;

	if (at + 1 < n && is_word(words[at], "view"))
		at += 2;
	json_object_set_new(one, "mode", json_string("N/A"));
	json_object_set_new(one, "acl", json_string("N/A"));
	if (at < n) {
		bool write = words[at].n == 2 && (words[at].p[1] | 0x20) == 'w';

		json_object_set_new(one, "mode", words[at].n == 2 ? json_string(write ? "rw" : "ro") : field_text(words[at]));
		at++;
	}
	if (at + 1 < n && is_word(words[at], "ipv6"))
		at += at + 2 < n ? 2 : 1;
	if (at < n)
		json_object_set_new(one, "acl", field_text(words[at]));
	ios_set(json_object_get(r, "community"), words[2], one);
}

static void
snmp_line(json_t *r, struct span line)
{
	static const struct { const char *word, *field; } fields[] = { { "location", "location" }, { "contact", "contact" }, { "chassis-id", "chassis_id" } };
	struct span words[64];
	size_t n = field_words(line, words, 64);

	n = n < 64 ? n : 64;
	if (n < 3 || !is_word(words[0], "snmp-server"))
		return;
	if (is_word(words[1], "community"))
		add_community(r, words, n);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (is_word(words[1], fields[i].word))
			json_object_set_new(r, fields[i].field, field_join(words + 2, n - 2));
	}
}

json_t *
ios_get_snmp_information(struct device *d, const json_t *arguments)
{
	struct buffer answer;
	struct span text, line;
	json_t *r = NULL;

	(void)arguments;
	buffer_init(&answer, DEVICE_MAX_ANSWER);
	if (ios_show(d, &answer, "show run | include snmp-server") == -1)
		goto out;
	r = model_new(&model_snmp);
	json_object_set_new(r, "contact", json_string("unknown"));
	json_object_set_new(r, "location", json_string("unknown"));
	for (text = buffer_span(&answer); field_line(&text, &line);)
		snmp_line(r, line);
	if (*json_string_value(json_object_get(r, "chassis_id")) != '\0')
		goto out;
	json_object_set_new(r, "chassis_id", json_string("unknown"));
	if (ios_ask(d, &answer, "show snmp chassis") == -1) {
		json_decref(r);
		r = NULL;
	} else if (ios_refused(buffer_span(&answer))) {
		device_warn(d, "show snmp chassis: %.*s", IOS_PART(buffer_span(&answer)));
	} else {
		json_object_set_new(r, "chassis_id", field_text(buffer_span(&answer)));
		if (field_has(buffer_span(&answer), "\n"))
			ios_odd(d, "show snmp chassis", buffer_span(&answer));
	}
out:
	buffer_fini(&answer);
	return r;
}
