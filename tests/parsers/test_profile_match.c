/* profile: what made-up profiles make of made-up lines, the quick way and the plain way. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/template.h"
#include "parsers/profile/profile.h"

#define SMALL "tests/parsers/profiles/small"
#define OVER "tests/parsers/profiles/over"
#define SEVERITY "tests/parsers/profiles/severity"
#define NAPALM "tests/parsers/profiles/napalm"
#define PYTHON "tests/parsers/profiles/python"
#define PYTHON_OVER "tests/parsers/profiles/python_over"
#define IOS "<189>7: r1: Mar  1 00:01:02.345: "

static struct profile_scratch *scratch;
static struct arena arena;
static struct json json;
static struct nevent ev;
static struct profile_match match;

static void
start(void)
{
	scratch = profile_scratch_new();
	cr_assert(scratch && arena_init(&arena, 4096, 1 << 20) == 0 && json_init(&json, 4096, 1 << 20) == 0);
}

static void
stop(void)
{
	profile_scratch_free(&scratch);
	arena_fini(&arena);
	json_fini(&json);
}

TestSuite(profile_match, .init = start, .fini = stop);

static struct profile_set *
load(const char *a, const char *b)
{
	const char *dirs[] = { a, b };
	struct diag *d = diag_new();
	struct profile_set *set = profile_load(dirs, b ? 2 : 1, d);

	diag_print(d, stderr, false);
	cr_assert_not_null(set, "%s", a);
	diag_free(&d);
	return set;
}

static void
put_facts(const struct fact *facts, size_t n)
{
	json_object_begin(&json);
	for (size_t i = 0; i < n; i++) {
		cr_expect(facts[i].key->json.n > 3 && facts[i].key->json.p[facts[i].key->json.n - 1] == ':');
		json_key(&json, facts[i].key->name);
		if (facts[i].type == FACT_NULL)
			json_put_null(&json);
		else if (facts[i].type == FACT_TEXT)
			json_quoted(&json, facts[i].text);
		else if (facts[i].type == FACT_BOOL)
			json_bool(&json, facts[i].num != 0);
		else
			json_int(&json, facts[i].num);
	}
	json_object_end(&json);
}

/* `os error reason tag details values yang` */
static const char *
tell(void)
{
	static char out[4000];
	struct span reason = nevent_reason_name(ev.reason), values, details;

	json_reset(&json);
	put_facts(ev.details, ev.ndetails);
	details = arena_copy(&arena, json_text(&json));
	json_reset(&json);
	put_facts(ev.values, ev.nvalues);
	values = arena_copy(&arena, json_text(&json));
	json_reset(&json);
	if (ev.napalm)
		template_write(ev.napalm, &ev, &arena, &json);
	snprintf(out, sizeof(out), "%.*s %.*s %.*s [%.*s] %.*s %.*s %.*s", (int)ev.os.n, ev.os.p, (int)ev.error.n, ev.error.p,
	    (int)reason.n, reason.p ? reason.p : "", (int)ev.tag.n, ev.tag.p ? ev.tag.p : "", (int)details.n, details.p,
	    (int)values.n, values.p, (int)json_text(&json).n, json_text(&json).p);
	return out;
}

enum way { QUICK, PLAIN, IN_ONE };

static const char *
run(const struct profile_set *set, struct span line, const char *pin, enum way way)
{
	const struct profile_os *candidates[PROFILE_MAX_OS] = { pin ? profile_os_named(set, span_str(pin)) : NULL };
	enum utf8_class class = utf8_classify(line);
	static struct header h;
	size_t n = 1;

	arena_reset(&arena);
	memset(&ev, 0, sizeof(ev));
	header_parse(line, &h);
	ev.vendor_severity = h.vendor_severity;
	ev.host = h.host;
	if (!pin)
		n = profile_identify(set, &h, line, candidates);
	if (way == IN_ONE && !pin)
		profile_recognise(set, scratch, &h, line, class, &match);
	else
		(way == PLAIN ? profile_match_reference : profile_match)(set, scratch, &h, class, candidates, n, &match);
	profile_map(&match, &h, &(struct stamp_setting){ .zone = NULL }, &arena, &ev);
	return tell();
}

static void
expect(const struct profile_set *set, const char *line, const char *pin, const char *want)
{
	for (int way = QUICK; way <= IN_ONE; way++) {
		const char *got = run(set, span_str(line), pin, (enum way)way);

		cr_expect_str_eq(got, want, "%s (way %d)\n got  %s\n want %s", line, way, got, want);
	}
}

