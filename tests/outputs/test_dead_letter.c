#include <signal.h>
#include <sys/resource.h>

#include "outputs/dead_letter.h"
#include "outputs/latency.h"
#include "outputs/spool.h"
#include "tests/outputs/script.h"
#include "tests/outputs/store_sample.h"
#include "tests/outputs/syncs.h"

TestSuite(dead_letter, .init = store_dir_make, .fini = store_dir_remove, .timeout = 60);

static char text[65536];

static size_t
read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	text[n] = '\0';
	if (f)
		fclose(f);
	return n;
}

static struct output *
open_script_on(const char *path, struct spool *spool)
{
	struct output_config c = config_of(1000);

	c.dead_letter = (char *)(uintptr_t)path;
	return output_open_kind(&script_kind, &c, 1, false, spool);
}

static struct output *
open_script(const char *path)
{
	return open_script_on(path, NULL);
}

/* Of each serial number how many letters are in the file; gives how many letters there are. */
static unsigned
letters_of(const char *path, unsigned counts[MOST])
{
	FILE *f = fopen(path, "re");
	unsigned n = 0;

	memset(counts, 0, MOST * sizeof(*counts));
	while (f && fgets(text, sizeof(text), f)) {
		char *at = strstr(text, "\"id\":\"");

		if (at && text[0] == '{' && text[strlen(text) - 1] == '\n') {
			counts[strtoul(at + 6, NULL, 10) % MOST]++;
			n++;
		}
	}
	if (f)
		fclose(f);
	return n;
}

/* One record that will be refused, with a receipt. */
static void
offer_with(struct output *o, unsigned serial, struct receipt *receipt)
{
	struct record *r = sample_record(serial, 5, "edge7", "ios");

	r->receipt = receipt_ref(receipt);
	output_offer(o, 0, r);
	record_unref(&r);
}

static void
refuse_all(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		script.answers[i] = "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr";
}

Test(dead_letter, a_refused_record_is_in_the_file_and_comes_back_as_it_was)
{
	const char *path = store_path("dead"), *why;
	struct dead_letter_text letter;
	struct record *before = sample_record(1, 5, "edge7", "ios"), *after;
	struct output *o;

	script.answers[1] = "r";
	o = open_script(path);
	output_offer(o, 0, before);
	offer(o, 0, 2, 5);
	output_wake(o);
	SAMPLE_WAIT(3000, sample_stats(o).queued == 0);
	expect_balance(o);
	cr_expect_eq(sample_stats(o).dead_lettered, 1);
	cr_expect_eq(sample_stats(o).sent, 1);
	cr_expect_eq(sample_dropped(&(struct output_stats[]){ sample_stats(o) }[0]), 0);
	output_close(&o, sample_in_ms(1000));
	cr_assert_gt(read_file(path), 0);
	cr_assert_eq(dead_letter_parse(span_of(text, strlen(text) - 1), &letter, &why), 0, "%s", why);
	cr_expect_str_eq(letter.output, "script");
	cr_expect_str_eq(letter.reason, "the script says so");
	after = dead_letter_record(&letter);
	cr_expect(span_eq(after->id, before->id) && span_eq(after->device, before->device) && span_eq(after->os, before->os));
	cr_expect(span_eq(after->error, before->error) && span_eq(after->host, before->host));
	cr_expect(span_eq(after->rendered[FORMAT_NATIVE], before->rendered[FORMAT_NATIVE]));
	cr_expect_eq(after->rendered[FORMAT_NATIVE].p[after->rendered[FORMAT_NATIVE].n], '\n');
	cr_expect_eq(after->level, before->level);
	cr_expect_eq(after->received_ns, before->received_ns);
	cr_expect_eq(after->time_ns, before->time_ns);
	cr_expect_eq(after->formats, before->formats);
	dead_letter_text_fini(&letter);
	record_unref(&before);
	record_unref(&after);
}

