/*
 * pipeline: from a framed line to the outputs' rings, with the profiles of a made-up system, an inventory, and outputs that keep
 * what they were given.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/pipeline.h"
#include "collector/repeat.h"
#include "tests/outputs/sample.h"

#define UP "%LINK-3-UPDOWN: Interface Gi0/1 is up"
#define BAD "%PEER-5-BAD: peer 192.0.2.1 said 192.0.2.2 as 64500 at LOW;"
#define REPEATED "last message repeated 4 times"
#define SECOND INT64_C(1000000000)

static const char house[] =
    "defaults: {zone: '+01:00'}\n"
    "devices:\n"
    "  core-1: {addresses: 192.0.2.1, zone: '-02:00'}\n"
    "  relay-1: {addresses: 192.0.2.9, trust_host: true}\n"
    "  named: {hosts: [r7, r7.example.net], zone: '+05:00', os: acme}\n"
    "networks:\n"
    "  198.51.100.0/24: {trust_host: true}\n";

static struct pipeline p;
static struct snapshot snapshot;
static int64_t now_ns;          /* 2026-03-01T00:02:00Z */

static struct inventory *
load_inventory(struct diag *d)
{
	char path[64];
	struct inventory *inv;
	FILE *f;

	snprintf(path, sizeof(path), "/tmp/netnorm-pipeline-%d.yaml", (int)getpid());
	f = fopen(path, "w");
	cr_assert_not_null(f);
	fputs(house, f);
	fclose(f);
	inv = inventory_load(path, d);
	unlink(path);
	return inv;
}

static void
set_up(void)
{
	const char *dirs[] = { "tests/parsers/profiles/small" };
	struct diag *d = diag_new();

	snapshot.refs = 1;
	snapshot.profiles = profile_load(dirs, 1, d);
	snapshot.inventory = load_inventory(d);
	if (!snapshot.profiles || !snapshot.inventory)
		diag_print(d, stderr, false);
	cr_assert(snapshot.profiles && snapshot.inventory);
	diag_free(&d);
	cr_assert_eq(pipeline_init(&p, 3), 0);
	p.snapshot = &snapshot;
	cr_assert_eq(clock_parse(SPAN_LIT("2026-03-01T00:02:00Z"), &now_ns), 0);
}

static void
tear_down(void)
{
	pipeline_fini(&p);
	profile_free(&snapshot.profiles);
	inventory_free(&snapshot.inventory);
}

TestSuite(pipeline, .init = set_up, .fini = tear_down);

/* ---- lines and what they say ---- */

static struct source
from(const char *address)
{
	static char buf[INET6_ADDRSTRLEN];
	struct sockaddr_in sa = { .sin_family = AF_INET };
	struct source s = { .flow = 99 };

	if (address) {
		cr_assert_eq(inet_pton(AF_INET, address, &sa.sin_addr), 1);
		source_of_address(&s, (const struct sockaddr *)&sa, buf);
	}
	return s;
}

/* The event of a line that comes from there so many seconds after `now_ns`. */
static struct nevent *
understand(const char *address, const char *line, int64_t later_s)
{
	static struct nevent ev;
	struct source source = from(address);
	struct message m = { .line = span_str(line), .source = &source, .received_ns = now_ns + later_s * SECOND };

	pipeline_understand(&p, &m, &ev);
	return &ev;
}

static void
expect_text(struct span got, const char *want, const char *what)
{
	cr_expect(span_eq(got, span_str(want)) && !got.p == !want, "%s: \"%.*s\", wanted \"%s\"", what, (int)got.n, got.p ? got.p : "",
	    want ? want : "(absent)");
}

static void
expect_time(int64_t ns, const char *want, const char *what)
{
	char text[CLOCK_RFC3339_LEN];

	clock_rfc3339(ns, text);
	cr_expect(memcmp(text, want, strlen(want)) == 0, "%s: %.*s, wanted %s", what, CLOCK_RFC3339_LEN, text, want);
}

