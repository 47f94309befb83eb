/*
 * record: the one copy of an event.  The block is: the struct, then for each format its line with a newline, then the few facts.
 */
#include "outputs/record.h"

#include <errno.h>
#include <stdlib.h>

#include "outputs/pool.h"

/* Under ASan each block is malloc's, so that a record used after its end is seen. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define record_alloc malloc
#define record_free free
#else
#define record_alloc pool_alloc
#define record_free pool_free
#endif

/* The rendered lines, one behind the other in the writer; lengths without newlines. */
static int
render(const struct nevent *ev, unsigned formats, struct arena *arena, struct json *j, size_t *lengths)
{
	json_reset(j);
	for (unsigned f = 0; f < FORMAT_COUNT; f++) {
		size_t start = j->n;

		if (!(formats >> f & 1))
			continue;
		if (format_table[f].write(ev, arena, j) == -1)
			return -1;
		lengths[f] = j->n - start;
		json_raw(j, SPAN_LIT("\n"), false);
	}
	return json_ok(j) ? 0 : -1;
}

struct record *
record_new(size_t bytes)
{
	struct record *r = record_alloc(bytes);

	if (!r)
		return NULL;
	memset(r, 0, sizeof(*r));
	atomic_init(&r->refs, 1);
	r->bytes = (uint32_t)bytes;
	return r;
}

struct record *
record_seal(const struct nevent *ev, unsigned formats, struct receipt *receipt, struct arena *arena, struct json *j)
{
	size_t lengths[FORMAT_COUNT] = { 0 }, bytes;
	struct record *r;
	char *at;

	if (render(ev, formats, arena, j, lengths) == -1) {
		errno = EMSGSIZE;
		return NULL;
	}
	bytes = sizeof(*r) + j->n + NEVENT_ID_LEN + ev->device.n + ev->os.n + ev->error.n + ev->host.n;
	if (bytes > UINT32_MAX) {
		errno = EMSGSIZE;
		return NULL;
	}
	r = record_new(bytes);
	if (!r)
		return NULL;
	r->level = (uint8_t)nevent_level(ev);
	r->outcome = (uint8_t)ev->outcome;
	r->formats = (uint16_t)formats;
	r->received_ns = ev->received_ns;
	r->time_ns = ev->time_ns;
	r->receipt = receipt_ref(receipt);
	at = (char *)(r + 1);
	memcpy(at, j->p, j->n);
	for (unsigned f = 0; f < FORMAT_COUNT; f++) {
		if (formats >> f & 1) {
			r->rendered[f] = span_of(at, lengths[f]);
			at += lengths[f] + 1;
		}
	}
	at = span_keep(&r->id, span_of(ev->id, NEVENT_ID_LEN), at);
	at = span_keep(&r->device, ev->device, at);
	at = span_keep(&r->os, ev->os, at);
	at = span_keep(&r->error, ev->error, at);
	span_keep(&r->host, ev->host, at);
	return r;
}

struct record *
record_ref(struct record *r)
{
	atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
	return r;
}

void
record_is_stored(struct record *r, uint64_t number)
{
	r->number = number;
	receipt_unref(&r->receipt);
}

void
record_unref(struct record **rp)
{
	struct record *r = *rp;

	*rp = NULL;
	if (!r || atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) != 1)
		return;
	receipt_unref(&r->receipt);
	record_free(r);
}
