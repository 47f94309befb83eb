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

/* In capitals, as all of them are, perhaps behind the number of a chassis (`0/RP0/ADMIN0:Dec 11 ...`): it can be nothing else. */
bool
header_is_node(const char *p, const char *end)
{
	const char *q = scan_digits(p, end);

	if (q > p)
		q = scan_at(q, end, '/') ? q + 1 : end;
	return q < end && (header_class(*q) & HEADER_CAPITAL) && header_node(p, end);
}

/* Numbers and a time, or a node and its time, behind a host. */
static bool
leads_behind_host(const char *p, const char *end)
{
	return header_leads(p, end, false) || header_is_node(scan_blanks(p, end), end);
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
	return q - p > 1 && q[-1] == ':' && header_is_host(span_between(p, q - 1)) &&
	    (header_leads(q, end, true) || header_is_node(scan_blanks(q, end), end));
}

/* `MODULE/4/BRIEF`: the strokes and what stands around the severity. */
static bool
is_stroked(const char *p, const char *end)
{
	const char *stroke = memchr(p, '/', (size_t)(scan_word(p, end) - p));

	return stroke && stroke > p && end - stroke >= 5 && span_is_digit(stroke[1]) && stroke[2] == '/' && span_is_alpha(stroke[3]);
}

/* `CEF:0|`, a format of many vendors' */
static bool
is_cef(const char *p, const char *end)
{
	return scan_at(p, end, 'C') && end - p > 5 && p[3] == ':' && span_is_digit(p[4]) && p[5] == '|' && p[1] == 'E' && p[2] == 'F';
}

const char *
header_behind_filler(const char *p, const char *end)
{
	struct span word = span_between(p, scan_word(p, end));
	const char *q = scan_blanks(word.p + word.n, end);

	if (scan_at(word.p, end, ':') && word.n == 1)
		return scan_at(q, end, '%') ? q : p;
	return header_is_level(word) || span_eq(word, SPAN_LIT("(Stack)")) ? q : p;
}

/* `program[1]: `, `00179 program: `, `/kernel: `, `fpc0 `, `%MNEMONIC`, `%%01MODULE/4/BRIEF`, `MODULE/4/BRIEF:`, `CEF:0|` */
static bool
is_event(const char *p, const char *end)
{
	const char *q = scan_digits(p, end);

	p = q - p == 5 ? scan_blanks(q, end) : header_behind_filler(p, end);
	if (header_is_program(scan_at(p, end, '/') ? p + 1 : p, end) || header_is_card(span_between(p, scan_word(p, end))))
		return true;
	if (end - p > 2 && p[0] == '%' && (p[1] == '%' || span_is_alpha(p[1])))
		return true;
	return is_cef(p, end) || (is_stroked(p, end) && !header_node(p, end));
}

struct span
header_host_before_event(const char *p, const char *end)
{
	const char *name = scan_blanks(p, end), *q = scan_word(name, end), *next = scan_blanks(q, end);
	struct span word = span_between(name, q);

	if (q == name || q == next || !header_is_host(span_skip(word, header_slot(word))) || !is_event(next, end))
		return SPAN_NONE;
	return word;
}

struct span
header_host_before_strokes(const char *p, const char *end)
{
	struct span host = header_host_before_event(p, end);
	const char *next = host.p ? scan_blanks(host.p + host.n, end) : end;

	if (scan_starts(next, end, SPAN_LIT("%%")) || (next < end && is_stroked(next, end)))
		return host;
	return SPAN_NONE;
}

/* `sw-7 2023 May  3 13:55:35.928 AEST: ...`: a name that is no word of a text, and a further header. */
struct span
header_host_before_header(const char *p, const char *end)
{
	const char *name = scan_blanks(p, end), *q = scan_word(name, end);
	struct span word = span_between(name, q);

	if (q == name || !header_is_host(word) || !leads_behind_host(q, end))
		return SPAN_NONE;
	if (header_is_node(scan_blanks(q, end), end))
		return word;
	for (size_t i = 0; i < word.n; i++)
		if (header_class(word.p[i]) & (HEADER_DIGIT | HEADER_DOT | HEADER_DASH))
			return word;
	return SPAN_NONE;
}

const char *
header_dated_process(const char *p, const char *end)
{
	const char *q = scan_word(p, end), *process = scan_blanks(q, end), *after = scan_word(process, end), *date = scan_blanks(after, end);

	struct stamp st;
	size_t n;

	if (end - date < 12 || !span_is_digit(*date) || date[4] != '-' || !span_is_alpha(date[5]))
		return NULL;
	if (!header_is_host(span_between(p, q)) || !header_is_host(span_between(process, after)))
		return NULL;
	n = stamp_parse(span_between(date, end), &st);
	return n > 0 && header_is_program(scan_blanks(date + n, end), end) ? date : NULL;
}

const char *
header_colon_behind(const char *p, const char *end)
{
	if (scan_at(p, end, ':'))
		return p + 1;
	if (end - p > 1 && p[0] == ' ' && p[1] == ':' && (end - p == 2 || scan_is_blank(p[2])))
		return p + 2;
	return p;
}

/*
 * `May  5 19:02:58 fw01: %...`: is it a host or a process, in a line without a host?  Processes that write mnemonics begin with a
 * capital and have no number, and an ISO time is not followed by a colon and a host.
 */
bool
header_is_host_of_mnemonic(struct span name, const char *q, const struct header_scan *s)
{
	bool digit = false;

	if (s->h->stamp.has_offset || !scan_at(scan_blanks(q, s->end), s->end, '%'))
		return false;
	if (*name.p < 'A' || *name.p > 'Z')
		return true;
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] >= 'a' && name.p[i] <= 'z')
			return false;
		digit |= span_is_digit(name.p[i]);
	}
	return digit;
}
