/*
 * header_repeat: the three wordings in which a syslog daemon tells that a message came again.
 */
#include "parsers/syslog/header_part.h"

/* "N time" or "N times" at `p`: the place behind it, or NULL. */
static const char *
times(const char *p, const char *end, uint64_t *count)
{
	const char *q = scan_digits(p, end);

	if (q == p || q - p > 18)
		return NULL;
	for (*count = 0; p < q; p++)
		*count = *count * 10 + (uint64_t)(*p - '0');
	if (!scan_starts(q, end, SPAN_LIT(" time")))
		return NULL;
	q += 5;
	return scan_at(q, end, 's') ? q + 1 : q;
}

bool
header_repeat_begins(const char *p, const char *end)
{
	return scan_starts(p, end, SPAN_LIT("last message repeated ")) || scan_starts(p, end, SPAN_LIT("message repeated "));
}

bool
header_repeat_last(struct span text, uint64_t *count)
{
	static const struct span words = SPAN_LIT("last message repeated ");
	static const struct span daemon = SPAN_LIT("syslogd: "), dashes = SPAN_LIT("--- ");
	const char *p;

	text = span_trim(text);
	if (span_starts(text, daemon))
		text = span_trim(span_skip(text, daemon.n));
	if (span_starts(text, dashes) && text.n > 8 && memcmp(text.p + text.n - 4, " ---", 4) == 0)
		text = span_trim(span_of(text.p + dashes.n, text.n - dashes.n - 4));
	if (!span_starts(text, words))
		return false;
	p = times(text.p + words.n, text.p + text.n, count);
	return p && p == text.p + text.n;
}

/* "message repeated N times: [ text ]" */
static bool
bracketed(struct span *text, uint64_t *count)
{
	static const struct span words = SPAN_LIT("message repeated ");
	struct span t = span_trim(*text);
	const char *end = t.p + t.n, *p;

	if (!span_starts(t, words))
		return false;
	p = times(t.p + words.n, end, count);
	if (!p || !scan_starts(p, end, SPAN_LIT(": [")) || end[-1] != ']')
		return false;
	*text = span_trim(span_between(p + 3, end - 1 > p + 3 ? end - 1 : p + 3));
	return true;
}

/* "text (message repeated N times)", also "... times in 12.3 secs)" */
static bool
appended(struct span *text, uint64_t *count)
{
	static const struct span words = SPAN_LIT("(message repeated ");
	struct span t = *text;
	const char *end, *p, *open;

	while (t.n > 0 && span_is_space(t.p[t.n - 1]))
		t.n--;
	end = t.p + t.n;
	if (t.n < words.n + 8 || end[-1] != ')' || !(open = memrchr(t.p, '(', t.n)) || !scan_starts(open, end, words))
		return false;
	p = times(open + words.n, end, count);
	if (!p || (p != end - 1 && !scan_starts(p, end, SPAN_LIT(" in "))))
		return false;
	*text = span_trim(span_between(t.p, open));
	return true;
}

bool
header_repeat_text(struct span *text, uint64_t *count)
{
	if (text->n < sizeof("(message repeated 1 time)") - 1)
		return false;
	return (text->p[0] == 'm' && bracketed(text, count)) || appended(text, count);
}
