/*
 * header_pri: facility and severity (RFC 5424 section 6.2.1), and what devices make of it.
 */
#include "parsers/syslog/header_part.h"

#define MAX_PRI 191

bool
header_pri(struct header_scan *s)
{
	const char *p = s->p, *q;
	struct header *h = s->h;
	int pri;

	if (!scan_at(p, s->end, '<'))
		return false;
	q = scan_digits(++p, s->end);
	if (q == p || q - p > 3 || !scan_at(q, s->end, '>'))
		return false;
	pri = scan_int(p, q);
	h->pri = span_between(p, q);
	h->pri_odd = pri > MAX_PRI || (*p == '0' && q - p > 1);
	h->facility = pri > MAX_PRI ? MAX_PRI / 8 : pri / 8;
	h->severity = pri % 8;
	s->p = q + 1;
	h->pri_odd |= s->p < s->end && scan_is_blank(*s->p);
	return true;
}
