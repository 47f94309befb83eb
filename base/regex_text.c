/* What the text of a pattern tells that PCRE2 does not. */
#include "base/regex_text.h"

#include <string.h>

bool
regex_text_refers(const char *e, size_t n)
{
	if (n >= 2 && e[0] == '\\')
		return span_is_digit(e[1]) || e[1] == 'g' || e[1] == 'k';
	return n >= 4 && memcmp(e, "(?P=", 4) == 0;
}

bool
regex_text_calls(const char *e, size_t n)
{
	if (n >= 3 && e[0] == '\\')
		return e[1] == 'g' && (e[2] == '<' || e[2] == '\'');
	if (n < 4 || e[0] != '(' || e[1] != '?')
		return false;
	return memchr("&R+", e[2], 3) || span_is_digit(e[2]) || (e[2] == '-' && span_is_digit(e[3])) || (e[2] == 'P' && e[3] == '>');
}

/* Outside of a set. */
static enum regex_trick
trick_at(const char *e, size_t n)
{
	if (n >= 2 && e[0] == '\\' && e[1] == 'K')
		return REGEX_TRICK_START;
	if (n < 3 || e[0] != '(')
		return REGEX_TRICK_NONE;
	if (e[1] == '?' && e[2] == 'C')
		return REGEX_TRICK_CALLOUT;
	return e[1] == '*' && (e[2] == ':' || (e[2] >= 'A' && e[2] <= 'Z')) ? REGEX_TRICK_VERB : REGEX_TRICK_NONE;
}

/* Behind the backslash at `i` and what it escapes. */
static size_t
escape_end(const char *e, size_t n, size_t i)
{
	const char *close;

	if (i + 1 >= n || e[i + 1] != 'Q')
		return i + 2;
	close = memmem(e + i + 2, n - i - 2, "\\E", 2);
	return close ? (size_t)(close - e) + 2 : n;
}

size_t
regex_text_trick(const char *e, size_t n, enum regex_trick *trick)
{
	bool in_set = false;

	for (size_t i = 0; i < n; i++) {
		*trick = in_set ? REGEX_TRICK_NONE : trick_at(e + i, n - i);
		if (*trick != REGEX_TRICK_NONE)
			return i;
		if (e[i] == '\\') {
			i = escape_end(e, n, i) - 1;
		} else if (!in_set && e[i] == '[') {
			in_set = true;
			i += i + 1 < n && e[i + 1] == '^';
			i += i + 1 < n && e[i + 1] == ']';
		} else if (in_set && e[i] == '[' && i + 1 < n && e[i + 1] == ':') {
			const char *close = memmem(e + i + 2, n - i - 2, ":]", 2);

			i = close ? (size_t)(close - e) + 1 : i;
		} else if (in_set) {
			in_set = e[i] != ']';
		}
	}
	*trick = REGEX_TRICK_NONE;
	return n;
}

bool
regex_text_is_whole(struct span text)
{
	size_t i = text.n;

	if (text.n == 0)
		return true;
	if ((text.p[0] & 0xc0) == 0x80)
		return false;
	while (i > 0 && text.n - i < 4) {
		unsigned char c = (unsigned char)text.p[--i];

		if ((c & 0xc0) != 0x80) {
			size_t want = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

			return want == text.n - i;
		}
	}
	return false;
}
