/*
 * input_dgram: one socket that gives datagrams, read in batches by one worker.
 *
 * The main thread makes it and frees it; in between it belongs to its worker.
 */
#ifndef NETNORM_COLLECTOR_INPUT_DGRAM_H
#define NETNORM_COLLECTOR_INPUT_DGRAM_H

#include "collector/input_part.h"

#define DGRAM_BATCH 64                  /* datagrams for each recvmmsg() */

struct dgram;

struct dgram_setting {
	struct input *input;
	struct worker *worker;
	struct input_parts *parts;
	const char *where;              /* for the log; must live as long */
	int fd;                         /* stays the caller's, and open until dgram_free() */
	size_t max_message_bytes;
	size_t max_datagram_bytes;      /* the longest that the socket can give */
	bool holds_back;
};

/* NULL with errno. */
struct dgram *dgram_new(const struct dgram_setting *);
/* After its part is done, or before dgram_start(), or when the worker has stopped. */
void dgram_free(struct dgram **);
/* Main thread: begin to read. */
void dgram_start(struct dgram *);
/* Main thread: read until nothing is there, or until the deadline (CLOCK_MONOTONIC ns); then the part is done. */
void dgram_drain(struct dgram *, int64_t deadline_ns);

#endif
