#include "tests/outputs/lumber_host.h"

TestSuite(lumberjack, .timeout = 120);

static struct output *
open_to(const struct lumber_host *h, const char *more)
{
	char yaml[1024];

	snprintf(yaml, sizeof(yaml), "- {name: l, kind: lumberjack, hosts: '127.0.0.1:%d', %s}", h->far.port, more);
	return sample_output(yaml);
}

static uint64_t
reconnects(const struct output *o)
{
	return far_count(o, "connections");
}

Test(lumberjack, every_event_arrives_once_and_in_order)
{
	static const char *const rows[] = { "compression: 0", "compression: 1", "compression: 9, window: 100, pipelining: 8", "window: 1, pipelining: 1",
		"window: 7, compression: 0" };
	static const size_t pieces[] = { 0, 1, 3, 1000 };
	enum { N = 1500 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct lumber_host *h = host_open((struct lumber_host){ .piece = pieces[i % 4] });
		struct output *o = open_to(h, rows[i]);

		sample_offer(o, 0, N);
		FAR_DONE(o, N);
		cr_expect_eq(h->events, N);
		cr_expect_eq(host_missing(h, N), 0);
		cr_expect_eq(reconnects(o), 1);
		cr_expect(sample_stats(o).up);
		far_end(&o, 0);
		host_close(h);
	}
}

Test(lumberjack, a_window_grows_to_its_limit_and_no_further)
{
	struct lumber_host *h = host_open((struct lumber_host){ .lazy_ms = 20 });
	struct output *o = open_to(h, "window: 300, pipelining: 1");

	sample_offer(o, 0, 6000);
	FAR_DONE(o, 6000);
	cr_expect_eq(h->largest, 300, "%u", h->largest);
	far_end(&o, 0);
	host_close(h);
}

Test(lumberjack, an_event_under_a_key_is_text)
{
	struct lumber_host *h = host_open((struct lumber_host){ 0 });
	struct output *o = open_to(h, "field: message");

	sample_offer(o, 0, 10);
	FAR_DONE(o, 10);
	cr_expect_eq(h->wrapped, 10);
	far_end(&o, 0);
	host_close(h);
}

/* A device's line is what a device says, also where it looks like an event. */
Test(lumberjack, a_line_that_is_no_event_is_text)
{
	struct lumber_host *h = host_open((struct lumber_host){ 0 });
	struct output *o = open_to(h, "window: 10");

	sample_offer_raw(o, 0, "{\"v\":1,\"id\":\"00000000000000000000000000000000\"}");
	FAR_DONE(o, 1);
	cr_expect_eq(h->wrapped, 1);
	far_end(&o, 0);
	host_close(h);
}

Test(lumberjack, a_connection_that_ends_at_any_byte_costs_nothing)
{
	for (int compression = 0; compression <= 1; compression++) {
		unsigned serial = 0;

		for (int64_t at = 0; at < 4000; at += at < 24 ? 1 : 331) {
			struct lumber_host *h = host_open((struct lumber_host){ .fault = HOST_CLOSES, .faulty = 1, .close_at = at });
			struct output *o = open_to(h, compression ? "compression: 3" : "compression: 0");

			sample_offer(o, serial, 3);
			FAR_DONE(o, 3);
			cr_expect_eq(h->count[serial] > 0 && h->count[serial + 1] > 0 && h->count[serial + 2] > 0, true);
			far_end(&o, 0);
			host_close(h);
			serial += 3;
		}
	}
}

Test(lumberjack, a_part_that_is_acknowledged_is_settled_at_once)
{
	struct lumber_host *h = host_open((struct lumber_host){ .fault = HOST_PARTIAL, .faulty = 1 });
	struct output *o = open_to(h, "timeout: 1s");

	sample_offer(o, 0, 10);
	SAMPLE_WAIT(5000, far_done(o) == 3);
	cr_expect_eq(far_done(o), 3);
	FAR_DONE(o, 10);
	/* The three are not sent again; of the others those that were in their window, which may have gone out before all were offered. */
	for (unsigned i = 0; i < 10; i++)
		cr_expect(h->count[i] == 1 || (h->count[i] == 2 && i >= 3), "%u came %u times", i, h->count[i]);
	cr_expect_eq(h->count[3], 2);
	cr_expect_eq(far_count(o, "lumberjack_partial_acks"), 1);
	far_end(&o, 0);
	host_close(h);
}

Test(lumberjack, windows_in_parts)
{
	struct lumber_host *h = host_open((struct lumber_host){ .part = 7, .piece = 5 });
	struct output *o = open_to(h, "window: 50, compression: 0");

	sample_offer(o, 0, 1000);
	FAR_DONE(o, 1000);
	cr_expect_eq(h->events, 1000);
	far_end(&o, 0);
	host_close(h);
}

Test(lumberjack, a_host_that_is_at_work_has_time)
{
	struct lumber_host *h = host_open((struct lumber_host){ .lazy_ms = 1000 });
	struct output *o = open_to(h, "timeout: 500ms");

	sample_offer(o, 0, 10);
	FAR_DONE(o, 10);
	cr_expect_eq(reconnects(o), 1);
	cr_expect_gt(far_count(o, "lumberjack_alive"), 5);
	far_end(&o, 0);
	host_close(h);
}

