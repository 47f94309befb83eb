/*
 * drain: the thread of an output: rings -> queue -> kind, until the stop.
 *
 * struct output is whole here for output.c and drain.c; all else sees it through output.h.
 */
#ifndef NETNORM_OUTPUTS_DRAIN_H
#define NETNORM_OUTPUTS_DRAIN_H

#include <pthread.h>

#include "base/log.h"
#include "outputs/backoff.h"
#include "outputs/dead_letter.h"
#include "outputs/lane.h"
#include "outputs/latency.h"
#include "outputs/queue.h"
#include "outputs/spool.h"

#define DRAIN_KEYS 4096         /* in so many parts the keys of records are told apart */
#define DRAIN_DEAD 256          /* dead letters that are forced to the disk together */
#define DRAIN_TELL_S 5          /* one line of a sort in this time */

struct output {
	const struct output_kind *kind;
	char *name;
	struct lanes lanes;
	struct spool_tail *tail;                /* NULL: its records come from the lanes */
	_Atomic int format;
	bool by_default;                        /* when_full: auto */

	/* Any thread. */
	int wake_fd;                            /* eventfd */
	_Alignas(RING_LINE) _Atomic bool asleep;        /* the thread wants to be woken */
	_Atomic bool stopping, reopen;
	_Atomic int64_t deadline_ns;
	pthread_mutex_t lock;                   /* of the two below */
	void (*room)(void *);
	void *room_arg;
	void *self;                             /* the kind's; NULL once closed. The thread reads it without the lock. */

	/* Written by the thread, read by all. */
	_Alignas(RING_LINE) _Atomic uint64_t done;
	_Atomic uint64_t retried, held, held_bytes;     /* held: in the queue or in flight */
	_Atomic uint64_t buried, reconnects;
	_Atomic int64_t oldest_ns;              /* when the oldest of those was received; 0: there is none */
	struct latency latency;
	_Atomic uint64_t refused[LANE_LEVELS], stopped[LANE_LEVELS];
	_Atomic bool up;
	_Atomic bool ended;                     /* the last thing that the thread does */

	/* The thread's own. */
	pthread_t thread;
	struct queue queue;
	struct backoff backoff;                 /* of all */
	struct backoff aside;                   /* of records that stand aside */
	int64_t aside_ns;                       /* when one was set aside last */
	uint32_t held_keys[DRAIN_KEYS];         /* how many stand aside in each part */
	bool gone;                              /* output_set_gone() */
	bool may_gather;                        /* the queue is long enough to let records gather for a moment */
	int64_t gather_ns;                      /* so long, if they are few; 0: not at all */
	bool clings;                            /* output_cling() */
	bool hurries;                           /* stopping: the waits for another try began anew */
	bool reads_no_more;                     /* ... and what is left in the spool stays there */
	int64_t read_until_ns;
	struct dead_letter *dead;               /* NULL: what is refused is dropped */
	struct record *dead_records[DRAIN_DEAD];        /* written there, not known to be on the disk; they count as held */
	size_t ndead;
	struct backoff dead_backoff;            /* of forcing them there */
	unsigned settles;                       /* since the kind was called */
	int64_t now_ns, looked_ns;              /* the time at about the last one; when the oldest record was looked for */
	int64_t down_ns;                        /* since when it is down */
	struct log_limit down_limit, back_limit, reason_limit, refuse_limit;
	uint64_t told_drops;
	int64_t tell_ns;                        /* when to tell of drops next */
};

/* The thread's function; its argument is a struct output.  It ends after output_stop(). */
void *drain_run(void *);
/* Wake the thread, whatever it does. */
void drain_nudge(struct output *);

/* settle.c.  It leaves the output, whatever became of it. */
void settle_end(struct output *, struct record *);
/* Records of one key and one order of the kind's share it; others may, too, and then wait with them. */
uint32_t *settle_held_of(struct output *, const struct record *);
void settle_aside(struct output *, struct record *const *cell);
/* Force the dead letters that were written to the disk, and let their records go; where that fails they stay, and it is tried again after the back-off. */
void settle_dead_letters(struct output *);

/* What went to the spool for it. */
struct spool_sum output_spooled_sum(const struct output *);

#endif
