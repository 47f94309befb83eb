/*
 * header_relay: a device's header behind a relay's: a second time, a second PRI, RFC 5424 in either.  What is taken is the device's, and
 * what the relay said of itself is kept apart.
 */
#include "parsers/syslog/header_part.h"

/* `05/08/2025:03:13:15 GMT name 0-PPE-1 : ...`: one word of date and clock, a zone, and behind the name a unit with a colon of its own. */
static struct span
host_before_unit(const struct stamp *st, const char *p, const char *end)
{
	const char *name = scan_blanks(p, end), *q = scan_word(name, end), *unit = scan_blanks(q, end), *behind = scan_word(unit, end);

	if (!st->date.p || st->date.p + st->date.n + 1 != st->time.p || st->time.p[-1] != ':' || !st->zone.p || q == name || behind == unit)
		return SPAN_NONE;
	if (header_colon_behind(behind, end) == behind || !header_is_host(span_between(name, q)))
		return SPAN_NONE;
	return span_between(name, q);
}

/* RFC 5424 around a device's own header: its process is the relay's, unless the device named one in front of its time, and so is the form. */
void
header_drop_enclosing(struct header_scan *s)
{
	struct header *h = s->h;

	if (!s->enclosed)
		return;
	h->pid = h->msgid = h->rest = SPAN_NONE;
	h->form = HEADER_BSD;
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
	if (!header_is_host(name) || !header_is_host_of_mnemonic(name, q, s))
		return;
	header_set_host(s, name);
	s->p = q;
}

/* The second time is the device's if it looks like nothing else; what came before it was a relay's. */
bool
header_second_time(struct header_scan *s)
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
	colon = header_colon_behind(q, s->end);
	if (colon == q && !is_second_time(s, &st, q, &host, &more))
		return false;
	if (h->relay.kind == STAMP_NONE)        /* of three times the first is the relay's, as its host is */
		h->relay = h->stamp;
	h->stamp = st;
	if (!h->relay_host.p)
		h->relay_host = h->host;
	header_drop_enclosing(s);
	s->clocked = colon > q || (host.p && !more);
	s->p = colon;
	if (host.p) {
		header_set_host(s, host);
		s->p = scan_blanks(host.p + host.n, s->end);
		if (!more && !header_lost_zone(s))
			s->p = header_behind_filler(s->p, s->end);
	} else if (colon == q) {
		take_named(s);
	}
	return true;
}

/* An ISO time with an offset may begin RFC 5424 without its version. */
bool
header_versionless(struct header_scan *s)
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
bool
header_inner_rfc5424(struct header_scan *s, const char *p, bool versioned)
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
	if (versioned && scan_at(t.p, t.end, ' ') ? (t.p++, !header_rfc5424_fields(&t, HEADER_WITH_SD)) : !header_versionless(&t)) {
		h->stamp = outer;
		return false;
	}
	h->relay = outer;
	h->relay_host = host;
	*s = t;
	return true;
}

/* `1 2007-02-15T09:17:15.719Z process[1]: ...` behind a relay's header. */
bool
header_bad_rfc5424(struct header_scan *s)
{
	struct header_scan t = *s;
	struct stamp st;

	t.p += 2;
	if (!stamp_parse_iso(span_between(t.p, t.end), &st) || !header_second_time(&t))
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
bool
header_inner_pri(struct header_scan *s)
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
void
header_inherit(struct header_scan *s)
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

/* `Message forwarded from name: `, by which a relay names the device. */
bool
header_forwarded(struct header_scan *s)
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
