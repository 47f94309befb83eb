/* schema: a table fills a struct, tells every fault, compares, frees and documents. */
#include <criterion/criterion.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/schema.h"
#include "tests/base/golden.h"

struct queue {
	int64_t limit, linger_ms;
	int when_full;
};

struct output {
	char *name;
	int kind;
	char *password;
	struct schema_texts brokers;
	struct queue queue;
};

struct config {
	bool fast;
	int64_t workers, max_bytes, timeout_ms;
	char *dir;
	struct schema_texts profiles;
	struct schema_list outputs, sites;
	const struct yaml_node *free_form;
	struct queue queue;
};

struct site {
	char *name;
	char *zone;
};

static const char *const full_names[] = { "drop", "block", NULL };
static const char *const kind_names[] = { "file", "kafka", "off", NULL };

static const struct schema_option queue_options[] = {
	{ .key = "limit", .type = SCHEMA_INT, .offset = offsetof(struct queue, limit), .fallback = "1000", .min = 1, .max = 1000000, .help = "Records." },
	{ .key = "linger", .type = SCHEMA_DURATION, .offset = offsetof(struct queue, linger_ms), .fallback = "5ms", .min = 1, .max = 60000 },
	{ .key = "when_full", .type = SCHEMA_ENUM, .offset = offsetof(struct queue, when_full), .fallback = "drop", .names = full_names,
	    .help = "What becomes of a record that has no room.\n.Sic: a line that begins with a dot, and a \\." },
	SCHEMA_END,
};

static const struct schema_option output_options[] = {
	{ .key = "name", .type = SCHEMA_TEXT, .offset = offsetof(struct output, name), .required = true },
	{ .key = "kind", .type = SCHEMA_ENUM, .offset = offsetof(struct output, kind), .required = true, .names = kind_names },
	{ .key = "password", .type = SCHEMA_SECRET, .offset = offsetof(struct output, password) },
	{ .key = "brokers", .type = SCHEMA_TEXTS, .offset = offsetof(struct output, brokers) },
	{ .key = "queue", .type = SCHEMA_MAP, .offset = offsetof(struct output, queue), .table = queue_options },
	SCHEMA_END,
};

static const struct schema_option site_options[] = {
	{ .key = "name", .type = SCHEMA_TEXT, .offset = offsetof(struct site, name), .required = true },
	{ .key = "zone", .type = SCHEMA_TEXT, .offset = offsetof(struct site, zone), .fallback = "UTC" },
	SCHEMA_END,
};

static const struct schema_option options[] = {
	{ .key = "fast", .type = SCHEMA_BOOL, .offset = offsetof(struct config, fast), .fallback = "true" },
	{ .key = "workers", .type = SCHEMA_INT, .offset = offsetof(struct config, workers), .min = 0, .max = 64, .fallback = "2" },
	{ .key = "max_bytes", .type = SCHEMA_SIZE, .offset = offsetof(struct config, max_bytes), .fallback = "64KiB", .min = 480, .max = 1 << 20 },
	{ .key = "timeout", .type = SCHEMA_DURATION, .offset = offsetof(struct config, timeout_ms), .fallback = "10s", .min = 1000, .max = 3600000 },
	{ .key = "dir", .type = SCHEMA_TEXT, .offset = offsetof(struct config, dir) },
	{ .key = "profiles", .type = SCHEMA_TEXTS, .offset = offsetof(struct config, profiles), .fallback = "[a, b c]" },
	{ .key = "outputs", .type = SCHEMA_LIST, .offset = offsetof(struct config, outputs), .table = output_options, .item_bytes = sizeof(struct output) },
	{ .key = "sites", .type = SCHEMA_NAMED, .offset = offsetof(struct config, sites), .table = site_options, .item_bytes = sizeof(struct site) },
	{ .key = "free_form", .type = SCHEMA_NODE, .offset = offsetof(struct config, free_form) },
	{ .key = "queue", .type = SCHEMA_MAP, .offset = offsetof(struct config, queue), .table = queue_options },
	SCHEMA_END,
};

/* A configuration and what it was read from. */
struct reading {
	struct diag *faults;
	struct yaml_doc *doc;
	struct config config;
	int result;
};

static void
read_text(struct reading *r, const char *text)
{
	memset(r, 0, sizeof(*r));
	r->faults = diag_new();
	r->doc = yaml_load_text("test.yaml", span_str(text), r->faults);
	cr_assert_not_null(r->doc, "%s", text);
	r->result = schema_read(options, r->doc, r->doc->root, "the configuration", &r->config, r->faults);
}

