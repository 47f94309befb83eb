/*
 * stamp_clock: the time of day with its fraction, and times that are no date: uptimes and seconds since the epoch.
 */
#include "parsers/syslog/stamp_part.h"

const char *
stamp_fraction(const char *p, const char *end, struct stamp *st)
{
	const char *q = scan_digits(p, end);
	int ns = 0;

	if (q == p)
		return NULL;
	for (int i = 0; i < 9; i++)
		ns = ns * 10 + (p + i < q ? p[i] - '0' : 0);
	st->when.ns = ns;
	st->fraction = span_between(p, q);
	return q;
}

/* Behind the seconds: `.123`, `,123`, or `:123` with three digits and no more; a dotted tick behind it is passed over. */
static const char *
fraction_behind(const char *p, const char *end, struct stamp *st)
{
	const char *q = NULL;

	if (p >= end)
		return p;
	if (*p == '.' || *p == ',') {
		q = stamp_fraction(p + 1, end, st);
		if (q && *p == '.' && end - q > 1 && *q == '.' && span_is_digit(q[1]))
			q = scan_digits(q + 1, end);
	} else if (*p == ':' && scan_digits(p + 1, end) - p == 4) {
		q = stamp_fraction(p + 1, end, st);
	}
	return q ? q : p;
}

/* ` AM`, ` PM`, and a fraction behind it. */
static const char *
half_day(const char *p, const char *end, struct stamp *st)
{
	bool pm;

	if (end - p < 3 || *p != ' ' || (p[2] != 'M' && p[2] != 'm'))
		return p;
	pm = p[1] == 'P' || p[1] == 'p';
	if ((!pm && p[1] != 'A' && p[1] != 'a') || (end - p > 3 && span_is_alpha(p[3])) || st->when.hour > 12)
		return p;
	st->when.hour = st->when.hour % 12 + (pm ? 12 : 0);
	return fraction_behind(p + 3, end, st);
}

const char *
stamp_behind_seconds(const char *p, const char *end, struct stamp *st)
{
	if (p >= end || (*p != '.' && *p != ',' && *p != ':' && *p != ' '))
		return p;
	return half_day(fraction_behind(p, end, st), end, st);
}

const char *
stamp_clock(const char *p, const char *end, struct stamp *st)
{
	const char *q = scan_digits(p, end);

	if (q == p || q - p > 2 || end - q < 6)
		return NULL;
	if (q[0] != ':' || !span_is_digit(q[1]) || !span_is_digit(q[2]) || q[3] != ':' || !span_is_digit(q[4]) || !span_is_digit(q[5]))
		return NULL;
	st->when.hour = scan_int(p, q);
	st->when.minute = scan_int(q + 1, q + 3);
	st->when.second = scan_int(q + 4, q + 6);
	q += 6;
	st->time = span_between(p, q);
	if (q < end && span_is_digit(*q))
		return NULL;
	return stamp_behind_seconds(q, end, st);
}

/* `2y10w`, `20w2d`, `3d04h`: two numbers, each with its unit. */
static const char *
long_uptime(const char *p, const char *end)
{
	const char *q = scan_digits(p, end);

	if (q == p || q - p > 4 || q >= end || !memchr("ywd", *q, 3))
		return NULL;
	p = q + 1;
	q = scan_digits(p, end);
	if (q == p || q - p > 2 || q >= end || !memchr("wdh", *q, 3))
		return NULL;
	return q + 1;
}

/* `00:01:01`, also with hundreds of hours, or `1 2` in front of a mnemonic. */
static const char *
short_uptime(const char *p, const char *end)
{
	const char *q = scan_digits(p, end), *r;

	if (q == p || q - p > 5 || q >= end)
		return NULL;
	if (*q == ':' && end - q > 6 && span_is_digit(q[1]) && span_is_digit(q[2]) && q[3] == ':' && span_is_digit(q[4]) &&
	    span_is_digit(q[5])) {
		q += 6;
		if (*q == '.')
			q = scan_digits(q + 1, end);
		return q;
	}
	if (*q != ' ')
		return NULL;
	r = scan_digits(q + 1, end);
	return r > q + 1 && r - q <= 4 && end - r > 2 && r[1] == ' ' && r[2] == '%' ? r : NULL;
}

/* An uptime is told by the colon behind it. */
const char *
stamp_uptime(const char *p, const char *end, struct stamp *st)
{
	const char *q = long_uptime(p, end);

	if (!q)
		q = short_uptime(p, end);
	if (!q || !scan_at(q, end, ':') || (end - q > 1 && !scan_is_blank(q[1])))
		return NULL;
	st->kind = STAMP_UPTIME;
	st->time = span_between(p, q);
	return q;
}

/* `1563249630.774247467 `: ten digits, a point, a fraction. */
const char *
stamp_epoch(const char *p, const char *end, struct stamp *st)
{
	const char *q = scan_digits(p, end), *r;
	int64_t s = 0;

	if (q - p != 10 || !scan_at(q, end, '.') || !(r = stamp_fraction(q + 1, end, st)))
		return NULL;
	if (r < end && !scan_is_blank(*r) && *r != ':')
		return NULL;
	for (; p < q; p++)
		s = s * 10 + (*p - '0');
	if (s > INT64_MAX / CLOCK_NS_PER_S - 1)
		return NULL;
	st->kind = STAMP_EPOCH;
	st->epoch_ns = s * CLOCK_NS_PER_S + st->when.ns;
	st->has_offset = true;
	st->time = span_between(q - 10, r);
	return r;
}
