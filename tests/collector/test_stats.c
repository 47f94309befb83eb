/* stats: what the workers counted, as JSON and for Prometheus. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>

#include "collector/collector.h"
#include "collector/stats.h"
#include "collector/stats_part.h"

enum { WORKERS = 2 };

static struct collector c;
static struct worker *workers[WORKERS];
static struct snapshot snapshot;
static struct json j;

/* A collector that has counted something: what it would take to get there does not matter here. */
static void
make(void)
{
	const char *dirs[] = { "profiles" };
	struct diag *d = diag_new();

	memset(&c, 0, sizeof(c));
	snapshot.profiles = profile_load(dirs, 1, d);
	cr_assert_not_null(snapshot.profiles, "run it in the top directory");
	diag_free(&d);
	c.snapshot = &snapshot;
	c.workers = workers;
	c.nworkers = WORKERS;
	strcpy(c.input_names[0], "udp");
	strcpy(c.input_names[1], "tcp");
	c.ninput_names = 2;
	strcpy(c.os_names[0], "ios");
	strcpy(c.os_names[1], "junos");
	c.nos_names = 2;
	c.reloads = 3;
	for (size_t i = 0; i < WORKERS; i++) {
		struct counters own = { .received = { 10, 20 }, .events = { 11, 5 }, .unknown = 3, .datagrams = 7, .connections = 4 };

		own.raw[0] = 2;
		own.raw[PROFILE_MAX_OS] = 1;
		own.dropped[DROP_EMPTY] = 8;
		own.reasons[NEVENT_NO_MATCH] = 2;
		workers[i] = calloc(1, sizeof(*workers[i]));
		cr_assert_not_null(workers[i]);
		counters_publish(&workers[i]->page, &own);
	}
	cr_assert_eq(json_init(&j, 4096, 1 << 20), 0);
}

static void
end(void)
{
	json_fini(&j);
	profile_free(&snapshot.profiles);
	for (size_t i = 0; i < WORKERS; i++)
		free(workers[i]);
}

TestSuite(stats, .init = make, .fini = end);

static json_int_t
number(const json_t *root, const char *path)
{
	char copy[128], *rest = NULL;

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *key = strtok_r(copy, "/", &rest); key; key = strtok_r(NULL, "/", &rest))
		root = json_object_get(root, key);
	cr_expect(json_is_integer(root), "%s is no whole number", path);
	return json_integer_value(root);
}

Test(stats, json_has_the_sum_of_all_workers)
{
	static const struct {
		const char *path;
		json_int_t want;
	} rows[] = {
		{ "ledger/received", 60 }, { "ledger/made", 0 }, { "ledger/events", 32 }, { "ledger/raw", 6 }, { "ledger/unknown", 6 },

		{ "os/ios/events", 22 }, { "os/ios/raw", 4 }, { "os/junos/events", 10 }, { "os/junos/raw", 0 }, { "inputs/udp/received", 20 },
		{ "inputs/tcp/received", 40 }, { "reasons/no_match", 4 }, { "datagrams", 14 }, { "connections", 8 }, { "reloads", 3 },
		{ "workers", WORKERS },
	};
	struct span text;
	json_t *root;

	stats_json(&c, &j);
	cr_assert(json_ok(&j));
	text = json_text(&j);
	root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	cr_assert_not_null(root, "%.*s", (int)text.n, text.p);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		cr_expect_eq(number(root, rows[i].path), rows[i].want, "%s: %d", rows[i].path, (int)number(root, rows[i].path));
	json_decref(root);
}

/* Does the page have exactly this line? */
static bool
has_line(struct span page, const char *line)
{
	size_t n = strlen(line);

	for (const char *at = page.p; (at = memmem(at, (size_t)(page.p + page.n - at), line, n)); at++) {
		if ((at == page.p || at[-1] == '\n') && at[n] == '\n')
			return true;
	}
	return false;
}

Test(stats, the_page_for_prometheus_has_each_of_them_once)
{
	static const char *const lines[] = {
		"netnorm_received_messages_total{input=\"udp\"} 20", "netnorm_received_messages_total{input=\"tcp\"} 40",
		"netnorm_events_total{os=\"ios\"} 22", "netnorm_events_total{os=\"junos\"} 10", "netnorm_raw_messages_total{os=\"ios\"} 4",
		"netnorm_raw_messages_total{os=\"unknown\"} 2", "netnorm_unknown_messages_total 6", "netnorm_dropped_messages_total{reason=\"empty\"} 16",
		"netnorm_unrecognised_messages_total{reason=\"no_match\"} 4", "netnorm_datagrams_total 14", "netnorm_open_connections 8",
		"netnorm_reloads_total 3", "netnorm_workers 2", "# TYPE netnorm_open_connections gauge", "# TYPE netnorm_events_total counter",
		"netnorm_build_info{version=\"" NETNORM_VERSION "\"} 1",
	};
	struct span page;

	stats_prometheus(&c, &j);
	cr_assert(json_ok(&j));
	page = json_text(&j);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		cr_expect(has_line(page, lines[i]), "no line: %s", lines[i]);
	cr_expect(page.n > 0 && page.p[page.n - 1] == '\n');
}

Test(stats, each_family_has_its_help_and_type_in_front_of_its_samples)
{
	char family[128] = "", seen[128][96];
	struct span page;
	size_t nseen = 0;

	stats_prometheus(&c, &j);
	page = json_text(&j);
	while (page.n > 0) {
		const char *end_of_line = memchr(page.p, '\n', page.n);
		size_t len = (size_t)(end_of_line - page.p);
		struct span line = span_of(page.p, len);

		page = span_skip(page, len + 1);
		if (span_starts(line, SPAN_LIT("# HELP "))) {
			size_t name = strcspn(line.p + 7, " ");

			snprintf(family, sizeof(family), "%.*s", (int)name, line.p + 7);
			for (size_t i = 0; i < nseen; i++)
				cr_expect_str_neq(seen[i], family);
			cr_assert_lt(nseen, sizeof(seen) / sizeof(seen[0]));
			snprintf(seen[nseen++], sizeof(seen[0]), "%.95s", family);
			continue;
		}
		if (span_starts(line, SPAN_LIT("# TYPE ")))
			line = span_skip(line, 7);
		cr_expect(span_starts(line, span_str(family)) && strchr(" {", line.p[strlen(family)]), "behind %s: %.*s", family, (int)line.n, line.p);
	}
	cr_expect_gt(nseen, 20);
}

Test(stats, every_counter_of_the_table_is_a_field_of_its_own)
{
	size_t n = 0;

	for (const struct stats_counter *p = stats_counters; p->name; p++, n++) {
		struct counters one;

		memset(&one, 0, sizeof(one));
		*(uint64_t *)(void *)((char *)&one + p->offset) = 42;
		cr_expect_eq(stats_value(&one, p), 42);
		for (const struct stats_counter *q = stats_counters; q < p; q++) {
			cr_expect_eq(stats_value(&one, q), 0, "%s and %s", p->name, q->name);
			cr_expect_str_neq(p->name, q->name);
			cr_expect_str_neq(p->family, q->family);
		}
	}
	cr_expect_gt(n, 10);
	cr_expect_gt(stats_resident_bytes(), 1 << 20);
	cr_expect_geq(stats_cpu_seconds(), 0);
}
