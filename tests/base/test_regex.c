/* regex: what matches, where it may start, what it costs at most. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/find.h"
#include "base/regex.h"

static struct regex_scratch *scratch;

static void
start(void)
{
	scratch = regex_scratch_new(256 << 10);
	cr_assert_not_null(scratch);
}

static void
stop(void)
{
	regex_scratch_free(&scratch);
	regex_scratch_free(&scratch);
}

TestSuite(regex, .init = start, .fini = stop);

static struct regex *
compile(const char *pattern, unsigned flags)
{
	struct regex_error error;
	struct regex *re = regex_compile(span_str(pattern), flags, &error);

	cr_assert_not_null(re, "%s: %s", pattern, error.message);
	return re;
}

/* "whole|group|group", "-" for a group that took no part; "NO", "LIMIT". */
static void
run(struct regex *re, const struct regex_subject *subject, char *out, size_t cap)
{
	struct span groups[REGEX_MAX_GROUPS + 1];
	enum regex_outcome outcome;
	size_t n = 0;

	outcome = regex_match(re, scratch, subject, groups, REGEX_MAX_GROUPS + 1);

	if (outcome != REGEX_MATCH) {
		snprintf(out, cap, "%s", outcome == REGEX_LIMIT ? "LIMIT" : "NO");
		return;
	}
	for (size_t i = 0; i <= regex_groups(re); i++)
		n += (size_t)snprintf(out + n, cap - n, "%s%.*s", i ? "|" : "", groups[i].p ? (int)groups[i].n : 1, groups[i].p ? groups[i].p : "-");
}

static const struct {
	const char *pattern, *text, *want;
	unsigned flags;
	size_t start, limit;
	bool utf;
} rows[] = {
	{ "(\\S+) is (up|down)", "eth0 is down now", "eth0 is down|eth0|down", 0, 0, SIZE_MAX, false },
	{ "(a)|(b)", "b", "b|-|b", 0, 0, SIZE_MAX, false },
	{ "(a)(b)?", "a", "a|a|-", 0, 0, SIZE_MAX, false },
	{ "(x?)", "y", "|", 0, 0, SIZE_MAX, false },
	{ "b", "aab", "b", 0, 0, 2, false },
	{ "b", "aab", "NO", 0, 0, 1, false },
	{ "b", "bab", "b", 0, 1, SIZE_MAX, false },
	{ "b", "ba", "NO", 0, 1, SIZE_MAX, false },
	{ "b", "ba", "NO", 0, 9, SIZE_MAX, false },
	{ "b", "aab", "NO", 0, 2, 1, false },
	{ "(?<=a)b", "ab", "b", 0, 1, SIZE_MAX, false },
	{ "b", "ab", "NO", REGEX_ANCHORED, 0, SIZE_MAX, false },
	{ "b", "ab", "b", REGEX_ANCHORED, 1, SIZE_MAX, false },
	{ "DOWN", "down", "down", REGEX_CASELESS, 0, SIZE_MAX, false },
	{ "a.c", "a\nc", "NO", 0, 0, SIZE_MAX, false },
	{ "a.c", "a\rc", "a\rc", 0, 0, SIZE_MAX, false },
	{ "(.*)", "a\rb\nc", "a\rb|a\rb", 0, 0, SIZE_MAX, false },
	{ "a$", "a\n", "a", 0, 0, SIZE_MAX, false },
	{ "(\\w+)", "\xc3\xa9t\xc3\xa9", "t|t", 0, 0, SIZE_MAX, false },
	{ "(\\w+)", "\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9|\xc3\xa9t\xc3\xa9", 0, 0, SIZE_MAX, true },
	{ "a.b", "a\xc3\xa9" "b", "NO", 0, 0, SIZE_MAX, false },
	{ "a.b", "a\xc3\xa9" "b", "a\xc3\xa9" "b", 0, 0, SIZE_MAX, true },
	{ "a.b", "a\xe9" "b", "a\xe9" "b", 0, 0, SIZE_MAX, false },
	{ "a.+b", "\xa9 a\xc3\xa9" "b", "a\xc3\xa9" "b", 0, 0, SIZE_MAX, true },   /* begins inside a sequence: bytes */
	{ "a(.)", "a\xc3", "a\xc3|\xc3", 0, 0, SIZE_MAX, true },                     /* ends inside one */
	{ "(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "LIMIT", 0, 0, SIZE_MAX, false },
	{ "(?:(a+)+)+c", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "NO", 0, 0, SIZE_MAX, false },  /* no c: refused at once */
	{ "", "", "", 0, 0, SIZE_MAX, false },
};

/* A line whose share for the quick way is used up, nearly all of the other is left. */
static void
use_up_the_quick_way(void)
{
	static char text[300];
	struct regex *re = compile("[ab]c", 0);
	struct span group;

	memset(text, 'x', sizeof(text));
	regex_line_begin(scratch);
	for (int i = 0; i < 60; i++)
		cr_assert_eq(regex_match(re, scratch, &(struct regex_subject){ span_of(text, sizeof(text)), 0, SIZE_MAX, false }, &group, 1), REGEX_NO_MATCH);
	regex_free(&re);
}

Test(regex, groups_bounds_and_modes)
{
	char got[400];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct regex *re = compile(rows[i].pattern, rows[i].flags);
		struct regex_subject subject = { span_str(rows[i].text), rows[i].start, rows[i].limit, rows[i].utf };

		for (int twice = 0; twice < 3; twice++) {
			if (twice == 2)
				use_up_the_quick_way();
			else
				regex_line_begin(scratch);
			run(re, &subject, got, sizeof(got));
			cr_expect_str_eq(got, rows[i].want, "row %zu, %s on \"%s\": got %s, want %s", i, rows[i].pattern, rows[i].text, got, rows[i].want);
		}
		regex_free(&re);
		cr_expect_null(re);
	}
}

