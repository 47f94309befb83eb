#include <errno.h>

#include "outputs/drain.h"
#include "tests/outputs/script.h"

Test(output, what_is_offered_is_delivered_in_order_and_counted)
{
	struct output_config c = config_of(10000);
	struct output *o = output_open_kind(&script_kind, &c, 1, false, NULL);

	for (unsigned i = 0; i < 3000; i++) {
		offer(o, 0, i, 6);
		if (i % 100 == 0)
			output_wake(o);
	}
	output_filtered(o, 0);
	output_wake(o);
	SAMPLE_WAIT(5000, sample_stats(o).sent == 3000);
	expect_balance(o);
	cr_expect_eq(sample_stats(o).filtered, 1);
	cr_expect_eq(sample_stats(o).offered, 3001);
	cr_expect_eq(sample_stats(o).queued_bytes, 0);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	cr_expect_null(o);
	expect_order(0, 3000);
}

Test(output, a_sleeping_thread_is_woken_by_one_batch)
{
	struct output_config c = config_of(10000);
	struct output *o = output_open_kind(&script_kind, &c, 1, false, NULL);
	int64_t start;

	for (unsigned i = 0; i < 5; i++) {
		sample_sleep_ms(30);
		start = clock_monotonic_ns();
		offer(o, 0, i, 6);
		output_wake(o);
		SAMPLE_WAIT(900, sample_stats(o).sent == i + 1);
		cr_expect_lt(clock_monotonic_ns() - start, 500000000, "it slept on");
	}
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
}

/* How long it took from the first offer until the record was tried for the last time. */
static int64_t
ms_until_delivered(struct output *o, unsigned serial)
{
	int64_t begin = clock_monotonic_ns();

	offer(o, 0, serial, 6);
	output_wake(o);
	SAMPLE_WAIT(8000, sample_stats(o).queued == 0);
	return (script.tried_ns[serial] - begin) / 1000000;
}

Test(output, waits_double_until_a_delivery_and_a_connection_alone_is_none)
{
	struct output_config c = config_of(1000);
	struct output *o;

	/* 50 to 100 ms, twice that, and so on. */
	script.answers[0] = "gggg";
	script.answers[1] = "g";
	script.answers[2] = "cccc";
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	cr_expect_geq(ms_until_delivered(o, 0), 740);
	cr_expect_eq(sample_stats(o).reconnects, 1);
	cr_expect_eq(sample_stats(o).retried, 4);
	cr_expect_lt(ms_until_delivered(o, 1), 390, "it began anew");
	cr_expect_eq(sample_stats(o).reconnects, 2);
	cr_expect_geq(ms_until_delivered(o, 2), 740);
	cr_expect_eq(script.tries[2], 5);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
}

Test(output, a_far_side_that_refuses_is_there)
{
	struct output_config c = config_of(1000);
	struct output *o;

	script.answers[0] = "gr";
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	offer(o, 0, 0, 6);
	output_wake(o);
	SAMPLE_WAIT(5000, sample_stats(o).queued == 0);
	cr_expect(sample_stats(o).up);
	cr_expect_eq(sample_stats(o).reconnects, 1);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
}

Test(output, outputs_do_not_wait_in_step)
{
	struct output_config c = config_of(1000);
	struct output *a = output_open_kind(&script_kind, &c, 1, false, NULL), *b = output_open_kind(&script_kind, &c, 1, false, NULL);

	cr_expect_neq(a->backoff.random, b->backoff.random);
	cr_expect_neq(a->aside.random, b->aside.random);
	cr_expect_neq(a->aside.random, a->backoff.random);
	cr_expect_eq(output_close(&a, sample_in_ms(1000)), 0);
	cr_expect_eq(output_close(&b, sample_in_ms(1000)), 0);
}

