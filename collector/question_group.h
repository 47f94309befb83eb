/*
 * question_group: one getter asked of many devices at once, by a pool of threads.
 */
#ifndef NETNORM_COLLECTOR_QUESTION_GROUP_H
#define NETNORM_COLLECTOR_QUESTION_GROUP_H

#include "collector/question.h"

/*
 * An object by the names of the devices, in their order; null where it failed.  On a terminal standard error shows how far it is.  Once *cancel is true no further device is
 * asked; the targets' own `cancel` may end those that are being asked.  *status is CMD_OK, or CMD_FAILED if any failed or was not asked.  NULL on lack of memory.
 */
json_t *question_group_ask(const struct question *, size_t n, unsigned sessions, const _Atomic bool *cancel, int *status);

#endif
