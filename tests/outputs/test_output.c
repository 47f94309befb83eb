#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "tests/outputs/sample.h"

/* ---- a kind whose answers are written down ---- */

enum { MOST = 20000 };

/* What it does with the record of each serial number, one letter a try: d done, a again, g gone (down), r refused, l later, n not taken; after the last: done. */
static struct script {
	const char *answers[MOST];
	unsigned tries[MOST];
	unsigned seen[4 * MOST], nseen;         /* serial numbers in the order of their delivery */
	struct record *later[MOST];
	size_t nlater;
	bool reverse;                           /* settle what was put off in reverse */
	bool hold;                              /* take nothing */
	unsigned reopened;
	unsigned most;                          /* the most taken at once, 0: all */
	struct output *output;
	pthread_mutex_t lock;
} script = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void *
script_open(const struct output_config *config, struct output *output)
{
	(void)config;
	script.output = output;
	return &script;
}

static unsigned
serial_of(const struct record *r)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->id.n; i++)
		n = n * 10 + (unsigned)(r->id.p[i] - '0');
	return n;
}

/* False: not taken. */
static bool
script_one(struct record *r)
{
	unsigned serial = serial_of(r);
	const char *answers = script.answers[serial];
	char answer = answers && strlen(answers) > script.tries[serial] ? answers[script.tries[serial]] : 'd';

	script.tries[serial]++;
	switch (answer) {
	case 'n':
		return false;
	case 'a':
		output_settle(script.output, r, OUTPUT_AGAIN, NULL);
		break;
	case 'g':
		output_settle(script.output, r, OUTPUT_DOWN, NULL);
		break;
	case 'r':
		output_settle(script.output, r, OUTPUT_REFUSED, "the script says so");
		break;
	case 'l':
		script.later[script.nlater++] = r;
		break;
	default:
		script.seen[script.nseen++] = serial;
		output_settle(script.output, r, OUTPUT_DONE, NULL);
	}
	return true;
}

static size_t
script_write(void *self, struct record *const *records, size_t n)
{
	size_t i = 0;

	(void)self;
	pthread_mutex_lock(&script.lock);
	if (script.most > 0 && n > script.most)
		n = script.most;
	while (!script.hold && i < n && script_one(records[i]))
		i++;
	pthread_mutex_unlock(&script.lock);
	return i;
}

static int
script_flush(void *self, int timeout_ms)
{
	(void)self;
	(void)timeout_ms;
	pthread_mutex_lock(&script.lock);
	for (size_t i = 0; i < script.nlater; i++) {
		struct record *r = script.later[script.reverse ? script.nlater - 1 - i : i];

		script.seen[script.nseen++] = serial_of(r);
		output_settle(script.output, r, OUTPUT_DONE, NULL);
	}
	script.nlater = 0;
	pthread_mutex_unlock(&script.lock);
	return 0;
}

static void
script_reopen(void *self)
{
	(void)self;
	script.reopened++;
}

static void
script_close(void *self)
{
	(void)self;
}

static const struct output_kind script_kind = {
	.name = "script", .config_bytes = sizeof(struct output_config), .open = script_open, .write = script_write, .flush = script_flush,
	.reopen = script_reopen, .close = script_close,
};

/* ---- what the tests share ---- */

static struct output_config
config_of(int64_t limit)
{
	static char name[] = "script";

	return (struct output_config){ .name = name, .queue = { .limit = limit, .limit_bytes = 1 << 30 } };
}

static void
offer(struct output *o, unsigned worker, unsigned serial, int severity)
{
	struct record *r = sample_record(serial, severity, "edge7", "ios");

	output_offer(o, worker, r);
	record_unref(&r);
}

static void
set_hold(bool hold)
{
	pthread_mutex_lock(&script.lock);
	script.hold = hold;
	pthread_mutex_unlock(&script.lock);
}

static void
expect_balance(const struct output *o)
{
	struct output_stats s = sample_stats(o);

	cr_expect_eq(sample_imbalance(&s), 0, "offered %llu, sent %llu, queued %llu, dropped %llu", (unsigned long long)s.offered,
	    (unsigned long long)s.sent, (unsigned long long)s.queued, (unsigned long long)sample_dropped(&s));
}

static void
expect_order(unsigned first, unsigned n)
{
	cr_assert_eq(script.nseen, n, "%u of %u", script.nseen, n);
	for (unsigned i = 0; i < n; i++)
		cr_expect_eq(script.seen[i], first + i, "place %u has %u", i, script.seen[i]);
}

/* ---- tests ---- */