static struct span
detail(const struct nevent *ev, const char *name)
{
	for (size_t i = 0; i < ev->ndetails; i++)
		if (span_eq(ev->details[i].key->name, span_str(name)))
			return ev->details[i].text;
	return SPAN_NONE;
}

/* ---- lines that repeat others ---- */

Test(pipeline, a_repeat_is_the_event_of_the_line_before_with_times_raw_and_id_of_its_own)
{
	static const char again[] = "<190>8: r1: Mar  1 00:01:31.500: " REPEATED;
	struct nevent first = *understand("192.0.2.1", "<187>7: r1: Mar  1 00:01:02.345: " UP, 0);
	const struct nevent *ev = understand("192.0.2.1", again, 30);

	cr_expect(!first.has_repeat && ev->has_repeat && ev->repeat == 4, "repeat: %d, %llu", ev->has_repeat, (unsigned long long)ev->repeat);
	cr_expect_eq(ev->outcome, NEVENT_EVENT);
	cr_expect_eq(ev->reason, NEVENT_REASON_NONE);
	expect_text(ev->error, "INTERFACE_UP", "error");
	expect_text(ev->os, "acme", "os");
	expect_text(ev->object, "Gi0/1", "object");
	cr_expect_eq(ev->condition, NEVENT_UP);
	cr_expect_eq(ev->op, NEVENT_DELETE);
	expect_text(ev->tag, "LINK-3-UPDOWN", "tag");
	expect_text(ev->host, "r1", "host");
	expect_text(ev->device, "core-1", "device");
	/* what the line before said */
	cr_expect(ev->facility == 23 && ev->severity == 3 && ev->vendor_severity == 3, "%d.%d/%d", ev->facility, ev->severity, ev->vendor_severity);
	cr_expect(ev->has_counter && ev->counter == 7, "counter: %llu", (unsigned long long)ev->counter);
	expect_text(detail(ev, "number"), "7", "the counter among the details");
	/* its own */
	expect_text(ev->raw, again, "raw");
	expect_time(ev->time_ns, "2026-03-01T02:01:31.500", "time");
	expect_time(first.time_ns, "2026-03-01T02:01:02.345", "time of the line before");
	expect_time(ev->received_ns, "2026-03-01T00:02:30.000", "received");
	cr_expect(memcmp(ev->id, first.id, NEVENT_ID_LEN) != 0, "one id for both");
	cr_expect_eq(p.counters.received[0], 0, "understanding counts no message");
}

Test(pipeline, a_repeat_of_a_repeat_is_of_the_same_line)
{
	understand("192.0.2.1", "<400>7: r1: Mar  1 00:01:02.345: " UP, 0);
	for (int i = 1; i < 4; i++)
		expect_text(understand("192.0.2.1", "<187>8: r1: Mar  1 00:01:31.500: " REPEATED, i)->error, "INTERFACE_UP", "error");
	cr_expect(understand("192.0.2.1", "<187>8: r1: Mar  1 00:01:31.500: " REPEATED, 4)->guessed & NEVENT_GUESSED_FACILITY, "it is the line's before");
}

Test(pipeline, a_repeat_of_a_raw_line_is_raw_for_that_lines_reason)
{
	const struct nevent *ev;

	understand("192.0.2.1", "<187>7: r1: Mar  1 00:01:02.345: %NOSUCH-4-THING: what nobody knows", 0);
	ev = understand("192.0.2.1", "<190>8: r1: Mar  1 00:01:31.500: " REPEATED, 1);
	cr_expect(ev->outcome == NEVENT_RAW && ev->reason == NEVENT_NO_TAG && ev->has_repeat, "%d, %d", ev->outcome, ev->reason);
	expect_text(ev->tag, "NOSUCH-4-THING", "tag");
	cr_expect_eq(ev->vendor_severity, 4);
}

