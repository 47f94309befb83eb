/*
 * poller: asks the devices of the inventory on intervals, by a bounded pool of threads.  One device has never more than one session; one that fails is asked
 * less and less often, and such ones, with those that never answered yet, never hold more than a quarter of the pool, looks or not; an eighth is kept for fresh looks, which
 * go first.  Of one object only one look waits at a time: it answers the first of the events that wanted it.
 */
#ifndef NETNORM_COLLECTOR_POLLER_H
#define NETNORM_COLLECTOR_POLLER_H

#include "collector/enrichment.h"
#include "collector/snapshot.h"

#define POLLER_MAX_LOOKS 128            /* that wait for one device */

/* An event that wants to know how its object is now: what the follow-up will have of it. */
struct look {
	struct look *next;
	enum view_kind kind;
	uint64_t key;                   /* look_key() */
	int64_t wanted_ns;              /* monotonic */
	unsigned worker;
	char id[NEVENT_ID_LEN];
	int facility, severity, vendor_severity;
	struct span device, object, error, os, host, ip;        /* in the block behind the struct; absent as in the event */
};

/* Looks of the same kind at the same object of the same device have the same key; never 0. */
uint64_t look_key(const struct nevent *, enum view_kind);
struct look *look_new(const struct nevent *, enum view_kind, unsigned worker);
void look_free(struct look **);

/* Called from the poller's threads. */
struct poller_hooks {
	/* The part's reference is the callee's. */
	void (*learned)(void *arg, const char *device, struct view_part *);
	/* The look is the callee's, the part is not. */
	void (*looked)(void *arg, struct look *, struct view_part *);
	/* The device is in the inventory no longer. */
	void (*gone)(void *arg, const char *device);
	void *arg;
};

struct poller;
struct cache;

/* Has the inventory a device that is to be polled? */
bool poller_wanted(const struct inventory *);
/* Threads start with the first snapshot that has something to poll. */
struct poller *poller_open(const struct poller_hooks *, unsigned sessions);
/* Borrowed; NULL: nothing is kept.  Before poller_set(). */
void poller_use_cache(struct poller *, struct cache *);
/* From now on these devices, by these intervals; takes a reference of its own. */
void poller_set(struct poller *, struct snapshot *);
/* Does a look with that key wait already?  Then the event is counted as one that joins it.  Takes no lock; it may miss one that waits, which poller_look() finds. */
bool poller_join_look(struct poller *, uint64_t key);
/* Takes the look, whatever the outcome; never waits for long.  `look` names a device of the inventory. */
void poller_look(struct poller *, struct look *);
/* Sessions are broken off, the threads end; looks may still be given. */
void poller_stop(struct poller *);
void poller_close(struct poller **);
void poller_stats(struct poller *, struct enrichment_stats *);

#endif
