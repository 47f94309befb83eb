/*
 * stamp: times as devices write them, and the instants that they mean.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "parsers/syslog/stamp.h"
#include "parsers/syslog/tz.h"
#include "tests/parsers/edge.h"

struct reading {
	const char *text;
	int used;               /* -1: all of it */
	const char *want;       /* kind y-m-d h:m:s.ns and what else is there */
};

static const char *
told(const struct stamp *st, char *buf, size_t size)
{
	static const char *const kinds[] = { "none", "date", "epoch", "uptime" };
	int n = snprintf(buf, size, "%s %d-%d-%d %d:%d:%d.%d", kinds[st->kind], st->when.year, st->when.month, st->when.day, st->when.hour,
	    st->when.minute, st->when.second, st->when.ns);

	if (st->mark)
		n += snprintf(buf + n, size - (size_t)n, " %c", st->mark);
	if (st->has_offset)
		n += snprintf(buf + n, size - (size_t)n, " %+d", st->offset_s);
	if (st->zone.p)
		n += snprintf(buf + n, size - (size_t)n, " %.*s", (int)st->zone.n, st->zone.p);
	if (st->ambiguous_order)
		snprintf(buf + n, size - (size_t)n, " ?");
	return buf;
}

static const struct reading readings[] = {
	{ "Apr 29 13:58:40", -1, "date 0-4-29 13:58:40.0" },
	{ "May  2 13:58:40 r1", 15, "date 0-5-2 13:58:40.0" },
	{ "Nov 8 13:58:40: x", 14, "date 0-11-8 13:58:40.0" },
	{ "NOV 22 00:00:33", -1, "date 0-11-22 0:0:33.0" },
	{ "July 22 22:45:28 apic1", 16, "date 0-7-22 22:45:28.0" },
	{ "September 2 22:45:28", -1, "date 0-9-2 22:45:28.0" },
	{ "Sept 2 22:45:28", 0, "" },
	{ "*Apr 29 13:58:40.411: %", 20, "date 0-4-29 13:58:40.411000000 *" },
	{ ".Apr 29 13:58:40.000001: %", 23, "date 0-4-29 13:58:40.1000 ." },
	{ "2025 Jun 25 11:27:28 r1", 20, "date 2025-6-25 11:27:28.0" },
	{ "Jan 31 2020 17:24:03: %", 20, "date 2020-1-31 17:24:3.0" },
	{ "Jan 27 14:13:39 2022 r1", 20, "date 2022-1-27 14:13:39.0" },
	{ "May 30 05:36:29:579 2003 r1", 24, "date 2003-5-30 5:36:29.579000000" },
	{ "May 30 05:36:29 2003.25 r1", 23, "date 2003-5-30 5:36:29.250000000" },
	{ "May 30 05:36:29 4711 r1", 15, "date 0-5-30 5:36:29.0" },
	{ "2018-06-27T12:17:46Z r1", 20, "date 2018-6-27 12:17:46.0 +0" },
	{ "2018-06-27t12:17:46.123456789+05:30 r1", 35, "date 2018-6-27 12:17:46.123456789 +19800" },
	{ "2018-06-27T12:17:46.1-0500 r1", 26, "date 2018-6-27 12:17:46.100000000 -18000" },
	{ "2018-06-27T12:17:46.1234567891-05:00", -1, "date 2018-6-27 12:17:46.123456789 -18000" },
	{ "2018-06-27T12:17:46 r1", 19, "date 2018-6-27 12:17:46.0" },
	{ "2026-01-05 13:54:43,123 r1", 23, "date 2026-1-5 13:54:43.123000000" },
	{ "2018-7-23 01:00:33.270.1 r1", 24, "date 2018-7-23 1:0:33.270000000" },
	{ "2018-Nov- 9 15:41:30 AR:", 20, "date 2018-11-9 15:41:30.0" },
	{ "2015/11/27 00:19:40.38 x", 22, "date 2015-11-27 0:19:40.380000000" },
	{ "2023/07/04:09:03:41 x", 19, "date 2023-7-4 9:3:41.0" },
	{ "05/08/2025:03:13:15 GMT r1", 23, "date 2025-5-8 3:13:15.0 GMT ?" },
	{ "25/08/2025:03:13:15 GMT r1", 23, "date 2025-8-25 3:13:15.0 GMT" },
	{ "24-Sep-2020 09:46:27.205 c", 24, "date 2020-9-24 9:46:27.205000000" },
	{ "sep/15 09:54:33", -1, "date 0-9-15 9:54:33.0" },
	{ "jan/02/1970 09:54:33", -1, "date 1970-1-2 9:54:33.0" },
	{ "Tue Sep 23 11:40:01 r1", 19, "date 0-9-23 11:40:1.0" },
	{ "Oct 14 2015 05:50:19 AM.484 UTC :", 31, "date 2015-10-14 5:50:19.484000000 UTC" },
	{ "Oct 14 2015 12:50:19 AM: x", 23, "date 2015-10-14 0:50:19.0" },
	{ "Oct 14 2015 12:50:19 PM: x", 23, "date 2015-10-14 12:50:19.0" },
	{ "1563249630.774247467 ap", 20, "epoch 0-0-0 0:0:0.774247467 +0" },
	{ "00:01:01: %", 8, "uptime 0-0-0 0:0:0.0" },
	{ "1 2: %", 3, "uptime 0-0-0 0:0:0.0" },
	{ "2y10w: %", 5, "uptime 0-0-0 0:0:0.0" },
	{ "20w2d: %", 5, "uptime 0-0-0 0:0:0.0" },
	{ "3d04h: %", 5, "uptime 0-0-0 0:0:0.0" },
	/* zones */
	{ "Apr 29 13:58:40 UTC+1: %", 21, "date 0-4-29 13:58:40.0 +3600 UTC+1" },
	{ "Apr 29 13:58:40 UTC+07:30: %", 25, "date 0-4-29 13:58:40.0 +27000 UTC+07:30" },
	{ "Apr 29 13:58:40 GMT-5: %", 21, "date 0-4-29 13:58:40.0 -18000 GMT-5" },
	{ "Jul 22 2012 10:11:30+02:00 DST r1", 30, "date 2012-7-22 10:11:30.0 +10800 +02:00 DST" },
	{ "Jul 22 2012 10:11:30+02:00 DSTx", 26, "date 2012-7-22 10:11:30.0 +7200 +02:00" },
	{ "Jan 8 2013 03:58:15+07:00 r1", 25, "date 2013-1-8 3:58:15.0 +25200 +07:00" },
	{ "2019-04-24 15:00:48.610 +00:00 x", 30, "date 2019-4-24 15:0:48.610000000 +0 +00:00" },
	{ "Apr 29 13:58:40 mdt: %", 19, "date 0-4-29 13:58:40.0 mdt" },
	{ "Apr 29 13:58:40 VIENNA: %", 22, "date 0-4-29 13:58:40.0 VIENNA" },
	{ "Apr 29 13:58:40 vienna: %", 22, "date 0-4-29 13:58:40.0 vienna" },
	{ "Apr 29 13:58:40 CEST r1", 20, "date 0-4-29 13:58:40.0 CEST" },
	{ "Apr 29 13:58:40 cest r1", 20, "date 0-4-29 13:58:40.0 cest" },
	{ "Apr 29 13:58:40 cest %", 20, "date 0-4-29 13:58:40.0 cest" },
	{ "Apr 29 13:58:40 Acl: %", 15, "date 0-4-29 13:58:40.0" },
	{ "Apr 29 13:58:40 rpd[1]: x", 15, "date 0-4-29 13:58:40.0" },
	{ "Apr 29 13:58:40 kernel: x", 15, "date 0-4-29 13:58:40.0" },
	/* in no calendar */
	{ "Feb 30 13:58:40 r1", 15, "none 0-2-30 13:58:40.0" },
	{ "Feb 29 13:58:40 r1", 15, "date 0-2-29 13:58:40.0" },
	{ "Feb 29 2023 13:58:40 r1", 20, "none 2023-2-29 13:58:40.0" },
	{ "Apr 29 24:58:40 r1", 15, "none 0-4-29 24:58:40.0" },
	{ "Dec 31 23:59:60 r1", 15, "date 0-12-31 23:59:60.0" },
	/* no times */
	{ "", 0, "" },
	{ "M", 0, "" },
	{ "May be", 0, "" },
	{ "May 2", 0, "" },
	{ "Mayor 2 10:00:00", 0, "" },
	{ "2023host", 0, "" },
	{ "2023", 0, "" },
	{ "192.0.2.1 x", 0, "" },
	{ "00:01:01:02:03:04 x", 0, "" },
	{ "12:52:24 x", 0, "" },
	{ "*task: x", 0, "" },
	{ "Apr 29 13:58:40x", 0, "" },
	{ "0000-01-01 00:00:00", 0, "" },
};