Test(pipeline, a_repeat_without_a_line_before_it_is_raw)
{
	static const struct {
		const char *what, *first_from, *first_host, *second_from, *second_host;
		int later_s;
		bool found;
	} cases[] = {
		{ "at once", "192.0.2.1", "r1", "192.0.2.1", "r1", 0, true },
		{ "after a minute", "192.0.2.1", "r2", "192.0.2.1", "r2", 60, true },
		{ "later", "192.0.2.1", "r3", "192.0.2.1", "r3", 61, false },
		{ "of another host", "192.0.2.1", "r4", "192.0.2.1", "r5", 1, false },
		{ "of another sender", "192.0.2.1", "r6", "192.0.2.2", "r6", 1, false },
		{ "of a connection's own", NULL, "r8", NULL, "r8", 1, true },
		{ "of a connection, not of a sender", NULL, "r9", "192.0.2.1", "r9", 1, false },
	};
	char line[200];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct nevent *ev;

		snprintf(line, sizeof(line), "<187>7: %s: Mar  1 00:01:02.345: %s", cases[i].first_host, UP);
		understand(cases[i].first_from, line, 0);
		snprintf(line, sizeof(line), "<190>8: %s: Mar  1 00:01:31.500: " REPEATED, cases[i].second_host);
		ev = understand(cases[i].second_from, line, cases[i].later_s);
		cr_expect(ev->has_repeat && ev->repeat == 4, "%s", cases[i].what);
		cr_expect_eq(ev->outcome, cases[i].found ? NEVENT_EVENT : NEVENT_RAW, "%s", cases[i].what);
		cr_expect_eq(ev->reason, cases[i].found ? NEVENT_REASON_NONE : NEVENT_REPEAT, "%s", cases[i].what);
		expect_text(ev->error, cases[i].found ? "INTERFACE_UP" : "RAW", cases[i].what);
		cr_expect_eq(ev->severity, cases[i].found ? 3 : 6, "%s", cases[i].what);
		cr_expect_eq(ev->counter, cases[i].found ? 7 : 8, "%s", cases[i].what);
		cr_expect(span_eq(ev->raw, span_str(line)), "%s: raw", cases[i].what);
	}
}

/* ---- who it is about ---- */

Test(pipeline, the_device_is_the_inventorys_then_a_trusted_headers_then_the_address)
{
	static const struct {
		const char *address, *host, *device, *time;
	} cases[] = {
		{ "192.0.2.1", "r1", "core-1", "2026-03-01T02:01:02" },             /* the inventory's name, its zone */
		{ "192.0.2.1", "r7", "core-1", "2026-03-01T02:01:02" },             /* no trust: whatever the header says */
		{ "192.0.2.9", "r7", "named", "2026-02-28T19:01:02" },              /* a relay, and a device of the inventory behind it */
		{ "192.0.2.9", "R7.example.NET", "named", "2026-02-28T19:01:02" },
		{ "192.0.2.9", "r1", "r1", "2026-02-28T23:01:02" },                 /* a relay, and a host that nobody named */
		{ "192.0.2.9", NULL, "relay-1", "2026-02-28T23:01:02" },            /* the relay's own line */
		{ "198.51.100.4", "r1", "r1", "2026-02-28T23:01:02" },              /* a network that is trusted */
		{ "198.51.100.4", NULL, "198.51.100.4", "2026-02-28T23:01:02" },
		{ "203.0.113.5", "r1", "203.0.113.5", "2026-02-28T23:01:02" },      /* nobody knows it: the address */
		{ NULL, "r1", "r1", "2026-02-28T23:01:02" },                        /* no address: the header's host */
		{ NULL, NULL, "unknown", "2026-02-28T23:01:02" },
	};
	char line[200];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *host = cases[i].host;
		const struct nevent *ev;

		snprintf(line, sizeof(line), "<187>7: %s%sMar  1 00:01:02.345: %s", host ? host : "", host ? ": " : "", UP);
		ev = understand(cases[i].address, line, 0);
		expect_text(ev->device, cases[i].device, line);
		expect_text(ev->ip, cases[i].address, "ip");
		expect_text(ev->host, host, "host");
		expect_time(ev->time_ns, cases[i].time, line);
		cr_expect_eq(ev->outcome, NEVENT_EVENT, "%s", line);
	}
}

