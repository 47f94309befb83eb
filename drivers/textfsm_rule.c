/*
 * Reads a rule: `^regex [-> [Line[.Record]] [State]]`.  Knows Python's string.Template, which puts the values into the regex.
 */
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>

#include "drivers/textfsm_part.h"
#include "drivers/textfsm_text.h"

#define TEXT(s) (int)((s).n < 200 ? (s).n : 200), (s).p ? (s).p : ""
#define RULE_BYTES ((size_t)64 << 10)   /* of a regex, its values put in: PCRE2 takes no larger ones */

static int
fault(const struct textfsm *fsm, const struct textfsm_rule *rule, struct span part, struct diag *diag, const char *text)
{
	struct diag_place place = textfsm_place(fsm, rule->line, part);

	diag_add(diag, DIAG_ERROR, &place, "%s", text);
	return -1;
}

/* ---- the action ---- */

/* The last ` ->` (any white space before it): what stands before and behind; `action` absent: there is none. */
static void
split_action(struct span text, struct span *match, struct span *action)
{
	*match = text;
	*action = SPAN_NONE;
	for (size_t i = text.n; i-- > 1;) {
		size_t blank = 1;

		if (text.p[i] != '-' || i + 1 >= text.n || text.p[i + 1] != '>')
			continue;
		while (blank < 4 && blank < i && ((unsigned char)text.p[i - blank] & 0xc0) == 0x80)
			blank++;
		if (textfsm_text_blank(span_of(text.p + i - blank, blank)) != blank)
			continue;
		match->n = i - blank;
		*action = span_skip(text, i + 2);
		return;
	}
}

static const char *const line_ops[] = { [TEXTFSM_NEXT] = "Next", [TEXTFSM_CONTINUE] = "Continue", [TEXTFSM_ERROR] = "Error" };
static const char *const record_ops[] = {
	[TEXTFSM_NO_RECORD] = "NoRecord", [TEXTFSM_RECORD] = "Record", [TEXTFSM_CLEAR] = "Clear", [TEXTFSM_CLEARALL] = "Clearall",
};

static int
word_of(struct span word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(word, span_str(words[i])))
			return (int)i;
	return -1;
}

static int
line_op(struct span word)
{
	return word_of(word, line_ops, sizeof(line_ops) / sizeof(*line_ops));
}

static int
record_op(struct span word)
{
	return word_of(word, record_ops, sizeof(record_ops) / sizeof(*record_ops));
}

/* `Line`, `Line.Record` or `Record`; false: it is something else. */
static bool
take_operators(struct textfsm_rule *rule, struct span word)
{
	const char *dot = memchr(word.p, '.', word.n);
	struct span left = dot ? span_between(word.p, dot) : word;
	int line = line_op(left), record = dot ? record_op(span_skip(word, left.n + 1)) : record_op(word);

	if (dot ? line == -1 || record == -1 : line == -1 && record == -1)
		return false;
	if (line != -1)
		rule->line_op = (enum textfsm_line_op)line;
	if (record != -1)
		rule->record_op = (enum textfsm_record_op)record;
	return true;
}

static struct span
first_word(struct span s)
{
	size_t n = 0;

	while (n < s.n && textfsm_text_blank(span_skip(s, n)) == 0)
		n++;
	return span_of(s.p, n);
}

