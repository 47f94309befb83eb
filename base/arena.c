/*
 * A chain of chunks; a reset goes back to the first one and frees the rest.
 */
#include "base/arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define ALIGN ((size_t)16)

struct arena_chunk {
	struct arena_chunk *next;
	size_t bytes;           /* of `data` */
	_Alignas(16) char data[];
};

static struct arena_chunk *
chunk_new(size_t bytes)
{
	struct arena_chunk *c = malloc(sizeof(*c) + bytes);

	if (c) {
		c->next = NULL;
		c->bytes = bytes;
	}
	return c;
}

static void
use_chunk(struct arena *a, struct arena_chunk *c)
{
	a->current = c;
	a->next = c->data;
	a->end = c->data + c->bytes;
}

int
arena_init(struct arena *a, size_t chunk_bytes, size_t limit_bytes)
{
	memset(a, 0, sizeof(*a));
	a->first = chunk_new(chunk_bytes);
	if (!a->first) {
		errno = ENOMEM;
		return -1;
	}
	a->limit_bytes = limit_bytes;
	use_chunk(a, a->first);
	return 0;
}

static void
free_chunks(struct arena_chunk *c)
{
	while (c) {
		struct arena_chunk *next = c->next;

		free(c);
		c = next;
	}
}

void
arena_fini(struct arena *a)
{
	free_chunks(a->first);
	memset(a, 0, sizeof(*a));
}

void
arena_reset(struct arena *a)
{
	if (a->first->next) {
		free_chunks(a->first->next);
		a->first->next = NULL;
	}
	a->used_bytes = 0;
	use_chunk(a, a->first);
}

/* A new chunk for a block that the current one has no room for. */
static int
grow(struct arena *a, size_t bytes)
{
	size_t want = bytes > a->first->bytes ? bytes : a->first->bytes;
	struct arena_chunk *c = chunk_new(want);

	if (!c)
		return -1;
	a->current->next = c;
	use_chunk(a, c);
	return 0;
}

void *
arena_alloc(struct arena *a, size_t bytes)
{
	void *p;

	if (bytes > a->limit_bytes || a->used_bytes > a->limit_bytes - bytes || bytes > SIZE_MAX / 2)
		return NULL;
	bytes = (bytes + ALIGN - 1) & ~(ALIGN - 1);
	if ((size_t)(a->end - a->next) < bytes && grow(a, bytes) == -1)
		return NULL;
	p = a->next;
	a->next += bytes;
	a->used_bytes += bytes;
	return p;
}

struct span
arena_copy(struct arena *a, struct span s)
{
	char *p = s.n < SIZE_MAX ? arena_alloc(a, s.n + 1) : NULL;

	if (!p)
		return SPAN_NONE;
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return span_of(p, s.n);
}

struct span
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
	if (!p)
		return SPAN_NONE;
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return span_of(p, (size_t)n);
}