Test(output, what_is_offered_is_delivered_in_order_and_counted)
{
	struct output_config c = config_of(10000);
	struct output *o = output_open_kind(&script_kind, &c, 1, false);

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
	struct output *o = output_open_kind(&script_kind, &c, 1, false);
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
	o = output_open_kind(&script_kind, &c, 1, false);
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
	o = output_open_kind(&script_kind, &c, 1, false);
	for (unsigned i = 0; i < 100; i++)
		offer(o, 0, i, 6);
	output_wake(o);
	SAMPLE_WAIT(5000, sample_stats(o).sent == 100);
	cr_expect_eq(sample_stats(o).retried, 200);
	expect_balance(o);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	expect_order(0, 100);
}

Test(output, what_is_refused_is_dropped_with_its_reason_and_holds_up_nobody)
{
	struct output_config c = config_of(1000);
	struct output *o;
	struct output_stats s;

	script.answers[1] = "r";
	script.answers[2] = "ar";
	o = output_open_kind(&script_kind, &c, 1, false);
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
	o = output_open_kind(&script_kind, &c, 1, false);
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

Test(output, a_filling_queue_drops_by_severity)
{
	static const struct {
		int severity;
		unsigned fits;          /* of 100 */
	} rows[] = { { 7, 80 }, { 6, 80 }, { 5, 90 }, { 4, 95 }, { 3, 100 }, { 2, 100 }, { 0, 100 } };

	script.hold = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct output_config c = config_of(100);
		struct output *o = output_open_kind(&script_kind, &c, 1, false);
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

Test(output, bytes_count_as_records_do)
{
	struct output_config c = config_of(10000);
	struct record *r = sample_record(0, 3, "edge7", "ios");
	struct output *o;

	c.queue.limit_bytes = (int64_t)r->bytes * 10;
	script.hold = true;
	o = output_open_kind(&script_kind, &c, 1, false);
	for (unsigned n = 0; n < 20; n++)
		output_offer(o, 0, r);
	cr_expect_eq(sample_stats(o).queued, 10);
	cr_expect_eq(sample_stats(o).queued_bytes, r->bytes * 10);
	record_unref(&r);
	expect_balance(o);
	output_close(&o, sample_in_ms(10));
}

Test(output, a_queue_that_empties_takes_all_severities_again)
{
	struct output_config c = config_of(100);
	struct output *o;

	script.hold = true;
	o = output_open_kind(&script_kind, &c, 2, false);
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

Test(output, a_blocking_one_has_room_for_what_was_read_and_tells_when_there_is_more)
{
	struct output_config c = config_of(100);
	struct output *o;

	script.hold = true;
	o = output_open_kind(&script_kind, &c, 2, true);
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

Test(output, when_full_says_whether_it_blocks)
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
		o = output_open_kind(&script_kind, &c, 1, rows[i].by_default);
		for (unsigned n = 0; n < 3; n++)
			offer(o, 0, n, 3);
		cr_expect_eq(output_full(o), rows[i].blocks, "row %zu", i);
		output_close(&o, sample_in_ms(1));
	}
}

Test(output, what_is_left_at_the_deadline_is_counted)
{
	struct output_config c = config_of(1000);
	struct output *o;
	int64_t start = clock_monotonic_ns();

	script.hold = true;
	o = output_open_kind(&script_kind, &c, 1, false);
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

Test(output, a_stop_tries_again_until_the_deadline)
{
	struct output_config c = config_of(1000);
	struct output *o;

	script.answers[0] = "gggg";
	script.most = 1;
	o = output_open_kind(&script_kind, &c, 1, false);
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
	o = output_open_kind(&script_kind, &c, 1, false);
	cr_expect(sample_stats(o).up);
	offer(o, 0, 0, 3);
	output_wake(o);
	SAMPLE_WAIT(1000, !sample_stats(o).up);
	cr_expect_not(sample_stats(o).up);
	SAMPLE_WAIT(3000, sample_stats(o).sent == 1);
	cr_expect(sample_stats(o).up);
	output_close(&o, sample_in_ms(1000));
}

Test(output, it_is_opened_anew_in_its_own_thread)
{
	struct output_config c = config_of(1000);
	struct output *o = output_open_kind(&script_kind, &c, 1, false);

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

	cr_expect_null(output_open_kind(&broken, &c, 4, false));
	cr_expect_eq(errno, ENOENT);
}

Test(output, one_record_in_many_outputs_has_one_copy)
{
	struct output_config c = config_of(1000);
	struct output *o = output_open_kind(&script_kind, &c, 1, false);
	struct record *r = sample_record(3, 6, "edge7", "ios");

	set_hold(true);
	output_offer(o, 0, r);
	cr_expect_eq(atomic_load(&r->refs), 2);
	set_hold(false);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	cr_expect_eq(atomic_load(&r->refs), 1);
	record_unref(&r);
}