static const struct {
	const char *line, *pin, *want;
} rows[] = {
	/* casts, a group that takes no part, optional details, a detail that is null */
	{ IOS "%LINK-3-UPDOWN: Interface Gi0/1 is down, why", NULL,
	    "acme INTERFACE_DOWN none [LINK-3-UPDOWN] {\"number\":\"7\",\"date\":\"Mar  1\",\"time\":\"00:01:02\",\"milliseconds\":\"345\",\"timeZone\":null,"
	    "\"host\":\"r1\",\"tag\":\"LINK-3-UPDOWN\",\"pri\":\"189\",\"message\":\"Interface Gi0/1 is down, why\",\"facility\":23,\"severity\":5} "
	    "{\"interface\":\"Gi0/1\",\"state\":\"DOWN\",\"reason\":\"why\"} {\"i\":{\"Gi0/1\":{\"state\":\"DOWN\",\"reason\":\"why\",\"n\":7}}}" },
	{ "%LINK-5-UPDOWN: Interface Gi0/1 is\tdeleted", NULL,
	    "acme INTERFACE_DOWN none [LINK-5-UPDOWN] {\"number\":null,\"date\":null,\"time\":null,\"timeZone\":null,\"host\":null,"
	    "\"tag\":\"LINK-5-UPDOWN\",\"message\":\"Interface Gi0/1 is\\tdeleted\"} "
	    "{\"interface\":\"Gi0/1\",\"state\":\"DELETED\",\"reason\":null} {\"i\":{\"Gi0/1\":{\"state\":\"DELETED\",\"reason\":null,\"n\":7}}}" },
	/* a subfacility, and two */
	{ "%LINK-SP-3-UPDOWN: Interface a is up", NULL,
	    "acme INTERFACE_UP none [LINK-SP-3-UPDOWN] {\"number\":null,\"date\":null,\"time\":null,\"timeZone\":null,\"host\":null,"
	    "\"tag\":\"LINK-SP-3-UPDOWN\",\"message\":\"Interface a is up\"} {\"interface\":\"a\"} {}" },
	{ "%LINK-SW1-SP-3-UPDOWN: Interface a is up", NULL,
	    "acme INTERFACE_UP none [LINK-SW1-SP-3-UPDOWN] {\"number\":null,\"date\":null,\"time\":null,\"timeZone\":null,\"host\":null,"
	    "\"tag\":\"LINK-SW1-SP-3-UPDOWN\",\"message\":\"Interface a is up\"} {\"interface\":\"a\"} {}" },
	/* nothing under the tag: the lower rank has it; a message of the higher one wins over that */
	{ "%LINK-XX-3-UPDOWN: Interface a is up", NULL, "other RAW no_tag [LINK-XX-3-UPDOWN] {\"message\":\"%LINK-XX-3-UPDOWN: Interface a is up\"} {} " },
	{ "%LINK-3-UPDOWN: Interface a is sideways", "acme",
	    "acme RAW no_match [LINK-3-UPDOWN] {\"number\":null,\"date\":null,\"time\":null,\"timeZone\":null,\"host\":null,"
	    "\"tag\":\"LINK-3-UPDOWN\",\"message\":\"Interface a is sideways\"} {} " },
	/* a repeated value takes its first place and shifts nothing; a form; maps */
	{ "%PEER-5-BAD: Worker 7, peer 192.0.2.1 said 192.0.2.2 as 0064500 at LOW;", NULL,
	    "acme REPEATED none [PEER-5-BAD] {\"number\":null,\"date\":null,\"time\":null,\"timeZone\":null,\"host\":null,\"tag\":\"PEER-5-BAD\","
	    "\"worker\":\"7\",\"message\":\"peer 192.0.2.1 said 192.0.2.2 as 0064500 at LOW;\"} "
	    "{\"peer\":\"192.0.2.1\",\"asn\":64500,\"level\":1} {\"peer\":\"192.0.2.1\",\"asn\":64500,\"level\":1}" },
	{ "%PEER-5-BAD: peer a said a as 99999999999999999999 at ;", NULL,
	    "acme REPEATED none [PEER-5-BAD] {\"number\":null,\"date\":null,\"time\":null,\"timeZone\":null,\"host\":null,\"tag\":\"PEER-5-BAD\","
	    "\"message\":\"peer a said a as 99999999999999999999 at ;\"} "
	    "{\"peer\":\"a\",\"asn\":\"99999999999999999999\",\"level\":null} {\"peer\":\"a\",\"asn\":\"99999999999999999999\",\"level\":null}" },
	/* a form that takes the tag and a detail's place, with a cast; a message that goes by another detail */
	{ "<acme> ANY on west: by host yes", NULL,
	    "acme BY_HOST none [ANY] {\"number\":null,\"date\":null,\"time\":null,\"timeZone\":null,\"host\":\"WEST\",\"tag\":\"ANY\","
	    "\"message\":\"by host yes\"} {\"word\":\"yes\"} {}" },
	{ "<acme> ANY on east: by host yes", NULL,
	    "acme RAW no_tag [ANY] {\"number\":null,\"date\":null,\"time\":null,\"timeZone\":null,\"host\":\"EAST\",\"tag\":\"ANY\","
	    "\"message\":\"by host yes\"} {} " },
	/* a path through a leaf, made by the line */
	{ "%LEAF-5-X: leaf a b", NULL,
	    "acme THROUGH_A_LEAF none [LEAF-5-X] {\"number\":null,\"date\":null,\"time\":null,\"timeZone\":null,\"host\":null,\"tag\":\"LEAF-5-X\","
	    "\"message\":\"leaf a b\"} {\"a\":\"a\",\"b\":\"b\"} {\"a\":\"a\",\"b\":{\"x\":\"b\"}}" },
	{ "%LEAF-5-X: leaf a a", NULL,
	    "acme RAW mapping [LEAF-5-X] {\"number\":null,\"date\":null,\"time\":null,\"timeZone\":null,\"host\":null,\"tag\":\"LEAF-5-X\","
	    "\"message\":\"leaf a a\"} {} " },
	/* no OS: the built-in details */
	{ "<13>Mar  1 00:01:02 h1 cron[7]: hello", NULL,
	    "unknown UNKNOWN no_os [cron] {\"date\":\"Mar  1\",\"time\":\"00:01:02\",\"host\":\"h1\",\"processId\":\"7\",\"tag\":\"cron\","
	    "\"pri\":\"13\",\"message\":\"hello\",\"facility\":1,\"severity\":5} {} " },
	{ "", NULL, "unknown UNKNOWN no_os [] {\"message\":\"\"} {} " },
};

