/*
 * backoff: how long to wait before the next try: doubling from 100 ms to 10 s, each wait between half and the whole of it by
 * chance, so that many outputs do not come back in the same instant.
 */
#ifndef NETNORM_OUTPUTS_BACKOFF_H
#define NETNORM_OUTPUTS_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

#define BACKOFF_FIRST_MS 100
#define BACKOFF_MOST_MS 10000

struct backoff {
	int64_t until_ns;       /* CLOCK_MONOTONIC; 0: nothing to wait for */
	int64_t delay_ms;       /* the next wait, before chance; 0: the first */
	uint64_t random;
};

/* Chance from `seed`. */
void backoff_init(struct backoff *, uint64_t seed);
/* It went wrong: wait, if not waiting already. */
void backoff_fail(struct backoff *, int64_t now_ns);
/* It went well: the next failure begins with the first delay. */
static inline void
backoff_reset(struct backoff *b)
{
	b->delay_ms = 0;
}
/* Nanoseconds left to wait, 0: go on. */
int64_t backoff_left(struct backoff *, int64_t now_ns);

#endif
