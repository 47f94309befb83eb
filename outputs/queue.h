/*
 * queue: the records that an output's thread holds, in the order in which they go out.
 *
 * A record waits, flies (a kind has taken it), stands aside (it waits, but not now), or has ended, which frees its cell whatever became of older ones: there is
 * room for as many records as there are cells.  One that must be tried again goes before all that came after it.  Cells do not move:
 * the address of one is a ticket for what lies in it, until it ends.  One thread owns a queue.
 */
#ifndef NETNORM_OUTPUTS_QUEUE_H
#define NETNORM_OUTPUTS_QUEUE_H

#include <stdint.h>

#include "outputs/record.h"

enum queue_state {
	QUEUE_ENDED,            /* 0: nothing lies there */
	QUEUE_WAITS,            /* it never flew, and lies between `next` and `put` in the order of coming */
	QUEUE_AGAIN,            /* waits too, in the heap by age */
	QUEUE_ASIDE,
	QUEUE_FLIES,
	QUEUE_FLIES_AGAIN,      /* not for the first time */
};

struct queue {
	struct record **cells;
	uint8_t *states;        /* enum queue_state of each cell */
	uint64_t *ages;         /* of each cell: which record it is, counted from the first */
	uint32_t *again;        /* from the front the heap, from the back those that stand aside */
	size_t mask;
	uint64_t put, next;     /* positions, cut to the circle to get at a cell: where to put the next one; none below it is QUEUE_WAITS */
	uint64_t age;           /* of the next one */
	size_t fresh, nagain;   /* QUEUE_WAITS, QUEUE_AGAIN */
	size_t aside, flying;
	bool took_fresh;        /* the last ones taken were QUEUE_WAITS */
};

/* Room for at least `least` records. 0, or -1 with errno ENOMEM. */
int queue_init(struct queue *, size_t least);
void queue_fini(struct queue *);

static inline size_t
queue_waiting(const struct queue *q)
{
	return q->fresh + q->nagain;
}

static inline size_t
queue_count(const struct queue *q)
{
	return q->fresh + q->nagain + q->aside + q->flying;
}

static inline size_t
queue_room(const struct queue *q)
{
	return q->mask + 1 - queue_count(q);
}

/* The reference goes to the queue; there must be room. */
void queue_put(struct queue *, struct record *);
/*
 * The oldest records that wait, side by side, at most `max`: they fly from now on.  *n says how many, 0 if none waits.
 */
struct record *const *queue_take(struct queue *, size_t max, size_t *n);
/* The last of what queue_take() gave last, which nobody wanted after all. */
void queue_give_back(struct queue *, struct record *const *cells, size_t n);
bool queue_flies(const struct queue *, struct record *const *cell);
bool queue_flies_again(const struct queue *, struct record *const *cell);
/* It is over: gives the record, and the reference, to the caller. */
struct record *queue_end(struct queue *, struct record *const *cell);
/* It flies no more and waits again. */
void queue_again(struct queue *, struct record *const *cell);
/* It flies no more and stands aside, until all that do wait again. */
void queue_set_aside(struct queue *, struct record *const *cell);
void queue_release(struct queue *);
/* Of all that it holds; NULL if there is none.  It looks at every cell. */
const struct record *queue_oldest(const struct queue *);
/* At the end: one of those left, whatever its state (*flew says whether it was in flight), with its reference; NULL if there is none.  Nothing can be taken after it. */
struct record *queue_drop(struct queue *, bool *flew);

#endif
