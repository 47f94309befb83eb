/*
 * tz_rule: POSIX rules of a zone, as they stand at the end of a TZif file (RFC 8536 section 3.3): "CET-1CEST,M3.5.0,M10.5.0/3".
 */
#include "parsers/syslog/scan.h"
#include "parsers/syslog/tz.h"

#include "base/clock.h"

/* When in a year: of a month the week's day, or a day of the year. */
struct date_rule {
	char kind;              /* M, J (1..365, no leap day), or 0 (0..365) */
	int month, week, day;
	int time_s;             /* of the local day; may be negative or more than a day */
};

static const char *
number(const char *p, const char *end, int max, int *value)
{
	const char *q = scan_digits(p, end);

	if (q == p || q - p > 3 || (*value = scan_int(p, q)) > max)
		return NULL;
	return q;
}

/* A zone's name: letters, or anything in <>. */
static const char *
name(const char *p, const char *end)
{
	const char *q;

	if (scan_at(p, end, '<')) {
		q = memchr(p, '>', (size_t)(end - p));
		return q ? q + 1 : NULL;
	}
	q = scan_letters(p, end);
	return q - p >= 3 ? q : NULL;
}

/* [+-]hh[:mm[:ss]] */
static const char *
hms(const char *p, const char *end, int *seconds)
{
	int sign = 1, h, m = 0, s = 0;

	if (p < end && (*p == '-' || *p == '+'))
		sign = *p++ == '-' ? -1 : 1;
	if (!(p = number(p, end, 167, &h)))
		return NULL;
	if (scan_at(p, end, ':') && !(p = number(p + 1, end, 59, &m)))
		return NULL;
	if (scan_at(p, end, ':') && !(p = number(p + 1, end, 59, &s)))
		return NULL;
	*seconds = sign * (h * 3600 + m * 60 + s);
	return p;
}

static const char *
date_rule(const char *p, const char *end, struct date_rule *r)
{
	if (!scan_at(p, end, ','))
		return NULL;
	p++;
	*r = (struct date_rule){ .kind = 0, .time_s = 7200 };
	if (scan_at(p, end, 'M')) {
		r->kind = 'M';
		if (!(p = number(p + 1, end, 12, &r->month)) || !scan_at(p, end, '.') || !(p = number(p + 1, end, 5, &r->week)) ||
		    !scan_at(p, end, '.') || !(p = number(p + 1, end, 6, &r->day)) || r->month < 1 || r->week < 1)
			return NULL;
	} else {
		if (scan_at(p, end, 'J')) {
			r->kind = 'J';
			p++;
		}
		if (!(p = number(p, end, 365, &r->day)))
			return NULL;
	}
	if (scan_at(p, end, '/'))
		p = hms(p + 1, end, &r->time_s);
	return p;
}

/* Midnight of the rule's day in that year, as if it were UTC, and the time on it. */
static int64_t
local_seconds(const struct date_rule *r, int year)
{
	struct clock_date d = { .year = year, .month = 1, .day = 1 };
	int64_t first;
	int weekday, day;

	if (r->kind != 'M') {
		day = r->kind == 'J' ? r->day - 1 + (clock_leap_year(year) && r->day >= 60) : r->day;
		return clock_seconds(&d) + (int64_t)day * 86400 + r->time_s;
	}
	d.month = r->month;
	first = clock_seconds(&d);
	weekday = (int)(((first / 86400 + 4) % 7 + 7) % 7);
	day = (r->day - weekday + 7) % 7 + (r->week - 1) * 7;
	while (day >= clock_days_in_month(year, r->month))
		day -= 7;
	return first + (int64_t)day * 86400 + r->time_s;
}

static void
add(struct tz *tz, int64_t at_s, int offset_s)
{
	if (tz->n < TZ_MAX_CHANGES && (tz->n == 0 || at_s > tz->change[tz->n - 1].at_s))
		tz->change[tz->n++] = (struct tz_change){ at_s, offset_s };
}

int
tz_rule(struct span rule, int from_year, int to_year, struct tz *tz)
{
	const char *p = rule.p, *end = rule.p + rule.n;
	struct date_rule on, off;
	int std, dst;

	if (!(p = name(p, end)) || !(p = hms(p, end, &std)))
		return -1;
	if (p == end) {
		if (tz->n == 0)
			tz->first_s = -std;
		return 0;
	}
	dst = std - 3600;
	if (!(p = name(p, end)) || (!scan_at(p, end, ',') && !(p = hms(p, end, &dst))))
		return -1;
	if (!(p = date_rule(p, end, &on)) || !(p = date_rule(p, end, &off)) || p != end)
		return -1;
	for (int year = from_year; year <= to_year; year++) {
		int64_t start = local_seconds(&on, year) + std, stop = local_seconds(&off, year) + dst;

		add(tz, start < stop ? start : stop, start < stop ? -dst : -std);
		add(tz, start < stop ? stop : start, start < stop ? -std : -dst);
	}
	return 0;
}
