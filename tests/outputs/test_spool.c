/*
 * The spool with outputs on it, whose far sides do what is written down (script.h); a worker is the test.
 */
#include "tests/outputs/disk.h"
#include "tests/outputs/script.h"
#include "tests/outputs/store_sample.h"

#include "base/clock.h"
#include "outputs/spool.h"

TestSuite(spool, .init = store_dir_make, .fini = store_dir_remove, .timeout = 60);

/* The script's kind, of which several can be open: all have the one script. */
struct far {
	struct output *output;
};

static void *
far_open(const struct output_config *config, struct output *output)
{
	struct far *f = calloc(1, sizeof(*f));

	(void)config;
	f->output = output;
	return f;
}

static size_t
far_write(void *self, struct record *const *records, size_t n)
{
	size_t i = 0;

	pthread_mutex_lock(&script.lock);
	script.output = ((struct far *)self)->output;
	if (script.most > 0 && n > script.most)
		n = script.most;
	while (!script.hold && i < n && script_one(records + i))
		i++;
	pthread_mutex_unlock(&script.lock);
	return i;
}

static const struct output_kind far_kind = {
	.name = "far", .config_bytes = sizeof(struct output_config), .open = far_open, .write = far_write, .close = free,
};

enum { MIB = 1 << 20 };

/* The least of what a worker does, with one route each in `takers`. */
static bool
offer_to(struct spool *s, struct output *const *takers, size_t n, struct record *r)
{
	bool taken;

	for (size_t i = 0; i < n; i++)
		r->takers |= output_spool_bit(takers[i]);
	taken = output_offer(spool_output(s), 0, r);
	for (size_t i = 0; i < n; i++)
		output_spooled(takers[i], 0, r, taken);
	record_unref(&r);
	return taken;
}

static bool
offer_one(struct spool *s, struct output *o, unsigned serial)
{
	return offer_to(s, &o, 1, sample_record(serial, 5, "edge7", "ios"));
}

static void
offer_many(struct spool *s, struct output *o, unsigned first, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		offer_one(s, o, first + i);
	output_wake(spool_output(s));
}

static struct spool *
open_spool_with(struct spool_config c)
{
	char path[128];
	struct spool *s;

	snprintf(path, sizeof(path), "%s", store_path("spool"));
	c.path = path;
	c.queue_limit_bytes = 1 << 30;
	s = spool_open(&c, 1, false);
	cr_assert_not_null(s);
	return s;
}

static struct spool *
open_spool(int64_t limit, int64_t queue, int when_full)
{
	return open_spool_with((struct spool_config){ .limit_bytes = limit, .batch = 1000, .delay_ms = 5, .queue_limit = queue, .when_full = when_full });
}

/* Few, and with long delays, so that nothing but what is asked for ends the gathering. */
static struct spool *
open_slow_spool(void)
{
	return open_spool_with((struct spool_config){ .limit_bytes = 64 * MIB, .batch = 1000, .delay_ms = 400, .queue_limit = 5000 });
}

static struct output *
open_named(struct spool *s, const char *name)
{
	char copy[32];
	struct output_config c = config_of(1000);

	snprintf(copy, sizeof(copy), "%s", name);
	c.name = copy;
	return output_open_kind(&far_kind, &c, 1, false, s);
}

static void
expect_ledger(const struct output *o, const char *when)
{
	struct output_stats s = sample_stats(o);

	cr_expect_eq(sample_imbalance(&s) + (int64_t)s.resumed, 0, "%s: offered %llu, resumed %llu, sent %llu, queued %llu, dropped %llu", when,
	    (unsigned long long)s.offered, (unsigned long long)s.resumed, (unsigned long long)s.sent, (unsigned long long)s.queued,
	    (unsigned long long)sample_dropped(&s));
}

static struct spool_stats
stats_of(const struct spool *s)
{
	struct spool_stats out;

	spool_stats(s, &out);
	return out;
}

Test(spool, records_gather_for_the_delay_or_until_the_batch_is_full)
{
	struct spool *s = open_slow_spool();
	struct output *o = open_named(s, "a");
	int64_t begin = clock_monotonic_ns();

	offer_many(s, o, 0, 10);
	sample_sleep_ms(150);
	cr_expect_eq(stats_of(s).next, 1, "they wait for others");
	offer_many(s, o, 10, 10);
	SAMPLE_WAIT(3000, stats_of(s).next == 21);
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

Test(spool, a_receipt_comes_back_when_the_record_is_committed)
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

Test(spool, what_was_not_delivered_is_there_after_a_restart_and_no_loss)
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

/* A reload that changes an output's options: both have one name, and the new one waits. */
Test(spool, a_replaced_output_ends_before_the_new_one_begins)
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

Test(spool, a_reload_that_comes_to_nothing_leaves_the_old_output_as_it_was)
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

/* The middle one of three goes first. */
Test(spool, the_one_in_the_middle_may_go_before_its_turn)
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

Test(spool, a_removed_output_keeps_what_it_has_not_got_until_it_is_dropped)
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

Test(spool, a_disk_without_room_for_a_while_costs_nothing)
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

Test(spool, at_a_stop_what_is_not_on_the_disk_is_told_as_lost)
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