Test(output, a_record_that_must_be_tried_again_goes_before_all_that_came_after_it)
{
	static const struct {
		unsigned serial;
		const char *answers;
	} rows[] = { { 0, "a" }, { 3, "aa" }, { 4, "g" }, { 7, "nnn" }, { 9, "gagd" } };
	struct output_config c = config_of(1000);
	struct output *o;
	struct output_stats s;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		script.answers[rows[i].serial] = rows[i].answers;
	script.most = 1;
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	for (unsigned i = 0; i < 12; i++)
		offer(o, 0, i, 6);
	output_wake(o);
	SAMPLE_WAIT(10000, sample_stats(o).sent == 12);
	s = sample_stats(o);
	cr_expect_eq(s.retried, 7);
	cr_expect(s.up);
	expect_balance(o);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	expect_order(0, 12);
}

Test(output, a_batch_that_fails_as_a_whole_comes_again_in_its_order)
{
	struct output_config c = config_of(1000);
	struct output *o;

	for (unsigned i = 0; i < 100; i++)
		script.answers[i] = i % 2 ? "ag" : "ga";
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	for (unsigned i = 0; i < 100; i++)
		offer(o, 0, i, 6);
	output_wake(o);
	SAMPLE_WAIT(5000, sample_stats(o).sent == 100);
	cr_expect_eq(sample_stats(o).retried, 200);
	expect_balance(o);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	expect_order(0, 100);
}

Test(output, what_can_never_be_delivered_holds_up_its_own_key_only)
{
	static char never[4096];
	struct output_config c = config_of(1000);
	struct output *o;
	struct record *r;

	memset(never, 'a', sizeof(never) - 1);
	script.answers[0] = script.answers[1] = script.answers[2] = never;
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	for (unsigned i = 0; i < 12000; i++) {
		r = sample_record(i, 3, i < 3 ? "stuck" : "edge7", "ios");
		output_offer(o, 0, r);
		record_unref(&r);
		if (i % 500 == 499) {
			output_wake(o);
			SAMPLE_WAIT(2000, sample_stats(o).queued <= 3);
		}
	}
	cr_expect_eq(sample_stats(o).sent, 12000 - 3);
	cr_expect_eq(sample_stats(o).queued, 3);
	expect_balance(o);
	cr_expect_eq(output_close(&o, sample_in_ms(100)), 3);
	expect_order(3, 12000 - 3);
}

Test(output, a_record_that_got_through_makes_the_next_wait_short)
{
	struct output_config c = config_of(1000);
	struct output *o;

	for (unsigned i = 0; i < 20; i++)
		script.answers[i] = "a";
	script.most = 1;
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	for (unsigned i = 0; i < 20; i++)
		offer(o, 0, i, 6);
	output_wake(o);
	SAMPLE_WAIT(6000, sample_stats(o).sent == 20);
	cr_expect_eq(output_close(&o, sample_in_ms(1)), 0);
	expect_order(0, 20);
}

Test(output, an_earlier_deadline_takes_effect_at_once)
{
	struct output_config c = config_of(1000);
	struct output *o;
	int64_t start;

	script.hold = true;
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	offer(o, 0, 0, 3);
	output_stop(o, sample_in_ms(60000));
	sample_sleep_ms(100);
	cr_expect_eq(sample_stats(o).queued, 1);
	start = clock_monotonic_ns();
	output_stop(o, start);
	SAMPLE_WAIT(2000, sample_stats(o).queued == 0);
	cr_expect_lt(clock_monotonic_ns() - start, INT64_C(500000000));
	cr_expect_eq(output_close(&o, sample_in_ms(60000)), 1);
}

Test(output, what_is_refused_is_dropped_with_its_reason_and_holds_up_nobody)
{
	struct output_config c = config_of(1000);
	struct output *o;
	struct output_stats s;

	script.answers[1] = "r";
	script.answers[2] = "ar";
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	for (unsigned i = 0; i < 5; i++)
		offer(o, 0, i, (int)i);
	output_wake(o);
	SAMPLE_WAIT(5000, sample_stats(o).queued == 0);
	s = sample_stats(o);
	cr_expect_eq(s.sent, 3);
	cr_expect_eq(s.dropped[OUTPUT_DROP_REFUSED][1], 1);
	cr_expect_eq(s.dropped[OUTPUT_DROP_REFUSED][2], 1);
	expect_balance(o);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
}

