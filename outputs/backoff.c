/*
 * backoff: knows the time it is told, and chance.
 */
#include "outputs/backoff.h"

#include "base/clock.h"

void
backoff_init(struct backoff *b, uint64_t seed)
{
	*b = (struct backoff){ .random = seed | 1 };
}

/* xorshift64: chance enough for waiting. */
static uint64_t
backoff_random(struct backoff *b)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return b->random;
}

void
backoff_fail(struct backoff *b, int64_t now_ns)
{
	int64_t ms;

	if (b->until_ns != 0)
		return;
	ms = b->delay_ms > 0 ? b->delay_ms : BACKOFF_FIRST_MS;
	b->delay_ms = ms * 2 < BACKOFF_MOST_MS ? ms * 2 : BACKOFF_MOST_MS;
	b->until_ns = now_ns + (ms * CLOCK_NS_PER_MS) / 2 + (int64_t)(backoff_random(b) % (uint64_t)(ms * CLOCK_NS_PER_MS / 2 + 1));
}

int64_t
backoff_left(struct backoff *b, int64_t now_ns)
{
	if (b->until_ns != 0 && now_ns >= b->until_ns)
		b->until_ns = 0;
	return b->until_ns != 0 ? b->until_ns - now_ns : 0;
}
