/* textfsm: what a run makes of lines.  Templates and texts are made up. */
#include "tests/drivers/textfsm_try.h"

struct row {
	const char *what, *template, *text, *want;
};

static void
check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *got = textfsm_try(rows[i].template, rows[i].text);

		cr_expect_str_eq(got, rows[i].want, "%s\ngot:  %s\nwant: %s", rows[i].what, got, rows[i].want);
		free(got);
	}
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(*(rows)))

/* Two values, the rules of Start. */
#define AB(a, b, rules) "Value " a " (\\d*)\nValue " b " (\\w*)\n\nStart\n" rules

Test(textfsm, options_do_what_python_does)
{
	static const struct row rows[] = {
		{ "a record has all values, unset ones as \"\" and []", "Value A (\\d)\nValue B (x)\nValue List C (y)\n\nStart\n  ^${A} -> Record\n", "1\n2\n",
		  "[{\"A\":\"1\",\"B\":\"\",\"C\":[]},{\"A\":\"2\",\"B\":\"\",\"C\":[]}]" },
		{ "Required: without it the record is dropped and cleared", AB("Required A", "B", "  ^b${B} -> Continue\n  ^a${A}\n  ^r -> Record\n"), "bx\nr\na1\nr\n",
		  "[{\"A\":\"1\",\"B\":\"\"}]" },
		{ "Required: \"\" is missing, too", AB("Required A", "B", "  ^a${A} -> Record\n"), "a\na1\n", "[{\"A\":\"1\",\"B\":\"\"}]" },
		{ "Filldown keeps the last over Record and Clear", AB("Filldown A", "B", "  ^a${A}\n  ^c -> Clear\n  ^b${B} -> Record\n\nEOF\n"), "a1\nbx\nc\nby\n",
		  "[{\"A\":\"1\",\"B\":\"x\"},{\"A\":\"1\",\"B\":\"y\"}]" },
		{ "Filldown keeps \"\", too", AB("Filldown A", "B", "  ^a${A}\n  ^b${B} -> Record\n\nEOF\n"), "a1\na\nbx\nby\n",
		  "[{\"A\":\"\",\"B\":\"x\"},{\"A\":\"\",\"B\":\"y\"}]" },
		{ "Clearall makes Filldown forget", AB("Filldown A", "B", "  ^a${A}\n  ^c -> Clearall\n  ^b${B} -> Record\n\nEOF\n"), "a1\nc\nbx\n",
		  "[{\"A\":\"\",\"B\":\"x\"}]" },
		{ "Filldown makes an almost empty last record", AB("Filldown A", "B", "  ^a${A}\n  ^b${B} -> Record\n"), "a1\nbx\n",
		  "[{\"A\":\"1\",\"B\":\"x\"},{\"A\":\"1\",\"B\":\"\"}]" },
		{ "Filldown,Required: filled down is there", AB("Filldown,Required A", "B", "  ^a${A}\n  ^b${B} -> Record\n\nEOF\n"), "a1\nbx\nby\n",
		  "[{\"A\":\"1\",\"B\":\"x\"},{\"A\":\"1\",\"B\":\"y\"}]" },
		{ "Fillup fills upwards to the first that is not empty", AB("Fillup A", "B", "  ^a${A} -> Record\n  ^b${B} -> Record\n"), "bx\na1\nby\nbz\na2\n",
		  "[{\"A\":\"1\",\"B\":\"x\"},{\"A\":\"1\",\"B\":\"\"},{\"A\":\"2\",\"B\":\"y\"},{\"A\":\"2\",\"B\":\"z\"},{\"A\":\"2\",\"B\":\"\"}]" },
		{ "Fillup: \"\" fills nothing", AB("Fillup A", "B", "  ^a${A} -> Record\n  ^b${B} -> Record\n"), "bx\na\na3\n",
		  "[{\"A\":\"3\",\"B\":\"x\"},{\"A\":\"3\",\"B\":\"\"},{\"A\":\"3\",\"B\":\"\"}]" },
		{ "List appends, and a record empties it", AB("List A", "B", "  ^a${A}\n  ^b${B} -> Record\n"), "a1\na2\nbx\na3\nby\nbz\n",
		  "[{\"A\":[\"1\",\"2\"],\"B\":\"x\"},{\"A\":[\"3\"],\"B\":\"y\"},{\"A\":[],\"B\":\"z\"}]" },
		{ "Clear empties a List", AB("List A", "B", "  ^a${A}\n  ^c -> Clear\n  ^b${B} -> Record\n"), "a1\nc\na2\nbx\n", "[{\"A\":[\"2\"],\"B\":\"x\"}]" },
		{ "List,Filldown keeps growing", AB("List,Filldown A", "B", "  ^a${A}\n  ^c -> Clear\n  ^b${B} -> Record\n\nEOF\n"), "a1\nbx\nc\na2\nby\n",
		  "[{\"A\":[\"1\"],\"B\":\"x\"},{\"A\":[\"1\",\"2\"],\"B\":\"y\"}]" },
		{ "Clearall empties List,Filldown", AB("List,Filldown A", "B", "  ^a${A}\n  ^c -> Clearall\n  ^b${B} -> Record\n\nEOF\n"), "a1\nc\na2\nbx\n",
		  "[{\"A\":[\"2\"],\"B\":\"x\"}]" },
		{ "options in their order: List,Required asks for the list, Required,List for the last", "Value List,Required A (\\d?)\n\nStart\n  ^a${A}\n  ^r -> Record\n",
		  "a1\na\nr\n", "[{\"A\":[\"1\",\"\"]}]" },
		{ "Required,List", "Value Required,List A (\\d?)\n\nStart\n  ^a${A}\n  ^r -> Record\n", "a1\na\nr\na1\nr\n", "[{\"A\":[\"1\"]}]" },
		{ "List,Fillup writes the text into lists above", "Value List,Fillup A (\\d)\nValue B (\\w)\n\nStart\n  ^a${A} -> Record\n  ^b${B} -> Record\n", "bx\na1\n",
		  "[{\"A\":\"1\",\"B\":\"x\"},{\"A\":[\"1\"],\"B\":\"\"}]" },
		{ "Key does nothing to a record", AB("Key A", "B", "  ^a${A} -> Record\n"), "a1\na1\n", "[{\"A\":\"1\",\"B\":\"\"},{\"A\":\"1\",\"B\":\"\"}]" },
	};

	CHECK(rows);
}

