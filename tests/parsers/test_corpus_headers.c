/*
 * Real lines: what the header says, against what the sources of the shared corpus state.  The corpus is beside the tree or where
 * NETNORM_SHARED says; where it is not, the tests are skipped by name.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <unistd.h>

#include "tests/parsers/corpus_rule.h"

#define MAX_FILES 128

struct rate {
	unsigned good, all;
};

struct tally {
	struct rate keys[CORPUS_KEYS];
	unsigned rows, read;    /* lines of the file; those that were one row each with a message in it */
	unsigned elsewhere;     /* facts that a source took out of the event (corpus_rule.h) */
	unsigned exceptions;    /* facts that a line of corpus_exceptions.txt takes out */
};

struct exceptions {
	char *text;     /* the file, with a newline before each line */
};

static const char *
shared(const char *name, char *path, size_t size)
{
	const char *dir = getenv("NETNORM_SHARED");

	snprintf(path, size, "%s/%s", dir && *dir ? dir : "../shared", name);
	return path;
}

static struct exceptions
read_exceptions(void)
{
	struct exceptions e = { calloc(1, 65536) };
	FILE *f = fopen("tests/parsers/corpus_exceptions.txt", "r");

	cr_assert_not_null(f, "tests/parsers/corpus_exceptions.txt");
	e.text[0] = '\n';
	e.text[1 + fread(e.text + 1, 1, 65534, f)] = '\0';
	fclose(f);
	return e;
}

static bool
is_exception(const struct exceptions *e, const char *id, const char *key)
{
	char line[256];

	snprintf(line, sizeof(line), "\n%s %s: ", id, key);
	return strstr(e->text, line) != NULL;
}

static unsigned
count_exceptions(const struct exceptions *e)
{
	unsigned n = 0;

	for (const char *p = e->text; (p = strchr(p, '\n')); p++)
		n += p[1] && p[1] != '#';
	return n;
}

