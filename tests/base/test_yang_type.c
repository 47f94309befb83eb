/* yang_type: what a leaf takes, what it is made of, and what it refuses. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/yang_type.h"

static struct arena arena;

static struct span
no_identities(void *ctx, struct span base)
{
	(void)ctx;
	return span_eq(base, SPAN_LIT("m:COLOUR")) ? SPAN_LIT("m:DARK_RED m:BLUE n:GREEN") : SPAN_NONE;
}

static const struct yang_type *
type_of(const char *spelling)
{
	const struct yang_type *t = yang_type_read(&arena, span_str(spelling), no_identities, NULL);

	cr_assert_not_null(t, "%s", spelling);
	return t;
}

/* What the leaf makes of the fact: as it stands in JSON, "-" for a refusal. */
static const char *
take(const char *spelling, const struct fact *f)
{
	static char out[512];
	struct yang_text text;

	if (!yang_take(type_of(spelling), f, false, &arena, &text))
		return "-";
	snprintf(out, sizeof(out), text.quoted ? "\"%.*s\"" : "%.*s", (int)text.text.n, text.text.p);
	return out;
}

static const char *
take_text(const char *spelling, const char *text)
{
	struct fact f = { .type = FACT_TEXT, .text = span_str(text) };

	return take(spelling, &f);
}

static const char *
take_int(const char *spelling, int64_t n)
{
	struct fact f = { .type = FACT_INT, .num = n };

	return take(spelling, &f);
}

static void
begin(void)
{
	cr_assert_eq(arena_init(&arena, 4096, SIZE_MAX), 0);
}

static void
end(void)
{
	arena_fini(&arena);
}

TestSuite(yang_type, .init = begin, .fini = end);

struct row {
	const char *type, *text, *want;
};

static void
check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cr_expect_str_eq(take_text(rows[i].type, rows[i].text), rows[i].want, "%s of %s: wanted %s, got %s", rows[i].text, rows[i].type,
		    rows[i].want, take_text(rows[i].type, rows[i].text));
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

Test(yang_type, words_are_taken_whatever_their_case_and_joints)
{
	static const struct row rows[] = {
		{ "enum UP DOWN LOWER_LAYER_DOWN", "UP", "\"UP\"" }, { "enum UP DOWN", "down", "\"DOWN\"" },
		{ "enum UP LOWER_LAYER_DOWN", "lowerLayerDown", "\"LOWER_LAYER_DOWN\"" }, { "enum UP LOWER_LAYER_DOWN", "lower-layer down", "\"LOWER_LAYER_DOWN\"" },
		{ "enum UP DOWN", "DOW", "-" }, { "enum UP DOWN", "DOWNN", "-" }, { "enum UP DOWN", "", "-" }, { "enum UP DOWN", "-", "-" },
		{ "enum on ON", "ON", "\"ON\"" },
		{ "ident m:COLOUR", "BLUE", "\"m:BLUE\"" }, { "ident m:COLOUR", "m:BLUE", "\"m:BLUE\"" }, { "ident m:COLOUR", "n:GREEN", "\"n:GREEN\"" },
		{ "ident m:COLOUR", "m:GREEN", "-" }, { "ident m:COLOUR", "dark red", "\"m:DARK_RED\"" }, { "ident m:COLOUR", "red", "-" },
		{ "bool", "true", "true" }, { "bool", "No", "false" }, { "bool", "1", "-" }, { "bool", "", "-" },
	};

	CHECK(rows);
	cr_expect_null(yang_type_read(&arena, SPAN_LIT("ident m:NONE"), no_identities, NULL));
	cr_expect(yang_has_word(type_of("enum UP DOWN"), SPAN_LIT("UP")));
	cr_expect_not(yang_has_word(type_of("enum UP DOWN"), SPAN_LIT("up")), "lint helps nobody");
	cr_expect(yang_has_word(type_of("ident m:COLOUR"), SPAN_LIT("BLUE")));
}

