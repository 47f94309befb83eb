/*
 * Values out of elements.
 */
#include "drivers/eui.h"
#include "drivers/field.h"
#include "drivers/junos/junos.h"

xmlNode *
junos_next(const xmlNode *top, const xmlNode *after, const char *name)
{
	const xmlNode *n = after ? after : top;
	bool down = !after;

	if (!top)
		return NULL;
	for (;;) {
		if (down && n->type == XML_ELEMENT_NODE && n->children) {
			n = n->children;
		} else {
			while (n != top && !n->next)
				n = n->parent;
			if (n == top)
				return NULL;
			n = n->next;
		}
		down = true;
		if (xml_is(n, name))
			return (xmlNode *)(uintptr_t)n;
	}
}

bool
junos_equals(const xmlNode *n, const char *path, const char *text)
{
	struct span s = xml_text(n, path);

	return s.p && span_eq(s, span_str(text));
}

json_t *
junos_text(const xmlNode *n, const char *path)
{
	const xmlNode *at = n && path ? xml_find(n, path) : n;
	struct span s = xml_text(at, NULL);

	return field_text(at && s.n == 0 ? span_str((const char *)at->name) : s);
}

int64_t
junos_as_number(struct device *d, const xmlNode *n, const char *path)
{
	struct span s = xml_text(n, path);
	int64_t v = 0;

	if (s.n > 0 && !field_as_number(s, &v))
		device_warn(d, "%s: \"%.*s\" is no AS number", path, (int)(s.n < 60 ? s.n : 60), s.p);
	return v;
}

int64_t
junos_attribute(struct device *d, const xmlNode *n, const char *path, const char *attribute, int64_t fallback)
{
	struct span s = n ? xml_attribute(path ? xml_find(n, path) : n, attribute) : SPAN_NONE;
	int64_t v;

	if (s.n == 0)
		return fallback;
	if (field_int(s, &v))
		return v;
	device_warn(d, "%s: \"%.*s\" is no number", attribute, (int)(s.n < 60 ? s.n : 60), s.p);
	return fallback;
}

struct span
junos_address(struct span s, int64_t *port)
{
	const char *plus = s.n ? memchr(s.p, '+', s.n) : NULL;

	if (port && !(plus && field_int(span_skip(s, (size_t)(plus - s.p) + 1), port)))
		*port = 179;
	return plus ? span_between(s.p, plus) : s;
}

json_t *
junos_ip(struct span s)
{
	struct device quiet = { .n_warnings = DEVICE_MAX_WARNINGS };

	return field_is_ip(s) ? field_ip(&quiet, s) : field_text(s);
}

json_t *
junos_mac(struct span s, const char *absent)
{
	return s.n > 0 ? eui_or_text(s) : json_string(absent);
}

json_t *
junos_texts(const xmlNode *n, const char *path, const char *name)
{
	json_t *r = json_array();

	for (const xmlNode *one = xml_first(path ? xml_find(n, path) : n, name); one; one = xml_next(one, name)) {
		if (xml_text(one, NULL).n > 0)
			json_array_append_new(r, junos_text(one, NULL));
	}
	return r;
}

json_t *
junos_joined(const xmlNode *n, const char *path, const char *name)
{
	json_t *texts = junos_texts(n, path, name), *one, *r;
	struct buffer b;
	size_t i;

	buffer_init(&b, DEVICE_MAX_ANSWER);
	json_array_foreach(texts, i, one) {
		buffer_puts(&b, i > 0 ? " " : "");
		buffer_put(&b, span_of(json_string_value(one), json_string_length(one)));
	}
	r = field_text(buffer_span(&b));
	buffer_fini(&b);
	json_decref(texts);
	return r;
}

void
junos_put(json_t *map, struct span key, json_t *value)
{
	json_t *name = key.n > 0 ? field_text(key) : NULL;

	if (name)
		json_object_set_new(map, json_string_value(name), value);
	else
		json_decref(value);
	json_decref(name);
}

json_t *
junos_slot(json_t *map, struct span key, json_t *(*make)(void))
{
	json_t *name = key.n > 0 ? field_text(key) : NULL;
	const char *text = json_string_value(name);
	json_t *slot = text ? json_object_get(map, text) : NULL;

	if (text && !slot && json_object_set_new(map, text, make()) == 0)
		slot = json_object_get(map, text);
	json_decref(name);
	return slot;
}
