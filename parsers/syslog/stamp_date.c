/*
 * stamp_date: dates as devices write them: the month by name first, the year first, or numbers with strokes and dashes.
 */
#include "parsers/syslog/stamp_part.h"

#define KEY(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))

static uint32_t
key3(const char *p)
{
	return KEY((unsigned char)(p[0] | 0x20), (unsigned char)(p[1] | 0x20), (unsigned char)(p[2] | 0x20));
}

static int
month_of(uint32_t key)
{
	switch (key) {
	case KEY('j', 'a', 'n'): return 1;
	case KEY('f', 'e', 'b'): return 2;
	case KEY('m', 'a', 'r'): return 3;
	case KEY('a', 'p', 'r'): return 4;
	case KEY('m', 'a', 'y'): return 5;
	case KEY('j', 'u', 'n'): return 6;
	case KEY('j', 'u', 'l'): return 7;
	case KEY('a', 'u', 'g'): return 8;
	case KEY('s', 'e', 'p'): return 9;
	case KEY('o', 'c', 't'): return 10;
	case KEY('n', 'o', 'v'): return 11;
	case KEY('d', 'e', 'c'): return 12;
	default: return 0;
	}
}

static bool
is_weekday(uint32_t key)
{
	switch (key) {
	case KEY('m', 'o', 'n'):
	case KEY('t', 'u', 'e'):
	case KEY('w', 'e', 'd'):
	case KEY('t', 'h', 'u'):
	case KEY('f', 'r', 'i'):
	case KEY('s', 'a', 't'):
	case KEY('s', 'u', 'n'):
		return true;
	default:
		return false;
	}
}

int
stamp_month(const char *p, const char *end, const char **next)
{
	static const struct span rest[] = {
		SPAN_LIT("uary"), SPAN_LIT("ruary"), SPAN_LIT("ch"), SPAN_LIT("il"), SPAN_LIT(""), SPAN_LIT("e"), SPAN_LIT("y"),
		SPAN_LIT("ust"), SPAN_LIT("tember"), SPAN_LIT("ober"), SPAN_LIT("ember"), SPAN_LIT("ember"),
	};
	const char *q;
	struct span more;
	int m;

	if (end - p < 4 || !span_is_alpha(p[0]) || !(m = month_of(key3(p))))
		return 0;
	q = p + 3;
	if (span_is_alpha(*q)) {
		more = rest[m - 1];
		q = scan_letters(q, end);
		if ((size_t)(q - p - 3) != more.n)
			return 0;
		for (size_t i = 0; i < more.n; i++)
			if ((p[3 + i] | 0x20) != more.p[i])
				return 0;
	}
	*next = q;
	return m;
}

/* One or two digits. */
static const char *
small(const char *p, const char *end, int *value)
{
	const char *q = scan_digits(p, end);

	if (q == p || q - p > 2)
		return NULL;
	*value = scan_int(p, q);
	return q;
}

/* At least one blank, and not more than four, and not the end. */
static const char *
gap(const char *p, const char *end)
{
	const char *q = scan_blanks(p, end);

	return q > p && q - p <= 4 && q < end ? q : NULL;
}

/* `Apr 29 `, `May  2 `, `July 22 `, `Jan 31 2020 `, `sep/15 `, `jan/02/1970 `: `p` is behind the name. */
static const char *
month_first(const char *start, const char *p, const char *end, struct stamp *st)
{
	const char *q = NULL, *y;
	bool stroke = scan_at(p, end, '/');

	p = stroke ? p + 1 : gap(p, end);
	if (!p || !(p = small(p, end, &st->when.day)))
		return NULL;
	st->date = span_between(start, p);
	if (!stroke || !scan_at(p, end, '/')) {
		q = gap(p, end);
		if (!q)
			return NULL;
	} else {
		q = p + 1;
	}
	y = scan_digits(q, end);
	if (y - q == 4 && (p = gap(y, end))) {
		st->when.year = scan_int(q, y);
		st->date = span_between(start, y);
		q = p;
	}
	return q;
}