Test(output, what_is_settled_later_in_any_order_is_in_flight_until_then)
{
	struct output_config c = config_of(1000);
	struct output *o;

	for (unsigned i = 0; i < 50; i++)
		script.answers[i] = "l";
	script.reverse = true;
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	for (unsigned i = 0; i < 50; i++)
		offer(o, 0, i, 6);
	output_wake(o);
	sample_sleep_ms(50);
	cr_expect_eq(sample_stats(o).queued, 50);
	cr_expect_gt(sample_stats(o).queued_bytes, 50 * 100);
	expect_balance(o);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	cr_expect_eq(script.nseen, 50);
	cr_expect_eq(script.seen[0], 49);
}

Test(output, what_is_left_at_the_deadline_is_counted)
{
	struct output_config c = config_of(1000);
	struct output *o;
	int64_t start = clock_monotonic_ns();

	script.hold = true;
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	for (unsigned n = 0; n < 30; n++)
		offer(o, 0, n, 3);
	output_stop(o, sample_in_ms(100));
	sample_sleep_ms(300);
	cr_expect_eq(sample_stats(o).dropped[OUTPUT_DROP_STOP][3], 30);
	cr_expect_eq(sample_stats(o).queued, 0);
	expect_balance(o);
	cr_expect_eq(output_close(&o, sample_in_ms(100)), 30);
	cr_expect_lt(clock_monotonic_ns() - start, INT64_C(2000000000));
}

Test(output, what_a_library_may_still_read_is_never_freed)
{
	struct output_config c = config_of(100);
	struct record *flying;
	struct output *o;

	script.answers[0] = "l";
	script.deaf = script.clings = true;
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	offer(o, 0, 0, 6);
	output_wake(o);
	SAMPLE_WAIT(5000, script.nlater == 1);
	flying = *script.later[0];
	cr_expect_eq(output_close(&o, sample_in_ms(50)), 1);
	cr_expect_eq(serial_of(flying), 0);             /* what reads freed memory ends here under ASan */
	record_unref(&flying);                          /* the library's, so to say */
}

Test(output, a_stop_tries_again_until_the_deadline)
{
	struct output_config c = config_of(1000);
	struct output *o;

	script.answers[0] = "gggg";
	script.most = 1;
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	offer(o, 0, 0, 3);
	offer(o, 0, 1, 3);
	cr_expect_eq(output_close(&o, sample_in_ms(5000)), 0);
	expect_order(0, 2);
}

Test(output, it_is_down_until_a_delivery)
{
	struct output_config c = config_of(1000);
	struct output *o;

	script.answers[0] = "gg";
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	cr_expect(sample_stats(o).up);
	offer(o, 0, 0, 3);
	output_wake(o);
	SAMPLE_WAIT(1000, !sample_stats(o).up);
	cr_expect_not(sample_stats(o).up);
	SAMPLE_WAIT(3000, sample_stats(o).sent == 1 && sample_stats(o).up);
	cr_expect(sample_stats(o).up);
	output_close(&o, sample_in_ms(1000));
}

Test(output, it_is_opened_anew_in_its_own_thread)
{
	struct output_config c = config_of(1000);
	struct output *o = output_open_kind(&script_kind, &c, 1, false, NULL);

	output_reopen(o);
	SAMPLE_WAIT(500, script.reopened == 1);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	cr_expect_eq(script.reopened, 1);
}

static void *
nothing(const struct output_config *config, struct output *output)
{
	(void)config;
	(void)output;
	errno = ENOENT;
	return NULL;
}

Test(output, a_kind_that_does_not_open_is_no_output)
{
	static const struct output_kind broken = { .name = "broken", .open = nothing, .write = script_write, .close = script_close };
	struct output_config c = config_of(1000);

	cr_expect_null(output_open_kind(&broken, &c, 4, false, NULL));
	cr_expect_eq(errno, ENOENT);
}

Test(output, one_record_in_many_outputs_has_one_copy)
{
	struct output_config c = config_of(1000);
	struct output *o = output_open_kind(&script_kind, &c, 1, false, NULL);
	struct record *r = sample_record(3, 6, "edge7", "ios");

	set_hold(true);
	output_offer(o, 0, r);
	cr_expect_eq(atomic_load(&r->refs), 2);
	set_hold(false);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	cr_expect_eq(atomic_load(&r->refs), 1);
	record_unref(&r);
}
