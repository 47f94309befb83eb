/*
 * ecs_kind: where the Elastic Common Schema puts an event by its name: event.kind, event.category, event.type and event.outcome.
 */
#ifndef NETNORM_OUTPUTS_FORMAT_ECS_KIND_H
#define NETNORM_OUTPUTS_FORMAT_ECS_KIND_H

#include "base/span.h"

/* As JSON: an array, what stands in one, a string.  Absent where the name alone does not tell. */
struct ecs_kind {
	struct span name;       /* of the event, or how it begins */
	struct span category, type, outcome;
	bool alert;             /* a protection of the device speaks */
};

/* The row whose name is the longest beginning of `error`; NULL: none is. */
const struct ecs_kind *ecs_kind_of(struct span error);

#endif
