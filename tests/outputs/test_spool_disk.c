/* The spool and its disk: commits, faults, restarts. */
#include "tests/outputs/disk.h"
#include "tests/outputs/spool_sample.h"

#include "base/clock.h"

TestSuite(spool_disk, .init = store_dir_make, .fini = store_dir_remove, .timeout = 60);

/* How often the store's file was forced to the disk while a hundred records went through, each in a commit of its own. */
static size_t
syncs_of(int sync)
{
	struct spool *s = open_spool_with((struct spool_config){ .limit_bytes = 64 * MIB, .batch = 1, .queue_limit = 1000, .sync = sync });
	struct output *o = open_named(s, "a");
	size_t syncs = 0, throughs = 0;
	struct stat st;

	cr_assert_eq(stat(store_path("spool/data.mdb"), &st), 0);
	disk.watched = st.st_ino;
	offer_many(s, o, 0, 100);
	SAMPLE_WAIT(10000, stats_of(s).next >= 101);
	output_close(&o, sample_in_ms(1000));
	for (size_t i = 0; i < disk.n; i++) {
		syncs += disk.steps[i].kind == DISK_SYNC;
		throughs += disk.steps[i].kind == DISK_WRITE_THROUGH;
	}
	disk_forget();
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	store_dir_remove();
	store_dir_make();
	cr_expect(sync == 1 || throughs >= 100, "%zu of the pages that make a commit valid were written through", throughs);
	return syncs;
}

Test(spool_disk, each_commit_is_on_the_disk_and_with_sync_never_none)
{
	cr_expect_geq(syncs_of(0), 100);
	cr_expect_eq(syncs_of(1), 0);
	cr_expect_str_eq(spool_sync_names[0], "batch");
	cr_expect_str_eq(spool_sync_names[1], "never");
}

Test(spool_disk, a_disk_without_room_for_a_while_costs_nothing)
{
	struct spool *s = open_spool(64 * MIB, 10000, OUTPUT_DROP);
	struct output *o = open_named(s, "a");
	struct stat st;

	cr_assert_eq(stat(store_path("spool/data.mdb"), &st), 0);
	disk.failing = 3;
	disk.watched = st.st_ino;
	for (unsigned i = 0; i < 20; i++) {
		offer_many(s, o, i * 100, 100);
		sample_sleep_ms(10);
	}
	SAMPLE_WAIT(5000, !sample_stats(spool_output(s)).up);
	cr_expect_not(sample_stats(spool_output(s)).up);
	cr_expect_gt(stats_of(s).failures, 0);
	expect_ledger(o, "no room");
	disk.failing = -1;
	disk.full = false;
	SAMPLE_WAIT(15000, sample_stats(o).sent == 2000);
	cr_expect_eq(sample_stats(o).sent, 2000);
	expect_ledger(o, "room");
	output_close(&o, sample_in_ms(1000));
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	expect_order(0, 2000);
}

/* Full up to the last page: what outputs get is written down and makes room, and nothing goes out again after the next start. */
Test(spool_disk, a_disk_that_is_full_for_good_goes_on_with_what_outputs_free)
{
	struct spool *s = open_spool(64 * MIB, 100000, OUTPUT_DROP);
	struct output *o = open_named(s, "a");
	unsigned serial = 0;
	struct stat st;

	cr_assert_eq(stat(store_path("spool/data.mdb"), &st), 0);
	disk.room = 6 * MIB;
	disk.watched = st.st_ino;
	script.hold = true;
	for (int i = 0; i < 200 && stats_of(s).failures < 5; i++, serial += 100) {
		offer_many(s, o, serial, 100);
		sample_sleep_ms(15);
	}
	cr_expect_geq(stats_of(s).failures, 5);
	cr_expect_gt(stats_of(s).bytes, 3 * (uint64_t)MIB);
	script.hold = false;
	output_wake(o);
	SAMPLE_WAIT(20000, sample_stats(o).sent == serial && stats_of(s).bytes == 0);
	cr_expect_eq(sample_stats(o).sent, serial);
	cr_expect_eq(stats_of(s).bytes, 0, "all of it is deleted");
	expect_ledger(o, "empty");
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	s = open_spool(64 * MIB, 100000, OUTPUT_DROP);
	o = open_named(s, "a");
	cr_expect_eq(sample_stats(o).resumed, 0);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	disk_forget();
	expect_order(0, serial);
}

Test(spool_disk, at_a_stop_what_is_not_on_the_disk_is_told_as_lost)
{
	struct spool *s = open_spool(64 * MIB, 10000, OUTPUT_DROP);
	struct output *o = open_named(s, "a");
	struct stat st;

	cr_assert_eq(stat(store_path("spool/data.mdb"), &st), 0);
	disk.failing = 0;
	disk.watched = st.st_ino;
	offer_many(s, o, 0, 30);
	sample_sleep_ms(100);
	output_close(&o, sample_in_ms(10));
	cr_expect_eq(spool_close(&s, sample_in_ms(100)), 30);
}

Test(spool_disk, a_receipt_comes_back_when_the_record_is_committed)
{
	struct spool *s = open_spool(64 * MIB, 1000, OUTPUT_DROP);
	struct output *o;
	struct receipt_ring ring;
	struct receipt *receipt, *back = NULL;
	struct record *r = sample_record(0, 5, "edge7", "ios");

	script.hold = true;
	o = open_named(s, "a");
	receipt_ring_init(&ring, NULL, NULL);
	receipt = receipt_new(&ring, NULL, 1);
	r->receipt = receipt_ref(receipt);
	receipt_unref(&receipt);
	offer_to(s, &o, 1, r);
	output_wake(spool_output(s));
	SAMPLE_WAIT(3000, (back = receipt_take(&ring)) != NULL);
	cr_expect_not_null(back);
	cr_expect_eq(stats_of(s).next, 2);
	cr_expect_eq(sample_stats(o).sent, 0);
	receipt_free(&back);
	output_close(&o, sample_in_ms(10));
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
}

Test(spool_disk, what_was_not_delivered_is_there_after_a_restart_and_no_loss)
{
	struct spool *s = open_spool(64 * MIB, 100000, OUTPUT_DROP);
	struct output *o;

	script.answers[700] = "gggggggggg";
	script.most = 1;
	o = open_named(s, "a");
	offer_many(s, o, 0, 1000);
	SAMPLE_WAIT(5000, sample_stats(o).sent >= 700);
	cr_expect_eq(output_close(&o, sample_in_ms(300)), 0, "nothing of it is lost");
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	cr_expect_eq(script.nseen, 700);

	script.tries[700] = 1000;
	s = open_spool(64 * MIB, 100000, OUTPUT_DROP);
	o = open_named(s, "a");
	cr_expect_eq(sample_stats(o).resumed, 300);
	SAMPLE_WAIT(5000, sample_stats(o).sent == 300);
	expect_ledger(o, "resumed");
	cr_expect_eq(sample_stats(o).queued_bytes, 0);
	offer_many(s, o, 1000, 10);
	SAMPLE_WAIT(5000, sample_stats(o).sent == 310);
	expect_ledger(o, "and more");
	output_close(&o, sample_in_ms(1000));
	cr_expect_eq(spool_close(&s, sample_in_ms(1000)), 0);
	expect_order(0, 1010);
}
