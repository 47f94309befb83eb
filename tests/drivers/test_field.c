/*
 * Values as devices print them.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "drivers/field.h"

static struct device_target target = { .host = "test" };

Test(field, durations_of_every_shape)
{
	static const struct { const char *text; bool good; int64_t seconds; } cases[] = {
		{ "never", true, -1 }, { "00:00:01", true, 1 }, { "01:02:03", true, 3723 }, { "100:00:00", true, 360000 }, { "1d02h", true, 93600 }, { "2w3d", true, 1468800 },
		{ "1y2w", true, 32745600 }, { "3d04h05m", true, 273900 }, { "1 year, 2 weeks, 3 days, 4 hours, 5 minutes", true, 33019500 }, { "5.2 s", true, 5 },
		{ "1d 02:03:04", true, 93784 }, { "12:34", true, 45240 }, { " 7s ", true, 7 }, { "1 day and 2 hours", true, 93600 }, { "", false, 0 }, { "soon", false, 0 },
		{ "5 months", false, 0 }, { "12", false, 0 }, { ":", false, 0 }, { "1:", false, 0 }, { "99999999999999999999s", false, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t got = 0;
		bool good = field_duration(span_str(cases[i].text), &got);

		cr_expect(good == cases[i].good && (!good || got == cases[i].seconds), "\"%s\": %d, %lld", cases[i].text, good, (long long)got);
	}
}

Test(field, numbers_and_what_is_none)
{
	static const struct { const char *text; bool good; int64_t n; } ints[] = {
		{ "0", true, 0 }, { "-1", true, -1 }, { "+5", true, 5 }, { " 12 ", true, 12 }, { "1,234,567", true, 1234567 }, { "9223372036854775806", true, INT64_MAX - 1 },
		{ "9223372036854775808", false, 0 }, { "1.5", false, 0 }, { "", false, 0 }, { "1 2", false, 0 }, { "0x10", false, 0 }, { ",1", false, 0 }, { "-", false, 0 }, { "1e3", false, 0 },
	};
	static const struct { const char *text; bool good; double n; } reals[] = {
		{ "1.5", true, 1.5 }, { "-40", true, -40 }, { "1e3", true, 1000 }, { "nan", false, 0 }, { "inf", false, 0 }, { "1e999", false, 0 }, { "", false, 0 }, { "1.2.3", false, 0 },
	};
	static const struct { const char *text; bool good; int64_t n; } as[] = {
		{ "65001", true, 65001 }, { "4294967295", true, 4294967295 }, { "1.1", true, 65537 }, { "0.65001", true, 65001 }, { "65535.65535", true, 4294967295 }, { "65536.1", false, 0 },
		{ "1.65536", false, 0 }, { "4294967296", false, 0 }, { "-1", false, 0 }, { "1.", false, 0 }, { ".1", false, 0 }, { "", false, 0 },
	};
	int64_t n;
	double r;

	for (size_t i = 0; i < sizeof(ints) / sizeof(*ints); i++)
		cr_expect(field_int(span_str(ints[i].text), &n) == ints[i].good && (!ints[i].good || n == ints[i].n), "\"%s\"", ints[i].text);
	for (size_t i = 0; i < sizeof(reals) / sizeof(*reals); i++)
		cr_expect(field_real(span_str(reals[i].text), &r) == reals[i].good && (!reals[i].good || r == reals[i].n), "\"%s\"", reals[i].text);
	for (size_t i = 0; i < sizeof(as) / sizeof(*as); i++)
		cr_expect(field_as_number(span_str(as[i].text), &n) == as[i].good && (!as[i].good || n == as[i].n), "AS \"%s\"", as[i].text);
	cr_expect_not(field_int(span_of("12", 1), &n) && n != 1, "a span ends where it ends");
}

static void
check_text(json_t *got, const char *wanted, const char *of)
{
	cr_expect_str_eq(json_string_value(got), wanted, "%s: %s", of, json_string_value(got));
	json_decref(got);
}

Test(field, mac_addresses_of_every_spelling)
{
	static const struct { const char *text, *wanted; } cases[] = {
		{ "aabb.ccdd.eeff", "AA:BB:CC:DD:EE:FF" }, { "aa:bb:cc:dd:ee:ff", "AA:BB:CC:DD:EE:FF" }, { "AA-BB-CC-DD-EE-FF", "AA:BB:CC:DD:EE:FF" }, { "aabbccddeeff", "AA:BB:CC:DD:EE:FF" },
		{ "123.4567.89ab", "01:23:45:67:89:AB" }, { "0:1:2:3:4:5", "00:01:02:03:04:05" }, { "0xaabbccddeeff", "AA:BB:CC:DD:EE:FF" }, { "", "" }, { " aabb.ccdd.eeff ", "AA:BB:CC:DD:EE:FF" },
	};
	static const char *const none[] = { "aabb.ccdd", "aabb.ccdd.eefg", "aa:bb:cc:dd:ee", "aa:bb:cc:dd:ee:ff:00", "nothing", "aabb.ccddd.eeff" };
	struct device d;

	device_init(&d, &target);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check_text(field_mac(&d, span_str(cases[i].text)), cases[i].wanted, cases[i].text);
	cr_expect_eq(d.n_warnings, 0);
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		check_text(field_mac(&d, span_str(none[i])), "", none[i]);
	cr_expect_eq(d.n_warnings, sizeof(none) / sizeof(*none));
	device_fini(&d);
}

Test(field, addresses_in_their_shortest_form)
{
	static const struct { const char *text, *wanted; size_t warnings; } cases[] = {
		{ "192.0.2.1", "192.0.2.1", 0 }, { "2001:DB8:0:0:0:0:0:1", "2001:db8::1", 0 }, { "fe80::1%eth0", "fe80::1%eth0", 0 }, { "::ffff:192.0.2.1", "::ffff:192.0.2.1", 0 },
		{ "192.0.2.300", "192.0.2.300", 1 }, { "", "", 0 }, { "router.example.net", "router.example.net", 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct device d;

		device_init(&d, &target);
		check_text(field_ip(&d, span_str(cases[i].text)), cases[i].wanted, cases[i].text);
		cr_expect_eq(d.n_warnings, cases[i].warnings, "%s", cases[i].text);
		device_fini(&d);
	}
	cr_expect(field_is_ip(SPAN_LIT("::")));
	cr_expect_not(field_is_ip(SPAN_LIT("Ethernet1")));
	cr_expect_not(field_is_ip(SPAN_LIT("10.0.0.1\0")), "a NUL is no part of an address");
}

Test(field, lines_and_words)
{
	struct span text = SPAN_LIT("a b\r\n\n  c\td  \nlast"), line, word;
	static const char *const lines[] = { "a b", "", "  c\td  ", "last" };
	size_t n = 0;

	while (field_line(&text, &line)) {
		cr_assert_lt(n, 4);
		cr_expect(span_eq(line, span_str(lines[n])), "line %zu", n);
		n++;
	}
	cr_expect_eq(n, 4);
	text = SPAN_LIT("  c\td  ");
	cr_expect(field_word(&text, &word) && span_eq(word, SPAN_LIT("c")));
	cr_expect(field_word(&text, &word) && span_eq(word, SPAN_LIT("d")));
	cr_expect_not(field_word(&text, &word));
}

Test(field, bytes_that_are_no_text_become_text)
{
	check_text(field_text(SPAN_LIT("a\xff" "b\xc3")), "a\xef\xbf\xbd" "b\xef\xbf\xbd", "broken UTF-8");
	check_text(field_text(SPAN_NONE), "", "absent");
	check_text(field_text(SPAN_LIT("gr\xc3\xb6\xc3\x9f" "er")), "gr\xc3\xb6\xc3\x9f" "er", "UTF-8");
}

Test(field, capabilities_are_sorted_names)
{
	json_t *a = field_lldp_capabilities(SPAN_LIT("R, B,T x"));
	char *text = json_dumps(a, JSON_COMPACT);

	cr_expect_str_eq(text, "[\"bridge\",\"router\",\"telephone\"]");
	free(text);
	json_decref(a);
}
