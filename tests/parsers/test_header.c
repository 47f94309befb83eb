/*
 * header: the forms in which devices and relays put who speaks and when before their text, one line for each.
 */
#include <criterion/criterion.h>

#include "tests/parsers/edge.h"
#include "tests/parsers/header_rows.h"
#include "tests/parsers/header_text.h"

Test(header, reads_every_form)
{
	static struct header_text got;

	for (size_t i = 0; i < HEADER_ROWS; i++) {
		struct header h;

		header_parse(span_str(header_rows[i].line), &h);
		cr_expect_str_eq(header_text(&h, &got), header_rows[i].want, "%s\n  want %s\n  got  %s", header_rows[i].line, header_rows[i].want, got.s);
	}
}

/* What looks like a device's header in a relay's, and is text: host and time are those in front. */
static const char *const texts[] = {
	"<30>Nov  9 15:41:31 relay9 session closed 2018-Nov-09 15:41:30 by root",
	"<30>Nov  9 15:41:31 relay9 user ops 2018-11-09 15:41:30 LOGIN: text",
	"<30>Nov  9 15:41:31 relay9 1 2018-11-09T15:41:30Z is when it began",
	"<30>Nov  9 15:41:31 relay9 cron[7]: Nov  9 15:41:30 job: done",
	"<30>Nov  9 15:41:31 relay9 Nov  9 15:41:30 is when it began",
	"<30>Nov  9 15:41:31 relay9 Nov  9 15:41:30 until Nov  9 15:41:31 it was down",
	"<30>Nov  9 15:41:31 relay9 link of/0/to:Nov  9 15:41:30 text",
	"<30>1 2018-11-09T15:41:31Z relay9 app 7 ID4 - Nov  9 15:41:30 job: done",
	"<30>1 2018-11-09T15:41:31Z relay9 app 7 ID4 - 1 2018-11-09T15:41:30Z is when it began",
};

Test(header, leaves_what_may_be_text_to_the_text)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct header h;

		header_parse(span_str(texts[i]), &h);
		cr_expect(span_eq(h.host, SPAN_LIT("relay9")), "%s: %.*s", texts[i], (int)h.host.n, h.host.p);
		cr_expect(h.relay.kind == STAMP_NONE, "%s: %.*s", texts[i], (int)h.stamp.text.n, h.stamp.text.p);
	}
}

static bool
within(struct span outer, struct span s)
{
	return !s.p || (s.p >= outer.p && s.p + s.n <= outer.p + outer.n);
}

