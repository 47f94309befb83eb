/* spool_part: what spool.c (the thread) and spool_tail.c (the outputs' ends) share. */
#ifndef NETNORM_OUTPUTS_SPOOL_PART_H
#define NETNORM_OUTPUTS_SPOOL_PART_H

#include <pthread.h>

#include "outputs/spool.h"
#include "outputs/store.h"

/* The outputs of one name, one after the other. */
struct spool_slot {
	struct spool_tail *newest;      /* NULL: none is open */
	uint64_t left;                  /* the position of the one that was closed last */
	struct spool_sum committed;     /* for any of them, by this process */
	struct spool_sum closed;        /* went to the spool for those that are closed */
	uint64_t written;               /* the position as it is in the store; the thread's own */
};

struct spool {
	struct store *store;
	struct output *output;
	pthread_mutex_t lock;           /* of the slots, but for `written`.  Whoever holds it begins no transaction that writes: the thread has one open while it waits */
	struct spool_slot slots[STORE_MAX_OUTPUTS];     /* by id */
	pthread_mutex_t fresh;          /* of what tails have of `fresh`; the last one to be taken, and never held while a disk is waited for */
	int64_t batch, delay_ns;
	_Atomic bool sweep;             /* an output is gone: what only it wanted can be deleted */
	_Atomic uint64_t commits, failures;

	/* The thread's own: what is in the open transaction. */
	struct record *const **cells;
	size_t gathered;
	int64_t most;                   /* so many at once now: fewer after a failure, for few may find room where many do not */
	int64_t due_ns;                 /* when it must be committed */
	int64_t positions_ns;           /* when positions were written last */
};

struct spool_tail {
	struct spool *spool;
	struct output *output;
	struct store_reader *reader;
	struct spool_tail *older;       /* of the same name, from before a reload: it delivers what it has, and this one waits until it is closed */
	_Atomic bool active, replaced;  /* its turn has come; a newer one is there */
	unsigned id;
	_Atomic uint64_t resumed, resumed_bytes;
	_Atomic uint64_t position;      /* all below it are settled */
	_Atomic uint64_t got, got_bytes;        /* taken out, damaged ones too */

	/*
	 * The records that were committed since it had read all, kept in memory so that an output that keeps up reads nothing back: those from number fresh_from
	 * on, in order.  Once there is no room for one no more come until it has caught up again.  Under spool->fresh but for the atomics.
	 */
	struct record **fresh;
	size_t fresh_first, fresh_n, fresh_bytes;
	uint64_t fresh_from;
	_Atomic bool keeps_up;          /* all from fresh_from to fresh_next is here, or was taken */
	_Atomic uint64_t fresh_next;

	/* The output's thread's own, once it is active: what is out, in order. */
	uint64_t cursor;                /* the next number to look at */
	int64_t broken_until_ns;        /* it could not be read: not before then again */
	uint64_t damaged, damaged_bytes;        /* as far as they are in `got` */
	uint64_t *numbers;
	bool *settled;
	size_t mask;
	uint64_t first, last;           /* positions in the circle */
};

/* One that was committed just now, for a tail whose output wants it. Under both locks. */
void tail_give(struct spool_tail *, struct record *);

#endif