/* The first connection is of no use, whatever happens on it; the second delivers all. */
Test(lumberjack, a_bad_host_is_left_and_nothing_is_lost)
{
	static const enum host_fault faults[] = { HOST_CLOSES_UNSAID, HOST_SILENT, HOST_DEAF, HOST_ALIVE, HOST_RUBBISH, HOST_ABOVE, HOST_UNASKED, HOST_HALF };

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct lumber_host *h = host_open((struct lumber_host){ .fault = faults[i], .faulty = 1 });
		struct output *o = open_to(h, "timeout: 500ms, stall_timeout: 1s");

		sample_offer(o, 0, 2000);
		FAR_DONE(o, 2000);
		cr_expect_geq(reconnects(o), 2, "fault %d: %llu", (int)faults[i], (unsigned long long)reconnects(o));
		cr_expect_eq(host_missing(h, 2000), 0);
		far_end(&o, 0);
		host_close(h);
	}
}

Test(lumberjack, a_host_that_reads_nothing_stalls_only_until_the_timeout)
{
	struct lumber_host *h = host_open((struct lumber_host){ .fault = HOST_DEAF, .faulty = 1 });
	struct output *o = open_to(h, "timeout: 400ms, compression: 0, pipelining: 64");

	sample_offer(o, 0, 20000);         /* more than sockets hold */
	FAR_DONE(o, 20000);
	cr_expect_eq(host_missing(h, 20000), 0);
	far_end(&o, 0);
	host_close(h);
}

/* An event with a line of so many bytes. */
static struct record *
large_record(size_t bytes)
{
	struct nevent ev = sample_event();
	char *raw = malloc(bytes);
	struct arena arena;
	struct json json;
	struct record *r;

	cr_assert(raw && arena_init(&arena, 4096, 1 << 20) == 0 && json_init(&json, 4096, bytes + 65536) == 0);
	memset(raw, 'x', bytes);
	ev.raw = span_of(raw, bytes);
	memset(ev.id, '0', NEVENT_ID_LEN);
	r = record_seal(&ev, 1u << FORMAT_NATIVE, NULL, &arena, &json);
	cr_assert_not_null(r);
	arena_fini(&arena);
	json_fini(&json);
	free(raw);
	return r;
}

/* More than sockets hold: the first of its bytes are read, and all of it is acknowledged. */
Test(lumberjack, a_host_that_acknowledges_what_it_cannot_have_is_left)
{
	struct lumber_host *h = host_open((struct lumber_host){ .fault = HOST_EARLY, .faulty = 1 });
	struct output *o = open_to(h, "compression: 0");
	struct record *r = large_record(20 << 20);

	output_offer(o, 0, r);
	output_wake(o);
	FAR_DONE(o, 1);
	cr_expect_eq(h->count[0], 1);
	cr_expect_eq(far_count(o, "connections"), 2);
	far_end(&o, 0);
	record_unref(&r);
	host_close(h);
}

Test(lumberjack, what_fits_no_window_is_refused)
{
	struct lumber_host *h = host_open((struct lumber_host){ .part = 1 });
	struct output *o = open_to(h, "compression: 0");
	struct record *r = large_record(70 << 20);

	sample_offer(o, 0, 5);
	output_offer(o, 0, r);
	sample_offer(o, 5, 5);
	FAR_DONE(o, 10);
	SAMPLE_WAIT(5000, far_dropped(o) == 1);
	cr_expect_eq(far_dropped(o), 1);
	cr_expect_eq(h->events, 10);
	far_end(&o, 0);
	record_unref(&r);
	host_close(h);
}

/* As Logstash does with whoever says nothing for a while. */
Test(lumberjack, a_host_that_leaves_when_all_is_said_is_found_again)
{
	struct lumber_host *h = host_open((struct lumber_host){ .fault = HOST_LEAVES, .faulty = 1000 });
	struct output *o = open_to(h, "");

	for (unsigned i = 0; i < 20; i++) {
		sample_offer(o, i * 10, 10);
		FAR_DONE(o, (i + 1) * 10);
		sample_sleep_ms(20);
	}
	cr_expect_eq(sample_stats(o).retried, 0);
	cr_expect_eq(far_count(o, "connections"), 20);
	cr_expect(sample_stats(o).up);
	far_end(&o, 0);
	host_close(h);
}

Test(lumberjack, back_and_forth)
{
	struct lumber_host *h = host_open((struct lumber_host){ .fault = HOST_CLOSES, .every_other = true, .close_at = 30000 });
	struct output *o = open_to(h, "window: 64, compression: 0");

	for (unsigned i = 0; i < 10; i++) {
		sample_offer(o, i * 300, 300);
		FAR_DONE(o, (i + 1) * 300);
	}
	cr_expect_eq(host_missing(h, 3000), 0);
	far_end(&o, 0);
	host_close(h);
}

Test(lumberjack, what_is_in_flight_at_the_end_is_left)
{
	struct lumber_host *h = host_open((struct lumber_host){ .fault = HOST_SILENT, .faulty = 9 });
	struct output *o = open_to(h, "timeout: 30s");

	sample_offer(o, 0, 500);
	SAMPLE_WAIT(5000, h->events >= 64);
	far_end(&o, 500);
	host_close(h);
}
