/*
 * header_origin: who speaks, and when: numbers, times and hosts in the order in which devices and relays put them, one after the
 * other until something comes that is none of them.  A word is taken by what it is and by what follows it.
 */
#include "parsers/syslog/header_part.h"

#define MAX_ITEMS 16

static bool
take_number(struct header_scan *s)
{
	const char *q = header_numbered(s->p, s->end);
	struct header *h = s->h;
	struct span text;
	uint64_t n = 0;

	if (!q || s->clocked || (h->has_counter && h->has_seq))
		return false;
	if ((s->enclosed || (!h->pri.p && !s->timed)) && !header_leads_behind_number(q, s->end))
		return false;
	text = span_between(s->p, q - 1);
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
	s->p = q;
	return true;
}

/* The colon behind a time, perhaps after a blank: the place behind it, or `p`. */
static const char *
colon_behind(const char *p, const char *end)
{
	if (scan_at(p, end, ':'))
		return p + 1;
	if (end - p > 1 && p[0] == ' ' && p[1] == ':' && (end - p == 2 || scan_is_blank(p[2])))
		return p + 2;
	return p;
}

/* `05/08/2025:03:13:15 GMT name 0-PPE-1 : ...`: one word of date and clock, a zone, and behind the name a unit with a colon of its own. */
static struct span
host_before_unit(const struct stamp *st, const char *p, const char *end)
{
	const char *name = scan_blanks(p, end), *q = scan_word(name, end), *unit = scan_blanks(q, end), *behind = scan_word(unit, end);

	if (!st->date.p || st->date.p + st->date.n + 1 != st->time.p || st->time.p[-1] != ':' || !st->zone.p || q == name || behind == unit)
		return SPAN_NONE;
	if (colon_behind(behind, end) == behind || !header_is_host(span_between(name, q)))
		return SPAN_NONE;
	return span_between(name, q);
}

/*
 * `May  5 19:02:58 fw01: %...`: is it a host or a process, in a line without a host?  Processes that write mnemonics begin with a
 * capital and have no number, and an ISO time is not followed by a colon and a host.
 */
static bool
is_host_of_mnemonic(struct span name, const char *q, const struct header_scan *s)
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

/* RFC 5424 around a device's own header: its process is the relay's, unless the device named one in front of its time. */
static void
drop_enclosing(struct header_scan *s)
{
	struct header *h = s->h;

	if (!s->enclosed)
		return;
	h->pid = h->msgid = h->rest = SPAN_NONE;
	if (!s->tasked)
		h->process = SPAN_NONE;
}

/* What tells that a time without a colon is the device's: the host behind it, or nothing but a program; false if nothing does. */
static bool
is_second_time(const struct header_scan *s, const struct stamp *st, const char *q, struct span *host, bool *more)
{
	*more = false;
	if (scan_at(scan_blanks(q, s->end), s->end, '%'))
		return true;
	*host = header_host_before_event(q, s->end);
	if (!host->p)
		*host = host_before_unit(st, q, s->end);
	if (!host->p && (*host = header_host_before_header(q, s->end)).p)
		*more = true;
	if (host->p || (s->tasked && st->date.n > 5 && span_is_alpha(st->date.p[5])))
		return true;
	return !s->h->process.p && st->date.p && (span_is_alpha(*st->date.p) || st->has_offset) && header_is_program(scan_blanks(q, s->end), s->end);
}

/* `fw01: %...` behind a second time */
static void
take_named(struct header_scan *s)
{
	const char *p = scan_blanks(s->p, s->end), *q = scan_word(p, s->end);
	struct span name;

	if (q - p < 2 || q[-1] != ':')
		return;
	name = span_between(p, q - 1);
	if (!header_is_host(name) || !is_host_of_mnemonic(name, q, s))
		return;
	header_set_host(s, name);
	s->p = q;
}

