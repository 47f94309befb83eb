/*
 * corpus_rule: which facts that a row states are facts of its header, by the bytes of the line alone and never by what the parser made of
 * them.  What a source took out of the event (a field of CSV, JSON or CEF, a pair of the product's own, a number of its catalogue) is
 * for the profiles.
 */
#ifndef NETNORM_TESTS_PARSERS_CORPUS_RULE_H
#define NETNORM_TESTS_PARSERS_CORPUS_RULE_H

#include "tests/parsers/corpus_expect.h"

#define CORPUS_HEAD_WORDS 16

/* What a daemon wrote into a table: the text is the seventh column. */
static inline struct span
corpus_seventh(struct span line)
{
	const char *end;

	for (int i = 0; i < 6; i++) {
		const char *bar = line.n ? memmem(line.p, line.n, "||", 2) : NULL;

		if (!bar)
			return line;
		line = span_skip(line, (size_t)(bar - line.p) + 2);
	}
	end = line.n ? memmem(line.p, line.n, "||", 2) : NULL;
	return end ? span_between(line.p, end) : line;
}

/* `579 <111>...`: the count is framing (RFC 6587), which the framer takes off. */
static inline struct span
corpus_unframed(struct span line)
{
	size_t n = 0;

	while (n < line.n && span_is_digit(line.p[n]))
		n++;
	return n > 0 && n + 2 < line.n && line.p[n] == ' ' && line.p[n + 1] == '<' && span_is_digit(line.p[n + 2]) ? span_skip(line, n + 1) : line;
}

/* `<1>` to `<999>` at `p`. */
static inline bool
corpus_is_pri(struct span at)
{
	size_t n = 1;

	while (n < at.n && n < 4 && span_is_digit(at.p[n]))
		n++;
	return at.n > 2 && at.p[0] == '<' && n > 1 && n < at.n && at.p[n] == '>';
}

static inline bool
corpus_has_clock(struct span w)
{
	for (size_t i = 0; i + 5 <= w.n; i++)
		if (w.p[i] == ':' && span_is_digit(w.p[i + 1]) && span_is_digit(w.p[i + 2]) && w.p[i + 3] == ':' && span_is_digit(w.p[i + 4]))
			return true;
	return false;
}

/* Pairs, CSV, JSON, CEF: the event has begun.  A comma in front of thousandths of a second is none of theirs. */
static inline bool
corpus_is_event(struct span w)
{
	static const struct span relay = SPAN_LIT("Address=");

	if (span_starts(w, relay))
		return false;
	if (w.n > 1 && w.p[0] == '[' && !memchr(w.p, ']', w.n))
		return true;
	for (size_t i = 0; i < w.n; i++) {
		if (strchr("=\"{|", w.p[i]) && w.p[i])
			return true;
		if (w.p[i] == ',' && !(i + 4 <= w.n && corpus_has_clock(span_of(w.p, i)) && span_is_digit(w.p[i + 1])))
			return true;
	}
	return false;
}

static inline struct span
corpus_word(struct span *rest)
{
	const char *p = rest->p, *end = p + rest->n, *q;

	while (p < end && span_is_space(*p))
		p++;
	for (q = p; q < end && !span_is_space(*q); q++)
		;
	*rest = span_between(q, end);
	return span_between(p, q);
}

/* Does a header go on: a number and its colon, a date or a clock, a mnemonic? */
static inline bool
corpus_goes_on(struct span rest)
{
	struct span w = corpus_word(&rest), next = corpus_word(&rest);

	return w.n > 0 && (*w.p == '%' || *w.p == '*' || *w.p == '.' || *w.p == ':' || span_is_digit(*w.p) || corpus_has_clock(w) ||
	    (w.n == 3 && span_is_alpha(*w.p) && next.n > 0 && span_is_digit(*next.p)));
}

/* RFC 3164's TAG, with which the header ends: behind a time, `name[1]:`, or `name:` with nothing of a header behind it. */
static inline bool
corpus_is_tag(struct span w, struct span rest)
{
	if (w.n < 2 || w.p[w.n - 1] != ':' || corpus_has_clock(w) || span_is_digit(*w.p))
		return false;
	return memchr(w.p, '[', w.n) || !corpus_goes_on(rest);
}

