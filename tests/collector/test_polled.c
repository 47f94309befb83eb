/*
 * When devices are asked: intervals, back-off, fresh looks.
 */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "collector/polled.h"

#define S CLOCK_NS_PER_S

static struct polled_limits
limits(void)
{
	struct enrichment_config c = { .intervals_ms = { 3600000, 300000, 300000, 60000 }, .fresh_look = { .timeout_ms = 30000, .gap_ms = 10000, .per_minute = 60 } };
	struct polled_limits l = { .looks_from_ns = 0 };

	polled_limits(&l, &c);
	return l;
}

/* A session that began at `began` and took `seconds`, in which all was asked; only what polled_done() looks at. */
static void
done(struct polled *d, enum device_error error, int64_t began, int seconds)
{
	static const struct inventory_access access;
	struct poll p = { .access = &access, .timeout_ms = 30000, .kinds = (1u << VIEW_KINDS) - 1, .error = error };
	struct polled_limits l = limits();

	polled_done(d, &p, &l, &(struct polled_times){ began, began + seconds * S });
}

static void
expect_near(int64_t got, int64_t wanted, const char *what)
{
	cr_expect(got >= wanted - wanted / 10 && got <= wanted + wanted / 10, "%s: %.3f s, wanted %.3f s", what, (double)got / S, (double)wanted / S);
}

Test(polled, the_first_poll_is_within_a_minute_and_all_is_asked)
{
	struct polled_limits l = limits();

	for (int i = 0; i < 100; i++) {
		struct polled *d = polled_new("a", &l);
		int64_t now = clock_monotonic_ns(), due = polled_due_ns(d, &l, now);

		cr_expect(due <= now + 60 * S, "%.3f", (double)(due - now) / S);
		cr_expect_eq(polled_due_kinds(d, &l, due), (1u << VIEW_KINDS) - 1);
		polled_free(&d);
	}
}

Test(polled, each_getter_has_its_interval)
{
	struct polled_limits l = limits();
	struct polled *d = polled_new("a", &l);
	int64_t t = 1000 * S;

	done(d, DEVICE_OK, t, 1);
	expect_near(d->due_ns[VIEW_FACTS] - t, 3600 * S, "facts");
	expect_near(d->due_ns[VIEW_BGP] - t, 60 * S, "BGP");
	cr_expect_eq(polled_due_ns(d, &l, t), d->due_ns[VIEW_BGP]);
	cr_expect_eq(polled_due_kinds(d, &l, d->due_ns[VIEW_BGP]), 1u << VIEW_BGP);
	cr_expect_eq(polled_due_kinds(d, &l, t + 290 * S), 1u << VIEW_BGP | 1u << VIEW_INTERFACES | 1u << VIEW_LLDP, "what is due soon goes along");
	cr_expect_not(polled_troubled(d));
	polled_free(&d);
}

Test(polled, one_that_never_answered_is_troubled_until_it_does)
{
	struct polled_limits l = limits();
	struct polled *d = polled_new("a", &l);

	cr_expect(polled_troubled(d));
	polled_known(d, VIEW_FACTS, 0, &l);
	cr_expect_not(polled_troubled(d), "it has answered before a restart");
	polled_free(&d);
}

Test(polled, one_that_fails_waits_longer_each_time_and_is_troubled)
{
	struct polled_limits l = limits();
	struct polled *d = polled_new("a", &l);
	int64_t t = 1000 * S, wait = 10 * S;

	for (int i = 0; i < 12; i++) {
		done(d, DEVICE_TIMEOUT, t, 1);
		expect_near(d->not_before_ns - t - S, wait < 1800 * S ? wait : 1800 * S, "back-off");
		cr_expect(polled_troubled(d));
		cr_expect_eq(polled_due_kinds(d, &l, d->not_before_ns - 1), 0u, "not before");
		t = d->not_before_ns;
		wait *= 2;
	}
	done(d, DEVICE_OK, t, 1);
	cr_expect_not(polled_troubled(d));
	done(d, DEVICE_OK, t, 16);
	cr_expect(polled_troubled(d), "slow");
	polled_free(&d);
}