/* The second time is the device's if it looks like nothing else; what came before it was a relay's. */
static bool
take_second_time(struct header_scan *s)
{
	struct header *h = s->h;
	struct span host = SPAN_NONE;
	struct stamp st;
	const char *q, *colon;
	bool more = false;
	size_t n;

	if (s->clocked || !(n = stamp_parse(span_between(s->p, s->end), &st)) || st.kind == STAMP_NONE)
		return false;
	q = s->p + n;
	colon = colon_behind(q, s->end);
	if (colon == q && !is_second_time(s, &st, q, &host, &more))
		return false;
	h->relay = h->stamp;
	h->stamp = st;
	if (!h->relay_host.p)
		h->relay_host = h->host;
	drop_enclosing(s);
	s->clocked = colon > q || (host.p && !more);
	s->p = colon;
	if (host.p) {
		header_set_host(s, host);
		s->p = scan_blanks(host.p + host.n, s->end);
		if (!more)
			s->p = header_behind_filler(s->p, s->end);
	} else if (colon == q) {
		take_named(s);
	}
	return true;
}

/* An ISO time with an offset may begin RFC 5424 without its version. */
static bool
versionless(struct header_scan *s)
{
	const struct stamp *st = &s->h->stamp;

	if (!st->has_offset || st->zone.p || st->date.n != 10 || !scan_at(s->p, s->end, ' '))
		return false;
	s->p++;
	if (header_rfc5424_fields(s, HEADER_WITH_ENTERPRISE))
		return true;
	s->p--;
	return false;
}

/* `program: 2017-09-21T15:25:06.141Z host ...`, `1 2017-09-21T15:25:06.141Z host ...`: RFC 5424 without its PRI, behind a relay's header. */
static bool
take_inner_rfc5424(struct header_scan *s, const char *p, bool versioned)
{
	struct header *h = s->h;
	struct header_scan t = *s;
	struct stamp outer = h->stamp, inner;
	struct span host = h->host;
	size_t n;

	if (p >= s->end || !(n = stamp_parse_iso(span_between(p, s->end), &inner)))
		return false;
	t.p = p + n;
	h->stamp = inner;
	if (versioned && scan_at(t.p, t.end, ' ') ? (t.p++, !header_rfc5424_fields(&t, HEADER_WITH_SD)) : !versionless(&t)) {
		h->stamp = outer;
		return false;
	}
	h->relay = outer;
	h->relay_host = host;
	*s = t;
	return true;
}

static bool
take_time(struct header_scan *s)
{
	struct header *h = s->h;
	const char *q;
	size_t n;

	if (s->timed)
		return take_second_time(s);
	n = stamp_parse(span_between(s->p, s->end), &h->stamp);
	if (n == 0)
		return false;
	s->timed = true;
	s->p += n;
	if (versionless(s))
		return true;
	q = colon_behind(s->p, s->end);
	s->clocked = q > s->p;
	s->p = q;
	return true;
}

/* `1 2007-02-15T09:17:15.719Z process[1]: ...` behind a relay's header. */
static bool
take_bad_rfc5424(struct header_scan *s)
{
	struct header_scan t = *s;
	struct stamp st;

	t.p += 2;
	if (!stamp_parse_iso(span_between(t.p, t.end), &st) || !take_second_time(&t))
		return false;
	*s = t;
	return true;
}

/* Does a whole header of a device begin behind a PRI? */
static bool
begins_header(const char *p, const char *end)
{
	if (scan_at(p, end, '1') && scan_at(p + 1, end, ' '))
		p += 2;
	p = scan_blanks(p, end);
	if (p >= end)
		return false;
	if (stamp_likely(span_between(p, end)) || *p == ':' || header_leads_behind_number(p, end) || header_dated_process(p, end))
		return true;
	return header_numbered(p, end) && header_leads_behind_number(header_numbered(p, end), end);
}

/* A PRI behind a relay's header is the device's, and often a header of the device's own stands behind it. */
static bool
take_inner_pri(struct header_scan *s)
{
	struct header *h = s->h;

	if (!s->timed || s->clocked || s->inner || !header_pri(s))
		return false;
	h->has_counter = h->has_seq = false;
	h->counter_text = h->seq_text = SPAN_NONE;
	if (!begins_header(s->p, s->end)) {
		s->enclosed = false;
		return true;
	}
	h->relay = h->stamp;
	h->relay_host = h->host;
	h->stamp = (struct stamp){ .kind = STAMP_NONE };
	h->host = h->host_prefix = h->process = h->pid = h->msgid = h->sd = SPAN_NONE;
	h->form = HEADER_BARE;
	h->clock = NEVENT_CLOCK_RECEIVED;
	s->timed = s->hosted = s->enclosed = false;
	s->inner = true;
	s->enclosed = s->timed = header_rfc5424(s);
	return true;
}