static void
check_within(struct span line, const struct header *h)
{
	const struct span all[] = {
		h->pri, h->counter_text, h->seq_text, h->stamp.text, h->stamp.date, h->stamp.time, h->stamp.fraction, h->stamp.zone,
		h->relay.text, h->relay_host, h->host, h->host_prefix, h->node, h->process, h->pid, h->msgid, h->sd, h->tag, h->rest, h->body,
		h->body_colon,
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		cr_assert(within(line, all[i]), "span %zu of %.*s", i, (int)line.n, line.p);
}

Test(header, never_reads_behind_the_line_wherever_it_is_cut)
{
	struct edge edge = edge_open();
	struct header h;

	for (size_t i = 0; i < HEADER_ROWS; i++) {
		struct span whole = span_str(header_rows[i].line);

		for (size_t n = 0; n <= whole.n; n++) {
			struct span line = edge_put(&edge, span_of(whole.p, n));

			header_parse(line, &h);
			check_within(line, &h);
		}
	}
	edge_close(&edge);
}

Test(header, takes_any_byte_anywhere)
{
	static const char bytes[] = { '\0', '\r', '\n', '\x1b', '\xff', '\xc3', '"', '[', ':', '%', '<', '\\' };
	struct edge edge = edge_open();
	struct header h;

	for (size_t i = 0; i < HEADER_ROWS; i++) {
		struct span whole = span_str(header_rows[i].line);
		char copy[1024];

		for (size_t at = 0; at < whole.n; at++) {
			struct span line;

			memcpy(copy, whole.p, whole.n);
			copy[at] = bytes[(i + at) % sizeof(bytes)];
			line = edge_put(&edge, span_of(copy, whole.n));
			header_parse(line, &h);
			check_within(line, &h);
		}
	}
	edge_close(&edge);
}

/* What stands behind a NUL is another message's: nothing is read across it; NULs in front are none of the message. */
Test(header, ends_at_a_nul)
{
	static const char host[] = "<13>Jan  5 10:00:01 core2\0evil sshd[77]: text", text[] = "\0\0<13>Jan  5 10:00:01 core2 sshd[77]: one\0<13>Jan  5 10:00:01 core3 x: two";
	static const char pairs[] = "date=2026-03-01 time=04:05:06\0 devname=\"fw1\"", data[] = "<13>1 2026-03-04T09:16:02Z h a p m [x y=\"1\0\"] z", none[] = "\0\0";
	struct header h;

	header_parse(span_of(host, sizeof(host) - 1), &h);
	cr_expect(!memchr(h.rest.p, '\0', h.rest.n) && !h.process.p && h.rest.p + h.rest.n <= strchr(host, '\0'));
	header_parse(span_of(text, sizeof(text) - 1), &h);
	cr_expect(span_eq(h.host, SPAN_LIT("core2")) && span_eq(h.tag, SPAN_LIT("sshd")) && span_eq(h.body, SPAN_LIT("one")));
	header_parse(span_of(pairs, sizeof(pairs) - 1), &h);
	cr_expect(!h.host.p && span_eq(h.rest, SPAN_LIT("date=2026-03-01 time=04:05:06")));
	header_parse(span_of(data, sizeof(data) - 1), &h);
	cr_expect(!h.rest.n || !memchr(h.rest.p, '\0', h.rest.n));
	header_parse(span_of(none, sizeof(none) - 1), &h);
	cr_expect(h.rest.p && h.rest.n == 0 && h.body.p && h.body.n == 0 && h.facility == -1);
}

/* What pairs say of the zone: an offset, or the epoch beside the local time, if it can be of the same event. */
static const struct {
	const char *line;
	bool has_offset;
	int offset_s;
} offsets[] = {
	{ "date=2026-02-03 time=04:05:06 tz=\"+0530\" devname=fw-2", true, 19800 },
	{ "date=2026-02-03 time=04:05:06 tz=UTC-5:00 devname=fw-2", true, -18000 },
	{ "date=2026-02-03 time=04:05:06 timezone=\"(GMT-5:00)Eastern Time\" devname=fw-2", true, -18000 },
	{ "date=2026-02-03 time=04:05:06 tz=\"somewhere\" devname=fw-2", false, 0 },
	{ "date=2026-02-03 time=04:05:06 devname=fw-2", false, 0 },
	{ "date=2026-02-03 time=06:05:07 devname=fw-2 eventtime=1770091506", true, 7200 },
	{ "date=2026-02-02 time=23:05:05 devname=fw-2 eventtime=1770091506123456789", true, -18000 },
	{ "date=2026-02-03 time=06:11:07 devname=fw-2 eventtime=1770091506", false, 0 },
	{ "date=2026-02-05 time=06:05:07 devname=fw-2 eventtime=1770091506", false, 0 },
	{ "date=2026-02-03 time=06:05:07 devname=fw-2 eventtime=17700915069", false, 0 },
	{ "2026-02-03T04:05:09.5+03:00 relay3 date=2026-02-03 time=04:05:08 devname=fw-2", true, 10800 },
	{ "2026-02-03T04:05:09.5+03:00 relay3 date=2026-02-03 time=01:05:10 devname=fw-2", true, 0 },
	{ "Feb  3 04:05:09 relay3 date=2026-02-03 time=01:05:10 devname=fw-2", false, 0 },
};

Test(header, pairs_tell_the_offset_where_they_can)
{
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		struct header h;

		header_parse(span_str(offsets[i].line), &h);
		cr_expect_eq(h.stamp.kind, STAMP_DATE, "%s", offsets[i].line);
		cr_expect_eq(h.stamp.has_offset, offsets[i].has_offset, "%s", offsets[i].line);
		cr_expect_eq(h.stamp.offset_s, offsets[i].offset_s, "%s: %d", offsets[i].line, h.stamp.offset_s);
	}
}

