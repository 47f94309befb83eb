/* textfsm_regex: patterns as Python reads them. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>

#include "base/utf8.h"
#include "drivers/textfsm_regex.h"

/* "whole|name=group|name=group", "-" for one that took no part; "NO"; "BAD: why". */
static void
run(struct span pattern, struct span text, char *out, size_t cap)
{
	struct regex_scratch *scratch = regex_scratch_new(64 << 10);
	struct span groups[REGEX_MAX_GROUPS + 1];
	struct textfsm_regex re;
	char why[300];
	size_t n;

	if (textfsm_regex_init(&re, pattern, why, sizeof(why)) == -1) {
		snprintf(out, cap, "BAD: %s", why);
	} else {
		struct regex_subject subject = { text, 0, SIZE_MAX, re.wide || utf8_classify(text) == UTF8_VALID };

		if (regex_match(re.regex, scratch, &subject, groups, REGEX_MAX_GROUPS + 1) != REGEX_MATCH) {
			snprintf(out, cap, "NO");
		} else {
			n = (size_t)snprintf(out, cap, "%.*s", (int)groups[0].n, groups[0].p);
			for (size_t i = 0; i < re.nnames; i++) {
				struct span g = groups[re.names[i].number];

				n += (size_t)snprintf(out + n, cap - n, "|%.*s=%.*s", (int)re.names[i].name.n, re.names[i].name.p, g.p ? (int)g.n : 1, g.p ? g.p : "-");
			}
		}
	}
	textfsm_regex_fini(&re);
	regex_scratch_free(&scratch);
}

