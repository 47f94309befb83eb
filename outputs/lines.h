/*
 * lines: records as lines into a file descriptor, many with one writev().  What standard output and files share.
 *
 * No line is ever there by half for longer than a fault lasts: the rest of it is written before anything else, or a regular file is cut back to where the
 * line began.
 */
#ifndef NETNORM_OUTPUTS_LINES_H
#define NETNORM_OUTPUTS_LINES_H

#include "outputs/output.h"

enum lines_way { LINES_WRITE, LINES_SEND };     /* a socket is written by sendmsg(), so that it never waits */

struct lines {
	struct output *output;
	const char *what;                       /* for messages; borrowed */
	int fd;                                 /* -1: closed */
	enum lines_way way;
	bool regular;
	bool last_reader;                       /* a reader that goes away never comes back: what is written then is refused */
	bool stuck;                             /* a write told that nothing more goes out now */
	bool blocked;                           /* the last write would have waited: lines_wait() */
	int told;                               /* the errno that was told last, 0: none since it went well */
	const struct record *half;              /* the record whose line is out by half, or NULL */
	size_t half_bytes;
	_Atomic uint64_t bytes;
};

/* Owns `fd` from now on. */
void lines_init(struct lines *, struct output *, const char *what, int fd);
/* Another descriptor in its place, after lines_close(). */
void lines_use(struct lines *, int fd);
/* A kind's write(): settles what it takes. */
size_t lines_write(struct lines *, struct record *const *records, size_t n);
/* Text of one record in place of its line (pretty printing): same care, same outcome. */
size_t lines_write_text(struct lines *, struct record *const *record, struct span text);
/* Wait for the wake-up descriptor, or where the last write would have waited, for the descriptor. */
void lines_wait(struct lines *, int timeout_ms);
/* Cut off what is there by half, where that can be, and close. */
void lines_close(struct lines *);

#endif