static bool
is_target(struct span s)
{
	return (s.n > 0 && textfsm_text_word(s) == s.n) || (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"');
}

static int
read_action(const struct textfsm *fsm, struct textfsm_rule *rule, struct span action, struct diag *diag)
{
	struct span all = textfsm_text_strip(action), word = first_word(all);

	if (all.n == 0)
		return 0;
	if (textfsm_text_blank(action) == 0)
		return fault(fsm, rule, all, diag, "white space stands behind ->");
	rule->to = all;
	if (take_operators(rule, word))
		rule->to = textfsm_text_strip(span_skip(all, word.n));
	if (rule->to.n == 0)
		return 0;
	if (!is_target(rule->to))
		return fault(fsm, rule, all, diag, "an action is [Next|Continue|Error][.Record|.NoRecord|.Clear|.Clearall] [STATE], or \"TEXT\" behind Error");
	if (rule->line_op == TEXTFSM_CONTINUE)
		return fault(fsm, rule, rule->to, diag, "Continue goes on with the next rule: it takes no state");
	if (rule->line_op != TEXTFSM_ERROR && rule->to.p[0] == '"')
		return fault(fsm, rule, rule->to, diag, "a text stands behind Error only");
	return 0;
}

/* ---- ${NAME} ---- */

static size_t
identifier(struct span s)
{
	size_t n = 0;

	while (n < s.n && (span_is_alpha(s.p[n]) || s.p[n] == '_' || (n > 0 && span_is_digit(s.p[n]))))
		n++;
	return n;
}

struct filling {
	const struct textfsm *fsm;
	const struct textfsm_rule *rule;
	struct diag *diag;
	char *p;
	size_t n;
};

static int
put(struct filling *f, struct span s)
{
	if (s.n > RULE_BYTES - f->n)
		return fault(f->fsm, f->rule, f->rule->text, f->diag, "the regex has more than 65536 bytes, its values put in");
	if (s.n > 0)
		memcpy(f->p + f->n, s.p, s.n);
	f->n += s.n;
	return 0;
}

/* Its first `(` gets the name. */
static int
put_value(struct filling *f, struct span name, struct span whole)
{
	for (size_t i = 0; i < f->fsm->nvalues; i++) {
		const struct textfsm_value *v = &f->fsm->values[i];

		if (!span_eq(v->name, name))
			continue;
		if (put(f, SPAN_LIT("(?P<")) == -1 || put(f, name) == -1 || put(f, SPAN_LIT(">")) == -1)
			return -1;
		return put(f, span_skip(v->regex, 1));
	}
	return fault(f->fsm, f->rule, whole, f->diag, "there is no Value of this name");
}

/* At a `$`: how many bytes it takes, 0: a fault. */
static size_t
put_dollar(struct filling *f, struct span s)
{
	bool braced = s.n > 1 && s.p[1] == '{';
	size_t n = identifier(span_skip(s, 1 + braced)), whole = 1 + braced + n + braced;

	if (s.n > 1 && s.p[1] == '$')
		return put(f, SPAN_LIT("$")) == -1 ? 0 : 2;
	if (n == 0 || whole > s.n || (braced && s.p[whole - 1] != '}')) {
		fault(f->fsm, f->rule, span_of(s.p, 1), f->diag, "a $ begins a Value, $NAME or ${NAME}; the end of the line is $$");
		return 0;
	}
	return put_value(f, span_of(s.p + 1 + braced, n), span_of(s.p, whole)) == -1 ? 0 : whole;
}

/* Without values nothing is put in, and `$` is left as it is. */
static int
fill_in(struct filling *f, struct span match)
{
	while (match.n > 0) {
		const char *dollar = f->fsm->nvalues ? memchr(match.p, '$', match.n) : NULL;
		struct span plain = dollar ? span_between(match.p, dollar) : match;
		size_t used = 0;

		if (put(f, plain) == -1)
			return -1;
		match = span_skip(match, plain.n);
		if (match.n > 0 && (used = put_dollar(f, match)) == 0)
			return -1;
		match = span_skip(match, used);
	}
	return 0;
}

/* ---- all of it ---- */

static int
bind_names(struct textfsm *fsm, struct textfsm_rule *rule)
{
	rule->values = arena_alloc(&fsm->arena, (rule->match.nnames + 1) * sizeof(*rule->values));
	if (!rule->values)
		return -1;
	for (size_t i = 0; i < rule->match.nnames; i++) {
		size_t v = 0;

		while (v < fsm->nvalues && !span_eq(fsm->values[v].name, rule->match.names[i].name))
			v++;
		rule->values[i] = v;
	}
	return 0;
}

static int
compile(struct textfsm *fsm, struct textfsm_rule *rule, struct span match, struct diag *diag)
{
	struct filling f = { .fsm = fsm, .rule = rule, .diag = diag, .p = malloc(RULE_BYTES) };
	struct span regex = SPAN_NONE;
	char why[300];
	int result = -1;

	if (!f.p || fill_in(&f, match) == -1)
		goto out;
	fsm->regex_bytes += f.n;
	if (fsm->regex_bytes > TEXTFSM_MAX_REGEX_BYTES) {
		fault(fsm, rule, rule->text, diag, "the regexes have more than 4 MiB, their values put in");
		goto out;
	}
	regex = arena_copy(&fsm->arena, span_of(f.p, f.n));
	if (!regex.p || textfsm_regex_init(&rule->match, regex, why, sizeof(why)) == -1) {
		fault(fsm, rule, match, diag, regex.p ? why : "no memory");
		goto out;
	}
	result = bind_names(fsm, rule);
	if (result == -1)
		fault(fsm, rule, match, diag, "no memory");
out:
	free(f.p);
	return result;
}

int
textfsm_rule_read(struct textfsm *fsm, struct textfsm_rule *rule, struct diag *diag)
{
	struct span match, action;

	split_action(rule->text, &match, &action);
	if (compile(fsm, rule, match, diag) == -1)
		return -1;
	return action.p ? read_action(fsm, rule, action, diag) : 0;
}
