/*
 * receipt: the way back from outputs to an input.
 *
 * A batch of input (a piece of a file, later a Kafka fetch) holds one receipt.  Each record made from it holds one
 * reference and lets it go when the record is safe: delivered, committed, dead-lettered or dropped by a counted
 * rule.  The last one to let go puts the receipt on its worker's return list; the worker takes it from
 * there.  Reference counts are atomic; any thread may let go, one worker takes.
 */
#ifndef NETNORM_BASE_RECEIPT_H
#define NETNORM_BASE_RECEIPT_H

#include <stdatomic.h>
#include <stdint.h>

struct receipt;

/* The return list of one worker: many threads push, one takes.  `wake` is called once when it stops being empty (may be NULL). */
struct receipt_ring {
	_Atomic(struct receipt *) head;
	void (*wake)(void *);
	void *arg;
};

struct receipt {
	_Atomic uint32_t refs;
	struct receipt_ring *ring;
	struct receipt *next;
	void *owner;            /* the input's own: what it is a receipt for */
	uint64_t position;      /* the input's own: bytes of a file, an offset */
};

void receipt_ring_init(struct receipt_ring *, void (*wake)(void *), void *arg);
/* With one reference, the input's own while it makes records.  NULL without memory. */
struct receipt *receipt_new(struct receipt_ring *, void *owner, uint64_t position);
struct receipt *receipt_ref(struct receipt *);          /* NULL gives NULL */
void receipt_unref(struct receipt **);                  /* takes NULL, leaves NULL */
/* All that came back since the last call, linked by `next`, oldest first; the caller frees each by receipt_free(). */
struct receipt *receipt_take(struct receipt_ring *);
void receipt_free(struct receipt **);

#endif