static void
drop(struct reading *r)
{
	schema_fini(options, &r->config);
	schema_fini(options, &r->config);
	yaml_doc_free(&r->doc);
	diag_free(&r->faults);
}

static void
expect_good(struct reading *r, const char *text)
{
	read_text(r, text);
	if (r->result != 0)
		diag_print(r->faults, stderr, false);
	cr_assert_eq(r->result, 0, "%s", text);
}

Test(schema, what_is_not_said_has_its_default)
{
	struct reading r;

	expect_good(&r, "workers:\n");
	cr_expect(r.config.fast);
	cr_expect_eq(r.config.workers, 2);
	cr_expect_eq(r.config.max_bytes, 65536);
	cr_expect_eq(r.config.timeout_ms, 10000);
	cr_expect_null(r.config.dir);
	cr_expect_eq(r.config.profiles.n, 2);
	cr_expect_str_eq(r.config.profiles.items[1], "b c");
	cr_expect_eq(r.config.outputs.n, 0);
	cr_expect_eq(r.config.queue.limit, 1000);
	cr_expect_eq(r.config.queue.linger_ms, 5);
	drop(&r);
	memset(&r, 0, sizeof(r));
	r.faults = diag_new();
	r.doc = yaml_load_text("e", SPAN_LIT(""), r.faults);
	cr_expect_eq(schema_read(options, r.doc, NULL, "the configuration", &r.config, r.faults), 0);
	cr_expect_eq(r.config.workers, 2);
	drop(&r);
}

Test(schema, every_type_is_read)
{
	struct reading r;
	const struct output *out;
	const struct site *sites;

	expect_good(&r,
	    "fast: no\nworkers: 0x10\nmax_bytes: 1_000\ntimeout: 1.5s\ndir: 5514\nprofiles: x\nfree_form: {a: [1]}\nqueue: {when_full: block}\n"
	    "sites:\n  lab:\n  'core': {zone: CET}\n"
	    "outputs:\n  - name: a\n    kind: off\n    brokers: [k1:9092, k2]\n    queue: {limit: 7}\n  - {name: b, kind: kafka}\n");
	cr_expect_not(r.config.fast);
	cr_expect_eq(r.config.workers, 16);
	cr_expect_eq(r.config.max_bytes, 1000);
	cr_expect_eq(r.config.timeout_ms, 1500);
	cr_expect_str_eq(r.config.dir, "5514");
	cr_expect_eq(r.config.profiles.n, 1);
	cr_expect_str_eq(r.config.profiles.items[0], "x");
	cr_expect_eq(yaml_get(r.config.free_form, "a")->first->integer, 1);
	cr_expect_eq(r.config.queue.when_full, 1);
	cr_assert_eq(r.config.outputs.n, 2);
	out = r.config.outputs.items;
	cr_expect_str_eq(out[0].name, "a");
	cr_expect_eq(out[0].kind, 2);
	cr_expect_str_eq(out[0].brokers.items[0], "k1:9092");
	cr_expect_eq(out[0].queue.limit, 7);
	cr_expect_eq(out[1].queue.limit, 1000);
	cr_assert_eq(r.config.sites.n, 2);
	sites = r.config.sites.items;
	cr_expect_str_eq(sites[0].name, "lab");
	cr_expect_str_eq(sites[0].zone, "UTC");
	cr_expect_str_eq(sites[1].name, "core");
	cr_expect_str_eq(sites[1].zone, "CET");
	drop(&r);
	expect_good(&r, "sites: [{name: lab, zone: CET}]\n");
	cr_expect_str_eq(((struct site *)r.config.sites.items)[0].name, "lab");
	drop(&r);
}

