#include "tests/outputs/script.h"

Test(lane, a_filling_queue_drops_by_severity)
{
	static const struct {
		int severity;
		unsigned fits;          /* of 100 */
	} rows[] = { { 7, 80 }, { 6, 80 }, { 5, 90 }, { 4, 95 }, { 3, 100 }, { 2, 100 }, { 0, 100 } };

	script.hold = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct output_config c = config_of(100);
		struct output *o = output_open_kind(&script_kind, &c, 1, false, NULL);
		struct output_stats s;

		for (unsigned n = 0; n < 120; n++)
			offer(o, 0, n, rows[i].severity);
		s = sample_stats(o);
		cr_expect_eq(s.queued, rows[i].fits, "severity %d: %llu", rows[i].severity, (unsigned long long)s.queued);
		cr_expect_eq(s.dropped[OUTPUT_DROP_FULL][rows[i].severity], 120 - rows[i].fits);
		cr_expect_not(output_full(o));
		expect_balance(o);
		cr_expect_eq(output_close(&o, sample_in_ms(20)), rows[i].fits);
	}
}

Test(lane, bytes_count_as_records_do)
{
	struct output_config c = config_of(10000);
	struct record *r = sample_record(0, 3, "edge7", "ios");
	struct output *o;

	c.queue.limit_bytes = (int64_t)r->bytes * 10;
	script.hold = true;
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	for (unsigned n = 0; n < 20; n++)
		output_offer(o, 0, r);
	cr_expect_eq(sample_stats(o).queued, 10);
	cr_expect_eq(sample_stats(o).queued_bytes, r->bytes * 10);
	record_unref(&r);
	expect_balance(o);
	output_close(&o, sample_in_ms(10));
}

Test(lane, a_queue_that_empties_takes_all_severities_again)
{
	struct output_config c = config_of(100);
	struct output *o;

	script.hold = true;
	o = output_open_kind(&script_kind, &c, 2, false, NULL);
	for (unsigned n = 0; n < 300; n++)
		offer(o, n % 2, n, 7);
	cr_expect_leq(sample_stats(o).queued, 80 + 64);
	cr_expect_geq(sample_stats(o).queued, 80);
	set_hold(false);
	output_wake(o);
	SAMPLE_WAIT(3000, sample_stats(o).queued == 0);
	set_hold(true);
	for (unsigned n = 0; n < 40; n++)
		offer(o, 0, 1000 + n, 7);
	cr_expect_eq(sample_stats(o).queued, 40);
	expect_balance(o);
	output_close(&o, sample_in_ms(10));
}

static _Atomic unsigned rooms;

static void
on_room(void *arg)
{
	(void)arg;
	atomic_fetch_add(&rooms, 1);
}

Test(lane, a_blocking_one_has_room_for_what_was_read_and_tells_when_there_is_more)
{
	struct output_config c = config_of(100);
	struct output *o;

	script.hold = true;
	o = output_open_kind(&script_kind, &c, 2, true, NULL);
	output_on_room(o, on_room, NULL);
	for (unsigned n = 0; n < 100; n++) {
		cr_expect_not(output_full(o));
		offer(o, 0, n, 7);
	}
	offer(o, 0, 100, 7);
	cr_expect(output_full(o));
	for (unsigned n = 101; n < 100 + OUTPUT_BATCH; n++)
		offer(o, 0, n, 7);
	for (unsigned n = 0; n < OUTPUT_BATCH; n++)
		offer(o, 1, 5000 + n, 7);
	cr_expect_eq(sample_stats(o).queued, 100 + 2 * OUTPUT_BATCH);
	cr_expect_eq(sample_stats(o).dropped[OUTPUT_DROP_FULL][7], 0);
	/* What comes now, comes from where nothing can be held back. */
	offer(o, 0, 9000, 7);
	offer(o, 1, 9001, 0);
	cr_expect_eq(sample_stats(o).dropped[OUTPUT_DROP_FULL][7], 1);
	cr_expect_eq(sample_stats(o).dropped[OUTPUT_DROP_FULL][0], 1);
	cr_expect_eq(atomic_load(&rooms), 0);
	set_hold(false);
	output_wake(o);
	SAMPLE_WAIT(3000, sample_stats(o).queued == 0 && atomic_load(&rooms) == 1);
	cr_expect_eq(atomic_load(&rooms), 1);
	cr_expect_not(output_full(o));
	expect_balance(o);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
}

Test(lane, when_full_says_whether_it_blocks)
{
	static const struct {
		int when_full;
		bool by_default, blocks;
	} rows[] = {
		{ OUTPUT_AUTO, false, false }, { OUTPUT_AUTO, true, true }, { OUTPUT_DROP, true, false }, { OUTPUT_BLOCK, false, true },
	};

	script.hold = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct output_config c = config_of(1);
		struct output *o;

		c.queue.when_full = rows[i].when_full;
		o = output_open_kind(&script_kind, &c, 1, rows[i].by_default, NULL);
		for (unsigned n = 0; n < 3; n++)
			offer(o, 0, n, 3);
		cr_expect_eq(output_full(o), rows[i].blocks, "row %zu", i);
		output_close(&o, sample_in_ms(1));
	}
}

Test(lane, what_auto_means_can_change_while_it_runs_both_ways)
{
	struct output_config c = config_of(10);
	struct output *o;

	script.hold = true;
	o = output_open_kind(&script_kind, &c, 1, true, NULL);
	for (unsigned i = 0; i < 12; i++)
		offer(o, 0, i, 3);
	cr_expect(output_full(o));
	output_set_block_by_default(o, false);
	SAMPLE_WAIT(2000, !output_full(o));
	cr_expect_not(output_full(o));
	offer(o, 0, 12, 3);
	cr_expect_not(output_full(o));
	cr_expect_eq(sample_stats(o).dropped[OUTPUT_DROP_FULL][3], 1);
	output_set_block_by_default(o, true);
	offer(o, 0, 13, 3);
	cr_expect(output_full(o));
	expect_balance(o);
	output_close(&o, sample_in_ms(1));
	c.queue.when_full = OUTPUT_DROP;
	o = output_open_kind(&script_kind, &c, 1, false, NULL);
	output_set_block_by_default(o, true);
	for (unsigned i = 0; i < 12; i++)
		offer(o, 0, i, 3);
	cr_expect_not(output_full(o));
	output_close(&o, sample_in_ms(1));
}
