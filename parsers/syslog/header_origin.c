/*
 * header_origin: who speaks, and when: numbers, times and hosts in the order in which devices and relays put them, one after the
 * other until something comes that is none of them.  A word is taken by what it is and by what follows it.
 */
#include "parsers/syslog/header_part.h"

#define MAX_ITEMS 16

/* The number up to `q`. */
static void
set_number(struct header_scan *s, const char *q)
{
	struct header *h = s->h;
	struct span text = span_between(s->p, q);
	uint64_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n = n * 10 + (uint64_t)(text.p[i] - '0');
	if (!h->has_counter) {
		h->has_counter = true;
		h->counter = n;
		h->counter_text = text;
	} else {
		h->has_seq = true;
		h->seq = n;
		h->seq_text = text;
	}
}

static bool
take_number(struct header_scan *s)
{
	const char *q = header_numbered(s->p, s->end);
	struct header *h = s->h;

	if (!q || s->clocked || (h->has_counter && h->has_seq))
		return false;
	if ((s->enclosed || (!h->pri.p && !s->timed)) && !header_leads_behind_number(q, s->end))
		return false;
	set_number(s, q - 1);
	s->p = q;
	return true;
}

static bool
take_time(struct header_scan *s)
{
	struct header *h = s->h;
	const char *q;
	size_t n;

	if (s->timed)
		return header_second_time(s);
	n = stamp_parse(span_between(s->p, s->end), &h->stamp);
	if (n == 0)
		return false;
	s->timed = true;
	s->p += n;
	if (header_versionless(s))
		return true;
	q = header_colon_behind(s->p, s->end);
	s->clocked = q > s->p;
	s->p = q;
	return true;
}

static bool
take_colon(struct header_scan *s)
{
	const char *p = s->p;

	if (s->enclosed && !header_leads_behind_number(p + 1, s->end))
		return false;
	if (s->end - p > 1 && !scan_is_blank(p[1]) && (s->timed || s->hosted || p[1] == ':'))
		return false;
	s->p++;
	return true;
}

bool
header_lost_zone(struct header_scan *s)
{
	struct header *h = s->h;
	const char *p = scan_blanks(s->p, s->end), *q = scan_word(p, s->end);
	int offset;
	bool ambiguous;

	if (q - p < 2 || q[-1] != ':' || h->stamp.has_offset || h->stamp.zone.p || !scan_at(scan_blanks(q, s->end), s->end, '%') ||
	    !stamp_zone_word(span_between(p, q - 1), &offset, &ambiguous))
		return false;
	h->stamp.zone = span_between(p, q - 1);
	s->p = q;
	return true;
}

/* A word and a colon that are no host: a zone that lost its place, or part of a chassis. */
static bool
take_odd_origin(struct header_scan *s, const char *q)
{
	if (s->timed)
		return s->hosted && header_lost_zone(s);
	if (!s->h->pri.p || !header_leads(q, s->end, false))
		return false;
	s->p = q;
	return true;
}

/* `475 2015/11/27 00:19:40.38 ...`: in front of such a date, a number without a colon. */
static bool
take_bare_number(struct header_scan *s)
{
	const char *q = scan_digits(s->p, s->end), *date = scan_blanks(q, s->end);

	if (s->timed || s->hosted || s->h->has_counter || q - s->p > 18 || date == q || s->end - date < 19 || date[4] != '/' || date[7] != '/' ||
	    !stamp_likely(span_between(date, s->end)))
		return false;
	set_number(s, q);
	s->p = date;
	return true;
}

/* `*task: ` before the time */
static bool
take_task(struct header_scan *s)
{
	const char *q = s->clocked ? NULL : header_task(s->p, s->end);

	if (!q)
		return false;
	s->h->process = span_between(s->p + 1, q - 1);
	s->tasked = true;
	s->p = q;
	return true;
}

/* `httpd: 2022-03-24 09:37:29.261Z [ops]: ...`: a time with its offset and neither a colon nor a mnemonic behind it is a process's own. */
static bool
is_text_of_process(const char *p, const char *end)
{
	struct stamp st;
	const char *q = p + stamp_parse(span_between(p, end), &st);

	return q > p && st.kind == STAMP_DATE && st.has_offset && header_colon_behind(q, end) == q && !scan_at(scan_blanks(q, end), end, '%');
}