Test(textfsm, groups_that_take_no_part_assign_all_the_same)
{
	static const struct row rows[] = {
		{ "an earlier value is lost", AB("A", "B", "  ^a${A}\n  ^b(?:${A}!)?${B} -> Record\n"), "a1\nbx\n", "[{\"A\":\"\",\"B\":\"x\"}]" },
		{ "Filldown remembers that it is unset", AB("Filldown A", "B", "  ^a${A}\n  ^b(?:${A}!)?${B} -> Record\n\nEOF\n"), "a1\nbx\n", "[{\"A\":\"\",\"B\":\"x\"}]" },
		{ "a List has null", AB("List A", "B", "  ^b(?:${A}!)?${B} -> Record\n"), "b2!x\nby\n", "[{\"A\":[\"2\"],\"B\":\"x\"},{\"A\":[null],\"B\":\"y\"}]" },
	};

	CHECK(rows);
}

Test(textfsm, lists_with_named_groups_have_objects)
{
	static const struct row rows[] = {
		{ "named groups", "Value List A ((?P<who>\\w+):(?P<age>\\d+)?)\n\nStart\n  ^${A}\n", "bob:32\ntom:\n",
		  "[{\"A\":[{\"who\":\"bob\",\"age\":\"32\"},{\"who\":\"tom\",\"age\":null}]}]" },
		{ "groups without a name: the text", "Value List A ((\\w+):(\\d+)?)\n\nStart\n  ^${A}\n", "bob:32\n", "[{\"A\":[\"bob:32\"]}]" },
		{ "what stood around it is not seen by the second match: the text", "Value List A ((?P<w>\\w)(?=!))\n\nStart\n  ^${A}\n", "x!\n", "[{\"A\":[\"x\"]}]" },
		{ "a value of the name of an inner group gets it", "Value List A ((?P<B>\\w)-)\nValue B (y)\n\nStart\n  ^${A}\n", "x-\n", "[{\"A\":[{\"B\":\"x\"}],\"B\":\"x\"}]" },
		{ "inner groups of what is no List, too", "Value A (a(?P<B>.)a)\nValue B (y)\n\nStart\n  ^${A}\n", "axa\n", "[{\"A\":\"axa\",\"B\":\"x\"}]" },
		{ "the value is its outer group, and groups before it do not count", "Value A ((\\w)(\\w))\nValue B ((\\d)\\d)\n\nStart\n  ^(-)(-)${A}${B}\n", "--ab12\n",
		  "[{\"A\":\"ab\",\"B\":\"12\"}]" },
		{ "only the first parenthesis is the value", "Value A (\\d)(\\d)\n\nStart\n  ^${A}\n", "12\n", "[{\"A\":\"1\"}]" },
	};

	CHECK(rows);
}