Test(pipeline, a_zone_in_the_line_goes_before_the_inventorys)
{
	const struct nevent *ev = understand("192.0.2.1", "<187>7: r1: Mar  1 00:01:02.345 UTC: " UP, 0);

	expect_time(ev->time_ns, "2026-03-01T00:01:02.345", "time");
	cr_expect_eq(ev->guessed & NEVENT_GUESSED_ZONE, 0);
}

Test(pipeline, a_time_that_a_prefix_finds_is_of_the_devices_zone)
{
	const char *dirs[] = { "tests/parsers/profiles/napalm" };
	struct diag *d = diag_new();
	const struct nevent *ev;

	profile_free(&snapshot.profiles);
	snapshot.profiles = profile_load(dirs, 1, d);
	cr_assert_not_null(snapshot.profiles);
	ev = understand("192.0.2.1", "<189>==2024-05-01==10:00:00 r1 FOO - val 3", 0);
	expect_text(ev->error, "TOOL_SAYS", "error");
	expect_time(ev->time_ns, "2024-05-01T12:00:00", "time");
	cr_expect_eq(ev->guessed, 0);
	diag_free(&d);
}

Test(pipeline, a_pinned_system_reads_a_body_without_a_header)
{
	const struct nevent *ev;

	cr_expect_eq(understand("203.0.113.5", "leaf a b", 0)->outcome, NEVENT_UNKNOWN);
	p.pinned_os = SPAN_LIT("acme");
	ev = understand("203.0.113.5", "leaf a b", 0);
	cr_expect_eq(ev->outcome, NEVENT_RAW);
	expect_text(ev->os, "acme", "os");
}

/* ---- ids ---- */

static int
by_id(const void *a, const void *b)
{
	return memcmp(a, b, NEVENT_ID_LEN);
}

Test(pipeline, ids_are_unique_and_hexadecimal)
{
	enum { EACH = 5000 };
	static char ids[2 * EACH][NEVENT_ID_LEN + 1];
	size_t n = 0;

	for (unsigned worker = 3; worker < 5; worker++) {
		p.worker = worker;
		p.serial = 0;
		for (int i = 0; i < EACH; i++, n++) {
			memcpy(ids[n], understand(NULL, "<187>7: r1: Mar  1 00:01:02.345: " UP, 0)->id, NEVENT_ID_LEN);
			cr_assert_eq(strspn(ids[n], "0123456789abcdef"), NEVENT_ID_LEN, "%s", ids[n]);
		}
	}
	qsort(ids, n, sizeof(ids[0]), by_id);
	for (size_t i = 1; i < n; i++)
		cr_assert(memcmp(ids[i - 1], ids[i], NEVENT_ID_LEN) < 0, "%s twice", ids[i]);
}

Test(pipeline, ids_sort_by_the_time_of_receipt)
{
	char last[NEVENT_ID_LEN] = "";

	for (int i = 0; i < 100; i++) {
		const char *id = understand(NULL, "<187>7: r1: Mar  1 00:01:02.345: " UP, i)->id;

		cr_assert(memcmp(last, id, NEVENT_ID_LEN) < 0, "second %d", i);
		memcpy(last, id, NEVENT_ID_LEN);
	}
}

