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

Test(queue, what_is_tried_again_keeps_its_place)
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
	cr_expect_eq(q.waiting, 4);
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
	cr_expect_not_null(queue_find(&q, &records[0]));
	cr_expect_not_null(queue_find(&q, &records[3]));
	cr_expect_null(queue_find(&q, &records[1]));
	queue_fini(&q);
}

/* A model of one flag for each record against the queue, with chance from a fixed seed. */
Test(queue, whatever_happens_each_record_ends_once_and_waits_in_order)
{
	enum { N = 4096, NEW, WAITS, FLIES, ENDED };
	static int state[N];
	unsigned seed = 7;
	size_t put = 0, ended = 0;
	struct queue q;

	cr_assert_eq(queue_init(&q, 100), 0);
	while (ended < N) {
		struct record *const *cell;
		size_t n, first = 0;

		switch (rand_r(&seed) % 4) {
		case 0:
			for (int i = rand_r(&seed) % 40; i > 0 && put < N && queue_room(&q) > 0; i--) {
				state[put] = WAITS;
				queue_put(&q, &records[put++]);
			}
			break;
		case 1:
			while (first < put && state[first] != WAITS)
				first++;
			cell = queue_take(&q, 1 + (size_t)rand_r(&seed) % 30, &n);
			cr_assert_eq(n > 0, first < put);
			if (n > 0)
				cr_assert_eq(number(cell[0]), first);
			for (size_t i = 0; i < n; i++) {
				cr_assert_eq(state[number(cell[i])], WAITS);
				state[number(cell[i])] = FLIES;
			}
			if (n > 0 && rand_r(&seed) % 3 == 0) {
				queue_give_back(&q, cell + n / 2, n - n / 2);
				for (size_t i = n / 2; i < n; i++)
					state[number(cell[i])] = WAITS;
			}
			break;
		default:
			first = put > 128 ? put - 128 : 0;
			for (size_t i = first; i < put; i++) {
				if (state[i] != FLIES || rand_r(&seed) % 4 == 0)
					continue;
				cell = queue_find(&q, &records[i]);
				cr_assert_not_null(cell);
				if (rand_r(&seed) % 4 == 0) {
					queue_again(&q, cell);
					state[i] = WAITS;
				} else {
					cr_assert_eq(queue_end(&q, cell), &records[i]);
					state[i] = ENDED;
					ended++;
				}
			}
		}
	}
	cr_expect_eq(q.waiting + q.flying, 0);
	cr_expect_null(queue_drop_first(&q));
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
