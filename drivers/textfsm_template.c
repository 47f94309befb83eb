/*
 * Reads the lines of a template: the values, then the states.  Where the values have a fault the states are not read, and where a state's name
 * has one, what follows is not, for all that could be said of it would follow from the first.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "drivers/textfsm_part.h"
#include "drivers/textfsm_text.h"

#define FAULTS_MOST 50

struct reading {
	struct textfsm *fsm;
	struct diag *diag;
	struct span rest;
	struct span line;               /* without the blanks at its end */
	int number;
	size_t errors;                  /* of others, before it began */
};

#define FAULT(r, part, ...) \
	do { \
		struct diag_place place_ = textfsm_place((r)->fsm, (r)->number, part); \
		diag_add((r)->diag, DIAG_ERROR, &place_, __VA_ARGS__); \
	} while (0)

#define TEXT(s) (int)((s).n < 200 ? (s).n : 200), (s).p ? (s).p : ""

/* False after the last line, and where so much is wrong that more would not help. */
static bool
next_line(struct reading *r)
{
	if (diag_errors(r->diag) - r->errors >= FAULTS_MOST || !textfsm_text_line(&r->rest, &r->line))
		return false;
	r->line = textfsm_text_rstrip(r->line);
	r->number++;
	return true;
}

static bool
is_comment(struct span line)
{
	line = textfsm_text_strip(line);
	return line.n > 0 && line.p[0] == '#';
}

/* ---- values ---- */

static const char *const option_names[TEXTFSM_OPTIONS + 1] = {
	[TEXTFSM_REQUIRED] = "Required", [TEXTFSM_FILLDOWN] = "Filldown", [TEXTFSM_FILLUP] = "Fillup",
	[TEXTFSM_KEY] = "Key", [TEXTFSM_LIST] = "List", [TEXTFSM_OPTIONS] = NULL,
};

/* Up to the next `by`, which is passed over; a text that ends with `by` has one more, empty. */
static bool
next_word(struct span *rest, char by, struct span *word)
{
	const char *end;

	if (!rest->p)
		return false;
	end = rest->n ? memchr(rest->p, by, rest->n) : NULL;
	*word = end ? span_between(rest->p, end) : *rest;
	*rest = end ? span_skip(*rest, word->n + 1) : SPAN_NONE;
	return true;
}

static int
add_option(struct reading *r, struct textfsm_value *v, struct span word)
{
	for (int o = 0; o < TEXTFSM_OPTIONS; o++) {
		if (!span_eq(word, span_str(option_names[o])))
			continue;
		if (v->has[o]) {
			FAULT(r, word, "the option %s stands here twice", option_names[o]);
			return -1;
		}
		v->has[o] = true;
		v->options[v->noptions++] = (enum textfsm_option)o;
		return 0;
	}
	if (word.n == 0) {
		FAULT(r, word, "an option is missing: single blanks stand between the parts of a Value, and none within its options");
	} else {
		const char *meant = diag_suggest(word, option_names);

		FAULT(r, word, "there is no option \"%.*s\"%s%s%s", TEXT(word), meant ? " (did you mean \"" : "", meant ? meant : "", meant ? "\"?)" : "");
	}
	return -1;
}

/* `Value [OPTION[,OPTION]...] NAME (regex)`, split at single blanks. */
static int
split_value(struct reading *r, struct textfsm_value *v)
{
	struct span rest = span_skip(r->line, 6), options = SPAN_NONE, word;

	if (!next_word(&rest, ' ', &v->name) || !rest.p) {
		FAULT(r, r->line, "a Value has a name and a regex: Value [Option[,Option]...] NAME (regex)");
		return -1;
	}
	if (rest.n == 0 || rest.p[0] != '(') {
		options = v->name;
		next_word(&rest, ' ', &v->name);
	}
	v->regex = rest;
	while (next_word(&options, ',', &word))
		if (add_option(r, v, word) == -1)
			return -1;
	return 0;
}

static int
check_name(struct reading *r, const struct textfsm_value *v)
{
	if (v->name.n == 0 || textfsm_text_chars(v->name) > TEXTFSM_MAX_NAME) {
		FAULT(r, v->name, "a Value's name has 1 to %d characters", TEXTFSM_MAX_NAME);
		return -1;
	}
	for (size_t i = 0; i < r->fsm->nvalues; i++) {
		if (span_eq(r->fsm->values[i].name, v->name)) {
			FAULT(r, v->name, "there is a Value \"%.*s\" already", TEXT(v->name));
			return -1;
		}
	}
	return 0;
}

