/*
 * An output that speaks HTTP, opened by its options, and what a test wants of it and of the peer.
 */
#ifndef NETNORM_TESTS_OUTPUTS_HTTP_RIG_H
#define NETNORM_TESTS_OUTPUTS_HTTP_RIG_H

#include "tests/outputs/http_peer.h"
#include "tests/outputs/sample_output.h"

/* `options` begins with the kind and goes on with ", ..."; %u in it is the port. */
static inline struct output *
peer_output(const char *options, unsigned port, unsigned other)
{
	char yaml[1024], format[1100];

	snprintf(format, sizeof(format), "- {name: h, kind: %s}", options);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(yaml, sizeof(yaml), format, port, other);
#pragma GCC diagnostic pop
	return sample_output(yaml);
}

static inline uint64_t
peer_delivered(const struct output *o)
{
	return sample_stats(o).delivered;
}

static inline uint64_t
peer_refused(const struct output *o)
{
	return sample_stats(o).dropped[OUTPUT_DROP_REFUSED][3];
}

/* Balances, ends in time with so many left. */
static inline void
peer_close(struct output *o, int64_t ms, uint64_t left)
{
	struct output_stats s = sample_stats(o);
	int64_t start = clock_monotonic_ns();

	cr_expect_eq(sample_imbalance(&s), 0);
	cr_expect_eq(output_close(&o, sample_in_ms(ms)), left);
	cr_expect_lt(clock_monotonic_ns() - start, (ms + 3000) * INT64_C(1000000));
}

/* Of what the peer took: each of these once or more, and where `once` exactly so; those of each device in order. */
static inline void
peer_expect(struct peer *p, unsigned first, unsigned n, bool once)
{
	static unsigned count[PEER_MOST];
	unsigned last[10] = { 0 }, back = 0, lost = 0, twice = 0;

	memset(count, 0, sizeof(count));
	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < p->ntaken; i++) {
		unsigned serial = p->taken[i];

		back += count[serial] == 0 && serial + 1 <= last[serial % 10];
		count[serial]++;
		if (serial + 1 > last[serial % 10])
			last[serial % 10] = serial + 1;
	}
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = first; i < first + n; i++) {
		lost += count[i] == 0;
		twice += count[i] > 1;
	}
	cr_expect_eq(lost, 0, "%u lost", lost);
	cr_expect_eq(back, 0, "%u out of order", back);
	if (once)
		cr_expect_eq(twice, 0, "%u there twice", twice);
}

static uint64_t peer_own;

static inline void
peer_find_own(void *arg, const char *name, const char *help, uint64_t value)
{
	(void)help;
	if (strcmp(name, arg) == 0)
		peer_own = value;
}

static inline uint64_t
peer_own_stat(const struct output *o, const char *name)
{
	peer_own = UINT64_MAX;
	output_stats_own(o, peer_find_own, (void *)(uintptr_t)name);
	return peer_own;
}

#endif
