/* cli: by what line a device says that it waits. */
#include <criterion/criterion.h>

#include "drivers/transport/cli.h"
#include "drivers/transport/cli_reader.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

Test(cli_prompt, a_text_ends_in_the_prompt)
{
	static const struct {
		const char *what, *text, *name;
		bool want;
	} rows[] = {
		{ "alone", "core1#", "core1", true },
		{ "less rights", "core1>", "core1", true },
		{ "a blank behind", "core1# ", "core1", true },
		{ "two blanks behind", "core1#  ", "core1", false },
		{ "behind a line", "uptime 1 day\ncore1#", "core1", true },
		{ "behind a carriage return", "uptime\r\n\rcore1#", "core1", true },
		{ "a mode", "core1(config)#", "core1", true },
		{ "a mode", "core1(config-if-range)# ", "core1", true },
		{ "a mode that is not closed", "core1(config#", "core1", false },
		{ "a mode in a mode", "core1((config))#", "core1", false },
		{ "a line break in a mode", "core1(con\nfig)#", "core1", false },
		{ "not at the beginning of the line", "x core1#", "core1", false },
		{ "more behind", "core1#show", "core1", false },
		{ "another name", "core12#", "core1", false },
		{ "another name", "core#", "core1", false },
		{ "no end", "core1", "core1", false },
		{ "another end", "core1$", "core1", false },
		{ "a NUL is no end", "core1", "core1", false },
		{ "in the middle", "core1#\nmore", "core1", false },
		{ "the line after is empty", "core1#\n", "core1", false },
		{ "empty", "", "core1", false },
		{ "a long name is cut before a mode", "a-very-long-name-of-(config)#", "a-very-long-name-of-a-router", true },
		{ "a long name is not cut without one", "a-very-long-name-of-#", "a-very-long-name-of-a-router", false },
		{ "a short name is not cut", "cor(config)#", "core1", false },
		{ "with a place", "RP/0/RSP0/CPU0:core1(config)#", "RP/0/RSP0/CPU0:core1", true },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(cli_ends_in_prompt(span_str(rows[i].text), span_str(rows[i].name), "#>"), rows[i].want, "%s: \"%s\"", rows[i].what, rows[i].text);
	cr_expect_not(cli_ends_in_prompt(span_of("core1\0", 6), span_str("core1"), "#>"), "a NUL is no end");
	cr_expect_not(cli_ends_in_prompt(span_str("#"), SPAN_NONE, "#>"), "no prompt is known");
	cr_expect_not(cli_ends_in_prompt(span_str("#"), span_str(""), "#>"), "a prompt without a name is none");
}

Test(cli_prompt, its_name_is_learned)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "core1#", "core1" }, { "core1> ", "core1" }, { "hello\r\ncore1#", "core1" }, { "\rcore1#", "core1" }, { "core1(config)#", "core1" }, { "core1(config-if)# ", "core1" },
		{ "RP/0/RP0/CPU0:xr#", "RP/0/RP0/CPU0:xr" }, { "admin@mx> ", "admin@mx" }, { "root@frr:~# ", "root@frr:~" }, { "[root@host net]# ", "[root@host net]" },
		{ "XML> ", "XML" }, { "sw-1.example.net#", "sw-1.example.net" },
		{ "", NULL }, { "#", NULL }, { "> ", NULL }, { "#####", NULL }, { "----->", NULL }, { "Welcome to core1#", NULL }, { "# core1 #", NULL }, { "core1", NULL }, { "core1#\n", NULL },
		{ "core1#  ", NULL }, { "(config)#", NULL }, { "<interface>", NULL }, { "core1(config#", NULL }, { "core1 (x)#", NULL }, { "50% done>", NULL }, { "a\x01#", NULL },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span got = cli_learn_prompt(span_str(rows[i].text), "#>");

		cr_expect_eq(got.p == NULL, rows[i].want == NULL, "\"%s\" gives \"%.*s\"", rows[i].text, (int)got.n, got.p ? got.p : "");
		if (got.p && rows[i].want)
			cr_expect(span_eq(got, span_str(rows[i].want)), "\"%s\" gives \"%.*s\"", rows[i].text, (int)got.n, got.p);
	}
}