static int
check_regex(struct reading *r, struct textfsm_value *v)
{
	struct span s = v->regex;
	char why[300];

	if (s.n < 2 || s.p[0] != '(' || s.p[s.n - 1] != ')' || s.p[s.n - 2] == '\\') {
		FAULT(r, s.p ? s : v->name, "a Value's regex stands in parentheses");
		return -1;
	}
	if (textfsm_regex_init(&v->own, s, why, sizeof(why)) == -1) {
		FAULT(r, s, "%s", why);
		return -1;
	}
	if (!v->has[TEXTFSM_LIST] || v->own.nnames == 0)
		textfsm_regex_fini(&v->own);
	return 0;
}

static int
read_value(struct reading *r)
{
	struct textfsm *fsm = r->fsm;
	struct textfsm_value v = { .noptions = 0 };

	if (fsm->nvalues == TEXTFSM_MAX_VALUES) {
		FAULT(r, r->line, "more than %d values", TEXTFSM_MAX_VALUES);
		return -1;
	}
	if (split_value(r, &v) == -1 || check_name(r, &v) == -1 || check_regex(r, &v) == -1)
		return 0;
	if (!fsm->values)
		fsm->values = calloc(TEXTFSM_MAX_VALUES, sizeof(*fsm->values));
	if (!fsm->values) {
		textfsm_regex_fini(&v.own);
		FAULT(r, r->line, "no memory");
		return -1;
	}
	fsm->values[fsm->nvalues++] = v;
	return 0;
}

/* The first blank line ends them. */
static void
read_values(struct reading *r)
{
	while (next_line(r) && r->line.n > 0) {
		if (is_comment(r->line))
			continue;
		if (!span_starts(r->line, SPAN_LIT("Value "))) {
			FAULT(r, r->line, "%s", r->fsm->nvalues ? "a blank line ends the values" : "a template begins with its values: Value NAME (regex)");
			return;
		}
		if (read_value(r) == -1)
			return;
	}
}

/* ---- states ---- */

static const char *const reserved[] = { "Continue", "Next", "Error", "Clear", "Clearall", "Record", "NoRecord" };

static int
check_state(struct reading *r, struct span name)
{
	if (name.n == 0 || textfsm_text_word(name) != name.n || textfsm_text_chars(name) > TEXTFSM_MAX_NAME) {
		FAULT(r, name, "this is no name of a state (letters, digits and _, at most %d): rules follow their state without a blank line",
		    TEXTFSM_MAX_NAME);
		return -1;
	}
	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++) {
		if (span_eq(name, span_str(reserved[i]))) {
			FAULT(r, name, "a state cannot be called %s: that is an action", reserved[i]);
			return -1;
		}
	}
	if (textfsm_state_named(r->fsm, name)) {
		FAULT(r, name, "there is a state \"%.*s\" already", TEXT(name));
		return -1;
	}
	if (r->fsm->nstates == TEXTFSM_MAX_STATES) {
		FAULT(r, name, "more than %d states", TEXTFSM_MAX_STATES);
		return -1;
	}
	return 0;
}

static struct textfsm_state *
add_state(struct reading *r)
{
	struct textfsm *fsm = r->fsm;
	struct textfsm_state *s;

	if (check_state(r, r->line) == -1)
		return NULL;
	s = arena_alloc(&fsm->arena, sizeof(*s));
	if (!s) {
		FAULT(r, r->line, "no memory");
		return NULL;
	}
	*s = (struct textfsm_state){ .name = r->line, .line = r->number };
	if (fsm->last)
		fsm->last->next = s;
	else
		fsm->first = s;
	fsm->last = s;
	fsm->nstates++;
	return s;
}

static int
add_rule(struct reading *r, struct textfsm_state *s)
{
	struct textfsm *fsm = r->fsm;
	struct textfsm_rule *rule;

	if (!span_starts(r->line, SPAN_LIT(" ^")) && !span_starts(r->line, SPAN_LIT("  ^")) && !span_starts(r->line, SPAN_LIT("\t^"))) {
		FAULT(r, textfsm_text_strip(r->line), "a rule begins with one blank, two blanks or a tab, and then ^");
		return 0;
	}
	rule = fsm->nrules < TEXTFSM_MAX_RULES ? arena_alloc(&fsm->arena, sizeof(*rule)) : NULL;
	if (!rule) {
		FAULT(r, r->line, "more than %d rules", TEXTFSM_MAX_RULES);
		return -1;
	}
	*rule = (struct textfsm_rule){ .line = r->number, .text = textfsm_text_strip(r->line) };
	fsm->nrules++;
	if (s->last)
		s->last->next = rule;
	else
		s->first = rule;
	s->last = rule;
	textfsm_rule_read(fsm, rule, r->diag);
	return 0;
}

