/* clock: the calendar by arithmetic against the C library, and the texts of instants. */
#include <criterion/criterion.h>
#include <errno.h>
#include <time.h>

#include "base/clock.h"

Test(clock, the_calendar_is_the_c_librarys)
{
	for (int64_t day = -106751; day <= 106750; day++) {
		time_t t = (time_t)(day * 86400 + (day * 7919) % 86400 * (day >= 0) + 3);
		int64_t ns = (int64_t)t * CLOCK_NS_PER_S + 999999999;
		struct clock_date d = clock_civil(ns);
		struct tm tm;

		gmtime_r(&t, &tm);
		cr_assert(d.year == tm.tm_year + 1900 && d.month == tm.tm_mon + 1 && d.day == tm.tm_mday, "day %lld", (long long)day);
		cr_assert(d.hour == tm.tm_hour && d.minute == tm.tm_min && d.second == tm.tm_sec && d.ns == 999999999);
		cr_assert_eq(clock_seconds(&d), t);
	}
}

Test(clock, the_first_and_the_last_instant_are_dates)
{
	char out[CLOCK_RFC3339_LEN + 1] = "";

	clock_rfc3339(INT64_MIN, out);
	cr_expect_str_eq(out, "1677-09-21T00:12:43.145224192Z");
	clock_rfc3339(INT64_MAX, out);
	cr_expect_str_eq(out, "2262-04-11T23:47:16.854775807Z");
	clock_rfc3339(-1, out);
	cr_expect_str_eq(out, "1969-12-31T23:59:59.999999999Z");
	clock_rfc3339(0, out);
	cr_expect_str_eq(out, "1970-01-01T00:00:00.000000000Z");
}

Test(clock, february_has_its_leap_day)
{
	static const struct {
		int year, days;
	} t[] = { { 1900, 28 }, { 2000, 29 }, { 2023, 28 }, { 2024, 29 }, { 2100, 28 } };

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		cr_expect_eq(clock_days_in_month(t[i].year, 2), t[i].days);
		cr_expect_eq(clock_leap_year(t[i].year), t[i].days == 29);
	}
	cr_expect_eq(clock_days_in_month(2023, 12), 31);
	cr_expect_eq(clock_days_in_month(2023, 4), 30);
}

Test(clock, a_written_instant_is_read)
{
	static const struct {
		const char *text, *is;
	} t[] = {
		{ "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000000Z" },
		{ "2026-01-02t03:04:05.5z", "2026-01-02T03:04:05.500000000Z" },
		{ "2026-01-02 03:04:05.123456789+02:00", "2026-01-02T01:04:05.123456789Z" },
		{ "2026-01-02T03:04:05.1234567899-0530", "2026-01-02T08:34:05.123456789Z" },
		{ "2024-02-29T23:59:60Z", "2024-03-01T00:00:00.000000000Z" },
		{ "2024-12-31T23:00:00-01:00", "2025-01-01T00:00:00.000000000Z" },
		{ "1767323045.25", "2026-01-02T03:04:05.250000000Z" },
		{ "1767323045", "2026-01-02T03:04:05.000000000Z" },
		{ "0", "1970-01-01T00:00:00.000000000Z" },
		{ "0.000000001", "1970-01-01T00:00:00.000000001Z" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char out[CLOCK_RFC3339_LEN + 1] = "";
		int64_t ns = 0;

		cr_expect_eq(clock_parse(span_str(t[i].text), &ns), 0, "%s", t[i].text);
		clock_rfc3339(ns, out);
		cr_expect_str_eq(out, t[i].is, "%s: %s", t[i].text, out);
	}
}

Test(clock, nonsense_is_no_instant)
{
	static const char *const t[] = {
		"", "now", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2026-00-02T03:04:05Z", "2026-01-32T03:04:05Z",
		"2025-02-29T03:04:05Z", "2026-01-02T24:04:05Z", "2026-01-02T03:60:05Z", "2026-01-02T03:04:61Z", "2026-01-02T03:04:05.Z",
		"2026-01-02T03:04:05+2", "2026-01-02T03:04:05+25:00", "2026-01-02T03:04:05+02:60", "2026-01-02T03:04:05Zx", " 2026-01-02T03:04:05Z",
		"2026-1-2T3:4:5Z", "1500-01-02T03:04:05Z", "9999-01-02T03:04:05Z", "1767323045.", "1767323045.2x", "-5", "99999999999", "1e9", ".5",
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		int64_t ns;

		errno = 0;
		cr_expect_eq(clock_parse(span_str(t[i]), &ns), -1, "%s", t[i]);
		cr_expect_eq(errno, EINVAL);
	}
	/* Every cut of a good one. */
	for (size_t n = 0; n < 20; n++) {
		int64_t ns;

		cr_expect_eq(clock_parse(span_of("2026-01-02T03:04:05Z", n), &ns), n >= 1 && n <= 4 ? 0 : -1, "%zu bytes", n);
	}
}

Test(clock, a_fixed_clock_stands_still_and_the_other_does_not)
{
	int64_t before = clock_monotonic_ns();

	cr_expect_not(clock_is_fixed());
	cr_expect_gt(clock_now_ns(), INT64_C(1700000000) * CLOCK_NS_PER_S);
	clock_fix(42);
	cr_expect(clock_is_fixed());
	cr_expect_eq(clock_now_ns(), 42);
	cr_expect_eq(clock_now_ns(), 42);
	cr_expect_geq(clock_monotonic_ns(), before);
	cr_expect_neq(clock_monotonic_ns(), 42);
}
