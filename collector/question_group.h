/*
 * question_group: one getter asked of many devices at once, by a pool of threads.
 */
#ifndef NETNORM_COLLECTOR_QUESTION_GROUP_H
#define NETNORM_COLLECTOR_QUESTION_GROUP_H

#include "collector/question.h"

/*
 * An object by the names of the devices, in their order; null where it failed.  On a terminal standard error shows how far it is.  *status is CMD_OK, or CMD_FAILED if any
 * failed.  NULL on lack of memory.
 */
json_t *question_group_ask(const struct question *, size_t n, unsigned sessions, int *status);

#endif
