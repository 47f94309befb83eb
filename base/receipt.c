/*
 * A stack that many push to and one empties: pushing is one compare-and-swap, emptying one exchange.
 */
#include "base/receipt.h"

#include <stdlib.h>

void
receipt_ring_init(struct receipt_ring *ring, void (*wake)(void *), void *arg)
{
	atomic_init(&ring->head, NULL);
	ring->wake = wake;
	ring->arg = arg;
}

struct receipt *
receipt_new(struct receipt_ring *ring, void *owner, uint64_t position)
{
	struct receipt *r = malloc(sizeof(*r));

	if (r) {
		atomic_init(&r->refs, 1);
		r->ring = ring;
		r->next = NULL;
		r->owner = owner;
		r->position = position;
	}
	return r;
}

struct receipt *
receipt_ref(struct receipt *r)
{
	if (r)
		atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
	return r;
}

void
receipt_unref(struct receipt **rp)
{
	struct receipt *r = *rp;
	struct receipt_ring *ring;
	struct receipt *head;

	*rp = NULL;
	if (!r || atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) != 1)
		return;
	ring = r->ring;
	head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	do
		r->next = head;
	while (!atomic_compare_exchange_weak_explicit(&ring->head, &head, r, memory_order_release, memory_order_relaxed));
	if (!head && ring->wake)
		ring->wake(ring->arg);
}

struct receipt *
receipt_take(struct receipt_ring *ring)
{
	struct receipt *list = atomic_exchange_explicit(&ring->head, NULL, memory_order_acquire);
	struct receipt *oldest_first = NULL;

	while (list) {
		struct receipt *r = list;

		list = r->next;
		r->next = oldest_first;
		oldest_first = r;
	}
	return oldest_first;
}

void
receipt_free(struct receipt **rp)
{
	free(*rp);
	*rp = NULL;
}
