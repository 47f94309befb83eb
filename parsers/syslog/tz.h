/*
 * tz: a zone of the tz database as a list of offsets and when each begins.  Read once, then only looked at.
 */
#ifndef NETNORM_PARSERS_SYSLOG_TZ_H
#define NETNORM_PARSERS_SYSLOG_TZ_H

#include <stdint.h>

#include "base/span.h"

#define TZ_MAX_CHANGES 2000

struct tz_change {
	int64_t at_s;           /* since the epoch, UTC */
	int offset_s;           /* east of UTC, from then on */
};

struct tz {
	int first_s;            /* the offset before the first change */
	size_t n;
	struct tz_change *change;       /* the caller's, in order of time: room for TZ_MAX_CHANGES while it is read */
};

/* A TZif file's bytes (RFC 8536, versions 1 to 4): 0, or -1 if they are no such thing or too many. */
int tz_read(struct span file, struct tz *);
/* A POSIX rule such as "CET-1CEST,M3.5.0,M10.5.0/3": adds its changes from `from_year` to `to_year`.  0, or -1 if it is none. */
int tz_rule(struct span rule, int from_year, int to_year, struct tz *);
/* The offset at an instant. */
int tz_offset_at(const struct tz *, int64_t utc_s);
/* The offset at a local time: the first of two, and in a gap the one before it. */
int tz_offset_local(const struct tz *, int64_t local_s);

#endif
