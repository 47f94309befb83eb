/*
 * The machine: lines through the rules of a state.  What an option does, and when, is Python's: each is called in the order written, at an
 * assignment, a clear and a record.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "drivers/textfsm_part.h"
#include "drivers/textfsm_text.h"

#define JIT_STACK_BYTES ((size_t)256 << 10)
/* A line's budget where the first does not suffice (base/regex.h), for templates have rules that try a line in many ways, and Python has no limit. */
#define GRANT_TIMES 1024

#define TEXT(s) (int)((s).n < 200 ? (s).n : 200), (s).p ? (s).p : ""

/* What a value has while a record is made. */
struct holding {
	struct span text;               /* SPAN_NONE: unset */
	struct span filled;             /* of Filldown: the last that was assigned, also where that is unset */
	struct textfsm_list list;
};

struct run {
	const struct textfsm *fsm;
	struct textfsm_table *table;
	struct regex_scratch *scratch;
	struct diag *diag;
	struct holding *held;
	const struct textfsm_state *state;
	struct span line;
	size_t number;                  /* of the line */
	size_t elements;
	bool ended, wants_last;
};

static int
fail(const struct run *run, const struct textfsm_rule *rule, const char *what)
{
	struct diag_place place = textfsm_place(run->fsm, rule ? rule->line : 0, rule ? rule->text : SPAN_NONE);

	diag_add(run->diag, DIAG_ERROR, &place, "%s (input line %zu: %.*s)", what, run->number, TEXT(run->line));
	return -1;
}

static enum regex_outcome
match(struct run *run, const struct textfsm_regex *re, struct span text, bool utf, struct span *groups)
{
	struct regex_subject subject = { text, 0, SIZE_MAX, utf || re->wide };
	enum regex_outcome outcome = regex_match(re->regex, run->scratch, &subject, groups, REGEX_MAX_GROUPS + 1);

	if (outcome == REGEX_LIMIT && regex_spent(run->scratch) < run->fsm->run_bytes) {
		regex_line_grant(run->scratch, run->fsm->run_bytes < TEXTFSM_RUN_BYTES ? 1 : GRANT_TIMES);
		outcome = regex_match(re->regex, run->scratch, &subject, groups, REGEX_MAX_GROUPS + 1);
	}
	return regex_spent(run->scratch) < run->fsm->run_bytes ? outcome : REGEX_LIMIT;
}

/* ---- options ---- */

static void
fill_up(struct run *run, size_t v)
{
	struct textfsm_table *t = run->table;

	for (size_t row = t->nrows; row-- > 0;) {
		struct textfsm_cell *cell = &t->rows[row][v];

		if (!textfsm_cell_is_empty(cell))
			break;
		*cell = (struct textfsm_cell){ .text = run->held[v].text };
	}
}

/* The groups of what a List's own regex takes of the text; NULL: the element is the text. */
static int
match_again(struct run *run, const struct textfsm_value *v, const struct textfsm_rule *rule, struct textfsm_element *e)
{
	struct span groups[REGEX_MAX_GROUPS + 1];

	if (!v->own.regex || !e->text.p)
		return 0;
	switch (match(run, &v->own, e->text, utf8_classify(e->text) == UTF8_VALID, groups)) {
	case REGEX_NO_MATCH:
		return 0;
	case REGEX_LIMIT:
		return fail(run, rule, "the regex of a List takes too many steps");
	case REGEX_MATCH:
		break;
	}
	e->groups = arena_alloc(&run->table->arena, v->own.nnames * sizeof(*e->groups));
	if (!e->groups)
		return fail(run, rule, "the result takes too much memory");
	for (size_t i = 0; i < v->own.nnames; i++)
		e->groups[i] = groups[v->own.names[i].number];
	e->regex = &v->own;
	return 0;
}

static int
append(struct run *run, size_t v, const struct textfsm_rule *rule)
{
	struct textfsm_list *list = &run->held[v].list;
	struct textfsm_element *e = NULL;

	if (run->elements++ < TEXTFSM_MAX_ELEMENTS)
		e = arena_alloc(&run->table->arena, sizeof(*e));
	if (!e)
		return fail(run, rule, "the lists have too many elements");
	*e = (struct textfsm_element){ .before = list->last, .text = run->held[v].text };
	list->last = e;
	list->n++;
	return match_again(run, &run->fsm->values[v], rule, e);
}

static int
assign(struct run *run, size_t v, struct span text, const struct textfsm_rule *rule)
{
	const struct textfsm_value *value = &run->fsm->values[v];

	run->held[v].text = text;
	for (size_t i = 0; i < value->noptions; i++) {
		if (value->options[i] == TEXTFSM_FILLDOWN)
			run->held[v].filled = text;
		else if (value->options[i] == TEXTFSM_FILLUP && text.n > 0)
			fill_up(run, v);
		else if (value->options[i] == TEXTFSM_LIST && append(run, v, rule) == -1)
			return -1;
	}
	return 0;
}

static void
clear(struct run *run)
{
	for (size_t v = 0; v < run->fsm->nvalues; v++) {
		struct holding *h = &run->held[v];

		h->text = h->filled;
		if (!run->fsm->values[v].has[TEXTFSM_FILLDOWN])
			h->list = (struct textfsm_list){ NULL, 0 };
	}
}

static void
clear_all(struct run *run)
{
	for (size_t v = 0; v < run->fsm->nvalues; v++)
		run->held[v] = (struct holding){ .list = { NULL, 0 } };
}

