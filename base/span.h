/*
 * span: a pointer and a length that borrow bytes from somewhere else.
 *
 * All text from the wire is a span: it is not NUL-terminated, need not be UTF-8 and is not trusted.
 * A span owns nothing; who hands one out says how long it stays good.  An absent span has p == NULL;
 * an empty one has p != NULL and n == 0.
 */
#ifndef NETNORM_BASE_SPAN_H
#define NETNORM_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *p;
	size_t n;
};

#define SPAN_NONE ((struct span){ NULL, 0 })
#define SPAN_LIT(s) ((struct span){ "" s, sizeof(s) - 1 })

static inline struct span
span_of(const char *p, size_t n)
{
	return (struct span){ p, n };
}

/* A C string as a span; NULL gives the absent span. */
static inline struct span
span_str(const char *s)
{
	return (struct span){ s, s ? strlen(s) : 0 };
}

/* The bytes from `p` up to `end`. */
static inline struct span
span_between(const char *p, const char *end)
{
	return (struct span){ p, (size_t)(end - p) };
}

static inline bool
span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
span_starts(struct span s, struct span prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

/* The span without its first `n` bytes (n may be larger than the span). */
static inline struct span
span_skip(struct span s, size_t n)
{
	if (n > s.n)
		n = s.n;
	/* An absent span stays so: C does not let one add even 0 to NULL. */
	return (struct span){ n > 0 ? s.p + n : s.p, s.n - n };
}

/* A copy of `from` at `at`, which *to names; behind it.  An absent span stays absent, and takes no room. */
static inline char *
span_keep(struct span *to, struct span from, char *at)
{
	if (!from.p)
		return at;
	if (from.n > 0)
		memcpy(at, from.p, from.n);
	*to = span_of(at, from.n);
	return at + from.n;
}

static inline bool
span_is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

/* Digits only, and one at least? */
static inline bool
span_is_number(struct span s)
{
	size_t n = 0;

	while (n < s.n && span_is_digit(s.p[n]))
		n++;
	return n > 0 && n == s.n;
}

static inline bool
span_is_alpha(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

/* White space as Python's str.strip() takes it in ASCII: 0x09-0x0d, 0x1c-0x20. */
static inline bool
span_is_space(char c)
{
	unsigned char u = (unsigned char)c;

	return u == ' ' || (u >= 0x09 && u <= 0x0d) || (u >= 0x1c && u <= 0x1f);
}

static inline struct span
span_trim(struct span s)
{
	while (s.n > 0 && span_is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && span_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

#endif
