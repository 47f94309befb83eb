/*
 * ring: record pointers from one thread to one other, without locks.
 *
 * One producer, one consumer.  Each side keeps its own index on its own cache line, and beside it what it last saw of the other's, so that it
 * looks there only when it seems full or empty.
 */
#ifndef NETNORM_OUTPUTS_RING_H
#define NETNORM_OUTPUTS_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct record;

#define RING_LINE 64            /* bytes that two threads should not share */

struct ring {
	_Alignas(RING_LINE) _Atomic size_t tail;        /* where the producer puts the next one; counts on, never wraps to 0 by itself */
	size_t head_seen;
	_Alignas(RING_LINE) _Atomic size_t head;        /* where the consumer takes the next one */
	size_t tail_seen;
	_Alignas(RING_LINE) struct record **cells;      /* written by nobody after ring_init() */
	size_t mask;
};

/* Room for at least `least` records (rounded up to a power of two). 0, or -1 with errno ENOMEM. */
int ring_init(struct ring *, size_t least);
/* What is still in it is the caller's to take out before. */
void ring_fini(struct ring *);

/* For the producer; false if it is full. */
static inline bool
ring_push(struct ring *r, struct record *record)
{
	size_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);

	if (tail - r->head_seen > r->mask) {
		r->head_seen = atomic_load_explicit(&r->head, memory_order_acquire);
		if (tail - r->head_seen > r->mask)
			return false;
	}
	r->cells[tail & r->mask] = record;
	atomic_store_explicit(&r->tail, tail + 1, memory_order_release);
	return true;
}

/* For the consumer: NULL if it is empty. */
static inline struct record *
ring_pop(struct ring *r)
{
	size_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	struct record *record;

	if (head == r->tail_seen) {
		r->tail_seen = atomic_load_explicit(&r->tail, memory_order_acquire);
		if (head == r->tail_seen)
			return NULL;
	}
	record = r->cells[head & r->mask];
	atomic_store_explicit(&r->head, head + 1, memory_order_release);
	return record;
}

/* How many are in it; any thread. */
static inline size_t
ring_count(const struct ring *r)
{
	size_t head = atomic_load_explicit(&r->head, memory_order_acquire);

	return atomic_load_explicit(&r->tail, memory_order_acquire) - head;
}

#endif
