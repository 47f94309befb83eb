/*
 * enrichment: what devices say of themselves goes into the events.  The devices of the inventory are polled (poller.h), the answers kept (cache.h) and handed to
 * the workers as views (view.h); an event that asks for a fresh look gets one, and the answer follows as an event of its own.
 *
 * The main thread opens, reloads and closes it.
 */
#ifndef NETNORM_COLLECTOR_ENRICHMENT_H
#define NETNORM_COLLECTOR_ENRICHMENT_H

#include "base/schema.h"
#include "collector/view.h"
#include "outputs/filter.h"

struct enrichment_config {
	bool enabled;
	int64_t intervals_ms[VIEW_KINDS];
	int64_t sessions;               /* at the same time */
	int64_t timeout_ms;             /* of one operation, where the inventory says nothing */
	char *cache;                    /* path; default "devices" in state_dir */
	int64_t cache_limit_bytes;
	struct {
		bool enabled;
		const struct yaml_node *filter_node;
		struct filter *filter;  /* NULL: events whose condition is down */
		int64_t timeout_ms;     /* from the event to the follow-up; after that there is none */
		int64_t gap_ms;         /* between two looks at one device */
		int64_t per_minute;     /* looks at all devices */
	} fresh_look;
};

extern const struct schema_option enrichment_options[];

/* What a table cannot read: the filter.  0, or -1 with faults in the diag. */
int enrichment_config_read(struct enrichment_config *, const struct yaml_doc *, struct diag *);
void enrichment_config_fini(struct enrichment_config *);
/* Do they differ in what a reload cannot change? */
bool enrichment_needs_restart(const struct enrichment_config *, const struct enrichment_config *);

struct collector;
struct enrichment;
struct pipeline;
struct look;

/* After the workers are made, before they start.  NULL where it is switched off, or on lack of memory (told in the log). */
struct enrichment *enrichment_open(struct collector *);
/* The collector has another snapshot. */
void enrichment_reload(struct enrichment *, struct collector *);
/* Sessions that run are broken off, and nothing is asked any more. */
void enrichment_stop(struct enrichment *);
/* After the workers have stopped, before they are freed. */
void enrichment_close(struct enrichment **);

/* For the worker: does the event want a fresh look?  Then it is noted, or counted as one too many; never waits. */
void enrichment_look(struct enrichment *, const struct pipeline *, const struct nevent *);

struct enrichment_stats {
	uint64_t devices, failing, sessions;            /* now */
	uint64_t polls, polls_failed, refused;
	uint64_t failures[DEVICE_MEMORY + 1];           /* polls_failed, by enum device_error */
	uint64_t warnings;                              /* values in answers that could not be understood */
	uint64_t looks_wanted, looks_answered, looks_late, looks_joined, looks_limited, looks_failed;
	uint64_t cache_entries, cache_bytes, cache_failures;
};
void enrichment_stats(struct enrichment *, struct enrichment_stats *);

#endif
