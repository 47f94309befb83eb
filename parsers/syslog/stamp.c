/*
 * stamp: reads a time in any of the forms that devices write.  Knows the order of the pieces, not what is in them.
 */
#include "parsers/syslog/stamp_part.h"

/* May a time end before this byte? */
static bool
ends(const char *p, const char *end)
{
	if (p >= end)
		return true;
	switch (*p) {
	case ' ': case '\t': case '\r': case '\n': case '\0':
	case ':': case ',': case ';': case ']': case ')': case '|':
		return true;
	default:
		return false;
	}
}

/* The year behind the time of day: "Jan 27 14:13:39 2022", and a fraction behind that. */
static const char *
year_behind(const char *p, const char *end, struct stamp *st)
{
	const char *q;

	if (st->when.year || !scan_at(p, end, ' '))
		return p;
	q = scan_digits(p + 1, end);
	if (q - p != 5 || scan_int(p + 1, q) < 1970 || scan_int(p + 1, q) > 2099)
		return p;
	if (!ends(q, end) && *q != '.')
		return p;
	if (scan_at(q, end, ':') && q + 1 < end && !scan_is_blank(q[1]))
		return p;               /* an address: 2001:db8::5 */
	st->when.year = scan_int(p + 1, q);
	if (scan_at(q, end, '.') && !st->fraction.p) {
		const char *f = stamp_fraction(q + 1, end, st);

		return f ? f : q;
	}
	return q;
}

/* A date that the calendar does not have (30 February, 25 o'clock) is used up, but is no time. */
static void
check(struct stamp *st)
{
	const struct clock_date *w = &st->when;
	int year = w->year ? w->year : 2000;

	if (w->month < 1 || w->month > 12 || w->day < 1 || w->day > clock_days_in_month(year, w->month) ||
	    w->hour > 23 || w->minute > 59 || w->second > 60 || w->year > 9999)
		st->kind = STAMP_NONE;
	else
		st->kind = STAMP_DATE;
}

static const char *
iso_zone(const char *p, const char *end, struct stamp *st)
{
	const char *q = stamp_offset(p, end, st);

	if (!q)
		return p;
	st->time.n = (size_t)(q - st->time.p);
	return q;
}

/* Two digits at a fixed place, the first perhaps a blank; -1 if they are none. */
static int
two(const char *p)
{
	unsigned tens = *p == ' ' ? 0 : (unsigned)(p[0] - '0'), ones = (unsigned)(p[1] - '0');

	return tens > 9 || ones > 9 ? -1 : (int)(tens * 10 + ones);
}

/* hh:mm:ss at its fixed places, and what may follow. */
static const char *
fixed_clock(const char *p, const char *end, struct stamp *st)
{
	struct clock_date *w = &st->when;

	if (p[2] != ':' || p[5] != ':' || (w->hour = two(p)) < 0 || (w->minute = two(p + 3)) < 0 || (w->second = two(p + 6)) < 0 ||
	    p[0] == ' ' || p[3] == ' ' || p[6] == ' ' || (end - p > 8 && span_is_digit(p[8])))
		return NULL;
	st->time = span_of(p, 8);
	return stamp_behind_seconds(p + 8, end, st);
}

/* The two forms that most lines have, read at their fixed places: `Apr 29 13:58:40` and `2018-06-27T12:17:46`. */
static const char *
common(const char *p, const char *end, struct stamp *st, bool *iso)
{
	struct clock_date *w = &st->when;
	const char *next;

	if (end - p < 15)
		return NULL;
	if (p[3] == ' ' && p[6] == ' ') {
		if (!(w->month = stamp_month(p, end, &next)) || (w->day = two(p + 4)) < 0)
			return NULL;
		st->date = span_of(p, 6);
		return fixed_clock(p + 7, end, st);
	}
	if (end - p < 19 || p[4] != '-' || p[7] != '-' || p[10] != 'T' || two(p) < 0 || two(p + 2) < 0 || p[0] == ' ' || p[2] == ' ')
		return NULL;
	w->year = two(p) * 100 + two(p + 2);
	if (w->year == 0 || (w->month = two(p + 5)) < 0 || (w->day = two(p + 8)) < 0)
		return NULL;
	*iso = true;
	st->date = span_of(p, 10);
	return fixed_clock(p + 11, end, st);
}

static const char *
dated(const char *p, const char *end, struct stamp *st)
{
	bool iso = false;
	const char *q = common(p, end, st, &iso);

	if (!q) {
		st->when = (struct clock_date){ .year = 0 };
		iso = false;
		q = stamp_date(p, end, st, &iso);
		if (!q || !(q = stamp_clock(q, end, st)))
			return NULL;
	}
	if (iso) {
		st->time.n = (size_t)(q - st->time.p);
		q = iso_zone(q, end, st);
	} else {
		q = year_behind(q, end, st);
		q = stamp_zone_behind(q, end, st);
	}
	if (!ends(q, end))
		return NULL;
	check(st);
	return q;
}

/* Cheap: what no time starts with is sent away before anything is cleared. */
static bool
may_start(const char *p, const char *end)
{
	if (end - p < 3)
		return false;
	if (*p == '*' || *p == '.')
		p++;
	if (span_is_digit(*p))
		return true;
	switch (*p | 0x20) {    /* months and days of the week */
	case 'j': case 'f': case 'm': case 'a': case 's': case 'o': case 'n': case 'd': case 't': case 'w':
		return span_is_alpha(p[0]) && span_is_alpha(p[1]);
	default:
		return false;
	}
}

size_t
stamp_parse(struct span in, struct stamp *st)
{
	const char *p = in.p, *end = in.p + in.n, *q;
	const char *next;

	if (!may_start(p, end) || (span_is_alpha(*p) && !stamp_month(p, end, &next) && !scan_at(p + 3, end, ' '))) {
		st->kind = STAMP_NONE;
		return 0;
	}
	*st = (struct stamp){ .kind = STAMP_NONE };
	if (*p == '*' || *p == '.')
		st->mark = *p++;
	q = dated(p, end, st);
	if (!q && span_is_digit(*p)) {
		q = stamp_uptime(p, end, st);
		if (!q)
			q = stamp_epoch(p, end, st);
	}
	if (!q) {
		*st = (struct stamp){ .kind = STAMP_NONE };
		return 0;
	}
	st->text = span_between(p, q);
	return (size_t)(q - in.p);
}

bool
stamp_likely(struct span in)
{
	const char *p = in.p, *end = in.p + in.n, *next;
	struct stamp st;

	if (!may_start(p, end))
		return false;
	if (*p == '*' || *p == '.')
		p++;
	if (!span_is_alpha(*p) || scan_at(p + 3, end, ' ')) {
		if (span_is_digit(*p) || !stamp_month(p, end, &next))
			return stamp_parse(in, &st) > 0;
	}
	if (!stamp_month(p, end, &next) || next >= end)
		return false;
	next = *next == '/' ? next + 1 : scan_blanks(next, end);
	return next < end && span_is_digit(*next);
}

size_t
stamp_parse_iso(struct span in, struct stamp *st)
{
	const char *p = in.p, *end = in.p + in.n, *q;

	*st = (struct stamp){ .kind = STAMP_NONE };
	if (in.n < 19 || !span_is_digit(p[0]) || p[4] != '-' || p[10] != 'T')
		return 0;
	q = dated(p, end, st);
	if (!q || st->kind != STAMP_DATE) {
		*st = (struct stamp){ .kind = STAMP_NONE };
		return 0;
	}
	st->text = span_between(p, q);
	return (size_t)(q - p);
}
