/* receipt: it comes back once, when the last one has let go, in the order of letting go. */
#include <criterion/criterion.h>

#include "base/receipt.h"

static void
count_wake(void *arg)
{
	++*(int *)arg;
}

Test(receipt, it_returns_when_the_last_reference_goes)
{
	struct receipt_ring ring;
	struct receipt *own, *other, *back;
	int wakes = 0, owner;

	receipt_ring_init(&ring, count_wake, &wakes);
	own = receipt_new(&ring, &owner, 77);
	other = receipt_ref(own);
	receipt_unref(&own);
	cr_expect_null(own);
	cr_expect_null(receipt_take(&ring));
	receipt_unref(&other);
	cr_expect_eq(wakes, 1);
	back = receipt_take(&ring);
	cr_assert_not_null(back);
	cr_expect_eq(back->owner, &owner);
	cr_expect_eq(back->position, 77);
	cr_expect_null(back->next);
	receipt_free(&back);
	cr_expect_null(back);
	cr_expect_null(receipt_take(&ring));
}

Test(receipt, the_oldest_comes_first_and_one_wake_is_enough)
{
	struct receipt_ring ring;
	struct receipt *list;
	int wakes = 0;

	receipt_ring_init(&ring, count_wake, &wakes);
	for (int round = 1; round <= 2; round++) {
		for (uint64_t i = 0; i < 5; i++) {
			struct receipt *r = receipt_new(&ring, NULL, i);

			receipt_unref(&r);
		}
		cr_expect_eq(wakes, round);
		list = receipt_take(&ring);
		for (uint64_t i = 0; i < 5; i++) {
			struct receipt *r = list;

			cr_assert_not_null(r);
			cr_expect_eq(r->position, i);
			list = r->next;
			receipt_free(&r);
		}
		cr_expect_null(list);
	}
}

Test(receipt, nothing_is_a_receipt_for_nobody)
{
	struct receipt *none = NULL;
	struct receipt_ring ring;
	struct receipt *r;

	cr_expect_null(receipt_ref(none));
	receipt_unref(&none);
	receipt_free(&none);
	receipt_ring_init(&ring, NULL, NULL);
	r = receipt_new(&ring, NULL, 0);
	receipt_unref(&r);
	r = receipt_take(&ring);
	receipt_free(&r);
}
