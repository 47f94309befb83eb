#include <criterion/criterion.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "outputs/pool.h"

Test(pool, blocks_are_aligned_and_apart)
{
	enum { N = 500 };
	static unsigned char *blocks[N];
	size_t sizes[N];

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < N; i++) {
			sizes[i] = i * i % 40000;
			blocks[i] = pool_alloc(sizes[i]);
			cr_assert_not_null(blocks[i]);
			cr_assert_eq((uintptr_t)blocks[i] % 16, 0);
			memset(blocks[i], (int)(i % 251), sizes[i]);
		}
		for (size_t i = 0; i < N; i++) {
			for (size_t at = 0; at < sizes[i]; at += 37)
				cr_assert_eq(blocks[i][at], i % 251);
			pool_free(blocks[i]);
		}
	}
	pool_free(NULL);
	cr_expect_null(pool_alloc(SIZE_MAX));
}

Test(pool, a_freed_block_is_used_again)
{
	void *a = pool_alloc(700), *b;

	pool_free(a);
	b = pool_alloc(800);
	cr_expect_eq(a, b);
	pool_free(b);
}

enum { MANY = 200000, SLOTS = 256 };

static _Atomic(unsigned char *) slots[SLOTS];

static void *
free_them(void *arg)
{
	for (unsigned n = 0; n < MANY;) {
		unsigned char *block = atomic_exchange(&slots[n % SLOTS], NULL);

		if (!block)
			continue;
		if (block[0] != (unsigned char)n || block[n % 1500] != (unsigned char)n)
			*(bool *)arg = false;
		pool_free(block);
		n++;
	}
	return NULL;
}

Test(pool, what_another_thread_frees_comes_back)
{
	bool good = true;
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, free_them, &good), 0);
	for (unsigned n = 0; n < MANY;) {
		unsigned char *block;

		if (atomic_load(&slots[n % SLOTS]))
			continue;
		block = pool_alloc(1 + n % 1500);
		block[0] = block[n % 1500] = (unsigned char)n;
		atomic_store(&slots[n % SLOTS], block);
		n++;
	}
	pthread_join(thread, NULL);
	cr_expect(good);
}

static void *
alloc_one(void *arg)
{
	*(void **)arg = pool_alloc(100);
	return NULL;
}

Test(pool, a_block_outlives_the_thread_that_made_it)
{
	void *block = NULL, *again = NULL;
	pthread_t thread;

	pthread_create(&thread, NULL, alloc_one, &block);
	pthread_join(thread, NULL);
	memset(block, 1, 100);
	pool_free(block);
	pthread_create(&thread, NULL, alloc_one, &again);
	pthread_join(thread, NULL);
	cr_expect_eq(again, block, "the next thread takes over the pool");
	pool_free(again);
}

enum { BURST = 150000 };

static void *burst[BURST];

static void *
free_burst(void *arg)
{
	for (size_t i = 0; i < BURST; i++)
		pool_free(burst[i]);
	return arg;
}

/* Under a sanitizer mallinfo2() knows nothing and the test says little. */
Test(pool, of_a_burst_no_more_is_kept_than_is_said)
{
	size_t before = mallinfo2().uordblks, kept;
	pthread_t thread;

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < BURST; i++) {
			burst[i] = pool_alloc(200 + i % 5 * 500);
			cr_assert_not_null(burst[i]);
			*(char *)burst[i] = 1;
		}
		pthread_create(&thread, NULL, free_burst, NULL);
		pthread_join(thread, NULL);
		kept = mallinfo2().uordblks - before;
		cr_expect_leq(kept, POOL_KEPT_BYTES + (1 << 20), "%zu bytes", kept);
	}
}
