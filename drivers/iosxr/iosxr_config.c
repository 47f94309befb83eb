/*
 * The configuration, as the command line has it.
 */
#include "drivers/iosxr/iosxr.h"

#include <strings.h>

#include "drivers/field.h"
#include "drivers/sanitize.h"

/* Lines that change with each question. */
static const char *const volatile_lines[] = { "Building configuration", "!! IOS XR Configuration", NULL };

static int
read_text(struct device *d, json_t *r, const char *source, const char *command, bool sanitized)
{
	struct buffer text, lines, clean;

	buffer_init(&text, DEVICE_MAX_ANSWER);
	buffer_init(&lines, DEVICE_MAX_ANSWER);
	buffer_init(&clean, 2 * DEVICE_MAX_ANSWER);
	if (iosxr_show(d, "Configuration", command, &text) == 0) {
		sanitize_blank(&lines, buffer_span(&text), volatile_lines);
		if (sanitized)
			sanitize_cisco(&clean, buffer_span(&lines));
		if (lines.failed || clean.failed)
			device_fail(d, DEVICE_MEMORY, "no memory for a configuration");
		else
			json_object_set_new(r, source, field_text(buffer_span(sanitized ? &clean : &lines)));
	}
	buffer_fini(&clean);
	buffer_fini(&lines);
	buffer_fini(&text);
	return d->error == DEVICE_OK ? 0 : -1;
}

json_t *
iosxr_get_config(struct device *d, const json_t *arguments)
{
	const char *retrieve = getter_text(arguments, "retrieve");
	bool all = strcasecmp(retrieve, "all") == 0, sanitized = getter_bool(arguments, "sanitized"), full = getter_bool(arguments, "full");
	json_t *r = model_new(&model_config);
	int rc = 0;

	if (all || strcasecmp(retrieve, "running") == 0)
		rc = read_text(d, r, "running", full ? "show running-config all" : "show running-config", sanitized);
	if (rc == 0 && (all || strcasecmp(retrieve, "candidate") == 0))
		rc = read_text(d, r, "candidate", "show configuration merge", sanitized);
	if (rc == 0)
		return r;
	json_decref(r);
	return NULL;
}