Test(schema, sizes_and_durations_have_units)
{
	static const struct {
		const char *text;
		int64_t size, duration;         /* -1: it is none */
	} t[] = {
		{ "0", 0, 0 }, { "65536", 65536, 65536000 }, { "64KiB", 65536, -1 }, { "64 KiB", 65536, -1 }, { "1MB", 1000000, -1 }, { "2GiB", INT64_C(2147483648), -1 },
		{ "1.5KiB", 1536, -1 }, { "500ms", -1, 500 }, { "10s", -1, 10000 }, { "5m", -1, 300000 }, { "2h", -1, 7200000 }, { "1d", -1, 86400000 },
		{ "0.25s", -1, 250 }, { "0.5", -1, 500 }, { "", -1, -1 }, { "s", -1, -1 }, { "-1s", -1, -1 }, { "1 parsec", -1, -1 }, { "10ss", -1, -1 },
		{ "9223372036854775807", INT64_MAX, -1 }, { "9223372036854775808", -1, -1 }, { "99999999999999GiB", -1, -1 }, { "1.", -1, -1 },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		int64_t v = -1;
		int result = schema_parse_size(span_str(t[i].text), &v);

		if (strcmp(t[i].text, "0.5") != 0)
			cr_expect(t[i].size == -1 ? result == -1 : result == 0 && v == t[i].size, "size %s: %lld", t[i].text, (long long)v);
		result = schema_parse_duration(span_str(t[i].text), &v);
		cr_expect(t[i].duration == -1 ? result == -1 : result == 0 && v == t[i].duration, "duration %s: %lld", t[i].text, (long long)v);
	}
}

Test(schema, the_environment_is_taken_in)
{
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "${NN_HOST}", "r1" }, { "${NN_HOST}:${NN_PORT}", "r1:514" }, { "x${NN_NONE:-y}z", "xyz" }, { "${NN_EMPTY:-d}", "d" }, { "a${NN_EMPTY}b", "ab" },
		{ "$${NN_HOST}", "${NN_HOST}" }, { "$NN_HOST $ {x}", "$NN_HOST $ {x}" }, { "${NN_NONE:-}", "" }, { "${NN_HOST:-x}", "r1" },
	};
	struct reading r;
	char text[100];

	setenv("NN_HOST", "r1", 1);
	setenv("NN_PORT", "514", 1);
	setenv("NN_EMPTY", "", 1);
	setenv("NN_YES", "yes", 1);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		snprintf(text, sizeof(text), "dir: '%s'\nprofiles: ['%s']\n", t[i].text, t[i].text);
		expect_good(&r, text);
		cr_expect_str_eq(r.config.dir, t[i].want, "%s: %s", t[i].text, r.config.dir);
		cr_expect_str_eq(r.config.profiles.items[0], t[i].want);
		drop(&r);
	}
	expect_good(&r, "max_bytes: ${NN_PORT}\nfast: ${NN_YES}\nworkers: ${NN_NONE:-7}\ntimeout: ${NN_NONE:-7}s\nqueue: {when_full: '${NN_NONE:-block}'}\n");
	cr_expect_eq(r.config.max_bytes, 514);
	cr_expect_eq(r.config.workers, 7);
	cr_expect_eq(r.config.timeout_ms, 7000);
	cr_expect_eq(r.config.queue.when_full, 1);
	drop(&r);
}

Test(schema, secrets_come_from_files_and_the_environment)
{
	char path[] = "/tmp/netnorm-secret-XXXXXX", text[200];
	int fd = mkstemp(path);
	struct reading r;

	cr_assert_neq(fd, -1);
	cr_assert_eq(write(fd, "from a file\r\n\n", 14), 14);
	close(fd);
	setenv("NN_SECRET", "from the environment", 1);
	snprintf(text, sizeof(text), "outputs:\n- {name: a, kind: file, password: {file: %s}}\n- {name: b, kind: file, password: {env: NN_SECRET}}\n", path);
	expect_good(&r, text);
	cr_expect_str_eq(((struct output *)r.config.outputs.items)[0].password, "from a file");
	cr_expect_str_eq(((struct output *)r.config.outputs.items)[1].password, "from the environment");
	cr_expect_eq(diag_warnings(r.faults), 0);
	drop(&r);
	expect_good(&r, "outputs:\n- {name: a, kind: file, password: inline}\n- {name: b, kind: file, password: '${NN_SECRET}'}\n");
	cr_expect_str_eq(((struct output *)r.config.outputs.items)[0].password, "inline");
	cr_expect_eq(diag_warnings(r.faults), 1);
	drop(&r);
	unlink(path);
}

