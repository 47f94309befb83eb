/*
 * The proleptic Gregorian calendar by arithmetic: days are counted from 0000-03-01, so that a leap day is a year's last.
 */
#include "base/clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <time.h>

#define RFC3339_SECOND 20       /* bytes up to the point */
#define RFC3339_KNOWN 64        /* seconds whose text is remembered */

static _Atomic int64_t fixed_ns;
static _Atomic bool fixed;

int64_t
clock_now_ns(void)
{
	struct timespec t;

	if (atomic_load_explicit(&fixed, memory_order_relaxed))
		return atomic_load_explicit(&fixed_ns, memory_order_relaxed);
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * CLOCK_NS_PER_S + t.tv_nsec;
}

int64_t
clock_monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * CLOCK_NS_PER_S + t.tv_nsec;
}

void
clock_fix(int64_t ns)
{
	atomic_store(&fixed_ns, ns);
	atomic_store(&fixed, true);
}

bool
clock_is_fixed(void)
{
	return atomic_load_explicit(&fixed, memory_order_relaxed);
}

/* Days from 1970-01-01 to a civil date. */
static int64_t
days_of(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

int64_t
clock_seconds(const struct clock_date *d)
{
	return days_of(d->year, d->month, d->day) * 86400 + d->hour * 3600 + d->minute * 60 + d->second;
}

/* The whole second that `ns` lies in, also before 1970; *rest: the nanoseconds past it. */
static int64_t
second_of(int64_t ns, int *rest)
{
	int64_t s = ns / CLOCK_NS_PER_S;

	*rest = (int)(ns % CLOCK_NS_PER_S);
	if (*rest < 0) {
		*rest += (int)CLOCK_NS_PER_S;
		s--;
	}
	return s;
}

static struct clock_date
civil(int64_t s, int ns)
{
	struct clock_date d = { .ns = ns };
	int64_t days = s / 86400, era, doe, yoe, doy, mp;

	s %= 86400;
	if (s < 0) {
		s += 86400;
		days--;
	}
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	d.day = (int)(doy - (153 * mp + 2) / 5 + 1);
	d.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	d.year = (int)(yoe + era * 400 + (d.month <= 2));
	d.hour = (int)(s / 3600);
	d.minute = (int)(s / 60 % 60);
	d.second = (int)(s % 60);
	return d;
}

struct clock_date
clock_civil(int64_t ns)
{
	int rest;
	int64_t s = second_of(ns, &rest);

	return civil(s, rest);
}

bool
clock_leap_year(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int
clock_days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && clock_leap_year(year) ? 29 : days[month - 1];
}

static void
put_pair(char *out, int v)
{
	static const char pairs[] =
	    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
	    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

	memcpy(out, pairs + 2 * v, 2);
}

/* Nine digits, two at a time. */
static void
put_nine(char *out, uint32_t v)
{
	uint32_t high = v / 10000, low = v % 10000;     /* five digits, four digits */

	out[0] = (char)('0' + high / 10000);
	high %= 10000;
	put_pair(out + 1, (int)(high / 100));
	put_pair(out + 3, (int)(high % 100));
	put_pair(out + 5, (int)(low / 100));
	put_pair(out + 7, (int)(low % 100));
}

static void
put_second(char *out, int64_t s)
{
	struct clock_date d = civil(s, 0);

	memcpy(out, "0000-00-00T00:00:00.", RFC3339_SECOND);
	put_pair(out, d.year / 100);
	put_pair(out + 2, d.year % 100);
	put_pair(out + 5, d.month);
	put_pair(out + 8, d.day);
	put_pair(out + 11, d.hour);
	put_pair(out + 14, d.minute);
	put_pair(out + 17, d.second);
}

void
clock_rfc3339(int64_t ns, char *out)
{
	/* Seconds that this thread has written before: messages come many to a second, with two times each. */
	static _Thread_local struct {
		int64_t s;
		char text[RFC3339_SECOND];
	} known[RFC3339_KNOWN];
	int rest;
	int64_t s = second_of(ns, &rest);
	size_t slot = (uint64_t)s % RFC3339_KNOWN;

	if (known[slot].s != s || known[slot].text[0] == '\0') {
		put_second(known[slot].text, s);
		known[slot].s = s;
	}
	memcpy(out, known[slot].text, RFC3339_SECOND);
	put_nine(out + 20, (uint32_t)rest);
	out[29] = 'Z';
}

/* `digits` digits at *at: the number, or -1. */
static int
take_number(struct span t, size_t *at, size_t digits)
{
	int v = 0;

	if (t.n - *at < digits || *at > t.n)
		return -1;
	for (size_t i = 0; i < digits; i++, (*at)++) {
		if (!span_is_digit(t.p[*at]))
			return -1;
		v = v * 10 + (t.p[*at] - '0');
	}
	return v;
}

static bool
take_char(struct span t, size_t *at, const char *set)
{
	if (*at >= t.n || !t.p[*at] || !strchr(set, t.p[*at]))
		return false;
	(*at)++;
	return true;
}

/* ".5" as nanoseconds; digits past the ninth are dropped.  A point without digits is -1. */
static int
take_fraction(struct span t, size_t *at)
{
	int ns = 0, scale = 100000000;

	if (!take_char(t, at, ".,"))
		return 0;
	if (*at == t.n || !span_is_digit(t.p[*at]))
		return -1;
	for (; *at < t.n && span_is_digit(t.p[*at]); (*at)++, scale /= 10)
		ns += (t.p[*at] - '0') * scale;
	return ns;
}

static int
take_offset(struct span t, size_t *at, int *seconds)
{
	bool west;
	int h, m;

	*seconds = 0;
	if (take_char(t, at, "Zz"))
		return 0;
	west = *at < t.n && t.p[*at] == '-';
	if (!take_char(t, at, "+-"))
		return -1;
	h = take_number(t, at, 2);
	take_char(t, at, ":");
	m = take_number(t, at, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return -1;
	*seconds = (h * 3600 + m * 60) * (west ? -1 : 1);
	return 0;
}

static int
parse_rfc3339(struct span t, int64_t *ns)
{
	struct clock_date d;
	size_t at = 0;
	int offset;
	bool good;

	d.year = take_number(t, &at, 4);
	good = take_char(t, &at, "-");
	d.month = take_number(t, &at, 2);
	good &= take_char(t, &at, "-");
	d.day = take_number(t, &at, 2);
	good &= take_char(t, &at, "Tt ");
	d.hour = take_number(t, &at, 2);
	good &= take_char(t, &at, ":");
	d.minute = take_number(t, &at, 2);
	good &= take_char(t, &at, ":");
	d.second = take_number(t, &at, 2);
	/* Years that fit into nanoseconds whatever the offset. */
	if (!good || d.year < 1678 || d.year > 2261 || d.month < 1 || d.month > 12 || d.day < 1 || d.day > clock_days_in_month(d.year, d.month) ||
	    d.hour < 0 || d.hour > 23 || d.minute < 0 || d.minute > 59 || d.second < 0 || d.second > 60)
		return -1;
	d.ns = take_fraction(t, &at);
	if (d.ns < 0 || take_offset(t, &at, &offset) == -1 || at != t.n)
		return -1;
	*ns = (clock_seconds(&d) - offset) * CLOCK_NS_PER_S + d.ns;
	return 0;
}

static int
parse_epoch(struct span t, int64_t *ns)
{
	int64_t s = 0;
	size_t at = 0;
	int fraction;

	while (at < t.n && at < 10 && span_is_digit(t.p[at]))
		s = s * 10 + (t.p[at++] - '0');
	if (at == 0 || s > INT64_MAX / CLOCK_NS_PER_S - 1)
		return -1;
	fraction = take_fraction(t, &at);
	if (fraction < 0 || at != t.n)
		return -1;
	*ns = s * CLOCK_NS_PER_S + fraction;
	return 0;
}

int
clock_parse(struct span text, int64_t *ns)
{
	if (parse_rfc3339(text, ns) == 0 || parse_epoch(text, ns) == 0)
		return 0;
	errno = EINVAL;
	return -1;
}