Test(regex, fewer_groups_than_there_are_may_be_asked_for)
{
	struct regex *re = compile("(a)(b)(c)", 0);
	struct regex_subject subject = { SPAN_LIT("abc"), 0, SIZE_MAX, false };
	struct span groups[3] = { SPAN_LIT(""), SPAN_LIT(""), SPAN_LIT("untouched") };

	cr_expect_eq(regex_match(re, scratch, &subject, groups, 2), REGEX_MATCH);
	cr_expect(span_eq(groups[1], SPAN_LIT("a")) && span_eq(groups[2], SPAN_LIT("untouched")));
	regex_free(&re);
}

Test(regex, the_text_need_not_end_with_anything)
{
	struct regex *re = compile("(\\d+)$", 0);
	char *exact = malloc(3);
	struct span groups[2];

	memcpy(exact, "a12", 3);
	cr_expect_eq(regex_match(re, scratch, &(struct regex_subject){ span_of(exact, 3), 0, SIZE_MAX, false }, groups, 2), REGEX_MATCH);
	cr_expect(span_eq(groups[1], SPAN_LIT("12")));
	free(exact);
	regex_free(&re);
}

Test(regex, a_bad_pattern_says_where)
{
	static const struct {
		const char *pattern;
		size_t offset;
		const char *message;
	} bad[] = {
		{ "a(b", 3, "parenthesis" },
		{ "ab)", 2, "parenthesis" },
		{ "a[", 2, "terminating ]" },
		{ "?a", 1, "quantifier" },
		{ "a\\C", 3, "\\C" },
		{ "(*UTF)a", 6, "UTF" },
		{ "\\", 1, "end of pattern" },
		{ "a(*ACCEPT)", 1, "verbs" },
		{ "[[:digit:](*ACCEPT]\\(*F(b(*:x))", 25, "verbs" },
		{ "[]](*COMMIT)a", 3, "verbs" },
		{ "(*LIMIT_MATCH=5)a", 0, "verbs" },
		{ "a(?C255)b", 1, "callouts" },
		{ "[](?C](?C\"x\")b", 6, "callouts" },
		{ "(?:a\\Kb)", 4, "\\K" },
		{ "\\Q\\K\\E\\K", 6, "\\K" },
	};
	struct regex_error error;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_expect_null(regex_compile(span_str(bad[i].pattern), 0, &error));
		cr_expect_not_null(strstr(error.message, bad[i].message), "%s: %s", bad[i].pattern, error.message);
		cr_expect(error.offset + 1 >= bad[i].offset && error.offset <= bad[i].offset, "%s: offset %zu", bad[i].pattern, error.offset);
	}
}