Test(pipeline, ids_can_be_repeated_where_the_clock_is_fixed)
{
	static const char *const lines[] = { "<187>7: r1: Mar  1 00:01:02.345: " UP, "x", "<187>7: r1: Mar  1 00:01:02.345: " BAD };
	char ids[3][NEVENT_ID_LEN];

	clock_fix(now_ns);
	for (unsigned round = 0; round < 2; round++) {
		p.serial = 0;
		p.nonce = round;        /* another process */
		for (size_t i = 0; i < 3; i++) {
			const char *id = understand(NULL, lines[i], 0)->id;

			if (round == 0)
				memcpy(ids[i], id, NEVENT_ID_LEN);
			cr_expect(memcmp(ids[i], id, NEVENT_ID_LEN) == 0, "%s: %.32s, then %.32s", lines[i], ids[i], id);
		}
	}
	p.serial = 0;
	cr_expect(memcmp(ids[0], understand(NULL, lines[2], 0)->id, NEVENT_ID_LEN) != 0, "another line, the same id");
}

/* ---- out of it ---- */

enum { KEPT = 64 };

static struct kept {
	struct output *output;
	char lines[KEPT][1024];
	size_t n;
} kept[2];

static size_t opened;

static void *
keep_open(const struct output_config *config, struct output *output)
{
	(void)config;
	kept[opened].output = output;
	return &kept[opened++];
}

static size_t
keep_write(void *self, struct record *const *records, size_t n)
{
	struct kept *k = self;

	for (size_t i = 0; i < n; i++) {
		struct span line = output_line(k->output, records[i]);

		cr_assert_lt(k->n, KEPT);
		snprintf(k->lines[k->n++], sizeof(k->lines[0]), "%.*s", (int)line.n, line.p);
		output_settle_at(k->output, records + i, OUTPUT_DONE, NULL);
	}
	return n;
}

static int
keep_flush(void *self, int timeout_ms)
{
	(void)self;
	(void)timeout_ms;
	return 0;
}

static void
keep_close(void *self)
{
	(void)self;
}

static const struct output_kind keep_kind = {
	.name = "keep", .config_bytes = sizeof(struct output_config), .open = keep_open, .write = keep_write, .flush = keep_flush, .close = keep_close,
};

static struct yaml_doc *doc;
static struct output_configs configs;
static struct route routes[2];
static struct output *outputs[2];

/* Two routes: all that comes, and what two lines are named for, as napalm-logs writes it. */
static void
open_routes(void)
{
	cr_assert_eq(sample_configs("- {name: all, kind: stdout, filter: {include: {outcome: ['*']}}}\n"
	    "- {name: some, kind: stdout, format: napalm, filter: {include: {error: INTERFACE_UP}}}\n", &doc, &configs), 0);
	for (size_t i = 0; i < 2; i++) {
		outputs[i] = output_open_kind(&keep_kind, configs.items[i], 4, false, NULL);
		cr_assert_not_null(outputs[i]);
		routes[i] = (struct route){ outputs[i], configs.filters[i], (unsigned)configs.items[i]->format };
	}
	snapshot.routes = routes;
	snapshot.nroutes = 2;
}

static void
close_routes(void)
{
	for (size_t i = 0; i < 2; i++)
		cr_expect_eq(output_close(&outputs[i], sample_in_ms(5000)), 0);
	output_configs_fini(&configs);
	yaml_doc_free(&doc);
}

/* A message to its end; the ledger balances behind each, and both outputs were offered what was no drop. */
static void
take(const char *line, unsigned input)
{
	struct source source = from("192.0.2.1");
	struct message m = { .line = span_str(line), .source = &source, .received_ns = now_ns, .input = input };
	uint64_t outcomes;

	pipeline_message(&p, &m);
	cr_expect_eq(counters_imbalance(&p.counters), 0, "%s", line);
	outcomes = counters_received(&p.counters);
	for (int i = 0; i < DROP_REASONS; i++)
		outcomes -= p.counters.dropped[i];
	for (size_t i = 0; i < 2; i++)
		cr_expect_eq(sample_stats(outputs[i]).offered, outcomes, "output %zu after %s", i, line);
}