/* Whatever the line is: what was found in it lies in it, and there is a text. */
static void
check_spans(struct span in, const struct header *h, const char *id)
{
	const struct span all[] = {
		h->pri, h->counter_text, h->seq_text, h->stamp.text, h->stamp.date, h->stamp.time, h->stamp.fraction, h->stamp.zone,
		h->relay.text, h->relay_host, h->host, h->host_prefix, h->node, h->process, h->pid, h->msgid, h->sd, h->tag, h->rest, h->body,
		h->body_colon,
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		cr_expect(!all[i].p || (all[i].p >= in.p && all[i].p + all[i].n <= in.p + in.n), "%s: span %zu is not in the line", id, i);
	cr_expect(h->body.p && h->body_colon.p && h->rest.p, "%s: there is no text", id);
}

static void
check_fact(const json_t *row, enum corpus_key key, const struct header *h, const struct exceptions *e, struct tally *tally)
{
	const json_t *want = json_object_get(json_object_get(row, "expected"), corpus_keys[key]);
	const char *id = json_string_value(json_object_get(row, "id"));
	bool same;

	if (!want || json_is_null(want))
		return;
	same = corpus_same(key, h, want, json_is_true(json_object_get(row, "year_assumed")));
	if (is_exception(e, id, corpus_keys[key])) {
		cr_expect_not(same, "%s %s is read as its source states: no exception any more", id, corpus_keys[key]);
		tally->exceptions++;
		return;
	}
	if (!corpus_is_header_fact(key, corpus_line(row), want)) {
		tally->elsewhere++;
		return;
	}
	tally->keys[key].all++;
	tally->keys[key].good += same;
	if (!same)
		cr_log_warn("%s %s: %s", id, corpus_keys[key], json_string_value(json_object_get(row, "raw")));
}

static void
check_row(const json_t *row, const struct exceptions *e, struct tally *tally)
{
	const json_t *expected = json_object_get(row, "expected"), *raw = json_object_get(row, "raw");
	const char *id = json_string_value(json_object_get(row, "id"));
	struct span line;
	struct header h;

	if (!json_is_string(raw) || !json_is_object(expected) || !id)
		return;
	tally->read++;
	line = span_of(json_string_value(raw), json_string_length(raw));
	header_parse(line, &h);
	check_spans(line, &h, id);
	line = corpus_line(row);
	header_parse(line, &h);
	check_spans(line, &h, id);
	for (int key = 0; key < CORPUS_KEYS; key++)
		check_fact(row, (enum corpus_key)key, &h, e, tally);
}

/* False if there is no such file. */
static bool
check_file(const char *name, const struct exceptions *e, struct tally *tally)
{
	char path[4096], *line = NULL;
	size_t size = 0;
	ssize_t n;
	FILE *f = fopen(shared(name, path, sizeof(path)), "r");

	if (!f)
		return false;
	while ((n = getline(&line, &size, f)) > 0) {
		json_t *row = json_loadb(line, (size_t)n, JSON_ALLOW_NUL, NULL);

		tally->rows++;
		if (row)
			check_row(row, e, tally);
		json_decref(row);
	}
	free(line);
	fclose(f);
	return true;
}

static unsigned
print_tally(const char *name, const struct tally *tally)
{
	unsigned compared = 0;

	printf("%-28s %4u rows", name, tally->read);
	for (int key = 0; key < CORPUS_KEYS; key++) {
		if (tally->keys[key].all)
			printf(" %s %u/%u", corpus_keys[key], tally->keys[key].good, tally->keys[key].all);
		compared += tally->keys[key].all;
	}
	if (tally->elsewhere)
		printf(" elsewhere %u", tally->elsewhere);
	if (tally->exceptions)
		printf(" exceptions %u", tally->exceptions);
	printf("\n");
	return compared;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Patterns of a daemon's source, not lines. */
static bool
has_no_lines(const char *name)
{
	return strcmp(name, "frr_formats.jsonl") == 0;
}

/* The names of all files of the corpus, in order; 0 if it is not there. */
static size_t
list_files(char **names)
{
	char path[4096];
	size_t n = 0;
	struct dirent *d;
	DIR *dir = opendir(shared("corpus", path, sizeof(path)));

	if (!dir)
		return 0;
	while ((d = readdir(dir)) && n < MAX_FILES)
		if (strstr(d->d_name, ".jsonl"))
			names[n++] = strdup(d->d_name);
	closedir(dir);
	qsort(names, n, sizeof(names[0]), by_name);
	return n;
}

/* So many facts at least are compared where there are most: a file that says less is not the corpus, and no rule may take them out. */
static unsigned
least_facts(const char *name)
{
	static const struct {
		const char *name;
		unsigned facts;
	} files[] = {
		{ "cisco_ios.jsonl", 350 }, { "juniper_junos.jsonl", 250 }, { "arista_eos.jsonl", 80 }, { "cisco_asa.jsonl", 600 },
		{ "cisco_ftd.jsonl", 200 }, { "cisco_nxos.jsonl", 280 }, { "fortinet_fortios.jsonl", 150 }, { "headers.jsonl", 450 },
		{ "malformed.jsonl", 120 }, { "paloalto_panos.jsonl", 25 }, { "sonicwall.jsonl", 50 }, { "stormshield.jsonl", 36 },
		{ "f5_bigip.jsonl", 45 }, { "pfsense.jsonl", 60 },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(name, files[i].name) == 0)
			return files[i].facts;
	return 0;
}

static void
check_bounds(const char *name, const struct tally *tally, unsigned compared)
{
	cr_expect_gt(tally->rows, 0, "%s is empty", name);
	if (!has_no_lines(name))
		cr_expect_eq(tally->read, tally->rows, "%s: %u of %u rows are read", name, tally->read, tally->rows);
	cr_expect_geq(compared, least_facts(name), "%s: %u facts are compared", name, compared);
	for (int key = 0; key < CORPUS_KEYS; key++) {
		const struct rate *r = &tally->keys[key];

		cr_expect_geq(r->good * 100, r->all * (key == CORPUS_TIME ? 98u : 99u), "%s, %s: %u of %u", name, corpus_keys[key], r->good, r->all);
	}
}

Test(corpus_headers, of_every_file_are_read_as_their_sources_state)
{
	char path[512], *names[MAX_FILES];
	struct exceptions e;
	unsigned exceptions = 0;
	size_t n = list_files(names);

	if (n == 0)
		cr_skip_test("the corpus is not there");
	e = read_exceptions();
	cr_expect_geq(n, 40, "%zu files", n);
	for (size_t i = 0; i < n; i++) {
		struct tally tally = { .rows = 0 };

		snprintf(path, sizeof(path), "corpus/%s", names[i]);
		cr_expect(check_file(path, &e, &tally), "%s", path);
		check_bounds(names[i], &tally, print_tally(names[i], &tally));
		exceptions += tally.exceptions;
		free(names[i]);
	}
	cr_expect_eq(exceptions, count_exceptions(&e), "%u exceptions of %u are of rows that there are", exceptions, count_exceptions(&e));
	free(e.text);
}

struct detail {
	const char *name;
	struct span got;
	bool optional;          /* may be absent where the tag took it */
};

static void
check_details(const json_t *details, const struct header *h, bool colon, const char *raw)
{
	const struct detail all[] = {
		{ "date", h->stamp.date, false }, { "time", h->stamp.time, false }, { "milliseconds", h->stamp.fraction, false },
		{ "timeZone", h->stamp.zone, false }, { "host", h->host, false }, { "hostPrefix", h->host_prefix, false },
		{ "processName", h->process, h->tag_is_process }, { "messageId", h->counter_text, false },
		{ "message", colon ? h->body_colon : h->body, false }, { "processId", h->pid, false }, { "tag", h->tag, false },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const json_t *want = json_object_get(details, all[i].name);

		if (!want || (all[i].optional && !all[i].got.p))
			continue;
		cr_expect(json_is_null(want) ? !all[i].got.p : corpus_same_text(all[i].got, want), "%s of %s: %.*s", all[i].name, raw,
		    (int)all[i].got.n, all[i].got.p ? all[i].got.p : "");
	}
}

/* What a profile splits anew from the text: a tag of two words, and what stands before the text behind a mnemonic. */
static bool
is_for_the_profile(const json_t *details, const struct header *h)
{
	const char *tag = json_string_value(json_object_get(details, "tag"));

	return (tag && strchr(tag, ' ')) || (h->triplet && json_object_get(details, "processId") && !h->pid.p);
}

Test(corpus_headers, have_the_spellings_that_napalm_logs_gives)
{
	char path[4096], *line = NULL;
	size_t size = 0, cases = 0;
	ssize_t n;
	FILE *f = fopen(shared("compat/cases.jsonl", path, sizeof(path)), "r");

	if (!f)
		cr_skip_test("compat/cases.jsonl is not there");
	while ((n = getline(&line, &size, f)) > 0) {
		json_t *row = json_loadb(line, (size_t)n, 0, NULL), *event = json_object_get(row, "event");
		const json_t *details = json_object_get(event, "message_details"), *raw = json_object_get(row, "raw");
		const char *os = json_string_value(json_object_get(event, "os"));
		struct header h;

		if (os && raw && (!strcmp(os, "ios") || !strcmp(os, "junos") || !strcmp(os, "eos"))) {
			header_parse(span_of(json_string_value(raw), json_string_length(raw)), &h);
			cr_expect_eq(h.facility, json_integer_value(json_object_get(details, "facility")));
			cr_expect_eq(h.severity, json_integer_value(json_object_get(details, "severity")));
			if (!is_for_the_profile(details, &h))
				check_details(details, &h, !strcmp(os, "eos"), json_string_value(raw));
			cases++;
		}
		json_decref(row);
	}
	cr_expect_gt(cases, 50);
	free(line);
	fclose(f);
}