/* The header and no more: up to the event's first word, or to the end of the mnemonic. */
static inline struct span
corpus_head(struct span line)
{
	struct span rest = corpus_is_pri(line) ? span_skip(line, (size_t)((const char *)memchr(line.p, '>', 5) - line.p) + 1) : line;
	bool timed = false;

	for (int i = 0; i < CORPUS_HEAD_WORDS && rest.n > 0; i++) {
		struct span w = corpus_word(&rest);

		if (corpus_is_event(w))
			return span_between(line.p, w.p);
		if ((timed && corpus_is_tag(w, rest)) || (w.n > 1 && w.p[0] == '%' && span_is_alpha(w.p[1])))
			break;
		timed |= corpus_has_clock(w);
	}
	return span_between(line.p, rest.p);
}

static inline bool
corpus_edge(char c)
{
	return span_is_space(c) || strchr(":><(),[]\"", c);
}

/* The first place of `text` in `in` from `from` on; NULL if there is none. */
static inline const char *
corpus_find(struct span in, const char *from, struct span text)
{
	return text.n ? memmem(from, (size_t)(in.p + in.n - from), text.p, text.n) : NULL;
}

/* As a word of the head; `slot1/` and `re0.` may stand in front. */
static inline bool
corpus_names_host(struct span head, struct span want)
{
	for (const char *p = head.p; (p = corpus_find(head, p, want)); p++) {
		const char *end = head.p + head.n, *q = p + want.n;
		bool front = p == head.p || corpus_edge(p[-1]) || p[-1] == '/' || (p - head.p > 3 && memcmp(p - 4, "re", 2) == 0);

		if (front && (q == end || corpus_edge(*q)))
			return true;
	}
	return false;
}

/* `time=1586182935|hostname=x|` is a header: gives what begins with the name; other pairs with strokes between them are one product's. */
static inline struct span
corpus_stroked_host(struct span line)
{
	static const struct span name = SPAN_LIT("|hostname=");
	const char *p = line.n > 1 && *line.p == '<' ? memchr(line.p, '>', line.n) : NULL;
	struct span text = p ? span_between(p + 1, line.p + line.n) : line;
	size_t n = sizeof("time=1586182935") - 1;

	if (text.n <= n || !span_starts(text, SPAN_LIT("time=")) || !span_starts(span_skip(text, n), name))
		return SPAN_NONE;
	return span_skip(text, n + name.n);
}

static inline bool
corpus_has_bar(struct span pair)
{
	size_t n = 0;

	while (n < pair.n && !strchr(" ,|\"", pair.p[n]))
		n++;
	return n < pair.n && pair.p[n] == '|';
}

/* `name=value` of the pairs that docs/headers.md reads: gives the place of the value. */
static inline const char *
corpus_pair(struct span line, const char *name)
{
	struct span text = span_str(name);

	for (const char *p = line.p; (p = corpus_find(line, p, text)); p++)
		if ((p == line.p || strchr(" >,", p[-1])) && (corpus_stroked_host(line).p || !corpus_has_bar(span_between(p, line.p + line.n))))
			return p + text.n + (p + text.n < line.p + line.n && p[text.n] == '"');
	return NULL;
}

static inline bool
corpus_pair_host(struct span line, struct span want)
{
	static const char *const names[] = { "devname=", "device_name=", "fw=" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *p = corpus_pair(line, names[i]);

		if (p && span_starts(span_between(p, line.p + line.n), want))
			return true;
	}
	return span_starts(corpus_stroked_host(line), want);
}

/* Where the pairs `time=` and `eventtime=` give their values, if `text` is there. */
static inline bool
corpus_in_time_pair(struct span line, struct span text)
{
	static const char *const names[] = { "time=", "eventtime=" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *p = corpus_pair(line, names[i]);
		size_t left = p ? (size_t)(line.p + line.n - p) : 0;

		if (p && corpus_find(span_of(p, left < 24 ? left : 24), p, text))
			return true;
	}
	return false;
}

/* Minutes and seconds are the same in all zones of whole hours. */
static inline bool
corpus_tells_minutes(struct span line, struct span head, const struct clock_date *d)
{
	char minutes[16];

	snprintf(minutes, sizeof(minutes), ":%02u:%02u", (unsigned)d->minute % 60, (unsigned)d->second % 100);
	return corpus_find(head, head.p, span_str(minutes)) || corpus_in_time_pair(line, span_str(minutes));
}

