/* Outputs that come, go and take each other's place while the spool goes on. */
#include "tests/outputs/spool_sample.h"

TestSuite(spool_reload, .init = store_dir_make, .fini = store_dir_remove, .timeout = 60);

/* A reload that changes an output's options: both have one name, and the new one waits. */
Test(spool_reload, a_replaced_output_ends_before_the_new_one_begins)
{
	struct spool *s = open_spool(64 * MIB, 100000, OUTPUT_DROP);
	struct output *old, *new;

	script.most = 1;        /* else it goes on behind one that failed, and those come twice */
	script.answers[120] = "gggggggggg";
	old = open_named(s, "a");
	offer_many(s, old, 0, 300);
	SAMPLE_WAIT(5000, !sample_stats(old).up);
	new = open_named(s, "a");
	offer_many(s, old, 300, 50);            /* by a worker that has not yet swapped */
	offer_many(s, new, 350, 150);
	SAMPLE_WAIT(2000, stats_of(s).next == 501);
	expect_ledger(old, "the old one before its end");
	expect_ledger(new, "the new one before its turn");
	cr_expect_eq(sample_stats(new).queued, 150);
	script.tries[120] = 1000;
	cr_expect_eq(output_close(&old, sample_in_ms(5000)), 0);
	SAMPLE_WAIT(5000, sample_stats(new).queued == 0 && sample_stats(new).sent > 0);
	expect_ledger(new, "the new one");
	cr_expect_eq(sample_stats(new).offered, 150);
	cr_expect_eq(sample_stats(new).queued_bytes, 0);
	output_close(&new, sample_in_ms(1000));
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	expect_order(0, 500);
}

Test(spool_reload, a_reload_that_comes_to_nothing_leaves_the_old_output_as_it_was)
{
	struct spool *s = open_spool(64 * MIB, 100000, OUTPUT_DROP);
	struct output *old = open_named(s, "a"), *new, *newer;

	offer_many(s, old, 0, 10);
	new = open_named(s, "a");
	newer = open_named(s, "a");
	output_close(&newer, sample_in_ms(0));
	output_close(&new, sample_in_ms(0));
	offer_many(s, old, 10, 10);
	SAMPLE_WAIT(3000, sample_stats(old).sent == 20);
	expect_ledger(old, "the old one");
	output_close(&old, sample_in_ms(1000));
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	expect_order(0, 20);
}

/* While its thread is at each step of catching up. */
Test(spool_reload, reloads_that_come_to_nothing_lose_nothing_whenever_they_come)
{
	struct spool *s = open_spool_with((struct spool_config){ .limit_bytes = 64 * MIB, .batch = 10, .delay_ms = 0, .queue_limit = 100000 });
	struct output *old = open_named(s, "a"), *new;
	unsigned serial = 0;

	for (unsigned round = 0; round < 400; round++) {
		offer_many(s, old, serial, 13);
		usleep(round * 7 % 400);
		new = open_named(s, "a");
		offer_many(s, old, serial + 13, 12);
		usleep(round * 11 % 300);
		output_close(&new, sample_in_ms(0));
		serial += 25;
	}
	SAMPLE_WAIT(10000, sample_stats(old).sent == serial);
	cr_expect_eq(sample_stats(old).sent, serial);
	cr_expect_eq(output_close(&old, sample_in_ms(1000)), 0);
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	expect_order(0, serial);
}

/* The middle one of three goes first. */
Test(spool_reload, the_one_in_the_middle_may_go_before_its_turn)
{
	struct spool *s = open_spool(64 * MIB, 100000, OUTPUT_DROP);
	struct output *first, *second, *third;

	script.answers[0] = "gggggggggg";
	script.most = 1;
	first = open_named(s, "a");
	offer_many(s, first, 0, 5);
	SAMPLE_WAIT(3000, !sample_stats(first).up);
	second = open_named(s, "a");
	offer_many(s, second, 5, 5);
	third = open_named(s, "a");
	offer_many(s, third, 10, 5);
	SAMPLE_WAIT(2000, stats_of(s).next == 16);
	cr_expect_eq(output_close(&second, sample_in_ms(2000)), 0);
	cr_expect_eq(sample_stats(third).resumed, 0);
	script.tries[0] = 1000;
	cr_expect_eq(output_close(&first, sample_in_ms(5000)), 0);
	SAMPLE_WAIT(5000, sample_stats(third).sent > 0 && sample_stats(third).queued == 0);
	expect_ledger(third, "the third");
	output_close(&third, sample_in_ms(1000));
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	expect_order(0, 15);
}

Test(spool_reload, a_removed_output_keeps_what_it_has_not_got_until_it_is_dropped)
{
	struct spool *s = open_spool(64 * MIB, 100000, OUTPUT_DROP);
	struct output *a, *b;

	script.hold = true;
	a = open_named(s, "a");
	offer_many(s, a, 0, 100);
	SAMPLE_WAIT(3000, stats_of(s).next == 101);
	cr_expect_eq(spool_drop(s, "a"), -1);
	cr_expect_eq(errno, EBUSY);
	cr_expect_eq(spool_drop(s, "nosuch"), -1);
	cr_expect_eq(errno, ENOENT);
	cr_expect_eq(output_close(&a, sample_in_ms(10)), 0);
	spool_tell_gone(s);
	b = open_named(s, "b");
	sample_sleep_ms(1500);
	cr_expect_gt(stats_of(s).bytes, 0);
	cr_expect_eq(spool_drop(s, "a"), 0);
	SAMPLE_WAIT(5000, stats_of(s).bytes == 0);
	cr_expect_eq(stats_of(s).bytes, 0);
	output_close(&b, sample_in_ms(10));
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
}
