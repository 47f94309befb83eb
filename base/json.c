/*
 * json: knows JSON's grammar of values and escapes.  Knows nothing of what is written with it.
 *
 * The buffer may grow SLACK bytes past the limit, since text is copied in whole steps; json_ok() holds the limit exactly.
 */
#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_digits.h"
#include "base/utf8_scan.h"

#define SLACK 128

int
json_init(struct json *j, size_t start_bytes, size_t limit_bytes)
{
	*j = (struct json){ .limit_bytes = limit_bytes };
	j->cap = start_bytes < SLACK ? SLACK : start_bytes;
	j->p = malloc(j->cap);
	if (j->p == NULL) {
		j->cap = 0;
		return -1;
	}
	return 0;
}

void
json_fini(struct json *j)
{
	free(j->p);
	*j = (struct json){ 0 };
}

void
json_reset(struct json *j)
{
	j->n = 0;
	j->failed = false;
	j->comma = false;
}

bool
json_ok(const struct json *j)
{
	return !j->failed && j->n <= j->limit_bytes;
}

struct span
json_text(const struct json *j)
{
	return span_of(j->p, j->n);
}

bool
json_grow(struct json *j, size_t bytes)
{
	size_t most, cap;
	char *p;

	if (j->failed)
		return false;
	most = j->limit_bytes > SIZE_MAX / 2 ? SIZE_MAX / 2 : j->limit_bytes + SLACK;
	if (j->n > most || bytes > most - j->n)
		goto failed;
	cap = j->cap > most / 2 ? most : j->cap * 2;
	if (cap < j->n + bytes)
		cap = j->n + bytes;
	p = realloc(j->p, cap);
	if (p == NULL)
		goto failed;
	j->p = p;
	j->cap = cap;
	return true;
failed:
	j->failed = true;
	return false;
}

/* ---- structure ---- */

/* One or a few bytes that may have a comma before them. */
static inline void
put(struct json *j, struct span bytes, bool comma_after)
{
	char *p;

	if (!json_reserve(j, bytes.n + 1))
		return;
	p = j->p + j->n;
	if (j->comma)
		*p++ = ',';
	memcpy(p, bytes.p, bytes.n);
	j->n = (size_t)(p - j->p) + bytes.n;
	j->comma = comma_after;
}

void
json_object_begin(struct json *j)
{
	put(j, SPAN_LIT("{"), false);
}

void
json_object_end(struct json *j)
{
	json_raw(j, SPAN_LIT("}"), true);
}

void
json_array_begin(struct json *j)
{
	put(j, SPAN_LIT("["), false);
}

void
json_array_end(struct json *j)
{
	json_raw(j, SPAN_LIT("]"), true);
}

void
json_bool(struct json *j, bool yes)
{
	put(j, yes ? SPAN_LIT("true") : SPAN_LIT("false"), true);
}

void
json_put_null(struct json *j)
{
	put(j, SPAN_LIT("null"), true);
}

/* ---- text ---- */

