/* diag: faults with their source lines and carets, suggestions. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"

static struct diag *d;

static void
start(void)
{
	d = diag_new();
	cr_assert_not_null(d);
}

static void
stop(void)
{
	diag_free(&d);
	diag_free(&d);
}

TestSuite(diag, .init = start, .fini = stop);

static void
expect_print(const char *want)
{
	char *got = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&got, &n);

	cr_assert_not_null(f);
	diag_print(d, f, false);
	fclose(f);
	cr_expect_str_eq(got, want, "got:\n%s\nwant:\n%s", got, want);
	free(got);
}

Test(diag, a_fault_points_at_its_place)
{
	char text[] = "outputs:\n  - name: kafka\n    brokrs: [k1:9092]\n";
	struct diag_place place = { .file = "config/netnorm.yaml", .text = span_str(text), .line = 3, .column = 5, .width = 6 };

	diag_add(d, DIAG_ERROR, &place, "output \"%s\" has no option \"brokrs\" (did you mean \"brokers\"?)", "kafka");
	memset(text, 'x', sizeof(text) - 1);
	expect_print("config/netnorm.yaml:3:5: error: output \"kafka\" has no option \"brokrs\" (did you mean \"brokers\"?)\n"
	    "    3 |     brokrs: [k1:9092]\n"
	    "      |     ^~~~~~\n"
	    "1 error\n");
	cr_expect_eq(diag_errors(d), 1);
	cr_expect_eq(diag_warnings(d), 0);
}

Test(diag, places_may_lack_their_line_or_be_missing)
{
	diag_add(d, DIAG_ERROR, NULL, "--os needs a name");
	diag_add(d, DIAG_WARNING, &(struct diag_place){ .file = "a.yaml" }, "empty");
	diag_add(d, DIAG_NOTE, &(struct diag_place){ .file = "a.yaml", .line = 7, .column = 2 }, "no text");
	diag_add(d, DIAG_WARNING, &(struct diag_place){ .file = "a.yaml", .line = 9, .column = 2, .text = SPAN_LIT("one line") }, "past the end");
	expect_print("error: --os needs a name\na.yaml: warning: empty\na.yaml:7:2: note: no text\na.yaml:9:2: warning: past the end\n1 error, 2 warnings\n");
}

Test(diag, the_caret_stands_under_its_byte)
{
	static const struct {
		const char *line;
		int column, width;
		const char *shown;
	} t[] = {
		{ "\tkey: x", 2, 3, "    1 | \tkey: x\n      | \t^~~\n" },
		{ "\xc3\xa4\xe2\x82\xac: x", 8, 1, "    1 | \xc3\xa4\xe2\x82\xac: x\n      |     ^\n" },
		{ "a: \xc3\xa4\xe2\x82\xac", 4, 5, "    1 | a: \xc3\xa4\xe2\x82\xac\n      |    ^~\n" },
		{ "a: b", 4, 90, "    1 | a: b\n      |    ^\n" },
		{ "a: b", 40, 9, "    1 | a: b\n      |     ^\n" },
		{ "a: b\r", 5, 1, "    1 | a: b\n      |     ^\n" },
		{ "a\x1b[1m\xff" "b", 7, 1, "    1 | a?[1m?b\n      |       ^\n" },
		{ "", 1, 1, "    1 | \n      | ^\n" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char want[200];

		diag_free(&d);
		d = diag_new();
		diag_add(d, DIAG_WARNING, &(struct diag_place){ .file = "f", .text = span_str(t[i].line), .line = 1, .column = t[i].column, .width = t[i].width }, "m");
		snprintf(want, sizeof(want), "f:1:%d: warning: m\n%s1 warning\n", t[i].column, t[i].shown);
		expect_print(want);
	}
}

Test(diag, of_a_long_line_the_part_around_the_place_is_shown)
{
	char line[1001], *got = NULL, *caret;
	size_t n;
	FILE *f = open_memstream(&got, &n);

	memset(line, 'x', 1000);
	line[1000] = '\0';
	line[699] = 'Y';
	diag_add(d, DIAG_ERROR, &(struct diag_place){ .file = "f", .text = span_str(line), .line = 1, .column = 700, .width = 1 }, "m");
	diag_print(d, f, false);
	fclose(f);
	caret = strchr(got, '^');
	cr_assert_not_null(caret);
	cr_expect_eq(caret - (strchr(caret - 100, '\n') + 1), strchr(got, 'Y') - (strchr(got, '\n') + 1));
	cr_expect_lt(n, 500);
	free(got);
}

Test(diag, past_the_limit_faults_are_only_counted)
{
	char *got = NULL;
	size_t n;
	FILE *f = open_memstream(&got, &n);

	for (int i = 0; i < 10000; i++)
		diag_add(d, DIAG_ERROR, NULL, "fault %d", i);
	cr_expect_eq(diag_errors(d), 10000);
	diag_print(d, f, false);
	fclose(f);
	cr_expect_lt(n, 20000);
	cr_expect_not_null(strstr(got, "more are not shown\n10000 errors\n"));
	free(got);
}

Test(diag, colour_is_used_when_asked_for)
{
	char *got = NULL;
	size_t n;
	FILE *f = open_memstream(&got, &n);

	diag_add(d, DIAG_ERROR, &(struct diag_place){ .file = "f", .text = SPAN_LIT("a"), .line = 1, .column = 1, .width = 1 }, "m");
	diag_print(d, f, true);
	fclose(f);
	cr_expect_str_eq(got, "f:1:1: \033[31merror:\033[0m m\n    1 | a\n      | \033[32m^\033[0m\n1 error\n");
	free(got);
}

Test(diag, a_near_word_is_suggested_and_a_far_one_is_not)
{
	static const char *const names[] = { "brokers", "kind", "name", "format", "when_full", "max_message_bytes", "tag", NULL };
	static const struct {
		const char *word, *meant;
	} t[] = {
		{ "brokrs", "brokers" }, { "borkers", "brokers" }, { "brokerss", "brokers" }, { "knid", "kind" }, { "knd", "kind" }, { "rate", NULL },
		{ "formt", "format" }, { "when-full", "when_full" }, { "max_msg_bytes", "max_message_bytes" }, { "xyz", NULL }, { "", NULL },
		{ "t", NULL }, { "tags", "tag" }, { "outputs", NULL }, { "Name", "name" },
	};
	char huge[1000];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const char *got = diag_suggest(span_str(t[i].word), names);

		cr_expect(t[i].meant ? got && strcmp(got, t[i].meant) == 0 : !got, "%s: %s", t[i].word, got ? got : "(none)");
	}
	memset(huge, 'b', sizeof(huge));
	cr_expect_null(diag_suggest(span_of(huge, sizeof(huge)), names));
}
