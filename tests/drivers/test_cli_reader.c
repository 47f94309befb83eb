/* cli: the answer to a command out of what a device prints, however it comes in pieces. */
#include <criterion/criterion.h>

#include <time.h>

#include "drivers/transport/cli_reader.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
/* In what is fed: the device waits for a key here. */
#define KEY '\x02'

static const struct {
	const char *what, *command, *until, *raw;
	enum cli_end end;
	const char *answer;
} rows[] = {
	{ "echo, output, prompt", "show clock", NULL, "show clock\r\n12:00\r\ncore1#", CLI_END_SURE, "12:00" },
	{ "no output", "end", NULL, "end\r\ncore1#", CLI_END_SURE, "" },
	{ "less rights", "disable", NULL, "disable\r\ncore1>", CLI_END_SURE, "" },
	{ "a mode", "configure terminal", NULL, "configure terminal\r\nEnter commands\r\ncore1(config)#", CLI_END_SURE, "Enter commands" },
	{ "leading lines stay, trailing ones go", "show x", NULL, "show x\r\n\r\n a\r\n\r\n\r\ncore1#", CLI_END_SURE, "\n a" },
	{ "no echo", "show clock", NULL, "12:00\r\ncore1#", CLI_END_PROMPT, "12:00" },
	{ "not over", "show clock", NULL, "show clock\r\n12:00\r\n", CLI_END_MORE, "12:00" },
	{ "not over, the prompt is cut", "show clock", NULL, "show clock\r\n12:00\r\ncore", CLI_END_MORE, "12:00" },
	{ "a blank too much", "show clock", NULL, "show clock\r\n12:00\r\ncore1# ", CLI_END_PROMPT, "12:00" },
	{ "the prompt in the middle", "show banner", NULL, "show banner\r\ncore1#show x\r\n core1#\r\nlast\r\ncore1#", CLI_END_SURE, "core1#show x\n core1#\nlast" },
	{ "the prompt on a line of the output", "show banner", NULL, "show banner\r\ncore1#\r\nlast\r\ncore1#", CLI_END_SURE, "core1#\nlast" },
	{ "what came before the echo is not the answer", "show clock", NULL, "*Mar  1 00:00:01: %LINK-3-UPDOWN: Interface x\r\ncore1#show clock\r\n12:00\r\ncore1#", CLI_END_SURE, "12:00" },
	{ "a message breaks the echo, the device writes it again", "show clock", NULL, "show cl\r\n*Mar  1 00:00:01: %LINK-3-UPDOWN: Interface x\r\ncore1#show clock\r\n12:00\r\ncore1#",
	    CLI_END_SURE, "12:00" },
	{ "an old prompt", "show clock", NULL, "\r\ncore1#\r\ncore1#show clock\r\n12:00\r\ncore1#", CLI_END_SURE, "12:00" },
	{ "a message behind the prompt", "end", NULL, "end\r\ncore1#\r\n*Mar  1 00:00:01.123: %SYS-5-CONFIG_I: Configured from console\r\n", CLI_END_SILENT, "" },
	{ "and the prompt again", "end", NULL, "end\r\ncore1#\r\n*Mar  1 00:00:01.123: %SYS-5-CONFIG_I: Configured from console\r\ncore1#", CLI_END_SURE, "" },
	{ "a message in the output stays", "show x", NULL, "show x\r\n*Mar  1 00:00:01.123: %SYS-5-CONFIG_I: Configured\r\na\r\ncore1#", CLI_END_SURE,
	    "*Mar  1 00:00:01.123: %SYS-5-CONFIG_I: Configured\na" },
	{ "an echo with backspaces", "show clock", NULL, "shw\b \bow clock\r\n12:00\r\ncore1#", CLI_END_SURE, "12:00" },
	{ "an echo that a line editor breaks", "show a-word-that-is-as-long-as-a-terminal-is-wide", NULL,
	    "show a-word-that-is-as-long-as-a-terminal-i\ris-wide\r\n12:00\r\ncore1#", CLI_END_SURE, "12:00" },
	{ "an echo that the device breaks", "show a long command", NULL, "show a lo\r\nng command\r\n12:00\r\ncore1#", CLI_END_SURE, "12:00" },
	{ "an echo that is scrolled", "show interfaces", NULL, "show inter\b\b\b\b\b\b\b\b\b\b$nterfaces\b\b\x1b[2C\r\n12:00\r\ncore1#", CLI_END_SURE, "12:00" },
	{ "a pager", "show x", NULL, "show x\r\n1\r\n --More-- \x02\r          \r2\r\n--More--\x02\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b3\r\ncore1#", CLI_END_SURE, "1\n2\n3" },
	{ "a pager before the prompt", "show x", NULL, "show x\r\n1\r\n --More-- \x02\r          \rcore1#", CLI_END_SURE, "1" },
	{ "a pager that only looks so", "show x", NULL, "show x\r\n--More--\r\n2\r\ncore1#", CLI_END_SURE, "--More--\n2" },
	{ "escape sequences around the prompt", "show x", NULL, "show x\r\n\x1b[?2004l\r1\r\n\x1b[?2004hcore1#", CLI_END_SURE, "1" },
	{ "a password", "enable", NULL, "enable\r\nPassword: ", CLI_END_SECRET, NULL },
	{ "no password", "show x", NULL, "show x\r\nusername a password: x\r\n", CLI_END_MORE, "username a password: x" },
	{ "another prompt", "hostname x", NULL, "hostname x\r\nx(config)#", CLI_END_OTHER_PROMPT, NULL },
	{ "what was waited for", "xml", "XML> ", "xml\r\nXML> ", CLI_END_SURE, "" },
	{ "without echo", "<Request/>", "XML> ", "<Response>\n</Response>\nXML> ", CLI_END_SURE, "<Response>\n</Response>" },
	{ "without its blank", "<Request/>", "XML> ", "<Response>\n</Response>\nXML>", CLI_END_SURE, "<Response>\n</Response>" },
	{ "with a blank that nobody asked for", "delete x", "[confirm]", "delete x\r\nDelete flash:x? [confirm] ", CLI_END_PROMPT, "Delete flash:x? [confirm]" },
	{ "a question", "delete x", "[confirm]", "delete x\r\nDelete flash:x? [confirm]", CLI_END_PROMPT, "Delete flash:x? [confirm]" },
	{ "or the prompt instead", "delete x", "[confirm]", "delete x\r\n%Error deleting\r\ncore1#", CLI_END_SURE, "%Error deleting" },
	{ "the echo of a question's answer", "", NULL, "\r\nDone\r\ncore1#", CLI_END_SURE, "Done" },
	{ "an empty line with more carriage returns", "show x", NULL, "show x\r\n\r\r\n1\r\ncore1#", CLI_END_SURE, "\n1" },
	{ "nothing", "show x", NULL, "", CLI_END_MORE, "" },
};