Test(regex, what_looks_like_a_verb_is_none)
{
	static const char *const good[] = { "\\(*A", "[(*A]", "[^](*A]", "\\Q(*A\\E", "\\Q(*A", "[[:alpha:](*A]", "\\\\(?:a)*A", "(a)*A",
		"(*sr:a)", "(*pla:a)b", "(*atomic:a)", "\\\\K", "\\Q\\K", "[(?C]", "\\(?C", "a(?=b)C" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct regex *re = compile(good[i], 0);

		regex_free(&re);
	}
}

/* ---- what it costs at most ---- */

#define MOST_MS 60      /* of processor time for a pattern: a few, and a busy machine of any kind */

static const struct {
	const char *pattern, *filling, *end;
} hostile[] = {
	{ "(a*)\\1\\1q", "a", "!q" },
	{ "(a*)(?=\\1)(?=\\1)(?=\\1)(?=\\1)c", "a", "!c" },
	{ "((?:(?!.*zz)a)+)z", "a", "!z" },
	{ "((?:(?=.*q)a|a)+)z", "a", "!zq" },
	{ "((?:(?=[^!]*x)|a)+)z", "a", "!xz" },
	{ "((?:a|b)*[ab]*+)c", "a", "!c" },
	{ "([a-z ]+[a-z ]+[a-z ]+[a-z ]+)Q", "ab ", "!Q" },
	{ "((?:a+)+)c", "a", "!c" },
	{ "([^!]+)\\s+fails", "a ", "! fails" },
	{ "(?<a>(?&b)(?&b)(?&b)(?&b)(?&b)(?&b))(?<b>(?&c)(?&c)(?&c)(?&c)(?&c)(?&c))(?<c>(?&d)(?&d)(?&d)(?&d)(?&d)(?&d))(?<d>a?b?c?d?e?)Q", "abc ", "!Q" },
	{ "((?:\\w|\xc3\xa9)+\\w+)z", "\xc3\xa9", "!z" },
};

static double
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The filling over and over, then the end; gives the length. */
static size_t
fill(char *text, size_t n, const char *filling, const char *end)
{
	size_t k = 0;

	while (k < n)
		for (const char *p = filling; *p; p++)
			text[k++] = *p;
	memcpy(text + k, end, strlen(end));
	return k + strlen(end);
}

Test(regex, no_pattern_costs_more_than_its_budget, .timeout = 300)
{
	static const size_t lengths[] = { 40, 100, 300, 1000, 8000 };
	static char text[8100];
	struct span groups[REGEX_MAX_GROUPS + 1];

	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct regex *re = compile(hostile[i].pattern, 0);
		bool utf = hostile[i].filling[0] & 0x80;

		for (size_t k = 0; k < 2 * sizeof(lengths) / sizeof(lengths[0]); k++) {
			size_t n = fill(text, lengths[k / 2], hostile[i].filling, hostile[i].end);
			struct regex_subject subject = { span_of(text, n), 0, k & 1 ? SIZE_MAX : 127, utf };
			double least = 1e9, from;

			for (int round = 0; round < 3; round++) {       /* the first one compiles, too */
				regex_line_begin(scratch);
				from = cpu_ms();
				regex_match(re, scratch, &subject, groups, REGEX_MAX_GROUPS + 1);
				from = cpu_ms() - from;
				least = from < least ? from : least;
			}
			cr_expect_lt(least, MOST_MS, "%s on %zu bytes: %.1f ms", hostile[i].pattern, n, least);
		}
		regex_free(&re);
	}
}

Test(regex, a_line_has_one_budget_for_all_its_patterns, .timeout = 300)
{
	static char text[8100];
	struct span groups[REGEX_MAX_GROUPS + 1];
	size_t n = fill(text, 8000, "a", "!c"), limits = 0;
	struct regex *re = compile("((?:a+)+)c", 0);
	double from;

	regex_line_begin(scratch);
	from = cpu_ms();
	for (int i = 0; i < 1000; i++)
		limits += regex_match(re, scratch, &(struct regex_subject){ span_of(text, n), 0, SIZE_MAX, false }, groups, 2) == REGEX_LIMIT;
	cr_expect_eq(limits, 1000);
	cr_expect_lt(cpu_ms() - from, 2 * MOST_MS);
	regex_line_begin(scratch);
	cr_expect_eq(regex_match(re, scratch, &(struct regex_subject){ SPAN_LIT("aac"), 0, SIZE_MAX, false }, groups, 2), REGEX_MATCH);
	regex_free(&re);
}

