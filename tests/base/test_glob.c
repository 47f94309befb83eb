/* glob: stars, question marks and sets over spans. */
#include <criterion/criterion.h>
#include <fnmatch.h>
#include <stdlib.h>

#include "base/glob.h"

Test(glob, patterns_match_as_documented)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} t[] = {
		{ "", "", true }, { "", "a", false }, { "*", "", true }, { "*", "abc", true }, { "?", "", false }, { "?", "a", true },
		{ "a*c", "abc", true }, { "a*c", "ac", true }, { "a*c", "acb", false }, { "a*b*c", "axxbyybzzc", true }, { "**", "x", true },
		{ "BGP_*", "BGP_PREFIX_THRESH_EXCEEDED", true }, { "bgp_*", "BGP_X", false }, { "[a-c]x", "bx", true }, { "[a-c]x", "dx", false },
		{ "[!a-c]x", "dx", true }, { "[!a-c]x", "ax", false }, { "[]]", "]", true }, { "[!]]", "]", false }, { "[a-]", "-", true },
		{ "[ab", "[ab", true }, { "[ab", "a", false }, { "[", "[", true }, { "*[0-9]", "Ethernet1", true }, { "*[0-9]", "Ethernet", false },
		{ "r[0-9][0-9].example.net", "r17.example.net", true }, { "a\\b", "a\\b", true }, { "*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
		{ "[\x80-\xff]", "\xc3", true }, { "junos@2636.*", "junos@2636.1.1.1.2.40", true },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		cr_expect_eq(glob_match(span_str(t[i].pattern), span_str(t[i].text)), t[i].match, "%s on %s", t[i].pattern, t[i].text);
}

Test(glob, the_c_library_agrees)
{
	unsigned seed = 3;

	for (int round = 0; round < 200000; round++) {
		char pattern[8], text[8];
		size_t n = (size_t)rand_r(&seed) % sizeof(pattern), m = (size_t)rand_r(&seed) % sizeof(text);

		for (size_t i = 0; i < n; i++)
			pattern[i] = "ab*?"[rand_r(&seed) % 4];
		for (size_t i = 0; i < m; i++)
			text[i] = "ab"[rand_r(&seed) % 2];
		pattern[n == sizeof(pattern) ? n - 1 : n] = '\0';
		text[m == sizeof(text) ? m - 1 : m] = '\0';
		cr_assert_eq(glob_match(span_str(pattern), span_str(text)), fnmatch(pattern, text, 0) == 0, "%s on %s", pattern, text);
	}
}
