/* What the text of a pattern tells that PCRE2 does not. */
#include "base/regex_text.h"

#include <string.h>

#include "base/span.h"

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

size_t
regex_text_verb(const char *e, size_t n)
{
	bool in_set = false;

	for (size_t i = 0; i < n; i++) {
		if (e[i] == '\\') {
			const char *close = i + 1 < n && e[i + 1] == 'Q' ? memmem(e + i + 2, n - i - 2, "\\E", 2) : NULL;

			i = close ? (size_t)(close - e) + 1 : i + 1 < n && e[i + 1] == 'Q' ? n : i + 1;
		} else if (!in_set && e[i] == '[') {
			in_set = true;
			i += i + 1 < n && e[i + 1] == '^';
			i += i + 1 < n && e[i + 1] == ']';
		} else if (in_set && e[i] == '[' && i + 1 < n && e[i + 1] == ':') {
			const char *close = memmem(e + i + 2, n - i - 2, ":]", 2);

			i = close ? (size_t)(close - e) + 1 : i;
		} else if (in_set) {
			in_set = e[i] != ']';
		} else if (e[i] == '(' && i + 2 < n && e[i + 1] == '*' && (e[i + 2] == ':' || (e[i + 2] >= 'A' && e[i + 2] <= 'Z'))) {
			return i;
		}
	}
	return n;
}
