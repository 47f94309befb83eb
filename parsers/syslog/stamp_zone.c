/*
 * stamp_zone: the zone behind a time: an offset, or a word.  A word is a zone because the table has it or because of the form it
 * stands in; a host or a process that stands in the same place must not be one.  docs/time.md has the rule.
 */
#include "parsers/syslog/stamp_part.h"

#define MAX_WORD 6

/* Two digits at `p`, at most `max`, or -1. */
static int
two(const char *p, const char *end, int max)
{
	int v;

	if (end - p < 2 || !span_is_digit(p[0]) || !span_is_digit(p[1]))
		return -1;
	v = scan_int(p, p + 2);
	return v <= max ? v : -1;
}

const char *
stamp_offset(const char *p, const char *end, struct stamp *st)
{
	int h, m = 0, sign;

	if (p >= end)
		return NULL;
	if (*p == 'Z' || *p == 'z') {
		st->has_offset = true;
		st->offset_s = 0;
		return p + 1;
	}
	if (*p != '+' && *p != '-')
		return NULL;
	sign = *p++ == '-' ? -1 : 1;
	if ((h = two(p, end, 23)) < 0)
		return NULL;
	p += 2;
	if (scan_at(p, end, ':') && two(p + 1, end, 59) >= 0) {
		m = two(p + 1, end, 59);
		p += 3;
	} else if (two(p, end, 59) >= 0) {
		m = two(p, end, 59);
		p += 2;
	}
	st->has_offset = true;
	st->offset_s = sign * (h * 3600 + m * 60);
	return p;
}

/* `UTC+1`, `UTC+07:30`, `GMT-5`: `p` is at the sign. */
static const char *
named_offset(const char *p, const char *end, struct stamp *st)
{
	int sign = *p == '-' ? -1 : 1, m = 0;
	const char *q = scan_digits(++p, end);

	if (q == p || q - p > 2 || scan_int(p, q) > 23)
		return NULL;
	st->offset_s = scan_int(p, q) * 3600;
	if (scan_at(q, end, ':') && (m = two(q + 1, end, 59)) >= 0)
		q += 3;
	else
		m = 0;
	st->offset_s = sign * (st->offset_s + m * 60);
	st->has_offset = true;
	return q;
}

/* All capitals, or all small letters: nobody configures a zone otherwise. */
static bool
one_case(struct span w, bool *upper)
{
	size_t capitals = 0;

	for (size_t i = 0; i < w.n; i++)
		capitals += !(w.p[i] & 0x20);
	*upper = capitals == w.n;
	return capitals == 0 || capitals == w.n;
}

/* The place behind the colon that follows, perhaps after a blank; NULL if there is none. */
static const char *
colon_behind(const char *p, const char *end)
{
	if (end - p > 1 && p[0] == ' ' && p[1] == ':')
		p++;
	if (!scan_at(p, end, ':'))
		return NULL;
	return p + 1 >= end || scan_is_blank(p[1]) ? p + 1 : NULL;
}

/* `%FACILITY-5-NAME` or `%%10MODULE/5/NAME`, perhaps behind blanks; `%NAME:` is none. */
static bool
before_mnemonic(const char *p, const char *end)
{
	const char *q;

	p = scan_blanks(p, end);
	if (!scan_at(p, end, '%'))
		return false;
	for (q = p; q < end && *q != ':' && !scan_is_blank(*q); q++)
		if (*q == '-' || *q == '/')
			return true;
	return q == end || *q != ':' || q == p + 1;
}

static bool
is_zone(struct span word, const char *end, const struct stamp *st)
{
	const char *behind = word.p + word.n, *after = colon_behind(behind, end);
	bool known, upper, ambiguous, same = one_case(word, &upper);
	int offset;

	known = stamp_zone_word(word, &offset, &ambiguous);
	if (!after)
		return known && (behind >= end || scan_is_blank(*behind));
	if (known)
		return true;
	if (!same || word.n < 2 || (!upper && scan_is_blank(*behind)))         /* "single : %...": a host */
		return false;
	if (before_mnemonic(after, end) || st->mark)
		return true;
	return upper && st->fraction.p && span_is_alpha(*st->date.p);
}

/* `p` is at the first letter. */
static const char *
word_behind(const char *p, const char *end, struct stamp *st)
{
	const char *q = scan_letters(p, end), *r;
	struct span word = span_between(p, q);

	if (word.n > MAX_WORD)
		return NULL;
	if (word.n == 3 && q < end && (*q == '+' || *q == '-') && (memcmp(p, "UTC", 3) == 0 || memcmp(p, "GMT", 3) == 0)) {
		r = named_offset(q, end, st);
		if (r)
			st->zone = span_between(p, r);
		return r;
	}
	if (q < end && !scan_is_blank(*q) && *q != ':')
		return NULL;
	if (!is_zone(word, end, st))
		return NULL;
	st->zone = word;
	return q;
}

/* ` DST` behind an offset: summer time, an hour more than the offset says. */
static const char *
summer_behind(const char *p, const char *end, struct stamp *st)
{
	if (end - p < 5 || memcmp(p, " DST", 4) != 0 || !scan_is_blank(p[4]))
		return p;
	st->offset_s += 3600;
	return p + 4;
}

const char *
stamp_zone_behind(const char *p, const char *end, struct stamp *st)
{
	const char *start = p, *q;

	if (p >= end)
		return p;
	if (!scan_is_blank(*p)) {
		q = stamp_offset(p, end, st);
		if (!q)
			return p;
		q = summer_behind(q, end, st);
		st->zone = span_between(p, q);
		return q;
	}
	p = q = scan_blanks(p, end);
	if (q >= end || q - start > 2)
		return start;
	if (span_is_alpha(*q)) {
		q = word_behind(q, end, st);
	} else if (*q == '+' || *q == '-') {
		q = stamp_offset(p, end, st);
		if (q && q - p < 5 && !colon_behind(q, end)) {  /* "-04" alone could be anything */
			st->has_offset = false;
			q = NULL;
		}
		if (q)
			st->zone = span_between(p, q);
	} else {
		q = NULL;
	}
	return q ? q : start;
}
