/*
 * Configurations, and commands as the caller gives them.
 */
#include "drivers/answer.h"
#include "drivers/field.h"
#include "drivers/frr/frr.h"
#include "drivers/sanitize.h"
#include "drivers/transport/exec.h"

/* ---- secrets ---- */

/* Lines of FRR's own, beside those that it has from Cisco's: what follows is secret. */
static const struct span secrets[] = {
	{ "password ", 9 }, { "enable password ", 16 }, { "ip rip authentication string ", 29 }, { "ip nhrp authentication ", 23 }, { "ip ospf authentication-key ", 27 },
	{ "area-password clear ", 20 }, { "area-password md5 ", 18 }, { "domain-password clear ", 22 }, { "domain-password md5 ", 20 }, { "isis password clear ", 20 }, { "isis password md5 ", 18 },
	{ "ipv6 ospf6 authentication key-id ", 33 }, { "key-string ", 11 },
};

static struct span
kept_of(struct span line)
{
	struct span text = span_trim(line);

	for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++) {
		if (span_starts(text, secrets[i]))
			return span_between(line.p, text.p + secrets[i].n);
	}
	return SPAN_NONE;
}

static void
hide(struct buffer *out, struct span text)
{
	struct buffer own;
	struct span line, kept;

	buffer_init(&own, 2 * DEVICE_MAX_ANSWER);
	while (field_line(&text, &line)) {
		kept = kept_of(line);
		buffer_put(&own, kept.p ? kept : line);
		buffer_puts(&own, kept.p ? "<removed>\n" : "\n");
	}
	sanitize_cisco(out, buffer_span(&own));
	out->failed |= own.failed;
	buffer_fini(&own);
}

static void
set_part(struct device *d, json_t *r, const char *part, struct span text, bool sanitized)
{
	struct buffer out;

	if (!sanitized) {
		json_object_set_new(r, part, field_text(text));
		return;
	}
	buffer_init(&out, 2 * DEVICE_MAX_ANSWER);
	hide(&out, text);
	if (out.failed)
		device_fail(d, DEVICE_MEMORY, "no memory for a configuration");
	else
		json_object_set_new(r, part, field_text(buffer_span(&out)));
	buffer_fini(&out);
}

/* ---- get_config ---- */

/* "Building configuration...", an empty line, "Current configuration:" stand before it. */
static struct span
without_title(struct span text)
{
	struct span left = text, line;

	while (field_line(&left, &line)) {
		if (span_trim(line).n > 0 && !span_starts(line, SPAN_LIT("Building configuration")) && !span_starts(line, SPAN_LIT("Current configuration")))
			break;
		text = left;
	}
	return text;
}

static int
add_running(struct device *d, json_t *r, bool sanitized)
{
	struct span text = SPAN_NONE;
	struct buffer room;
	int result;

	buffer_init(&room, DEVICE_MAX_ANSWER);
	result = frr_vtysh(d, "show running-config", &room, &text);
	if (result == 0 && text.n > 0 && without_title(text).n == text.n)
		device_warn(d, "get_config: \"show running-config\" gave no configuration, or one without its title");
	if (result == 0)
		set_part(d, r, "running", without_title(text), sanitized);
	buffer_fini(&room);
	return result;
}

/* `vtysh -N NAME` has its files in a folder of that name. */
static void
put_path(struct device *d, struct buffer *path)
{
	const char *given = device_option(d, "startup_config"), *vtysh = device_option(d, "vtysh");
	struct span words = span_str(vtysh ? vtysh : ""), word, name = SPAN_NONE;

	if (given && *given) {
		buffer_puts(path, given);
		return;
	}
	while (field_word(&words, &word)) {
		if (span_eq(word, SPAN_LIT("-N")))
			field_word(&words, &name);
	}
	buffer_puts(path, "/etc/frr/");
	buffer_put(path, name);
	buffer_puts(path, name.n > 0 ? "/frr.conf" : "frr.conf");
}

/* A file for each daemon, or one that this user may not read, is no reason to have nothing at all. */
static void
add_startup(struct device *d, json_t *r, bool sanitized)
{
	struct buffer path, command, out;

	buffer_init(&path, 4096);
	buffer_init(&command, 8192);
	buffer_init(&out, DEVICE_MAX_ANSWER);
	put_path(d, &path);
	buffer_puts(&command, "cat ");
	exec_quote(&command, buffer_span(&path));
	if (command.failed || path.failed)
		device_fail(d, DEVICE_ARGUMENT, "the name of the file is too long");
	else if (frr_shell(d, command.p, &out) == 0)
		set_part(d, r, "startup", buffer_span(&out), sanitized);
	else if (d->error == DEVICE_COMMAND) {
		device_warn(d, "get_config: %s", d->message);
		device_forgive(d);
	}
	buffer_fini(&out);
	buffer_fini(&command);
	buffer_fini(&path);
}

json_t *
frr_get_config(struct device *d, const json_t *arguments)
{
	const char *retrieve = getter_text(arguments, "retrieve");
	bool all = strcmp(retrieve, "all") == 0, sanitized = getter_bool(arguments, "sanitized");
	bool startup = all || strcmp(retrieve, "startup") == 0, running = all || strcmp(retrieve, "running") == 0;
	json_t *r = model_new(&model_config);

	if (!startup && !running && strcmp(retrieve, "candidate") != 0)
		device_fail(d, DEVICE_ARGUMENT, "\"retrieve\" is all, running, startup or candidate");
	else if (strcmp(getter_text(arguments, "format"), "text") != 0)
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver frr has configurations in the format \"text\" only");
	if (d->error == DEVICE_OK && running)
		add_running(d, r, sanitized);
	if (d->error == DEVICE_OK && startup)
		add_startup(d, r, sanitized);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

/* ---- cli ---- */

static json_t *
answer_to(struct device *d, const char *command, bool json)
{
	struct span text = SPAN_NONE;
	struct buffer room;
	json_t *r = NULL;

	buffer_init(&room, DEVICE_MAX_ANSWER);
	if (frr_vtysh(d, command, &room, &text) == 0)
		r = json ? answer_parse(d, text) : field_text(text);
	buffer_fini(&room);
	return r;
}

/* In JSON a command has "json" behind it, which need not be given. */
static json_t *
run(struct device *d, const char *command, bool json)
{
	size_t n = strlen(command);
	bool ready = !json || (n >= 5 && strcmp(command + n - 5, " json") == 0);
	struct buffer b;
	json_t *r;

	buffer_init(&b, 65536);
	buffer_printf(&b, "%s%s", command, ready ? "" : " json");
	if (b.failed) {
		device_fail(d, DEVICE_ARGUMENT, "the command is too long");
		r = NULL;
	} else {
		r = answer_to(d, b.p, json);
	}
	buffer_fini(&b);
	return r;
}

json_t *
frr_cli(struct device *d, const json_t *arguments)
{
	const char *encoding = getter_text(arguments, "encoding");
	bool text = strcmp(encoding, "text") == 0;
	json_t *r = json_object(), *one;
	size_t i;

	if (!text && strcmp(encoding, "json") != 0)
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver frr has no encoding \"%.40s\"", encoding);
	json_array_foreach(json_object_get(arguments, "commands"), i, one) {
		json_t *answer = d->error == DEVICE_OK ? run(d, json_string_value(one), !text) : NULL;

		if (!answer)
			break;
		json_object_set_new(r, json_string_value(one), answer);
	}
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
