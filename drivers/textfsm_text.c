/*
 * Knows which characters Python calls white space and which end its lines.  Knows nothing of templates.
 */
#include "drivers/textfsm_text.h"

#include <stdlib.h>

#include "base/utf8.h"

struct span
textfsm_text_copy(struct span in)
{
	size_t most = in.n > 0 && utf8_classify(in) == UTF8_INVALID ? 3 * in.n : in.n, n = 0;
	char *out = malloc(most + 1);

	while (out && in.n > 0) {
		bool good = true;
		size_t used = (unsigned char)in.p[0] < 0x80 ? 1 : utf8_take(in, &good);

		if (!good) {
			memcpy(out + n, "\xef\xbf\xbd", 3);
			n += 3;
		} else if (in.p[0] == '\r') {
			used = in.n > 1 && in.p[1] == '\n' ? 2 : 1;
			out[n++] = '\n';
		} else {
			memcpy(out + n, in.p, used);
			n += used;
		}
		in = span_skip(in, used);
	}
	return span_of(out, n);
}

/* U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000. */
static size_t
wide_blank(struct span s)
{
	unsigned char c = s.n > 2 ? (unsigned char)s.p[2] : 0;

	if (s.n > 1 && s.p[0] == '\xc2' && (s.p[1] == '\x85' || s.p[1] == '\xa0'))
		return 2;
	if (s.n < 3)
		return 0;
	if (memcmp(s.p, "\xe2\x80", 2) == 0)
		return (c >= 0x80 && c <= 0x8a) || c == 0xa8 || c == 0xa9 || c == 0xaf ? 3 : 0;
	return memcmp(s.p, "\xe1\x9a\x80", 3) == 0 || memcmp(s.p, "\xe2\x81\x9f", 3) == 0 || memcmp(s.p, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

size_t
textfsm_text_blank(struct span s)
{
	if (s.n == 0)
		return 0;
	return (unsigned char)s.p[0] < 0x80 ? (size_t)span_is_space(s.p[0]) : wide_blank(s);
}

/* Bytes of the last character. */
static size_t
last_char(struct span s)
{
	size_t n = 1;

	while (n < s.n && n < 4 && ((unsigned char)s.p[s.n - n] & 0xc0) == 0x80)
		n++;
	return n;
}

struct span
textfsm_text_rstrip(struct span s)
{
	while (s.n > 0) {
		size_t n = last_char(s);

		if (textfsm_text_blank(span_of(s.p + s.n - n, n)) != n)
			break;
		s.n -= n;
	}
	return s;
}

struct span
textfsm_text_strip(struct span s)
{
	size_t n;

	while ((n = textfsm_text_blank(s)) > 0)
		s = span_skip(s, n);
	return textfsm_text_rstrip(s);
}

static void
take_line(struct span *rest, struct span *line, size_t n, size_t end)
{
	*line = span_of(rest->p, n);
	*rest = span_skip(*rest, n + end);
}

bool
textfsm_text_line(struct span *rest, struct span *line)
{
	const char *end;

	if (rest->n == 0)
		return false;
	end = memchr(rest->p, '\n', rest->n);
	take_line(rest, line, end ? (size_t)(end - rest->p) : rest->n, end != NULL);
	return true;
}

/* Bytes of what ends a line here. */
static size_t
line_end(struct span s)
{
	unsigned char c = (unsigned char)s.p[0];

	if (c < 0x80)
		return (c >= 0x0a && c <= 0x0c) || (c >= 0x1c && c <= 0x1e);
	if (s.n > 1 && memcmp(s.p, "\xc2\x85", 2) == 0)
		return 2;
	return s.n > 2 && (memcmp(s.p, "\xe2\x80\xa8", 3) == 0 || memcmp(s.p, "\xe2\x80\xa9", 3) == 0) ? 3 : 0;
}

bool
textfsm_text_splitline(struct span *rest, struct span *line)
{
	size_t end = 0, n = 0;

	if (rest->n == 0)
		return false;
	while (n < rest->n && (end = line_end(span_skip(*rest, n))) == 0)
		n++;
	take_line(rest, line, n, end);
	return true;
}

size_t
textfsm_text_chars(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

size_t
textfsm_text_word(struct span s)
{
	size_t n = 0;

	while (n < s.n) {
		char c = s.p[n];

		if ((unsigned char)c < 0x80 ? !span_is_alpha(c) && !span_is_digit(c) && c != '_' : textfsm_text_blank(span_skip(s, n)) > 0)
			break;
		n++;
	}
	return n;
}