Test(textfsm, rules_act_in_their_order)
{
	static const struct row rows[] = {
		{ "assign, record, state", "Value A (\\d)\n\nStart\n  ^${A} -> Record Other\n\nOther\n  ^x${A} -> Record Start\n", "1\n2\nx3\n4\n",
		  "[{\"A\":\"1\"},{\"A\":\"3\"},{\"A\":\"4\"}]" },
		{ "Continue goes on with the next rule of the state", AB("A", "B", "  ^${A} -> Continue\n  ^\\d${B} -> Record\n  ^ -> Clear\n"), "1x\n", "[{\"A\":\"1\",\"B\":\"x\"}]" },
		{ "Continue.Record closes what came before", AB("A", "B", "  ^\\d -> Continue.Record\n  ^${A}$$\n  ^b${B}\n"), "1\nbx\n2\nby\n",
		  "[{\"A\":\"1\",\"B\":\"x\"},{\"A\":\"2\",\"B\":\"y\"}]" },
		{ "several rules append to a List", "Value List A (\\d)\n\nStart\n  ^${A} -> Continue\n  ^.${A} -> Continue\n  ^..${A} -> Record\n", "123\n",
		  "[{\"A\":[\"1\",\"2\",\"3\"]}]" },
		{ "a line that no rule has is passed over", AB("A", "B", "  ^a${A} -> Record\n"), "zzz\na1\nzzz\n", "[{\"A\":\"1\",\"B\":\"\"}]" },
		{ "the first rule that matches", "Value A (\\w)\nValue B (\\w)\n\nStart\n  ^${A}\n  ^${B}\n", "x\n", "[{\"A\":\"x\",\"B\":\"\"}]" },
		{ "End ends without a last record", "Value A (\\d)\n\nStart\n  ^${A}\n  ^e -> End\n", "1\ne\n2\n", "[]" },
		{ "a state End in the template changes nothing", "Value A (\\d)\n\nStart\n  ^${A}\n  ^e -> End\n\nEnd\n", "1\ne\n2\n", "[]" },
		{ "EOF ends, with one", "Value A (\\d)\n\nStart\n  ^${A}\n  ^e -> EOF\n", "1\ne\n2\n", "[{\"A\":\"1\"}]" },
		{ "a state EOF switches it off, at a jump", "Value A (\\d)\n\nStart\n  ^${A}\n  ^e -> EOF\n\nEOF\n", "1\ne\n", "[]" },
		{ "and at the end", "Value A (\\d)\n\nStart\n  ^${A}\n\nEOF\n", "1\n", "[]" },
		{ "the end has a record", "Value A (\\d)\n\nStart\n  ^${A}\n", "1\n2", "[{\"A\":\"2\"}]" },
		{ "nothing set: no record, and nothing is cleared", "Value List,Filldown A (\\d)\nValue B (x)\n\nStart\n  ^r -> Record\n  ^${A}\n", "r\n1\n", "[{\"A\":[\"1\"],\"B\":\"\"}]" },
		{ "\"\" is set: a record of empty strings", "Value A (x?)\n\nStart\n  ^${A} -> Record\n", "a\nb\n", "[{\"A\":\"\"},{\"A\":\"\"}]" },
		{ "a template without values", "\nStart\n  ^a$$ -> Record\n", "a\n", "[]" },
		{ "an empty Start", "Value A (x)\n\nStart\n", "a\n", "[]" },
		{ "a jump to a state called as an action is written small", "Value A (\\d)\n\nStart\n  ^a -> record\n\nrecord\n  ^${A} -> Record\n", "1\na\n2\n", "[{\"A\":\"2\"}]" },
		{ "Next.NoRecord and a state", "Value A (\\d)\n\nStart\n  ^a -> Next.NoRecord B\n\nB\n  ^${A}\n", "1\na\n2\n", "[{\"A\":\"2\"}]" },
		{ "the last arrow begins the action", "Value A (\\w)\n\nStart\n  ^a -> ${A} -> Record\n", "a -> x\n", "[{\"A\":\"x\"}]" },
		{ "an arrow with nothing behind it", "Value A (\\w)\n\nStart\n  ^${A} ->\n", "x\n", "[{\"A\":\"x\"}]" },
		{ "one blank of those before the arrow is the action's", "Value A (\\w)\n\nStart\n  ^${A}  -> Record\n", "x\ny \n", "[{\"A\":\"y\"}]" },
		{ "$NAME, ${NAME} and $$", "Value A (\\d)\nValue B_1 (\\w)\n\nStart\n  ^$A-${B_1}$$ -> Record\n", "1-x\n1-xy\n", "[{\"A\":\"1\",\"B_1\":\"x\"}]" },
		{ "a $ in a value is a plain one", "Value A (\\d$)\n\nStart\n  ^${A} -> Record\n", "1\n12\n", "[{\"A\":\"1\"}]" },
		{ "braces around a value", "Value A (\\d)\n\nStart\n  ^{${A}} -> Record\n", "{1}\n", "[{\"A\":\"1\"}]" },
	};

	CHECK(rows);
}

