/* answer: numbers of devices in JSON.  field: names in order. */
#include <criterion/criterion.h>

#include "drivers/answer.h"
#include "drivers/answer_mend.h"
#include "drivers/field.h"

Test(answer, a_number_of_more_than_64_bits_costs_its_own_field_only)
{
	static const struct device_target target = { .host = "test" };
	struct device d;
	json_t *v;

	device_init(&d, &target);
	v = answer_parse(&d, SPAN_LIT("{\"octets\": 18446744073709551616, \"mtu\": 9214}"));
	cr_assert(v != NULL);
	cr_expect_eq(answer_int(&d, v, "mtu", -1), 9214);
	cr_expect_eq(d.n_warnings, 0);
	cr_expect_eq(answer_int(&d, v, "octets", -1), -1);
	cr_expect_eq(d.n_warnings, 1);
	json_decref(v);
	device_fini(&d);
}

/* So many times `part`, between '[' and ']'. */
static void
repeat(struct buffer *b, const char *part, size_t n)
{
	buffer_reset(b);
	buffer_puts(b, "[");
	while (n-- > 0)
		buffer_puts(b, part);
	buffer_puts(b, "0]");
	cr_assert_not(b->failed);
}

Test(answer, values_that_would_take_all_memory_are_refused_unread)
{
	static const struct device_target target = { .host = "test" };
	static const struct {
		const char *part;
		size_t n;
		bool fits;
	} many[] = { { "[],", 2000000, false }, { "{},", 1000000, false }, { "1,", 6000000, false }, { "{\"a\":1},", 700000, false }, { "[],", 100000, true }, { "{\"a\":1},", 100000, true },
		{ "\"[[[[[[[[[[[[[[[[[[[[\\\"{{{{{{,,,,,,,,\\\\\",", 100000, true }, { "\"\\", 1, true } };
	struct buffer b;

	buffer_init(&b, DEVICE_MAX_ANSWER);
	for (size_t i = 0; i < sizeof(many) / sizeof(*many); i++) {
		struct device d;
		json_t *v;

		repeat(&b, many[i].part, many[i].n);
		cr_expect_eq(answer_fits(buffer_span(&b)), many[i].fits, "row %zu", i);
		device_init(&d, &target);
		v = answer_parse(&d, buffer_span(&b));
		cr_expect_eq(v != NULL, many[i].fits && many[i].n > 1, "row %zu: %s", i, d.message);
		cr_expect(v || (d.error == DEVICE_ANSWER && (strstr(d.message, "too many values") != NULL) != many[i].fits), "row %zu: %s", i, d.message);
		json_decref(v);
		device_fini(&d);
	}
	buffer_fini(&b);
}

static const struct {
	const char *given, *want;
} rows[] = {
	{ "[\"Ethernet10\", \"Ethernet2\", \"Ethernet1\"]", "[\"Ethernet1\", \"Ethernet2\", \"Ethernet10\"]" },
	{ "[\"Et1/2\", \"Et1\", \"Et1/1/1\", \"Et1/1\"]", "[\"Et1\", \"Et1/1\", \"Et1/1/1\", \"Et1/2\"]" },
	{ "[\"b\", \"a9\", \"\", \"a\", \"9\", \"10\"]", "[\"\", \"9\", \"10\", \"a\", \"a9\", \"b\"]" },
	{ "[\"x100000000000000000000\", \"x99999999999999999999\", \"x0099\"]", "[\"x0099\", \"x99999999999999999999\", \"x100000000000000000000\"]" },
	{ "[\"x01\", \"x1\", \"x001\"]", "[\"x001\", \"x01\", \"x1\"]" },
	{ "[]", "[]" },
};

Test(field, names_are_sorted_with_their_numbers_as_numbers)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		json_t *given = json_loads(rows[i].given, 0, NULL), *want = json_loads(rows[i].want, 0, NULL);
		char *text;

		field_sort_names(given);
		text = json_dumps(given, 0);
		cr_expect(json_equal(given, want), "%s: got %s", rows[i].given, text);
		free(text);
		json_decref(want);
		json_decref(given);
	}
}

Test(field, an_absent_text_is_an_empty_one)
{
	struct span nothing = SPAN_NONE, word = SPAN_LIT("before");
	json_t *v = field_text(SPAN_NONE);

	cr_expect_str_eq(json_string_value(v), "");
	cr_expect_not(field_word(&nothing, &word));
	cr_expect_eq(word.n, 0);
	json_decref(v);
}

Test(answer, what_is_nearly_json_loses_a_character_or_a_number)
{
	static const struct { const char *given, *wanted; size_t n; } cases[] = {
		{ "{\"a\": \"caf\\udce9\"}", "{\"a\": \"caf\\ufffd\"}", 1 }, { "[\"\\ud83d\\ude00\"]", "[\"\\ud83d\\ude00\"]", 0 },
		{ "[\"\\ud83d\\u0041\"]", "[\"\\ufffd\\u0041\"]", 1 }, { "{\"\\u0000k\": 1}", "{\"\\ufffdk\": 1}", 1 }, { "[1e400, -1E999]", "[null , null  ]", 2 },
		{ "[1e3, 9e9]", "[1e3, 9e9]", 0 }, { "[\"1e400\", \"\\\\ud800\"]", "[\"1e400\", \"\\\\ud800\"]", 0 }, { "[\"\\ud8", "[\"\\ud8", 0 }, { "[\"\\", "[\"\\", 0 },
		{ "\"\\ud800", "\"\\ufffd", 1 }, { "", "", 0 }, { "[1e4", "[1e4", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[64];

		snprintf(text, sizeof(text), "%s", cases[i].given);
		cr_expect_eq(answer_mend(text, strlen(text)), cases[i].n, "%s", cases[i].given);
		cr_expect_str_eq(text, cases[i].wanted);
	}
}
