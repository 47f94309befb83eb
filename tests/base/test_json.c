/* json: whatever is put in, what comes out is what jansson reads back. */
#include <criterion/criterion.h>
#include <errno.h>
#include <float.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/json.h"

static struct json j;

static void
open_writer(void)
{
	cr_assert_eq(json_init(&j, 16, 1 << 20), 0);
}

static void
close_writer(void)
{
	json_fini(&j);
}

TestSuite(json, .init = open_writer, .fini = close_writer);

static void
expect_text(const char *want)
{
	struct span got = json_text(&j);

	cr_expect(json_ok(&j));
	cr_expect(span_eq(got, span_str(want)), "got  %.*s\nwant %s", (int)got.n, got.p, want);
}

/* The string that jansson reads in the writer's text; the caller decrefs. */
static json_t *
read_back(void)
{
	json_error_t error;
	struct span got = json_text(&j);
	json_t *read = json_loadb(got.p, got.n, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &error);

	cr_assert(json_ok(&j));
	cr_assert_not_null(read, "%s in %.*s", error.text, (int)got.n, got.p);
	return read;
}

Test(json, commas_stand_between_keys_and_values)
{
	json_object_begin(&j);
	json_key(&j, SPAN_LIT("a"));
	json_array_begin(&j);
	json_int(&j, 1);
	json_uint(&j, 2);
	json_array_begin(&j);
	json_array_end(&j);
	json_object_begin(&j);
	json_object_end(&j);
	json_bool(&j, true);
	json_bool(&j, false);
	json_put_null(&j);
	json_quoted(&j, SPAN_LIT("s"));
	json_plain(&j, SPAN_LIT("p"));
	json_object_begin(&j);
	json_key(&j, SPAN_LIT("x"));
	json_int(&j, 1);
	json_object_end(&j);
	json_array_begin(&j);
	json_array_end(&j);
	json_array_end(&j);
	json_key(&j, SPAN_LIT("b\"\n"));
	json_object_begin(&j);
	json_key(&j, SPAN_LIT("c"));
	json_put_null(&j);
	json_object_end(&j);
	json_key(&j, SPAN_LIT(""));
	json_quoted(&j, SPAN_NONE);
	json_raw(&j, SPAN_LIT(",\"lit\":"), false);
	json_double(&j, 1);
	json_object_end(&j);
	expect_text("{\"a\":[1,2,[],{},true,false,null,\"s\",\"p\",{\"x\":1},[]],\"b\\\"\\n\":{\"c\":null},\"\":\"\",\"lit\":1.0}");
	json_decref(read_back());
}

Test(json, escapes_are_the_short_ones_where_there_are_some)
{
	json_quoted(&j, SPAN_LIT("\"\\/\b\f\n\r\t\x01\x1f\x7f\0 \xc3\xa4"));
	expect_text("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u0000 \xc3\xa4\"");
}

Test(json, an_ill_formed_part_becomes_one_replacement_character)
{
#define R "\xef\xbf\xbd"
	static const struct {
		const char *in, *out;
	} t[] = {
		{ "a\xff" "b", "a" R "b" },
		{ "\xe2\x82", R },
		{ "\xe2\x82\xe2\x82\xac", R "\xe2\x82\xac" },
		{ "\xf0\x91\x92\xf1\xbf" "A", R R "A" },
		{ "\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", R R R R "A" },
		{ "\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", R R R R R R R R "A" },
		{ "\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", R R R R R R R R "A" },
		{ "\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", R R R R R "A" R R "B" },
		{ "\xff\"\xff", R "\\\"" R },
	};
	char want[200];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		json_reset(&j);
		json_quoted(&j, span_str(t[i].in));
		snprintf(want, sizeof(want), "\"%s\"", t[i].out);
		expect_text(want);
		json_decref(read_back());
	}
}