Test(yang_type, numbers_are_in_their_bounds)
{
	static const struct row rows[] = {
		{ "uint8", "255", "255" }, { "uint8", "256", "-" }, { "uint8", "-1", "-" }, { "uint8", "-0", "0" }, { "uint8", " 7 ", "7" }, { "uint8", "7x", "-" },
		{ "uint8", "", "-" }, { "uint8", "+", "-" }, { "uint8", "007", "7" }, { "int8", "-128", "-128" }, { "int8", "-129", "-" }, { "int8", "127", "127" },
		{ "int8", "128", "-" }, { "uint16 1..4094", "4094", "4094" }, { "uint16 1..4094", "4095", "-" }, { "uint16 1..4094", "0", "-" },
		{ "uint16 1..2|5|10..max", "3", "-" }, { "uint16 1..2|5|10..max", "5", "5" }, { "uint16 1..2|5|10..max", "65535", "65535" },
		{ "int16 -5..5", "-5", "-5" }, { "int16 -5..5", "-6", "-" }, { "uint32", "4294967295", "4294967295" }, { "uint32", "4294967296", "-" },
		{ "uint64", "18446744073709551615", "\"18446744073709551615\"" }, { "uint64", "18446744073709551616", "-" },
		{ "int64", "-9223372036854775808", "\"-9223372036854775808\"" }, { "int64", "9223372036854775808", "-" },
		{ "dec 2", "-31.25", "\"-31.25\"" }, { "dec 1", "58", "\"58.0\"" }, { "dec 2", "1.005e3", "-" }, { "dec 2", "nan", "-" }, { "dec 2", "1.2.3", "-" },
		{ "dec 1 0..100", "100", "\"100.0\"" }, { "dec 1 0..100", "100.1", "-" }, { "dec 18", "10", "-" },
	};

	CHECK(rows);
	cr_expect_str_eq(take_int("uint8", 200), "200");
	cr_expect_str_eq(take_int("uint8", -200), "-");
	cr_expect_str_eq(take_int("int64", INT64_MIN), "\"-9223372036854775808\"");
	cr_expect_str_eq(take_int("string", -5), "\"-5\"");
}

Test(yang_type, addresses_prefixes_and_macs)
{
	static const struct row rows[] = {
		{ "ip", "192.0.2.1", "\"192.0.2.1\"" }, { "ip", "192.0.2.256", "-" }, { "ip", "192.0.2.01", "-" }, { "ip", "192.0.2", "-" }, { "ip", "192.0.2.1.", "-" },
		{ "ip", "2001:db8::1", "\"2001:db8::1\"" }, { "ip", "2001:DB8::1", "\"2001:DB8::1\"" }, { "ip", "::", "\"::\"" }, { "ip", "2001:db8::1::", "-" },
		{ "ip", "::ffff:192.0.2.1", "\"::ffff:c000:201\"" }, { "ip", "fe80::1%eth0", "-" }, { "ip6z", "fe80::1%eth0.7", "\"fe80::1%eth0.7\"" },
		{ "ip6z", "fe80::1", "-" }, { "ip6z", "fe80::1%", "-" }, { "ip6z", "fe80::1%a..b", "-" }, { "ip4", "2001:db8::1", "-" }, { "ip6", "192.0.2.1", "-" },
		{ "ip", "gw1", "-" }, { "ip", "", "-" }, { "quad", "0.0.0.10", "\"0.0.0.10\"" },
		{ "ip4p", "192.0.2.0/24", "\"192.0.2.0/24\"" }, { "ip4p", "192.0.2.0/33", "-" }, { "ip4p", "192.0.2.0/024", "-" }, { "ip4p", "192.0.2.0", "-" },
		{ "ip6p", "2001:db8::/129", "-" }, { "ipp", "::ffff:192.0.2.0/120", "\"::ffff:c000:200/120\"" }, { "ipp", "2001:db8::/32", "\"2001:db8::/32\"" },
		{ "ipp", "192.0.2.0/", "-" }, { "ipp", "192.0.2.0/2x", "-" },
		{ "mac", "0011.22AA.4455", "\"00:11:22:aa:44:55\"" }, { "mac", "00-11-22-aa-44-55", "\"00:11:22:aa:44:55\"" },
		{ "mac", "0011-22aa-4455", "\"00:11:22:aa:44:55\"" }, { "mac", "001122aa4455", "\"00:11:22:aa:44:55\"" }, { "mac", "00:11:22:aa:44:55", "\"00:11:22:aa:44:55\"" },
		{ "mac", "00:11:22:aa:44", "-" }, { "mac", "00:11:22:aa:44:55:66", "-" }, { "mac", "00:11:22aa:4455", "-" }, { "mac", "00112:2aa44:55", "-" }, { "mac", ":001122aa4455", "-" },
		{ "mac", "0011.22aa.4455.", "-" }, { "mac", "", "-" }, { "sysid", "1921.6800.1001", "\"1921.6800.1001\"" }, { "sysid", "gw1.nyc1", "-" },
		{ "sysid", "1921.6800.100g", "-" }, { "dns", "ntp1.example.net", "\"ntp1.example.net\"" }, { "dns", "a..b", "-" }, { "dns", "-a", "-" }, { "dns", "a-", "-" },
		{ "dns", "a b", "-" }, { "union ip ; dns", "192.0.2.1", "\"192.0.2.1\"" }, { "union ip ; dns", "ntp1", "\"ntp1\"" },
		{ "union uint8 ; enum A B", "7", "7" }, { "union uint8 ; enum A B", "b", "\"B\"" }, { "union uint8 ; enum A B", "c", "-" },
	};

	CHECK(rows);
}