Test(polled, what_the_driver_does_not_implement_is_not_asked_again)
{
	struct polled_limits l = limits();
	struct polled *d = polled_new("a", &l);

	d->unsupported = 1u << VIEW_BGP;
	cr_expect_eq(polled_due_kinds(d, &l, INT64_MAX / 2), 7u);
	d->unsupported = 15u;
	cr_expect_eq(polled_due_ns(d, &l, 0), INT64_MAX);
	polled_free(&d);
}

Test(polled, what_the_cache_knows_is_asked_when_it_is_old)
{
	struct polled_limits l = limits();
	struct polled *d = polled_new("a", &l);
	int64_t now = clock_monotonic_ns(), before = d->due_ns[VIEW_BGP];

	polled_known(d, VIEW_FACTS, clock_now_ns() - 600 * S, &l);
	cr_expect(d->due_ns[VIEW_FACTS] - now > 2600 * S && d->due_ns[VIEW_FACTS] - now < 3400 * S);
	polled_known(d, VIEW_BGP, clock_now_ns() - 600 * S, &l);
	cr_expect_eq(d->due_ns[VIEW_BGP], before, "too old already");
	polled_known(d, VIEW_BGP, clock_now_ns() + 600 * S, &l);
	cr_expect_eq(d->due_ns[VIEW_BGP], before, "of a clock that was wrong");
	polled_free(&d);
}

/* ---- fresh looks ---- */

/* Each of another object. */
static struct look *
wish(int64_t wanted_ns)
{
	static uint64_t last;
	struct nevent ev = { .object = SPAN_LIT("Ethernet1"), .device = SPAN_LIT("a") };
	struct look *l = look_new(&ev, VIEW_INTERFACES, 0);

	cr_assert_not_null(l);
	l->wanted_ns = wanted_ns;
	l->key = ++last;
	return l;
}

static unsigned
count_and_free(struct look *list)
{
	unsigned n = 0;

	for (; list; n++) {
		struct look *l = list;

		list = l->next;
		look_free(&l);
	}
	return n;
}

Test(polled, looks_of_one_device_share_a_session_and_keep_their_gap)
{
	struct polled_limits l = limits();
	struct polled *d = polled_new("a", &l);
	int64_t t = 1000 * S;

	for (size_t i = 0; i < VIEW_KINDS; i++)
		d->due_ns[i] = INT64_MAX;
	cr_expect_eq(polled_add_look(d, &l, wish(t)), POLLED_LOOK_WAITS);
	cr_expect_eq(polled_add_look(d, &l, wish(t + 1)), POLLED_LOOK_WAITS);
	cr_expect_leq(polled_due_ns(d, &l, t), t, "at once");
	cr_expect_eq(count_and_free(polled_take_looks(d, &l, t)), 2);
	cr_expect_null(polled_take_looks(d, &l, t));
	cr_expect_eq(polled_add_look(d, &l, wish(t + 2)), POLLED_LOOK_WAITS);
	cr_expect_eq(polled_due_ns(d, &l, t + 2), t + 10 * S, "after the gap");
	cr_expect_null(polled_take_looks(d, &l, t + 9 * S));
	cr_expect_eq(count_and_free(polled_take_looks(d, &l, t + 10 * S)), 1);
	polled_free(&d);
}

