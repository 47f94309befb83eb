/*
 * record: a sealed event: immutable, reference-counted, the only thing that crosses threads.
 *
 * Sealing makes the one copy: the bytes of each format that a route needs, and the few facts that queues and
 * outputs go by, all in one block of memory.
 */
#ifndef NETNORM_OUTPUTS_RECORD_H
#define NETNORM_OUTPUTS_RECORD_H

#include <stdatomic.h>

#include "base/receipt.h"
#include "outputs/format/format.h"

struct record {
	_Atomic uint32_t refs;
	uint32_t bytes;                 /* of the whole block: what a queue counts */
	uint8_t level;                  /* nevent_level() */
	uint8_t outcome;                /* enum nevent_outcome */
	uint16_t formats;               /* bit n: rendered[n] is there */
	int64_t received_ns, time_ns;
	uint64_t takers;                /* with a spool: the outputs that want it, by their ids there */
	uint64_t number;                /* in the spool; 0: it is not there */
	struct receipt *receipt;        /* a reference, or NULL */
	struct span id, device, os, error, host;        /* host may be absent */
	struct span rendered[FORMAT_COUNT];             /* without a newline; one stands behind it (rendered.p[n] == '\n'), so that n + 1 bytes are a line */
};

/*
 * Seal `ev` in the formats of the bit mask; `json` and `arena` are the worker's scratch.  With one reference, the caller's.
 * NULL with errno ENOMEM, or EMSGSIZE if it does not fit json's limit: the caller counts a drop.
 */
struct record *record_seal(const struct nevent *ev, unsigned formats, struct receipt *, struct arena *, struct json *);
/* A zeroed one with one reference and room behind the struct, `bytes` in all; NULL with errno ENOMEM. */
struct record *record_new(size_t bytes);
struct record *record_ref(struct record *);
/* It is safe under this number in the spool: whoever waits for its receipt waits no more.  Nobody else looks at either before. */
void record_is_stored(struct record *, uint64_t number);
void record_unref(struct record **);

#endif
