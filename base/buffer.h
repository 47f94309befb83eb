/*
 * buffer: bytes that grow up to a limit.  Without memory, or past the limit, it remembers that it failed and takes no more.
 */
#ifndef NETNORM_BASE_BUFFER_H
#define NETNORM_BASE_BUFFER_H

#include "base/span.h"

struct buffer {
	char *p;                /* n bytes, a NUL behind them; NULL while nothing was put */
	size_t n;
	size_t cap;
	size_t limit_bytes;
	bool failed;
};

/* Takes no memory yet. */
void buffer_init(struct buffer *, size_t limit_bytes);
void buffer_fini(struct buffer *);
/* Empty again, and not failed; the memory stays. */
void buffer_reset(struct buffer *);
/* Room for `bytes` more (and a NUL): false, and failed, if there is none. */
bool buffer_reserve(struct buffer *, size_t bytes);
void buffer_put(struct buffer *, struct span);
void buffer_puts(struct buffer *, const char *text);
void buffer_printf(struct buffer *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The first `bytes` are forgotten. */
void buffer_consume(struct buffer *, size_t bytes);

static inline struct span
buffer_span(const struct buffer *b)
{
	return span_of(b->p ? b->p : "", b->n);
}

#endif
