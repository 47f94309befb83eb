/*
 * dead_letter: the file of what a far side refuses for good: one JSON object a line.
 *
 *     {"time": when it was refused, "output", "reason", "id", "device", "os", "error", "host", "severity", "outcome", "received",
 *      "event_time": the event's own, "format": of the text, "event": the text that was to go out, or "event_base64" where it is not UTF-8}
 *
 * Several outputs may have the same file: a line is one write at its end.
 */
#ifndef NETNORM_OUTPUTS_DEAD_LETTER_H
#define NETNORM_OUTPUTS_DEAD_LETTER_H

#include "outputs/record.h"

struct dead_letter;

/* NULL with errno. */
struct dead_letter *dead_letter_open(const char *path);
void dead_letter_close(struct dead_letter **);
/* After log rotation: 0, or -1 with errno, and the old file stays; also where it cannot be forced to the disk. */
int dead_letter_reopen(struct dead_letter *);
/* 0, or -1 with errno: no part of it is in the file then. */
int dead_letter_write(struct dead_letter *, const struct record *, enum format_id, const char *output, const char *reason);
/*
 * What was written is on the disk, and the file's name is.  0, or -1 with errno: then the next call does all of it again, also the writing, for what the system
 * could not bring to the disk it may have thrown away.
 */
int dead_letter_sync(struct dead_letter *);

/* What a line says, to be freed by dead_letter_text_fini(); `event` has a newline behind it that is not counted. */
struct dead_letter_text {
	char *time, *output, *reason, *id, *device, *os, *error, *host;         /* host: NULL where the event had none */
	int severity;
	enum nevent_outcome outcome;
	int64_t received_ns, event_ns;          /* event_ns: received_ns where the line has none */
	enum format_id format;
	char *event;
	size_t event_bytes;
};

/* 0, or -1: *why says what is wrong with the line. */
int dead_letter_parse(struct span line, struct dead_letter_text *, const char **why);
void dead_letter_text_fini(struct dead_letter_text *);
/* The record that it was, with one reference; NULL with errno ENOMEM. */
struct record *dead_letter_record(const struct dead_letter_text *);

#endif
