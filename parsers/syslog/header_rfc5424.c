/*
 * header_rfc5424: VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID SP STRUCTURED-DATA [SP MSG].
 *
 * What only begins like it (a version and then another kind of time, a process where the host should be) is read
 * as RFC 3164 from behind the time on.
 */
#include "parsers/syslog/header_part.h"

enum { HOST, APP, PROCID, MSGID, FIELDS };

/* The next word, and one blank behind it; absent for "-". */
static bool
field(const char **p, const char *end, struct span *out)
{
	const char *q = scan_word(*p, end);

	if (q == *p)
		return false;
	*out = span_between(*p, q);
	if (out->n == 1 && out->p[0] == '-')
		*out = SPAN_NONE;
	*p = q < end ? q + 1 : q;
	return true;
}

/* `process[pid]:` stands where a host or a name should. */
static bool
is_process(struct span w)
{
	return w.n > 1 && (w.p[w.n - 1] == ':' || (w.p[w.n - 1] == ']' && memchr(w.p, '[', w.n)));
}

/* timeQuality's isSynced (RFC 5424 section 7.1.2). */
static enum nevent_clock
time_quality(struct span sd)
{
	struct span id, params, name, value;

	if (!memmem(sd.p, sd.n, "[timeQuality", 12))
		return NEVENT_CLOCK_RECEIVED;
	while (header_sd_next(&sd, &id, &params)) {
		if (!span_eq(id, SPAN_LIT("timeQuality")))
			continue;
		while (header_sd_param(&params, &name, &value))
			if (span_eq(name, SPAN_LIT("isSynced")))
				return span_eq(value, SPAN_LIT("1")) ? NEVENT_CLOCK_SYNCED : NEVENT_CLOCK_UNSYNCED;
	}
	return NEVENT_CLOCK_RECEIVED;
}

/* An id with an enterprise's number: what nobody writes by chance. */
static bool
has_enterprise(struct span sd)
{
	struct span id, params;

	return sd.p && header_sd_next(&sd, &id, &params) && id.n > 0 && memchr(id.p, '@', id.n);
}

/* "[name@1234 ..." whose end a relay has cut off. */
static bool
is_cut(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && !scan_is_blank(*q))
		q++;
	return scan_at(p, end, '[') && q < end && memchr(p, '@', (size_t)(q - p));
}

bool
header_rfc5424_fields(struct header_scan *s, enum header_strict strict)
{
	struct span f[FIELDS], sd;
	const char *p = s->p, *q, *rest;

	if (!field(&p, s->end, &f[HOST]) || (f[HOST].p && is_process(f[HOST])))
		return false;
	rest = p;
	if (!field(&p, s->end, &f[APP]) || (f[APP].p && is_process(f[APP])))
		return false;
	if (!field(&p, s->end, &f[PROCID]) || !field(&p, s->end, &f[MSGID]))
		return false;
	q = header_sd(p, s->end, &sd);
	if (!q && (strict == HEADER_WITH_SD || (strict == HEADER_AS_IT_IS && s->h->stamp.kind == STAMP_NONE)))
		return false;
	if (strict == HEADER_WITH_ENTERPRISE && !has_enterprise(sd) && (q || !is_cut(p, s->end)))
		return false;
	s->h->form = HEADER_RFC5424;
	if (f[HOST].p && header_is_host(f[HOST]))
		header_set_host(s, f[HOST]);
	else if (f[HOST].p)
		s->hosted = true;       /* a number, a date or a zone is no host, also here; and the text begins with none */
	s->h->process = f[APP];
	s->h->pid = f[PROCID];
	s->h->msgid = f[MSGID];
	s->h->sd = sd;
	s->h->rest = span_between(rest, s->end);
	if (sd.p)
		s->h->clock = time_quality(sd);
	s->p = scan_blanks(q ? q : p, s->end);
	if (scan_starts(s->p, s->end, SPAN_LIT("\xef\xbb\xbf")))
		s->p += 3;
	return true;
}

bool
header_rfc5424(struct header_scan *s)
{
	const char *q = scan_digits(s->p, s->end);
	struct header_scan t = *s;
	size_t n;

	if (q == s->p || q - s->p > 3 || !scan_at(q, s->end, ' ') || q + 1 >= s->end)
		return false;
	t.p = q + 1;
	if (*t.p == '-' && scan_at(t.p + 1, s->end, ' ')) {
		t.p += 2;
	} else {
		n = stamp_parse_iso(span_between(t.p, t.end), &s->h->stamp);
		if (n == 0) {
			/* a version, and then a time of another kind */
			if (q - s->p == 1 && *s->p == '1' && stamp_parse(span_between(t.p, t.end), &s->h->stamp)) {
				s->p = t.p;
				s->h->stamp = (struct stamp){ .kind = STAMP_NONE };
			}
			return false;
		}
		t.p += n;
		if (!scan_at(t.p, t.end, ' '))
			goto other;
		t.p++;
	}
	if (header_rfc5424_fields(&t, HEADER_AS_IT_IS)) {
		s->h->version = span_between(s->p, q);
		*s = t;
		return true;
	}
other:
	s->h->stamp = (struct stamp){ .kind = STAMP_NONE };
	s->p = q + 1;
	return false;
}
