/*
 * arena: memory for one message, given back all at once.
 *
 * One arena belongs to one thread.  Blocks are 16-byte aligned.  arena_reset() keeps the first chunk, so
 * that the hot path does not call malloc.  `limit` bounds what one message may take (bytes); past it, or
 * without memory, arena_alloc() returns NULL and the caller counts a drop.
 */
#ifndef NETNORM_BASE_ARENA_H
#define NETNORM_BASE_ARENA_H

#include "base/span.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *first;
	struct arena_chunk *current;
	char *next;             /* the first free byte of `current` */
	char *end;              /* its end */
	size_t used_bytes;      /* of all chunks, since the last reset */
	size_t limit_bytes;
};

/* 0, or -1 with errno ENOMEM. */
int arena_init(struct arena *, size_t chunk_bytes, size_t limit_bytes);
void arena_fini(struct arena *);
void arena_reset(struct arena *);
void *arena_alloc(struct arena *, size_t bytes);
/* A copy of `s` that lives until the next reset, NUL behind it; absent on lack of memory. */
struct span arena_copy(struct arena *, struct span s);
/* printf into the arena; absent on lack of memory. */
struct span arena_printf(struct arena *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
