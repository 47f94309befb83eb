/*
 * Text of devices on a terminal: what passes, what is escaped, how wide it is, where it is cut.
 */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "collector/printable.h"

static struct printable_locale locale;

static void
speak(const char *name)
{
	setenv("LC_ALL", name, 1);
	printable_open(&locale);
}

static void
end(void)
{
	printable_close(&locale);
}

TestSuite(printable, .fini = end);

static const struct {
	const char *text, *shown;
	size_t columns;         /* that it takes of `most` */
	size_t most;
} cuts[] = {
	{ "", "", 0, 10 },
	{ "Büro Zürich", "Büro Zürich", 11, 60 },
	{ "Büro Zürich", "Büro Zürich", 11, 11 },
	{ "Büro Zürich", "Büro Züri…", 10, 10 },
	{ "東京 1", "東京 1", 6, 6 },
	{ "東京 12", "東京 …", 6, 6 },
	{ "東京東京", "東京…", 5, 6 },          /* half a wide sign is none */
	{ "e\u0301tage", "e\u0301tage", 5, 5 },         /* a combining mark has no width */
	{ "e\u0301tages", "e\u0301tag…", 5, 5 },
	{ "a\x1b[31m", "a\\x1b[31m", 9, 60 },
	{ "a\x1b[31m", "a…", 2, 4 },            /* nor is an escape cut */
	{ "\x7f\t\r", "\\x7f\\x09\\x0d", 12, 60 },
	{ "\xc2\x9b" "1mC1", "\\xc2\\x9b1mC1", 12, 60 },
	{ "\u202eevil\u202c", "\\xe2\\x80\\xaeevil\\xe2\\x80\\xac", 28, 60 },
	{ "\u200e\u200f", "\\xe2\\x80\\x8e\\xe2\\x80\\x8f", 24, 60 },
	{ "\u2066\u2069", "\\xe2\\x81\\xa6\\xe2\\x81\\xa9", 24, 60 },
	{ "\u200b\u200d\ufeff", "\\xe2\\x80\\x8b\\xe2\\x80\\x8d\\xef\\xbb\\xbf", 36, 60 },
	{ "\u2028\u2029", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9", 24, 60 },
	{ "\xff\xc3", "\\xff\\xc3", 8, 60 },            /* no UTF-8 */
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80", 12, 60 },  /* a surrogate */
};

Test(printable, passes_letters_and_cuts_by_columns)
{
	char buf[256];

	speak("C.UTF-8");
	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++) {
		cr_expect_eq(printable_cut(buf, sizeof(buf), span_str(cuts[i].text), cuts[i].most), cuts[i].columns, "row %zu", i);
		cr_expect_str_eq(buf, cuts[i].shown, "row %zu: %s", i, buf);
	}
}

Test(printable, has_room_for_the_mark_in_any_buffer)
{
	char buf[64];

	speak("C.UTF-8");
	for (size_t cap = 8; cap < sizeof(buf); cap++) {
		printable_cut(buf, cap, SPAN_LIT("Zürich 東京 \x1b \xff and so on, and on, and on, and on, and on"), 1000);
		cr_expect_lt(strlen(buf), cap);
		cr_expect_str_eq(buf + strlen(buf) - strlen("…"), "…", "%zu: %s", cap, buf);
	}
}

Test(printable, escapes_a_nul)
{
	char buf[16];

	speak("C.UTF-8");
	printable_cut(buf, sizeof(buf), SPAN_LIT("a\0b"), 60);
	cr_expect_str_eq(buf, "a\\x00b");
}

Test(printable, is_ascii_where_the_locale_is)
{
	char buf[64];

	speak("C");
	cr_expect_eq(printable_cut(buf, sizeof(buf), SPAN_LIT("Büro"), 60), 11);
	cr_expect_str_eq(buf, "B\\xc3\\xbcro");
	cr_expect_eq(printable_cut(buf, sizeof(buf), SPAN_LIT("a long name"), 9), 9);
	cr_expect_str_eq(buf, "a long...");
}

Test(printable, takes_utf8_where_the_locale_is_not_there_or_not_said)
{
	static const char *const names[] = { "xx_XX.UTF-8", "" };
	char buf[64];

	for (size_t i = 0; i < 2; i++) {
		setenv("LC_CTYPE", names[i], 1);
		setenv("LANG", names[i], 1);
		speak(names[i]);
		printable_cut(buf, sizeof(buf), SPAN_LIT("Büro"), 60);
		cr_expect_str_eq(buf, "Büro", "%s: %s", names[i], buf);
		end();
	}
}
