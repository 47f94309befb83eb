/*
 * pipeline: the path of a message, in one function: frame (done by the input) -> header -> device -> identify OS -> match profile ->
 * map -> enrich -> route -> seal -> ring.
 */
#ifndef NETNORM_COLLECTOR_PIPELINE_H
#define NETNORM_COLLECTOR_PIPELINE_H

#include "base/arena.h"
#include "base/json.h"
#include "collector/counters.h"
#include "collector/message.h"
#include "collector/snapshot.h"
#include "collector/views.h"

struct enrichment;
struct look;
struct repeat_memory;

/* What a worker (or `netnorm parse`) brings along. */
struct pipeline {
	struct snapshot *snapshot;      /* a reference of the owner's */
	struct profile_scratch *scratch;
	struct arena arena;             /* reset for each message */
	struct json json;
	struct repeat_memory *repeats;
	struct counters counters;
	unsigned worker;                /* index of its rings in the outputs */
	uint64_t serial;                /* of ids */
	uint32_t nonce;                 /* of ids: random at start */
	const struct profile_os *os;    /* of the message in work, NULL: unknown */
	const struct inventory_device *device;  /* whose it is: the entry of the inventory; never NULL after a message */
	struct profile_story *story;    /* of `netnorm explain`: filled with the strict object, NULL otherwise */
	struct views *views;            /* what the devices have said of themselves; the worker's, NULL without enrichment */
	struct enrichment *enrichment;  /* for fresh looks; the collector's, NULL without */
	struct span pinned_os;          /* `netnorm parse --os`, absent otherwise */
};

/* 0, or -1 with errno ENOMEM. */
int pipeline_init(struct pipeline *, unsigned worker);
void pipeline_fini(struct pipeline *);

/* One message, from bytes to the outputs' rings. */
void pipeline_message(struct pipeline *, const struct message *);
/* The answer to a fresh look, as an event that refers to the one that wanted it: it enters at route.  Borrows both. */
void pipeline_follow_up(struct pipeline *, const struct look *, const struct view_part *);
/* A framed message with nothing in it: received, dropped{empty}. */
void pipeline_empty(struct pipeline *, unsigned input);

/*
 * The steps up to map, without outputs: fills `ev`, which borrows from the message, the arena and the snapshot until the next call.
 * For `netnorm parse`, tests and bench.
 */
void pipeline_understand(struct pipeline *, const struct message *, struct nevent *ev);

#endif