Test(profile_match, lines_give_what_the_profile_says)
{
	struct profile_set *set = load(SMALL, NULL);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(set, rows[i].line, rows[i].pin, rows[i].want);
	profile_free(&set);
}

Test(profile_match, object_condition_op_state_and_severity)
{
	struct profile_set *set = load(SMALL, NULL);

	run(set, SPAN_LIT("%LINK-3-UPDOWN: Interface Gi0/1 is down"), NULL, QUICK);
	cr_expect(span_eq(ev.object, SPAN_LIT("if Gi0/1{DOWN}")));
	cr_expect_eq(ev.condition, NEVENT_DOWN);
	cr_expect_eq(ev.vendor_severity, 3);
	cr_expect_eq(ev.op, NEVENT_UPDATE);
	run(set, SPAN_LIT("%LINK-3-UPDOWN: Interface Gi0/1 is deleted"), NULL, QUICK);
	cr_expect_eq(ev.condition, NEVENT_OTHER, "a value that the profile does not name");
	run(set, SPAN_LIT("%LINK-3-UPDOWN: Interface Gi0/1 is up"), NULL, QUICK);
	cr_expect(ev.op == NEVENT_DELETE && ev.has_state && ev.state == 1 && span_eq(ev.state_tag, SPAN_LIT("gauge")));
	cr_expect(span_eq(ev.object, SPAN_LIT("Gi0/1")) && ev.condition == NEVENT_UP && span_eq(ev.yang_model, SPAN_LIT("NO_MODEL")));
	run(set, SPAN_LIT("<acme> ANY on west: by host yes"), NULL, QUICK);
	cr_expect_eq(ev.vendor_severity, 1, "the message's, for the tag has none");
	profile_free(&set);
}

