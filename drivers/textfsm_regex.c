/*
 * One pass over the pattern copies it and changes what the two read differently.  PCRE2 finds most of the faults; what it would take and Python
 * does not (other escapes, other groups, `a**`) is found here.
 */
#include "drivers/textfsm_regex.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/textfsm_escape.h"

/* What a quantifier here would repeat. */
enum item { ITEM_NONE, ITEM_ANCHOR, ITEM_ATOM, ITEM_QUANTIFIED };

struct translation {
	struct span in;
	size_t at;
	struct textfsm_out out;
	enum item item;
	bool keep;                      /* each group captures: something refers to one */
	bool refers;
	char flags[4];                  /* (?i) and its like, of the whole pattern */
	struct textfsm_regex *re;
	char *why;
	size_t cap;
};

static int fail(struct translation *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int
fail(struct translation *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->why, t->cap, fmt, ap);
	va_end(ap);
	return -1;
}

static struct span
rest_of(const struct translation *t)
{
	return span_skip(t->in, t->at);
}

static bool
sees(const struct translation *t, const char *literal)
{
	return span_starts(rest_of(t), span_str(literal));
}

/* ---- quantifiers ---- */

/* `{2}`, `{2,}`, `{,4}`, `{2,4}`, `{,}`: its bytes and numbers.  0: the brace is a character. */
static size_t
braces(struct span s, struct span *low, struct span *high, bool *comma)
{
	size_t i = 1;

	*low = span_of(s.p + i, 0);
	while (i < s.n && span_is_digit(s.p[i]))
		i++;
	low->n = i - 1;
	*comma = i < s.n && s.p[i] == ',';
	i += *comma;
	*high = span_of(s.p + i, 0);
	while (i < s.n && span_is_digit(s.p[i])) {
		i++;
		high->n++;
	}
	return i < s.n && s.p[i] == '}' && i > 1 ? i + 1 : 0;
}

static int
take_quantifier(struct translation *t)
{
	struct span s = rest_of(t), low, high;
	size_t used = 1;
	bool comma;

	if (s.p[0] == '{') {
		used = braces(s, &low, &high, &comma);
		if (used == 0) {
			textfsm_out(&t->out, SPAN_LIT("\\{"));
			t->at++;
			t->item = ITEM_ATOM;
			return 0;
		}
	}
	if (t->item == ITEM_NONE || t->item == ITEM_ANCHOR)
		return fail(t, "nothing to repeat at position %zu", t->at);
	if (t->item == ITEM_QUANTIFIED)
		return fail(t, "multiple repeat at position %zu", t->at);
	if (s.p[0] == '{') {
		textfsm_out(&t->out, SPAN_LIT("{"));
		textfsm_out(&t->out, low.n ? low : SPAN_LIT("0"));
		textfsm_out(&t->out, comma ? SPAN_LIT(",") : SPAN_LIT(""));
		textfsm_out(&t->out, high);
		textfsm_out(&t->out, SPAN_LIT("}"));
	} else {
		textfsm_out(&t->out, span_of(s.p, 1));
	}
	t->at += used;
	t->item = ITEM_QUANTIFIED;
	if (sees(t, "?") || sees(t, "+"))
		textfsm_out(&t->out, span_of(t->in.p + t->at++, 1));
	return 0;
}

/* ---- groups ---- */

static const struct textfsm_group *
group_named(const struct translation *t, struct span name)
{
	for (size_t i = 0; i < t->re->nnames; i++)
		if (span_eq(t->re->names[i].name, name))
			return &t->re->names[i];
	return NULL;
}

/* The name up to `end`, which is passed over; absent: there is none. */
static struct span
take_name(struct translation *t, char end)
{
	struct span s = rest_of(t), name = span_of(s.p, 0);
	const char *stop = s.n ? memchr(s.p, end, s.n) : NULL;

	if (!stop)
		return SPAN_NONE;
	name.n = (size_t)(stop - s.p);
	t->at += name.n + 1;
	return name;
}

static bool
is_identifier(struct span name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if ((unsigned char)c < 0x80 && !span_is_alpha(c) && c != '_' && !(i > 0 && span_is_digit(c)))
			return false;
	}
	return name.n > 0;
}

