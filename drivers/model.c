#include "drivers/model.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static json_t *
unknown(const struct model_field *f)
{
	switch (f->type) {
	case MODEL_INT:
		return json_integer(-1);
	case MODEL_REAL:
		return json_real(-1.0);
	case MODEL_TEXT:
		return json_string("");
	case MODEL_BOOL:
		return json_false();
	case MODEL_TEXTS:
	case MODEL_LIST:
		return json_array();
	case MODEL_OBJECT:
		return model_new(f->of);
	default:
		return json_object();
	}
}

json_t *
model_new(const struct model *m)
{
	json_t *o = json_object();

	for (const struct model_field *f = m->fields; o && !m->partial && f->name; f++) {
		if (f->type == MODEL_MAYBE)
			continue;
		if (json_object_set_new(o, f->name, unknown(f)) == -1) {
			json_decref(o);
			return NULL;
		}
	}
	return o;
}

/* ---- checking ---- */

/* Where the walk is: "Ethernet1.mtu". */
struct walk {
	char path[256];
	size_t n;
	char *why;
	size_t cap;
};

static bool check(struct walk *, const json_t *, const struct model_field *);

static bool
wrong(const struct walk *w, const char *what, const char *name)
{
	snprintf(w->why, w->cap, "%s: %s %s", w->n ? w->path : "(result)", what, name);
	return false;
}

static size_t
enter(struct walk *w, const char *name)
{
	size_t before = w->n;
	int n = snprintf(w->path + w->n, sizeof(w->path) - w->n, "%s%s", w->n ? "." : "", name);

	w->n += (size_t)n < sizeof(w->path) - w->n ? (size_t)n : sizeof(w->path) - w->n - 1;
	return before;
}

static void
leave(struct walk *w, size_t before)
{
	w->n = before;
	w->path[before] = '\0';
}

static bool
check_object(struct walk *w, const json_t *v, const struct model *m)
{
	size_t known = 0;

	if (!json_is_object(v))
		return wrong(w, "is no object of", m->name);
	for (const struct model_field *f = m->fields; f->name; f++) {
		const json_t *field = json_object_get(v, f->name);
		size_t before;
		bool good;

		if (!field && (m->partial || f->type == MODEL_MAYBE))
			continue;
		if (!field)
			return wrong(w, "lacks", f->name);
		known++;
		before = enter(w, f->name);
		good = check(w, field, f);
		leave(w, before);
		if (!good)
			return false;
	}
	return known == json_object_size(v) || wrong(w, "has more fields than", m->name);
}

static bool
check_items(struct walk *w, const json_t *v, const struct model_field *item)
{
	size_t i;
	json_t *one;

	if (!json_is_array(v))
		return wrong(w, "is no array of", item->of ? item->of->name : "strings");
	json_array_foreach(v, i, one) {
		size_t before = enter(w, "[]");
		bool good = check(w, one, item);

		leave(w, before);
		if (!good)
			return false;
	}
	return true;
}

static bool
check_values(struct walk *w, const json_t *v, const struct model_field *value)
{
	const char *key;
	json_t *one;

	if (!json_is_object(v))
		return wrong(w, "is no object of", value->of->name);
	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		size_t before = enter(w, key);
		bool good = check(w, one, value);

		leave(w, before);
		if (!good)
			return false;
	}
	return true;
}

static bool
check(struct walk *w, const json_t *v, const struct model_field *f)
{
	switch (f->type) {
	case MODEL_INT:
		return json_is_integer(v) || wrong(w, "is no", "integer");
	case MODEL_REAL:
		return json_is_real(v) || wrong(w, "is no", "real number");
	case MODEL_TEXT:
		return json_is_string(v) || wrong(w, "is no", "string");
	case MODEL_BOOL:
		return json_is_boolean(v) || wrong(w, "is no", "boolean");
	case MODEL_ANY:
	case MODEL_MAYBE:
		return json_is_object(v) || wrong(w, "is no", "object");
	case MODEL_TEXTS:
		return check_items(w, v, &(struct model_field){ f->name, MODEL_TEXT, NULL });
	case MODEL_LIST:
		return check_items(w, v, &(struct model_field){ f->name, MODEL_OBJECT, f->of });
	case MODEL_OBJECT:
		return check_object(w, v, f->of);
	case MODEL_MAP:
		return check_values(w, v, &(struct model_field){ f->name, MODEL_OBJECT, f->of });
	case MODEL_MAP_OF_LISTS:
		return check_values(w, v, &(struct model_field){ f->name, MODEL_LIST, f->of });
	case MODEL_MAP_OF_MAPS:
		return check_values(w, v, &(struct model_field){ f->name, MODEL_MAP, f->of });
	case MODEL_MAP_OF_MAPS_OF_LISTS:
		return check_values(w, v, &(struct model_field){ f->name, MODEL_MAP_OF_LISTS, f->of });
	}
	return false;
}

bool
model_check(const json_t *value, const struct model_field *shape, char *why, size_t cap)
{
	struct walk w = { .why = why, .cap = cap };

	return check(&w, value, shape);
}