Test(profile_match, what_lies_over_replaces_or_goes_first)
{
	struct profile_set *set = load(SMALL, OVER);

	cr_expect_eq(profile_message_count(set), 10);
	run(set, SPAN_LIT("%LINK-3-UPDOWN: Interface a is up"), NULL, QUICK);
	cr_expect(span_eq(ev.error, SPAN_LIT("INTERFACE_UP")) && span_eq(ev.yang_model, SPAN_LIT("mine")));
	run(set, SPAN_LIT("%LINK-3-UPDOWN: Interface a is down, mine"), NULL, QUICK);
	cr_expect(span_eq(ev.error, SPAN_LIT("ANY_INTERFACE")));
	run(set, SPAN_LIT("%LINK-3-UPDOWN: Interface a is down, why"), NULL, QUICK);
	cr_expect(span_eq(ev.error, SPAN_LIT("INTERFACE_DOWN")));
	profile_free(&set);
}

Test(profile_match, two_patterns_at_the_limit_end_the_search)
{
	struct profile_set *set = load(SMALL, NULL);
	char line[200] = "%END-5-LESS: ";
	struct diag_place place;

	memset(line + strlen(line), 'x', 60);
	strcat(line, " y z end");
	run(set, span_str(line), "acme", QUICK);
	cr_expect_eq(match.limits_hit, 2);
	cr_expect_eq(ev.reason, NEVENT_MATCH_LIMIT);
	cr_expect_eq(ev.outcome, NEVENT_RAW);
	cr_expect(profile_slow(&match, &place) && strcmp(place.file, SMALL "/acme/messages.yaml") == 0 && place.line == 68, "%s:%d", place.file, place.line);
	cr_expect_not(profile_slow(&match, &place), "told once");
	run(set, SPAN_LIT("%END-5-LESS: the end"), "acme", QUICK);
	cr_expect_not(profile_slow(&match, &place), "none was slow");
	cr_expect(span_eq(ev.error, SPAN_LIT("ENDLESS_LAST")));
	profile_free(&set);
}

Test(profile_match, where_a_match_may_start)
{
	struct profile_set *set = load(SMALL, NULL);
	char line[12000];

	/* Literal text at the start: anywhere in what patterns see. */
	for (size_t before = 1; before < 9000; before += 37) {
		size_t n = (size_t)snprintf(line, sizeof(line), "%%LINK-3-UPDOWN: ");

		memset(line + n, '-', before);
		snprintf(line + n + before, 100, " Interface a is up");
		for (int way = QUICK; way <= PLAIN; way++) {
			run(set, span_str(line), "acme", (enum way)way);
			cr_expect_eq(ev.outcome, before + 18 <= PROFILE_BODY_BYTES ? NEVENT_EVENT : NEVENT_RAW, "%zu bytes before, way %d", before, way);
		}
	}
	/* A value at the start: in the first bytes only.  (`{a}y`: with no x before it, the match would start behind them.) */
	for (size_t before = 100; before < 160; before++) {
		size_t n = (size_t)snprintf(line, sizeof(line), "%%END-5-LESS: ");

		memset(line + n, '-', before);
		snprintf(line + n + before, 100, "xy");
		for (int way = QUICK; way <= PLAIN; way++) {
			run(set, span_str(line), "acme", (enum way)way);
			cr_expect_eq(ev.outcome, before < PROFILE_START_BYTES ? NEVENT_EVENT : NEVENT_RAW, "%zu bytes before, way %d", before, way);
		}
	}
	profile_free(&set);
}

Test(profile_match, text_that_is_utf8_and_text_that_is_not)
{
	struct profile_set *set = load(SMALL, NULL);
	static char line[9000];

	run(set, SPAN_LIT("%LINK-3-UPDOWN: Interface \xc3\xa9th is up"), "acme", QUICK);
	cr_expect(span_eq(ev.object, SPAN_LIT("\xc3\xa9th")));
	run(set, SPAN_LIT("%LINK-3-UPDOWN: Interface \xe9th is up"), "acme", QUICK);
	cr_expect(span_eq(ev.object, SPAN_LIT("\xe9th")));
	/* the cut at PROFILE_BODY_BYTES falls into a sequence */
	for (int shift = 0; shift < 4; shift++) {
		size_t n = (size_t)snprintf(line, sizeof(line), "%%LINK-3-UPDOWN: Interface a is up%.*s", shift, "   ");

		while (n < 8800) {
			memcpy(line + n, "\xf0\x9f\x98\x80", 4);
			n += 4;
		}
		run(set, span_of(line, n), "acme", QUICK);
		cr_expect_eq(ev.outcome, NEVENT_EVENT);
	}
	profile_free(&set);
}

