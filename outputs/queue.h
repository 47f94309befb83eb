/*
 * queue: the records that an output's thread holds, in the order in which they go out.
 *
 * A record waits, flies (a kind has taken it) or has ended; the oldest ended ones fall off.  One that must be tried again waits once more in its
 * old place, so it goes before all that came after it.  Cells do not move: the address of one is a ticket for what lies in it, until
 * it ends.  One thread owns a queue.
 */
#ifndef NETNORM_OUTPUTS_QUEUE_H
#define NETNORM_OUTPUTS_QUEUE_H

#include <stdint.h>

#include "outputs/record.h"

enum queue_state { QUEUE_ENDED, QUEUE_WAITS, QUEUE_FLIES };

struct queue {
	struct record **cells;
	uint8_t *states;        /* enum queue_state of each cell */
	size_t mask;
	size_t base, end;       /* positions: the oldest that has not ended; behind the youngest */
	size_t next;            /* none below it waits */
	size_t oldest;          /* none below it flies: where to begin a search */
	size_t waiting, flying;
};

/* Room for at least `least` records. 0, or -1 with errno ENOMEM. */
int queue_init(struct queue *, size_t least);
void queue_fini(struct queue *);
size_t queue_room(const struct queue *);
/* The reference goes to the queue; there must be room. */
void queue_put(struct queue *, struct record *);
/*
 * The first records that wait, side by side, at most `max`: they fly from now on.  *n says how many, 0 if none waits.
 */
struct record *const *queue_take(struct queue *, size_t max, size_t *n);
/* Records of queue_take() that nobody wanted after all. */
void queue_give_back(struct queue *, struct record *const *cells, size_t n);
/* The cell of a record that flies, the oldest if there are several; NULL if there is none. */
struct record *const *queue_find(struct queue *, const struct record *);
bool queue_flies(const struct queue *, struct record *const *cell);
/* It is over: gives the record, and the reference, to the caller. */
struct record *queue_end(struct queue *, struct record *const *cell);
/* It flies no more and waits in its old place. */
void queue_again(struct queue *, struct record *const *cell);
/* Whatever its state, the oldest record with its reference; NULL if there is none left. */
struct record *queue_drop_first(struct queue *);

#endif