/* The same event with and without a relay's header. */
static const struct {
	const char *plain, *relayed;
} relays[] = {
	{ "<189>44: edge1: *Jan  2 00:01:17.653: %SYS-5-CONFIG_I: text",
	    "<189>Aug 22 05:11:16 192.0.2.9 edge1: 44: *Jan  2 00:01:17.653: %SYS-5-CONFIG_I: text" },
	{ "<189>44: edge1: *Jan  2 00:01:17.653: %SYS-5-CONFIG_I: text",
	    "Aug 22 05:11:16 relay <189>44: edge1: *Jan  2 00:01:17.653: %SYS-5-CONFIG_I: text" },
	{ "<189>44: edge1: *Jan  2 00:01:17.653: %SYS-5-CONFIG_I: text",
	    "<189>1 2024-01-02T00:01:18Z relay 7 - - - 44: edge1: *Jan  2 00:01:17.653: %SYS-5-CONFIG_I: text" },
	{ "<189>44: edge1: *Jan  2 00:01:17.653: %SYS-5-CONFIG_I: text",
	    "<189>2024-01-02T00:01:18.5+01:00 relay 44: edge1: *Jan  2 00:01:17.653: %SYS-5-CONFIG_I: text" },
	{ "<189>44: edge1: *Jan  2 00:01:17.653: %SYS-5-CONFIG_I: text",
	    "<189>44: Jan  2 00:01:18 relay edge1: 45: *Jan  2 00:01:17.653: %SYS-5-CONFIG_I: text" },
	{ "<187>leaf1: 2023 May  2 15:21:27.206 UTC: %ETHPORT-5-IF_UP: text",
	    "<187>May  2 15:21:28 192.0.2.33 leaf1: 2023 May  2 15:21:27.206 UTC: %ETHPORT-5-IF_UP: text" },
#define XR "<187>94307: gw7 LC/0/2/CPU0:Jul  7 20:16:14.834 : ifmgr[214]: %PKT_INFRA-LINK-3-UPDOWN : text"
	{ XR, "<190>Jul  7 20:16:15 relay9 94307: gw7 LC/0/2/CPU0:Jul  7 20:16:14.834 : ifmgr[214]: %PKT_INFRA-LINK-3-UPDOWN : text" },
	{ XR, "Jul  7 20:16:15 relay9 gw7 LC/0/2/CPU0:Jul  7 20:16:14.834 : ifmgr[214]: %PKT_INFRA-LINK-3-UPDOWN : text" },
	{ XR, "Jul  7 20:16:15 relay9 " XR },
	{ XR, "<13>1 2024-07-07T20:16:15Z relay9 - - - - " XR },
	{ XR, "<13>1 2024-07-07T20:16:15Z relay9 - - - - 94307: gw7 LC/0/2/CPU0:Jul  7 20:16:14.834 : ifmgr[214]: %PKT_INFRA-LINK-3-UPDOWN : text" },
#define CONTAINER "1 2023-12-15T10:39:54.732530-05:00 leaf7 bgp#zebra 292 - -  text"
	{ "<165>" CONTAINER, "Dec 15 15:39:55 relay9 <165>" CONTAINER },
	{ "<165>" CONTAINER, "<165>Dec 15 15:39:55 relay9 " CONTAINER },
	{ "<165>" CONTAINER, "<13>1 2023-12-15T15:39:55Z relay9 relayd 7 - - <165>" CONTAINER },
	{ "<165>" CONTAINER, "<13>1 2023-12-15T15:39:55Z relay9 relayd 7 ID4 - " CONTAINER },
	{ "<13>Feb 22 10:57:30.359427 leaf7 INFO swss#orchagent: :- setStatus: text",
	    "<13>Feb 22 10:57:31 relay9 Feb 22 10:57:30.359427 leaf7 INFO swss#orchagent: :- setStatus: text" },
#define CONSOLE "con7 port02 2018-Nov- 9 15:41:30 LOGIN: root"
	{ "<30>" CONSOLE, "<30>Nov  9 15:41:31 relay9 " CONSOLE },
	{ "<30>" CONSOLE, "Nov  9 15:41:31 relay9 <30>" CONSOLE },
	{ "<30>" CONSOLE, "<13>1 2018-11-09T15:41:31Z relay9 - - - - <30>" CONSOLE },
	{ "<30>" CONSOLE, "<13>1 2018-11-09T15:41:31Z relay9 relayd 7 - - " CONSOLE },
	{ "%May 30 05:36:29:579 2003 s5800 FTPD/5/FTPD_LOGIN(l): text", "May 30 05:36:30 relay9 %May 30 05:36:29:579 2003 s5800 FTPD/5/FTPD_LOGIN(l): text" },
	{ "%0.109391473 s5800 FTPD/5/FTPD_LOGIN: text", "<13>1 2024-05-30T05:36:30Z relay9 relayd 7 ID4 - %0.109391473 s5800 FTPD/5/FTPD_LOGIN: text" },
	{ "<46>May 15 14:04:23 sw-7  00179 mgr:  text", "<46>May 15 14:04:24 relay9 May 15 14:04:23 sw-7  00179 mgr:  text" },
#define DAEMON "Jun 21 14:03:12  vmx7 rpd[2902]: RPD_BGP_NEIGHBOR_STATE_CHANGED: text"
	{ "<28>" DAEMON, "<13>1 2024-06-21T14:03:13Z relay9 relayd 7 ID4 - " DAEMON },
	{ "<28>" DAEMON, "<13>1 2024-06-21T14:03:13Z relay9 relayd 7 ID4 - <28>" DAEMON },
#define STRUCTURED "1 2007-02-15T09:17:15.719Z vmx7 mgd 3046 UI_TEST [junos@2636.1.1.1.2.18 username=\"ops\"] text"
	{ "<165>" STRUCTURED, "<13>1 2007-02-15T09:17:16Z relay9 relayd 7 ID4 - " STRUCTURED },
	{ "<165>" STRUCTURED, "<13>1 2007-02-15T09:17:16Z relay9 relayd 7 ID4 - <165>" STRUCTURED },
	{ "<165>" STRUCTURED, "Feb 15 09:17:16 relay9 " STRUCTURED },
	{ "<189>Jul 13 08:23:43 slot2/lb7 notice mcpd[67]: text", "<189>Jul 13 08:23:44 relay9 Jul 13 08:23:43 slot2/lb7 notice mcpd[67]: text" },
	{ "<29>Jan 27 14:13:39 2022 s5800 (Stack) %%10SC/6/SC_AAA_LAUNCH(l): text",
	    "<29>1 2022-01-27T14:13:40Z relay9 - - - - Jan 27 14:13:39 2022 s5800 (Stack) %%10SC/6/SC_AAA_LAUNCH(l): text" },
	{ "<166>2018-06-27T12:17:46Z fw7 : %ASA-3-710003: text", "<166>Jun 27 12:17:47 relay9 2018-06-27T12:17:46Z fw7 : %ASA-3-710003: text" },
	{ "<166>Jun 27 12:17:46 fw7: %ASA-3-710003: text", "<166>Jun 27 12:17:47 relay9 Jun 27 12:17:46 fw7: %ASA-3-710003: text" },
	{ "<187>May  3 13:55:36 192.0.2.35 2023 May  3 13:55:35.928 AEST: %AUTHPRIV-3-SYSTEM_MSG: text",
	    "<187>May  3 13:55:37 relay9 May  3 13:55:36 192.0.2.35 2023 May  3 13:55:35.928 AEST: %AUTHPRIV-3-SYSTEM_MSG: text" },
	{ "<187>leaf1: 2023 May  2 15:21:27.206 UTC: %ETHPORT-5-IF_UP: text",
	    "<13>1 2023-05-02T15:21:28Z relay9 - - - - <187>leaf1: 2023 May  2 15:21:27.206 UTC: %ETHPORT-5-IF_UP: text" },
	{ "<132>wlc4: *spamApTask1: May 26 18:52:01.958: %CAPWAP-4-DISC_INTF_ERR2: text",
	    "<13>1 2024-05-26T18:52:02Z relay9 relayd 7 ID4 - <132>wlc4: *spamApTask1: May 26 18:52:01.958: %CAPWAP-4-DISC_INTF_ERR2: text" },
	{ "<14>1 2023-05-04T15:18:05.010+10:00 srx1 RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.39 a=\"1\"] text",
	    "<14>May  4 05:18:06 192.0.2.1 1 2023-05-04T15:18:05.010+10:00 srx1 RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.39 a=\"1\"] text" },
};

