/*
 * The quick way, identification in one go, and the plain way agree: on all rows of the shared corpus, and on samples of the shipped profiles
 * with some bytes changed, the same ones in each run.  Of lines that hit the match limit there are few, and those are apart: the plain way has
 * a budget for each pattern, the quick one for each line.  Where both gave up the same one pattern, they agree all the same.
 *
 * The corpus is beside the tree or where NETNORM_SHARED says; where it is not, its test is skipped by name.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "parsers/profile/profile.h"

#define MUTATIONS 100000
#define LINE_BYTES 16384
#define MAX_CHANGES 4           /* of one line */
#define TOLD 10                 /* disagreements that are told in full */
#define MOST_LIMITED 30         /* of the changed samples: there are 6 */
#define FEWEST_EVENTS 600       /* of the corpus: there were 621 */

static struct profile_set *set;
static struct profile_scratch *scratch;
static struct tally {
	size_t lines, events, limited, failed;
} tally;

static void
start(void)
{
	const char *dir = getenv("NETNORM_PROFILES"), *dirs[] = { dir && *dir ? dir : "profiles" };
	struct diag *d = diag_new();

	set = profile_load(dirs, 1, d);
	diag_print(d, stderr, false);
	diag_free(&d);
	scratch = profile_scratch_new();
	cr_assert(set && scratch, "%s does not load", dirs[0]);
	tally = (struct tally){ .lines = 0 };
}

static void
stop(void)
{
	profile_scratch_free(&scratch);
	profile_free(&set);
}

TestSuite(profile_agree, .init = start, .fini = stop, .timeout = 600);

/* ---- the three ways ---- */

static bool
same_span(struct span a, struct span b)
{
	return a.p == b.p && a.n == b.n;
}

static bool
same_groups(const struct span *a, const struct span *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!same_span(a[i], b[i]))
			return false;
	return true;
}

/* What is not the same, NULL if all is. Both were zero before, so that groups which nobody set are equal. */
static const char *
difference(const struct profile_match *a, const struct profile_match *b)
{
	if (a->os != b->os)
		return "os";
	if (a->message != b->message)
		return "message";
	if (a->reason != b->reason)
		return "reason";
	if (a->form != b->form || !same_span(a->tag, b->tag) || !same_span(a->text, b->text))
		return "cut";
	if (a->message && !same_groups(a->groups, b->groups, REGEX_MAX_GROUPS))
		return "groups";
	if (a->form && !same_groups(a->form_groups, b->form_groups, sizeof(a->form_groups) / sizeof(a->form_groups[0])))
		return "groups of the form";
	return NULL;
}

static void
expect_same(struct span line, const char *what, const struct profile_match *got, const struct profile_match *plain)
{
	const char *other = difference(got, plain);

	if (!other)
		return;
	if (tally.failed++ < TOLD)
		cr_expect_fail("%s: another %s: %.*s", what, other, (int)line.n, line.p);
}

static void
agree(struct span line)
{
	static struct profile_match quick, in_one, plain;
	const struct profile_os *candidates[PROFILE_MAX_OS];
	enum utf8_class class = utf8_classify(line);
	struct header h;
	size_t n;

	memset(&quick, 0, sizeof(quick));
	memset(&in_one, 0, sizeof(in_one));
	memset(&plain, 0, sizeof(plain));
	header_parse(line, &h);
	n = profile_identify(set, &h, line, candidates);
	profile_match(set, scratch, &h, class, candidates, n, &quick);
	profile_recognise(set, scratch, &h, line, class, &in_one);
	profile_match_reference(set, scratch, &h, class, candidates, n, &plain);
	tally.lines++;
	tally.events += quick.message != NULL;
	if (quick.limits_hit || plain.limits_hit) {
		tally.limited++;
		expect_same(line, "in one go, at the limit", &in_one, &quick);
		if (quick.limits_hit == 1 && plain.limits_hit == 1 && quick.slow.regex == plain.slow.regex)
			expect_same(line, "the quick way, at the limit", &quick, &plain);
		return;
	}
	expect_same(line, "the quick way", &quick, &plain);
	expect_same(line, "in one go", &in_one, &plain);
}

static void
tell(const char *what)
{
	fprintf(stderr, "%s: %zu lines, %zu events, %zu at the match limit, %zu disagreements\n", what, tally.lines, tally.events, tally.limited,
	    tally.failed);
	cr_expect(tally.failed == 0, "%s: %zu disagreements", what, tally.failed);
}

/* ---- the corpus ---- */

static void
agree_on_file(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t n;
	FILE *f = fopen(path, "r");

	cr_assert(f, "%s", path);
	while ((n = getline(&text, &size, f)) > 0) {
		json_t *row = json_loadb(text, (size_t)n, JSON_ALLOW_NUL, NULL);
		const json_t *raw = json_object_get(row, "raw");

		if (raw)
			agree(span_of(json_string_value(raw), json_string_length(raw)));
		json_decref(row);
	}
	free(text);
	fclose(f);
}