static void
feed(struct cli_reader *r, struct span in, const char *what)
{
	while (in.n > 0) {
		const char *key = memchr(in.p, KEY, in.n);
		size_t n = key ? (size_t)(key - in.p) : in.n;

		cr_assert(cli_reader_feed(r, span_of(in.p, n)));
		cli_reader_end(r);
		if (key) {
			cr_expect_eq(cli_reader_end(r), CLI_END_PAGE, "%s: the pager", what);
			cli_reader_page(r);
			n++;
		}
		in = span_skip(in, n);
	}
}

static void
try_row(size_t i, size_t a, size_t b)
{
	const struct cli_prompt prompt = { .name = SPAN_LIT("core1"), .ends = "#>" };
	struct span raw = span_str(rows[i].raw);
	struct cli_reader r;
	struct buffer text;
	enum cli_end end;

	buffer_init(&text, 4096);
	cli_reader_begin(&r, &prompt, &text, span_str(rows[i].command), rows[i].until);
	feed(&r, span_of(raw.p, a), rows[i].what);
	feed(&r, span_of(raw.p + a, b - a), rows[i].what);
	feed(&r, span_skip(raw, b), rows[i].what);
	end = cli_reader_end(&r);
	cr_expect_eq(end, rows[i].end, "%s, split at %zu and %zu: end %d", rows[i].what, a, b, (int)end);
	cli_reader_finish(&r);
	if (rows[i].answer)
		cr_expect(span_eq(buffer_span(&text), span_str(rows[i].answer)), "%s, split at %zu and %zu: \"%.*s\"", rows[i].what, a, b, (int)text.n, text.p ? text.p : "");
	buffer_fini(&text);
}

