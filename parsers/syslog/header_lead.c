/*
 * header_lead: looks ahead: does a header go on here?  Nothing is taken, and nothing is far.
 */
#include "parsers/syslog/header_part.h"

#define MAX_LEADS 4
#define MAX_TASK 48

/* `123: `: gives the place behind the colon, or NULL. */
const char *
header_numbered(const char *p, const char *end)
{
	const char *q = scan_digits(p, end);

	if (q == p || q - p > 18 || !scan_at(q, end, ':') || (end - q > 1 && !scan_is_blank(q[1])))
		return NULL;
	return q + 1;
}

static bool
is_time(const char *p, const char *end)
{
	return stamp_likely(span_between(p, end));
}

/* `*task: `, the name of a process before the time, perhaps of several words: the place behind the colon, or NULL. */
const char *
header_task(const char *p, const char *end)
{
	const char *q;

	if (!scan_at(p, end, '*') || end - p < 3 || !span_is_alpha(p[1]) || is_time(p, end))
		return NULL;
	q = memchr(p, ':', (size_t)(end - p) < MAX_TASK ? (size_t)(end - p) : MAX_TASK);
	return q && is_time(scan_blanks(q + 1, end), end) ? q + 1 : NULL;
}

/* Does a header go on here: numbers, and then a time, or a mnemonic if that is allowed? */
bool
header_leads(const char *p, const char *end, bool to_mnemonic)
{
	for (int i = 0; i < MAX_LEADS; i++) {
		const char *q;

		p = scan_blanks(p, end);
		if (p >= end)
			return false;
		if (*p == '%')
			return to_mnemonic && end - p > 1 && span_is_alpha(p[1]);
		if ((q = header_numbered(p, end)) || (q = header_task(p, end)))
			p = q;
		else if (*p == ':' && end - p > 1 && scan_is_blank(p[1]))
			p++;
		else
			return is_time(p, end);
	}
	return false;
}

/* `RP/0/RP0/CPU0:Dec 11 ...`: a node, a colon, and the time right behind it; gives the time's place. */
const char *
header_node(const char *p, const char *end)
{
	const char *q = scan_word(p, end), *colon = memchr(p, ':', (size_t)(q - p));

	if (!colon || colon + 1 == q || !memchr(p, '/', (size_t)(colon - p)) || !is_time(colon + 1, end))
		return NULL;
	return colon + 1;
}

/* The same behind a number, where a host with its colon, or a host and a node, may come first. */
bool
header_leads_behind_number(const char *p, const char *end)
{
	const char *q;

	if (header_leads(p, end, true))
		return true;
	p = scan_blanks(p, end);
	if (header_node(p, end))
		return true;
	q = scan_word(p, end);
	if (header_node(scan_blanks(q, end), end))
		return header_is_host(span_between(p, q));
	return q - p > 1 && q[-1] == ':' && header_is_host(span_between(p, q - 1)) && header_leads(q, end, true);
}
