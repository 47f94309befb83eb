/* literal: what must occur wherever an expression matches; and that it does, for made-up expressions and texts. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/regex.h"
#include "parsers/profile/literal.h"

static char bytes[4096];
static struct span runs[4096];

static struct literal_runs
scan(struct span expression)
{
	struct literal_runs l = { .bytes = bytes, .runs = runs, .at_start = true };

	literal_scan(&l, expression);
	literal_end(&l);
	return l;
}

static const struct {
	const char *expression, *want;  /* runs apart by blanks, "^" before the first if what matches begins with it */
} rows[] = {
	{ "(down)", "^down" },
	{ "abc", "^abc" },
	{ "ab?c", "^a c" },
	{ "ab*c", "^a c" },
	{ "ab+c", "^ab c" },
	{ "ab{0,2}c", "^a c" },
	{ "ab{2}c", "^a c" },
	{ "a(bc)d", "^abcd" },
	{ "a(bc)?d", "^a d" },
	{ "a(bc)+d", "^abc d" },
	{ "a(b|c)d", "^a d" },
	{ "a(?:b(?:c|d)|e)f", "^a f" },
	{ "a(?:bc(d))e", "^abcde" },
	{ "(?:ab)?c", "c" },
	{ "\\d+ab", "ab" },
	{ "a\\.b\\/c", "^a.b/c" },
	{ "[ab]cd", "cd" },
	{ "[^]x]cd[[:alpha:]]e", "cd e" },
	{ "[\\]]cd", "cd" },
	{ ".ab$", "ab" },
	{ "(?=xy)ab", "xy ab" },
	{ "(?!xy)ab", "ab" },
	{ "(?<!xy)ab", "ab" },
	{ "(?<=xy)ab", "ab" },
	{ "(?<name>ab)c", "^abc" },
	{ "(?P<name>ab)c", "^abc" },
	{ "(?>ab)c", "^abc" },
	{ "ab(?i)cd", "^ab" },
	{ "ab(?i:cd)ef", "^ab" },
	{ "ab\\x41cd", "^ab" },
	{ "ab\\Qcd\\E", "^ab" },
	{ "ab\\p{L}cd", "^ab" },
	{ "(a)\\1b", "^a" },
	{ "ab|cd", "^ab" },             /* the caller does not scan these: compile.c looks first */
	{ "a(*ACCEPT)b", "^a" },
	{ "ab(*pla:cd)ef", "^ab" },
	{ "ab(*sr:cd)ef", "^ab" },
	{ "a{b", "^a" },
	{ "\xc3\xa9?ab", "ab" },
	{ "", "" },
};

Test(profile_literal, runs_that_must_occur)
{
	char got[400];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct literal_runs l = scan(span_str(rows[i].expression));
		size_t n = 0;

		got[0] = '\0';
		for (size_t k = 0; k < l.nruns; k++)
			n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%s%.*s", k ? " " : "", k == 0 && l.leading ? "^" : "", (int)l.runs[k].n, l.runs[k].p);
		cr_expect_str_eq(got, rows[i].want, "%s: got %s, want %s", rows[i].expression, got, rows[i].want);
	}
}

static unsigned seed = 7;

static unsigned
dice(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

/* No alternative on the top level. */
static void
make_expression(char *out, size_t cap, int depth)
{
	static const char *const atoms[] = { "a", "b", "c", "ab", "\\d", "\\.", ".", "[ab]", "[^a]", "\\s", "\\b", "1" };
	static const char *const quantifiers[] = { "", "", "", "", "?", "*", "+", "{2}", "{0,1}", "*?", "+?", "?+" };
	static const char *const opens[] = { "(", "(?:", "(?=", "(?!", "(?<!", "(?>", "(" };
	size_t n = 0;
	char inner[200];

	out[0] = '\0';
	for (unsigned parts = 1 + dice(4); parts > 0 && n + 120 < cap; parts--) {
		if (depth > 0 && dice(3) == 0) {
			const char *open = opens[dice(7)];
			bool fixed = strcmp(open, "(?<!") == 0;

			make_expression(inner, sizeof(inner) / 2, fixed ? 0 : depth - 1);
			n += (size_t)snprintf(out + n, cap - n, "%s%s%s%s)%s", open, fixed ? "ab" : inner, dice(3) == 0 ? "|" : "", fixed ? "" : "c",
			    open[1] == '?' && open[2] != ':' && open[2] != '>' ? "" : quantifiers[dice(12)]);
		} else {
			const char *atom = atoms[dice(12)];

			n += (size_t)snprintf(out + n, cap - n, "%s%s", atom, strcmp(atom, "\\b") == 0 ? "" : quantifiers[dice(12)]);
		}
	}
}

static void
check(const char *expression, struct regex *re, struct regex_scratch *scratch)
{
	struct literal_runs l = scan(span_str(expression));
	char text[24];

	for (int round = 0; round < 40; round++) {
		size_t n = 1 + dice(sizeof(text) - 1);
		struct regex_subject subject = { span_of(text, n), 0, SIZE_MAX, false };
		struct span whole;

		for (size_t i = 0; i < n; i++)
			text[i] = "aaabbbc1. "[dice(10)];
		if (regex_match(re, scratch, &subject, &whole, 1) != REGEX_MATCH)
			continue;
		for (size_t k = 0; k < l.nruns; k++)
			cr_assert(memmem(text, n, l.runs[k].p, l.runs[k].n), "%s matches \"%.*s\" without \"%.*s\"", expression, (int)n, text,
			    (int)l.runs[k].n, l.runs[k].p);
		if (l.leading)
			cr_assert(span_starts(whole, l.runs[0]), "%s matches \"%.*s\"", expression, (int)whole.n, whole.p);
	}
}

Test(profile_literal, what_matches_has_them)
{
	struct regex_scratch *scratch = regex_scratch_new(65536);
	struct regex_error error;
	char expression[400];

	for (int i = 0; i < 6000; i++) {
		struct regex *re;

		make_expression(expression, sizeof(expression), 2);
		re = regex_compile(span_str(expression), 0, &error);
		if (!re)
			continue;       /* "a?+" and the like in odd places */
		check(expression, re, scratch);
		regex_free(&re);
	}
	regex_scratch_free(&scratch);
}
