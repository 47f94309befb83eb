/*
 * header_pri: facility and severity (RFC 5424 section 6.2.1), and what devices make of it.
 */
#include "parsers/syslog/header_part.h"

#define MAX_PRI 191

bool
header_pri_value(struct span digits, int *facility, int *severity)
{
	int pri = 0;

	for (size_t i = 0; i < digits.n; i++) {
		if (!span_is_digit(digits.p[i]))
			continue;
		pri = pri * 10 + digits.p[i] - '0';
		/* Any number of digits: still above MAX_PRI, and 1000 is a multiple of 8. */
		if (pri > 9999)
			pri = 1000 + pri % 1000;
	}
	*facility = pri > MAX_PRI ? MAX_PRI / 8 : pri / 8;
	*severity = pri % 8;
	return pri <= MAX_PRI;
}

bool
header_pri(struct header_scan *s)
{
	const char *p = s->p, *q;
	struct header *h = s->h;
	if (!scan_at(p, s->end, '<'))
		return false;
	q = scan_digits(++p, s->end);
	if (q == p || q - p > 3 || !scan_at(q, s->end, '>'))
		return false;
	h->pri = span_between(p, q);
	h->pri_beyond = !header_pri_value(h->pri, &h->facility, &h->severity);
	h->pri_odd = h->pri_beyond || (*p == '0' && q - p > 1);
	s->p = q + 1;
	h->pri_odd |= s->p < s->end && scan_is_blank(*s->p);
	return true;
}