Test(stamp, reads_every_form)
{
	struct edge edge = edge_open();

	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		const struct reading *r = &readings[i];
		struct span in = edge_put(&edge, span_str(r->text));
		size_t want = r->used < 0 ? in.n : (size_t)r->used;
		struct stamp st;
		char buf[128];
		size_t used = stamp_parse(in, &st);

		cr_expect_eq(used, want, "%s: used %zu", r->text, used);
		if (used > 0)
			cr_expect_str_eq(told(&st, buf, sizeof(buf)), r->want, "%s: %s", r->text, buf);
		if (used > 0 && st.kind != STAMP_NONE)
			cr_expect(stamp_likely(in), "%s: not likely", r->text);
		for (size_t n = 0; n < in.n; n++)
			stamp_parse(edge_put(&edge, span_of(r->text, n)), &st);
	}
	edge_close(&edge);
}

Test(stamp, keeps_the_spellings)
{
	struct stamp st;

	stamp_parse(SPAN_LIT("*Apr  9 13:58:40.411 CEST: %"), &st);
	cr_expect(span_eq(st.date, SPAN_LIT("Apr  9")) && span_eq(st.time, SPAN_LIT("13:58:40")));
	cr_expect(span_eq(st.fraction, SPAN_LIT("411")) && span_eq(st.zone, SPAN_LIT("CEST")));
	cr_expect(span_eq(st.text, SPAN_LIT("Apr  9 13:58:40.411 CEST")));
	stamp_parse(SPAN_LIT("2020-03-31T08:41:59.123+00:00 x"), &st);
	cr_expect(span_eq(st.date, SPAN_LIT("2020-03-31")) && span_eq(st.time, SPAN_LIT("08:41:59.123+00:00")));
	cr_expect_null(st.zone.p);
}

