/*
 * lumber_wire: the bytes of Lumberjack v2, the protocol of Beats, as its sender writes and reads them.
 *
 * All numbers are big-endian, 32 bits:
 *     '2' 'W' count                   a window of so many events follows
 *     '2' 'J' sequence length bytes   an event, a JSON object; the sequence begins with 1 in each window
 *     '2' 'C' length bytes            frames, compressed as one zlib stream
 *     '2' 'A' sequence                from the receiver: it has all events of the window up to this one; 0: it is still at work
 */
#ifndef NETNORM_OUTPUTS_LUMBER_WIRE_H
#define NETNORM_OUTPUTS_LUMBER_WIRE_H

#include <stdint.h>
#include <zlib.h>

#include "base/json.h"

#define LUMBER_FRAME_MOST (UINT32_C(64) << 20)  /* bytes of one window as it goes out, and of one event */

/* ---- what goes out ---- */

struct lumber_buffer {
	unsigned char *p;
	size_t n, cap;
};

/* One window at a time is made in `out`, which is emptied by lumber_begin(). */
struct lumber_writer {
	struct lumber_buffer out;
	struct json json;               /* of an event that is wrapped */
	z_stream z;
	int level;                      /* 0: nothing is compressed */
	bool z_open;
	size_t length_at;               /* where the length of the compressed frame goes */
	uint64_t plain_bytes;           /* of the window, before compression */
};

/* 0, or -1 with errno ENOMEM. */
int lumber_writer_init(struct lumber_writer *, int level);
void lumber_writer_fini(struct lumber_writer *);
/* `count` events follow, no more and no less.  These give -1 with errno ENOMEM, or EMSGSIZE where the window becomes larger than LUMBER_FRAME_MOST. */
int lumber_begin(struct lumber_writer *, uint32_t count);
int lumber_event(struct lumber_writer *, uint32_t sequence, struct span json);
/* `line` as a text under the key `field` of an object of its own; bytes that are not UTF-8 become U+FFFD. */
int lumber_wrapped(struct lumber_writer *, uint32_t sequence, struct span field, struct span line);
/* The window is whole in `out`. */
int lumber_end(struct lumber_writer *);

/* ---- what comes back ---- */

enum lumber_ack {
	LUMBER_MORE,            /* all is read, and no acknowledgement is whole yet */
	LUMBER_ACK,             /* so many more events are acknowledged */
	LUMBER_ALIVE,           /* none is, but the receiver is at work */
	LUMBER_BAD,             /* it is no acknowledgement, or of something that was not sent: nothing more is to be read */
};

#define LUMBER_WINDOWS 64       /* the most that can be open */

/* What of the open windows is acknowledged, in the order in which they were sent. */
struct lumber_acks {
	uint32_t counts[LUMBER_WINDOWS];        /* events in each open window, from `first` on in a circle */
	unsigned first, n;
	uint32_t acked;                         /* of the first */
	unsigned char half[6];
	unsigned nhalf;
	bool whole;                             /* the last acknowledgement ended a window */
	uint32_t ended;                         /* ... of so many events */
};

void lumber_acks_init(struct lumber_acks *);
/* A window was sent; there must be room (n < LUMBER_WINDOWS). */
void lumber_acks_open(struct lumber_acks *, uint32_t count);
/* Read on in *bytes, which loses what is read. */
enum lumber_ack lumber_acks_read(struct lumber_acks *, struct span *bytes, uint32_t *events);

#endif
