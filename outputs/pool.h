/*
 * pool: memory for records, which one thread makes and another lets go.
 *
 * Each thread that allocates has a pool of its own.  A block that another thread frees goes back to it over a list without locks, so
 * the two do not meet in malloc.  A pool keeps at most POOL_KEPT_BYTES that nobody uses; when its thread ends it waits for the
 * next one, since blocks may still be out.
 */
#ifndef NETNORM_OUTPUTS_POOL_H
#define NETNORM_OUTPUTS_POOL_H

#include <stddef.h>

#define POOL_KEPT_BYTES ((size_t)16 << 20)

/* 16-byte aligned; NULL with errno ENOMEM. */
void *pool_alloc(size_t bytes);
/* Any thread. NULL is nothing. */
void pool_free(void *);

#endif
