/*
 * Numbers are whole texts: "5 dBm" is none.
 */
#include "drivers/xml_read.h"

#include <stdio.h>

#include "drivers/field.h"

#define MAX_STEPS 24

static void
warn_number(struct device *d, const xmlNode *node, const char *path, struct span text)
{
	device_warn(d, "%s: \"%.*s\" is no number", path ? path : (const char *)node->name, (int)(text.n < 60 ? text.n : 60), text.p);
}

int64_t
xml_read_int(struct device *d, const xmlNode *node, const char *path, int64_t fallback)
{
	struct span text = xml_text(node, path);
	int64_t v;

	if (text.n == 0)
		return fallback;
	if (field_int(text, &v))
		return v;
	warn_number(d, node, path, text);
	return fallback;
}

double
xml_read_real(struct device *d, const xmlNode *node, const char *path, double fallback)
{
	struct span text = xml_text(node, path);
	double v;

	if (text.n == 0)
		return fallback;
	if (field_real(text, &v))
		return v;
	warn_number(d, node, path, text);
	return fallback;
}

json_t *
xml_read_text(const xmlNode *node, const char *path, const char *fallback)
{
	struct span text = xml_text(node, path);

	return field_text(text.n > 0 ? text : span_str(fallback));
}

bool
xml_read_is(const xmlNode *node, const char *path, const char *text)
{
	return span_eq(xml_text(node, path), span_str(text));
}

static json_t *
value_of(struct device *d, const xmlNode *from, const struct xml_read *f)
{
	const char *path = f->other && xml_text(from, f->path).n == 0 ? f->other : f->path;

	switch (f->type) {
	case XML_READ_INT:
		return json_integer(xml_read_int(d, from, path, (int64_t)f->fallback));
	case XML_READ_REAL:
		return json_real(xml_read_real(d, from, path, f->fallback));
	case XML_READ_IP:
		return field_ip(d, xml_text(from, path));
	case XML_READ_MAC:
		return field_mac(d, xml_text(from, path));
	case XML_READ_TRUE:
		return json_boolean(xml_read_is(from, path, "true"));
	case XML_READ_NOT_TRUE:
		return json_boolean(!xml_read_is(from, path, "true"));
	case XML_READ_ONE:
		return json_boolean(xml_read_is(from, path, "1"));
	case XML_READ_TEXT:
		break;
	}
	return xml_read_text(from, path, "");
}

void
xml_read_fields(struct device *d, json_t *to, const xmlNode *from, const struct xml_read *f)
{
	for (; f->name; f++)
		json_object_set_new(to, f->name, value_of(d, from, f));
}

void
xml_read_put(json_t *object, struct span name, json_t *value)
{
	json_object_setn_new_nocheck(object, name.p ? name.p : "", name.n, value);
}

json_t *
xml_read_at(const json_t *object, struct span name)
{
	return json_object_getn(object, name.p ? name.p : "", name.n);
}

/* ---- over a path ---- */

/* Where each step of the path begins; how many there are. */
static size_t
split(const char *path, const char *starts[MAX_STEPS])
{
	size_t n = 0;

	while (path && n < MAX_STEPS) {
		starts[n++] = path;
		path = strchr(path, '/');
		path = path ? path + 1 : NULL;
	}
	return n;
}

/* The next sibling for the first step of `path` that the rest of it leads on from. */
static xmlNode *
along(const xmlNode *node, const char *path)
{
	const char *rest = strchr(path, '/');
	char step[64];

	snprintf(step, sizeof(step), "%.*s", (int)(rest ? (size_t)(rest - path) : strlen(path)), path);
	for (xmlNode *n = xml_next(node, step); n; n = xml_next(n, step)) {
		xmlNode *found = rest ? xml_find(n, rest + 1) : n;

		if (found)
			return found;
	}
	return NULL;
}

xmlNode *
xml_read_next(const xmlNode *top, const char *path, xmlNode *before)
{
	const char *starts[MAX_STEPS];
	size_t n = split(path, starts);
	xmlNode *found = NULL;

	if (!before)
		return xml_find(top, path);
	for (; n > 0 && !found; before = before->parent)
		found = along(before, starts[--n]);
	return found;
}

xmlNode *
xml_read_below(const xmlNode *top, const char *name, xmlNode *before)
{
	xmlNode *found = NULL;

	if (!before)
		return xml_below(top, name);
	/* Behind it, then behind each element around it, and in what stands there. */
	for (xmlNode *n = before; n != top && !found; n = n->parent) {
		for (xmlNode *next = xml_next(n, NULL); next && !found; next = xml_next(next, NULL))
			found = xml_is(next, name) ? next : xml_below(next, name);
	}
	return found;
}
