/*
 * How long records took, and how old the oldest is that an output has in its hands.
 */
#include "tests/outputs/script.h"

TestSuite(age, .timeout = 60);

#define MS INT64_C(1000000)

/* A record that was received so long ago; gives when. */
static int64_t
offer_old(struct output *o, unsigned serial, int64_t ms)
{
	struct record *r = sample_record(serial, 5, "edge7", "ios");
	int64_t received_ns = clock_now_ns() - ms * MS;

	r->received_ns = received_ns;
	output_offer(o, 0, r);
	record_unref(&r);
	output_wake(o);
	return received_ns;
}

static struct output *
open_script(void)
{
	struct output_config c = config_of(1000);
	struct output *o = output_open_kind(&script_kind, &c, 1, false, NULL);

	cr_assert_not_null(o);
	return o;
}

Test(age, the_bounds_that_are_told_are_those_that_are_counted_by)
{
	static struct latency l;
	int64_t sum_us = 0;

	for (unsigned i = 0; i < LATENCY_BUCKETS; i++) {
		double below_s = i > 0 ? latency_bounds_s[i - 1] : 0, bound_s = i < LATENCY_BUCKETS - 1 ? latency_bounds_s[i] : 2 * below_s;

		latency_add(&l, (int64_t)(below_s * 1e9) + 1000);
		latency_add(&l, (int64_t)(bound_s * 1e9 + 0.5));
		sum_us += (int64_t)(below_s * 1e6 + 0.5) + 1 + (int64_t)(bound_s * 1e6 + 0.5);
		cr_expect_eq(l.counts[i], 2, "up to %g s: %llu", bound_s, (unsigned long long)l.counts[i]);
	}
	cr_expect_leq((double)llabs((int64_t)l.sum_us - sum_us), 2.0 * LATENCY_BUCKETS, "%llu us, wanted %lld", (unsigned long long)l.sum_us, (long long)sum_us);
}

Test(age, a_delivered_record_is_counted_with_the_time_since_its_receipt)
{
	static const struct {
		int64_t ms;
		unsigned bucket;
	} rows[] = { { 2000, 9 }, { 30000, 11 }, { 1200000, 13 }, { 7200000, 14 } };
	struct output *o = open_script();
	struct output_stats s;
	uint64_t sum_ms = 0;

	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		offer_old(o, i + 1, rows[i].ms);
		SAMPLE_WAIT(3000, sample_stats(o).sent == i + 1);
		s = sample_stats(o);
		cr_expect_eq(s.latency[rows[i].bucket], 1, "after %lld ms", (long long)rows[i].ms);
		sum_ms += (uint64_t)rows[i].ms;
	}
	cr_expect(s.latency_sum_us >= sum_ms * 1000 && s.latency_sum_us < sum_ms * 1000 + 10000000, "%llu us", (unsigned long long)s.latency_sum_us);
	output_close(&o, sample_in_ms(1000));
}

Test(age, the_oldest_record_is_told_until_it_is_gone)
{
	struct output *o = open_script();
	int64_t first, second;

	cr_expect_eq(sample_stats(o).oldest_ns, 0);
	set_hold(true);
	first = offer_old(o, 1, 90000);
	SAMPLE_WAIT(3000, sample_stats(o).oldest_ns == first);
	cr_expect_eq(sample_stats(o).oldest_ns, first);
	second = offer_old(o, 2, 1000);
	cr_expect_gt(second, first);
	sample_sleep_ms(500);
	cr_expect_eq(sample_stats(o).oldest_ns, first, "a younger one is not");
	script.most = 1;
	script.answers[2] = "aaaa";
	set_hold(false);
	output_wake(o);
	SAMPLE_WAIT(3000, sample_stats(o).oldest_ns == second);
	cr_expect_eq(sample_stats(o).oldest_ns, second, "that stands aside");
	SAMPLE_WAIT(10000, sample_stats(o).sent == 2);
	SAMPLE_WAIT(3000, sample_stats(o).oldest_ns == 0);
	cr_expect_eq(sample_stats(o).oldest_ns, 0);
	output_close(&o, sample_in_ms(1000));
}
