#include "outputs/latency.h"

const double latency_bounds_s[LATENCY_BUCKETS - 1] = { 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10, 60, 600, 3600 };

/* The same in ns. */
static const int64_t bounds_ns[LATENCY_BUCKETS - 1] = { 1000000, 5000000, 10000000, 25000000, 50000000, 100000000, 250000000, 500000000, 1000000000,
	INT64_C(5000000000), INT64_C(10000000000), INT64_C(60000000000), INT64_C(600000000000), INT64_C(3600000000000) };

static void
add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n, memory_order_relaxed);
}

void
latency_add(struct latency *l, int64_t ns)
{
	unsigned bucket = 0;

	if (ns < 0)
		ns = 0;
	while (bucket < LATENCY_BUCKETS - 1 && ns > bounds_ns[bucket])
		bucket++;
	add(&l->counts[bucket], 1);
	add(&l->sum_us, (uint64_t)ns / 1000);
}