static inline bool
corpus_tells_time(struct span line, struct span head, const json_t *want)
{
	char digits[24];
	struct corpus_zone zone;
	struct clock_date utc, there;
	int64_t ns;

	if (!corpus_instant(want, &ns, &zone)) {        /* as in the line */
		const char *text = json_string_value(want), *colon = text ? strchr(text, ':') : NULL;
		struct span minutes = colon ? span_of(colon, strcspn(colon, " .")) : SPAN_NONE;

		return corpus_find(head, head.p, minutes) || (minutes.n && corpus_in_time_pair(line, minutes));
	}
	utc = clock_civil(ns);
	there = clock_civil(ns + zone.offset_s * CLOCK_NS_PER_S);
	snprintf(digits, sizeof(digits), "%lld", (long long)(ns / CLOCK_NS_PER_S));
	return corpus_tells_minutes(line, head, &utc) || corpus_tells_minutes(line, head, &there) ||
	    corpus_find(head, head.p, span_str(digits)) || corpus_in_time_pair(line, span_str(digits));
}

/* `<1>1 ` */
static inline bool
corpus_is_rfc5424(struct span line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] != '>')
		n++;
	return corpus_is_pri(line) && span_starts(span_skip(line, n + 1), SPAN_LIT("1 "));
}

/* `want:`, `want[1]`, or MSGID of RFC 5424 or APP-NAME with its PROCID: is it one word with that behind it? */
static inline bool
corpus_ends_name(const char *q, const char *end, bool rfc5424)
{
	if (q == end)
		return true;
	if (rfc5424 && *q == ' ' && end - q > 1 && span_is_digit(q[1]))
		return true;
	if (*q == ':' || *q == '[')
		return true;
	return *q == ' ' && end - q > 1 && (q[1] == '[' || q[1] == '-' || q[1] == '(' || (q[1] == ':' && (end - q == 2 || span_is_space(q[2]))));
}

/* Behind `%` or `%%10`; a number as the last part of the mnemonic; or a name with its end. */
static inline bool
corpus_names_event(struct span line, struct span want)
{
	const char *end = line.p + line.n;

	for (const char *p = line.p; (p = corpus_find(line, p, want)); p++) {
		char before = p == line.p ? ' ' : p[-1];

		if (before == '%' || (p - line.p > 4 && (memcmp(p - 4, "%%", 2) == 0 || (before == '-' && span_is_digit(p[-2]) && p[-3] == '-'))))
			return true;
		if ((span_is_space(before) || before == '/' || before == '>') && corpus_ends_name(p + want.n, end, corpus_is_rfc5424(line)))
			return true;
	}
	return false;
}

/* A PRI, or a digit in the mnemonic for the severity. */
static inline bool
corpus_tells_code(struct span line, struct span head, bool severity)
{
	for (size_t i = 0; i < head.n; i++)
		if (corpus_is_pri(span_skip(head, i)) && (i == 0 || span_is_space(head.p[i - 1])))
			return true;
	for (size_t i = 0; severity && i + 2 < line.n; i++)
		if (line.p[i] == '-' && span_is_digit(line.p[i + 1]) && line.p[i + 2] == '-' && memrchr(line.p, '%', i))
			return true;
	return false;
}

/* The message of a row, as the framer hands it out. */
static inline struct span
corpus_line(const json_t *row)
{
	const json_t *raw = json_object_get(row, "raw");
	const char *form = json_string_value(json_object_get(row, "form"));
	struct span line = span_of(json_string_value(raw), json_string_length(raw));

	return form && strcmp(form, "presplit") == 0 ? corpus_seventh(line) : corpus_unframed(line);
}

static inline bool
corpus_is_header_fact(enum corpus_key key, struct span line, const json_t *want)
{
	struct span head = corpus_head(line), text = SPAN_NONE;

	if (json_is_string(want))
		text = span_of(json_string_value(want), json_string_length(want));
	switch (key) {
	case CORPUS_HOST:
		return text.n && (corpus_names_host(head, text) || corpus_pair_host(line, text));
	case CORPUS_FACILITY:
	case CORPUS_SEVERITY:
		return corpus_tells_code(line, head, key == CORPUS_SEVERITY);
	case CORPUS_MNEMONIC:
		return text.n && corpus_names_event(line, text);
	default:
		return corpus_tells_time(line, head, want);
	}
}

#endif