Test(textfsm_regex, patterns_match_as_in_python)
{
	static const struct {
		const char *pattern, *text, *want;
	} rows[] = {
		{ "a", "ba", "NO" }, { "x|y", "ay", "NO" }, { "x|y", "ya", "y" }, { "a^b", "ab", "NO" }, { "a.c", "a\nc", "NO" }, { "a.c", "a\rc", "a\rc" }, { "a$", "a\n", "a" },
		/* groups by name, however many others there are */
		{ "(a)(?P<x>b)(c)(?P<y>d)?", "abc", "abc|x=b|y=-" },
		{ "(a)(?P<x>b)\\2\\1", "abba", "abba|x=b" },
		{ "(?P<x>.)(?P=x)", "aab", "aa|x=a" }, { "(?P<x>.)(?P=x)", "ab", "NO" }, { "(a)?(?P<x>b)?(?(1)c|d)", "abc", "abc|x=b" },
		{ "(?P<x>a)?b(?(x)c|d)", "bd", "bd|x=-" }, { "(?P<x>a)?b(?(x)c|d)", "abd", "NO" },
		{ "(?P<a_name_that_is_longer_than_32_characters>x)", "x", "x|a_name_that_is_longer_than_32_characters=x" },
		/* braces */
		{ "a{,2}", "aaa", "aa" }, { "a{,2}b", "b", "b" }, { "a{2,}", "aaa", "aaa" }, { "a{,}", "aaa", "aaa" }, { "a{2}", "aaa", "aa" }, { "a{1,2}?", "aaa", "a" },
		{ "a{1,2}+", "aaa", "aa" }, { "a{}", "a{}", "a{}" }, { "a{x}", "a{x}", "a{x}" }, { "{a}", "{a}", "{a}" }, { "a{1,x}", "a{1,x}", "a{1,x}" }, { "[{,4}]+", "{,4}", "{,4}" },
		{ "\\{,4}", "{,4}", "{,4}" }, { "a}", "a}", "a}" },
		/* sets */
		{ "[[:alpha:]]+", ":lph", "NO" }, { "[[:alpha:]]+", "a]", "a]" }, { "[[.x.]]", "x]", "x]" }, { "[]a]+", "a]", "a]" }, { "[^]x]+", "ab]", "ab" }, { "[a[]+", "[a", "[a" },
		{ "[\\]a]+", "]a", "]a" }, { "[\\b]", "\b", "\b" }, { "[a-c\\d-]+", "b1-", "b1-" }, { "[\\101]", "A", "A" }, { "[^\\S]", " ", " " }, { "[\\s]", "\x1f", "\x1f" },
		{ "a]", "a]", "a]" }, { "[\\x5d\\x41]+", "]A", "]A" },
		/* escapes */
		{ "a\\Z", "a\n", "NO" }, { "a\\Z", "a", "a" }, { "\\Aa", "a", "a" }, { "\\v", "\v", "\v" }, { "\\v", "\f", "NO" }, { "\\a\\f\\t", "\a\f\t", "\a\f\t" }, { "\\x41\\u0042\\103", "ABC", "ABC" },
		{ "\\/\\-\\:\\\"\\#\\<\\'\\ \\`", "/-:\"#<' `", "/-:\"#<' `" }, { "\\u00e9", "\xc3\xa9", "\xc3\xa9" }, { "\\xe9", "\xc3\xa9", "\xc3\xa9" }, { "\\0x", "", "NO" },
		{ "\\\xc3\xa9", "\xc3\xa9", "\xc3\xa9" }, { "\\s", "\x1f", "\x1f" }, { "\\S", "\x1f", "NO" }, { "\\s+$", " \t\x0b", " \t\x0b" },
		/* characters */
		{ "\xc3\xa9?x", "x", "x" }, { "[\xc3\xa9\xc3\xa8]+", "\xc3\xa8\xc3\xa9", "\xc3\xa8\xc3\xa9" }, { "[^\xc3\xa9]", "a", "a" }, { "\\w+", "\xc3\xa9x-", "\xc3\xa9x" }, { "\\d", "\xd9\xa3", "\xd9\xa3" },
		{ "\\s", "\xc2\xa0", "\xc2\xa0" }, { ".", "\xe4\xb8\xad", "\xe4\xb8\xad" }, { "(?i)\xc3\x89", "\xc3\xa9", "\xc3\xa9" }, { "x\\b", "x\xc3\xa9", "NO" },
		/* extensions */
		{ "(?:a|b)+", "ab", "ab" }, { "a(?=b)", "ab", "a" }, { "a(?!b)", "ab", "NO" }, { "a(?<=a)b", "ab", "ab" }, { "a(?<!a)b", "ab", "NO" }, { "(?>a+)a", "aaa", "NO" }, { "a++a", "aaa", "NO" },
		{ "a(?#comment (with)b", "ab", "ab" }, { "(?i:A)b", "ab", "ab" }, { "(?i:A)B", "ab", "NO" }, { "(?u:a)(?-i:b)", "ab", "ab" }, { "a(?i)B", "AB", "AB" }, { "(?#x)*", "", "BAD: nothing to repeat at position 5" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char got[400];

		run(span_str(rows[i].pattern), span_str(rows[i].text), got, sizeof(got));
		cr_expect_str_eq(got, rows[i].want, "%s on %s: %s, wanted %s", rows[i].pattern, rows[i].text, got, rows[i].want);
	}
}

Test(textfsm_regex, what_python_refuses_is_refused)
{
	static const struct {
		const char *pattern, *want;
	} rows[] = {
		{ "a**", "multiple repeat at position 2" }, { "a+*", "multiple repeat" }, { "a{2}{3}", "multiple repeat" }, { "*", "nothing to repeat at position 0" }, { "(*a)", "nothing to repeat" },
		{ "a|*", "nothing to repeat" }, { "^*", "nothing to repeat" }, { "$+", "nothing to repeat" }, { "\\b?", "nothing to repeat" }, { "(?:?)", "nothing to repeat" },
		{ "\\h", "bad escape \\h" }, { "\\R", "bad escape" }, { "\\K", "bad escape" }, { "\\e", "bad escape" }, { "\\Qa\\E", "bad escape" }, { "\\x4", "bad escape" }, { "\\u004", "bad escape" },
		{ "\\ud800", "bad escape" }, { "\\N{DASH}", "bad escape" }, { "[\\B]", "bad escape" }, { "[\\8]", "bad escape" }, { "\\777", "bad escape" }, { "a\\", "bad escape" }, { "\\z", "bad escape" },
		{ "[a", "unterminated character set at position 0" }, { "[]", "unterminated" }, { "[^]", "unterminated" }, { "[\\d-z]", "bad character range" }, { "[z-a]", "" },
		{ "(?P<x>a)(?P<x>b)", "redefinition of group name 'x'" }, { "(?P<x", "bad character in group name" }, { "(?P<1x>a)", "bad character in group name" }, { "(?P<>a)", "bad character" },
		{ "(?P=x)", "unknown group name 'x'" }, { "(?(x)a|b)", "unknown group name 'x'" }, { "\\1", "" }, { "(?P>x)", "unknown extension" }, { "(?<x>a)", "unknown extension" }, { "(?R)", "not taken" },
		{ "(?&x)", "unknown extension" }, { "(?C1)", "unknown extension" }, { "(?1)", "unknown extension" }, { "(?|a)", "unknown extension" }, { "(?x)a b", "the flag x is not taken" },
		{ "(?#a", "unterminated comment" }, { "(a", "" }, { "a)", "" }, { "a{3,2}", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char got[400], want[100];

		run(span_str(rows[i].pattern), SPAN_LIT("a"), got, sizeof(got));
		snprintf(want, sizeof(want), "BAD: %s", rows[i].want);
		cr_expect(strncmp(got, "BAD: ", 5) == 0 && strstr(got, rows[i].want), "%s: %s, wanted %s", rows[i].pattern, got, want);
	}
}

Test(textfsm_regex, groups_without_a_name_do_not_count_against_the_limit)
{
	char pattern[1000] = "", got[400];

	for (int i = 0; i < 100; i++)
		strcat(pattern, "(a)?");
	strcat(pattern, "(?P<x>b)");
	run(span_str(pattern), SPAN_LIT("aab"), got, sizeof(got));
	cr_expect_str_eq(got, "aab|x=b");
	pattern[0] = '\0';
	for (int i = 0; i <= REGEX_MAX_GROUPS; i++)
		snprintf(pattern + strlen(pattern), sizeof(pattern) - strlen(pattern), "(?P<a%d>)", i);
	run(span_str(pattern), SPAN_LIT(""), got, sizeof(got));
	cr_expect_str_eq(got, "BAD: more than 64 groups with a name");
}
