/*
 * The sequence lock has one writer, the worker; readers copy again while it writes.  The copy goes word by word through relaxed
 * atomics, so that a torn read is no data race, only one that the version tells.
 */
#include "collector/counters.h"

#include <sched.h>

const char *const counters_drop_names[DROP_REASONS] = {
	[DROP_EMPTY] = "empty",
	[DROP_NO_MEMORY] = "no_memory",
};

_Static_assert(sizeof(struct counters) % sizeof(uint64_t) == 0, "counters are 64-bit words only");
#define COUNTERS_WORDS (sizeof(struct counters) / sizeof(uint64_t))

void
counters_publish(struct counters_page *page, const struct counters *c)
{
	uint64_t version = atomic_load_explicit(&page->version, memory_order_relaxed);

	atomic_store_explicit(&page->version, version + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	for (size_t i = 0; i < COUNTERS_WORDS; i++)
		__atomic_store_n((uint64_t *)&page->published + i, ((const uint64_t *)c)[i], __ATOMIC_RELAXED);
	atomic_store_explicit(&page->version, version + 2, memory_order_release);
}

void
counters_read(const struct counters_page *page, struct counters *c)
{
	for (;;) {
		uint64_t before = atomic_load_explicit(&page->version, memory_order_acquire);

		if (before & 1) {
			sched_yield();
			continue;
		}
		for (size_t i = 0; i < COUNTERS_WORDS; i++)
			((uint64_t *)c)[i] = __atomic_load_n((const uint64_t *)&page->published + i, __ATOMIC_RELAXED);
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit(&page->version, memory_order_relaxed) == before)
			return;
	}
}

void
counters_add(struct counters *a, const struct counters *b)
{
	for (size_t i = 0; i < COUNTERS_WORDS; i++)
		((uint64_t *)a)[i] += ((const uint64_t *)b)[i];
}

uint64_t
counters_received(const struct counters *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < COUNTERS_MAX_INPUTS; i++)
		sum += c->received[i];
	return sum;
}

int64_t
counters_imbalance(const struct counters *c)
{
	uint64_t in = counters_received(c) + c->made_replay + c->made_follow_up;
	uint64_t out = c->unknown;

	for (size_t i = 0; i <= PROFILE_MAX_OS; i++)
		out += (i < PROFILE_MAX_OS ? c->events[i] : 0) + c->raw[i];
	for (size_t i = 0; i < DROP_REASONS; i++)
		out += c->dropped[i];
	return (int64_t)(in - out);
}