Test(dead_letter, many_are_written_in_their_order_and_their_receipts_come_back)
{
	const char *path = store_path("dead");
	struct receipt_ring ring;
	struct receipt *receipt, *back = NULL;
	struct output *o;
	unsigned last = 0, n = 0;

	receipt_ring_init(&ring, NULL, NULL);
	receipt = receipt_new(&ring, NULL, 1);
	for (unsigned i = 0; i < 700; i++)
		script.answers[i] = i % 7 ? "r" : "d";
	o = open_script(path);
	for (unsigned i = 0; i < 700; i++) {
		struct record *r = sample_record(i, 5, "edge7", "ios");

		r->receipt = receipt_ref(receipt);
		output_offer(o, 0, r);
		record_unref(&r);
	}
	receipt_unref(&receipt);
	output_wake(o);
	SAMPLE_WAIT(5000, (back = receipt_take(&ring)) != NULL);
	cr_expect_not_null(back);
	expect_balance(o);
	cr_expect_eq(sample_stats(o).dead_lettered, 600);
	output_close(&o, sample_in_ms(1000));
	receipt_free(&back);
	for (FILE *f = fopen(path, "re"); f; fclose(f), f = NULL) {
		while (fgets(text, sizeof(text), f)) {
			char *at = strstr(text, "\"id\":\"");
			unsigned serial = at ? (unsigned)strtoul(at + 6, NULL, 10) : 0;

			cr_expect_gt(serial, last);
			last = serial;
			n++;
		}
	}
	cr_expect_eq(n, 600);
}

Test(dead_letter, where_it_cannot_be_written_the_record_waits)
{
	struct rlimit before, none;
	struct output *o;

	script.answers[1] = "rrrrrrrrrrrrrrrrrrrr";
	o = open_script("/dev/full");
	cr_expect_null(o, "it is no regular file");
	o = open_script(store_path("no/such"));
	cr_expect_null(o);
	getrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, SIG_IGN);
	none = before;
	none.rlim_cur = 0;
	o = open_script(store_path("dead"));
	setrlimit(RLIMIT_FSIZE, &none);
	offer(o, 0, 1, 5);
	output_wake(o);
	SAMPLE_WAIT(3000, sample_stats(o).retried > 0);
	cr_expect_eq(sample_stats(o).dead_lettered, 0);
	cr_expect_eq(sample_stats(o).queued, 1);
	setrlimit(RLIMIT_FSIZE, &before);
	SAMPLE_WAIT(5000, sample_stats(o).dead_lettered == 1);
	cr_expect_eq(sample_stats(o).dead_lettered, 1);
	expect_balance(o);
	output_close(&o, sample_in_ms(1000));
}

/* ---- a disk that takes nothing ---- */

static void
waits_while(atomic_bool *fails)
{
	static unsigned counts[MOST];
	const char *path = store_path("dead");
	struct receipt_ring ring;
	struct receipt *receipt, *back = NULL;
	unsigned tries;
	struct output *o;

	receipt_ring_init(&ring, NULL, NULL);
	receipt = receipt_new(&ring, NULL, 1);
	refuse_all(3);
	atomic_store(fails, true);
	o = open_script(path);
	for (unsigned i = 0; i < 3; i++)
		offer_with(o, i, receipt);
	receipt_unref(&receipt);
	output_wake(o);
	SAMPLE_WAIT(3000, letters_of(path, counts) == 3 && atomic_load(&syncs.files) > 1);
	tries = atomic_load(&syncs.files);
	sample_sleep_ms(500);
	cr_expect_leq(atomic_load(&syncs.files) - tries, 6, "%u tries in half a second", atomic_load(&syncs.files) - tries);
	cr_expect_null(receipt_take(&ring), "let go before it was on the disk");
	cr_expect_eq(sample_stats(o).dead_lettered, 0);
	cr_expect_eq(sample_stats(o).queued, 3);
	cr_expect_neq(sample_stats(o).oldest_ns, 0);
	expect_balance(o);
	atomic_store(fails, false);
	SAMPLE_WAIT(15000, (back = receipt_take(&ring)) != NULL);
	cr_expect_not_null(back);
	SAMPLE_WAIT(1000, sample_stats(o).queued == 0);
	cr_expect_eq(sample_stats(o).dead_lettered, 3);
	expect_balance(o);
	cr_expect_eq(letters_of(path, counts), 3);
	cr_expect(counts[0] == 1 && counts[1] == 1 && counts[2] == 1);
	output_close(&o, sample_in_ms(1000));
	receipt_free(&back);
}

Test(dead_letter, a_letter_that_cannot_be_forced_to_the_disk_holds_its_event)
{
	waits_while(&syncs.files_fail);
}

Test(dead_letter, a_file_whose_name_is_not_on_the_disk_holds_its_events)
{
	waits_while(&syncs.folders_fail);
}

/* The system tells once that a page could not be written, and may forget it then. */
Test(dead_letter, after_a_sync_that_failed_the_letters_are_written_once_more)
{
	atomic_store(&syncs.loses, true);
	waits_while(&syncs.files_fail);
}