Test(textfsm, an_error_is_told_with_rule_and_line_and_there_are_no_records)
{
	static const struct {
		const char *template, *text, *want[3];
	} rows[] = {
		{ "Value A (\\d)\n\nStart\n  ^${A} -> Record\n  ^bad -> Error \"this is bad\"\n", "1\nbad one\n", { "t:5:3: error: ", "\"this is bad\"", "input line 2: bad one" } },
		{ "Value A (\\d)\n\nStart\n  ^${A} -> Record\n  ^bad -> Error oops\n", "bad\n", { "t:5:3: error: ", "oops", "input line 1: bad" } },
		{ "Value A (\\d)\n\nStart\n  ^${A} -> Error.Record\n", "1\n", { "t:4:3: error: ", "Error", "input line 1: 1" } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *got = textfsm_try(rows[i].template, rows[i].text);

		for (size_t w = 0; w < 3; w++)
			cr_expect(strstr(got, rows[i].want[w]), "%s lacks %s", got, rows[i].want[w]);
		free(got);
	}
}

Test(textfsm, lines_are_pythons)
{
	static const struct row rows[] = {
		{ "CRLF, and CR alone", "Value A (\\d)\n\nStart\n  ^${A}$$ -> Record\n", "1\r\n2\r3", "[{\"A\":\"1\"},{\"A\":\"2\"},{\"A\":\"3\"}]" },
		{ "VT, FF, 0x1c to 0x1e", "Value A (\\d)\n\nStart\n  ^${A}$$ -> Record\n", "1\v2\f3\0344\0355\0366",
		  "[{\"A\":\"1\"},{\"A\":\"2\"},{\"A\":\"3\"},{\"A\":\"4\"},{\"A\":\"5\"},{\"A\":\"6\"}]" },
		{ "U+0085, U+2028, U+2029", "Value A (\\d)\n\nStart\n  ^${A}$$ -> Record\n", "1\xc2\x85" "2\xe2\x80\xa8" "3\xe2\x80\xa9" "4",
		  "[{\"A\":\"1\"},{\"A\":\"2\"},{\"A\":\"3\"},{\"A\":\"4\"}]" },
		{ "0x1f does not end one", "Value A (\\d)\n\nStart\n  ^${A}.2 -> Record\n", "1\0372", "[{\"A\":\"1\"}]" },
		{ "an empty text", "Value A (\\d)\n\nStart\n  ^${A}\n", "", "[]" },
		{ "an empty line is a line", "Value A (x?)\n\nStart\n  ^${A}$$ -> Record\n\nEOF\n", "\n\n", "[{\"A\":\"\"},{\"A\":\"\"}]" },
		{ "a match begins at the start of the line, each branch", "Value A (\\d)\n\nStart\n  ^x|y${A} -> Record\n", "ay1\ny2\n", "[{\"A\":\"2\"}]" },
		{ "and may end before its end", "Value A (\\d)\n\nStart\n  ^${A} -> Record\n", "12\n", "[{\"A\":\"1\"}]" },
		{ "characters, not bytes", "Value A (.)\n\nStart\n  ^${A}$$ -> Record\n", "\xc3\xa9\n\xe4\xb8\xad\n", "[{\"A\":\"\xc3\xa9\"},{\"A\":\"\xe4\xb8\xad\"}]" },
		{ "what is no UTF-8 is U+FFFD", "Value A (.)\n\nStart\n  ^${A}$$ -> Record\n", "\xff\n\xc3\n", "[{\"A\":\"\xef\xbf\xbd\"},{\"A\":\"\xef\xbf\xbd\"}]" },
	};

	CHECK(rows);
}

/* ---- limits ---- */

static char *
repeat(const char *text, size_t times, const char *before, const char *after)
{
	char *all = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&all, &n);

	fputs(before, f);
	for (size_t i = 0; i < times; i++)
		fputs(text, f);
	fputs(after, f);
	fclose(f);
	return all;
}