/* The letter behind '\' for each control character, 0: \u00XX. */
static const char short_escapes[32] = {
	['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
};

/* At most six bytes; there is room for them. */
static char *
put_escape(char *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	*out++ = '\\';
	if (c >= 0x20) {
		*out++ = (char)c;
	} else if (short_escapes[c] != 0) {
		*out++ = short_escapes[c];
	} else {
		memcpy(out, "u00", 3);
		out[3] = hex[c >> 4];
		out[4] = hex[c & 15];
		out += 5;
	}
	return out;
}

#define SPECIALS 16             /* at most put one after the other into the room that was asked for at once */

static inline bool
is_special(unsigned char c, bool wide)
{
	return c < 0x20 || c == '"' || c == '\\' || (wide && c >= 0x80);
}

/* Of a text that may be ill-formed: its sequence or U+FFFD. Gives the bytes read. */
static inline size_t
put_wide(char **out, struct span text)
{
	bool good = false;
	size_t used = 1;

	/* No sequence begins so: a line in another encoding is full of them. */
	if ((unsigned char)text.p[0] >= 0xc2 && (unsigned char)text.p[0] <= 0xf4)
		used = utf8_take(text, &good);
	if (good)
		memcpy(*out, text.p, used);
	else
		memcpy(*out, "\xef\xbf\xbd", 3);
	*out += good ? used : 3;
	return used;
}

/* The bytes that ended a run, for few of them come alone in a text of quotes or in one that is no UTF-8. Gives the bytes read. */
static inline size_t
put_specials(struct json *j, struct span text, bool wide)
{
	char *out = j->p + j->n;
	size_t used = 0;

	for (int i = 0; i < SPECIALS && used < text.n && is_special((unsigned char)text.p[used], wide); i++) {
		if ((unsigned char)text.p[used] < 0x80)
			out = put_escape(out, (unsigned char)text.p[used++]);
		else
			used += put_wide(&out, span_skip(text, used));
	}
	j->n = (size_t)(out - j->p);
	return used;
}

/* Which bytes of a step end a run; `wide`: those above 0x7f too. */
static inline uint64_t
ends_run(utf8_word w, bool wide)
{
	return wide ? utf8_mask_escape_wide(w) : utf8_mask_escape(w);
}

/*
 * Copy bytes up to the first that ends the run, a step at a time: what a step copied past it is written over later.  Gives how many;
 * there is room for `s` and a step.
 */
static inline size_t
copy_run(char *out, struct span s, bool wide)
{
	size_t i = 0;
	utf8_word w;
	uint64_t mask;

	for (; i + UTF8_STEP <= s.n; i += UTF8_STEP) {
		w = utf8_load(s.p + i);
		utf8_store(out + i, w);
		mask = ends_run(w, wide);
		if (mask)
			return i + utf8_mask_first(mask);
	}
	if (i == s.n)
		return i;
	w = utf8_load_tail(s.p + i, s.n - i);
	utf8_store(out + i, w);
	mask = ends_run(w, wide);
	return mask ? i + utf8_mask_first(mask) : s.n;
}

/* No escape is shorter than what it stands for, so that the room asked for is at most a step and some escapes too much. */
static inline void
escape_steps(struct json *j, struct span s, bool wide)
{
	while (s.n > 0) {
		size_t run;

		if (!json_reserve(j, s.n + UTF8_STEP + 6 * SPECIALS))
			return;
		run = copy_run(j->p + j->n, s, wide);
		j->n += run;
		s = span_skip(s, run);
		if (s.n > 0)
			s = span_skip(s, put_specials(j, s, wide));
	}
}

void
json_escaped(struct json *j, struct span text, enum utf8_class class)
{
	switch (class) {
	case UTF8_PLAIN:
		json_raw(j, text, j->comma);
		break;
	case UTF8_ASCII:
	case UTF8_VALID:
		escape_steps(j, text, false);
		break;
	case UTF8_INVALID:
		escape_steps(j, text, true);
		break;
	}
}

void
json_text_as(struct json *j, struct span text, enum utf8_class class)
{
	if (class == UTF8_PLAIN) {
		json_plain(j, text);
		return;
	}
	put(j, SPAN_LIT("\""), false);
	json_escaped(j, text, class);
	json_raw(j, SPAN_LIT("\""), true);
}

/* UTF8_INVALID is also the way for text of which nothing is known: one pass instead of two. */
void
json_quoted(struct json *j, struct span text)
{
	json_text_as(j, text, UTF8_INVALID);
}

void
json_key(struct json *j, struct span name)
{
	put(j, SPAN_LIT("\""), false);
	json_escaped(j, name, UTF8_INVALID);
	json_raw(j, SPAN_LIT("\":"), false);
}

/* ---- numbers ---- */

/* `before` is '-' or nothing. */
static inline void
put_number(struct json *j, uint64_t u, struct span before)
{
	char *out;

	if (!json_reserve(j, 2 + JSON_DIGITS_MAX))
		return;
	out = j->p + j->n;
	if (j->comma)
		*out++ = ',';
	if (before.n > 0)
		*out++ = before.p[0];
	j->n = (size_t)(json_digits_put(out, u) - j->p);
	j->comma = true;
}

void
json_uint(struct json *j, uint64_t u)
{
	put_number(j, u, SPAN_NONE);
}

void
json_int(struct json *j, int64_t i)
{
	if (i < 0)
		put_number(j, 0 - (uint64_t)i, SPAN_LIT("-"));
	else
		put_number(j, (uint64_t)i, SPAN_NONE);
}

/* The fewest digits that read back the same; ".0" keeps a whole number a real one. */
void
json_double(struct json *j, double d)
{
	char buf[40];
	int n = 0;

	if (!isfinite(d)) {
		json_put_null(j);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(buf, sizeof(buf) - 2, "%.*g", digits, d);
		if (strtod(buf, NULL) == d)
			break;
	}
	if (strpbrk(buf, ".e") == NULL) {
		memcpy(buf + n, ".0", 2);
		n += 2;
	}
	put(j, span_of(buf, (size_t)n), true);
}

/* ---- base64 ---- */

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static char *
put_base64(char *out, struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = s.n;

	for (; n >= 3; n -= 3, p += 3) {
		unsigned bits = (unsigned)p[0] << 16 | (unsigned)p[1] << 8 | p[2];

		*out++ = base64_digits[bits >> 18];
		*out++ = base64_digits[bits >> 12 & 63];
		*out++ = base64_digits[bits >> 6 & 63];
		*out++ = base64_digits[bits & 63];
	}
	if (n > 0) {
		unsigned bits = (unsigned)p[0] << 16 | (n == 2 ? (unsigned)p[1] << 8 : 0);

		*out++ = base64_digits[bits >> 18];
		*out++ = base64_digits[bits >> 12 & 63];
		*out++ = n == 2 ? base64_digits[bits >> 6 & 63] : '=';
		*out++ = '=';
	}
	return out;
}

void
json_base64(struct json *j, struct span bytes)
{
	if (bytes.n > SIZE_MAX / 4 || !json_reserve(j, (bytes.n + 2) / 3 * 4 + 3)) {
		j->failed = true;
		return;
	}
	put(j, SPAN_LIT("\""), false);
	j->n = (size_t)(put_base64(j->p + j->n, bytes) - j->p);
	json_raw(j, SPAN_LIT("\""), true);
}
