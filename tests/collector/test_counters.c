/* counters: what a worker publishes is read whole, added up, and balances. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "collector/counters.h"

static struct counters a, b;
static struct counters_page page;

/* Each word different, so that a mix-up shows. */
static void
fill(struct counters *c, uint64_t from)
{
	uint64_t *words = (uint64_t *)(void *)c;

	for (size_t i = 0; i < sizeof(*c) / sizeof(uint64_t); i++)
		words[i] = from + i;
}

Test(counters, what_was_published_is_read)
{
	counters_read(&page, &b);
	cr_expect_eq(memcmp(&a, &b, sizeof(a)), 0, "before the first time all are 0");
	for (uint64_t round = 1; round < 4; round++) {
		fill(&a, round * 1000);
		counters_publish(&page, &a);
		counters_read(&page, &b);
		cr_expect_eq(memcmp(&a, &b, sizeof(a)), 0);
		cr_expect_eq(atomic_load(&page.version), 2 * round);
	}
}

Test(counters, each_is_added_to_its_own)
{
	const uint64_t *words = (const uint64_t *)(void *)&a;

	fill(&a, 10);
	fill(&b, 100000);
	counters_add(&a, &b);
	for (size_t i = 0; i < sizeof(a) / sizeof(uint64_t); i++)
		cr_expect_eq(words[i], 100010 + 2 * i, "word %zu", i);
}

Test(counters, received_is_the_sum_over_the_inputs)
{
	memset(&a, 0, sizeof(a));
	a.received[0] = 3;
	a.received[COUNTERS_MAX_INPUTS - 1] = 4;
	a.made_replay = 100;
	cr_expect_eq(counters_received(&a), 7);
}

Test(counters, every_kind_of_outcome_counts_in_the_balance)
{
	struct {
		uint64_t *field;
		int64_t sign;
	} rows[] = {
		{ &a.received[0], 1 }, { &a.received[COUNTERS_MAX_INPUTS - 1], 1 }, { &a.made_replay, 1 }, { &a.made_follow_up, 1 },
		{ &a.events[0], -1 }, { &a.events[PROFILE_MAX_OS - 1], -1 }, { &a.raw[0], -1 }, { &a.raw[PROFILE_MAX_OS], -1 },
		{ &a.unknown, -1 }, { &a.dropped[DROP_EMPTY], -1 }, { &a.dropped[DROP_NO_MEMORY], -1 },
		{ &a.reasons[1], 0 }, { &a.truncated, 0 }, { &a.repeats, 0 }, { &a.datagrams, 0 }, { &a.bytes, 0 }, { &a.connections, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		memset(&a, 0, sizeof(a));
		*rows[i].field = 5;
		cr_expect_eq(counters_imbalance(&a), 5 * rows[i].sign, "row %zu", i);
	}
}

Test(counters, each_reason_of_a_drop_has_a_name)
{
	for (size_t i = 0; i < DROP_REASONS; i++) {
		cr_assert_not_null(counters_drop_names[i], "reason %zu", i);
		for (size_t k = 0; k < i; k++)
			cr_expect_str_neq(counters_drop_names[i], counters_drop_names[k]);
	}
}