Test(dead_letter, more_than_can_be_forced_together_wait_and_lose_nothing)
{
	static unsigned counts[MOST];
	const char *path = store_path("dead");
	struct output *o;

	refuse_all(700);
	atomic_store(&syncs.files_fail, true);
	o = open_script(path);
	for (unsigned i = 0; i < 700; i++)
		offer(o, 0, i, 5);
	output_wake(o);
	SAMPLE_WAIT(3000, sample_stats(o).retried >= 700 - 256);
	cr_expect_eq(letters_of(path, counts), 256, "the others are not even written");
	cr_expect_eq(sample_stats(o).queued, 700);
	cr_expect_eq(sample_stats(o).dead_lettered, 0);
	sample_sleep_ms(300);
	cr_expect_lt(sample_stats(o).retried, 700 * 6, "it spins");
	atomic_store(&syncs.files_fail, false);
	SAMPLE_WAIT(20000, sample_stats(o).dead_lettered == 700);
	cr_expect_eq(sample_stats(o).dead_lettered, 700);
	expect_balance(o);
	output_close(&o, sample_in_ms(1000));
	letters_of(path, counts);
	for (unsigned i = 0; i < 700; i++)
		cr_expect_eq(counts[i], 1, "%u: %u times", i, counts[i]);
}

Test(dead_letter, what_is_not_on_the_disk_at_the_stop_is_given_up_and_counted)
{
	struct output *o;

	refuse_all(3);
	atomic_store(&syncs.files_fail, true);
	o = open_script(store_path("dead"));
	for (unsigned i = 0; i < 3; i++)
		offer(o, 0, i, 5);
	output_wake(o);
	SAMPLE_WAIT(3000, atomic_load(&syncs.files) > 0);
	cr_expect_eq(output_close(&o, sample_in_ms(300)), 3);
}

static struct spool *
open_spool(void)
{
	struct spool_config c = { .path = (char *)(uintptr_t)store_path("spool"), .limit_bytes = 1 << 20, .batch = 1000, .delay_ms = 5, .queue_limit = 1000,
		.queue_limit_bytes = 1 << 30 };
	struct spool *s = spool_open(&c, 1, false);

	cr_assert_not_null(s);
	return s;
}

Test(dead_letter, with_a_spool_what_is_not_on_the_disk_at_the_stop_comes_again)
{
	static unsigned counts[MOST];
	const char *path = store_path("dead");
	struct spool *s = open_spool();
	struct output *o = open_script_on(path, s);
	uint64_t in_spool;

	refuse_all(3);
	syncs.name = "/dead";
	atomic_store(&syncs.files_fail, true);
	for (unsigned i = 0; i < 3; i++) {
		struct record *r = sample_record(i, 5, "edge7", "ios");

		r->takers = output_spool_bit(o);
		output_spooled(o, 0, r, output_offer(spool_output(s), 0, r));
		record_unref(&r);
	}
	output_wake(spool_output(s));
	SAMPLE_WAIT(5000, letters_of(path, counts) == 3);
	cr_expect_eq(output_close_spooled(&o, sample_in_ms(300), &in_spool), 0);
	cr_expect_eq(in_spool, 3);
	spool_close(&s, sample_in_ms(1000));
	atomic_store(&syncs.files_fail, false);
	s = open_spool();
	o = open_script_on(path, s);
	SAMPLE_WAIT(5000, sample_stats(o).dead_lettered == 3);
	cr_expect_eq(sample_stats(o).resumed, 3);
	cr_expect_eq(sample_stats(o).dead_lettered, 3);
	output_close_spooled(&o, sample_in_ms(1000), &in_spool);
	cr_expect_eq(in_spool, 0);
	spool_close(&s, sample_in_ms(1000));
}

Test(dead_letter, a_line_that_a_crash_cut_is_ended)
{
	struct record *r = sample_record(1, 5, "edge7", "ios");
	const char *path = store_path("dead");
	struct dead_letter *d;
	FILE *f = fopen(path, "we");

	fputs("{\"time\":\"2026-", f);
	fclose(f);
	d = dead_letter_open(path);
	cr_assert_eq(dead_letter_write(d, r, FORMAT_NATIVE, "o", "why"), 0);
	cr_assert_eq(dead_letter_sync(d), 0);
	cr_assert_eq(dead_letter_reopen(d), 0);
	dead_letter_close(&d);
	read_file(path);
	cr_expect_eq(strncmp(text, "{\"time\":\"2026-\n{\"time\":\"", 24), 0);
	record_unref(&r);
}

