/* cli: what a terminal would show. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "drivers/transport/cli.h"
#include "drivers/transport/cli_screen.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const struct {
	const char *what, *raw, *want;
} rows[] = {
	{ "nothing", "", "" },
	{ "lines of a terminal", "one\r\ntwo\r\n", "one\ntwo\n" },
	{ "lines of a file", "one\ntwo", "one\ntwo" },
	{ "\\r twice", "one\r\r\ntwo", "one\ntwo" },
	{ "\\r behind", "one\n\rtwo", "one\ntwo" },
	{ "written over", "10%\r20%\r100%\r\n", "100%\n" },
	{ "only its beginning", "abcdef\rAB\r\n", "ABcdef\n" },
	{ "a pager that wipes itself out", "one\r\n --More-- \r          \rtwo\r\n", "one\ntwo\n" },
	{ "with backspaces", "one\r\n --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\btwo\r\n", "one\ntwo\n" },
	{ "with an escape sequence", "one\r\n--More--\x1b[8D\x1b[Ktwo\r\n", "one\ntwo\n" },
	{ "with \\r and one", "one\r\n---(more)---\r\x1b[Ktwo\r\n", "one\ntwo\n" },
	{ "the whole line", "one\r\nlines 1-24\x1b[2K\rtwo\r\n", "one\ntwo\n" },
	{ "blanks at an end stay where nothing was written over", "one  \r\n", "one  \n" },
	{ "a typing error", "shw\b \bow\r\n", "show\n" },
	{ "backspaces end at the line", "a\r\n\b\b\b\bb", "a\nb" },
	{ "colours", "\x1b[1;31mred\x1b[0m \x1b[?2004hx", "red x" },
	{ "a title", "\x1b]0;root@frr\x07prompt#", "prompt#" },
	{ "a title, ended otherwise", "\x1b]0;root@frr\x1b\\prompt#", "prompt#" },
	{ "a title that is not ended ends with the line", "\x1b]0;root@frr\nprompt#", "\nprompt#" },
	{ "a sequence in a sequence", "\x1b[1\x1b[31mx", "x" },
	{ "a line break in a sequence", "a\x1b[1\nb", "a\nb" },
	{ "a character set", "\x1b(Bx\x1b=y", "xy" },
	{ "a new line by ESC E", "one\x1b" "Etwo", "one\ntwo" },
	{ "forward, not past the end", "abc\r\x1b[2Cx\x1b[9Cy", "abxy" },
	{ "a column", "abc\x1b[2Gx", "axc" },
	{ "a large number", "abc\x1b[99999999999999999999Dx", "xbc" },
	{ "a tabulator stays", "a\tb", "a\tb" },
	{ "bells, DEL and the like are gone", "a\x07\x7f\x01\x0c" "b", "ab" },
	{ "bytes above ASCII stay", "\xc3\xa9\xff", "\xc3\xa9\xff" },
};

Test(cli_screen, what_is_shown)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = strdup(rows[i].raw);
		size_t n = cli_plain(text, strlen(text));

		cr_expect(span_eq(span_of(text, n), span_str(rows[i].want)), "%s: \"%.*s\"", rows[i].what, (int)n, text);
		free(text);
	}
}

Test(cli_screen, nul_bytes_are_gone)
{
	char text[] = "a\0b\0\0c";

	cr_expect(span_eq(span_of(text, cli_plain(text, 6)), SPAN_LIT("abc")));
}

/* At the edge of a page that is not there. */
Test(cli_screen, every_split_shows_the_same)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), room[256];

	cr_assert_neq(map, MAP_FAILED);
	cr_assert_eq(mprotect(map + page, page, PROT_NONE), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span raw = span_str(rows[i].raw);

		for (size_t at = 0; at <= raw.n; at++) {
			struct cli_screen s;
			char *first = map + page - at, *second = map + page - (raw.n - at);
			struct span line;

			cli_screen_init(&s, room);
			memcpy(first, raw.p, at);
			cli_screen_feed(&s, span_of(first, at));
			memcpy(second, raw.p + at, raw.n - at);
			cli_screen_feed(&s, span_of(second, raw.n - at));
			line = cli_screen_line(&s);
			cr_expect(span_eq(span_of(room, s.line + line.n), span_str(rows[i].want)), "%s, split at %zu", rows[i].what, at);
		}
	}
	munmap(map, 2 * page);
}

Test(cli_screen, no_bytes_lead_out_of_the_text)
{
	unsigned long seed = 1;

	for (int round = 0; round < 20000; round++) {
		static const char dangerous[] = "\r\n\b\x1b[]0129;KJDCGEmP \\\x07#a";
		char *text = malloc(64);
		size_t n;

		for (size_t i = 0; i < 64; i++) {
			seed = seed * 6364136223846793005ul + 1442695040888963407ul;
			text[i] = dangerous[(seed >> 33) % sizeof(dangerous)];
		}
		n = cli_plain(text, 64);
		cr_assert_leq(n, 64);
		free(text);
	}
}
