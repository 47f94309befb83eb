/*
 * edge: a copy of some bytes that ends where the next page is not mapped, so that one byte too many is a fault.
 */
#ifndef NETNORM_TESTS_PARSERS_EDGE_H
#define NETNORM_TESTS_PARSERS_EDGE_H

#include <stdlib.h>
#include <sys/mman.h>

#include "base/span.h"

#define EDGE_BYTES 65536

struct edge {
	char *map;
};

static inline struct edge
edge_open(void)
{
	struct edge e;

	e.map = mmap(NULL, EDGE_BYTES * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (e.map == MAP_FAILED || mprotect(e.map + EDGE_BYTES, EDGE_BYTES, PROT_NONE) < 0)
		abort();
	return e;
}

/* Good until the next call. */
static inline struct span
edge_put(struct edge *e, struct span s)
{
	char *p = e->map + EDGE_BYTES - s.n;

	if (s.n > EDGE_BYTES)
		abort();
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return span_of(p, s.n);
}

static inline void
edge_close(struct edge *e)
{
	munmap(e->map, EDGE_BYTES * 2);
}

#endif
