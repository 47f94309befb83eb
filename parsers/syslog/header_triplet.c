/*
 * header_triplet: %FACILITY[-SUBFACILITY...]-SEVERITY-MNEMONIC, and the same with strokes: %%10MODULE/SEVERITY/BRIEF.
 */
#include "parsers/syslog/header_part.h"

#define MAX_TAG 128

/* One digit, or the letter that small switches write for it; -1 for all else. */
static int
severity_of(char c)
{
	static const char letters[] = "MACEWNID";        /* eMergency to Debug */
	const char *at;

	if (c >= '0' && c <= '7')
		return c - '0';
	at = c ? strchr(letters, c) : NULL;
	return at ? (int)(at - letters) : -1;
}

/* The first part of one byte that is a severity, with something before and behind it: its place, or NULL. */
static const char *
find_severity(struct span name, char sep)
{
	for (size_t i = 3; i + 1 < name.n; i++)
		if (name.p[i] == sep && name.p[i - 2] == sep && severity_of(name.p[i - 1]) >= 0)
			return name.p + i - 1;
	return NULL;
}

static void
finish(struct header_scan *s, const char *tag_end)
{
	const char *q = scan_blanks(tag_end, s->end);

	if (scan_at(q, s->end, ':'))
		q++;
	s->h->body = span_trim(span_between(q, s->end));
	s->h->body_colon = span_trim(span_between(tag_end, s->end));
}

/* `%% 01 `: a version between blanks, which is then no part of the mnemonic; its end, or `p`. */
static const char *
version_apart(const char *p, const char *end)
{
	const char *start = scan_blanks(p, end), *q = scan_digits(start, end);

	return q > start && q - start <= 2 && q < end && scan_is_blank(*q) ? scan_blanks(q, end) : p;
}

/* %%10MODULE/5/BRIEF(l)[12]: text, at `p` behind the signs */
static bool
stroked(struct header_scan *s, const char *p)
{
	const char *q = p, *sev;
	struct span name;

	while (q < s->end && ((header_class(*q) & HEADER_IN_TAG) || *q == '/'))
		q++;
	name = span_between(p, q);
	if (name.n > MAX_TAG || !(sev = find_severity(name, '/')))
		return false;
	s->h->tag = name;               /* a mnemonic, but no triplet: other vendors write it */
	s->h->vendor_severity = severity_of(*sev);
	for (int i = 0; i < 2 && q < s->end && (*q == '(' || *q == '['); i++) {
		const char *close = memchr(q, *q == '(' ? ')' : ']', (size_t)(s->end - q));

		if (!close)
			break;
		q = close + 1;
	}
	finish(s, q);
	return true;
}

/* Names of syslog facilities: with a process before it, `%DAEMON-6-TAG:` is not a mnemonic but the priority, and then the mnemonic. */
static bool
is_priority(struct span facility)
{
	static const struct span names[] = {
		SPAN_LIT("DAEMON"), SPAN_LIT("KERN"), SPAN_LIT("USER"), SPAN_LIT("AUTH"), SPAN_LIT("PFE"), SPAN_LIT("FIREWALL"),
		SPAN_LIT("CONFLICT"), SPAN_LIT("CHANGE"), SPAN_LIT("INTERACT"), SPAN_LIT("FTP"), SPAN_LIT("CRON"),
	};

	if (facility.n == 0)
		return false;
	if (facility.n == 6 && memcmp(facility.p, "LOCAL", 5) == 0)
		return span_is_digit(facility.p[5]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (facility.p[0] == names[i].p[0] && span_eq(facility, names[i]))
			return true;
	return false;
}

/* `%DAEMON-4: text` goes on behind the colon. */
static bool
take_bare_priority(struct header_scan *s, struct span name)
{
	const char *colon = name.p + name.n;
	int sev = name.n > 2 && name.p[name.n - 2] == '-' ? severity_of(name.p[name.n - 1]) : -1;

	if (sev < 0 || !s->h->process.p || !scan_at(colon, s->end, ':') || !is_priority(span_of(name.p, name.n - 2)))
		return false;
	s->h->vendor_severity = sev;
	s->p = scan_blanks(colon + 1, s->end);
	return true;
}

/* The end of the name behind the percent sign. */
static const char *
name_end(const char *p, const char *end)
{
	while (p < end && (header_class(*p) & HEADER_IN_TAG))
		p++;
	return p;
}

bool
header_is_mnemonic(const char *p, const char *end)
{
	struct span name;

	if (!scan_at(p, end, '%') || end - p < 2 || !span_is_alpha(p[1]))
		return false;
	name = span_between(p + 1, name_end(p + 1, end));
	return name.n <= MAX_TAG && find_severity(name, '-');
}

/* `%STKUNIT0-M:CP %SEC-5-LOGIN: ...`: which unit speaks, and then the mnemonic. */
static void
take_unit(struct header_scan *s)
{
	const char *q = scan_word(s->p, s->end), *next = scan_blanks(q, s->end);
	struct header *h = s->h;

	if (q - s->p > MAX_TAG || !memchr(s->p, ':', (size_t)(q - s->p)) || q[-1] == ':' || !header_is_mnemonic(next, s->end))
		return;
	h->node = span_between(s->p + 1, q);
	s->p = next;
	if (!h->process.p || h->pid.p || h->host.p || !header_is_host(h->process))
		return;
	header_set_host(s, h->process);         /* a unit speaks of a device, not of a process */
	h->process = SPAN_NONE;
}

#define CONTEXT SPAN_LIT("%$")

/* `%$ VDC-1 %$ %SEC-5-LOGIN: ...`: which virtual device speaks, and then the mnemonic; each has a host name of its own. */
static void
skip_context(struct header_scan *s)
{
	const char *name, *q;

	if (!scan_starts(s->p, s->end, CONTEXT))
		return;
	name = scan_blanks(s->p + CONTEXT.n, s->end);
	q = scan_blanks(scan_word(name, s->end), s->end);
	if (q - name > MAX_TAG || !scan_starts(q, s->end, CONTEXT))
		return;
	q = scan_blanks(q + CONTEXT.n, s->end);
	if (header_is_mnemonic(q, s->end))
		s->p = q;
}

bool
header_triplet(struct header_scan *s)
{
	const char *p, *q, *sev;
	struct header *h = s->h;
	struct span name;

	if (!scan_at(s->p, s->end, '%'))
		return s->percent && stroked(s, s->p);
	if (scan_at(s->p + 1, s->end, '%'))
		return stroked(s, version_apart(s->p + 2, s->end));
	if (!header_is_mnemonic(s->p, s->end)) {
		skip_context(s);
		take_unit(s);
	}
	p = s->p + 1;
	q = name_end(p, s->end);
	name = span_between(p, q);
	if (name.n > MAX_TAG)
		return false;
	sev = find_severity(name, '-');
	if (!sev) {
		take_bare_priority(s, name);
		return false;
	}
	h->vendor_severity = severity_of(*sev);
	h->triplet = true;
	h->tag = name;
	if (h->process.p && is_priority(span_between(p, sev - 1))) {
		h->triplet = false;
		h->tag = span_between(sev + 2, q);
	}
	finish(s, q);
	return true;
}
