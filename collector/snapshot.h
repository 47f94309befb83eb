/*
 * snapshot: everything read-only that workers share: profiles, inventory, routes.  Built whole by a reload beside the old one,
 * swapped between two messages, freed when the last reader leaves.
 */
#ifndef NETNORM_COLLECTOR_SNAPSHOT_H
#define NETNORM_COLLECTOR_SNAPSHOT_H

#include <stdatomic.h>

#include "collector/inventory.h"
#include "outputs/output.h"
#include "parsers/profile/profile.h"

struct route {
	struct output *output;          /* borrowed from the collector, which keeps it open longer than any snapshot names it */
	const struct filter *filter;    /* owned by the snapshot's configuration */
	unsigned format;                /* enum format_id */
};

struct snapshot {
	_Atomic unsigned refs;
	struct profile_set *profiles;
	struct inventory *inventory;
	struct route *routes;
	size_t nroutes;
	struct output *spool;           /* where records are offered before all outputs, borrowed from the collector; NULL: there is no spool */
	bool wants_strict;              /* some route's format has the object of the models */
	unsigned char os_slot[PROFILE_MAX_OS];  /* profile_os_index() -> index of its counters, which outlives the set */
	struct config *config;          /* what it was built from; owned; NULL for `netnorm parse` */
};

struct snapshot *snapshot_ref(struct snapshot *);
void snapshot_unref(struct snapshot **);

#endif
