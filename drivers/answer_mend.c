#include "drivers/answer_mend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"

#define ESCAPE 6                /* bytes of \uXXXX */
#define NUMBER_MOST 64          /* bytes of a number that is looked at; longer ones have no exponent worth a thought */

/* The code of the \uXXXX at `p`, or -1. */
static int
escape_code(const char *p, const char *end)
{
	int code = 0;

	if (end - p < ESCAPE || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (int i = 2; i < ESCAPE; i++) {
		char c = p[i];

		if (!span_is_digit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'f'))
			return -1;
		code = code * 16 + (span_is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return code;
}

static bool
is_high(int code)
{
	return code >= 0xd800 && code <= 0xdbff;
}

static bool
is_low(int code)
{
	return code >= 0xdc00 && code <= 0xdfff;
}

/* From behind a quotation mark to behind the one that ends the string. */
static char *
mend_string(char *p, char *end, size_t *mended)
{
	while (p < end && *p != '"') {
		int code = escape_code(p, end);

		if (is_high(code) && is_low(escape_code(p + ESCAPE, end))) {
			p += 2 * ESCAPE;
			continue;
		}
		if (code == 0 || is_high(code) || is_low(code)) {
			memcpy(p, "\\ufffd", ESCAPE);
			(*mended)++;
		}
		p += code >= 0 ? ESCAPE : *p == '\\' ? 2 : 1;
	}
	return p < end ? p + 1 : end;
}

static char *
mend_number(char *p, char *end, size_t *mended)
{
	char text[NUMBER_MOST + 1];
	size_t n = 0;
	bool exponent = false;

	for (; p + n < end && (span_is_digit(p[n]) || strchr("+-.eE", p[n])) && p[n]; n++)
		exponent |= (p[n] | 0x20) == 'e';
	if (exponent && n <= NUMBER_MOST && n >= 4) {
		memcpy(text, p, n);
		text[n] = '\0';
		if (isinf(strtod(text, NULL))) {
			memset(p, ' ', n);
			memcpy(p, "null", 4);
			(*mended)++;
		}
	}
	return p + n;
}

size_t
answer_mend(char *json, size_t n)
{
	char *p = json, *end = json + n;
	size_t mended = 0;

	while (p < end) {
		if (*p == '"')
			p = mend_string(p + 1, end, &mended);
		else if (span_is_digit(*p) || *p == '-')
			p = mend_number(p, end, &mended);
		else
			p++;
	}
	return mended;
}
