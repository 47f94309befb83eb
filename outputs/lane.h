/*
 * lane: the way of the workers into an output: a ring for each, what each counts, and who gets in when the queue fills.
 *
 * How full it is follows from two kinds of numbers that only grow: what each worker put in (its own to write) and what the output's thread settled.  A
 * worker looks at the others' numbers only now and then, so with many workers the levels hold to within LANE_STALE records a worker.
 */
#ifndef NETNORM_OUTPUTS_LANE_H
#define NETNORM_OUTPUTS_LANE_H

#include "outputs/output.h"
#include "outputs/ring.h"

#define LANE_STALE 64
#define LANE_LEVELS 8
#define LANE_RUN 256             /* records from one worker before the next one's turn */

enum lane_outcome {
	LANE_TAKEN,
	LANE_DROPPED,           /* counted */
	LANE_FILLED,            /* taken, and a blocking output became full by it: its thread must look for room */
	LANE_FILLED_DROPPED,    /* the same, and dropped */
};

/* One worker's. */
struct lane {
	struct ring ring;
	/* Written by the worker alone, read by all. */
	_Alignas(RING_LINE) _Atomic uint64_t offered;
	_Atomic uint64_t filtered;
	_Atomic uint64_t spooled, spooled_bytes;        /* went to the spool for this output */
	_Atomic uint64_t accepted, accepted_bytes;
	_Atomic uint64_t dropped[LANE_LEVELS];
	/* The worker's own. */
	uint64_t settled, settled_bytes;        /* as last seen */
	uint64_t others, others_bytes;          /* what the other workers put in, as last seen */
	unsigned fresh;                         /* how often it may go by that */
	unsigned full;                          /* the last fullness it has seen, and what it may still put in during that */
	unsigned grace;
	/* The output's thread's. */
	_Alignas(RING_LINE) _Atomic uint64_t popped_bytes;
};

struct lanes {
	struct lane *items;
	unsigned n;
	unsigned turn, run;                     /* where the output's thread takes next, and how many it took there in a row */
	_Atomic bool block;                     /* may change while it runs */
	uint64_t limit, limit_bytes;
	uint64_t most[LANE_LEVELS], most_bytes[LANE_LEVELS];    /* by severity: from here on it is dropped */
	/* Blocking: odd while full. */
	_Alignas(RING_LINE) _Atomic unsigned full;
	/* Written by the output's thread. */
	_Alignas(RING_LINE) _Atomic uint64_t settled, settled_bytes;
};

/* 0, or -1 with errno ENOMEM. */
int lanes_init(struct lanes *, unsigned workers, const struct output_config *, bool block);
void lanes_fini(struct lanes *);

/* Add to a counter that only this thread writes. */
static inline void
lane_add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n, memory_order_relaxed);
}

/* For a worker. */
enum lane_outcome lanes_offer(struct lanes *, unsigned worker, struct record *);

/* For the output's thread. */
struct record *lanes_pop(struct lanes *);               /* round about; NULL if all are empty */
void lanes_settle(struct lanes *, const struct record *);
bool lanes_room(struct lanes *);                        /* it was full and is no more: told once */

/* For any thread. */
void lanes_queued(const struct lanes *, uint64_t *records, uint64_t *bytes);    /* in the rings */
bool lanes_empty(const struct lanes *);
static inline bool
lanes_full(const struct lanes *l)
{
	return atomic_load_explicit(&l->full, memory_order_relaxed) & 1;
}

#endif
