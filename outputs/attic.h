/*
 * attic: the rotated files of one path: a thread compresses them and deletes the oldest, also those of an earlier run.
 */
#ifndef NETNORM_OUTPUTS_ATTIC_H
#define NETNORM_OUTPUTS_ATTIC_H

#include "outputs/rotate.h"

struct attic;

struct attic_stats {
	uint64_t compressed, deleted, failed;
};

/* NULL with errno.  *last_ms becomes the instant of the latest rotated file that is there, 0 if there is none. */
struct attic *attic_new(const char *path, const struct rotate_config *, int64_t *last_ms);
/* Another file has been rotated. */
void attic_nudge(struct attic *);
void attic_stats(struct attic *, struct attic_stats *);
/* A compression that is under way is given up: the next run does it. */
void attic_free(struct attic **);

#endif