Test(profile_agree, on_all_of_the_corpus)
{
	const char *shared = getenv("NETNORM_SHARED");
	char dir[3000], path[4096];
	struct dirent *entry;
	size_t files = 0;
	DIR *d;

	snprintf(dir, sizeof(dir), "%s/corpus", shared && *shared ? shared : "../shared");
	if (!(d = opendir(dir)))
		cr_skip_test("the corpus is not there");
	while ((entry = readdir(d))) {
		if (!strstr(entry->d_name, ".jsonl"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		agree_on_file(path);
		files++;
	}
	closedir(d);
	cr_expect(files >= 40 && tally.lines > 2500, "%zu files, %zu lines", files, tally.lines);
	cr_expect(tally.events >= FEWEST_EVENTS, "%zu events", tally.events);
	cr_expect_eq(tally.limited, 0, "%zu lines of devices at the match limit", tally.limited);
	tell("corpus");
}

/* ---- mutations ---- */

/* xorshift64*: the same numbers in each run. */
static uint64_t
roll(uint64_t *state, uint64_t below)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (*state * UINT64_C(0x2545f4914f6cdd1d) >> 33) % below;
}

/* Bytes that grammars turn on come more often than others. */
static char
some_byte(uint64_t *state)
{
	static const char telling[] = " :%<>[](),;=-/\"'\t\n.0123456789adeimnorstuADEIMNORSTU";

	return roll(state, 8) ? telling[roll(state, sizeof(telling) - 1)] : (char)roll(state, 256);
}

/* Put `from` in the place of the `cut` bytes at `at`, as far as there is room; gives the new length. */
static size_t
splice(char *line, size_t n, size_t at, size_t cut, struct span from)
{
	if (n - cut + from.n > LINE_BYTES)
		return n;
	memmove(line + at + from.n, line + at + cut, n - at - cut);
	if (from.n)
		memcpy(line + at, from.p, from.n);
	return n - cut + from.n;
}

static size_t
change(char *line, size_t n, uint64_t *state)
{
	static char copy[LINE_BYTES];
	struct span other = profile_sample_at(set, roll(state, profile_sample_count(set))).line;
	size_t at = roll(state, n + 1), len = roll(state, n - at + 1), from, i;
	char c = some_byte(state);

	switch (roll(state, 6)) {
	case 0:                                 /* another byte */
		return splice(line, n, at, at < n, span_of(&c, 1));
	case 1:                                 /* one more */
		return splice(line, n, at, 0, span_of(&c, 1));
	case 2:                                 /* some are gone */
		return splice(line, n, at, len < 16 ? len : len % 16, SPAN_LIT(""));
	case 3:                                 /* a piece twice */
		memcpy(copy, line + at, len);
		return splice(line, n, at, 0, span_of(copy, len));
	case 4:                                 /* a byte many times: blanks, digits, nesting */
		for (i = 0; i < 200; i++)
			copy[i] = c;
		return splice(line, n, at, 0, span_of(copy, roll(state, 200)));
	default:                                /* the end of another sample */
		from = roll(state, other.n + 1);
		return splice(line, n, at, n - at, span_skip(other, from));
	}
}

Test(profile_agree, on_samples_with_some_bytes_changed)
{
	static char line[LINE_BYTES];
	uint64_t state = 88172645463325252u;
	size_t count = profile_sample_count(set);

	cr_assert(count > 0);
	for (size_t i = 0; i < MUTATIONS; i++) {
		struct span from = profile_sample_at(set, i % count).line;
		size_t n = splice(line, 0, 0, 0, from), changes = 1 + roll(&state, MAX_CHANGES);

		for (size_t k = 0; k < changes; k++)
			n = change(line, n, &state);
		agree(span_of(line, n));
	}
	cr_expect(tally.events * 10 > tally.lines, "%zu of %zu are events: the changes leave nothing to compare", tally.events, tally.lines);
	cr_expect(tally.limited <= MOST_LIMITED, "%zu lines at the match limit: not compared", tally.limited);
	tell("changed samples");
}

/* ---- severities ---- */

Test(profile_agree, on_samples_with_another_severity_in_the_mnemonic)
{
	static char line[LINE_BYTES];
	size_t count = profile_sample_count(set);

	for (size_t i = 0; i < count; i++) {
		struct span from = profile_sample_at(set, i).line;
		size_t n = splice(line, 0, 0, 0, from);
		struct header h;
		char *at = NULL;

		header_parse(span_of(line, n), &h);
		for (size_t k = 2; k + 2 < h.tag.n && !at; k++)
			if (span_is_digit(h.tag.p[k]) && h.tag.p[k - 1] == h.tag.p[k + 1] && memchr("-/", h.tag.p[k - 1], 2))
				at = line + (h.tag.p + k - line);
		if (!at || h.tag.p < line || h.tag.p >= line + n)
			continue;
		for (*at = '0'; *at <= '7'; ++*at)
			agree(span_of(line, n));
	}
	cr_expect(tally.lines > 4000 && tally.events * 10 > tally.lines * 9, "%zu of %zu are events", tally.events, tally.lines);
	tell("other severities");
}
