/*
 * header_name: what may be the name of a host, and what only looks like one.
 */
#include "parsers/syslog/header_part.h"

enum class { NEVER, LETTER, DIGIT, DOT, COLON, DASH };

static enum class
class_of(char c)
{
	if (span_is_alpha(c) || c == '_' || (unsigned char)c >= 0x80)
		return LETTER;
	if (span_is_digit(c))
		return DIGIT;
	switch (c) {
	case '.': return DOT;
	case ':': return COLON;
	case '-': return DASH;
	case '@': return LETTER;
	default: return NEVER;
	}
}

/* How often each kind of byte is there; false if one is that no name has. */
static bool
count(struct span w, unsigned n[DASH + 1])
{
	memset(n, 0, (DASH + 1) * sizeof(n[0]));
	for (size_t i = 0; i < w.n; i++)
		n[class_of(w.p[i])]++;
	return n[NEVER] == 0;
}

/* Hexadecimal digits, colons, and dots of an IPv4 tail. */
static bool
is_ipv6(struct span w)
{
	for (size_t i = 0; i < w.n; i++) {
		char c = (char)(w.p[i] | 0x20);

		if (!span_is_digit(w.p[i]) && (c < 'a' || c > 'f') && w.p[i] != ':' && w.p[i] != '.')
			return false;
	}
	return true;
}

bool
header_is_address(struct span w)
{
	unsigned n[DASH + 1];

	if (w.n < 2 || w.n > 45 || !count(w, n) || n[DASH])
		return false;
	if (n[COLON] >= 2)
		return is_ipv6(w);
	return n[LETTER] == 0 && n[COLON] == 0 && n[DOT] == 3 && n[DIGIT] >= 4;
}

/* In capitals: hosts in small letters may be called like a zone. */
static bool
is_zone(struct span w)
{
	bool ambiguous;
	int offset;

	if (w.n > 6)
		return false;
	for (size_t i = 0; i < w.n; i++)
		if (!span_is_alpha(w.p[i]) || (w.p[i] & 0x20))
			return false;
	return stamp_zone_word(w, &offset, &ambiguous);
}

bool
header_is_host(struct span w)
{
	unsigned n[DASH + 1];

	if (w.n == 0 || w.n > HEADER_MAX_HOST || !count(w, n))
		return false;
	if (n[COLON])
		return n[COLON] >= 2 && is_ipv6(w);
	if (n[LETTER] == 0)     /* numbers and dates have none, addresses (with a stack member behind them) have dots */
		return n[DOT] == 3 && n[DIGIT] >= 4;
	return !is_zone(w);
}

bool
header_is_card(struct span w)
{
	static const struct span cards[] = {
		SPAN_LIT("fpc"), SPAN_LIT("tfeb"), SPAN_LIT("afeb"), SPAN_LIT("cfeb"), SPAN_LIT("feb"), SPAN_LIT("ssb"), SPAN_LIT("sfm"),
	};

	if (w.n > 6 && memcmp(w.p, "node", 4) == 0 && span_is_digit(w.p[4]) && w.p[5] == '.')
		w = span_skip(w, 6);
	if (w.n < 4 || w.n > 6 || !span_is_digit(w.p[w.n - 1]))
		return false;
	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++)
		if (span_starts(w, cards[i]))
			return scan_digits(w.p + cards[i].n, w.p + w.n) == w.p + w.n;
	return false;
}

/* `re0.name`, `re1-name`: which of two routing engines speaks. */
static size_t
engine(struct span w)
{
	if (w.n > 4 && w.p[0] == 'r' && w.p[1] == 'e' && span_is_digit(w.p[2]) && (w.p[3] == '.' || w.p[3] == '-') &&
	    class_of(w.p[4]) <= DIGIT && class_of(w.p[4]) != NEVER)
		return 4;
	return 0;
}

/* `slot1/name`: a blade of the chassis. */
static size_t
slot(struct span w)
{
	if (w.n > 6 && memcmp(w.p, "slot", 4) == 0 && span_is_digit(w.p[4]) && w.p[5] == '/')
		return 6;
	return 0;
}

void
header_set_host(struct header *h, struct span w)
{
	size_t n;

	h->host = h->host_prefix = SPAN_NONE;
	if (span_eq(w, SPAN_LIT("0.0.0.0")) || span_eq(w, SPAN_LIT("::")))
		return;
	w = span_skip(w, slot(w));
	n = engine(w);
	if (n > 0)
		h->host_prefix = span_of(w.p, n);
	h->host = span_skip(w, n);
}
