/* A fact becomes what a leaf of a type holds, or is refused. */
#include "base/yang_type.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json_digits.h"

#define NUMBER_BYTES 32

/* ---- words ---- */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool
is_joint(char c)
{
	return c == '-' || c == '_' || c == ' ';
}

/* The same letters and digits, whatever the case and what joins them: OpenSent is OPENSENT, two-way is TWO_WAY. */
static bool
same_letters(struct span a, struct span b)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < a.n && is_joint(a.p[i]))
			i++;
		while (k < b.n && is_joint(b.p[k]))
			k++;
		if (i == a.n || k == b.n)
			return i == a.n && k == b.n;
		if (lower(a.p[i++]) != lower(b.p[k++]))
			return false;
	}
}

static bool
fits_word(const struct yang_type *t, size_t i, struct span s)
{
	return span_eq(t->names[i], s) || (t->base == YANG_IDENTITY && span_eq(t->words[i], s));
}

bool
yang_has_word(const struct yang_type *t, struct span word)
{
	for (size_t i = 0; i < t->nwords; i++)
		if (fits_word(t, i, word))
			return true;
	return false;
}

static bool
take_word(const struct yang_type *t, const struct fact *f, struct yang_text *out)
{
	if (f->type != FACT_TEXT || f->text.n == 0)
		return false;
	for (int helped = 0; helped < 2; helped++)
		for (size_t i = 0; i < t->nwords; i++) {
			if (helped ? !same_letters(t->names[i], f->text) : !fits_word(t, i, f->text))
				continue;
			*out = (struct yang_text){ .text = t->words[i], .quoted = true, .plain = true };
			return true;
		}
	return false;
}

static bool
take_bool(const struct fact *f, struct yang_text *out)
{
	static const struct span yes[] = { { "true", 4 }, { "yes", 3 }, { "on", 2 } }, no[] = { { "false", 5 }, { "no", 2 }, { "off", 3 } };
	int truth = f->type == FACT_BOOL ? f->num != 0 : -1;

	for (size_t i = 0; i < 3 && f->type == FACT_TEXT && truth < 0; i++)
		truth = same_letters(f->text, yes[i]) ? 1 : same_letters(f->text, no[i]) ? 0 : -1;
	if (truth < 0)
		return false;
	*out = (struct yang_text){ .text = truth ? SPAN_LIT("true") : SPAN_LIT("false"), .plain = true };
	return true;
}

/* ---- numbers ---- */

static struct span
digits_of(uint64_t u, bool negative, struct arena *arena)
{
	char *number = arena_alloc(arena, NUMBER_BYTES), *end, *p;

	if (!number)
		return SPAN_NONE;
	end = number + NUMBER_BYTES;
	p = json_digits(end, u);
	if (negative)
		*--p = '-';
	return span_between(p, end);
}

/* Sign and size of a whole number in text: digits, a sign, blanks around. */
static bool
read_whole(const struct fact *f, bool *negative, uint64_t *u)
{
	struct span s = span_trim(f->text);

	if (f->type == FACT_INT) {
		*negative = f->num < 0;
		*u = *negative ? 0 - (uint64_t)f->num : (uint64_t)f->num;
		return true;
	}
	*negative = false;
	*u = 0;
	if (f->type != FACT_TEXT)
		return false;
	if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+')) {
		*negative = s.p[0] == '-';
		s = span_skip(s, 1);
	}
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned char)s.p[i] - (unsigned)'0';

		if (d > 9 || *u > (UINT64_MAX - d) / 10)
			return false;
		*u = *u * 10 + d;
	}
	return s.n > 0;
}

static bool
in_ranges_unsigned(const struct yang_type *t, uint64_t u)
{
	for (size_t i = 0; i < t->nranges; i++)
		if (u >= (uint64_t)t->ranges[i].low && u <= (uint64_t)t->ranges[i].high)
			return true;
	return t->nranges == 0;
}

static bool
in_ranges(const struct yang_type *t, int64_t n)
{
	for (size_t i = 0; i < t->nranges; i++)
		if (n >= t->ranges[i].low && n <= t->ranges[i].high)
			return true;
	return t->nranges == 0;
}

static bool
take_whole(const struct yang_type *t, const struct fact *f, struct arena *arena, struct yang_text *out)
{
	bool negative;
	uint64_t u, most = UINT64_MAX >> (64 - t->bits);

	if (!read_whole(f, &negative, &u))
		return false;
	negative &= u > 0;
	if (t->base == YANG_UINT && (negative || u > most || !in_ranges_unsigned(t, u)))
		return false;
	if (t->base == YANG_INT && (u > (most >> 1) + negative || !in_ranges(t, negative ? (int64_t)(0 - u) : (int64_t)u)))
		return false;
	*out = (struct yang_text){ .text = digits_of(u, negative, arena), .quoted = t->bits == 64, .plain = true };
	return out->text.p != NULL;
}