/* `2025 Jun 25 `: `p` is behind the year. */
static const char *
year_first(const char *start, const char *p, const char *end, struct stamp *st)
{
	const char *q;

	if (!(q = gap(p, end)) || !(st->when.month = stamp_month(q, end, &q)) || !(q = gap(q, end)))
		return NULL;
	if (!(q = small(q, end, &st->when.day)))
		return NULL;
	st->date = span_between(start, q);
	return gap(q, end);
}

/* `2018-06-27T`, `2026-01-05 `, `2018-7-23 `, `2018-Nov- 9 `, `2015/11/27 `: `p` is at the first separator. */
static const char *
year_dashed(const char *start, const char *p, const char *end, struct stamp *st, bool *iso)
{
	char sep = *p++;

	if (p < end && span_is_alpha(*p)) {
		if (!(st->when.month = stamp_month(p, end, &p)))
			return NULL;
	} else if (!(p = small(p, end, &st->when.month))) {
		return NULL;
	}
	if (!scan_at(p, end, sep))
		return NULL;
	p++;
	if (scan_at(p, end, ' '))
		p++;
	if (!(p = small(p, end, &st->when.day)))
		return NULL;
	st->date = span_between(start, p);
	*iso = scan_at(p, end, 'T') || scan_at(p, end, 't');
	return *iso || (sep == '/' && scan_at(p, end, ':')) ? p + 1 : gap(p, end);
}

/* Numbers only: month first unless that cannot be; where both can be, `ambiguous_order` says so. */
static void
two_numbers(int a, int b, struct stamp *st)
{
	bool swap = a > 12 && b <= 12;

	st->when.month = swap ? b : a;
	st->when.day = swap ? a : b;
	st->ambiguous_order = a <= 12 && b <= 12 && a != b;
}

/* `05/08/2025:` or ` `, `24-Sep-2020 `, `05-08-2025 `: `p` is at the first separator, `a` the number before it. */
static const char *
day_dashed(const char *start, const char *p, const char *end, struct stamp *st)
{
	int a = scan_int(start, p), b = 0;
	char sep = *p++;
	const char *q;

	if (p < end && span_is_alpha(*p)) {
		if (!(st->when.month = stamp_month(p, end, &p)))
			return NULL;
		st->when.day = a;
	} else {
		if (!(p = small(p, end, &b)))
			return NULL;
		two_numbers(a, b, st);
	}
	if (!scan_at(p, end, sep))
		return NULL;
	q = scan_digits(++p, end);
	if (q - p != 4)
		return NULL;
	st->when.year = scan_int(p, q);
	st->date = span_between(start, q);
	return scan_at(q, end, ':') ? q + 1 : gap(q, end);
}

static const char *
numbers_first(const char *p, const char *end, struct stamp *st, bool *iso)
{
	const char *q = scan_digits(p, end);

	if (q >= end)
		return NULL;
	if (q - p == 4) {
		st->when.year = scan_int(p, q);
		if (st->when.year == 0)
			return NULL;
		return *q == '-' || *q == '/' ? year_dashed(p, q, end, st, iso) : year_first(p, q, end, st);
	}
	if (q - p <= 2 && (*q == '/' || *q == '-'))
		return day_dashed(p, q, end, st);
	return NULL;
}

const char *
stamp_date(const char *p, const char *end, struct stamp *st, bool *iso)
{
	const char *q;

	if (p >= end)
		return NULL;
	if (span_is_digit(*p))
		return numbers_first(p, end, st, iso);
	if (end - p > 4 && p[3] == ' ' && is_weekday(key3(p)))
		p = scan_blanks(p + 3, end);
	if (!(st->when.month = stamp_month(p, end, &q)))
		return NULL;
	return month_first(p, q, end, st);
}
