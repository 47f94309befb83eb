/*
 * The records of a run, and their JSON.  A list is kept from its end: it is written by way of an array of its elements.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/textfsm_part.h"

struct textfsm_table *
textfsm_table_new(size_t columns)
{
	struct textfsm_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->columns = columns;
	t->names = calloc(columns + 1, sizeof(*t->names));
	if (!t->names || arena_init(&t->arena, 16384, TEXTFSM_MAX_RESULT) == -1)
		textfsm_table_free(&t);
	return t;
}

void
textfsm_table_free(struct textfsm_table **tp)
{
	struct textfsm_table *t = *tp;

	*tp = NULL;
	while (t) {
		struct textfsm_table *next = t->next;

		if (t->arena.first)
			arena_fini(&t->arena);
		free(t->rows);
		free(t->names);
		free(t->text);
		free(t);
		t = next;
	}
}

int
textfsm_table_add(struct textfsm_table *t, struct textfsm_cell *row)
{
	if (t->nrows == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 64;
		struct textfsm_cell **more = cap > t->cap ? realloc(t->rows, cap * sizeof(*more)) : NULL;

		if (!more)
			return -1;
		t->rows = more;
		t->cap = cap;
	}
	t->rows[t->nrows++] = row;
	return 0;
}

size_t
textfsm_table_rows(const struct textfsm_table *t)
{
	return t->nrows;
}

bool
textfsm_cell_is_empty(const struct textfsm_cell *c)
{
	return c->is_list ? c->list.n == 0 : c->text.n == 0;
}

static bool
text_eq(struct span a, struct span b)
{
	return (a.p == NULL) == (b.p == NULL) && span_eq(a, b);
}

static bool
element_eq(const struct textfsm_element *a, const struct textfsm_element *b)
{
	if ((a->groups == NULL) != (b->groups == NULL) || !text_eq(a->text, b->text))
		return false;
	if (!a->groups)
		return true;
	if (a->regex->nnames != b->regex->nnames)
		return false;
	for (size_t i = 0; i < a->regex->nnames; i++)
		if (!span_eq(a->regex->names[i].name, b->regex->names[i].name) || !text_eq(a->groups[i], b->groups[i]))
			return false;
	return true;
}

bool
textfsm_cell_eq(const struct textfsm_cell *a, const struct textfsm_cell *b)
{
	const struct textfsm_element *ea = a->list.last, *eb = b->list.last;

	/* Unset is "" in a record. */
	if (a->is_list != b->is_list)
		return false;
	if (!a->is_list)
		return span_eq(a->text, b->text);
	if (a->list.n != b->list.n)
		return false;
	for (size_t i = a->list.n; i > 0; i--, ea = ea->before, eb = eb->before)
		if (!element_eq(ea, eb))
			return false;
	return true;
}

/* ---- JSON ---- */

static void
text_or_null(struct json *out, struct span text)
{
	if (text.p)
		json_quoted(out, text);
	else
		json_put_null(out);
}

static void
write_element(const struct textfsm_element *e, struct json *out)
{
	if (!e->groups) {
		text_or_null(out, e->text);
		return;
	}
	json_object_begin(out);
	for (size_t i = 0; i < e->regex->nnames; i++) {
		json_key(out, e->regex->names[i].name);
		text_or_null(out, e->groups[i]);
	}
	json_object_end(out);
}

static void
write_list(const struct textfsm_list *list, struct json *out)
{
	const struct textfsm_element **all = calloc(list->n + 1, sizeof(const struct textfsm_element *)), *e = list->last;

	if (!all) {
		out->failed = true;
		return;
	}
	for (size_t i = list->n; i-- > 0; e = e->before)
		all[i] = e;
	json_array_begin(out);
	for (size_t i = 0; i < list->n && json_ok(out); i++)
		write_element(all[i], out);
	json_array_end(out);
	free(all);
}

static void
write_row(const struct textfsm_table *t, size_t row, struct json *out)
{
	json_object_begin(out);
	for (; t; t = t->next) {
		for (size_t c = 0; c < t->columns; c++) {
			const struct textfsm_cell *cell = &t->rows[row][c];

			json_key(out, t->names[c]);
			if (cell->is_list)
				write_list(&cell->list, out);
			else
				json_quoted(out, cell->text);
		}
	}
	json_object_end(out);
}

void
textfsm_table_json(const struct textfsm_table *t, struct json *out)
{
	json_array_begin(out);
	for (size_t row = 0; row < t->nrows && json_ok(out); row++)
		write_row(t, row, out);
	json_array_end(out);
}
