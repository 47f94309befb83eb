/*
 * Configurations, and commands as the caller gives them.
 */
#include "drivers/answer.h"
#include "drivers/eos/eos.h"
#include "drivers/field.h"
#include "drivers/sanitize.h"

static int
ask_part(struct device *d, json_t *r, const char *part, const char *command)
{
	json_t *all = eos_ask(d, (const char *const[]){ command, NULL }, true);
	const char *text = answer_text(d, json_array_get(all, 0), "output", NULL);

	if (text)
		json_object_set_new(r, part, json_string(text));
	else if (all)
		device_fail(d, DEVICE_ANSWER, "\"%s\" gave no text", command);
	json_decref(all);
	return d->error == DEVICE_OK ? 0 : -1;
}

/* The device cannot hide what is secret in its startup-config, but in its running-config. */
static int
sanitize_part(struct device *d, json_t *r, const char *part)
{
	const json_t *text = json_object_get(r, part);
	struct buffer out;

	buffer_init(&out, 2 * DEVICE_MAX_ANSWER);
	sanitize_cisco(&out, span_of(json_string_value(text), json_string_length(text)));
	if (out.failed)
		device_fail(d, DEVICE_MEMORY, "no memory for a configuration");
	else
		json_object_set_new(r, part, field_text(buffer_span(&out)));
	buffer_fini(&out);
	return d->error == DEVICE_OK ? 0 : -1;
}

json_t *
eos_get_config(struct device *d, const json_t *arguments)
{
	const char *retrieve = getter_text(arguments, "retrieve");
	bool all = strcmp(retrieve, "all") == 0, full = getter_bool(arguments, "full"), sanitized = getter_bool(arguments, "sanitized");
	bool startup = all || strcmp(retrieve, "startup") == 0, running = all || strcmp(retrieve, "running") == 0;
	json_t *r = model_new(&model_config);
	char command[64];

	snprintf(command, sizeof(command), "show running-config%s%s", full ? " all" : "", sanitized ? " sanitized" : "");
	if (!startup && !running && strcmp(retrieve, "candidate") != 0)
		device_fail(d, DEVICE_ARGUMENT, "\"retrieve\" is all, running, startup or candidate");
	else if (strcmp(getter_text(arguments, "format"), "text") != 0)
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver eos has configurations in the format \"text\" only");
	else if (startup && ask_part(d, r, "startup", "show startup-config") == 0 && sanitized)
		sanitize_part(d, r, "startup");
	if (d->error == DEVICE_OK && running)
		ask_part(d, r, "running", command);
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}

/* ---- cli ---- */

/* Says which command it was, and what the device said. */
static void
name_command(struct device *d, const char *command)
{
	char said[sizeof(d->message)];

	if (d->error != DEVICE_COMMAND)
		return;
	memcpy(said, d->message, sizeof(said));
	device_forgive(d);
	device_fail(d, DEVICE_COMMAND, "\"%.200s\": %s", command, said);
}

json_t *
eos_cli(struct device *d, const json_t *arguments)
{
	const char *encoding = getter_text(arguments, "encoding");
	bool text = strcmp(encoding, "text") == 0;
	json_t *r = json_object();
	size_t i;
	json_t *one;

	if (!text && strcmp(encoding, "json") != 0)
		device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver eos has no encoding \"%.40s\"", encoding);
	json_array_foreach(json_object_get(arguments, "commands"), i, one) {
		const char *command = json_string_value(one);
		json_t *all = command && d->error == DEVICE_OK ? eos_ask(d, (const char *const[]){ command, NULL }, text) : NULL;
		json_t *answer = json_array_get(all, 0);

		if (all)
			json_object_set(r, command, text ? json_object_get(answer, "output") : answer);
		if (all && !json_object_get(r, command))
			device_fail(d, DEVICE_ANSWER, "\"%.200s\" gave no text", command);
		json_decref(all);
		if (d->error != DEVICE_OK) {
			name_command(d, command ? command : "");
			break;
		}
	}
	if (d->error == DEVICE_OK)
		return r;
	json_decref(r);
	return NULL;
}
