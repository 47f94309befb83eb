/*
 * rotate: when a file has had its time, and how another takes its place: `PATH` becomes `PATH.20261123T200129.123Z`.
 *
 * The new file is there before the old one goes, and names change by rename(): whenever the process is killed, each line is in one of them.
 */
#ifndef NETNORM_OUTPUTS_ROTATE_H
#define NETNORM_OUTPUTS_ROTATE_H

#include <sys/types.h>

#include "base/schema.h"

#define ROTATE_STAMP (sizeof("20261123T200129.123Z") - 1)

struct rotate_config {
	int64_t size;           /* bytes, 0: no bound */
	int64_t every_ms;       /* 0: never by time */
	int64_t keep;           /* rotated files, 0: all */
	int compress;           /* enum pack_kind */
};
extern const struct schema_option rotate_options[];

struct rotate {
	struct rotate_config config;
	const char *path;       /* borrowed */
	mode_t mode;            /* of a file that is made */
	int64_t period;         /* of what is in the file, counted from the epoch */
	int64_t last_ms;        /* the last stamp given: they never go back */
	int64_t retry_ns;       /* CLOCK_MONOTONIC: before that nothing is due, after a failure */
};

/* Is anything of it asked for? */
bool rotate_wanted(const struct rotate_config *);
/* A file has been opened: of which time is what it holds? */
void rotate_begin(struct rotate *, int fd);
/* Its bytes; 0 where that cannot be told. */
int64_t rotate_size(int fd);
/* Must the file of `size` bytes go before `more` are put behind it? */
bool rotate_due(struct rotate *, int64_t size, size_t more);
/* How many bytes may follow before the next look: SIZE_MAX without a bound. */
size_t rotate_room(const struct rotate *, int64_t size);
/*
 * Another file in the place of `fd`: a descriptor of it, or -1 with errno, all as it was, and nothing due for a while.  Where `fd` is not the file of that
 * name any more (somebody moved it away), the file that is there, or a new one.
 */
int rotate_turn(struct rotate *, int fd);
/* The open() of all files: appended to, never waited for. */
int rotate_open(const char *path, int access, mode_t mode);
/* The same where another process may be in rotate_turn(): a file whose name is gone for a moment is not made, for the name becomes another's. */
int rotate_open_beside(const char *path, int access, mode_t mode);
/* Is it a stamp, with nothing else in the span? */
bool rotate_is_stamp(struct span);
/* The instant of a stamp; 0 if it is none, or one that the clock cannot tell. */
int64_t rotate_stamp_ms(struct span);

#endif
