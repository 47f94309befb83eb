#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BUFFER_START_BYTES 256

void
buffer_init(struct buffer *b, size_t limit_bytes)
{
	*b = (struct buffer){ .limit_bytes = limit_bytes };
}

void
buffer_fini(struct buffer *b)
{
	free(b->p);
	buffer_init(b, b->limit_bytes);
}

void
buffer_reset(struct buffer *b)
{
	b->n = 0;
	b->failed = false;
	if (b->p)
		b->p[0] = '\0';
}

bool
buffer_reserve(struct buffer *b, size_t bytes)
{
	size_t cap = b->cap ? b->cap : BUFFER_START_BYTES;
	char *more;

	if (b->failed || bytes > b->limit_bytes || b->n > b->limit_bytes - bytes) {
		b->failed = true;
		return false;
	}
	if (b->cap > b->n + bytes)
		return true;
	while (cap <= b->n + bytes)
		cap *= 2;
	more = realloc(b->p, cap);
	if (!more) {
		b->failed = true;
		return false;
	}
	b->p = more;
	b->cap = cap;
	return true;
}

void
buffer_put(struct buffer *b, struct span s)
{
	if (!buffer_reserve(b, s.n))
		return;
	if (s.n > 0)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}

void
buffer_puts(struct buffer *b, const char *text)
{
	buffer_put(b, span_str(text));
}

void
buffer_printf(struct buffer *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		b->failed = true;
	if (n < 0 || !buffer_reserve(b, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void
buffer_consume(struct buffer *b, size_t bytes)
{
	if (bytes > b->n)
		bytes = b->n;
	if (bytes == 0)
		return;
	memmove(b->p, b->p + bytes, b->n - bytes);
	b->n -= bytes;
	b->p[b->n] = '\0';
}
