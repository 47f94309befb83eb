/*
 * Real lines: what the header says, against what the sources of the shared corpus state.  The corpus is beside the tree or where
 * NETNORM_SHARED says; where it is not, the tests are skipped by name.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <unistd.h>

#include "tests/parsers/corpus_expect.h"

#define MAX_FILES 128

struct rate {
	unsigned good, all;
};

struct tally {
	struct rate keys[CORPUS_KEYS];
	unsigned rows, read;    /* lines of the file; those that were one row each with a message in it */
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
check_row(const json_t *row, const struct exceptions *e, struct tally *tally)
{
	const json_t *expected = json_object_get(row, "expected"), *raw = json_object_get(row, "raw");
	const char *id = json_string_value(json_object_get(row, "id"));
	struct header h;

	if (!json_is_string(raw) || !json_is_object(expected) || !id)
		return;
	tally->read++;
	header_parse(span_of(json_string_value(raw), json_string_length(raw)), &h);
	check_spans(span_of(json_string_value(raw), json_string_length(raw)), &h, id);
	for (int key = 0; key < CORPUS_KEYS; key++) {
		const json_t *want = json_object_get(expected, corpus_keys[key]);
		bool same;

		if (!want || json_is_null(want))
			continue;
		same = corpus_same((enum corpus_key)key, &h, want, json_is_true(json_object_get(row, "year_assumed")));
		if (e && is_exception(e, id, corpus_keys[key])) {
			cr_expect_not(same, "%s %s is read as its source states: no exception any more", id, corpus_keys[key]);
			continue;
		}
		tally->keys[key].all++;
		tally->keys[key].good += same;
		if (e && !same)
			cr_log_warn("%s %s: %s", id, corpus_keys[key], json_string_value(raw));
	}
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
	printf("\n");
	return compared;
}

Test(corpus_headers, are_read_as_their_sources_state)
{
	/* So many keys at least are compared: a file that says less is not the corpus. */
	static const struct {
		const char *name;
		unsigned keys;
	} files[] = { { "corpus/cisco_ios.jsonl", 350 }, { "corpus/juniper_junos.jsonl", 250 }, { "corpus/arista_eos.jsonl", 80 } };
	struct exceptions e = read_exceptions();

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct tally tally = { .rows = 0 };
		unsigned compared;

		if (!check_file(files[i].name, &e, &tally)) {
			free(e.text);
			cr_skip_test("%s is not there", files[i].name);
		}
		compared = print_tally(files[i].name, &tally);
		cr_expect_eq(tally.read, tally.rows, "%s: %u of %u rows are read", files[i].name, tally.read, tally.rows);
		cr_expect_geq(compared, files[i].keys, "%s: %u keys are compared", files[i].name, compared);
		for (int key = 0; key < CORPUS_KEYS; key++) {
			const struct rate *r = &tally.keys[key];

			cr_expect_gt(r->all, 0, "%s: no %s is compared", files[i].name, corpus_keys[key]);
			cr_expect_geq(r->good * 100, r->all * (key == CORPUS_TIME ? 98u : 99u), "%s, %s: %u of %u", files[i].name, corpus_keys[key],
			    r->good, r->all);
		}
	}
	free(e.text);
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

/* Every row is read and gives spans inside its line.  How far the grammar carries is shown, without a bound. */
Test(corpus_headers, of_all_other_files_are_read_without_a_fault)
{
	char path[4096], *names[MAX_FILES];
	size_t n = 0;
	struct dirent *d;
	DIR *dir = opendir(shared("corpus", path, sizeof(path)));

	if (!dir)
		cr_skip_test("the corpus is not there");
	while ((d = readdir(dir)) && n < MAX_FILES)
		if (strstr(d->d_name, ".jsonl"))
			names[n++] = strdup(d->d_name);
	closedir(dir);
	qsort(names, n, sizeof(names[0]), by_name);
	cr_expect_geq(n, 40, "%zu files", n);
	for (size_t i = 0; i < n; i++) {
		struct tally tally = { .rows = 0 };
		char name[512];

		snprintf(name, sizeof(name), "corpus/%s", names[i]);
		cr_expect(check_file(name, NULL, &tally), "%s", name);
		cr_expect_gt(tally.rows, 0, "%s is empty", name);
		if (!has_no_lines(names[i]))
			cr_expect_eq(tally.read, tally.rows, "%s: %u of %u rows are read", name, tally.read, tally.rows);
		print_tally(names[i], &tally);
		free(names[i]);
	}
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