Test(yang_type, times_come_from_nanoseconds)
{
	cr_expect_str_eq(take_int("ns", 1700000000000000000), "\"1700000000000000000\"");
	cr_expect_str_eq(take_int("ns", -1), "-");
	cr_expect_str_eq(take_text("ns", "1700000000000000000"), "-");
	cr_expect_str_eq(take_int("dtime", 1700000000000000000), "\"2023-11-14T22:13:20.000000000Z\"");
	cr_expect_str_eq(take_text("dtime", "2023-11-14T22:13:20Z"), "\"2023-11-14T22:13:20Z\"");
	cr_expect_str_eq(take_text("dtime", "2023-11-14T22:13:20.5+01:00"), "\"2023-11-14T22:13:20.5+01:00\"");
	cr_expect_str_eq(take_text("dtime", "2023-11-14 22:13:20"), "-");
	cr_expect_str_eq(take_text("dtime", "2026-99-99T99:99:99Z"), "-");
	cr_expect_str_eq(take_text("dtime", "2026-00-10T00:00:00Z"), "-");
	cr_expect_str_eq(take_text("dtime", "2026-01-01T24:00:00Z"), "-");
	cr_expect_str_eq(take_text("dtime", "2026-01-01T00:00:60Z"), "\"2026-01-01T00:00:60Z\"");
	cr_expect_str_eq(take_text("dtime", "2026-01-01T00:00:00+99:99"), "-");
	cr_expect_str_eq(take_text("dtime", "2023-11-14T22:13:20"), "-");
}

Test(yang_type, a_string_has_no_characters_that_yang_refuses)
{
	struct yang_text out;

	cr_expect_str_eq(take_text("string", "plain"), "\"plain\"");
	cr_expect_str_eq(take_text("string", ""), "-");
	cr_expect_str_eq(take_text("string len=1..3", "abcd"), "-");
	cr_expect_str_eq(take_text("string len=1..3", "\xc3\xa9\xc3\xa9\xc3\xa9"), "\"\xc3\xa9\xc3\xa9\xc3\xa9\"");
	cr_assert(yang_string(SPAN_LIT("a\x01" "b\tc\xff" "d\xef\xbf\xbf" "e\xef\xb7\x90" "f\xf0\x9f\xbf\xbe" "g\x7f"), &arena, &out));
	cr_expect(span_eq(out.text, SPAN_LIT("a\xef\xbf\xbd" "b\tc\xef\xbf\xbd" "d\xef\xbf\xbd" "e\xef\xbf\xbd" "f\xef\xbf\xbd" "g\x7f")), "%.*s", (int)out.text.n, out.text.p);
}

Test(yang_type, what_nothing_can_be_put_into)
{
	cr_expect_str_eq(take_text("binary", "x"), "-");
	cr_expect_str_eq(take_text("bits a b", "a"), "-");
	cr_expect_str_eq(take_text("re - [a-z]+", "x"), "-");
	cr_expect_null(yang_type_read(&arena, SPAN_LIT("something"), no_identities, NULL));
	cr_expect_null(yang_type_read(&arena, SPAN_LIT(""), no_identities, NULL));
	cr_expect_null(yang_type_read(&arena, SPAN_LIT("dec 0"), no_identities, NULL));
}
