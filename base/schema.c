/*
 * Reading a map by its table: keys, nested maps, lists of maps.  Scalars are in schema_value.c.
 */
#include "base/schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/schema_part.h"

#define MAX_KEYS 128

static void read_map(struct schema_reader *, const struct schema_option *, const struct yaml_node *, void *);

static void *
field_of(const struct schema_option *o, void *out)
{
	return (char *)out + o->offset;
}

void
schema_fault(struct schema_reader *r, const struct yaml_node *n, const char *fmt, ...)
{
	struct diag_place place = n ? yaml_place(r->doc, n) : (struct diag_place){ .file = r->doc->file };
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (r->late && (r->late->fault = strdup(text))) {
		r->late->at = n;
		return;
	}
	diag_add(r->diag, DIAG_ERROR, &place, "%s", text);
	r->faulty = true;
}

static void
set_fallbacks(const struct schema_option *table, void *out)
{
	for (const struct schema_option *o = table; o->key; o++) {
		if (o->fallback)
			schema_set_fallback(o, field_of(o, out));
		else if (o->type == SCHEMA_MAP)
			set_fallbacks(o->table, field_of(o, out));
	}
}

static const struct schema_option *
option_named(const struct schema_option *table, struct span key)
{
	for (const struct schema_option *o = table; o->key; o++) {
		if (span_eq(key, span_str(o->key)))
			return o;
	}
	return NULL;
}

static void
unknown_key(struct schema_reader *r, const struct schema_option *table, const struct yaml_node *key)
{
	const char *names[MAX_KEYS + 1];
	const char *meant;
	size_t n = 0;

	for (const struct schema_option *o = table; o->key && n < MAX_KEYS; o++)
		names[n++] = o->key;
	names[n] = NULL;
	meant = diag_suggest(key->text, names);
	if (meant)
		schema_fault(r, key, "%s has no option \"%.*s\" (did you mean \"%s\"?)", r->what, (int)key->text.n, key->text.p, meant);
	else
		schema_fault(r, key, "%s has no option \"%.*s\"", r->what, (int)key->text.n, key->text.p);
}

/* The option `name` of an item's table, if it has one: where the key of a map goes, and what no two items share. */
static const struct schema_option *
name_option(const struct schema_option *table)
{
	const struct schema_option *o = option_named(table, SPAN_LIT("name"));

	return o && o->type == SCHEMA_TEXT ? o : NULL;
}

/* What stands for the name of an item, a key or a value; NULL: it has none. */
static const struct yaml_node *
name_node(const struct yaml_node *item)
{
	const struct yaml_node *name = item->key ? item->key : yaml_get(item, "name");

	return name && name->text.n > 0 ? name : NULL;
}

/* `output "kafka"` for one of `outputs`. */
static void
call_item(const struct schema_option *o, const struct yaml_node *item, char *what, size_t cap)
{
	const struct yaml_node *name = name_node(item);
	int n = (int)strlen(o->key);

	if (name)
		snprintf(what, cap, "%.*s \"%.*s\"", n > 1 && o->key[n - 1] == 's' ? n - 1 : n, o->key, name->text.n > 200 ? 200 : (int)name->text.n, name->text.p);
	else
		snprintf(what, cap, "an entry of \"%s\"", o->key);
}

/* Items of a list (a map has no key twice) that share their name with one before them. */
static void
refuse_same_names(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *list)
{
	if (list->kind != YAML_LIST || !name_option(o->table))
		return;
	for (const struct yaml_node *n = list->first; n; n = n->next) {
		const struct yaml_node *name = name_node(n), *other = NULL, *m = list->first;

		for (; name && m != n && !other; m = m->next)
			if (name_node(m) && span_eq(name_node(m)->text, name->text))
				other = name_node(m);
		if (other) {
			char what[300];

			call_item(o, n, what, sizeof(what));
			schema_fault(r, name, "%s is there twice (first in line %d)", what, other->line);
		}
	}
}