/* False: there is none any more, or one with a fault. */
static bool
read_state(struct reading *r)
{
	struct textfsm_state *s;

	do {
		if (!next_line(r))
			return false;
	} while (r->line.n == 0 || is_comment(r->line));
	s = add_state(r);
	if (!s)
		return false;
	while (next_line(r) && r->line.n > 0)
		if (!is_comment(r->line) && add_rule(r, s) == -1)
			return false;
	return true;
}

/* ---- all of it ---- */

static void
check_jump(struct reading *r, struct textfsm_rule *rule)
{
	if (rule->line_op == TEXTFSM_ERROR || rule->to.n == 0)
		return;
	if (span_eq(rule->to, SPAN_LIT("End"))) {
		rule->jump = TEXTFSM_TO_END;
	} else if (span_eq(rule->to, SPAN_LIT("EOF"))) {
		rule->jump = TEXTFSM_TO_EOF;
	} else {
		rule->jump = TEXTFSM_TO_STATE;
		rule->state = textfsm_state_named(r->fsm, rule->to);
		r->number = rule->line;
		if (!rule->state)
			FAULT(r, rule->to, "there is no state \"%.*s\"", TEXT(rule->to));
	}
}

static void
check_states(struct reading *r)
{
	static const struct span empty[] = { { "End", 3 }, { "EOF", 3 } };
	struct textfsm *fsm = r->fsm;

	fsm->start = textfsm_state_named(fsm, SPAN_LIT("Start"));
	if (!fsm->start) {
		r->number = 0;
		FAULT(r, SPAN_NONE, "there is no state \"Start\"");
	}
	for (size_t i = 0; i < sizeof(empty) / sizeof(*empty); i++) {
		const struct textfsm_state *s = textfsm_state_named(fsm, empty[i]);

		r->number = s ? s->line : 0;
		if (s && s->first)
			FAULT(r, s->name, "the state %.*s has no rules", TEXT(s->name));
	}
	fsm->has_eof = textfsm_state_named(fsm, SPAN_LIT("EOF"));
	for (const struct textfsm_state *s = fsm->first; s; s = s->next)
		for (struct textfsm_rule *rule = s->first; rule; rule = rule->next)
			check_jump(r, rule);
}

static void
read_all(struct reading *r)
{
	read_values(r);
	if (diag_errors(r->diag) > r->errors)
		return;
	while (read_state(r))
		continue;
	if (diag_errors(r->diag) == r->errors)
		check_states(r);
}

/* Its first line that is no UTF-8, or 0. */
static int
bad_line(struct span text)
{
	int line = 1;

	if (text.n == 0 || utf8_classify(text) != UTF8_INVALID)
		return 0;
	while (text.n > 0) {
		size_t n = utf8_sequence(text);

		if (n == 0)
			break;
		line += text.p[0] == '\n' || (text.p[0] == '\r' && !(text.n > 1 && text.p[1] == '\n'));
		text = span_skip(text, n);
	}
	return line;
}

struct textfsm *
textfsm_new(const char *name, struct span text, struct diag *diag)
{
	struct textfsm *fsm = calloc(1, sizeof(*fsm));
	struct reading r = { .fsm = fsm, .diag = diag, .errors = diag_errors(diag) };
	struct diag_place place = { .file = name };

	if (fsm && text.n <= TEXTFSM_MAX_TEMPLATE) {
		fsm->name = strdup(name);
		fsm->run_bytes = TEXTFSM_RUN_BYTES;
		fsm->text = r.rest = textfsm_text_copy(text);
		r.number = bad_line(text);
	}
	if (!fsm || text.n > TEXTFSM_MAX_TEMPLATE) {
		diag_add(diag, DIAG_ERROR, &place, fsm ? "a template has at most %zu bytes" : "no memory", TEXTFSM_MAX_TEMPLATE);
	} else if (!fsm->name || !fsm->text.p || arena_init(&fsm->arena, 16384, (size_t)64 << 20) == -1) {
		diag_add(diag, DIAG_ERROR, &place, "no memory");
	} else if (r.number > 0) {
		FAULT(&r, SPAN_NONE, "this is no UTF-8");
	} else {
		read_all(&r);
	}
	if (diag_errors(diag) > r.errors)
		textfsm_free(&fsm);
	return fsm;
}
