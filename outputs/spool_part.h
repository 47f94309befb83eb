/* spool_part: what spool.c (the thread) and spool_tail.c (the outputs' ends) share. */
#ifndef NETNORM_OUTPUTS_SPOOL_PART_H
#define NETNORM_OUTPUTS_SPOOL_PART_H

#include <pthread.h>

#include "outputs/spool.h"
#include "outputs/store.h"

struct spool {
	struct store *store;
	struct output *output;
	pthread_mutex_t lock;           /* of `tails` */
	struct spool_tail *tails[STORE_MAX_OUTPUTS];    /* by id */
	uint64_t left[STORE_MAX_OUTPUTS];               /* positions of tails that were closed */
	uint64_t written[STORE_MAX_OUTPUTS];            /* positions as they are in the store; the thread's own */
	int64_t batch, delay_ns;

	/* The thread's own: what is in the open transaction. */
	struct record *const **cells;
	size_t gathered;
	int64_t due_ns;                 /* when it must be committed */
	int64_t positions_ns;           /* when positions were written last */
};

struct spool_tail {
	struct spool *spool;
	struct output *output;
	struct store_reader *reader;
	struct spool_tail *older;       /* of the same name, from before a reload: reads no more while this one is there */
	_Atomic bool replaced;
	unsigned id;
	uint64_t resumed;
	_Atomic uint64_t position;      /* all below it are settled */

	/* Written by the spool's thread (put) and by the output's (got). */
	_Atomic uint64_t committed, put_bytes;
	_Atomic uint64_t got, got_bytes;

	/* The output's thread's own: what is out, in order. */
	uint64_t cursor;                /* the next number to look at */
	uint64_t *numbers;
	bool *settled;
	size_t mask;
	uint64_t first, last;           /* positions in the circle */
};

#endif
