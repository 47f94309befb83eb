#include "drivers/eui.h"

#include <stdint.h>
#include <stdlib.h>

#include "drivers/field.h"

#define DIGITS 12

/* The ways to part the digits: by which marks, and from how many to how many digits there are in each of `parts`. */
static const struct {
	size_t parts, least, most;
	const char *marks;
} ways[] = {
	{ 6, 1, 2, ":-" },
	{ 3, 1, 4, ":-." },
	{ 2, 5, 6, ":-" },
	{ 1, 11, 12, "" },
};
#define N_WAYS (sizeof(ways) / sizeof(*ways))

static bool
is_hex(char c)
{
	return span_is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Appends one part, zeros before it where it has fewer digits than `most`. */
static bool
put_part(char *hex, struct span part, size_t least, size_t most)
{
	if (part.n < least || part.n > most)
		return false;
	memset(hex, '0', most);
	for (size_t i = 0; i < part.n; i++) {
		if (!is_hex(part.p[i]))
			return false;
		hex[most - part.n + i] = part.p[i];
	}
	return true;
}

static bool
parted(struct span s, size_t way, char mark, char hex[DIGITS])
{
	for (size_t i = 0; i < ways[way].parts; i++) {
		const char *end = i + 1 < ways[way].parts ? memchr(s.p, mark, s.n) : s.p + s.n;

		if (!end || !put_part(hex + i * ways[way].most, span_between(s.p, end), ways[way].least, ways[way].most))
			return false;
		s = span_skip(s, (size_t)(end - s.p) + 1);
	}
	return true;
}

/* "a9:c5:2e:7b:6:": the digits, and zeros. */
static bool
cut_short(struct span s, char hex[DIGITS])
{
	size_t n = 0;

	memset(hex, '0', DIGITS);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ':')
			continue;
		if (!is_hex(s.p[i]) || n == DIGITS)
			return false;
		hex[n++] = s.p[i];
	}
	return n > 0;
}

static bool
number(struct span s, char hex[DIGITS])
{
	int64_t n;

	for (size_t i = 0; i < s.n; i++) {
		if (!span_is_digit(s.p[i]))
			return false;
	}
	if (s.n == 0 || s.n > 15 || !field_int(s, &n) || n >= INT64_C(1) << 48)
		return false;
	for (size_t i = DIGITS; i > 0; i--, n >>= 4)
		hex[i - 1] = "0123456789ABCDEF"[n & 15];
	return true;
}

static bool
digits_of(struct span s, char hex[DIGITS])
{
	if (s.n == 0)
		return false;
	if (s.p[s.n - 1] == ':')
		return cut_short(s, hex);
	for (size_t i = 0; i < N_WAYS; i++) {
		if (ways[i].parts == 1 && parted(s, i, '\0', hex))
			return true;
		for (const char *mark = ways[i].marks; *mark; mark++) {
			if (parted(s, i, *mark, hex))
				return true;
		}
	}
	return number(s, hex);
}

json_t *
eui_mac(struct span s)
{
	char hex[DIGITS], out[18];

	if (!digits_of(s, hex))
		return NULL;
	for (size_t i = 0; i < 6; i++) {
		for (size_t k = 0; k < 2; k++) {
			char c = hex[2 * i + k];

			out[3 * i + k] = (char)(c >= 'a' ? c - 0x20 : c);
		}
		out[3 * i + 2] = ':';
	}
	return json_stringn(out, 17);
}

json_t *
eui_or_text(struct span s)
{
	json_t *mac = eui_mac(s);

	return mac ? mac : field_text(s);
}