Test(header, gives_the_same_device_tag_and_time_behind_a_relay)
{
	for (size_t i = 0; i < sizeof(relays) / sizeof(relays[0]); i++) {
		struct header a, b;

		header_parse(span_str(relays[i].plain), &a);
		header_parse(span_str(relays[i].relayed), &b);
		cr_expect(span_eq(a.host, b.host), "host of %s", relays[i].relayed);
		cr_expect(span_eq(a.tag, b.tag), "tag of %s", relays[i].relayed);
		cr_expect(span_eq(a.stamp.text, b.stamp.text) && a.stamp.mark == b.stamp.mark, "time of %s", relays[i].relayed);
		cr_expect(span_eq(a.body, b.body), "body of %s", relays[i].relayed);
		cr_expect(span_eq(a.process, b.process) && span_eq(a.pid, b.pid) && span_eq(a.msgid, b.msgid), "process of %s", relays[i].relayed);
		cr_expect(a.clock == b.clock, "clock of %s", relays[i].relayed);
		cr_expect(b.relay.kind != STAMP_NONE && b.relay_host.p, "relay of %s", relays[i].relayed);
	}
}

static const char *const hostless[] = {
	"<13>Jan  5 10:00:01 CEST sshd[1]: text",
	"<13>Jan  5 10:00:01 CEST %SYS-5-CONFIG_I: text",
	"<13>Jan  5 10:00:01 cest: %SYS-5-CONFIG_I: text",
	"<13>Jan  5 10:00:01 UTC: text",
	"<13>Jan  5 10:00:01 2024 sshd[1]: text",
	"<13>Jan  5 10:00:01 4711 sshd[1]: text",
	"<13>Jan  5 10:00:01 2024-01-05 text",
	"<13>Feb 30 10:00:01 2024-01-05 text",
	"<13>Jan  5 10:00:01 sshd[1]: text",
	"<13>Jan  5 10:00:01 sshd: text",
	"<13>Jan  5 10:00:01 a=b text",
	"<13>Jan  5 10:00:01 a,b text",
	"<13>Jan  5 10:00:01 0.0.0.0 text",
	"<13>Jan  5 10:00:01 :: text",
	"<13>12: 0.0.0.0: *Jan  5 10:00:01.000: %SYS-5-CONFIG_I: text",
	"<13>12: 13: *Jan  5 10:00:01.000: %SYS-5-CONFIG_I: text",
	"<13>2024: Jan  5 10:00:01.000: %SYS-5-CONFIG_I: text",
	"<13>%SYS-5-CONFIG_I: text",
	"note: see below",
};

