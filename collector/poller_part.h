/*
 * poller_part: what the files of poller share.
 */
#ifndef NETNORM_COLLECTOR_POLLER_PART_H
#define NETNORM_COLLECTOR_POLLER_PART_H

#include <pthread.h>

#include "collector/polled.h"

#define POLLER_WAITING 65536            /* a power of two */

struct poller {
	struct poller_hooks hooks;
	/* The keys of looks that wait, each at its place; one that takes the place of another hides it.  Written under the lock. */
	_Atomic uint64_t waiting[POLLER_WAITING];
	_Atomic uint64_t joined;
	struct cache *cache;
	bool remembered;                /* what was in it */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int64_t wake_ns;                /* when the first of those that sleep wakes by itself; INT64_MAX: none does */
	_Atomic bool stopping;
	struct snapshot *snapshot;      /* whose inventory the devices are of */
	struct polled **devices;        /* sorted by name */
	size_t n;
	struct polled *leaving;         /* no longer in the list, their session has not ended yet */
	size_t nlooks;                  /* that wait, of all devices */
	pthread_t *threads;
	unsigned sessions, started;
	unsigned running, running_troubled;
	struct polled_limits limits;
	struct enrichment_stats stats;
};

/* The place of the device of that name in the list, or NULL.  Under the lock, or in the main thread, which alone changes the list. */
struct polled **poller_find(const struct poller *, const char *name);
/*
 * The list for an inventory, sorted by name; devices that are known already are the same ones, marked `kept`, also one that was leaving: so a device has never two sessions.  Where the
 * way to ask it is another now, what went wrong before is forgotten.  NULL on lack of memory.
 */
struct polled **poller_devices_of(struct poller *, const struct inventory *, size_t *n);
/* Those that are not kept: at once, or when their session ends. */
void poller_let_go(struct poller *);
/* The session of a device that was leaving has ended. */
void poller_left(struct poller *, struct polled *);
/* What is in the cache of other devices goes; the first time, what is known of ours is told to the hooks.  Main thread, without the lock. */
void poller_read_cache(struct poller *);
void poller_drop_looks(struct look **list, uint64_t *counter);
/* They wait no longer, whoever has them now. */
void poller_looks_left(struct poller *, const struct look *list);

#endif