Test(cli_prompt, a_line_that_is_longer_than_any_prompt_is_none)
{
	char line[1024];

	memset(line, 'a', sizeof(line));
	line[sizeof(line) - 1] = '#';
	cr_expect_null(cli_learn_prompt(span_of(line, sizeof(line)), "#>").p);
	cr_expect_not(cli_ends_in_prompt(span_of(line, sizeof(line)), span_of(line, 10), "#>"));
}

Test(cli_prompt, a_pager_waits)
{
	static const struct {
		const char *line;
		enum cli_end want;
	} rows[] = {
		{ "--More--", CLI_END_PAGE }, { " --More-- ", CLI_END_PAGE }, { "--More--(37%)", CLI_END_PAGE }, { "---(more)---", CLI_END_PAGE }, { "---(more 45%)---", CLI_END_PAGE },
		{ "<--- More --->", CLI_END_PAGE }, { "---- More ----", CLI_END_PAGE }, { "-- MORE --, next page: Space, next line: Enter, quit: Control-C", CLI_END_PAGE },
		{ "--More-- or (q)uit", CLI_END_PAGE }, { "lines 1-24", CLI_END_PAGE }, { "lines 25-48 ", CLI_END_PAGE }, { "lines 1-24/60", CLI_END_PAGE }, { "lines 1-24/60 40%", CLI_END_PAGE },
		{ "lines 25-60/60 (END)", CLI_END_PAGE_LAST }, { "(END)", CLI_END_PAGE_LAST }, { "Press any key to continue (Q to quit)", CLI_END_PAGE },
		{ "", CLI_END_MORE }, { "more", CLI_END_MORE }, { "-- more words follow", CLI_END_MORE }, { "- moreover", CLI_END_MORE }, { "--", CLI_END_MORE }, { "lines", CLI_END_MORE },
		{ "lines -", CLI_END_MORE }, { "lines 1-24 of the file", CLI_END_MORE }, { "lines 12", CLI_END_MORE }, { "description --More--", CLI_END_MORE }, { "--Mor", CLI_END_MORE },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(cli_page(span_str(rows[i].line)), rows[i].want, "\"%s\"", rows[i].line);
}

Test(cli_prompt, a_password_or_a_user_is_asked_for)
{
	cr_expect(cli_asks_secret(span_str("Password:")));
	cr_expect(cli_asks_secret(span_str("Password: ")));
	cr_expect(cli_asks_secret(span_str("admin's enable password:")));
	cr_expect(cli_asks_secret(span_str("Enter PASSCODE:")));
	cr_expect_not(cli_asks_secret(span_str("password 7 0822455D0A16")));
	cr_expect_not(cli_asks_secret(span_str("Password required, but none set")));
	cr_expect_not(cli_asks_secret(span_str("")));
	cr_expect(cli_asks_user(span_str("Username: ")));
	cr_expect(cli_asks_user(span_str("frr login:")));
	cr_expect(cli_asks_user(span_str("User:")));
	cr_expect_not(cli_asks_user(span_str("Last login: Mon")));
}

Test(cli_prompt, the_echo_of_a_command)
{
	static const struct {
		const char *what, *text, *command;
		size_t want;
		bool more;
	} rows[] = {
		{ "as it is", "show clock\n12:00\n", "show clock", 11, false },
		{ "blanks behind it", "show clock  \n", "show clock", 13, false },
		{ "an end of line in the command does not count", "show clock\n", "show clock\n", 11, false },
		{ "broken by the terminal", "show\n clo\nck\nx", "show clock", 13, false },
		{ "not yet whole", "show cl", "show clock", 0, true },
		{ "its end of line is not there yet", "show clock", "show clock", 0, true },
		{ "more on the line", "show clock x\n", "show clock", 0, false },
		{ "another one", "show ver\n", "show clock", 0, false },
		{ "scrolled sideways", "$ock detail\n", "show clock detail", 12, false },
		{ "scrolled, another one", "$ock details\n", "show clock detail", 0, false },
		{ "scrolled, nothing left", "$\n", "show clock", 0, false },
		{ "scrolled, not whole", "$ock", "show clock", 0, true },
		{ "nothing", "", "show clock", 0, true },
		{ "an empty command", "\nx", "", 1, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		bool more;
		size_t got = cli_echo_length(span_str(rows[i].text), span_str(rows[i].command), &more);

		cr_expect_eq(got, rows[i].want, "%s: %zu", rows[i].what, got);
		cr_expect_eq(more, rows[i].more, "%s: more", rows[i].what);
	}
}
