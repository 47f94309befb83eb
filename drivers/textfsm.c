/*
 * Reads files, and knows how a template is put together and taken apart; what its lines say is textfsm_template.c's.
 */
#include "drivers/textfsm.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "drivers/textfsm_part.h"

struct span
textfsm_read(const char *path, size_t max)
{
	FILE *f = file_stream(path);
	char *text = NULL;
	size_t n = 0, cap = 16384;

	if (!f)
		return SPAN_NONE;
	for (;;) {
		char *more = realloc(text, cap);

		if (!more)
			break;
		text = more;
		n += fread(text + n, 1, cap - n, f);
		if (n < cap || cap > max)
			break;
		cap *= 2;
	}
	if (!text || ferror(f) || n > max) {
		int error = !text ? ENOMEM : n > max ? EFBIG : errno;

		free(text);
		text = NULL;
		n = 0;
		errno = error;
	}
	fclose(f);
	return span_of(text, n);
}

struct textfsm *
textfsm_open(const char *path, struct diag *diag, bool *unreadable)
{
	struct diag_place place = { .file = path };
	struct span text = textfsm_read(path, TEXTFSM_MAX_TEMPLATE);
	struct textfsm *fsm;

	*unreadable = !text.p;
	if (!text.p) {
		if (errno == EFBIG)
			diag_add(diag, DIAG_ERROR, &place, "a template has at most %zu bytes", TEXTFSM_MAX_TEMPLATE);
		else
			diag_add(diag, DIAG_ERROR, &place, "cannot read it: %s", file_error(errno));
		return NULL;
	}
	fsm = textfsm_new(path, text, diag);
	free((char *)(uintptr_t)text.p);
	return fsm;
}

void
textfsm_free(struct textfsm **fsmp)
{
	struct textfsm *fsm = *fsmp;

	*fsmp = NULL;
	if (!fsm)
		return;
	for (struct textfsm_state *s = fsm->first; s; s = s->next)
		for (struct textfsm_rule *r = s->first; r; r = r->next)
			textfsm_regex_fini(&r->match);
	for (size_t i = 0; i < fsm->nvalues; i++)
		textfsm_regex_fini(&fsm->values[i].own);
	free(fsm->values);
	if (fsm->arena.first)
		arena_fini(&fsm->arena);
	free((char *)(uintptr_t)fsm->text.p);
	free(fsm->name);
	free(fsm);
}

size_t
textfsm_values(const struct textfsm *fsm)
{
	return fsm->nvalues;
}

struct span
textfsm_value_name(const struct textfsm *fsm, size_t value)
{
	return fsm->values[value].name;
}

struct diag_place
textfsm_place(const struct textfsm *fsm, int line, struct span part)
{
	struct span rest = fsm->text;
	struct diag_place place = { .file = fsm->name, .text = fsm->text, .line = line, .column = 1, .width = 1 };

	for (int i = 1; i < line && rest.n > 0; i++) {
		const char *end = memchr(rest.p, '\n', rest.n);

		rest = end ? span_skip(rest, (size_t)(end - rest.p) + 1) : SPAN_NONE;
	}
	if (rest.p && part.p && part.p >= rest.p)
		place.column = (int)(part.p - rest.p) + 1;
	if (part.n > 0)
		place.width = (int)part.n;
	return place;
}

struct textfsm_state *
textfsm_state_named(const struct textfsm *fsm, struct span name)
{
	for (struct textfsm_state *s = fsm->first; s; s = s->next)
		if (span_eq(s->name, name))
			return s;
	return NULL;
}