Test(textfsm, no_template_hangs, .timeout = 60)
{
	char *text = repeat("a", 5000, "", "b\n"), *got;

	got = textfsm_try("Value A (x)\n\nStart\n  ^(a|aa)+(a+)+$$\n", text);
	cr_expect(strstr(got, "t:4:3: error: the rule takes too many steps (input line 1: aaa"), "%s", got);
	free(got);
	got = textfsm_try("Value List A ((?P<B>(a|aa)+)(?=b)c?(?=b)|(a+)+b)\n\nStart\n  ^${A}\n", text);
	cr_expect_str_neq(got, "", "%s", got);
	free(got);
	free(text);
}

Test(textfsm, a_rule_that_needs_many_steps_has_them)
{
	char *text = repeat(" \ta  b,", 20, "", "\n"), *got;

	got = textfsm_try("Value A ([^,]+)\n\nStart\n  ^(?:\\s+[^,]+,){19}\\s+${A},$$ -> Record\n", text);
	cr_expect_str_eq(got, "[{\"A\":\"a  b\"}]");
	free(got);
	free(text);
}

Test(textfsm, what_is_larger_than_the_limits_is_refused)
{
	char *text = malloc(TEXTFSM_MAX_TEXT + 1), *got;

	memset(text, '\n', TEXTFSM_MAX_TEXT + 1);
	got = textfsm_try_spans(SPAN_LIT("Value A (\\d)\n\nStart\n  ^${A}\n"), span_of(text, TEXTFSM_MAX_TEXT + 1));
	cr_expect(strstr(got, "t: error: the text has more than 67108864 bytes"), "%s", got);
	free(got);
	got = textfsm_try_spans(span_of(text, TEXTFSM_MAX_TEMPLATE + 1), SPAN_LIT(""));
	cr_expect(strstr(got, "t: error: a template has at most 1048576 bytes"), "%s", got);
	free(got);
	free(text);
}

Test(textfsm, records_and_elements_have_an_end, .timeout = 120)
{
	char *text = repeat("1\n", TEXTFSM_MAX_RECORDS + 1, "", ""), *got;

	got = textfsm_try("Value A (\\d)\n\nStart\n  ^${A} -> Record\n", text);
	cr_expect(strstr(got, "t:4:3: error: there are too many records (input line 1000001: 1)"), "%s", got);
	free(got);
	got = textfsm_try("Value List A (\\d)\n\nStart\n  ^${A} -> Continue\n  ^${A} -> Continue\n  ^${A} -> Continue\n  ^${A} -> Continue\n  ^${A}\n", text);
	cr_expect(strstr(got, "t:4:3: error: the lists have too many elements (input line 800001: 1)"), "%s", got);
	free(got);
	free(text);
}

Test(textfsm, texts_that_are_absent)
{
	char *got = textfsm_try_spans(SPAN_LIT("Value A (x?)\n\nStart\n"), SPAN_NONE);

	cr_expect_str_eq(got, "[]");
	free(got);
	got = textfsm_try_spans(SPAN_NONE, SPAN_NONE);
	cr_expect_str_eq(got, "t: error: there is no state \"Start\"\n1 error\n");
	free(got);
}

Test(textfsm, a_template_is_used_many_times)
{
	struct diag *d = diag_new();
	struct textfsm *fsm = textfsm_new("t", SPAN_LIT("Value Filldown A (\\d)\n\nStart\n  ^${A} -> Record Other\n\nOther\n  ^x -> Start\n"), d);

	cr_assert_not_null(fsm);
	cr_expect_eq(textfsm_values(fsm), 1);
	cr_expect(span_eq(textfsm_value_name(fsm, 0), SPAN_LIT("A")));
	for (int i = 0; i < 3; i++) {
		struct textfsm_table *t = textfsm_parse(fsm, i == 1 ? SPAN_LIT("") : SPAN_LIT("1\n2\n"), d);

		cr_assert_not_null(t);
		cr_expect_eq(textfsm_table_rows(t), i == 1 ? 0 : 2);
		textfsm_table_free(&t);
	}
	textfsm_free(&fsm);
	textfsm_free(&fsm);
	diag_free(&d);
}
