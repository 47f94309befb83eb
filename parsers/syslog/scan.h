/*
 * scan: small steps over a line, shared by the parsers of this folder.  Every step takes the end and never looks behind it.
 */
#ifndef NETNORM_PARSERS_SYSLOG_SCAN_H
#define NETNORM_PARSERS_SYSLOG_SCAN_H

#include <stdint.h>

#include "base/span.h"

/* What separates the words of a header. */
static inline bool
scan_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline const char *
scan_blanks(const char *p, const char *end)
{
	while (p < end && scan_is_blank(*p))
		p++;
	return p;
}

/* The end of the word that starts at `p`. */
static inline const char *
scan_word(const char *p, const char *end)
{
	while (p < end && !scan_is_blank(*p))
		p++;
	return p;
}

static inline const char *
scan_digits(const char *p, const char *end)
{
	while (p < end && span_is_digit(*p))
		p++;
	return p;
}

static inline const char *
scan_letters(const char *p, const char *end)
{
	while (p < end && span_is_alpha(*p))
		p++;
	return p;
}

/* The number in [p, end), all digits: at most 9 of them. */
static inline int
scan_int(const char *p, const char *end)
{
	int v = 0;

	while (p < end)
		v = v * 10 + (*p++ - '0');
	return v;
}

/* Is the byte at `p` that character? */
static inline bool
scan_at(const char *p, const char *end, char c)
{
	return p < end && *p == c;
}

/* Does the text start here? */
static inline bool
scan_starts(const char *p, const char *end, struct span text)
{
	return span_starts(span_between(p, end), text);
}

#endif
