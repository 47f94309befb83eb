/*
 * utf8: knows well-formed UTF-8 (Unicode 15, table 3-7) and which bytes JSON wants escaped; nothing of JSON's escapes.
 */
#include "base/utf8.h"
#include "base/utf8_scan.h"

/* The range of the second byte; the third and fourth are 80..BF. */
struct lead {
	unsigned char length, low, high;
};

static inline struct lead
lead_of(unsigned char c)
{
	if (c < 0xc2 || c > 0xf4)
		return (struct lead){ 0, 0, 0 };
	if (c < 0xe0)
		return (struct lead){ 2, 0x80, 0xbf };
	if (c < 0xf0)
		return (struct lead){ 3, c == 0xe0 ? 0xa0 : 0x80, c == 0xed ? 0x9f : 0xbf };
	return (struct lead){ 4, c == 0xf0 ? 0x90 : 0x80, c == 0xf4 ? 0x8f : 0xbf };
}

/* How many bytes at the start of `s` fit the lead byte's row of table 3-7, the lead included (`s` is not empty). */
static size_t
fitting(struct span s, struct lead lead)
{
	size_t i;

	if (lead.length == 0)
		return 1;
	if (s.n < 2 || (unsigned char)s.p[1] < lead.low || (unsigned char)s.p[1] > lead.high)
		return 1;
	for (i = 2; i < lead.length && i < s.n; i++)
		if (((unsigned char)s.p[i] & 0xc0) != 0x80)
			break;
	return i;
}

size_t
utf8_sequence(struct span s)
{
	struct lead lead;

	if (s.n == 0)
		return 0;
	if ((unsigned char)s.p[0] < 0x80)
		return 1;
	lead = lead_of((unsigned char)s.p[0]);
	return lead.length != 0 && fitting(s, lead) == lead.length ? lead.length : 0;
}

size_t
utf8_broken(struct span s)
{
	return s.n == 0 ? 0 : fitting(s, lead_of((unsigned char)s.p[0]));
}

size_t
utf8_take(struct span s, bool *good)
{
	struct lead lead = lead_of((unsigned char)s.p[0]);
	size_t n = fitting(s, lead);

	*good = n == lead.length;
	return n;
}

/* From the first byte that is not ASCII. */
static enum utf8_class
classify_wide(struct span s)
{
	while (s.n > 0) {
		size_t length = utf8_sequence(s);

		if (length == 0)
			return UTF8_INVALID;
		s = span_skip(s, length);
		if (s.n > 0 && (unsigned char)s.p[0] < 0x80)
			s = span_skip(s, utf8_scan_ascii(s));
	}
	return UTF8_VALID;
}

enum utf8_class
utf8_classify(struct span s)
{
	size_t plain = utf8_scan_plain(s), ascii;

	if (plain == s.n)
		return UTF8_PLAIN;
	s = span_skip(s, plain);
	ascii = utf8_scan_ascii(s);
	if (ascii == s.n)
		return UTF8_ASCII;
	return classify_wide(span_skip(s, ascii));
}