static int
open_named(struct translation *t)
{
	struct span name = take_name(t, '>');

	if (!is_identifier(name))
		return fail(t, "bad character in group name '%.*s'", (int)name.n, name.p ? name.p : "");
	if (group_named(t, name))
		return fail(t, "redefinition of group name '%.*s'", (int)name.n, name.p);
	if (t->re->nnames == REGEX_MAX_GROUPS)
		return fail(t, "more than %d groups with a name", REGEX_MAX_GROUPS);
	t->re->groups++;
	t->re->names[t->re->nnames] = (struct textfsm_group){ name, t->keep ? t->re->groups : t->re->nnames + 1 };
	t->re->nnames++;
	textfsm_out(&t->out, SPAN_LIT("("));
	t->item = ITEM_NONE;
	return 0;
}

static void
refer(struct translation *t, const char *before, size_t number, const char *after)
{
	char text[32];

	snprintf(text, sizeof(text), "%s%zu%s", before, number, after);
	textfsm_out(&t->out, span_str(text));
	t->refers = true;
}

/* `(?P=name)` */
static int
take_reference(struct translation *t)
{
	struct span name = take_name(t, ')');
	const struct textfsm_group *group = name.p ? group_named(t, name) : NULL;

	if (!group)
		return fail(t, "unknown group name '%.*s'", (int)name.n, name.p ? name.p : "");
	refer(t, "\\g{", group->number, "}");
	t->item = ITEM_ATOM;
	return 0;
}

/* `(?(1)yes|no)`, `(?(name)yes|no)` */
static int
open_conditional(struct translation *t)
{
	struct span name = take_name(t, ')');
	const struct textfsm_group *group;
	size_t number = 0;

	for (size_t i = 0; i < name.n && span_is_digit(name.p[i]) && number < 1000; i++)
		number = number * 10 + (size_t)(name.p[i] - '0');
	if (number == 0) {
		group = name.p ? group_named(t, name) : NULL;
		if (!group)
			return fail(t, "unknown group name '%.*s'", (int)name.n, name.p ? name.p : "");
		number = group->number;
	}
	refer(t, "(?(", number, ")");
	t->item = ITEM_NONE;
	return 0;
}

static bool
add_flag(struct translation *t, char flag)
{
	if (!strchr("imsu", flag))
		return false;
	if (flag != 'u' && !strchr(t->flags, flag))
		t->flags[strlen(t->flags)] = flag;
	return true;
}

/* `(?i:...)`, `(?i-s:...)`; `(?i)` counts for the whole pattern, as it did in Python before 3.11, which refuses it behind the start. */
static int
take_flags(struct translation *t)
{
	struct span s = rest_of(t);
	size_t n = 0;

	while (n < s.n && (span_is_alpha(s.p[n]) || s.p[n] == '-'))
		n++;
	if (n == 0 || n == s.n || (s.p[n] != ')' && s.p[n] != ':'))
		return fail(t, "unknown extension ?%.*s", (int)(n < s.n ? n + 1 : n), s.p);
	if (s.p[n] == ':')
		textfsm_out(&t->out, SPAN_LIT("(?"));
	for (size_t i = 0; i < n; i++) {
		if (!strchr("imsu-", s.p[i]) || (s.p[i] == '-' && (s.p[n] == ')' || memchr(s.p, '-', i))))
			return fail(t, "the flag %c is not taken here", s.p[i]);
		if (s.p[n] == ')')
			add_flag(t, s.p[i]);
		else if (s.p[i] != 'u')
			textfsm_out(&t->out, span_of(s.p + i, 1));
	}
	if (s.p[n] == ':') {
		textfsm_out(&t->out, SPAN_LIT(":"));
		t->item = ITEM_NONE;
	}
	t->at += n + 1;
	return 0;
}

static int
skip_comment(struct translation *t)
{
	return take_name(t, ')').p ? 0 : fail(t, "missing ), unterminated comment");
}

static const struct {
	const char *begins;
	int (*take)(struct translation *);      /* NULL: as it stands */
} extensions[] = {
	{ "(?:", NULL }, { "(?=", NULL }, { "(?!", NULL }, { "(?<=", NULL }, { "(?<!", NULL }, { "(?>", NULL },
	{ "(?P<", open_named }, { "(?P=", take_reference }, { "(?(", open_conditional }, { "(?#", skip_comment }, { "(?", take_flags },
};

static int
open_group(struct translation *t)
{
	for (size_t i = 0; i < sizeof(extensions) / sizeof(*extensions); i++) {
		if (!sees(t, extensions[i].begins))
			continue;
		t->at += strlen(extensions[i].begins);
		if (extensions[i].take)
			return extensions[i].take(t);
		textfsm_out(&t->out, span_str(extensions[i].begins));
		t->item = ITEM_NONE;
		return 0;
	}
	t->re->groups++;
	textfsm_out(&t->out, t->keep ? SPAN_LIT("(") : SPAN_LIT("(?:"));
	t->at++;
	t->item = ITEM_NONE;
	return 0;
}