Test(stamp, reads_only_iso_where_only_that_is_meant)
{
	struct stamp st;

	cr_expect_eq(stamp_parse_iso(SPAN_LIT("2020-03-31T08:41:59Z x"), &st), 20);
	cr_expect_eq(stamp_parse_iso(SPAN_LIT("2020-03-31 08:41:59Z x"), &st), 0);
	cr_expect_eq(stamp_parse_iso(SPAN_LIT("2020-02-31T08:41:59Z x"), &st), 0);
	cr_expect_eq(stamp_parse_iso(SPAN_LIT("Mar 31 08:41:59 and so on"), &st), 0);
}

struct resolving {
	const char *text, *received, *zone; /* zone: of the inventory, or NULL */
	int order;                          /* 0: nothing, 1: month first, 2: day first */
	const char *want;
	unsigned guessed;
};

#define YEAR NEVENT_GUESSED_YEAR
#define ZONE NEVENT_GUESSED_ZONE
#define ORDER NEVENT_GUESSED_DATE_ORDER

static const struct resolving resolvings[] = {
	{ "Feb 29 10:00:00 UTC:", "2261-12-31T00:00:00Z", NULL, 0, "2260-02-29T10:00:00.000000000Z", YEAR },
	{ "Jan  1 00:00:01 UTC:", "2261-12-31T23:59:59Z", NULL, 0, "2261-01-01T00:00:01.000000000Z", YEAR },
	{ "May  1 10:00:00 -03:", "2026-07-01T00:00:00Z", "+01:00", 0, "2026-05-01T13:00:00.000000000Z", YEAR },
	{ "2020-03-31T08:41:59.5+02:00", "2026-07-01T00:00:00Z", NULL, 0, "2020-03-31T06:41:59.500000000Z", 0 },
	{ "2020-03-31T08:41:59.5Z", "2026-07-01T00:00:00Z", "+05:00", 0, "2020-03-31T08:41:59.500000000Z", 0 },
	{ "Jun 30 10:00:00 UTC:", "2026-07-01T00:00:00Z", NULL, 0, "2026-06-30T10:00:00.000000000Z", YEAR },
	{ "Jun 30 10:00:00", "2026-07-01T00:00:00Z", NULL, 0, "2026-06-30T10:00:00.000000000Z", YEAR | ZONE },
	{ "Jun 30 10:00:00", "2026-07-01T00:00:00Z", "-03:30", 0, "2026-06-30T13:30:00.000000000Z", YEAR },
	/* New Year, on either side */
	{ "Dec 31 23:59:59 UTC:", "2026-01-01T00:00:03Z", NULL, 0, "2025-12-31T23:59:59.000000000Z", YEAR },
	{ "Jan  1 00:00:02 UTC:", "2025-12-31T23:59:58Z", NULL, 0, "2026-01-01T00:00:02.000000000Z", YEAR },
	{ "Jan  1 03:00:02", "2025-12-31T22:00:02Z", "+05:00", 0, "2025-12-31T22:00:02.000000000Z", YEAR },
	{ "Dec 31 19:00:02", "2026-01-01T00:00:02Z", "-05:00", 0, "2026-01-01T00:00:02.000000000Z", YEAR },
	{ "Jul  3 00:00:00 UTC:", "2026-12-31T00:00:00Z", NULL, 0, "2026-07-03T00:00:00.000000000Z", YEAR },
	{ "Jul  3 00:00:00 UTC:", "2026-01-01T00:00:00Z", NULL, 0, "2025-07-03T00:00:00.000000000Z", YEAR },
	{ "Jul  1 00:00:00 UTC:", "2026-01-01T00:00:00Z", NULL, 0, "2026-07-01T00:00:00.000000000Z", YEAR },
	{ "Aug  1 00:00:00 UTC:", "2026-01-01T00:00:00Z", NULL, 0, "2025-08-01T00:00:00.000000000Z", YEAR },
	/* 29 February */
	{ "Feb 29 12:00:00 UTC:", "2024-03-01T00:00:00Z", NULL, 0, "2024-02-29T12:00:00.000000000Z", YEAR },
	{ "Feb 29 12:00:00 UTC:", "2025-03-01T00:00:00Z", NULL, 0, "2024-02-29T12:00:00.000000000Z", YEAR },
	{ "Feb 29 12:00:00 UTC:", "2027-03-01T00:00:00Z", NULL, 0, "2028-02-29T12:00:00.000000000Z", YEAR },
	{ "Feb 29 12:00:00 UTC:", "2100-01-01T00:00:00Z", NULL, 0, "2096-02-29T12:00:00.000000000Z", YEAR },
	/* words */
	{ "Jun 30 2025 10:00:00 PST:", "2026-07-01T00:00:00Z", "+05:00", 0, "2025-06-30T18:00:00.000000000Z", 0 },
	{ "Jun 30 2025 10:00:00 cest: %", "2026-07-01T00:00:00Z", NULL, 0, "2025-06-30T08:00:00.000000000Z", 0 },
	{ "Jun 30 2025 10:00:00 IST:", "2026-07-01T00:00:00Z", NULL, 0, "2025-06-30T04:30:00.000000000Z", ZONE },
	{ "Jun 30 2025 10:00:00 IST:", "2026-07-01T00:00:00Z", "+02:00", 0, "2025-06-30T08:00:00.000000000Z", 0 },
	{ "Jun 30 2025 10:00:00 VIENNA: %", "2026-07-01T00:00:00Z", NULL, 0, "2025-06-30T10:00:00.000000000Z", ZONE },
	{ "Jun 30 2025 10:00:00 VIENNA: %", "2026-07-01T00:00:00Z", "CEST", 0, "2025-06-30T08:00:00.000000000Z", 0 },
	/* day and month */
	{ "05/08/2025:03:13:15 GMT", "2026-07-01T00:00:00Z", NULL, 0, "2025-05-08T03:13:15.000000000Z", ORDER },
	{ "05/08/2025:03:13:15 GMT", "2026-07-01T00:00:00Z", NULL, 2, "2025-08-05T03:13:15.000000000Z", 0 },
	{ "05/08/2025:03:13:15 GMT", "2026-07-01T00:00:00Z", NULL, 1, "2025-05-08T03:13:15.000000000Z", 0 },
	{ "25/08/2025:03:13:15 GMT", "2026-07-01T00:00:00Z", NULL, 1, "2025-08-25T03:13:15.000000000Z", 0 },
	/* no date */
	{ "1563249630.774247467", "2026-07-01T00:00:00Z", NULL, 0, "2019-07-16T04:00:30.774247467Z", 0 },
	{ "2y10w: %", "2026-07-01T00:00:00Z", NULL, 0, "2026-07-01T00:00:00.000000000Z", 0 },
	{ "Feb 30 10:00:00", "2026-07-01T00:00:00Z", NULL, 0, "2026-07-01T00:00:00.000000000Z", 0 },
	{ "9999-01-01 10:00:00", "2026-07-01T00:00:00Z", "Z", 0, "2026-07-01T00:00:00.000000000Z", 0 },
};

