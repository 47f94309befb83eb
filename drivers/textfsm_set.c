/*
 * Several templates for one text (clitable's `a:b:c`): the tables are joined by the Key values of the first template that has any, else row by row.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/textfsm_part.h"

#define SET_MAX 32
#define SET_MAX_PAIRS ((size_t)50000000)        /* of rows that are held against each other */

struct textfsm_set {
	struct textfsm *fsms[SET_MAX];
	size_t n;
};

#define TEXT(s) (int)((s).n < 200 ? (s).n : 200), (s).p ? (s).p : ""

static int
open_one(struct textfsm_set *set, const char *dir, struct span name, struct diag *diag)
{
	char *path = NULL;
	bool unreadable;

	if (set->n == SET_MAX) {
		diag_add(diag, DIAG_ERROR, NULL, "more than %d templates for one command", SET_MAX);
		return -1;
	}
	if (asprintf(&path, "%s/%.*s", dir, (int)name.n, name.p) == -1) {
		diag_add(diag, DIAG_ERROR, NULL, "no memory");
		return -1;
	}
	set->fsms[set->n] = textfsm_open(path, diag, &unreadable);
	free(path);
	return set->fsms[set->n] ? (int)(set->n++, 0) : -1;
}

struct textfsm_set *
textfsm_set_open(const char *dir, struct span names, struct diag *diag)
{
	struct textfsm_set *set = calloc(1, sizeof(*set));

	if (!set)
		diag_add(diag, DIAG_ERROR, NULL, "no memory");
	while (set) {
		const char *colon = memchr(names.p, ':', names.n);
		struct span name = colon ? span_between(names.p, colon) : names;

		if (open_one(set, dir, name, diag) == -1)
			textfsm_set_free(&set);
		if (!colon)
			break;
		names = span_skip(names, name.n + 1);
	}
	return set;
}

void
textfsm_set_free(struct textfsm_set **setp)
{
	struct textfsm_set *set = *setp;

	*setp = NULL;
	if (!set)
		return;
	for (size_t i = 0; i < set->n; i++)
		textfsm_free(&set->fsms[i]);
	free(set);
}

/* ---- joining ---- */

static const struct textfsm_cell *
cell_named(const struct textfsm_table *t, size_t row, struct span name)
{
	for (; t; t = t->next)
		for (size_t c = 0; c < t->columns; c++)
			if (span_eq(t->names[c], name))
				return &t->rows[row][c];
	return NULL;
}

static bool
has_column(const struct textfsm_table *t, struct span name)
{
	for (; t; t = t->next)
		for (size_t c = 0; c < t->columns; c++)
			if (span_eq(t->names[c], name))
				return true;
	return false;
}

static bool
has_keys(const struct textfsm *fsm)
{
	for (size_t v = 0; v < fsm->nvalues; v++)
		if (fsm->values[v].has[TEXTFSM_KEY])
			return true;
	return false;
}

struct join {
	const struct textfsm *keys;             /* the template whose Key values count; NULL: none has any */
	struct textfsm_table *first, *other;
	const struct textfsm *of_other;
	struct diag *diag;
};

static int
fail(const struct join *j, const char *what, struct span name)
{
	struct diag_place place = textfsm_place(j->of_other, 0, SPAN_NONE);

	diag_add(j->diag, DIAG_ERROR, &place, "%s%.*s", what, TEXT(name));
	return -1;
}

static int
check_join(const struct join *j)
{
	for (size_t v = 0; j->keys && v < j->keys->nvalues; v++) {
		struct span name = j->keys->values[v].name;

		if (!j->keys->values[v].has[TEXTFSM_KEY])
			continue;
		if (!has_column(j->first, name) || !has_column(j->other, name))
			return fail(j, "templates of one command cannot be joined, for not all have the Key ", name);
	}
	if (j->keys && j->first->nrows > 0 && j->other->nrows > SET_MAX_PAIRS / j->first->nrows)
		return fail(j, "there are too many rows to join", SPAN_NONE);
	return 0;
}

static bool
keys_fit(const struct join *j, size_t row, size_t with)
{
	for (size_t v = 0; v < j->keys->nvalues; v++) {
		struct span name = j->keys->values[v].name;

		if (j->keys->values[v].has[TEXTFSM_KEY] &&
		    !textfsm_cell_eq(cell_named(j->first, row, name), cell_named(j->other, with, name)))
			return false;
	}
	return true;
}

/* Which row of the other table goes with this one: its nrows where none does. */
static size_t
partner(const struct join *j, size_t row)
{
	size_t with = 0;

	if (!j->keys)
		return row < j->other->nrows ? row : j->other->nrows;
	while (with < j->other->nrows && !keys_fit(j, row, with))
		with++;
	return with;
}

/* A table with the other's new columns, a row for each of the first's. */
static struct textfsm_table *
new_columns(const struct join *j)
{
	struct textfsm_table *t = textfsm_table_new(j->other->columns);
	size_t *from = calloc(j->other->columns + 1, sizeof(*from)), n = 0;
	struct textfsm_cell *row;

	if (!t || !from)
		goto fail;
	for (size_t c = 0; c < j->other->columns; c++) {
		if (has_column(j->first, j->other->names[c]))
			continue;
		t->names[n] = j->other->names[c];
		from[n++] = c;
	}
	t->columns = n;
	for (size_t r = 0; r < j->first->nrows; r++) {
		size_t with = n > 0 ? partner(j, r) : j->other->nrows;

		row = arena_alloc(&t->arena, (n + 1) * sizeof(*row));
		if (!row || textfsm_table_add(t, row) == -1)
			goto fail;
		for (size_t c = 0; c < n; c++)
			row[c] = with < j->other->nrows ? j->other->rows[with][from[c]] : (struct textfsm_cell){ .is_list = false };
	}
	free(from);
	return t;
fail:
	free(from);
	textfsm_table_free(&t);
	return NULL;
}

/* The other table stays for its cells, without columns of its own. */
static int
join(struct join *j)
{
	struct textfsm_table *more, *last = j->first;

	if (check_join(j) == -1)
		return -1;
	more = new_columns(j);
	if (!more)
		return fail(j, "the result takes too much memory", SPAN_NONE);
	while (last->next)
		last = last->next;
	last->next = more;
	more->next = j->other;
	j->other->columns = 0;
	return 0;
}

struct textfsm_table *
textfsm_set_parse(const struct textfsm_set *set, struct span text, struct diag *diag)
{
	struct join j = { .diag = diag };

	for (size_t i = 0; i < set->n; i++) {
		j.of_other = set->fsms[i];
		if (!j.keys && has_keys(j.of_other))
			j.keys = j.of_other;
		j.other = textfsm_parse(j.of_other, text, diag);
		if (i == 0 && j.other) {
			j.first = j.other;
			continue;
		}
		if (!j.other || join(&j) == -1) {
			textfsm_table_free(&j.other);
			textfsm_table_free(&j.first);
			return NULL;
		}
	}
	return j.first;
}
