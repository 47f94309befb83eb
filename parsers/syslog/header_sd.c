/*
 * header_sd: structured data (RFC 5424 section 6.3).  Where it is malformed there is none, and its bytes stay text.
 */
#include "parsers/syslog/header_part.h"

/* Behind the quote that closes the value whose first byte is at `p`, or `end`. */
static const char *
quoted(const char *p, const char *end)
{
	while (p < end && *p != '"')
		p += *p == '\\' ? 2 : 1;
	return p < end ? p + 1 : end;
}

/* Behind the bracket that closes the element whose opening one is at `p`, or NULL. */
static const char *
element(const char *p, const char *end)
{
	for (p++; p < end;) {
		char c = *p++;

		if (c == '"')
			p = quoted(p, end);
		else if (c == ']')
			return p;
	}
	return NULL;
}

const char *
header_sd(const char *p, const char *end, struct span *sd)
{
	const char *start = p, *q;

	*sd = SPAN_NONE;
	if (scan_at(p, end, '-') && (end - p == 1 || scan_is_blank(p[1])))
		return p + 1;
	while (scan_at(p, end, '[')) {
		q = element(p, end);
		if (!q)
			break;
		p = q;
	}
	if (p == start || (p < end && !scan_is_blank(*p)))
		return NULL;
	*sd = span_between(start, p);
	return p;
}

bool
header_sd_next(struct span *sd, struct span *id, struct span *params)
{
	const char *p = sd->p, *end, *q, *stop;

	if (sd->n == 0)
		return false;
	end = p + sd->n;
	if (*p != '[' || !(stop = element(p, end)))
		return false;
	p = scan_blanks(p + 1, stop - 1);
	for (q = p; q < stop - 1 && !scan_is_blank(*q); q++)
		;
	*id = span_between(p, q);
	*params = span_between(q, stop - 1);
	*sd = span_between(stop, end);
	return true;
}

/* Some leave the quotes out; such a value ends at a blank. */
static const char *
value_end(const char *p, const char *end, bool in_quotes)
{
	for (; p < end; p++) {
		if (in_quotes && *p == '\\')
			p++;
		else if (in_quotes ? *p == '"' : scan_is_blank(*p))
			return p;
	}
	return end;
}

bool
header_sd_param(struct span *params, struct span *name, struct span *value)
{
	const char *end, *p, *q;
	bool in_quotes;

	if (params->n == 0)
		return false;
	end = params->p + params->n;
	q = p = scan_blanks(params->p, end);
	while (q < end && *q != '=' && !scan_is_blank(*q))
		q++;
	if (q == p || !scan_at(q, end, '='))
		return false;
	*name = span_between(p, q);
	p = scan_blanks(q + 1, end);
	in_quotes = scan_at(p, end, '"');
	if (in_quotes)
		p++;
	q = value_end(p, end, in_quotes);
	*value = span_between(p, q);
	*params = span_between(in_quotes && q < end ? q + 1 : q, end);
	return true;
}
