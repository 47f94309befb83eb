/*
 * Knows the escapes of Python's `re`: letters that are none of them are faults there.  Knows nothing of groups.
 */
#include "drivers/textfsm_escape.h"

#include <stdio.h>

void
textfsm_out(struct textfsm_out *out, struct span s)
{
	if (s.n > 0)
		memcpy(out->p + out->n, s.p, s.n);
	out->n += s.n;
}

/* As text where it is not ASCII: PCRE2's \x{...} above 0xff is a fault in the form for bytes, and below it one byte. */
bool
textfsm_out_char(struct textfsm_out *out, size_t value)
{
	static const unsigned char marks[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t bytes = value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
	char text[8];

	if (value < 0x80) {
		snprintf(text, sizeof(text), "\\x%02x", (unsigned)value);
		textfsm_out(out, span_of(text, 4));
		return false;
	}
	for (size_t i = bytes; i-- > 1; value >>= 6)
		text[i] = (char)(0x80 | (value & 0x3f));
	text[0] = (char)(marks[bytes] | value);
	textfsm_out(out, span_of(text, bytes));
	return true;
}

static int
digit_of(char c, unsigned base)
{
	int digit = span_is_digit(c) ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : 99;

	return digit < (int)base ? digit : -1;
}

/* Up to `most` digits behind `from`: how many. */
static size_t
number_at(struct span s, size_t from, size_t most, unsigned base, size_t *value)
{
	size_t n = 0;

	*value = 0;
	while (n < most && from + n < s.n && digit_of(s.p[from + n], base) >= 0)
		*value = *value * base + (size_t)digit_of(s.p[from + n++], base);
	return n;
}

/* \x41, \u0041, \U00000041: with all of their digits. */
static int
read_hex(struct span s, size_t digits, struct textfsm_escape *e)
{
	e->kind = TEXTFSM_ESCAPE_CHAR;
	e->used = 2 + digits;
	if (number_at(s, 2, digits, 16, &e->value) != digits || e->value > 0x10ffff || (e->value >= 0xd800 && e->value < 0xe000))
		return -1;
	return 0;
}

/* \0, \012, and \123 are octal; \1 to \99 else are groups, which a set does not have. */
static int
read_digits(struct span s, bool in_set, struct textfsm_escape *e)
{
	size_t octal = number_at(s, 1, 3, 8, &e->value);

	e->kind = TEXTFSM_ESCAPE_CHAR;
	e->used = 1 + octal;
	if (octal > 0 && (s.p[1] == '0' || octal == 3 || in_set))
		return e->value > 0377 ? -1 : 0;
	e->kind = TEXTFSM_ESCAPE_GROUP;
	e->used = 1 + number_at(s, 1, 2, 10, &e->value);
	return in_set ? -1 : 0;
}

/* 0x1f is white space in Python, not in PCRE2; what else differs ends a line. */
static const struct {
	char letter;
	enum textfsm_escape_kind kind;
	const char *text;
} letters[] = {
	{ 'A', TEXTFSM_ESCAPE_ANCHOR, "\\A" }, { 'Z', TEXTFSM_ESCAPE_ANCHOR, "\\z" },
	{ 'b', TEXTFSM_ESCAPE_ANCHOR, "\\b" }, { 'B', TEXTFSM_ESCAPE_ANCHOR, "\\B" },
	{ 'd', TEXTFSM_ESCAPE_SET, "\\d" }, { 'D', TEXTFSM_ESCAPE_SET, "\\D" }, { 's', TEXTFSM_ESCAPE_SET, "[\\s\\x1f]" },
	{ 'S', TEXTFSM_ESCAPE_SET, "[^\\s\\x1f]" }, { 'w', TEXTFSM_ESCAPE_SET, "\\w" }, { 'W', TEXTFSM_ESCAPE_SET, "\\W" },
	{ 'a', TEXTFSM_ESCAPE_TEXT, "\\x07" }, { 'f', TEXTFSM_ESCAPE_TEXT, "\\f" }, { 'n', TEXTFSM_ESCAPE_TEXT, "\\n" },
	{ 'r', TEXTFSM_ESCAPE_TEXT, "\\r" }, { 't', TEXTFSM_ESCAPE_TEXT, "\\t" }, { 'v', TEXTFSM_ESCAPE_TEXT, "\\x0b" },
};

static int
read_letter(char letter, bool in_set, struct textfsm_escape *e)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++) {
		if (letters[i].letter != letter)
			continue;
		*e = (struct textfsm_escape){ letters[i].kind, 2, span_str(letters[i].text), 0 };
		if (in_set && (letter | 0x20) == 's')
			e->text = letter == 's' ? SPAN_LIT("\\s\\x1f") : SPAN_LIT("\\S");
		if (!in_set || e->kind != TEXTFSM_ESCAPE_ANCHOR)
			return 0;
		*e = (struct textfsm_escape){ TEXTFSM_ESCAPE_TEXT, 2, SPAN_LIT("\\x08"), 0 };
		return letter == 'b' ? 0 : -1;
	}
	return -1;
}

int
textfsm_escape_read(struct span s, bool in_set, struct textfsm_escape *e)
{
	char c = s.n > 1 ? s.p[1] : '\0';

	*e = (struct textfsm_escape){ TEXTFSM_ESCAPE_TEXT, 2, span_of(s.p, 2), 0 };
	if (s.n < 2)
		return -1;
	if (c == 'x' || c == 'u' || c == 'U')
		return read_hex(s, c == 'x' ? 2 : c == 'u' ? 4 : 8, e);
	if (span_is_digit(c))
		return read_digits(s, in_set, e);
	if (span_is_alpha(c))
		return read_letter(c, in_set, e);
	/* The backslash means nothing in front of a character that is not ASCII. */
	if ((unsigned char)c >= 0x80)
		*e = (struct textfsm_escape){ TEXTFSM_ESCAPE_TEXT, 1, SPAN_LIT(""), 0 };
	return 0;
}
