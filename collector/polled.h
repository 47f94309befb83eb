/*
 * polled: a device in the poller's schedule: when what is due, what waits for a fresh look.  Under the poller's lock; monotonic ns.
 */
#ifndef NETNORM_COLLECTOR_POLLED_H
#define NETNORM_COLLECTOR_POLLED_H

#include "collector/poll.h"
#include "collector/poller.h"

/* What holds for all devices. */
struct polled_limits {
	int64_t interval_ns[VIEW_KINDS];
	int64_t look_timeout_ns, look_gap_ns;
	int64_t look_every_ns;          /* of all devices: one look that often, with a burst of POLLED_BURST */
	int64_t looks_from_ns;          /* when the next look would be due, did they come evenly */
};
#define POLLED_BURST 20

struct polled {
	char *name;
	struct polled *next;            /* in the poller's list of those that are leaving */
	const struct inventory_access *access;  /* of the poller's snapshot */
	int64_t due_ns[VIEW_KINDS];
	unsigned refused;               /* kinds that it refused the last time */
	unsigned unsupported;           /* kinds that its driver does not implement */
	bool running, gone, kept;
	bool proven;                    /* it has answered once, now or before a restart */
	bool slow;                      /* the last session took more than half of its timeout */
	unsigned failures;              /* since the last good session */
	int64_t not_before_ns;          /* back-off */
	int64_t looked_ns;              /* the last look began, 0: never */
	struct look *looks;
	unsigned nlooks;
};

struct polled_times {
	int64_t began_ns, ended_ns;
};

void polled_limits(struct polled_limits *, const struct enrichment_config *);
/* Its first poll is somewhere in the shortest interval, or the next minute.  NULL on lack of memory. */
struct polled *polled_new(const char *name, const struct polled_limits *);
void polled_free(struct polled **);
/* It is asked in another way from now on: what went wrong before does not count. */
void polled_begin_anew(struct polled *, const struct inventory_access *);
/* The cache has an answer of that time (clock_now_ns()): it is asked again when that is old. */
void polled_known(struct polled *, enum view_kind, int64_t asked_ns, const struct polled_limits *);
/* It has failed, was slow, or has never answered yet: it may hold but a part of the pool. */
bool polled_troubled(const struct polled *);
/* A fresh look is wanted, and allowed now. */
bool polled_look_due(const struct polled *, const struct polled_limits *, int64_t now_ns);
/* When it wants a session: now or before if it is due. */
int64_t polled_due_ns(const struct polled *, const struct polled_limits *, int64_t now_ns);
/* What to ask in a session that begins now: what is due, and what soon would be. */
unsigned polled_due_kinds(const struct polled *, const struct polled_limits *, int64_t now_ns);
void polled_done(struct polled *, const struct poll *, const struct polled_limits *, const struct polled_times *);

enum polled_look { POLLED_LOOK_WAITS, POLLED_LOOK_JOINS, POLLED_LOOK_TOO_MANY };
/* It waits, and is the device's; or one of the same key waits already, or too many do: then it stays the caller's. */
enum polled_look polled_add_look(struct polled *, const struct polled_limits *, struct look *);
/* All that wait, if a look is allowed now: the caller's. */
struct look *polled_take_looks(struct polled *, struct polled_limits *, int64_t now_ns);
/* Those that have waited too long: the caller's. */
struct look *polled_take_late(struct polled *, const struct polled_limits *, int64_t now_ns);

#endif