Test(header, takes_no_zone_number_or_date_for_a_host)
{
	for (size_t i = 0; i < sizeof(hostless) / sizeof(hostless[0]); i++) {
		struct header h;

		header_parse(span_str(hostless[i]), &h);
		cr_expect_null(h.host.p, "%s: %.*s", hostless[i], (int)h.host.n, h.host.p ? h.host.p : "");
	}
}

/* `core` and `2` with one character between them: seen, or not. */
Test(header, takes_no_host_with_a_character_that_is_not_seen)
{
	static const struct {
		const char *mark;
		bool host;
	} marks[] = {
		{ "\xe2\x80\xa8", false }, { "\xe2\x80\xa9", false }, { "\xe2\x80\xae", false }, { "\xe2\x80\xaa", false }, { "\xe2\x80\x8e", false },
		{ "\xe2\x80\x8b", false }, { "\xe2\x81\xa6", false }, { "\xe2\x81\xa9", false }, { "\xd8\x9c", false }, { "\xc2\x85", false },
		{ "\xc2\xa0", false }, { "\xe3\x80\x80", false }, { "\xef\xbb\xbf", false },
		{ "\xc3\xbc", true }, { "\xe2\x80\x93", true }, { "\xe2\x82\xac", true }, { "\xd8\xa7", true }, { "\xe3\x82\xab", true }, { "-", true },
	};
	static const char *const lines[][2] = {
		{ "<13>Jan  5 10:00:01 core", "2 sshd[1]: text" }, { "<13>1 2024-01-05T10:00:01Z core", "2 sshd 1 - - text" },
		{ "<189>44: core", "2: *Jan  5 10:00:01.000: %SYS-5-CONFIG_I: text" },
		{ "<189>date=2026-02-03 time=04:05:06 devname=core", "2 type=event" }, { "Jan  5 10:00:01 core", "2" },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		for (size_t k = 0; k < sizeof(lines) / sizeof(lines[0]); k++) {
			char line[128];
			struct header h;

			snprintf(line, sizeof(line), "%s%s%s", lines[k][0], marks[i].mark, lines[k][1]);
			header_parse(span_str(line), &h);
			cr_expect(!!h.host.p == marks[i].host, "%s: %.*s", line, (int)h.host.n, h.host.p ? h.host.p : "");
		}
	}
}

