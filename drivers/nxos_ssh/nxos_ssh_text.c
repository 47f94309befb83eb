/*
 * Small readings of texts.
 */
#include "drivers/field.h"
#include "drivers/nxos_ssh/nxos_ssh.h"

struct span
nxos_ssh_before(struct span text, const char *mark)
{
	struct span rest = field_behind(text, mark);

	return rest.p ? span_of(text.p, text.n - rest.n - strlen(mark)) : SPAN_NONE;
}

void
nxos_ssh_put(json_t *object, struct span key, json_t *value)
{
	json_t *name = field_text(key);

	if (name)
		json_object_set_new(object, json_string_value(name), value);
	else
		json_decref(value);
	json_decref(name);
}

json_t *
nxos_ssh_get(const json_t *object, struct span key)
{
	json_t *name = field_text(key);
	json_t *value = name ? json_object_get(object, json_string_value(name)) : NULL;

	json_decref(name);
	return value;
}

void
nxos_ssh_odd(struct device *d, const char *where, struct span line)
{
	line = span_trim(line);
	device_warn(d, "%s: a line is not understood: \"%.*s\"", where, NXOS_SSH_PART(line));
}
