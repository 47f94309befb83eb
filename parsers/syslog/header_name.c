/*
 * header_name: what may be the name of a host, and what only looks like one.
 */
#include "parsers/syslog/header_part.h"

#define L (HEADER_LETTER | HEADER_IN_NAME | HEADER_IN_TAG)
#define N (HEADER_DIGIT | HEADER_IN_NAME | HEADER_IN_TAG)
#define NO HEADER_NO_HOST

const unsigned short header_classes[256] = {
	[0 ... '\b'] = NO, ['\t'] = NO | HEADER_BLANK, ['\n' ... 0x1f] = NO, [' '] = NO | HEADER_BLANK,
	['!'] = NO, ['"'] = NO, ['#'] = NO | HEADER_IN_NAME, ['$'] = NO, ['%'] = NO, ['&'] = NO, ['\''] = NO, ['('] = NO, [')'] = NO,
	['*'] = NO, ['+'] = NO | HEADER_IN_NAME, [','] = NO,
	['-'] = HEADER_DASH | HEADER_IN_NAME | HEADER_IN_TAG, ['.'] = HEADER_DOT | HEADER_IN_NAME | HEADER_IN_TAG,
	['/'] = NO | HEADER_IN_NAME,
	['0' ... '9'] = N,
	[':'] = HEADER_COLON, [';'] = NO, ['<'] = NO, ['='] = NO, ['>'] = NO, ['?'] = NO, ['@'] = HEADER_LETTER | HEADER_IN_NAME,
	['A' ... 'Z'] = L | HEADER_CAPITAL,
	['['] = NO, ['\\'] = NO, [']'] = NO, ['^'] = NO, ['_'] = L | HEADER_UNDERSCORE, ['`'] = NO,
	['a' ... 'z'] = L | HEADER_SMALL,
	['{'] = NO, ['|'] = NO, ['}'] = NO, ['~'] = NO | HEADER_IN_NAME, [0x7f] = NO,
	[0x80 ... 0xff] = HEADER_LETTER | HEADER_IN_NAME | HEADER_HIGH,
};

#undef L
#undef N
#undef NO

/* All classes of its bytes together. */
static unsigned
classes(struct span w)
{
	unsigned all = 0;

	for (size_t i = 0; i < w.n; i++)
		all |= header_class(w.p[i]);
	return all;
}

static size_t
count(struct span w, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < w.n; i++)
		n += w.p[i] == c;
	return n;
}

/* Digits and three dots: not checked more closely, since no name looks like that. */
static bool
is_ipv4(struct span w)
{
	return w.n >= 7 && count(w, '.') == 3;
}

/* Groups of at most four hexadecimal digits, eight of them or a "::" in their place (RFC 4291 section 2.2): a time of day has neither; perhaps an IPv4 tail. */
static bool
is_ipv6(struct span w)
{
	size_t colons = 0, group = 0;
	bool gap = false, dots = false;

	for (size_t i = 0; i < w.n; i++) {
		char c = (char)(w.p[i] | 0x20);

		if (w.p[i] == ':') {
			gap |= i > 0 && w.p[i - 1] == ':';
			colons++;
			group = 0;
		} else if (w.p[i] == '.') {
			dots = true;
		} else if (!span_is_digit(w.p[i]) && (c < 'a' || c > 'f')) {
			return false;
		} else if (++group > 4 && !dots) {
			return false;
		}
	}
	return gap ? colons <= 8 : colons == (dots ? 6 : 7);
}

bool
header_is_address(struct span w)
{
	unsigned all;

	if (w.n < 2 || w.n > 45 || ((all = classes(w)) & (HEADER_NO_HOST | HEADER_DASH)))
		return false;
	if (all & HEADER_COLON)
		return count(w, ':') >= 2 && is_ipv6(w);
	return !(all & HEADER_LETTER) && is_ipv4(w);
}

/* In capitals or not: a word of the zone table never names a host. */
static bool
is_zone(struct span w)
{
	bool ambiguous;
	int offset;

	if (w.n == 7 && span_is_digit(w.p[3]))          /* EST5EDT */
		return is_zone(span_of(w.p, 3)) && is_zone(span_of(w.p + 4, 3));
	if (w.n > 6)
		return false;
	for (size_t i = 0; i < w.n; i++)
		if (!span_is_alpha(w.p[i]))
			return false;
	return stamp_zone_word(w, &offset, &ambiguous);
}

/* `Mar`, `MAR`, `Tue`, `March`: as dates write months and days of the week. */
static bool
is_date_word(struct span w)
{
	static const struct span words[] = {
		SPAN_LIT("January"), SPAN_LIT("February"), SPAN_LIT("March"), SPAN_LIT("April"), SPAN_LIT("May"), SPAN_LIT("June"), SPAN_LIT("July"),
		SPAN_LIT("August"), SPAN_LIT("September"), SPAN_LIT("October"), SPAN_LIT("November"), SPAN_LIT("December"), SPAN_LIT("Monday"),
		SPAN_LIT("Tuesday"), SPAN_LIT("Wednesday"), SPAN_LIT("Thursday"), SPAN_LIT("Friday"), SPAN_LIT("Saturday"), SPAN_LIT("Sunday"),
	};

	if (w.n < 3 || w.n > 9 || !(header_class(w.p[0]) & HEADER_CAPITAL))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (w.p[0] != words[i].p[0] || (w.n != 3 && w.n != words[i].n))
			continue;
		for (size_t k = 1; k < w.n && (w.p[k] | 0x20) == words[i].p[k]; k++)
			if (k + 1 == w.n)
				return true;
	}
	return false;
}

