#include "drivers/xml_input.h"

#include <stdint.h>

#include "base/utf8.h"

#define REPLACEMENT SPAN_LIT("\xef\xbf\xbd")
#define MAX_REFERENCE 16                /* bytes of a reference to a character, zeros in front included */

struct span
xml_input_start(struct span text)
{
	if (span_starts(text, SPAN_LIT("\xef\xbb\xbf")))
		text = span_skip(text, 3);
	while (text.n > 0 && span_is_space(text.p[0]))
		text = span_skip(text, 1);
	return text.n > 0 && text.p[0] == '<' ? text : SPAN_NONE;
}

static bool
is_char(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) || (c >= 0x10000 && c < 0x110000);
}

static int
digit_of(char c, unsigned base)
{
	if (span_is_digit(c))
		return c - '0';
	if (base == 16 && span_is_alpha(c) && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* The length of a reference at the start ("&#27;", "&#x1b;") to a character that must not be, or 0. */
static size_t
bad_reference(struct span s)
{
	unsigned base = s.n > 2 && s.p[2] == 'x' ? 16 : 10;
	uint32_t value = 0;
	size_t first = base == 16 ? 3 : 2, i = first;

	if (!span_starts(s, SPAN_LIT("&#")))
		return 0;
	for (; i < s.n && i < MAX_REFERENCE && digit_of(s.p[i], base) >= 0; i++)
		value = value < 0x110000 ? value * base + (uint32_t)digit_of(s.p[i], base) : value;
	if (i == first || i == s.n || s.p[i] != ';' || is_char(value))
		return 0;
	return i + 1;
}

/* How many bytes at the start are good: 0 where *bad of them become one U+FFFD. */
static size_t
good_bytes(struct span s, size_t *bad)
{
	unsigned char c = (unsigned char)s.p[0];
	bool good;
	size_t n;

	*bad = 1;
	if (c == '&') {
		*bad = bad_reference(s);
		return *bad > 0 ? 0 : 1;
	}
	if (c < 0x80)
		return is_char(c) ? 1 : 0;
	*bad = n = utf8_take(s, &good);
	if (good && n == 3 && c == 0xef && (unsigned char)s.p[1] == 0xbf && (unsigned char)s.p[2] >= 0xbe)      /* U+FFFE, U+FFFF */
		good = false;
	return good ? n : 0;
}

static size_t
plain_bytes(struct span s)
{
	size_t i = 0;

	while (i < s.n && (unsigned char)s.p[i] >= 0x20 && (unsigned char)s.p[i] < 0x80 && s.p[i] != '&')
		i++;
	return i;
}

struct span
xml_input_mend(struct span text, struct buffer *mended, size_t *count)
{
	const char *run = text.p;
	struct span rest = text;

	*count = 0;
	while ((rest = span_skip(rest, plain_bytes(rest))).n > 0) {
		size_t bad, good = good_bytes(rest, &bad);

		if (good == 0) {
			buffer_put(mended, span_between(run, rest.p));
			buffer_put(mended, REPLACEMENT);
			run = rest.p + bad;
			++*count;
		}
		rest = span_skip(rest, good ? good : bad);
	}
	if (*count == 0)
		return text;
	buffer_put(mended, span_between(run, rest.p));
	return buffer_span(mended);
}

/* Behind the next `end`, or nothing. */
static struct span
behind(struct span s, struct span end)
{
	const char *at;

	while (s.n > 0 && (at = memchr(s.p, end.p[0], s.n))) {
		s = span_skip(s, (size_t)(at - s.p));
		if (span_starts(s, end))
			return span_skip(s, end.n);
		s = span_skip(s, 1);
	}
	return span_of(s.p + s.n, 0);
}

/* Of a tag that begins with `s`: behind it.  An attribute is what stands in quotes. */
static struct span
behind_tag(struct span s, size_t *attributes)
{
	*attributes = 0;
	while (s.n > 0 && s.p[0] != '>' && *attributes <= XML_INPUT_MAX_ATTRIBUTES) {
		char c = s.p[0];

		s = span_skip(s, 1);
		if (c == '"' || c == '\'') {
			s = behind(s, span_of(&c, 1));
			++*attributes;
		}
	}
	return s;
}

bool
xml_input_is_crowded(struct span text)
{
	const char *at;
	size_t attributes;

	while (text.n > 0 && (at = memchr(text.p, '<', text.n))) {
		text = span_skip(text, (size_t)(at - text.p));
		attributes = 0;
		if (span_starts(text, SPAN_LIT("<!--")))
			text = behind(span_skip(text, 4), SPAN_LIT("-->"));
		else if (span_starts(text, SPAN_LIT("<![CDATA[")))
			text = behind(span_skip(text, 9), SPAN_LIT("]]>"));
		else if (span_starts(text, SPAN_LIT("<?")))
			text = behind(span_skip(text, 2), SPAN_LIT("?>"));
		else
			text = behind_tag(span_skip(text, 1), &attributes);
		if (attributes > XML_INPUT_MAX_ATTRIBUTES)
			return true;
	}
	return false;
}
