/* textfsm_try: a template and a text as C strings, and what comes out: JSON, or the faults that were told. */
#ifndef NETNORM_TESTS_DRIVERS_TEXTFSM_TRY_H
#define NETNORM_TESTS_DRIVERS_TEXTFSM_TRY_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/textfsm.h"

static inline char *
textfsm_try_faults(const struct diag *d)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	diag_print(d, f, false);
	fclose(f);
	return text;
}

static inline char *
textfsm_try_json(const struct textfsm_table *t)
{
	struct json out;
	char *text;

	cr_assert_eq(json_init(&out, 1024, 1 << 24), 0);
	textfsm_table_json(t, &out);
	cr_assert(json_ok(&out));
	text = strndup(out.p, out.n);
	json_fini(&out);
	return text;
}

/* free() what comes back. */
static inline char *
textfsm_try_spans(struct span template, struct span text)
{
	struct diag *d = diag_new();
	struct textfsm *fsm = textfsm_new("t", template, d);
	struct textfsm_table *table = fsm ? textfsm_parse(fsm, text, d) : NULL;
	char *out;

	cr_assert_eq(table == NULL, diag_errors(d) > 0, "no table and no fault, or both");
	out = table ? textfsm_try_json(table) : textfsm_try_faults(d);
	textfsm_table_free(&table);
	textfsm_free(&fsm);
	diag_free(&d);
	return out;
}

static inline char *
textfsm_try(const char *template, const char *text)
{
	return textfsm_try_spans(span_str(template), span_str(text));
}

#endif