static void
check_resolving(const struct resolving *r)
{
	struct stamp_setting set = { .has_order = r->order > 0, .order = r->order == 2 ? STAMP_DAY_FIRST : STAMP_MONTH_FIRST };
	struct stamp_zone *zone = r->zone ? stamp_zone_new(span_str(r->zone)) : NULL;
	struct stamp_result got;
	struct stamp st;
	char text[CLOCK_RFC3339_LEN + 1] = "";
	int64_t received;

	cr_assert_eq(clock_parse(span_str(r->received), &received), 0);
	cr_assert(!r->zone || zone, "zone %s", r->zone);
	set.zone = zone;
	stamp_parse(span_str(r->text), &st);
	got = stamp_resolve(&st, &set, received);
	clock_rfc3339(got.time_ns, text);
	cr_expect_str_eq(text, r->want, "%s: %s", r->text, text);
	cr_expect_eq(got.guessed, r->guessed, "%s: guessed %u", r->text, got.guessed);
	stamp_zone_free(&zone);
}

Test(stamp, resolves_to_an_instant)
{
	for (size_t i = 0; i < sizeof(resolvings) / sizeof(resolvings[0]); i++)
		check_resolving(&resolvings[i]);
}

Test(stamp, knows_the_words_of_zones)
{
	static const struct {
		const char *word;
		int minutes;
		bool ambiguous;
	} words[] = {
		{ "UTC", 0, false }, { "gmt", 0, false }, { "Z", 0, false }, { "ACDT", 630, false }, { "WITA", 480, false }, { "EST", -300, false },
		{ "EDT", -240, false }, { "CST", -360, true }, { "CDT", -300, false }, { "MST", -420, false }, { "MDT", -360, false },
		{ "PST", -480, false }, { "PDT", -420, false }, { "AKST", -540, false }, { "HST", -600, false }, { "BST", 60, true },
		{ "IST", 330, true }, { "AST", -240, true }, { "CET", 60, false }, { "METDST", 120, false }, { "MEST", 120, false },
		{ "MET", 60, false }, { "EET", 120, false }, { "EEST", 180, false }, { "WET", 0, false }, { "WEST", 60, false }, { "MSK", 180, false },
		{ "SAST", 120, false }, { "JST", 540, false }, { "KST", 540, false }, { "HKT", 480, false }, { "SGT", 480, false },
		{ "AEST", 600, false }, { "AEDT", 660, false }, { "ACST", 570, false }, { "AWST", 480, false }, { "NZST", 720, false },
		{ "NZDT", 780, false }, { "BRT", -180, false }, { "ART", -180, false }, { "NPT", 345, false },
	};
	int offset;
	bool ambiguous;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		cr_expect(stamp_zone_word(span_str(words[i].word), &offset, &ambiguous), "%s", words[i].word);
		cr_expect_eq(offset, words[i].minutes * 60, "%s: %d", words[i].word, offset);
		cr_expect_eq(ambiguous, words[i].ambiguous, "%s", words[i].word);
	}
	cr_expect_not(stamp_zone_word(SPAN_LIT("VIENNA"), &offset, &ambiguous));
	cr_expect_not(stamp_zone_word(SPAN_LIT("UT1"), &offset, &ambiguous));
	cr_expect_not(stamp_zone_word(SPAN_LIT("TOOLONG"), &offset, &ambiguous));
	cr_expect_not(stamp_zone_word(SPAN_LIT(""), &offset, &ambiguous));
}