/* `name: ` */
static bool
take_origin(struct header_scan *s, const char *q)
{
	struct span name = span_between(s->p, q - 1);
	const char *next;

	if (s->clocked)
		return false;
	next = scan_blanks(q, s->end);
	if (s->timed && next < s->end && span_is_digit(*next) && header_inner_rfc5424(s, next, false))
		return true;
	if (!header_is_host(name))
		return take_odd_origin(s, q);
	if (s->timed && !s->hosted && (header_is_address(name) || header_is_host_of_mnemonic(name, q, s))) {
		header_set_host(s, name);
	} else if (s->timed) {
		/* (Behind a process it is the text that begins like a header: a console's.) */
		if ((s->h->process.p && !s->enclosed) || is_text_of_process(next, s->end))
			return false;
		if (!header_leads(q, s->end, false) && !header_is_node(next, s->end))
			return false;
		header_set_second_host(s, name);
	} else {
		if (!header_leads(q, s->end, true) && !header_is_node(next, s->end) && (!s->h->pri.p || !header_is_address(name)))
			return false;
		header_set_host(s, name);
	}
	s->p = q;
	return true;
}

static bool
take_word(struct header_scan *s)
{
	const char *q, *colon = NULL, *time;

	for (q = s->p; q < s->end && !scan_is_blank(*q); q++)
		if (*q == ':' && !colon)
			colon = q;
	if (q - s->p > HEADER_MAX_HOST + 2)
		return false;
	if (q[-1] == ':')
		return q - s->p > 1 && take_origin(s, q);
	if (colon && !s->clocked && (time = header_node(s->p, s->end))) {
		s->h->node = span_between(s->p, time - 1);
		s->p = time;
		return true;
	}
	return header_word(s, q);
}

/* `0.109391473 name ...`, since the start, or no time at all, in front of a host and a mnemonic with strokes: `p` is where it may stand. */
static bool
take_timeless(struct header_scan *s, const char *p)
{
	const char *q = scan_digits(p, s->end), *behind = p;
	struct span host;

	if (q > p) {
		behind = scan_at(q, s->end, '.') ? scan_digits(q + 1, s->end) : q;
		if (behind < q + 2 || q - p > 10 || behind - q > 11)
			return false;
	}
	if (behind >= s->end || !scan_is_blank(*behind) || !(host = header_host_before_strokes(behind, s->end)).p)
		return false;
	if (s->timed)
		s->h->relay_host = s->h->host;
	if (s->timed && q > p)
		s->h->relay = s->h->stamp;
	if (q > p)
		s->h->stamp = (struct stamp){ .kind = STAMP_UPTIME, .time = span_between(p, behind), .text = span_between(p, behind) };
	header_drop_enclosing(s);
	s->timed = s->clocked = true;
	header_set_host(s, host);
	s->p = host.p + host.n;
	return true;
}

/* Some write the time behind a percent sign, and then a mnemonic with strokes and no sign of its own. */
static bool
take_percent(struct header_scan *s)
{
	struct header_scan t = *s;

	if (s->clocked || s->end - s->p < 2 || s->p[1] == '%')
		return false;
	t.p++;
	t.percent = true;
	if (!stamp_likely(span_between(t.p, t.end)) || !take_time(&t)) {
		if ((!scan_is_blank(*t.p) && !span_is_digit(*t.p)) || !take_timeless(&t, t.p))
			return false;
	}
	*s = t;
	return true;
}

static bool
take_item(struct header_scan *s)
{
	char c = *s->p;

	if (c == '%')
		return take_percent(s);
	if (c == '<' && (s->end - s->p < 2 || !span_is_alpha(s->p[1])))
		return header_inner_pri(s);
	if (c == ':' && take_colon(s))
		return true;
	if ((c == '*' && take_task(s)) || (c == 'M' && header_forwarded(s)))
		return true;
	/* a relay's header, and then RFC 5424 as it stands */
	if (c == '1' && s->timed && !s->clocked && s->end - s->p > 2 && s->p[1] == ' ' &&
	    (header_inner_rfc5424(s, s->p + 2, true) || header_bad_rfc5424(s)))
		return true;
	if (span_is_digit(c) && (take_number(s) || take_bare_number(s)))
		return true;
	if (take_time(s))
		return true;
	return (span_is_digit(c) && s->timed == s->hosted && !s->clocked && take_timeless(s, s->p)) || take_word(s);
}

static void
take_items(struct header_scan *s)
{
	for (int i = 0; i < MAX_ITEMS; i++) {
		s->p = scan_blanks(s->p, s->end);
		if (s->p >= s->end || !take_item(s) || (s->h->form == HEADER_RFC5424 && !s->enclosed))
			return;
	}
}

void
header_origin(struct header_scan *s)
{
	take_items(s);
	if (s->inner)
		header_inherit(s);
}
