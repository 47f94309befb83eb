/*
 * counters: what one worker counts.  The ledger: received + made = events + raw + unknown + dropped, in every reading.
 *
 * A worker counts in its own struct and publishes a copy between two messages (a sequence lock), so that a reader never sees half a message.
 */
#ifndef NETNORM_COLLECTOR_COUNTERS_H
#define NETNORM_COLLECTOR_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/nevent.h"
#include "parsers/profile/profile.h"

#define COUNTERS_MAX_INPUTS 64  /* names of inputs that one process ever sees, reloads included */

enum counters_drop {
	DROP_EMPTY,             /* nothing in it */
	DROP_NO_MEMORY,         /* the arena or the writer's limit is spent */
	DROP_REASONS
};
extern const char *const counters_drop_names[DROP_REASONS];

struct counters {
	uint64_t received[COUNTERS_MAX_INPUTS];         /* messages after framing, by input */
	uint64_t made_replay, made_follow_up;
	uint64_t events[PROFILE_MAX_OS];                /* by OS: slots of the collector, stable over reloads */
	uint64_t raw[PROFILE_MAX_OS + 1];             /* the last: of no OS (a repeat line without the line before it) */
	uint64_t unknown;
	uint64_t dropped[DROP_REASONS];
	/* not part of the ledger */
	uint64_t reasons[NEVENT_REASONS];               /* why RAW or UNKNOWN */
	uint64_t truncated;
	uint64_t repeats;
	uint64_t limits_hit;                            /* patterns that ran into the match limit */
	uint64_t refused;                               /* values that their leaf of the models does not take */
	uint64_t datagrams, datagram_calls;             /* recvmmsg() */
	uint64_t bytes;                                 /* of messages */
	uint64_t resyncs, closed_bad_frame, closed_idle, refused_connections;
	uint64_t connections;                           /* open now */
	uint64_t receipts_returned;
};

struct counters_page {
	_Atomic uint64_t version;       /* odd while it is written */
	struct counters published;
};

/* For the worker. */
void counters_publish(struct counters_page *, const struct counters *);
/* For any thread: a whole copy. */
void counters_read(const struct counters_page *, struct counters *);
/* a += b */
void counters_add(struct counters *a, const struct counters *b);
uint64_t counters_received(const struct counters *);
/* received + made - (events + raw + unknown + dropped): 0, or the program is wrong. */
int64_t counters_imbalance(const struct counters *);

#endif
