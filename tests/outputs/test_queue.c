#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/outputs/sample.h"
#include "outputs/backoff.h"
#include "outputs/queue.h"

static struct record records[4096];

static size_t
number(const struct record *r)
{
	return (size_t)(r - records);
}

Test(queue, what_is_tried_again_goes_before_what_is_younger)
{
	struct record *const *cells;
	struct queue q;
	size_t n;

	cr_assert_eq(queue_init(&q, 8), 0);
	for (size_t i = 0; i < 6; i++)
		queue_put(&q, &records[i]);
	cells = queue_take(&q, 4, &n);
	cr_assert_eq(n, 4);
	queue_end(&q, cells + 1);
	queue_again(&q, cells + 2);
	queue_again(&q, cells + 0);
	cr_expect_eq(queue_waiting(&q), 4);
	cr_expect_eq(q.flying, 1);
	cells = queue_take(&q, 8, &n);
	cr_expect_eq(n, 1);
	cr_expect_eq(number(cells[0]), 0);
	cells = queue_take(&q, 8, &n);
	cr_expect_eq(n, 1);
	cr_expect_eq(number(cells[0]), 2);
	cells = queue_take(&q, 8, &n);
	cr_expect_eq(n, 2);
	cr_expect_eq(number(cells[0]), 4);
	queue_fini(&q);
}

Test(queue, what_stays_takes_the_room_of_one_record)
{
	struct record *const *cells;
	struct queue q;
	size_t n, put = 0, flying = 0;
	bool flew;

	cr_assert_eq(queue_init(&q, 8), 0);
	for (; put < 4; put++)
		queue_put(&q, &records[put]);
	cells = queue_take(&q, 2, &n);
	queue_set_aside(&q, cells);             /* the first two never end: one stands aside, one flies */
	for (; put < 4096; put++) {
		queue_put(&q, &records[put]);
		cells = queue_take(&q, 1, &n);
		cr_assert_eq(n, 1);
		cr_assert_eq(number(cells[0]), put - 2);
		queue_end(&q, cells);
		cr_assert_eq(queue_room(&q), 4);
	}
	queue_release(&q);
	cells = queue_take(&q, 8, &n);
	cr_expect_eq(number(cells[0]), 0);
	queue_end(&q, cells);
	cr_expect_eq(queue_room(&q), 5);
	for (n = 0; queue_drop(&q, &flew); n++)
		flying += flew;
	cr_expect_eq(n, 3);
	cr_expect_eq(flying, 1);
	cr_expect_eq(queue_count(&q), 0);
	queue_fini(&q);
}

/* A model of one state for each record, with chance from a fixed seed. */
static struct {
	enum { NEW, WAITS, FLIES, ASIDE, ENDED } state[4096];
	struct record *const *cell[4096];
	size_t put, ended;
	unsigned seed;
} model;

static size_t
chance(size_t n)
{
	return (size_t)rand_r(&model.seed) % n;
}

static void
take_some(struct queue *q)
{
	size_t n, first = 0, last;
	struct record *const *cell = queue_take(q, 1 + chance(30), &n);

	while (first < model.put && model.state[first] != WAITS)
		first++;
	cr_assert_eq(n > 0, first < model.put);
	for (size_t i = 0; i < n; i++) {
		while (model.state[first] != WAITS)
			first++;
		last = number(cell[i]);
		cr_assert_eq(last, first);
		model.state[last] = FLIES;
		model.cell[last] = cell + i;
	}
	if (n == 0 || chance(3) > 0)
		return;
	queue_give_back(q, cell + n / 2, n - n / 2);
	for (size_t i = n / 2; i < n; i++)
		model.state[number(cell[i])] = WAITS;
}

static void
settle_some(struct queue *q, size_t stuck)
{
	for (size_t i = 0; i < model.put; i++) {
		if (model.state[i] != FLIES || chance(4) == 0)
			continue;
		if (i % 1000 < stuck || chance(8) == 0) {
			queue_set_aside(q, model.cell[i]);
			model.state[i] = ASIDE;
		} else if (chance(4) == 0) {
			queue_again(q, model.cell[i]);
			model.state[i] = WAITS;
		} else {
			cr_assert_eq(queue_end(q, model.cell[i]), &records[i]);
			model.state[i] = ENDED;
			model.ended++;
		}
	}
}

/*
 * Those released go first, and do not lie side by side: as in drain.c, where a release waits out a back-off, many are taken between two of them.
 * If they came more often than takes get past the old ones, the young would never have their turn.
 */
Test(queue, whatever_happens_each_record_ends_once_and_waits_in_order, .timeout = 60)
{
	struct queue q;
	bool flew;

	model.seed = 7;
	cr_assert_eq(queue_init(&q, 100), 0);
	for (size_t steps = 0; model.ended < 4096; steps++) {
		size_t stuck = model.put < 4096 ? 20 : 0;       /* of each thousand: they stand aside again and again until all are in */

		switch (chance(5)) {
		case 0:
			for (size_t i = chance(40); i > 0 && model.put < 4096 && queue_room(&q) > 0; i--) {
				model.state[model.put] = WAITS;
				queue_put(&q, &records[model.put++]);
			}
			break;
		case 1:
			take_some(&q);
			break;
		case 2:
			if (chance(200) > 0)
				break;
			queue_release(&q);
			for (size_t i = 0; i < model.put; i++)
				if (model.state[i] == ASIDE)
					model.state[i] = WAITS;
			break;
		default:
			settle_some(&q, stuck);
		}
		cr_assert_eq(queue_room(&q), 128 - (model.put - model.ended));
		cr_assert_lt(steps, 1000000);
	}
	cr_expect_eq(queue_count(&q), 0);
	cr_expect_null(queue_drop(&q, &flew));
	queue_fini(&q);
}

Test(queue, waits_double_up_to_ten_seconds_and_begin_anew_after_a_delivery)
{
	struct backoff b;
	int64_t now = 1, most = 100;

	backoff_init(&b, 42);
	cr_expect_eq(backoff_left(&b, now), 0);
	for (int i = 0; i < 12; i++) {
		backoff_fail(&b, now);
		backoff_fail(&b, now);
		cr_expect(backoff_left(&b, now) >= most * 500000 && backoff_left(&b, now) <= most * 1000000, "try %d: %lld", i,
		    (long long)backoff_left(&b, now));
		now += most * 1000000;
		cr_expect_eq(backoff_left(&b, now), 0);
		most = most * 2 < 10000 ? most * 2 : 10000;
	}
	backoff_reset(&b);
	backoff_fail(&b, now);
	cr_expect_leq(backoff_left(&b, now), 100000000);
}

Test(queue, waits_are_spread_by_chance)
{
	int64_t least = INT64_MAX, most = 0;

	for (uint64_t seed = 0; seed < 100; seed++) {
		struct backoff b;
		int64_t left;

		backoff_init(&b, seed * UINT64_C(0x9e3779b97f4a7c15));
		backoff_fail(&b, 1);
		left = backoff_left(&b, 1);
		least = left < least ? left : least;
		most = left > most ? left : most;
	}
	cr_expect_lt(least, 60 * 1000000);
	cr_expect_gt(most, 90 * 1000000);
}
