/*
 * clock: time in nanoseconds since 1970-01-01T00:00:00Z (int64_t, good until 2262), and the proleptic
 * Gregorian calendar.  Never the machine's time zone.
 *
 * clock_now_ns() can be fixed (NETNORM_NOW, --now): then every call gives that instant.
 */
#ifndef NETNORM_BASE_CLOCK_H
#define NETNORM_BASE_CLOCK_H

#include <stdint.h>

#include "base/span.h"

#define CLOCK_NS_PER_S INT64_C(1000000000)
#define CLOCK_NS_PER_MS INT64_C(1000000)

struct clock_date {
	int year;               /* 1..9999 */
	int month;              /* 1..12 */
	int day;                /* 1..31 */
	int hour, minute, second; /* 0..23, 0..59, 0..60 (a leap second) */
	int ns;                 /* 0..999999999 */
};

/* The wall clock, or the fixed instant. */
int64_t clock_now_ns(void);
/* CLOCK_MONOTONIC, never fixed: for deadlines and rates. */
int64_t clock_monotonic_ns(void);
void clock_fix(int64_t ns);
bool clock_is_fixed(void);
/* Seconds since the epoch of a civil date and time in UTC; no check of the ranges. */
int64_t clock_seconds(const struct clock_date *);
struct clock_date clock_civil(int64_t ns);
bool clock_leap_year(int year);
int clock_days_in_month(int year, int month);
/* "2026-11-23T20:01:28.000000001Z" (RFC 3339, always nine digits): writes CLOCK_RFC3339_LEN bytes and no NUL. */
#define CLOCK_RFC3339_LEN 30
void clock_rfc3339(int64_t ns, char *out);
/* RFC 3339 (T, t or a space; Z or an offset) or epoch seconds with an optional fraction: 0, or -1 with errno EINVAL. */
int clock_parse(struct span text, int64_t *ns);

#endif
