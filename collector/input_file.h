/*
 * input_file: a file or standard input: one piece after the other, read by one worker.
 *
 * input_file.c knows how it is opened and closed, input_lines.c reads it.
 */
#ifndef NETNORM_COLLECTOR_INPUT_FILE_H
#define NETNORM_COLLECTOR_INPUT_FILE_H

#include "collector/input_ack.h"
#include "collector/input_part.h"

#define FILE_PIECE_BYTES ((size_t)256 << 10)

struct file_config {
	struct input_config common;
	char *path;
	bool follow;
	int from;
};

struct file {
	struct input *input;
	struct worker *worker;
	const struct file_config *config;       /* NULL: standard input */
	char where[256];
	struct input_parts parts;
	int fd;
	bool readable_tells;            /* a pipe or a terminal: the event waits for bytes; else it is a timer */
	bool started, draining, done;
	bool moved;                     /* another file has the path now: read this one to its end, then change over */
	bool missing_told;
	struct event *turn, *deadline;
	int64_t deadline_ns;
	struct worker_hold hold;
	struct framer framer;
	struct source source;
	struct input_ack *ack;
	unsigned unpublished;           /* messages since the last worker_batch_end() */
	_Atomic uint64_t read_bytes;
	uint64_t used_bytes;            /* of what was read, up to the end of the last message */
	char *buffer;
	size_t capacity, filled;        /* `filled` bytes wait at its start */
	bool unfinished;                /* whole messages are among them */
};

static inline bool
file_is_followed(const struct file *f)
{
	return f->config && f->config->follow;
}

/* Opens the path; 0, or -1 with errno. */
int file_open_path(struct file *);

/* input_lines.c.  The event's callback; the worker's hold; what is posted to the worker. */
void file_on_turn(evutil_socket_t, short, void *file);
void file_on_hold(void *file);
void file_on_resume(void *file);
void file_start_here(struct worker *, void *file);
void file_drain_here(struct worker *, void *file);
void file_reopen_here(struct worker *, void *file);

#endif
