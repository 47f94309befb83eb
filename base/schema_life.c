/*
 * What a table says of a struct that was read by it: how to free it, and whether two are equal.
 */
#include <stdlib.h>

#include "base/schema.h"

static void
free_texts(struct schema_texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->items[i]);
	free(t->items);
	*t = (struct schema_texts){ NULL, 0 };
}

static void
free_list(const struct schema_option *o, struct schema_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		schema_fini(o->table, (char *)list->items + i * o->item_bytes);
	free(list->items);
	*list = (struct schema_list){ NULL, 0 };
}

void
schema_fini(const struct schema_option *table, void *out)
{
	for (const struct schema_option *o = table; o->key; o++) {
		void *field = (char *)out + o->offset;

		switch (o->type) {
		case SCHEMA_TEXT:
		case SCHEMA_SECRET:
			free(*(char **)field);
			*(char **)field = NULL;
			break;
		case SCHEMA_LATE_SECRET:
			free(((struct schema_secret *)field)->text);
			free(((struct schema_secret *)field)->fault);
			*(struct schema_secret *)field = (struct schema_secret){ .text = NULL };
			break;
		case SCHEMA_TEXTS:
			free_texts(field);
			break;
		case SCHEMA_MAP:
			schema_fini(o->table, field);
			break;
		case SCHEMA_LIST:
		case SCHEMA_NAMED:
			free_list(o, field);
			break;
		default:
			break;
		}
	}
}

static bool
equal_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool
equal_texts(const struct schema_texts *a, const struct schema_texts *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (!equal_text(a->items[i], b->items[i]))
			return false;
	}
	return true;
}

static bool
equal_list(const struct schema_option *o, const struct schema_list *a, const struct schema_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (!schema_equal(o->table, (const char *)a->items + i * o->item_bytes, (const char *)b->items + i * o->item_bytes))
			return false;
	}
	return true;
}

/* Depth is bounded by the document's (yaml.h). */
static bool
equal_node(const struct yaml_node *a, const struct yaml_node *b)
{
	const struct yaml_node *x, *y;

	if (!a || !b)
		return a == b;
	if (a->kind != b->kind || !span_eq(a->text, b->text) || a->children != b->children)
		return false;
	for (x = a->first, y = b->first; x && y; x = x->next, y = y->next) {
		if (!equal_node(x->key, y->key) || !equal_node(x, y))
			return false;
	}
	return !x && !y;
}

static bool
equal_field(const struct schema_option *o, const void *a, const void *b)
{
	switch (o->type) {
	case SCHEMA_BOOL:
		return *(const bool *)a == *(const bool *)b;
	case SCHEMA_ENUM:
		return *(const int *)a == *(const int *)b;
	case SCHEMA_INT:
	case SCHEMA_SIZE:
	case SCHEMA_DURATION:
		return *(const int64_t *)a == *(const int64_t *)b;
	case SCHEMA_TEXT:
	case SCHEMA_SECRET:
		return equal_text(*(char *const *)a, *(char *const *)b);
	case SCHEMA_LATE_SECRET:
		return equal_text(((const struct schema_secret *)a)->text, ((const struct schema_secret *)b)->text);
	case SCHEMA_TEXTS:
		return equal_texts(a, b);
	case SCHEMA_MAP:
		return schema_equal(o->table, a, b);
	case SCHEMA_LIST:
	case SCHEMA_NAMED:
		return equal_list(o, a, b);
	case SCHEMA_NODE:
		return equal_node(*(const struct yaml_node *const *)a, *(const struct yaml_node *const *)b);
	}
	return false;
}

bool
schema_equal(const struct schema_option *table, const void *a, const void *b)
{
	for (const struct schema_option *o = table; o->key; o++) {
		if (!equal_field(o, (const char *)a + o->offset, (const char *)b + o->offset))
			return false;
	}
	return true;
}