/* What the device does not say of itself, its relay does. */
static void
inherit(struct header_scan *s)
{
	struct header *h = s->h;

	if (h->stamp.kind == STAMP_NONE) {
		h->stamp = h->relay;
		h->relay = (struct stamp){ .kind = STAMP_NONE };
	}
	if (!h->host.p)
		h->host = h->relay_host;
	if (h->relay.kind == STAMP_NONE)
		h->relay_host = SPAN_NONE;
	s->timed = s->hosted = true;
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

/* A word and a colon that are no host: a zone that lost its place ("Jun 14 11:34:35 sw01 AEST: %..."), or part of a chassis. */
static bool
take_odd_origin(struct header_scan *s, const char *q)
{
	struct header *h = s->h;
	struct span name = span_between(s->p, q - 1);
	int offset;
	bool ambiguous;

	if (s->timed) {
		if (!s->hosted || h->stamp.has_offset || h->stamp.zone.p || !scan_at(scan_blanks(q, s->end), s->end, '%') ||
		    !stamp_zone_word(name, &offset, &ambiguous))
			return false;
		h->stamp.zone = name;
	} else if (!h->pri.p || !header_leads(q, s->end, false)) {
		return false;
	}
	s->p = q;
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

	return q > p && st.kind == STAMP_DATE && st.has_offset && colon_behind(q, end) == q && !scan_at(scan_blanks(q, end), end, '%');
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
	if (s->timed && next < s->end && span_is_digit(*next) && take_inner_rfc5424(s, next, false))
		return true;
	if (!header_is_host(name))
		return take_odd_origin(s, q);
	if (s->timed && !s->hosted && (header_is_address(name) || is_host_of_mnemonic(name, q, s))) {
		header_set_host(s, name);
	} else if (s->timed) {
		/* (Behind a process it is the text that begins like a header: a console's.) */
		if ((s->h->process.p && !s->enclosed) || !header_leads(q, s->end, false) || is_text_of_process(next, s->end))
			return false;
		header_set_second_host(s, name);
	} else {
		if (!header_leads(q, s->end, true))
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

/* Some write the time behind a percent sign. */
static bool
take_percent(struct header_scan *s)
{
	if (s->timed || s->end - s->p < 2 || s->p[1] == '%')
		return false;
	if (!stamp_likely(span_between(s->p + 1, s->end)))
		return false;
	s->p++;
	return take_time(s);
}

/* `Message forwarded from name: `, by which a relay names the device. */
static bool
take_forwarded(struct header_scan *s)
{
	static const struct span words = SPAN_LIT("Message forwarded from ");
	const char *name = s->p + words.n, *q;

	if (s->clocked || !s->timed || !scan_starts(s->p, s->end, words))
		return false;
	q = scan_word(name, s->end);
	if (q - name < 2 || q[-1] != ':' || !header_is_host(span_between(name, q - 1)))
		return false;
	header_set_second_host(s, span_between(name, q - 1));
	s->p = q;
	return true;
}

static bool
take_item(struct header_scan *s)
{
	char c = *s->p;

	if (c == '%')
		return take_percent(s);
	if (c == '<' && (s->end - s->p < 2 || !span_is_alpha(s->p[1])))
		return take_inner_pri(s);
	if (c == ':' && take_colon(s))
		return true;
	if ((c == '*' && take_task(s)) || (c == 'M' && take_forwarded(s)))
		return true;
	/* a relay's header, and then RFC 5424 as it stands */
	if (c == '1' && s->timed && !s->clocked && s->end - s->p > 2 && s->p[1] == ' ' &&
	    (take_inner_rfc5424(s, s->p + 2, true) || take_bad_rfc5424(s)))
		return true;
	if (span_is_digit(c) && take_number(s))
		return true;
	return take_time(s) || take_word(s);
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
		inherit(s);
}
