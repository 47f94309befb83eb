/* repeat: the last line of each flow and host, for a minute, and never somebody else's. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/repeat.h"

static struct repeat_memory *m;

static void
open_memory(void)
{
	m = repeat_new();
	cr_assert_not_null(m);
}

static void
close_memory(void)
{
	repeat_free(&m);
	cr_assert_null(m);
	repeat_free(&m);
}

TestSuite(repeat, .init = open_memory, .fini = close_memory);

static void
expect_line(uint64_t flow, const char *host, int64_t now_ns, const char *want)
{
	struct span got = repeat_recall(m, flow, span_str(host), now_ns);

	if (want)
		cr_expect(got.p && span_eq(got, span_str(want)), "flow %d, host %s: got %.*s, want %s", (int)flow, host, (int)got.n, got.p ? got.p : "", want);
	else
		cr_expect_null(got.p, "flow %d, host %s: got %.*s, want none", (int)flow, host, (int)got.n, got.p ? got.p : "");
}

Test(repeat, keeps_the_last_line_of_each_flow_and_host_apart)
{
	static const struct {
		uint64_t flow;
		const char *host, *line;
	} lines[] = {
		{ 1, "r1", "one" }, { 1, "r2", "two" }, { 2, "r1", "three" }, { 2, NULL, "four" }, { 0, "", "five" },
		{ UINT64_MAX, "r1", "six" }, { 1, "r1 ", "seven" },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		repeat_remember(m, lines[i].flow, span_str(lines[i].host), span_str(lines[i].line), 1000);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		expect_line(lines[i].flow, lines[i].host, 1000, lines[i].line);
	expect_line(3, "r1", 1000, NULL);
	expect_line(1, "r3", 1000, NULL);
	repeat_remember(m, 1, SPAN_LIT("r1"), SPAN_LIT("newer"), 2000);
	expect_line(1, "r1", 2000, "newer");
	expect_line(1, "r2", 2000, "two");
}

Test(repeat, an_absent_host_is_the_same_as_an_empty_one_and_not_another_hosts)
{
	repeat_remember(m, 7, SPAN_NONE, SPAN_LIT("line"), 0);
	expect_line(7, NULL, 0, "line");
	expect_line(7, "", 0, "line");
	expect_line(7, "r1", 0, NULL);
}

Test(repeat, forgets_after_a_minute_and_no_sooner)
{
	static const struct {
		int64_t age_ns;
		bool there;
	} ages[] = {
		{ 0, true }, { REPEAT_AGE_NS - 1, true }, { REPEAT_AGE_NS, true }, { REPEAT_AGE_NS + 1, false },
		{ -1000, true },        /* a clock that was set back */
	};

	for (size_t i = 0; i < sizeof(ages) / sizeof(*ages); i++) {
		repeat_remember(m, 1, SPAN_LIT("r1"), SPAN_LIT("line"), 5000);
		expect_line(1, "r1", 5000 + ages[i].age_ns, ages[i].there ? "line" : NULL);
	}
}

Test(repeat, a_line_of_any_length_up_to_the_limit_comes_back_whole)
{
	static const size_t lengths[] = { 0, 1, 511, 512, 513, 2047, 2048, 2049, REPEAT_LINE_BYTES - 1, REPEAT_LINE_BYTES, 3 };
	char *line = malloc(REPEAT_LINE_BYTES + 1);

	cr_assert_not_null(line);
	for (size_t i = 0; i <= REPEAT_LINE_BYTES; i++)
		line[i] = (char)(i * 7);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		struct span got;

		repeat_remember(m, 1, SPAN_LIT("r1"), span_of(line, lengths[i]), 0);
		got = repeat_recall(m, 1, SPAN_LIT("r1"), 0);
		cr_expect(got.n == lengths[i] && (got.n == 0 || memcmp(got.p, line, got.n) == 0), "%zu bytes: %zu came back", lengths[i], got.n);
	}
	free(line);
}

Test(repeat, a_longer_line_is_not_kept_and_the_one_before_it_is_not_the_last_any_more)
{
	char *line = calloc(1, REPEAT_LINE_BYTES + 1);

	cr_assert_not_null(line);
	repeat_remember(m, 1, SPAN_LIT("r1"), SPAN_LIT("short"), 0);
	repeat_remember(m, 1, SPAN_LIT("r1"), span_of(line, REPEAT_LINE_BYTES + 1), 0);
	expect_line(1, "r1", 0, NULL);
	free(line);
}

Test(repeat, more_hosts_than_places_lose_lines_but_never_get_another_ones)
{
	char host[32];
	size_t found = 0;

	for (unsigned i = 0; i < 4 * REPEAT_SLOTS; i++) {
		snprintf(host, sizeof(host), "host-%u", i);
		repeat_remember(m, i % 5, span_str(host), span_str(host), 0);
	}
	for (unsigned i = 0; i < 4 * REPEAT_SLOTS; i++) {
		struct span got;

		snprintf(host, sizeof(host), "host-%u", i);
		got = repeat_recall(m, i % 5, span_str(host), 0);
		cr_assert(!got.p || span_eq(got, span_str(host)), "%s got the line of %.*s", host, (int)got.n, got.p ? got.p : "");
		found += got.p != NULL;
	}
	cr_expect_gt(found, REPEAT_SLOTS * 9 / 10);
	cr_expect_leq(found, REPEAT_SLOTS);
}