/* A number with as many digits behind the point as the leaf has: more are rounded away. */
static bool
take_decimal(const struct yang_type *t, const struct fact *f, struct arena *arena, struct yang_text *out)
{
	struct span s = span_trim(f->text);
	char buf[NUMBER_BYTES], *end;
	double d, scale = 1;

	for (unsigned i = 0; i < t->digits; i++)
		scale *= 10;
	if (f->type == FACT_INT) {
		d = (double)f->num;
	} else if (f->type == FACT_REAL) {
		d = f->real;
	} else if (f->type == FACT_TEXT && s.n > 0 && s.n < sizeof(buf)) {
		for (size_t i = 0; i < s.n; i++)
			if (!span_is_digit(s.p[i]) && !memchr("+-.", s.p[i], 3))
				return false;
		memcpy(buf, s.p, s.n);
		buf[s.n] = '\0';
		d = strtod(buf, &end);
		if (*end)
			return false;
	} else {
		return false;
	}
	if (!isfinite(d) || fabs(d) * scale >= 9.2e18 || !in_ranges(t, (int64_t)(d * scale)))
		return false;
	*out = (struct yang_text){ .text = arena_printf(arena, "%.*f", (int)t->digits, d), .quoted = true, .plain = true };
	return out->text.p != NULL;
}

/* ---- times ---- */

static unsigned
two_digits(const char *p)
{
	return (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
}

/* Month, day, hour, minute, second in their ranges, as the models' pattern has them (a leap second too; not how many days a month has). */
static bool
is_possible(const char *p)
{
	unsigned month = two_digits(p + 5), day = two_digits(p + 8);

	return month >= 1 && month <= 12 && day >= 1 && day <= 31 && two_digits(p + 11) < 24 && two_digits(p + 14) < 60 && two_digits(p + 17) <= 60;
}

static bool
is_date(struct span s)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd";
	size_t i;

	if (s.n < sizeof(shape))
		return false;
	for (i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? !span_is_digit(s.p[i]) : s.p[i] != shape[i])
			return false;
	if (!is_possible(s.p))
		return false;
	if (s.p[i] == '.') {
		size_t digits = 0;

		for (i++; i < s.n && span_is_digit(s.p[i]); i++)
			digits++;
		if (digits == 0)
			return false;
	}
	if (i + 1 == s.n)
		return s.p[i] == 'Z';
	return i + 6 == s.n && (s.p[i] == '+' || s.p[i] == '-') && span_is_digit(s.p[i + 1]) && span_is_digit(s.p[i + 2]) && s.p[i + 3] == ':' &&
	    span_is_digit(s.p[i + 4]) && span_is_digit(s.p[i + 5]) && two_digits(s.p + i + 1) < 24 && two_digits(s.p + i + 4) < 60;
}

static bool
take_date(const struct fact *f, struct arena *arena, struct yang_text *out)
{
	char *p;

	if (f->type == FACT_TEXT && is_date(f->text)) {
		*out = (struct yang_text){ .text = f->text, .quoted = true, .plain = true };
		return true;
	}
	p = f->type == FACT_INT ? arena_alloc(arena, CLOCK_RFC3339_LEN) : NULL;
	if (!p)
		return false;
	clock_rfc3339(f->num, p);
	*out = (struct yang_text){ .text = span_of(p, CLOCK_RFC3339_LEN), .quoted = true, .plain = true };
	return true;
}

static bool
take_nanoseconds(const struct fact *f, struct arena *arena, struct yang_text *out)
{
	if (f->type != FACT_INT || f->num < 0)
		return false;
	*out = (struct yang_text){ .text = digits_of((uint64_t)f->num, false, arena), .quoted = true, .plain = true };
	return out->text.p != NULL;
}

/* ---- texts ---- */

/* Bytes of the character at the start of `s`; *good: may a YANG string hold it? */
static size_t
next_character(struct span s, bool *good)
{
	unsigned char c = (unsigned char)s.p[0];
	size_t n;

	if (c < 0x80) {
		*good = c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
		return 1;
	}
	n = utf8_take(s, good);
	/* Noncharacters: U+FDD0..U+FDEF, and the last two of each plane. */
	if (*good && n == 3 && c == 0xef)
		*good = !((unsigned char)s.p[1] == 0xb7 && (unsigned char)s.p[2] >= 0x90 && (unsigned char)s.p[2] <= 0xaf) &&
		    !((unsigned char)s.p[1] == 0xbf && (unsigned char)s.p[2] >= 0xbe);
	else if (*good && n == 4)
		*good = !(((unsigned char)s.p[1] & 0x0f) == 0x0f && (unsigned char)s.p[2] == 0xbf && (unsigned char)s.p[3] >= 0xbe);
	return n;
}