Test(profile_match, folders_written_for_napalm_logs_keep_its_rules)
{
	struct profile_set *set = load(NAPALM, NULL);

	/* The repeated value shifts those behind it: asn is the second peer, as there. */
	expect(set, "<28>Jun  5 01:02:03 r1 rpd[77]: bgp_recv: peer 192.0.2.1+179 told 192.0.2.2+179 as 64500", NULL,
	    "old BGP_WRONG_AS none [bgp_recv] {\"date\":\"Jun  5\",\"time\":\"01:02:03\",\"host\":\"r1\",\"processName\":\"rpd\",\"processId\":\"77\","
	    "\"tag\":\"bgp_recv\",\"pri\":\"28\",\"message\":\"peer 192.0.2.1+179 told 192.0.2.2+179 as 64500\",\"facility\":3,\"severity\":4} "
	    "{\"peer\":\"192.0.2.1\",\"port\":\"179\",\"asn\":\"192.0.2.2\"} {\"bgp\":{\"192.0.2.1\":{\"peer_as\":\"192.0.2.2\"}}}");
	expect(set, "<28>Jun  5 01:02:03 r1 rpd: other: text", NULL,
	    "old RAW no_tag [other] {\"date\":\"Jun  5\",\"time\":\"01:02:03\",\"host\":\"r1\",\"processName\":\"rpd\",\"processId\":null,"
	    "\"tag\":\"other\",\"pri\":\"28\",\"message\":\"text\",\"facility\":3,\"severity\":4} {} ");
	run(set, SPAN_LIT("<28>relayed, at last: Jun  5 01:02:03 r1 rpd: other: text"), NULL, QUICK);
	cr_expect_eq(ev.outcome, NEVENT_UNKNOWN, "pri and date are apart");
	run(set, SPAN_LIT("<28>Jun  5 01:02:03 r9 rpd: other: text"), NULL, QUICK);
	cr_expect(span_eq(ev.host, SPAN_LIT("r9")));
	run(set, SPAN_LIT("Jun  5 01:02:03 r1 rpd: other: text"), NULL, QUICK);
	cr_expect_eq(ev.outcome, NEVENT_UNKNOWN, "no PRI, no prefix");
	profile_free(&set);
}

Test(profile_match, a_prefix_is_searched_for_behind_what_a_relay_wrote)
{
	static const char *const before[] = { "relay 192.0.2.9: ", "\xc3\xa9", "\xe9 a < b ", "<134>relay: ", "Jun  5 01:02:04 relay ", "<9999>" };
	struct profile_set *set = load(NAPALM, NULL);
	char line[200];

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		snprintf(line, sizeof(line), "%s<28>Jun  5 01:02:03 r1 rpd: other: text", before[i]);
		expect(set, line, NULL, "old RAW no_tag [other] {\"date\":\"Jun  5\",\"time\":\"01:02:03\",\"host\":\"r1\",\"processName\":\"rpd\",\"processId\":null,"
		    "\"tag\":\"other\",\"pri\":\"28\",\"message\":\"text\",\"facility\":3,\"severity\":4} {} ");
		cr_expect_eq(ev.facility, 3, "%s", line);
		cr_expect_eq(ev.severity, 4, "%s", line);
	}
	run(set, SPAN_LIT("<123456789123>Jun  5 01:02:03 r1 rpd: other: text"), NULL, QUICK);
	cr_expect_eq(ev.outcome, NEVENT_RAW);
	cr_expect_eq(ev.facility, 23);
	cr_expect_eq(ev.severity, 3);
	profile_free(&set);
}