Test(cli_reader, the_answer_in_every_two_splits)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = strlen(rows[i].raw);

		for (size_t a = 0; a <= n; a++)
			for (size_t b = a; b <= n; b++)
				try_row(i, a, b);
	}
}

Test(cli_reader, the_echo_is_not_looked_for_without_end)
{
	const struct cli_prompt prompt = { .name = SPAN_LIT("core1"), .ends = "#>" };
	struct cli_reader r;
	struct buffer text;

	buffer_init(&text, 1 << 20);
	cli_reader_begin(&r, &prompt, &text, SPAN_LIT("show x"), NULL);
	for (int i = 0; i < 100; i++)
		cli_reader_feed(&r, SPAN_LIT("a line\r\n"));
	cli_reader_feed(&r, SPAN_LIT("show x\r\ncore1#"));
	cr_expect_eq(cli_reader_end(&r), CLI_END_PROMPT);
	cli_reader_finish(&r);
	cr_expect(text.n > 700, "nothing is cut off");
	buffer_fini(&text);
}

Test(cli_reader, a_text_past_the_limit_is_refused)
{
	const struct cli_prompt prompt = { .name = SPAN_LIT("core1"), .ends = "#>" };
	struct cli_reader r;
	struct buffer text;

	buffer_init(&text, 10);
	cli_reader_begin(&r, &prompt, &text, SPAN_LIT("x"), NULL);
	cr_expect(cli_reader_feed(&r, SPAN_LIT("0123456789")));
	cr_expect_not(cli_reader_feed(&r, SPAN_LIT("0")));
	buffer_fini(&text);
}

Test(cli_reader, names_are_asked_for_only_at_the_login)
{
	struct cli_prompt prompt = { .ends = "#>" };
	struct cli_reader r;
	struct buffer text;

	buffer_init(&text, 100);
	cli_reader_begin(&r, &prompt, &text, SPAN_LIT(""), NULL);
	cli_reader_feed(&r, SPAN_LIT("Username: "));
	cr_expect_eq(cli_reader_end(&r), CLI_END_USER);
	prompt.name = SPAN_LIT("core1");
	cr_expect_eq(cli_reader_end(&r), CLI_END_MORE);
	buffer_fini(&text);
}

/* Were each read to look at all that came before it, a row would take half a minute. */
Test(cli_reader, a_read_costs_what_was_read)
{
	static const struct {
		const char *what, *before, *piece, *until;
	} costly[] = {
		{ "blanks", "", "        ", NULL },
		{ "blanks behind a prompt", "show x\r\ncore1#", "        ", NULL },
		{ "blanks, with something waited for", "show x\r\nXML>", "        ", "XML>" },
		{ "blanks, the cursor before them", "", "\x1b[99999C\x1b[99999C        \x1b[G", NULL },
		{ "empty lines", "", "\r\n\r\n\r\n\r\n", NULL },
		{ "empty lines behind the beginning of an echo", "show", "\r\n\r\n\r\n\r\n", NULL },
		{ "a long line that may be an echo", "$", "xxxxxxx ", NULL },
		{ "prompts", "show x\r\n", "core1#\r\n", NULL },
	};
	const struct cli_prompt prompt = { .name = SPAN_LIT("core1"), .ends = "#>" };

	for (size_t i = 0; i < COUNT(costly); i++) {
		struct cli_reader r;
		struct buffer text;
		clock_t begin = clock();

		buffer_init(&text, 16 << 20);
		cli_reader_begin(&r, &prompt, &text, SPAN_LIT("show x"), costly[i].until);
		cli_reader_feed(&r, span_str(costly[i].before));
		for (int n = 0; n < 200000 && clock() - begin < 2 * CLOCKS_PER_SEC; n++) {
			cli_reader_feed(&r, span_str(costly[i].piece));
			cli_reader_end(&r);
		}
		cr_expect(clock() - begin < 2 * CLOCKS_PER_SEC, "%s: %.1f s", costly[i].what, (double)(clock() - begin) / CLOCKS_PER_SEC);
		buffer_fini(&text);
	}
}