/* ---- all of it ---- */

static int
take_escape(struct translation *t, bool in_set)
{
	struct textfsm_escape e;
	struct span s = rest_of(t);

	if (textfsm_escape_read(s, in_set, &e) == -1)
		return fail(t, "bad escape %.*s at position %zu", s.n > 1 && (unsigned char)s.p[1] < 0x80 ? 2 : 1, s.p, t->at);
	t->at += e.used;
	if (e.kind == TEXTFSM_ESCAPE_GROUP)
		refer(t, "\\g{", e.value, "}");
	else if (e.kind == TEXTFSM_ESCAPE_CHAR)
		t->re->wide |= textfsm_out_char(&t->out, e.value);
	else
		textfsm_out(&t->out, e.text);
	t->item = e.kind == TEXTFSM_ESCAPE_ANCHOR ? ITEM_ANCHOR : ITEM_ATOM;
	if (e.kind == TEXTFSM_ESCAPE_SET && in_set && sees(t, "-") && t->at + 1 < t->in.n && t->in.p[t->at + 1] != ']')
		return fail(t, "bad character range %.*s-", (int)e.used, s.p);
	return 0;
}

/* A plain `[` in a set would begin a POSIX class. */
static int
take_set(struct translation *t)
{
	size_t begin = t->at++;
	bool first = true;

	textfsm_out(&t->out, SPAN_LIT("["));
	if (sees(t, "^")) {
		textfsm_out(&t->out, SPAN_LIT("^"));
		t->at++;
	}
	for (; t->at < t->in.n; first = false) {
		char c = t->in.p[t->at];

		if (c == ']' && !first) {
			textfsm_out(&t->out, SPAN_LIT("]"));
			t->at++;
			t->item = ITEM_ATOM;
			return 0;
		}
		if (c == '\\') {
			if (take_escape(t, true) == -1)
				return -1;
			continue;
		}
		if (c == '[' || c == ']')
			textfsm_out(&t->out, SPAN_LIT("\\"));
		textfsm_out(&t->out, span_of(t->in.p + t->at++, 1));
	}
	return fail(t, "unterminated character set at position %zu", begin);
}

static int
take_item(struct translation *t)
{
	char c = t->in.p[t->at];

	switch (c) {
	case '*': case '+': case '?': case '{':
		return take_quantifier(t);
	case '(':
		return open_group(t);
	case '[':
		return take_set(t);
	case '\\':
		return take_escape(t, false);
	default:
		t->item = c == '|' ? ITEM_NONE : c == '^' || c == '$' ? ITEM_ANCHOR : ITEM_ATOM;
		textfsm_out(&t->out, span_of(t->in.p + t->at++, 1));
		return 0;
	}
}

static int
translate(struct translation *t, bool keep)
{
	t->at = t->out.n = 0;
	t->item = ITEM_NONE;
	t->keep = keep;
	t->re->nnames = t->re->groups = 0;
	while (t->at < t->in.n)
		if (take_item(t) == -1)
			return -1;
	return 0;
}

static int
compile(struct translation *t)
{
	struct regex_error error;
	char flags[8];
	int n = *t->flags ? snprintf(flags, sizeof(flags), "(?%s)", t->flags) : 0;
	char *p = t->out.p - n;

	memcpy(p, flags, (size_t)n);
	t->re->regex = regex_compile(span_of(p, t->out.n + (size_t)n), REGEX_ANCHORED, &error);
	return t->re->regex ? 0 : fail(t, "%s", error.message);
}

int
textfsm_regex_init(struct textfsm_regex *re, struct span pattern, char *why, size_t cap)
{
	struct translation t = { .in = pattern, .re = re, .why = why, .cap = cap };
	char *room = NULL;
	int result = -1;

	*re = (struct textfsm_regex){ .wide = false };
	for (size_t i = 0; i < pattern.n; i++)
		re->wide |= (unsigned char)pattern.p[i] >= 0x80;
	/* The most that one byte becomes is four (\s), and the flags go in front. */
	room = pattern.n < SIZE_MAX / 16 ? malloc(6 * pattern.n + 64) : NULL;
	if (!room)
		return fail(&t, "no memory");
	t.out = (struct textfsm_out){ .p = room + 8 };
	if (translate(&t, false) == -1 || (t.refers && translate(&t, true) == -1))
		goto out;
	result = compile(&t);
out:
	free(room);
	return result;
}

void
textfsm_regex_fini(struct textfsm_regex *re)
{
	regex_free(&re->regex);
}