Test(schema, two_readings_are_equal_in_all_options_or_not)
{
	static const char base[] = "fast: true\nworkers: 3\ndir: d\nprofiles: [a]\noutputs: [{name: o, kind: file}]\nfree_form: {a: [1, x]}\nsites: {lab: }\n";
	static const char *const others[] = {
		"fast: false\nworkers: 3\ndir: d\nprofiles: [a]\noutputs: [{name: o, kind: file}]\nfree_form: {a: [1, x]}\nsites: {lab: }\n",
		"fast: true\nworkers: 4\ndir: d\nprofiles: [a]\noutputs: [{name: o, kind: file}]\nfree_form: {a: [1, x]}\nsites: {lab: }\n",
		"fast: true\nworkers: 3\nprofiles: [a]\noutputs: [{name: o, kind: file}]\nfree_form: {a: [1, x]}\nsites: {lab: }\n",
		"fast: true\nworkers: 3\ndir: d\nprofiles: [a, b]\noutputs: [{name: o, kind: file}]\nfree_form: {a: [1, x]}\nsites: {lab: }\n",
		"fast: true\nworkers: 3\ndir: d\nprofiles: [b]\noutputs: [{name: o, kind: file}]\nfree_form: {a: [1, x]}\nsites: {lab: }\n",
		"fast: true\nworkers: 3\ndir: d\nprofiles: [a]\noutputs: [{name: o, kind: kafka}]\nfree_form: {a: [1, x]}\nsites: {lab: }\n",
		"fast: true\nworkers: 3\ndir: d\nprofiles: [a]\noutputs: [{name: o, kind: file, queue: {linger: 6ms}}]\nfree_form: {a: [1, x]}\nsites: {lab: }\n",
		"fast: true\nworkers: 3\ndir: d\nprofiles: [a]\noutputs: [{name: o, kind: file}]\nfree_form: {a: [1, y]}\nsites: {lab: }\n",
		"fast: true\nworkers: 3\ndir: d\nprofiles: [a]\noutputs: [{name: o, kind: file}]\nfree_form: {b: [1, x]}\nsites: {lab: }\n",
		"fast: true\nworkers: 3\ndir: d\nprofiles: [a]\noutputs: [{name: o, kind: file}]\nsites: {lab: }\n",
		"fast: true\nworkers: 3\ndir: d\nprofiles: [a]\noutputs: [{name: o, kind: file}]\nfree_form: {a: [1, x]}\nsites: {lab: {zone: CET}}\n",
		"fast: true\nworkers: 3\ndir: d\nprofiles: [a]\noutputs: [{name: o, kind: file}]\nfree_form: {a: [1, x]}\nsites: {lab: , b: }\n",
	};
	struct reading a, b;

	expect_good(&a, base);
	expect_good(&b, "# another text, the same options\nsites: [{name: lab}]\nfree_form:\n  a:\n  - 1\n  - x\nprofiles: a\ndir: 'd'\nworkers: 3\noutputs:\n- kind: file\n  name: o\n");
	cr_expect(schema_equal(options, &a.config, &b.config));
	drop(&b);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		expect_good(&b, others[i]);
		cr_expect_not(schema_equal(options, &a.config, &b.config), "row %zu", i);
		drop(&b);
	}
	drop(&a);
}

Test(schema, the_manual_comes_from_the_table)
{
	char *got = NULL;
	size_t n;
	FILE *f = open_memstream(&got, &n);

	schema_manual(queue_options, f);
	fclose(f);
	cr_expect_str_eq(got,
	    ".TP\n.B limit\n(a whole number, 1 to 1000000; default 1000)\n.br\nRecords.\n"
	    ".TP\n.B linger\n(a duration: 500ms, 10s, 5m, 2h, 1d, 1ms to 1m; default 5ms)\n.br\n"
	    ".TP\n.B when_full\n(one of drop, block; default drop)\n.br\nWhat becomes of a record that has no room.\n\\&.Sic: a line that begins with a dot, and a \\e.\n",
	    "%s", got);
	free(got);
	f = open_memstream(&got, &n);
	schema_manual(options, f);
	fclose(f);
	cr_expect_not_null(strstr(got, ".RS\n.TP\n.B name\n"));
	free(got);
}

static void
check_file(const char *path)
{
	struct reading r = { .faults = diag_new() };

	r.doc = yaml_load_file(path, r.faults);
	cr_assert_not_null(r.doc, "%s", path);
	r.result = schema_read(options, r.doc, r.doc->root, "the configuration", &r.config, r.faults);
	cr_expect_eq(r.result, diag_errors(r.faults) > 0 ? -1 : 0);
	golden_diag(path, r.faults);
	drop(&r);
}

Test(schema, faulty_files_are_told_all_faults)
{
	unsetenv("NN_NONE");
	golden_each("tests/base/diag/schema_*.yaml", check_file);
}