/* The header's PRI, or where there is one the prefix's, which may have any number of digits. */
Test(profile_match, a_pri_out_of_range_has_a_facility_that_is_guessed)
{
	static const struct {
		const char *dir, *line;
		bool guessed;
	} cases[] = {
		{ SMALL, "<400>7: r1: Mar  1 2026 00:01:02.345 UTC: %FOO-4-BAR: text", true },
		{ SMALL, "<192>1 2026-03-01T00:01:02Z r1 app - - - text", true },
		{ SMALL, "<400>1 2026-03-01T00:01:02Z r1 - - - - <187>7: r1: Mar  1 2026 00:01:02.345 UTC: %FOO-4-BAR: text", false },
		{ SMALL, "<187>1 2026-03-01T00:01:02Z r1 - - - - <400>7: r1: Mar  1 2026 00:01:02.345 UTC: %FOO-4-BAR: text", true },
		{ SMALL, "<191>text", false },
		{ SMALL, "<007> text", false },
		{ SMALL, "text", false },
		{ NAPALM, "<123456789123>Jun  5 01:02:03 r1 rpd: other: text", true },
		{ NAPALM, "<400>relay: <28>Jun  5 01:02:03 r1 rpd: other: text", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct profile_set *set = load(cases[i].dir, NULL);

		run(set, span_str(cases[i].line), NULL, IN_ONE);
		cr_expect_eq(ev.guessed & NEVENT_GUESSED_FACILITY, cases[i].guessed ? NEVENT_GUESSED_FACILITY : 0, "%s", cases[i].line);
		if (cases[i].guessed)
			cr_expect_eq(ev.facility, 23, "%s: %d", cases[i].line, ev.facility);
		profile_free(&set);
	}
}

Test(profile_match, prefixes_in_python_leave_their_system_out_until_a_folder_over_it_has_them_in_yaml)
{
	struct profile_set *alone = load(PYTHON, NULL), *over = load(PYTHON, PYTHON_OVER);
	struct span line = SPAN_LIT("<190>sw1: %PORT-5-UP: port e1 is up");

	run(alone, line, NULL, QUICK);
	cr_expect_eq(ev.outcome, NEVENT_UNKNOWN);
	run(alone, line, "nexus", QUICK);
	cr_expect_neq(ev.outcome, NEVENT_EVENT);
	for (int way = QUICK; way <= PLAIN; way++) {
		run(over, line, NULL, (enum way)way);
		cr_expect_eq(ev.outcome, NEVENT_EVENT, "way %d", way);
		cr_expect(span_eq(ev.error, SPAN_LIT("PORT_UP")), "way %d", way);
	}
	profile_free(&alone);
	profile_free(&over);
}

/* A tag under which there is nothing is looked for with another severity, where that cannot be another thing. */
static const struct {
	const char *line, *want;
} severities[] = {
	{ "%FAN-3-BAD: fan 1 is bad", "FAN_BAD" },
	{ "%FAN-6-BAD: fan 1 is bad", "FAN_BAD" },
	{ "%FAN-SP-6-BAD: fan 1 is bad", "FAN_BAD" },           /* and without its subfacility */
	{ "%FAN-6-BAD: fan 1 is good", "RAW" },                 /* the text must fit all the same */
	{ "%FAN-6-WORSE: fan 1 is bad", "RAW" },
	{ "%FAN-A-BAD: fan 1 is bad", "RAW" },                  /* a letter is another writing */
	{ "%%01FAN/4/BAD(l): fan 1 is bad", "FAN_STROKE" },
	{ "%%01FAN/5/BAD(l): fan 1 is bad", "FAN_STROKE" },
	{ "%LAMP-3-SET: lamp", "LAMP_ON" },
	{ "%LAMP-6-SET: lamp", "LAMP_OFF" },
	{ "%LAMP-4-SET: lamp", "RAW" },                         /* the severity is what tells these apart */
	{ "%DOOR-3-SAYS: open", "DOOR" },
	{ "%DOOR-4-SAYS: open", "RAW" },                        /* it takes any text: the tag alone has said what it is */
	{ "%GATE-3-IS: gate a", "GATE_A" },
	{ "%GATE-4-IS: gate a", "GATE_A" },
	{ "%GATE-4-IS: gate b", "GATE_B" },                     /* two messages under each of two severities */
	{ "%GATE-3-IS: gate c", "RAW" },
};

Test(profile_match, a_tag_is_found_with_another_severity)
{
	struct profile_set *set = load(SEVERITY, NULL);

	for (size_t i = 0; i < sizeof(severities) / sizeof(severities[0]); i++)
		for (int way = QUICK; way <= IN_ONE; way++) {
			run(set, span_str(severities[i].line), way == IN_ONE ? NULL : "acme", (enum way)way);
			cr_expect(span_eq(ev.error, span_str(severities[i].want)), "%s: %.*s (way %d)", severities[i].line, (int)ev.error.n, ev.error.p, way);
		}
	run(set, SPAN_LIT("%FAN-6-BAD: fan 1 is good"), NULL, QUICK);
	cr_expect_eq(ev.reason, NEVENT_NO_TAG);
	profile_free(&set);
}