static int64_t
at(int year, int month, int day, int hour)
{
	struct clock_date d = { .year = year, .month = month, .day = day, .hour = hour };

	return clock_seconds(&d);
}

Test(stamp, follows_the_rule_of_a_zone)
{
	struct tz_change room[TZ_MAX_CHANGES];
	struct tz tz = { .change = room };

	cr_assert_eq(tz_rule(SPAN_LIT("CET-1CEST,M3.5.0,M10.5.0/3"), 2000, 2100, &tz), 0);
	cr_expect_eq(tz_offset_at(&tz, at(2026, 3, 29, 0)), 3600);
	cr_expect_eq(tz_offset_at(&tz, at(2026, 3, 29, 1)), 7200);
	cr_expect_eq(tz_offset_at(&tz, at(2026, 10, 25, 0)), 7200);
	cr_expect_eq(tz_offset_at(&tz, at(2026, 10, 25, 1)), 3600);
	cr_expect_eq(tz_offset_local(&tz, at(2026, 3, 29, 2)), 3600, "in the gap");
	cr_expect_eq(tz_offset_local(&tz, at(2026, 3, 29, 4)), 7200);
	cr_expect_eq(tz_offset_local(&tz, at(2026, 10, 25, 2)), 7200, "the first of two");
	cr_expect_eq(tz_offset_local(&tz, at(2026, 10, 25, 4)), 3600);
	tz.n = 0;
	cr_assert_eq(tz_rule(SPAN_LIT("AEST-10AEDT,M10.1.0,M4.1.0/3"), 2000, 2100, &tz), 0);
	cr_expect_eq(tz_offset_at(&tz, at(2026, 1, 15, 0)), 39600);
	cr_expect_eq(tz_offset_at(&tz, at(2026, 6, 15, 0)), 36000);
	tz.n = 0;
	cr_assert_eq(tz_rule(SPAN_LIT("<-03>3"), 2000, 2100, &tz), 0);
	cr_expect_eq(tz_offset_at(&tz, 0), -10800);
	cr_expect_lt(tz_rule(SPAN_LIT("CET-1CEST"), 2000, 2001, &tz), 0);
	cr_expect_lt(tz_rule(SPAN_LIT("CET-1CEST,M13.5.0,M10.5.0"), 2000, 2001, &tz), 0);
	cr_expect_lt(tz_rule(SPAN_LIT(""), 2000, 2001, &tz), 0);
}

