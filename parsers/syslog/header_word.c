/*
 * header_word: words without a colon: the host before or behind the time, and those that only stand in the way.
 */
#include "parsers/syslog/header_part.h"

/* The host that stands after a relay's host. */
void
header_set_second_host(struct header_scan *s, struct span name)
{
	s->h->relay_host = s->h->host;
	header_set_host(s, name);
}

/* `name Aug 27 ...`, `name RP/0/RP0/CPU0:Aug 27 ...`, `CLC 6/0: Aug 27 ...`, `name port02 2018-Nov- 9 ...` */
static bool
take_early_word(struct header_scan *s, const char *q)
{
	struct header *h = s->h;
	struct span name = span_between(s->p, q);
	const char *next = scan_blanks(q, s->end), *after = scan_word(next, s->end);

	if (next == after || s->hosted || (!h->pri.p && !h->has_counter && !header_node(next, s->end)))
		return false;
	if ((header_is_host(name) && (header_leads(next, s->end, false) || header_node(next, s->end))) ||
	    (header_is_address(name) && header_is_pair(next, s->end)) ||
	    (scan_starts(next, s->end, SPAN_LIT("%%")) && header_host_before_strokes(s->p, s->end).p)) {
		header_set_host(s, name);
		s->p = q;
		return true;
	}
	if (!header_leads(after, s->end, false))
		return false;
	if (after[-1] == ':' && span_is_digit(*next) && memchr(next, '/', (size_t)(after - next))) {
		s->p = after;
		return true;
	}
	if (!header_is_host(name) || !header_is_host(span_between(next, after)))
		return false;
	header_set_host(s, name);
	h->process = span_between(next, after);
	s->p = after;
	return true;
}

/* `user.info`, `<user.info>`, which some put before the host. */
static bool
is_selector(struct span w)
{
	static const struct span levels[] = {
		SPAN_LIT(".emerg"), SPAN_LIT(".alert"), SPAN_LIT(".crit"), SPAN_LIT(".err"), SPAN_LIT(".error"), SPAN_LIT(".warning"),
		SPAN_LIT(".warn"), SPAN_LIT(".notice"), SPAN_LIT(".info"), SPAN_LIT(".debug"),
	};
	const char *dot;

	if (w.n > 2 && *w.p == '<' && w.p[w.n - 1] == '>')
		w = span_of(w.p + 1, w.n - 2);
	dot = memchr(w.p, '.', w.n);
	if (!dot || dot - w.p < 3 || dot - w.p > 8)
		return false;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (span_eq(span_between(dot, w.p + w.n), levels[i]))
			return true;
	return false;
}

#define MAC_DIGITS 12

/* `name,18e8294876c3,v4.0.66`: the comma behind the name, or NULL. */
static const char *
comma_of_mac(struct span w)
{
	const char *comma = memchr(w.p, ',', w.n), *p;

	if (!comma || w.p + w.n - comma < MAC_DIGITS + 2 || comma[MAC_DIGITS + 1] != ',')
		return NULL;
	for (p = comma + 1; p <= comma + MAC_DIGITS; p++)
		if (!span_is_digit(*p) && ((*p | 0x20) < 'a' || (*p | 0x20) > 'f'))
			return NULL;
	return comma;
}

/* `[name]`, or a name with its MAC address and version: the name within what some write for a host; else the word as it is. */
static struct span
name_within(struct span w)
{
	const char *comma;

	if (w.n > 2 && *w.p == '[' && w.p[w.n - 1] == ']')
		return span_of(w.p + 1, w.n - 2);
	comma = comma_of_mac(w);
	return comma ? span_between(w.p, comma) : w;
}

/* The first word behind the time. */
static bool
take_host(struct header_scan *s, const char *q)
{
	struct span name = span_between(s->p, q);
	const char *next = scan_blanks(q, s->end);

	if (header_is_program(next, s->end))
		name = name_within(name);

	if (is_selector(name)) {
		s->p = q;
		return true;
	}
	if (!header_is_host(span_skip(name, name.n > 6 && name.p[5] == '/' && memcmp(name.p, "slot", 4) == 0 ? 6 : 0)) ||
	    header_is_card(name))
		return false;
	if (header_repeat_begins(s->p, s->end))
		return false;
	if (s->clocked && !scan_at(next, s->end, '%') &&
	    (s->h->stamp.mark || s->h->has_counter || !header_is_program(next, s->end)))
		return false;
	header_set_host(s, name);
	s->p = q;
	return true;
}

bool
header_is_level(struct span w)
{
	static const struct span levels[] = {
		SPAN_LIT("emerg"), SPAN_LIT("alert"), SPAN_LIT("crit"), SPAN_LIT("err"), SPAN_LIT("error"), SPAN_LIT("warning"),
		SPAN_LIT("warn"), SPAN_LIT("notice"), SPAN_LIT("info"), SPAN_LIT("debug"),
	};
	char low[8];

	if (w.n < 3 || w.n > 7)
		return false;
	for (size_t i = 0; i < w.n; i++)
		low[i] = (char)(w.p[i] | 0x20);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (span_eq(span_of(low, w.n), levels[i]))
			return true;
	return false;
}

/* `192.0.2.1 edge1 %...`, `edge1 Alerts %...`: behind a relay's address the device's host, behind a name a process. */
static void
take_word_of_mnemonic(struct header_scan *s, struct span word)
{
	if (header_is_address(s->h->host))
		header_set_second_host(s, word);
	else if (!s->h->process.p)
		s->h->process = word;
}

/* `name port02 2018-Nov- 9 15:41:30 LOGIN: ...` behind a relay's host. */
static bool
take_dated_process(struct header_scan *s, const char *q)
{
	const char *date = header_dated_process(s->p, s->end), *process = scan_blanks(q, s->end);

	if (!date)
		return false;
	header_set_second_host(s, span_between(s->p, q));
	s->h->process = span_between(process, scan_word(process, s->end));
	s->h->pid = s->h->msgid = SPAN_NONE;
	s->tasked = true;
	s->p = date;
	return true;
}

/* A word behind the host: the host of the device if a time follows, or one that only stands in the way. */
static bool
take_late_word(struct header_scan *s, const char *q)
{
	struct span word = span_between(s->p, q);
	const char *next = scan_blanks(q, s->end);
	bool skip;

	if (s->clocked)
		return false;
	if (header_is_host(word) && (header_leads(next, s->end, false) || header_is_node(next, s->end))) {
		header_set_second_host(s, word);
		s->p = q;
		return true;
	}
	if (take_dated_process(s, q))
		return true;
	if (!s->enclosed && scan_at(next, s->end, '%') && header_is_host(word) && header_is_mnemonic(next, s->end)) {
		take_word_of_mnemonic(s, word);
		s->p = q;
		return true;
	}
	skip = next < s->end && span_eq(word, s->h->host);
	if (!s->enclosed)
		skip = skip || span_eq(word, SPAN_LIT("(Stack)")) ||
		    ((header_is_level(word) || header_is_address(word)) && header_is_program(next, s->end));
	if (skip)
		s->p = q;
	return skip;
}

bool
header_word(struct header_scan *s, const char *q)
{
	if (!s->timed)
		return take_early_word(s, q);
	return s->hosted ? take_late_word(s, q) : take_host(s, q);
}
