/* The spool with outputs on it: order, gathering, room. */
#include "tests/outputs/spool_sample.h"

#include "base/clock.h"
#include "outputs/drain.h"

TestSuite(spool, .init = store_dir_make, .fini = store_dir_remove, .timeout = 60);

Test(spool, records_gather_for_the_delay_or_until_the_batch_is_full)
{
	struct spool *s = open_slow_spool();
	struct output *o = open_named(s, "a");
	int64_t begin = clock_monotonic_ns();

	offer_many(s, o, 0, 10);
	sample_sleep_ms(150);
	cr_expect_eq(stats_of(s).next, 1, "they wait for others");
	offer_many(s, o, 10, 10);
	SAMPLE_WAIT(3000, stats_of(s).next == 21 && stats_of(s).commits > 0);
	cr_expect_geq(clock_monotonic_ns() - begin, 390 * 1000000LL);
	cr_expect_eq(stats_of(s).commits, 1);
	begin = clock_monotonic_ns();
	offer_many(s, o, 20, 1000);
	SAMPLE_WAIT(3000, stats_of(s).next == 1021);
	cr_expect_lt(clock_monotonic_ns() - begin, 350 * 1000000LL, "a full batch waits no longer");
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
}

Test(spool, an_output_that_is_closed_gets_what_is_on_its_way_to_the_disk)
{
	struct spool *s = open_slow_spool();
	struct output *o = open_named(s, "a");

	offer_many(s, o, 0, 50);
	cr_expect_eq(stats_of(s).next, 1);
	cr_expect_eq(output_close(&o, sample_in_ms(5000)), 0);
	cr_expect_eq(script.nseen, 50);
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
}

/* The bytes of what is not delivered are bounded also where there is a store to read from. */
Test(spool, no_more_is_held_in_memory_than_the_queue_may_take)
{
	struct spool *s = open_spool(64 * MIB, 100000, OUTPUT_DROP);
	struct output_config c = config_of(100000);
	struct output_stats stats;
	struct output *o;

	c.queue.limit_bytes = 100000;
	c.name = (char[]){ "a" };
	script.hold = true;
	o = output_open_kind(&far_kind, &c, 1, false, s);
	offer_many(s, o, 0, 5000);
	SAMPLE_WAIT(10000, stats_of(s).next == 5001);
	sample_sleep_ms(200);
	stats = sample_stats(o);
	cr_expect_gt(stats.queued_bytes, 1000000);
	cr_expect(atomic_load(&o->held_bytes) > 90000 && atomic_load(&o->held_bytes) < 110000, "%llu", (unsigned long long)atomic_load(&o->held_bytes));
	script.hold = false;
	output_wake(o);
	SAMPLE_WAIT(20000, sample_stats(o).sent == 5000);
	cr_expect_eq(sample_stats(o).sent, 5000);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	expect_order(0, 5000);
}

/* More than a tail keeps in memory while its output takes nothing: the rest is read from the store, and what comes later is not. */
Test(spool, order_is_kept_where_memory_ends_and_the_store_begins)
{
	struct spool *s = open_spool(64 * MIB, 100000, OUTPUT_DROP);
	struct output *a = open_named(s, "a"), *b = open_named(s, "b");
	unsigned serial = 0;

	for (; serial < 100; serial++)
		offer_one(s, a, serial);
	output_wake(spool_output(s));
	SAMPLE_WAIT(10000, sample_stats(a).sent == 100);
	script.hold = true;
	for (; serial < 18000; serial++) {
		if (serial % 3)
			offer_one(s, a, serial);
		else
			offer_one(s, b, serial);
		if (serial % 500 == 0)
			output_wake(spool_output(s));
	}
	output_wake(spool_output(s));
	SAMPLE_WAIT(10000, stats_of(s).next == 18001);
	cr_expect_eq(sample_stats(a).sent, 100);
	expect_ledger(a, "held");
	script.hold = false;
	output_wake(a);
	SAMPLE_WAIT(20000, sample_stats(a).queued == 0 && sample_stats(b).queued == 0);
	for (; serial < 19000; serial++)
		offer_one(s, a, serial);
	output_wake(spool_output(s));
	SAMPLE_WAIT(10000, script.nseen == 19000);
	cr_assert_eq(script.nseen, 19000);
	for (unsigned i = 0, last[2] = { 0 }; i < script.nseen; i++) {
		unsigned n = script.seen[i], of_b = n >= 100 && n < 18000 && n % 3 == 0;

		cr_assert(i == 0 || n > last[of_b] || last[of_b] == 0, "%u after %u", n, last[of_b]);
		last[of_b] = n;
	}
	expect_ledger(a, "at rest");
	expect_ledger(b, "at rest");
	cr_expect_eq(output_close(&a, sample_in_ms(1000)), 0);
	cr_expect_eq(output_close(&b, sample_in_ms(1000)), 0);
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
}

Test(spool, what_is_offered_is_accepted_and_delivered_in_order)
{
	struct spool *s = open_spool(64 * MIB, 100000, OUTPUT_DROP);
	struct output *o = open_named(s, "a");

	offer_many(s, o, 0, 5000);
	SAMPLE_WAIT(10000, sample_stats(o).sent == 5000);
	expect_ledger(o, "at rest");
	cr_expect_eq(sample_stats(o).queued, 0);
	cr_expect_eq(sample_stats(o).queued_bytes, 0);
	cr_expect_eq(sample_stats(spool_output(s)).delivered, 5000);
	expect_balance(spool_output(s));
	cr_expect_eq(stats_of(s).next, 5001);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	SAMPLE_WAIT(3000, stats_of(s).bytes == 0);
	cr_expect_eq(stats_of(s).bytes, 0, "all of it is deleted");
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	expect_order(0, 5000);
}

