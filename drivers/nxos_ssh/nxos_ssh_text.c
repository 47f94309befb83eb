/*
 * Small readings of texts.
 */
#include "drivers/field.h"
#include "drivers/nxos_ssh/nxos_ssh.h"

struct span
nxos_ssh_behind(struct span text, const char *mark)
{
	size_t n = strlen(mark);
	const char *at = text.n >= n && text.n > 0 ? memmem(text.p, text.n, mark, n) : NULL;

	return at ? span_between(at + n, text.p + text.n) : SPAN_NONE;
}

struct span
nxos_ssh_before(struct span text, const char *mark)
{
	struct span rest = nxos_ssh_behind(text, mark);

	return rest.p ? span_of(text.p, text.n - rest.n - strlen(mark)) : SPAN_NONE;
}

bool
nxos_ssh_has(struct span text, const char *mark)
{
	return nxos_ssh_behind(text, mark).p != NULL;
}

size_t
nxos_ssh_words(struct span line, struct span *words, size_t max)
{
	struct span word;
	size_t n = 0;

	for (; field_word(&line, &word); n++) {
		if (n < max)
			words[n] = word;
	}
	return n;
}

json_t *
nxos_ssh_join(const struct span *words, size_t n)
{
	struct buffer b;
	json_t *v;

	buffer_init(&b, DEVICE_MAX_ANSWER);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buffer_puts(&b, " ");
		buffer_put(&b, words[i]);
	}
	v = b.failed ? NULL : field_text(buffer_span(&b));
	buffer_fini(&b);
	return v;
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