/* Text of every class and length at the end of a page: what comes back is what went in. */
Test(json, text_comes_back_from_every_class_and_length)
{
	static const char *const bits[] = { "x", "\"", "\\", "\n", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\x01", "~" };
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned seed = 1;

	cr_assert_neq(p, MAP_FAILED);
	cr_assert_eq(mprotect(p + page, page, PROT_NONE), 0);
	for (int round = 0; round < 20000; round++) {
		char text[200];
		size_t n = 0, most = (size_t)rand_r(&seed) % 120;
		unsigned kinds = 1 + (unsigned)rand_r(&seed) % 9;
		struct span in;
		json_t *back;

		while (n < most) {
			const char *bit = rand_r(&seed) % 6 ? "y" : bits[(unsigned)rand_r(&seed) % kinds];

			memcpy(text + n, bit, strlen(bit));
			n += strlen(bit);
		}
		in = span_of(p + page - n, n);
		memcpy(p + page - n, text, n);
		json_reset(&j);
		json_array_begin(&j);
		json_text_as(&j, in, utf8_classify(in));
		json_quoted(&j, in);
		json_array_end(&j);
		back = read_back();
		for (size_t i = 0; i < 2; i++) {
			json_t *s = json_array_get(back, i);

			cr_assert(span_eq(span_of(json_string_value(s), json_string_length(s)), in), "way %zu, %zu bytes", i, n);
		}
		json_decref(back);
	}
}

Test(json, any_bytes_give_valid_json)
{
	unsigned seed = 7;

	for (int round = 0; round < 20000; round++) {
		char text[64];
		size_t n = (size_t)rand_r(&seed) % sizeof(text);

		for (size_t i = 0; i < n; i++)
			text[i] = (char)(rand_r(&seed) % 3 ? 0x80 + rand_r(&seed) % 128 : rand_r(&seed) % 256);
		json_reset(&j);
		json_quoted(&j, span_of(text, n));
		json_decref(read_back());
	}
}

Test(json, whole_numbers_are_written_as_printf_does)
{
	int64_t i = 1;
	char want[64];

	for (int k = 0; k < 62; k++, i *= 2) {
		int64_t around[] = { i - 1, i, i + 1, -i, -i - 1, 1 - i };

		for (size_t n = 0; n < 6; n++) {
			json_reset(&j);
			json_int(&j, around[n]);
			snprintf(want, sizeof(want), "%lld", (long long)around[n]);
			expect_text(want);
			json_reset(&j);
			json_uint(&j, (uint64_t)around[n]);
			snprintf(want, sizeof(want), "%llu", (unsigned long long)around[n]);
			expect_text(want);
		}
	}
	for (unsigned u = 0; u < 100000; u++) {
		json_reset(&j);
		json_uint(&j, u);
		snprintf(want, sizeof(want), "%u", u);
		expect_text(want);
	}
	json_reset(&j);
	json_int(&j, INT64_MIN);
	expect_text("-9223372036854775808");
}

Test(json, real_numbers_are_short_and_come_back)
{
	static const struct {
		double d;
		const char *want;
	} t[] = {
		{ 0, "0.0" }, { -0.0, "-0.0" }, { 1, "1.0" }, { 4.17, "4.17" }, { -8.53, "-8.53" }, { 0.1, "0.1" }, { 1e300, "1e+300" },
		{ 1.0 / 3, "0.3333333333333333" }, { 100000, "100000.0" }, { 1e15, "1e+15" }, { 123456789012345678.0, "1.2345678901234568e+17" },
		{ 5e-324, "4.94065645841247e-324" }, { (double)NAN, "null" }, { (double)INFINITY, "null" }, { (double)-INFINITY, "null" },
	};
	static const double more[] = { DBL_MAX, DBL_MIN, DBL_EPSILON, 2.2250738585072011e-308, 9007199254740993.0, 0.30000000000000004 };

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		json_reset(&j);
		json_double(&j, t[i].d);
		expect_text(t[i].want);
	}
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		json_t *back;

		json_reset(&j);
		json_double(&j, more[i]);
		back = read_back();
		cr_expect_eq(json_real_value(back), more[i]);
		json_decref(back);
	}
}

Test(json, base64_is_padded)
{
	static const char *const t[][2] = {
		{ "", "\"\"" }, { "f", "\"Zg==\"" }, { "fo", "\"Zm8=\"" }, { "foo", "\"Zm9v\"" }, { "foob", "\"Zm9vYg==\"" },
		{ "fooba", "\"Zm9vYmE=\"" }, { "foobar", "\"Zm9vYmFy\"" }, { "\xff\xfe\xfd", "\"//79\"" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		json_reset(&j);
		json_base64(&j, span_str(t[i][0]));
		expect_text(t[i][1]);
	}
	json_reset(&j);
	json_array_begin(&j);
	json_base64(&j, SPAN_LIT("f"));
	json_base64(&j, SPAN_NONE);
	json_array_end(&j);
	expect_text("[\"Zg==\",\"\"]");
}

Test(json, the_limit_is_kept_to_the_byte_and_remembered_until_the_reset)
{
	struct json small;
	char text[300];

	memset(text, 'x', sizeof(text));
	cr_assert_eq(json_init(&small, 8, 100), 0);
	for (int kind = 0; kind < 2; kind++) {
		for (size_t n = 0; n < sizeof(text); n++) {
			json_reset(&small);
			if (kind == 0)
				json_plain(&small, span_of(text, n));
			else
				json_quoted(&small, span_of(text, n));
			cr_assert_eq(json_ok(&small), n + 2 <= 100, "%zu bytes", n);
		}
		cr_expect_not(json_ok(&small));
		json_reset(&small);
		cr_expect(json_ok(&small));
		cr_expect_eq(json_text(&small).n, 0);
	}
	json_base64(&small, span_of(text, 300));
	cr_expect_not(json_ok(&small));
	json_fini(&small);
	json_fini(&small);
}
