/* textfsm_template, textfsm_rule: what is read, and what is refused in which line. */
#include "tests/drivers/textfsm_try.h"

#define LONG48 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuv"
#define V "Value A (\\d)\n"
#define S "\nStart\n"

Test(textfsm_template, faults_are_told_with_their_line)
{
	static const struct {
		const char *template, *want;
	} rows[] = {
		/* values */
		{ "\nValue A (x)\n\nStart\n", "t:2:1: error: this is no name of a state" },
		{ V "what\n" S, "t:2:1: error: a blank line ends the values" },
		{ "what\n" S, "t:1:1: error: a template begins with its values" },
		{ "Value\n" S, "t:1:1: error: a template begins with its values" },
		{ "Value A\n" S, "t:1:1: error: a Value has a name and a regex" },
		{ "Value  A (x)\n" S, "t:1:7: error: an option is missing" },
		{ "Value A  (x)\n" S, "t:1:7: error: there is no option \"A\"" },
		{ "Value List, A (x)\n" S, "an option is missing" },
		{ "Value List, Key A (x)\n" S, "an option is missing" },
		{ "Value Lost A (x)\n" S, "t:1:7: error: there is no option \"Lost\" (did you mean \"List\"?)" },
		{ "Value Key,List,Key A (x)\n" S, "t:1:16: error: the option Key stands here twice" },
		{ "Value A (x\n" S, "t:1:9: error: a Value's regex stands in parentheses" },
		{ "Value Key A x\n" S, "t:1:13: error: a Value's regex stands in parentheses" },
		{ "Value A (x\\)\n" S, "a Value's regex stands in parentheses" },
		{ "Value A ((x)\n" S, "t:1:9: error: " },
		{ V V S, "t:2:7: error: there is a Value \"A\" already" },
		{ "Value " LONG48 "x (x)\n" S, "a Value's name has 1 to 48 characters" },
		/* states */
		{ V "\nStart me\n", "t:3:1: error: this is no name of a state" },
		{ V S "\n  ^a\n", "t:5:1: error: this is no name of a state" },
		{ V S "\nContinue\n", "t:5:1: error: a state cannot be called Continue" },
		{ V S "\nNext\n", "cannot be called Next" }, { V S "\nError\n", "cannot be called Error" }, { V S "\nClear\n", "cannot be called Clear" },
		{ V S "\nClearall\n", "cannot be called Clearall" }, { V S "\nRecord\n", "cannot be called Record" }, { V S "\nNoRecord\n", "cannot be called NoRecord" },
		{ V S S, "t:5:1: error: there is a state \"Start\" already" },
		{ V S "\n" LONG48 "x\n", "this is no name of a state" },
		{ V, "t: error: there is no state \"Start\"" },
		{ V "\nOther\n", "there is no state \"Start\"" },
		{ V S "\nEnd\n  ^a\n", "t:5:1: error: the state End has no rules" },
		{ V S "\nEOF\n  ^a\n", "t:5:1: error: the state EOF has no rules" },
		/* rules */
		{ V S "   ^a\n", "t:4:4: error: a rule begins with one blank, two blanks or a tab, and then ^" },
		{ V S "^a\n", "t:4:1: error: a rule begins" }, { V S "\t\t^a\n", "t:4:3: error: a rule begins" }, { V S "  a\n", "t:4:3: error: a rule begins" },
		{ V S "  ^a ->Record\n", "t:4:8: error: white space stands behind ->" },
		{ V S "  ^a -> Nowhere\n", "t:4:9: error: there is no state \"Nowhere\"" },
		{ V S "  ^a -> record\n", "t:4:9: error: there is no state \"record\"" },
		{ V S "  ^a -> Next.Error\n", "t:4:9: error: an action is" }, { V S "  ^a -> Next.Foo\n", "an action is" }, { V S "  ^a -> Record.Next\n", "an action is" },
		{ V S "  ^a -> Record Start Start\n", "an action is" }, { V S "  ^a -> Record Next.Record\n", "an action is" },
		{ V S "  ^a -> Continue Start\n", "t:4:18: error: Continue goes on with the next rule" },
		{ V S "  ^a -> Continue.Record Start\n", "Continue goes on with the next rule" },
		{ V S "  ^a -> Next \"text\"\n", "t:4:14: error: a text stands behind Error only" }, { V S "  ^a -> \"text\"\n", "a text stands behind Error only" },
		{ V S "  ^a$\n", "t:4:5: error: a $ begins a Value" }, { V S "  ^${A\n", "a $ begins a Value" }, { V S "  ^${}\n", "a $ begins a Value" },
		{ V S "  ^${NO}\n", "t:4:4: error: there is no Value of this name" }, { V S "  ^$NO\n", "there is no Value of this name" },
		{ V S "  ^${A}${A}\n", "redefinition of group name 'A'" }, { V S "  ^(?:${A}|x${A})\n", "redefinition of group name 'A'" },
		{ V S "  ^(a\n", "t:4:3: error: " }, { V S "  ^a**\n", "multiple repeat" },
		{ "Value A (\xff)\n" S, "t:1:1: error: this is no UTF-8" }, { V "\n\xc3\nStart\n", "t:3:1: error: this is no UTF-8" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *got = textfsm_try(rows[i].template, "");

		cr_expect(strstr(got, rows[i].want), "%s\ngot:  %s\nwant: %s", rows[i].template, got, rows[i].want);
		free(got);
	}
}

Test(textfsm_template, all_faults_are_told_together)
{
	char *got = textfsm_try("Value A (x)\nValue B (x\nValue Lost C (x)\n\nStart\n  ^${B}\n", "");

	cr_expect(strstr(got, "t:2:") && strstr(got, "t:3:") && strstr(got, "2 errors"), "%s", got);
	free(got);
	got = textfsm_try(V S "  ^(\n  ^)\n  ^a ->x\n", "");
	cr_expect(strstr(got, "t:4:") && strstr(got, "t:5:") && strstr(got, "t:6:") && strstr(got, "3 errors"), "%s", got);
	free(got);
}

Test(textfsm_template, a_fault_shows_the_place)
{
	char *got = textfsm_try(V S "  ^a -> Record Nowhere\n", "");

	cr_expect_str_eq(got, "t:4:16: error: there is no state \"Nowhere\"\n    4 |   ^a -> Record Nowhere\n      |                ^~~~~~~\n1 error\n");
	free(got);
}

Test(textfsm_template, what_python_reads_is_read)
{
	static const struct {
		const char *what, *template;
	} rows[] = {
		{ "blanks at the end of lines", "Value A (\\d) \t \n \t\nStart  \n  ^${A} -> Record  \n" },
		{ "no-break spaces at the end of lines", "Value A (\\d)\xc2\xa0\n\xe3\x80\x80\nStart\n  ^${A} -> Record\xc2\xa0\n" },
		{ "CRLF", "Value A (\\d)\r\n\r\nStart\r\n  ^${A} -> Record\r\n" },
		{ "CR", "Value A (\\d)\r\rStart\r  ^${A} -> Record\r" },
		{ "no newline at the end", V S "  ^${A} -> Record" },
		{ "comments", "# one\n" V "   # two\n" S "\t# three\n  ^${A} -> Record\n  # four\n\n# five\n\n#six\n" },
		{ "a # in a rule is a character", V S "  ^#?${A} -> Record\n" },
		{ "blank lines and comments between states", V "\n\n# x\n\nStart\n  ^${A} -> Record\n\n\n#y\n\nB\n" },
		{ "one blank", V S " ^${A} -> Record\n" }, { "two", V S "  ^${A} -> Record\n" }, { "a tab", V S "\t^${A} -> Record\n" },
		{ "End and EOF without rules", V S "  ^${A} -> Record\n\nEnd\n\nEOF\n" },
		{ "a state's name of 48 characters", V S "  ^x -> " LONG48 "\n  ^${A} -> Record\n\n" LONG48 "\n" },
		{ "blanks in a regex", "Value A (\\d(?:  x)?)\n" S "  ^${A} -> Record\n" },
		{ "more blanks around an action", V S "  ^${A} ->   Record   Start\n" },
		{ "the sum of all operators", V S "  ^x -> Next\n  ^x -> Next.Clear\n  ^x -> Clearall\n  ^x -> NoRecord Start\n  ^x -> Error.Clear\n  ^x -> Error \"a -- b\"\n  ^${A} -> Next.Record Start\n" },
		{ "an Error needs no state", V S "  ^x -> Error Nowhere\n  ^${A} -> Record\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *got = textfsm_try(rows[i].template, "1\n");

		cr_expect_str_eq(got, "[{\"A\":\"1\"}]", "%s: %s", rows[i].what, got);
		free(got);
	}
}

Test(textfsm_template, names_of_48_characters)
{
	char *got = textfsm_try("Value " LONG48 " (\\d)\n" S "  ^${" LONG48 "}\n", "1\n");

	cr_expect_str_eq(got, "[{\"" LONG48 "\":\"1\"}]");
	free(got);
}

/* `n` lines with their number in them. */
static char *
lines(const char *before, const char *format, int n, const char *after)
{
	char *all = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&all, &size);

	fputs(before, f);
	for (int i = 0; i < n; i++) {
		const char *at = strchr(format, '@');

		fprintf(f, "%.*s%d%s", (int)(at - format), format, i, at + 1);
	}
	fputs(after, f);
	fclose(f);
	return all;
}

Test(textfsm_template, numbers_have_an_end, .timeout = 60)
{
	static const struct {
		const char *before, *format, *after, *want;
		int n;
	} rows[] = {
		{ "", "Value A@ (x)\n", "\nStart\n", "t:1001:1: error: more than 1000 values", TEXTFSM_MAX_VALUES + 1 },
		{ "\nStart\n", "\nS@\n", "", "error: more than 1000 states", TEXTFSM_MAX_STATES + 1 },
		{ "\nStart\n", "  ^a@\n", "", "t:2003:1: error: more than 2000 rules", TEXTFSM_MAX_RULES + 1 },
		{ "", "Value A@\n", "", "50 errors", 50000 },
		{ "", "what@ ever\n", "", "t:1:1: error: a template begins", 50000 },
		{ "Value A (x)\n\nStart\n", "what@ ever\n", "", "50 errors", 10000 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *template = lines(rows[i].before, rows[i].format, rows[i].n, rows[i].after), *got = textfsm_try(template, "");

		cr_expect(strstr(got, rows[i].want), "%s: %s", rows[i].want, got);
		free(got);
		free(template);
	}
}

Test(textfsm_template, a_regex_has_an_end)
{
	char *template = lines("Value A (\\d", "x@", 12000, ")\n\nStart\n  ^${A}\n"), *got = textfsm_try(template, "");

	cr_expect(strstr(got, "error: "), "%s", got);
	free(got);
	free(template);
}
