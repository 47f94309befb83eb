/*
 * stamp_part: the pieces of a time, each read by its own file: date (stamp_date.c), time of day (stamp_clock.c), zone (stamp_zone.c).
 *
 * Each takes the place where it might stand and gives the place behind it, or NULL if it does not stand there.  Only
 * parsers/syslog/stamp*.c include this.
 */
#ifndef NETNORM_PARSERS_SYSLOG_STAMP_PART_H
#define NETNORM_PARSERS_SYSLOG_STAMP_PART_H

#include "parsers/syslog/scan.h"
#include "parsers/syslog/stamp.h"

/* 1..12 and *next behind the name (three letters or all of it, any case), or 0. */
int stamp_month(const char *p, const char *end, const char **next);
/* Sets `when` and `date`; *iso tells a date that a T ended, as ISO 8601 has it. */
const char *stamp_date(const char *p, const char *end, struct stamp *, bool *iso);
/* hh:mm:ss with fraction and AM or PM; sets `when`, `time`, `fraction`. */
const char *stamp_clock(const char *p, const char *end, struct stamp *);
/* What may follow the seconds: a fraction, AM or PM; gives `p` if nothing does. */
const char *stamp_behind_seconds(const char *p, const char *end, struct stamp *);
/* A fraction after its point: sets `ns` and `fraction`. */
const char *stamp_fraction(const char *p, const char *end, struct stamp *);
/* What is left of a zone behind the time; gives `p` if there is none. */
const char *stamp_zone_behind(const char *p, const char *end, struct stamp *);
/* Z, +hh:mm, +hhmm or +hh: sets offset_s. */
const char *stamp_offset(const char *p, const char *end, struct stamp *);
/* Uptimes and seconds since the epoch. */
const char *stamp_uptime(const char *p, const char *end, struct stamp *);
const char *stamp_epoch(const char *p, const char *end, struct stamp *);

#endif
