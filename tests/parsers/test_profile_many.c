/*
 * A made-up profile of many messages under one tag, as vendors have it: each line is tried against few patterns, whichever message it is, and
 * the quick way agrees with the plain way, with any white space for a blank.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "parsers/profile/profile.h"

#define MANY 300
#define VERY_MANY 20000         /* with a search through all for each, they took half a minute */
#define LOAD_MS 15000           /* of processor time, under a sanitizer; without: half a second */
#define TRIED_AT_MOST 3         /* patterns of one line */
#define HOSTILE_BYTES 60000
#define HOSTILE_MS 50           /* under a sanitizer, on a busy machine; `make bench` has the figure */

/* What tells one from another: a number between blanks, at the end, inside a word, a single digit among many with more. */
static const struct {
	const char *before, *after;
} wordings[] = { { "Interface {x} of group ", " changed" }, { "port {x} failed with code ", "" }, { "event-", "-raised on {x}" }, { "{x}: caf\u00e9 ", " is open" } };

static struct profile_scratch *scratch;
static struct profile_match quick, plain;
static char dir[64], os_dir[80];

static void
write_file(const char *name, void (*what)(FILE *))
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", os_dir, name);
	f = fopen(path, "w");
	cr_assert(f, "%s", path);
	what(f);
	fclose(f);
}

static void
put_init(FILE *f)
{
	fputs("rank: 1\nsignatures:\n  - {triplet: true}\ndetails:\n  tag: tag\ntext: body\n", f);
}

static void
put_messages(FILE *f)
{
	fputs("messages:\n", f);
	for (unsigned i = 0; i < MANY; i++) {
		fprintf(f, "  - {error: E%u, tag: MANY-5-ONE, model: NO_MODEL, mapping: {variables: {x: x}, static: {}}, object: '{x}', condition: other,\n"
		    "     values: {x: '([^\\s,:]+)'}, line: '%s%u%s'}\n", i, wordings[i % 4].before, i, wordings[i % 4].after);
	}
}

static void
put_very_many(FILE *f)
{
	fputs("messages:\n", f);
	for (unsigned i = 0; i < VERY_MANY; i++)
		fprintf(f, "  - {error: E, tag: MANY-5-ONE, model: NO_MODEL, values: {x: (x)}, line: 'word%u is {x}'}\n", i);
}

/* `times` over itself. */
static struct profile_set *
load_of(void (*messages)(FILE *), size_t times)
{
	const char *dirs[] = { dir, dir };
	struct diag *d = diag_new();
	struct profile_set *set;

	strcpy(dir, "/tmp/netnorm-many-XXXXXX");
	cr_assert(mkdtemp(dir));
	snprintf(os_dir, sizeof(os_dir), "%s/many", dir);
	cr_assert_eq(mkdir(os_dir, 0700), 0);
	write_file("init.yaml", put_init);
	write_file("messages.yaml", messages);
	set = profile_load(dirs, times, d);
	diag_print(d, stderr, false);
	diag_free(&d);
	scratch = profile_scratch_new();
	cr_assert(set && scratch);
	return set;
}

static struct profile_set *
load(void)
{
	return load_of(put_messages, 1);
}

static void
unload(struct profile_set *set)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/init.yaml", os_dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/messages.yaml", os_dir);
	unlink(path);
	rmdir(os_dir);
	rmdir(dir);
	profile_scratch_free(&scratch);
	profile_free(&set);
}

static void
both(const struct profile_set *set, struct span line)
{
	const struct profile_os *os = profile_os_at(set, 0);
	enum utf8_class class = utf8_classify(line);
	struct header h;

	header_parse(line, &h);
	profile_match(set, scratch, &h, class, &os, 1, &quick);
	profile_match_reference(set, scratch, &h, class, &os, 1, &plain);
	cr_expect(quick.message == plain.message && quick.os == plain.os && quick.reason == plain.reason, "%.*s", (int)line.n, line.p);
}