/* May there be a character that a YANG string does not hold?  Of valid UTF-8; quick, and "yes" may be wrong. */
static bool
may_be_odd(struct span s)
{
	unsigned odd = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		odd |= (unsigned)(c < 0x20) | (unsigned)(c >= 0xef);
	}
	return odd != 0;
}

bool
yang_string(struct span s, struct arena *arena, struct yang_text *out)
{
	enum utf8_class class = s.n == 0 ? UTF8_PLAIN : utf8_classify(s);
	bool good = true;
	size_t n = 0;
	char *p;

	*out = (struct yang_text){ .text = s, .quoted = true, .plain = class == UTF8_PLAIN };
	if (out->plain || (class != UTF8_INVALID && !may_be_odd(s)))
		return true;
	for (size_t i = 0; i < s.n && good;)
		i += next_character(span_skip(s, i), &good);
	if (good)
		return true;
	if (s.n > SIZE_MAX / 3 || !(p = arena_alloc(arena, s.n * 3)))
		return false;
	for (size_t i = 0; i < s.n;) {
		size_t width = next_character(span_skip(s, i), &good);

		memcpy(p + n, good ? s.p + i : "\xef\xbf\xbd", good ? width : 3);
		n += good ? width : 3;
		i += width;
	}
	out->text = span_of(p, n);
	return true;
}

static size_t
characters(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static bool
take_string(const struct yang_type *t, const struct fact *f, bool plain, struct arena *arena, struct yang_text *out)
{
	*out = (struct yang_text){ .quoted = true, .plain = plain && f->type == FACT_TEXT };
	if (out->plain)
		out->text = f->text;
	else if (f->type == FACT_INT)
		out->text = digits_of(f->num < 0 ? 0 - (uint64_t)f->num : (uint64_t)f->num, f->num < 0, arena);
	else if (f->type == FACT_BOOL)
		out->text = f->num ? SPAN_LIT("true") : SPAN_LIT("false");
	else if (f->type == FACT_REAL)
		out->text = arena_printf(arena, "%g", f->real);
	else if (f->type != FACT_TEXT || !yang_string(f->text, arena, out))
		return false;
	return out->text.n > 0 && (t->nranges == 0 || in_ranges_unsigned(t, characters(out->text)));
}

/* Three groups of four hexadecimal digits (ISO 10589). */
static bool
take_system_id(const struct fact *f, struct yang_text *out)
{
	struct span s = f->text;

	if (f->type != FACT_TEXT || s.n != 14)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (i == 4 || i == 9 ? s.p[i] != '.' : !memchr("0123456789abcdefABCDEF", s.p[i], 22))
			return false;
	*out = (struct yang_text){ .text = s, .quoted = true, .plain = true };
	return true;
}

bool
yang_take(const struct yang_type *t, const struct fact *f, bool plain, struct arena *arena, struct yang_text *out)
{
	bool taken = false;

	switch (t->base) {
	case YANG_BOOL:
		return take_bool(f, out);
	case YANG_INT:
	case YANG_UINT:
		return take_whole(t, f, arena, out);
	case YANG_DECIMAL:
		return take_decimal(t, f, arena, out);
	case YANG_ENUM:
	case YANG_IDENTITY:
		return take_word(t, f, out);
	case YANG_STRING:
		return take_string(t, f, plain, arena, out);
	case YANG_NANOSECONDS:
		return take_nanoseconds(f, arena, out);
	case YANG_DATE:
		return take_date(f, arena, out);
	case YANG_ADDRESS:
		out->quoted = out->plain = true;
		return f->type == FACT_TEXT && yang_address(f->text, t->address, arena, &out->text);
	case YANG_NAME:
		*out = (struct yang_text){ .text = f->text, .quoted = true, .plain = true };
		return f->type == FACT_TEXT && yang_domain(f->text);
	case YANG_MAC:
		out->quoted = out->plain = true;
		return f->type == FACT_TEXT && yang_mac(f->text, arena, &out->text);
	case YANG_SYSTEM_ID:
		return take_system_id(f, out);
	case YANG_UNION:
		for (size_t i = 0; i < t->nmembers && !taken; i++)
			taken = yang_take(&t->members[i], f, plain, arena, out);
		return taken;
	case YANG_PATTERN:
	case YANG_OTHER:
		break;
	}
	return false;
}
