/*
 * stamp: the time that a header states, as written, and what instant it means.
 *
 * Two steps, because the zone of a device is known only after its host: stamp_parse() reads, stamp_resolve()
 * decides.  docs/time.md has the zone table.
 */
#ifndef NETNORM_PARSERS_SYSLOG_STAMP_H
#define NETNORM_PARSERS_SYSLOG_STAMP_H

#include "base/clock.h"
#include "base/nevent.h"

enum stamp_kind {
	STAMP_NONE,
	STAMP_DATE,             /* month and day at least, and a time of day */
	STAMP_EPOCH,            /* seconds since the epoch: `epoch_ns` */
	STAMP_UPTIME,           /* the device's uptime: no date in it */
};

enum stamp_order { STAMP_MONTH_FIRST, STAMP_DAY_FIRST };

struct stamp {
	enum stamp_kind kind;
	struct clock_date when;         /* year 0: not in the line */
	int64_t epoch_ns;
	bool ambiguous_order;           /* 05/08/2025: `when` was read month first */
	bool has_offset;                /* Z or an offset: `offset_s` east of UTC */
	int offset_s;
	char mark;                      /* '*', '.', or 0 */
	struct span date, time, fraction, zone; /* the spellings; time is hh:mm:ss without the fraction, which has no point */
	struct span text;               /* all of it, without the mark */
};

/*
 * Read a time at the start of `in` in any of the forms of docs/time.md.  Gives the bytes used, 0 if no time stands there; what
 * looks like a time and is none (30 February) is used, with kind STAMP_NONE.
 * A zone word or offset behind the time belongs to it only if the zone table or its form says so (see stamp_zone_word()).
 */
size_t stamp_parse(struct span in, struct stamp *);
/* A cheap look: might a time start here?  Good for words, which seldom look like one; numbers are read whole. */
bool stamp_likely(struct span in);
/* Only the ISO form of RFC 5424 section 6.2.3 (T, Z or offset, up to nine digits). */
size_t stamp_parse_iso(struct span in, struct stamp *);

struct stamp_setting {          /* what the inventory says of a device */
	const struct stamp_zone *zone;  /* NULL: nothing */
	bool has_order;
	enum stamp_order order;
};

struct stamp_result {
	int64_t time_ns;        /* the received time if the line has none */
	bool beyond;            /* there is one, in a year that 64 bits of nanoseconds do not reach: it is the received one, too */
	unsigned guessed;       /* NEVENT_GUESSED_* */
};

/* The year is the one that brings the time nearest to `received_ns` (29 February: the nearest year that has one). */
struct stamp_result stamp_resolve(const struct stamp *, const struct stamp_setting *, int64_t received_ns);

/*
 * A zone of the inventory: an offset ("+02:00", "UTC-5"), a word of the table ("CEST"), or an IANA name ("Europe/Berlin",
 * read from the system's tz database when loaded).  NULL if it is none of them.
 */
struct stamp_zone *stamp_zone_new(struct span name);
void stamp_zone_free(struct stamp_zone **);
/* Offset east of UTC at a local time of that zone, seconds. */
int stamp_zone_offset(const struct stamp_zone *, int64_t local_s);

/* Is it a word of the table?  Its first meaning, seconds east of UTC; *ambiguous if the table has more. Case is ignored. */
bool stamp_zone_word(struct span word, int *offset_s, bool *ambiguous);

#endif