Test(spool, settled_out_of_order_the_position_is_that_of_the_first_open_one)
{
	struct spool *s = open_spool(64 * MIB, 1000, OUTPUT_DROP);
	struct store_setting reading = { .path = store_path("spool"), .read_only = true };
	struct store_output all[STORE_MAX_OUTPUTS];
	struct store *store;
	struct output *o;

	script.answers[5] = "l";
	script.answers[6] = "r";
	script.answers[9] = "l";
	script.deaf = true;
	o = open_named(s, "a");
	offer_many(s, o, 0, 50);
	SAMPLE_WAIT(5000, sample_stats(o).sent == 47);
	expect_ledger(o, "two in flight");
	output_close(&o, sample_in_ms(50));
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	store = store_open(&reading);
	cr_assert_eq(store_outputs(store, all), 1);
	cr_expect_eq(all[0].position, 6, "serial 5 has number 6");
	store_close(&store);
}

Test(spool, full_it_drops_by_severity_and_takes_again_when_there_is_room)
{
	struct spool *s = open_spool(MIB, 500, OUTPUT_DROP);
	struct output *o;
	unsigned serial = 0, taken;

	script.hold = true;
	o = open_named(s, "a");
	for (; serial < 15000 && sample_dropped(&(struct output_stats[]){ sample_stats(o) }[0]) < 100; serial++) {
		offer_one(s, o, serial);
		if (serial % 50 == 0) {
			/* Its thread may be slow: it is the store that is to be full, and not just the queue. */
			output_wake(spool_output(s));
			SAMPLE_WAIT(3000, sample_stats(spool_output(s)).queued < 300 || !sample_stats(spool_output(s)).up);
		}
	}
	cr_expect_lt(serial, 15000);
	cr_expect_not(sample_stats(spool_output(s)).up);
	cr_expect_leq(stats_of(s).bytes, MIB * 5 / 4);
	expect_ledger(o, "full");
	set_hold(false);
	SAMPLE_WAIT(15000, sample_stats(o).queued == 0);
	expect_ledger(o, "empty");
	cr_expect(sample_stats(spool_output(s)).up);
	taken = script.nseen;
	offer_many(s, o, 15000, 100);
	SAMPLE_WAIT(5000, script.nseen == taken + 100);
	cr_expect_eq(script.nseen, taken + 100);
	expect_ledger(o, "more");
	output_close(&o, sample_in_ms(1000));
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
}

Test(spool, full_it_holds_back_where_it_shall)
{
	struct spool *s = open_spool(MIB, 500, OUTPUT_BLOCK);
	struct output *o;
	unsigned serial = 0;

	script.hold = true;
	o = open_named(s, "a");
	for (; serial < 15000 && !output_full(spool_output(s)); serial++) {
		offer_one(s, o, serial);
		output_wake(spool_output(s));
		if (serial % 50 == 0)
			sample_sleep_ms(2);
	}
	cr_expect(output_full(spool_output(s)));
	set_hold(false);
	SAMPLE_WAIT(15000, !output_full(spool_output(s)));
	cr_expect_not(output_full(spool_output(s)));
	SAMPLE_WAIT(15000, sample_stats(o).queued == 0);
	cr_expect_eq(sample_stats(o).sent, serial);
	expect_ledger(o, "empty");
	output_close(&o, sample_in_ms(1000));
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	expect_order(0, serial);
}

Test(spool, one_that_stands_aside_for_ever_holds_up_no_more_than_the_window)
{
	static char never[8192];
	struct spool *s = open_spool(256 * MIB, 100000, OUTPUT_DROP);
	struct output *o;

	memset(never, 'a', sizeof(never) - 1);
	script.answers[0] = never;
	o = open_named(s, "a");
	offer_to(s, &o, 1, sample_record(0, 5, "stuck", "ios"));
	offer_many(s, o, 1, 12000);
	SAMPLE_WAIT(2000, sample_stats(o).sent >= 2047);
	sample_sleep_ms(100);
	cr_expect_geq(sample_stats(o).sent, 1000, "%llu", (unsigned long long)sample_stats(o).sent);
	expect_ledger(o, "stuck");
	cr_expect_eq(output_close(&o, sample_in_ms(50)), 0);
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
}

Test(spool, two_outputs_each_have_their_own_pace)
{
	struct spool *s = open_spool(64 * MIB, 10000, OUTPUT_DROP);
	struct output *both[2];

	both[0] = open_named(s, "a");
	both[1] = open_named(s, "b");
	for (unsigned i = 0; i < 200; i++)
		offer_to(s, both, i % 2 ? 2 : 1, sample_record(i, 5, "edge7", "ios"));
	output_wake(spool_output(s));
	SAMPLE_WAIT(5000, sample_stats(both[0]).sent == 200 && sample_stats(both[1]).sent == 100);
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(sample_stats(both[i]).sent, i ? 100 : 200);
		expect_ledger(both[i], "each");
		output_close(&both[i], sample_in_ms(1000));
	}
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
}
