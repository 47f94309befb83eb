/*
 * poll: one session with one device: log in, ask what is due, log out.
 */
#ifndef NETNORM_COLLECTOR_POLL_H
#define NETNORM_COLLECTOR_POLL_H

#include "collector/inventory.h"
#include "collector/view.h"

struct poll {
	/* in */
	const char *name;
	const struct inventory_access *access;
	int64_t timeout_ms;             /* where the inventory says nothing */
	const _Atomic bool *cancel;
	unsigned kinds;                 /* bits of enum view_kind: what to ask */
	/* out */
	struct view_part *parts[VIEW_KINDS];    /* the caller's */
	json_t *results[VIEW_KINDS];            /* the caller's */
	unsigned unsupported;           /* kinds that the driver does not implement */
	unsigned refused;               /* kinds whose answer the device did not give, or gave in no known shape: the session went on */
	enum device_error error;        /* DEVICE_OK; else why it ended early */
	char message[600];
	size_t warnings;
	bool huge;                      /* an answer took much memory */
};

void poll_run(struct poll *);
void poll_fini(struct poll *);

#endif
