/*
 * lumber_wire: knows frames; nothing of connections or records.
 */
#include "outputs/lumber_wire.h"

#include <errno.h>
#include <stdlib.h>

#include "outputs/format/format.h"

/* ---- buffers ---- */

static void
lumber_buffer_fini(struct lumber_buffer *b)
{
	free(b->p);
	*b = (struct lumber_buffer){ 0 };
}

/* Room for `n` more bytes. */
static int
grow(struct lumber_buffer *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 4096;
	unsigned char *p;

	if (n > LUMBER_FRAME_MOST || b->n + n > LUMBER_FRAME_MOST) {
		errno = EMSGSIZE;
		return -1;
	}
	if (b->n + n <= b->cap)
		return 0;
	while (cap < b->n + n)
		cap *= 2;
	p = realloc(b->p, cap);
	if (!p)
		return -1;
	b->p = p;
	b->cap = cap;
	return 0;
}

static int
add(struct lumber_buffer *b, const void *p, size_t n)
{
	if (grow(b, n) == -1)
		return -1;
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	return 0;
}

static void
put32(unsigned char *p, uint32_t n)
{
	p[0] = (unsigned char)(n >> 24);
	p[1] = (unsigned char)(n >> 16);
	p[2] = (unsigned char)(n >> 8);
	p[3] = (unsigned char)n;
}

static uint32_t
get32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* ---- windows ---- */

int
lumber_writer_init(struct lumber_writer *w, int level)
{
	*w = (struct lumber_writer){ .level = level };
	if (json_init(&w->json, 1024, LUMBER_FRAME_MOST) == -1)
		return -1;
	if (level > 0 && deflateInit(&w->z, level) != Z_OK) {
		errno = ENOMEM;
		return -1;
	}
	w->z_open = level > 0;
	return 0;
}

void
lumber_writer_fini(struct lumber_writer *w)
{
	if (w->z_open)
		deflateEnd(&w->z);
	lumber_buffer_fini(&w->out);
	json_fini(&w->json);
	*w = (struct lumber_writer){ 0 };
}

/* Through the compressor, or as it is. */
static int
deflate_some(struct lumber_writer *w, struct span in, int flush)
{
	int status;

	w->z.next_in = (Bytef *)(uintptr_t)in.p;
	w->z.avail_in = (uInt)in.n;
	do {
		if (grow(&w->out, 4096) == -1)
			return -1;
		w->z.next_out = w->out.p + w->out.n;
		w->z.avail_out = (uInt)(w->out.cap - w->out.n);
		status = deflate(&w->z, flush);
		w->out.n = w->out.cap - w->z.avail_out;
		if (status == Z_STREAM_ERROR) {
			errno = EINVAL;
			return -1;
		}
	} while (w->z.avail_in > 0 || (flush == Z_FINISH && status == Z_OK) || (w->z.avail_out == 0 && status == Z_OK));
	return 0;
}

static int
put(struct lumber_writer *w, struct span bytes)
{
	w->plain_bytes += bytes.n;
	if (bytes.n > LUMBER_FRAME_MOST || w->plain_bytes > LUMBER_FRAME_MOST) {
		errno = EMSGSIZE;
		return -1;
	}
	return w->level > 0 ? deflate_some(w, bytes, Z_NO_FLUSH) : add(&w->out, bytes.p, bytes.n);
}

int
lumber_begin(struct lumber_writer *w, uint32_t count)
{
	unsigned char head[12] = { '2', 'W', 0, 0, 0, 0, '2', 'C' };

	w->out.n = 0;
	w->plain_bytes = 0;
	put32(head + 2, count);
	if (add(&w->out, head, w->level > 0 ? 12 : 6) == -1)
		return -1;
	w->length_at = 8;
	if (w->level > 0)
		deflateReset(&w->z);
	return 0;
}

int
lumber_event(struct lumber_writer *w, uint32_t sequence, struct span json)
{
	unsigned char head[10] = { '2', 'J' };

	if (json.n > LUMBER_FRAME_MOST) {
		errno = EMSGSIZE;
		return -1;
	}
	put32(head + 2, sequence);
	put32(head + 6, (uint32_t)json.n);
	return put(w, span_of((const char *)head, sizeof(head))) == -1 ? -1 : put(w, json);
}

int
lumber_end(struct lumber_writer *w)
{
	if (w->level == 0)
		return 0;
	if (deflate_some(w, SPAN_LIT(""), Z_FINISH) == -1)
		return -1;
	put32(w->out.p + w->length_at, (uint32_t)(w->out.n - w->length_at - 4));
	return 0;
}

/* ---- wrapping ---- */

int
lumber_wrapped(struct lumber_writer *w, uint32_t sequence, struct span field, struct span line)
{
	struct json *j = &w->json;

	json_reset(j);
	format_wrap(j, field, line);
	if (!json_ok(j)) {
		errno = EMSGSIZE;
		return -1;
	}
	return lumber_event(w, sequence, json_text(j));
}

/* ---- acknowledgements ---- */

void
lumber_acks_init(struct lumber_acks *a)
{
	*a = (struct lumber_acks){ 0 };
}

void
lumber_acks_open(struct lumber_acks *a, uint32_t count)
{
	a->counts[(a->first + a->n++) % LUMBER_WINDOWS] = count;
}

/* It is for the oldest window, and says how much of that is there by now. */
static enum lumber_ack
apply(struct lumber_acks *a, uint32_t sequence, uint32_t *events)
{
	uint32_t count = a->n > 0 ? a->counts[a->first] : 0;

	if (sequence == 0)
		return LUMBER_ALIVE;
	if (sequence > count || sequence < a->acked)
		return LUMBER_BAD;
	*events = sequence - a->acked;
	a->acked = sequence;
	if (sequence == count) {
		a->first = (a->first + 1) % LUMBER_WINDOWS;
		a->n--;
		a->acked = 0;
		a->whole = true;
		a->ended = count;
	}
	return *events > 0 ? LUMBER_ACK : LUMBER_ALIVE;
}

enum lumber_ack
lumber_acks_read(struct lumber_acks *a, struct span *bytes, uint32_t *events)
{
	*events = 0;
	a->whole = false;
	while (bytes->n > 0) {
		a->half[a->nhalf++] = (unsigned char)bytes->p[0];
		*bytes = span_skip(*bytes, 1);
		if (a->half[0] != '2' || (a->nhalf > 1 && a->half[1] != 'A'))
			return LUMBER_BAD;
		if (a->nhalf < sizeof(a->half))
			continue;
		a->nhalf = 0;
		return apply(a, get32(a->half + 2), events);
	}
	return LUMBER_MORE;
}