Test(dead_letter, text_that_is_not_utf8_comes_back_to_the_byte)
{
	char bytes[256 + 1];
	const char *path = store_path("dead"), *why;
	struct record *r = sample_record(1, 5, "edge7", "ios"), *back;
	struct dead_letter_text letter;
	struct dead_letter *d = dead_letter_open(path);

	for (size_t n = 0; n <= 256; n += n < 8 ? 1 : 31) {
		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)(255 - i);
		bytes[n] = '\n';
		r->rendered[FORMAT_NATIVE] = span_of(bytes, n);
		cr_assert_eq(truncate(path, 0), 0);
		cr_assert_eq(dead_letter_write(d, r, FORMAT_NATIVE, "o", "why"), 0);
		read_file(path);
		cr_assert_eq(dead_letter_parse(span_of(text, strlen(text) - 1), &letter, &why), 0, "%zu: %s", n, why);
		back = dead_letter_record(&letter);
		cr_expect(span_eq(back->rendered[FORMAT_NATIVE], span_of(bytes, n)), "%zu bytes", n);
		record_unref(&back);
		dead_letter_text_fini(&letter);
	}
	dead_letter_close(&d);
	record_unref(&r);
}

Test(dead_letter, what_is_no_letter_is_told)
{
	static const char *const lines[] = { "", "x", "[]", "{}", "{\"id\":1}", "{\"id\":\"0123456789abcdef0123456789abcdef\"}",
		"{\"id\":\"0123456789abcdef0123456789abcdef\",\"device\":\"d\",\"os\":\"o\",\"error\":\"e\"}",
		"{\"id\":\"0123456789abcdef0123456789abcdef\",\"device\":\"d\",\"os\":\"o\",\"error\":\"e\",\"event_base64\":\"?\"}",
		"{\"id\":\"0123456789abcdef0123456789abcdef\",\"device\":\"d\",\"os\":\"o\",\"error\":\"e\",\"event\":\"x\",\"format\":\"nosuch\"}" };
	struct dead_letter_text letter;
	const char *why;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		cr_expect_eq(dead_letter_parse(span_str(lines[i]), &letter, &why), -1, "%s", lines[i]);
		cr_expect_not_null(why);
	}
	cr_expect_eq(dead_letter_parse(SPAN_LIT("{\"id\":\"0123456789abcdef0123456789abcdef\",\"device\":\"d\",\"os\":\"o\",\"error\":\"e\",\"event\":\"x\\u0000y\","
	    "\"format\":\"napalm\",\"severity\":99,\"outcome\":7,\"received\":\"never\"}"), &letter, &why), 0, "%s", why);
	cr_expect_eq(letter.event_bytes, 3);
	cr_expect_eq(letter.severity, 6);
	dead_letter_text_fini(&letter);
}

Test(dead_letter, an_event_of_a_letter_without_its_time_is_dated_by_its_receipt)
{
	static const char letter_head[] = "{\"id\":\"0123456789abcdef0123456789abcdef\",\"device\":\"d\",\"os\":\"o\",\"error\":\"e\",\"event\":\"x\",\"format\":\"native\","
	    "\"received\":\"2026-11-23T20:01:29.000000001Z\"";
	static const struct {
		const char *rest;
		int64_t time_ns;
	} rows[] = { { "}", INT64_C(1795464089000000001) }, { ",\"event_time\":7}", INT64_C(1795464089000000001) },
		{ ",\"event_time\":\"when?\"}", INT64_C(1795464089000000001) }, { ",\"event_time\":\"2026-11-23T20:01:28.123Z\"}", INT64_C(1795464088123000000) },
		{ ",\"event_time\":\"1969-12-31T23:59:59.5Z\"}", -500000000 } };
	struct dead_letter_text letter;
	struct record *r;
	const char *why;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int n = snprintf(text, sizeof(text), "%s%s", letter_head, rows[i].rest);

		cr_assert_eq(dead_letter_parse(span_of(text, (size_t)n), &letter, &why), 0, "%s: %s", text, why);
		r = dead_letter_record(&letter);
		cr_assert_not_null(r);
		cr_expect_eq(r->time_ns, rows[i].time_ns, "%s", rows[i].rest);
		cr_expect_eq(r->received_ns, INT64_C(1795464089000000001));
		record_unref(&r);
		dead_letter_text_fini(&letter);
	}
}

Test(dead_letter, latencies_are_counted_by_their_bucket)
{
	static struct latency l;
	static const struct {
		int64_t ns;
		unsigned bucket;
	} rows[] = { { -5, 0 }, { 0, 0 }, { 1000000, 0 }, { 1000001, 1 }, { 25000000, 3 }, { INT64_C(1000000000), 8 }, { INT64_C(3600000000000), 13 },
		{ INT64_C(3600000000001), 14 }, { INT64_MAX, 14 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint64_t before = l.counts[rows[i].bucket];

		latency_add(&l, rows[i].ns);
		cr_expect_eq(l.counts[rows[i].bucket], before + 1, "%lld", (long long)rows[i].ns);
	}
}