Test(polled, more_looks_than_there_is_room_for_are_refused_and_late_ones_given_back)
{
	struct polled_limits l = limits();
	struct polled *d = polled_new("a", &l);
	struct look *extra = wish(0);

	for (int i = 0; i < POLLER_MAX_LOOKS; i++)
		cr_expect_eq(polled_add_look(d, &l, wish(i * S)), POLLED_LOOK_WAITS);
	cr_expect_eq(polled_add_look(d, &l, extra), POLLED_LOOK_TOO_MANY);
	look_free(&extra);
	cr_expect_eq(count_and_free(polled_take_late(d, &l, 30 * S)), 0);
	cr_expect_eq(count_and_free(polled_take_late(d, &l, 33 * S)), 3, "those of the seconds 0, 1 and 2");
	cr_expect_eq(d->nlooks, POLLER_MAX_LOOKS - 3u);
	cr_expect_eq(count_and_free(polled_take_late(d, &l, 1000 * S)), POLLER_MAX_LOOKS - 3u);
	cr_expect_null(d->looks);
	polled_free(&d);
}

Test(polled, of_one_object_one_look_waits)
{
	struct polled_limits l = limits();
	struct polled *d = polled_new("a", &l);
	struct look *first = wish(10 * S), *again = wish(11 * S), *other = wish(12 * S), *late;

	again->key = first->key;
	cr_expect_eq(polled_add_look(d, &l, first), POLLED_LOOK_WAITS);
	cr_expect_eq(polled_add_look(d, &l, again), POLLED_LOOK_JOINS);
	cr_expect_eq(polled_add_look(d, &l, other), POLLED_LOOK_WAITS, "a flood of one object leaves room for another");
	cr_expect_eq(d->nlooks, 2);
	cr_expect_eq(count_and_free(polled_take_looks(d, &l, 13 * S)), 2);
	cr_expect_eq(polled_add_look(d, &l, again), POLLED_LOOK_WAITS, "the first one has begun");
	late = wish(11 * S + l.look_timeout_ns + 1);
	late->key = again->key;
	cr_expect_eq(polled_add_look(d, &l, late), POLLED_LOOK_WAITS, "one that is late can be joined no more");
	count_and_free(polled_take_late(d, &l, INT64_MAX));
	polled_free(&d);
}

Test(polled, looks_have_the_key_of_device_kind_and_object)
{
	struct nevent a = { .device = SPAN_LIT("r1"), .object = SPAN_LIT("Ethernet1") }, b = a, shifted = { .device = SPAN_LIT("r1E"), .object = SPAN_LIT("thernet1") };

	cr_expect_eq(look_key(&a, VIEW_INTERFACES), look_key(&b, VIEW_INTERFACES));
	cr_expect_neq(look_key(&a, VIEW_INTERFACES), look_key(&a, VIEW_BGP));
	cr_expect_neq(look_key(&a, VIEW_INTERFACES), look_key(&shifted, VIEW_INTERFACES));
	b.object = SPAN_LIT("Ethernet2");
	cr_expect_neq(look_key(&a, VIEW_INTERFACES), look_key(&b, VIEW_INTERFACES));
}

Test(polled, looks_of_all_devices_keep_their_rate_after_a_burst)
{
	struct polled_limits l = limits();
	struct polled *devices[100];
	int64_t t = 1000 * S;
	int taken = 0;

	for (int i = 0; i < 100; i++) {
		devices[i] = polled_new("a", &l);
		for (size_t k = 0; k < VIEW_KINDS; k++)
			devices[i]->due_ns[k] = INT64_MAX;
		polled_add_look(devices[i], &l, wish(t));
		taken += (int)count_and_free(polled_take_looks(devices[i], &l, t));
	}
	cr_expect_eq(taken, POLLED_BURST + 1);
	cr_expect(polled_due_ns(devices[99], &l, t) > t && polled_due_ns(devices[99], &l, t) <= t + S, "then one a second");
	for (int i = 0; i < 100; i++)
		taken += (int)count_and_free(polled_take_looks(devices[i], &l, t + 10 * S));
	cr_expect_eq(taken, POLLED_BURST + 11);
	for (int i = 0; i < 100; i++) {
		count_and_free(polled_take_late(devices[i], &l, INT64_MAX));
		polled_free(&devices[i]);
	}
}
