#include <criterion/criterion.h>
#include <pthread.h>

#include "outputs/ring.h"

/* Never looked into: only the pointers count. */
static struct record *
nth(size_t n)
{
	return (struct record *)(n + 1);
}

Test(ring, it_gives_back_in_order_and_says_when_it_is_full)
{
	struct ring ring;

	cr_assert_eq(ring_init(&ring, 5), 0);
	for (size_t round = 0; round < 1000; round++) {
		size_t n = round % 9;

		for (size_t i = 0; i < n; i++)
			cr_expect_eq(ring_push(&ring, nth(i)), i < 8);
		cr_expect_eq(ring_count(&ring), n);
		for (size_t i = 0; i < n; i++)
			cr_expect_eq(ring_pop(&ring), nth(i));
		cr_expect_null(ring_pop(&ring));
	}
	ring_fini(&ring);
}

Test(ring, a_full_one_takes_nothing_until_there_is_room)
{
	struct ring ring;

	cr_assert_eq(ring_init(&ring, 4), 0);
	for (size_t i = 0; i < 4; i++)
		cr_expect(ring_push(&ring, nth(i)));
	cr_expect_not(ring_push(&ring, nth(4)));
	cr_expect_eq(ring_pop(&ring), nth(0));
	cr_expect(ring_push(&ring, nth(4)));
	cr_expect_not(ring_push(&ring, nth(5)));
	ring_fini(&ring);
}

#define MANY 300000

static void *
produce(void *arg)
{
	for (size_t i = 0; i < MANY;)
		if (ring_push(arg, nth(i)))
			i++;
	return NULL;
}

Test(ring, nothing_is_lost_between_two_threads)
{
	struct ring ring;
	pthread_t thread;

	cr_assert_eq(ring_init(&ring, 64), 0);
	pthread_create(&thread, NULL, produce, &ring);
	for (size_t i = 0; i < MANY;) {
		struct record *r = ring_pop(&ring);

		if (r && r != nth(i))
			cr_assert_fail("record %zu came out of turn", i);
		i += r != NULL;
	}
	pthread_join(thread, NULL);
	cr_expect_null(ring_pop(&ring));
	ring_fini(&ring);
}