Test(pipeline, each_output_gets_what_its_filter_takes_in_its_format)
{
	open_routes();
	take("<187>7: r1: Mar  1 00:01:02.345: " UP, 0);
	take("<187>8: r1: Mar  1 00:01:03.345: " REPEATED, 1);
	take("<187>9: r1: Mar  1 00:01:04.345: " BAD, 0);
	take("<187>9: r1: Mar  1 00:01:04.345: %NOSUCH-4-THING: x", 0);
	take("nothing of this kind", 1);
	take("<187>9: r2: Mar  1 00:01:04.345: " REPEATED, 1);
	take("", 1);
	pipeline_empty(&p, 1);
	cr_expect_eq(counters_imbalance(&p.counters), 0);
	cr_expect(p.counters.received[0] == 3 && p.counters.received[1] == 5);
	cr_expect_eq(p.counters.events[0], 3, "events");
	cr_expect_eq(p.counters.raw[0], 1, "RAW of the system");
	cr_expect_eq(p.counters.raw[PROFILE_MAX_OS], 1, "RAW of none: a repeat of nothing");
	cr_expect_eq(p.counters.unknown, 1, "UNKNOWN");
	cr_expect_eq(p.counters.dropped[DROP_EMPTY], 2, "empty ones");
	cr_expect_eq(p.counters.reasons[NEVENT_REPEAT], 1, "repeats of nothing");
	cr_expect_eq(p.counters.repeats, 2, "repeats");
	cr_expect_eq(sample_stats(outputs[1]).filtered, 4, "what the second output's filter kept out");
	close_routes();
	cr_assert(kept[0].n == 6 && kept[1].n == 2, "%zu and %zu lines", kept[0].n, kept[1].n);
	cr_expect(strstr(kept[0].lines[1], "\"repeat\":4") && strstr(kept[0].lines[1], "\"INTERFACE_UP\""), "%s", kept[0].lines[1]);
	cr_expect(strstr(kept[0].lines[4], "\"UNKNOWN\"") && strstr(kept[0].lines[5], "\"RAW\""), "%s", kept[0].lines[5]);
	cr_expect(!strstr(kept[1].lines[0], "\"raw\":") && strstr(kept[1].lines[0], "\"yang_message\":"), "%s", kept[1].lines[0]);
}

Test(pipeline, what_cannot_be_sealed_is_dropped_and_no_output_sees_it)
{
	char line[2200] = "<187>7: r1: Mar  1 00:01:02.345: %NOSUCH-4-THING: ";

	memset(line + strlen(line), 'x', sizeof(line) - 1 - strlen(line));
	open_routes();
	json_fini(&p.json);
	cr_assert_eq(json_init(&p.json, 256, 2048), 0);
	take(line, 0);
	cr_expect_eq(p.counters.dropped[DROP_NO_MEMORY], 1);
	take("<187>8: r1: Mar  1 00:01:03.345: " UP, 0);        /* and it goes on */
	take(line, 0);
	cr_expect_eq(p.counters.dropped[DROP_NO_MEMORY], 2);
	cr_expect(p.counters.events[0] == 1 && p.counters.raw[0] == 0);
	close_routes();
	cr_assert(kept[0].n == 1 && kept[1].n == 1, "%zu and %zu lines", kept[0].n, kept[1].n);
}

Test(pipeline, what_no_output_wants_is_not_sealed)
{
	open_routes();
	routes[0] = routes[1];          /* events of one name only */
	json_fini(&p.json);
	cr_assert_eq(json_init(&p.json, 16, 16), 0);
	pipeline_message(&p, &(struct message){ .line = SPAN_LIT("nothing of this kind"), .source = &(struct source){ .flow = 1 }, .received_ns = now_ns });
	cr_expect(p.counters.unknown == 1 && p.counters.dropped[DROP_NO_MEMORY] == 0);
	cr_expect_eq(sample_stats(outputs[1]).filtered, 2);
	close_routes();
}