/* Required asks for what the value has then: behind List the list, before it what was last appended. */
static bool
is_missing(const struct textfsm_value *value, const struct holding *h)
{
	bool listed = false;

	for (size_t i = 0; i < value->noptions; i++) {
		listed |= value->options[i] == TEXTFSM_LIST;
		if (value->options[i] == TEXTFSM_REQUIRED && (listed ? h->list.n == 0 : h->text.n == 0))
			return true;
	}
	return false;
}

/* ---- records ---- */

static int
record(struct run *run, const struct textfsm_rule *rule)
{
	size_t n = run->fsm->nvalues, set = 0;
	struct textfsm_cell *row;

	for (size_t v = 0; v < n; v++) {
		const struct textfsm_value *value = &run->fsm->values[v];

		if (is_missing(value, &run->held[v])) {
			clear(run);
			return 0;
		}
		set += value->has[TEXTFSM_LIST] ? run->held[v].list.n > 0 : run->held[v].text.p != NULL;
	}
	if (set == 0)
		return 0;
	row = run->table->nrows < TEXTFSM_MAX_RECORDS ? arena_alloc(&run->table->arena, n * sizeof(*row)) : NULL;
	if (!row)
		return fail(run, rule, "there are too many records");
	for (size_t v = 0; v < n; v++) {
		bool is_list = run->fsm->values[v].has[TEXTFSM_LIST];

		row[v] = (struct textfsm_cell){ is_list ? SPAN_NONE : run->held[v].text, run->held[v].list, is_list };
	}
	if (textfsm_table_add(run->table, row) == -1)
		return fail(run, rule, "no memory");
	clear(run);
	return 0;
}

/* ---- rules ---- */

/* The line op, for what it says of the line and the state. */
static int
act(struct run *run, const struct textfsm_rule *rule)
{
	char text[300];

	if (rule->record_op == TEXTFSM_RECORD && record(run, rule) == -1)
		return -1;
	if (rule->record_op == TEXTFSM_CLEAR)
		clear(run);
	if (rule->record_op == TEXTFSM_CLEARALL)
		clear_all(run);
	if (rule->line_op == TEXTFSM_ERROR) {
		snprintf(text, sizeof(text), rule->to.n ? "the rule says Error: %.*s" : "the rule says Error%.*s", TEXT(rule->to));
		return fail(run, rule, text);
	}
	if (rule->jump == TEXTFSM_TO_STATE)
		run->state = rule->state;
	run->ended = rule->jump == TEXTFSM_TO_END || rule->jump == TEXTFSM_TO_EOF;
	run->wants_last = rule->jump != TEXTFSM_TO_END;
	return 0;
}

static int
take_match(struct run *run, const struct textfsm_rule *rule, const struct span *groups)
{
	for (size_t i = 0; i < rule->match.nnames; i++) {
		size_t v = rule->values[i];

		if (v < run->fsm->nvalues && assign(run, v, groups[rule->match.names[i].number], rule) == -1)
			return -1;
	}
	return act(run, rule);
}

static int
run_line(struct run *run)
{
	struct span groups[REGEX_MAX_GROUPS + 1];
	bool utf = utf8_classify(run->line) == UTF8_VALID;

	regex_line_begin(run->scratch);
	for (const struct textfsm_rule *rule = run->state->first; rule; rule = rule->next) {
		switch (match(run, &rule->match, run->line, utf, groups)) {
		case REGEX_NO_MATCH:
			continue;
		case REGEX_LIMIT:
			return fail(run, rule, "the rule takes too many steps");
		case REGEX_MATCH:
			break;
		}
		if (take_match(run, rule, groups) == -1)
			return -1;
		if (rule->line_op != TEXTFSM_CONTINUE)
			break;
	}
	return 0;
}

static int
run_text(struct run *run, struct span text)
{
	run->state = run->fsm->start;
	run->wants_last = true;
	while (!run->ended && textfsm_text_splitline(&text, &run->line)) {
		run->number++;
		if (run_line(run) == -1)
			return -1;
	}
	return run->wants_last && !run->fsm->has_eof ? record(run, NULL) : 0;
}

static struct textfsm_table *
table_of(const struct textfsm *fsm, struct span text)
{
	struct textfsm_table *t = textfsm_table_new(fsm->nvalues);

	for (size_t v = 0; t && v < fsm->nvalues; v++)
		t->names[v] = fsm->values[v].name;
	if (t)
		t->text = (char *)(uintptr_t)text.p;
	return t;
}

struct textfsm_table *
textfsm_parse(const struct textfsm *fsm, struct span text, struct diag *diag)
{
	struct run run = { .fsm = fsm, .diag = diag };
	struct span copy = SPAN_NONE;
	int result = -1;

	if (text.n > TEXTFSM_MAX_TEXT) {
		struct diag_place place = { .file = fsm->name };

		diag_add(diag, DIAG_ERROR, &place, "the text has more than %zu bytes", TEXTFSM_MAX_TEXT);
		return NULL;
	}
	copy = textfsm_text_copy(text);
	run.table = copy.p ? table_of(fsm, copy) : NULL;
	if (copy.p && !run.table)
		free((char *)(uintptr_t)copy.p);
	run.held = calloc(fsm->nvalues + 1, sizeof(*run.held));
	run.scratch = regex_scratch_new(JIT_STACK_BYTES);
	if (!run.table || !run.held || !run.scratch)
		fail(&run, NULL, "no memory");
	else
		result = run_text(&run, copy);
	regex_scratch_free(&run.scratch);
	free(run.held);
	if (result == -1)
		textfsm_table_free(&run.table);
	return run.table;
}
