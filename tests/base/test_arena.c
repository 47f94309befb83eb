/* arena: aligned blocks, one bound, all given back at once. */
#include <criterion/criterion.h>
#include <stdint.h>

#include "base/arena.h"

Test(arena, blocks_are_aligned_and_do_not_overlap)
{
	struct arena a;
	unsigned char *blocks[300];

	cr_assert_eq(arena_init(&a, 1000, 1 << 20), 0);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 300; i++) {
			blocks[i] = arena_alloc(&a, i);
			cr_assert_not_null(blocks[i]);
			cr_assert_eq((uintptr_t)blocks[i] % 16, 0);
			memset(blocks[i], (int)(i & 0xff), i);
		}
		for (size_t i = 0; i < 300; i++)
			for (size_t k = 0; k < i; k++)
				cr_assert_eq(blocks[i][k], i & 0xff);
		arena_reset(&a);
		cr_assert_eq(a.used_bytes, 0);
	}
	arena_fini(&a);
}

Test(arena, a_block_larger_than_a_chunk_gets_its_own)
{
	struct arena a;

	cr_assert_eq(arena_init(&a, 64, 1 << 20), 0);
	for (int i = 0; i < 10; i++)
		memset(arena_alloc(&a, 10000), 1, 10000);
	arena_fini(&a);
}

Test(arena, past_the_limit_there_is_nothing_until_the_reset)
{
	struct arena a;

	cr_assert_eq(arena_init(&a, 64, 1024), 0);
	cr_expect_null(arena_alloc(&a, 1025));
	cr_expect_not_null(arena_alloc(&a, 1000));
	cr_expect_null(arena_alloc(&a, 100));
	cr_expect_null(arena_copy(&a, SPAN_LIT("a text that is longer than what is left here")).p);
	arena_reset(&a);
	cr_expect_not_null(arena_alloc(&a, 1024));
	arena_reset(&a);
	a.limit_bytes = SIZE_MAX;
	cr_expect_null(arena_alloc(&a, SIZE_MAX));
	cr_expect_null(arena_alloc(&a, SIZE_MAX - 8));
	arena_fini(&a);
}

Test(arena, copies_and_printed_texts_end_with_a_nul)
{
	struct arena a;
	struct span s;

	cr_assert_eq(arena_init(&a, 256, 4096), 0);
	s = arena_copy(&a, span_of("r1.example.net", 2));
	cr_expect_eq(s.n, 2);
	cr_expect_str_eq(s.p, "r1");
	s = arena_copy(&a, SPAN_NONE);
	cr_expect_not_null(s.p);
	cr_expect_eq(s.n, 0);
	s = arena_printf(&a, "%s/%d", "Ethernet1", 7);
	cr_expect_str_eq(s.p, "Ethernet1/7");
	cr_expect_eq(s.n, 11);
	s = arena_printf(&a, "%5000d", 7);
	cr_expect_null(s.p);
	arena_fini(&a);
}