/* A line that needs the counted way and ends in time. */
static enum regex_outcome
match_long(struct regex *re, char *text)
{
	struct span groups[REGEX_MAX_GROUPS + 1];
	size_t n = fill(text, 8000, "bbba", "aac");

	regex_line_begin(scratch);
	return regex_match(re, scratch, &(struct regex_subject){ span_of(text, n), 0, SIZE_MAX, false }, groups, 2);
}

Test(regex, who_hits_the_limit_over_and_over_is_shut_for_a_time, .timeout = 300)
{
	static char text[8100];
	struct span groups[REGEX_MAX_GROUPS + 1];
	struct regex *re = compile("((?:a+)+)c", 0);
	int shut = 0;

	regex_scratch_wary(scratch);
	cr_expect_eq(match_long(re, text), REGEX_MATCH);
	for (int i = 0; i < 40; i++) {
		size_t n = fill(text, 8000, "a", "!c");

		regex_line_begin(scratch);
		cr_expect_eq(regex_match(re, scratch, &(struct regex_subject){ span_of(text, n), 0, SIZE_MAX, false }, groups, 2), REGEX_LIMIT);
	}
	regex_line_begin(scratch);
	cr_expect_eq(regex_match(re, scratch, &(struct regex_subject){ SPAN_LIT("aac"), 0, SIZE_MAX, false }, groups, 2), REGEX_MATCH, "the quick way");
	while (shut < 1000 && match_long(re, text) == REGEX_LIMIT)
		shut++;
	cr_expect(shut > 0 && shut < 70, "%d lines", shut);
	for (int i = 0; i < 100; i++)
		cr_expect_eq(match_long(re, text), REGEX_MATCH, "open again");
	regex_free(&re);
}

Test(regex, there_is_a_most_of_groups)
{
	char pattern[4 * (REGEX_MAX_GROUPS + 1) + 1] = "";
	struct regex_error error;
	struct regex *re;

	for (int i = 0; i < REGEX_MAX_GROUPS; i++)
		strcat(pattern, "(a)");
	re = compile(pattern, 0);
	cr_expect_eq(regex_groups(re), REGEX_MAX_GROUPS);
	regex_free(&re);
	strcat(pattern, "(a)");
	cr_expect_null(regex_compile(span_str(pattern), 0, &error));
	cr_expect_not_null(strstr(error.message, "65 groups"));
}

Test(regex, what_may_start_a_match_is_never_denied)
{
	static const char *const patterns[] = { "(abc|xy)", "a?b", "[^q]+x", "(?i)a", "\\w\\d", "^a", "", "(?=z)\\w", "\\s+a" };
	struct span group;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct regex *re = compile(patterns[i], REGEX_ANCHORED);

		for (int c = 0; c < 256; c++)
			for (int tail = 0; tail < 256; tail++) {
				char text[3] = { (char)c, (char)tail, 'x' };
				struct regex_subject subject = { span_of(text, 3), 0, SIZE_MAX, false };

				if (regex_match(re, scratch, &subject, &group, 1) == REGEX_MATCH)
					cr_assert(regex_may_start(re, (char)c), "%s: %d", patterns[i], c);
			}
		regex_free(&re);
	}
	{
		struct regex *re = compile("abc", 0);

		cr_expect_not(regex_may_start(re, 'b'));
		regex_free(&re);
	}
}

Test(find, a_literal_is_found_where_memmem_finds_it)
{
	static const char alphabet[] = "ab:%";
	char text[40], literal[6];
	unsigned seed = 1;

	for (int round = 0; round < 200000; round++) {
		size_t n = (seed = seed * 1103515245u + 12345u) >> 16 & 31, m = seed >> 24 & 3;
		struct find f;

		for (size_t i = 0; i < n; i++)
			text[i] = alphabet[(seed = seed * 1103515245u + 12345u) >> 20 & 3];
		for (size_t i = 0; i < m; i++)
			literal[i] = alphabet[(seed = seed * 1103515245u + 12345u) >> 20 & 3];
		f = find_make(span_of(literal, m));
		cr_assert_eq(find_in(span_of(text, n), &f), memmem(text, n, literal, m));
	}
}