/* The line of message `i`, with `blank` for each blank behind the tag. */
static struct span
line_of(unsigned i, const char *blank)
{
	static char line[512];
	char text[128];
	size_t n = (size_t)snprintf(line, sizeof(line), "<189>1: r1: %%MANY-5-ONE: ");
	const char *x;

	snprintf(text, sizeof(text), "%s%u%s", wordings[i % 4].before, i, wordings[i % 4].after);
	x = strstr(text, "{x}");
	for (const char *p = text; *p; p = p == x ? p + 3 : p + 1) {
		const char *put = p == x ? "Gi0/1" : *p == ' ' ? blank : NULL;

		n += (size_t)snprintf(line + n, sizeof(line) - n, "%.*s", put ? (int)strlen(put) : 1, put ? put : p);
	}
	return span_of(line, n);
}

Test(profile_many, a_line_is_tried_against_few_patterns)
{
	struct profile_set *set = load();

	for (unsigned i = 0; i < MANY; i++) {
		both(set, line_of(i, " "));
		cr_expect(quick.message, "no message for line %u", i);
		cr_expect(quick.tried <= TRIED_AT_MOST, "line %u: %u patterns ran", i, quick.tried);
	}
	both(set, SPAN_LIT("<189>1: r1: %MANY-5-ONE: Interface Gi0/1 of no group changed"));
	cr_expect(!quick.message && quick.tried <= TRIED_AT_MOST, "%u patterns ran", quick.tried);
	both(set, SPAN_LIT("<189>1: r1: %MANY-5-ONE: x"));
	both(set, SPAN_LIT("<189>1: r1: %MANY-5-ONE: "));
	unload(set);
}

Test(profile_many, any_white_space_may_stand_for_a_blank)
{
	static const char *const blanks[] = { "\t", "  ", " \t ", "\v", "\f", "\u00a0", "\u2003", "\u3000", " \u1680" };
	struct profile_set *set = load();

	for (size_t b = 0; b < sizeof(blanks) / sizeof(blanks[0]); b++)
		for (unsigned i = 0; i < MANY; i++)
			both(set, line_of(i, blanks[b]));
	both(set, line_of(4, "\t"));
	cr_expect(quick.message);
	both(set, line_of(7, "\u2003"));
	cr_expect(quick.message, "the UTF twin knows this blank");
	unload(set);
}

Test(profile_many, the_price_of_loading_does_not_grow_with_the_square, .timeout = 300)
{
	clock_t begun = clock();
	struct profile_set *set = load_of(put_very_many, 2);

	cr_expect_lt((clock() - begun) / (CLOCKS_PER_SEC / 1000), LOAD_MS);
	cr_expect_eq(profile_message_count(set), VERY_MANY, "each replaced the one that is the same");
	both(set, SPAN_LIT("<189>1: r1: %MANY-5-ONE: word19999 is x"));
	cr_expect(quick.message);
	unload(set);
}

Test(profile_many, a_long_line_of_beginnings_ends_soon)
{
	static const char *const pieces[] = { "Interface ", "port ", "event-", " 7 ", "code 12 ", "group 250 changed ", "a", " ", "\xff" };
	static char line[HOSTILE_BYTES];
	struct profile_set *set = load();

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		size_t n = (size_t)snprintf(line, sizeof(line), "<189>1: r1: %%MANY-5-ONE: "), len = strlen(pieces[i]);
		const struct profile_os *os = profile_os_at(set, 0);
		int64_t begun, best = INT64_MAX;
		struct header h;

		for (; n + len <= sizeof(line); n += len)
			memcpy(line + n, pieces[i], len);
		both(set, span_of(line, n));
		for (int k = 0; k < 3; k++) {
			begun = clock_monotonic_ns();
			header_parse(span_of(line, n), &h);
			profile_match(set, scratch, &h, utf8_classify(span_of(line, n)), &os, 1, &quick);
			if (clock_monotonic_ns() - begun < best)
				best = clock_monotonic_ns() - begun;
		}
		cr_expect(best < (int64_t)HOSTILE_MS * 1000000, "\"%s\" over and over: %lld us", pieces[i], (long long)best / 1000);
	}
	unload(set);
}