Test(stamp, refuses_what_is_no_zone)
{
	static const char *const names[] = { "", "Nowhere/Land", "../../etc/passwd", "/etc/passwd", "+5", "UTC+", "+25:00", "12" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		cr_expect_null(stamp_zone_new(span_str(names[i])), "%s", names[i]);
}

/* A TZif file of version 1 with one change, and all its prefixes and many broken copies. */
Test(stamp, reads_no_tz_file_beyond_its_end)
{
	static const char file[] = "TZif\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0\0\1" "\0\0\0\2" "\0\0\0\10"
	    "\x60\0\0\0" "\1" "\0\0\x0e\x10\0\0" "\0\0\x1c\x20\1\4" "CET\0CEST";
	struct edge edge = edge_open();
	struct tz_change room[TZ_MAX_CHANGES];
	struct tz tz = { .change = room };
	char copy[sizeof(file)];

	cr_assert_eq(tz_read(edge_put(&edge, span_of(file, sizeof(file) - 1)), &tz), 0);
	cr_expect_eq(tz_offset_at(&tz, 0x5fffffff), 3600);
	cr_expect_eq(tz_offset_at(&tz, 0x60000000), 7200);
	for (size_t n = 0; n < sizeof(file) - 1; n++)
		cr_expect_lt(tz_read(edge_put(&edge, span_of(file, n)), &tz), 0);
	for (size_t i = 0; i < sizeof(file) - 1; i++)
		for (int b = 0; b < 8; b++) {
			memcpy(copy, file, sizeof(file));
			copy[i] = (char)(copy[i] ^ (1 << b));
			(void)tz_read(edge_put(&edge, span_of(copy, sizeof(file) - 1)), &tz);
		}
	edge_close(&edge);
}

Test(stamp, reads_the_tz_database)
{
	struct stamp_zone *zone;

	if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) < 0)
		cr_skip_test("tzdata is not installed");
	unsetenv("TZDIR");
	zone = stamp_zone_new(SPAN_LIT("Europe/Berlin"));
	cr_assert_not_null(zone);
	cr_expect_eq(stamp_zone_offset(zone, at(1990, 7, 1, 12)), 7200);
	cr_expect_eq(stamp_zone_offset(zone, at(2026, 1, 1, 12)), 3600);
	cr_expect_eq(stamp_zone_offset(zone, at(2090, 7, 1, 12)), 7200);
	stamp_zone_free(&zone);
	cr_expect_null(zone);
	stamp_zone_free(&zone);
}