/* `20260101T101010Z`, `07-Mar-2026`: digits and what stands between them in a date. */
static bool
is_date_number(struct span w)
{
	char letters[4] = "";
	size_t n = 0;

	for (size_t i = 0; i < w.n; i++) {
		if (span_is_digit(w.p[i]) || w.p[i] == '-' || w.p[i] == ':' || w.p[i] == '.')
			continue;
		if (n == 3)
			return false;
		letters[n++] = w.p[i];
	}
	return w.n - n >= 3 && ((n <= 2 && letters[0] == 'T' && (n == 1 || letters[1] == 'Z')) || is_date_word(span_of(letters, n)));
}

/* `1w2d`, `2y10w`, `3d04h`: an uptime. */
static bool
is_uptime_word(struct span w)
{
	const char *p = w.p, *end = w.p + w.n, *q;
	size_t parts = 0;

	for (; p < end; p = q + 1, parts++) {
		q = scan_digits(p, end);
		if (q == p || q == end || !memchr("ywdhms", *q, 6))
			return false;
	}
	return parts > 1;
}

/*
 * Characters that are not seen, or change how what is beside them is seen: controls from U+0080 on, U+061C, blanks other than U+0020, marks of
 * no width, ends of line and paragraph, and all that turns the direction (Unicode, UAX 9).
 */
static bool
has_unseen(struct span w)
{
	for (size_t i = 0; i + 1 < w.n; i++) {
		unsigned char a = (unsigned char)w.p[i], b = (unsigned char)w.p[i + 1], c = i + 2 < w.n ? (unsigned char)w.p[i + 2] : 0;

		if ((a == 0xc2 && b <= 0xa0) || (a == 0xd8 && b == 0x9c) || (a == 0xe3 && b == 0x80 && c == 0x80) || (a == 0xef && b == 0xbb && c == 0xbf))
			return true;
		if (a == 0xe2 && b == 0x80 && ((c >= 0x80 && c <= 0x8f) || (c >= 0xa8 && c <= 0xaf)))
			return true;
		if (a == 0xe2 && b == 0x81 && c >= 0xa0 && c <= 0xaf)
			return true;
	}
	return false;
}

bool
header_is_host(struct span w)
{
	unsigned all;

	if (w.n == 0 || w.n > HEADER_MAX_HOST || ((all = classes(w)) & HEADER_NO_HOST))
		return false;
	if (all & HEADER_COLON)
		return count(w, ':') >= 2 && is_ipv6(w);
	if (!(all & HEADER_LETTER))     /* numbers and dates; but an address may have a stack member behind it */
		return is_ipv4(w);
	if ((all & HEADER_HIGH) && has_unseen(w))
		return false;
	return !is_zone(w) && !is_date_word(w) && !(span_is_digit(*w.p) && (is_uptime_word(w) || is_date_number(w)));
}

bool
header_is_card(struct span w)
{
	static const struct span cards[] = {
		SPAN_LIT("fpc"), SPAN_LIT("tfeb"), SPAN_LIT("afeb"), SPAN_LIT("cfeb"), SPAN_LIT("feb"), SPAN_LIT("ssb"), SPAN_LIT("sfm"),
	};

	if (w.n < 4 || !span_is_digit(w.p[w.n - 1]) || !memchr("ftacsn", *w.p, 6))
		return false;
	if (w.n > 6 && memcmp(w.p, "node", 4) == 0 && span_is_digit(w.p[4]) && w.p[5] == '.')
		w = span_skip(w, 6);
	if (w.n < 4 || w.n > 6)
		return false;
	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++)
		if (w.p[0] == cards[i].p[0] && span_starts(w, cards[i]))
			return scan_digits(w.p + cards[i].n, w.p + w.n) == w.p + w.n;
	return false;
}

bool
header_is_program(const char *p, const char *end)
{
	const char *q = scan_word(p, end);

	return q > p && (q[-1] == ':' || q[-1] == ']') && span_is_alpha(*p);
}

/* `re0.name`, `re1-name`: which of two routing engines speaks. */
static size_t
engine(struct span w)
{
	if (w.n > 4 && w.p[0] == 'r' && w.p[1] == 'e' && span_is_digit(w.p[2]) && (w.p[3] == '.' || w.p[3] == '-') &&
	    (header_class(w.p[4]) & (HEADER_LETTER | HEADER_DIGIT)))
		return 4;
	return 0;
}

/* `slot1/name`: a blade of the chassis. */
size_t
header_slot(struct span w)
{
	if (w.n > 6 && *w.p == 's' && memcmp(w.p, "slot", 4) == 0 && span_is_digit(w.p[4]) && w.p[5] == '/')
		return 6;
	return 0;
}

void
header_set_host(struct header_scan *s, struct span w)
{
	struct header *h = s->h;
	size_t n;

	s->hosted = true;
	h->host = h->host_prefix = SPAN_NONE;
	if ((*w.p == '0' || *w.p == ':') && (span_eq(w, SPAN_LIT("0.0.0.0")) || span_eq(w, SPAN_LIT("::"))))
		return;
	w = span_skip(w, header_slot(w));
	n = engine(w);
	if (n > 0)
		h->host_prefix = span_of(w.p, n);
	h->host = span_skip(w, n);
}