static void
read_item(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, struct schema_list *list)
{
	void *item = (char *)list->items + list->n * o->item_bytes;
	const struct schema_option *name = name_option(o->table);
	char what[300];
	struct schema_reader inner = { .doc = r->doc, .diag = r->diag, .what = what };

	call_item(o, n, what, sizeof(what));
	/* A name with nothing under it has all defaults. */
	if (n->kind != YAML_MAP && !(n->key && n->kind == YAML_NULL)) {
		schema_fault(r, n, "%s must be a map, not %s", what, yaml_kind_name(n->kind));
		return;
	}
	list->n++;
	set_fallbacks(o->table, item);
	if (name && n->key) {
		char **field = field_of(name, item);

		free(*field);
		*field = strndup(n->key->text.p, n->key->text.n);
		if (yaml_get(n, "name"))
			schema_fault(r, yaml_get(n, "name"), "%s has its name already, as the key of its map", what);
	}
	read_map(&inner, o->table, n, item);
	r->faulty |= inner.faulty;
}

static void
read_list(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, struct schema_list *list)
{
	if (n->kind != YAML_LIST && !(o->type == SCHEMA_NAMED && n->kind == YAML_MAP)) {
		schema_fault(r, n, "\"%s\" must be %s, not %s", o->key, o->type == SCHEMA_NAMED ? "a map by name, or a list" : "a list", yaml_kind_name(n->kind));
		return;
	}
	list->items = calloc(n->children ? n->children : 1, o->item_bytes);
	if (!list->items) {
		schema_fault(r, n, "no memory");
		return;
	}
	for (const struct yaml_node *item = n->first; item; item = item->next)
		read_item(r, o, item, list);
	refuse_same_names(r, o, n);
}

static void
read_option(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, void *field)
{
	char what[300];
	struct schema_reader inner = { .doc = r->doc, .diag = r->diag, .what = what };

	switch (o->type) {
	case SCHEMA_NODE:
		*(const struct yaml_node **)field = n;
		break;
	case SCHEMA_LIST:
	case SCHEMA_NAMED:
		read_list(r, o, n, field);
		break;
	case SCHEMA_MAP:
		snprintf(what, sizeof(what), "\"%s\"", o->key);
		read_map(&inner, o->table, n, field);
		r->faulty |= inner.faulty;
		break;
	default:
		schema_read_value(r, o, n, field);
	}
}

/* Is it given, or set by what stands around the map (the name of an item)? */
static bool
is_there(const struct schema_option *o, const struct yaml_node *map, void *out)
{
	const struct yaml_node *n = yaml_get(map, o->key);

	return (n && n->kind != YAML_NULL) || (o->type == SCHEMA_TEXT && *(char **)field_of(o, out));
}

static void
read_map(struct schema_reader *r, const struct schema_option *table, const struct yaml_node *map, void *out)
{
	if (map && map->kind != YAML_MAP && map->kind != YAML_NULL) {
		schema_fault(r, map, "%s must be a map, not %s", r->what, yaml_kind_name(map->kind));
		return;
	}
	for (const struct yaml_node *n = map ? map->first : NULL; n; n = n->next) {
		const struct schema_option *o = option_named(table, n->key->text);

		if (!o)
			unknown_key(r, table, n->key);
		else if (n->kind != YAML_NULL)  /* a key with nothing behind it keeps its default */
			read_option(r, o, n, field_of(o, out));
	}
	for (const struct schema_option *o = table; o->key; o++) {
		const struct yaml_node *n = yaml_get(map, o->key);

		/* One that is there and faulty has been told. */
		if (o->required && !is_there(o, map, out) && (!n || n->kind == YAML_NULL))
			schema_fault(r, map && map->key ? map->key : map, "%s needs \"%s\"", r->what, o->key);
	}
}

/* Six parameters, because what is read, whereby, whereto and where faults go have nothing in common that a struct could be named for. */
int
schema_read(const struct schema_option *table, const struct yaml_doc *doc, const struct yaml_node *map, const char *what, void *out,
    struct diag *diag)
{
	struct schema_reader r = { .doc = doc, .diag = diag, .what = what };

	set_fallbacks(table, out);
	read_map(&r, table, map, out);
	return r.faulty ? -1 : 0;
}