Test(header, gives_the_text_with_its_colon_too)
{
	struct header h;

	header_parse(SPAN_LIT("<165>Feb  6 08:27:14 veos7 Ebra: %LINEPROTO-5-UPDOWN: Line \r\n"), &h);
	cr_expect(span_eq(h.body_colon, SPAN_LIT(": Line")));
	cr_expect(span_eq(h.body, SPAN_LIT("Line")));
	cr_expect(span_eq(h.rest, SPAN_LIT("Ebra: %LINEPROTO-5-UPDOWN: Line \r\n")));
	header_parse(SPAN_LIT("<165>1 2024-01-02T00:01:18Z vmx7 mgd 30 UI_TEST - text"), &h);
	cr_expect(span_eq(h.body_colon, SPAN_LIT("text")));
	cr_expect(span_eq(h.rest, SPAN_LIT("mgd 30 UI_TEST - text")));
	header_parse(SPAN_LIT(""), &h);
	cr_expect_eq(h.body.n, 0);
	cr_expect_not_null(h.body.p);
}

Test(header, walks_structured_data)
{
	struct span sd = SPAN_LIT("[a@1 x=\"1\" y=\"a\\\"]b\"][ b  z=bare w= \"2\"][c]"), id, params, name, value;

	cr_assert(header_sd_next(&sd, &id, &params) && span_eq(id, SPAN_LIT("a@1")));
	cr_assert(header_sd_param(&params, &name, &value) && span_eq(name, SPAN_LIT("x")) && span_eq(value, SPAN_LIT("1")));
	cr_assert(header_sd_param(&params, &name, &value) && span_eq(name, SPAN_LIT("y")) && span_eq(value, SPAN_LIT("a\\\"]b")));
	cr_assert_not(header_sd_param(&params, &name, &value));
	cr_assert(header_sd_next(&sd, &id, &params) && span_eq(id, SPAN_LIT("b")));
	cr_assert(header_sd_param(&params, &name, &value) && span_eq(value, SPAN_LIT("bare")));
	cr_assert(header_sd_param(&params, &name, &value) && span_eq(value, SPAN_LIT("2")));
	cr_assert(header_sd_next(&sd, &id, &params) && span_eq(id, SPAN_LIT("c")));
	cr_assert_not(header_sd_param(&params, &name, &value));
	cr_assert_not(header_sd_next(&sd, &id, &params));
}

Test(header, keeps_numbers_as_numbers)
{
	struct header h;

	header_parse(SPAN_LIT("<189>0012: edge1: 123456789012: *Jan  2 00:01:17: %SYS-5-CONFIG_I: text"), &h);
	cr_expect(h.has_counter && h.counter == 12);
	cr_expect(h.has_seq && h.seq == UINT64_C(123456789012));
}
