/*
 * header: the grammar of a syslog header, read from left to right.  Each word of it is a function of its own file.
 */
#include "parsers/syslog/header_part.h"

/* U+FEFF in UTF-8 */
static const struct span bom = SPAN_LIT("\xef\xbb\xbf");

static void
skip_bom(struct header_scan *s)
{
	if (scan_at(s->p, s->end, bom.p[0]) && scan_starts(s->p, s->end, bom))
		s->p += bom.n;
}

/* Blanks and lines before the header, and what a relay may put there. */
static void
skip_front(struct header_scan *s)
{
	while (s->p < s->end && span_is_space(*s->p))
		s->p++;
	if (scan_starts(s->p, s->end, SPAN_LIT("\x1b[<")))      /* what is left of a terminal's sequence */
		s->p += 2;
	skip_bom(s);
}

/* RFC 5424 wants no blank behind the PRI; some write one. */
static bool
rfc5424(struct header_scan *s)
{
	struct header_scan t = *s;

	t.p = scan_blanks(s->p, s->end);
	if (t.p == s->p)
		return header_rfc5424(s);
	if (!header_rfc5424(&t))
		return false;
	*s = t;
	return true;
}

static void
skip_relay_words(struct header_scan *s)
{
	if (scan_at(s->p, s->end, 'O') && scan_starts(s->p, s->end, SPAN_LIT("Original Address=")))
		s->p = scan_blanks(scan_word(s->p + sizeof("Original Address=") - 1, s->end), s->end);
}

/* A relay may have put RFC 5424 around what a device sent: then the device's own header is in the text. */
static void
enclosed(struct header_scan *s)
{
	s->timed = s->enclosed = true;
	header_origin(s);
}

/* The quality of the time, where the line tells. */
static enum nevent_clock
quality(const struct header_scan *s)
{
	const struct header *h = s->h;

	if (h->stamp.kind == STAMP_NONE)
		return NEVENT_CLOCK_RECEIVED;
	if (h->stamp.kind == STAMP_UPTIME)
		return NEVENT_CLOCK_UPTIME;
	if (h->stamp.mark == '*')
		return NEVENT_CLOCK_UNSYNCED;
	if (h->stamp.mark == '.')
		return NEVENT_CLOCK_LOST;
	if (h->clock != NEVENT_CLOCK_RECEIVED)
		return h->clock;
	/* Devices that mark a bad clock write the month first, a colon behind the time, and then the mnemonic. */
	if (s->clocked && h->triplet && !h->process.p && h->stamp.date.n > 0 && span_is_alpha(*h->stamp.date.p))
		return NEVENT_CLOCK_SYNCED;
	return NEVENT_CLOCK_UNMARKED;
}

/* A NUL ends a message, as it does in a stream (RFC 6587 section 3.4.2): what stands behind it, of one datagram or count, is no part of any value. */
static struct span
before_nul(struct span line)
{
	const char *nul;

	while (line.n > 0 && *line.p == '\0')
		line = span_skip(line, 1);
	nul = line.n > 0 ? memchr(line.p, '\0', line.n) : NULL;
	return nul ? span_between(line.p, nul) : line;
}

void
header_parse(struct span whole, struct header *h)
{
	struct span line = before_nul(whole);
	struct header_scan s = { .p = line.p, .end = line.p + line.n, .h = h };

	*h = (struct header){ .facility = -1, .severity = -1, .vendor_severity = -1 };
	if (line.n == 0) {
		h->rest = h->body = h->body_colon = line;
		return;
	}
	skip_front(&s);
	if (header_pri(&s))
		skip_bom(&s);
	skip_relay_words(&s);
	if (rfc5424(&s))
		enclosed(&s);
	else
		header_origin(&s);
	header_pairs(&s);
	if (h->form != HEADER_RFC5424)
		h->form = s.timed || s.hosted || h->has_counter ? HEADER_BSD : HEADER_BARE;
	if (h->form != HEADER_RFC5424 || !h->rest.p)
		h->rest = span_between(s.p, s.end);
	header_event(&s);
	h->clock = quality(&s);
}
