/* The strict object of an event: what stands in it, what takes its place, and which operation it is. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/yang_tree.h"
#include "parsers/profile/profile.h"

#define DIRECTORY "tests/parsers/profiles/strict"
#define ALARM_OF(id) "\"id\":\"" id "\",\"state\":{\"id\":\"" id "\""
#define RECORD "{\"openconfig-system:system\":{\"messages\":{\"state\":{\"message\":"

static struct profile_set *set;
static struct profile_scratch *scratch;
static struct arena arena;
static struct json json;
static struct nevent ev;
static struct profile_story story;

static void
begin(void)
{
	const char *dirs[] = { DIRECTORY };
	struct diag *d = diag_new();

	set = profile_load(dirs, 1, d);
	diag_print(d, stderr, false);
	cr_assert_not_null(set);
	diag_free(&d);
	scratch = profile_scratch_new();
	cr_assert(scratch && arena_init(&arena, 4096, SIZE_MAX) == 0 && json_init(&json, 1024, 65536) == 0);
}

static void
end(void)
{
	json_fini(&json);
	arena_fini(&arena);
	profile_scratch_free(&scratch);
	profile_free(&set);
}

TestSuite(profile_strict, .init = begin, .fini = end);

/* The object of the line; `ev` is left for a look. */
static const char *
object(const char *text)
{
	struct span line = span_str(text);
	struct stamp_setting setting = { .zone = NULL };
	struct profile_match m;
	struct header h;

	header_parse(line, &h);
	memset(&ev, 0, sizeof(ev));
	ev = (struct nevent){ .time_ns = 1700000000000000000, .facility = h.facility, .severity = h.severity, .vendor_severity = h.vendor_severity,
		.host = h.host };
	profile_recognise(set, scratch, &h, line, utf8_classify(line), &m);
	profile_map(&m, &h, &setting, &arena, &ev);
	profile_strict_told(set, &m, &h, &arena, &ev, &story);
	cr_assert_not_null(ev.strict, "%s", text);
	json_reset(&json);
	yang_tree_write(ev.strict, ev.strict_present, ev.strict_texts, &json);
	json_raw(&json, span_of("", 1), false);
	return json.p;
}

static bool
has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

Test(profile_strict, values_facts_and_full_names_fill_the_paths)
{
	const char *got = object("<189>1: r1: %A-1-LEVEL: thing Gi0/1 two is high");

	cr_expect(has(got, "{\"t:things\":{\"thing\":[{\"name\":\"GigabitEthernet0/1\",\"index\":2,\"state\":{\"name\":\"GigabitEthernet0/1\",\"level\":\"HIGH\","
	    "\"colour\":\"m:DARK_RED\"}}]},"), "%s", got);
	cr_expect(has(got, ALARM_OF("THING_LEVEL|GigabitEthernet0/1")), "%s", got);
	cr_expect(has(got, "\"severity\":\"m:WARNING\"") && !has(got, "cleared"), "%s", got);
	cr_expect(has(got, "\"text\":\"thing Gi0/1 two is high\",\"time-created\":\"1700000000000000000\",\"type-id\":\"THING_LEVEL\""), "%s", got);
	cr_expect(ev.op == NEVENT_UPDATE && ev.nrefused == 0);
	cr_expect(span_eq(ev.strict_model, SPAN_LIT("t")));
}

Test(profile_strict, beside_a_state_the_end_of_an_alarm_is_said_by_a_leaf)
{
	const char *got = object("<189>1: r1: %A-1-LEVEL: thing Gi0/1 one is low");

	cr_expect(has(got, "\"index\":1") && has(got, "\"level\":\"LOW\"") && has(got, "\"netnorm-events:cleared\":true"), "%s", got);
	cr_expect(!has(got, "\"severity\"") && !has(got, "\"text\"") && !has(got, "time-created"), "how it was raised stays as it was: %s", got);
	cr_expect_eq(ev.op, NEVENT_UPDATE);
}

Test(profile_strict, what_a_leaf_refuses_is_left_out_and_counted)
{
	const char *got = object("<189>1: r1: %A-1-LEVEL: thing x one is middling");
	struct span value, path;

	cr_expect(has(got, "\"index\":1,\"state\":{\"name\":\"x\",\"colour\"") && !has(got, "level\":"), "%s", got);
	cr_assert_eq(ev.nrefused, 1);
	cr_expect(profile_refused(&ev, &value, &path), "the first time it is told");
	cr_expect(span_eq(value, SPAN_LIT("{level}")) && span_eq(path, SPAN_LIT("/things/thing/state/level")));
	object("<189>1: r1: %A-1-LEVEL: thing x one is middling");
	cr_expect_not(profile_refused(&ev, &value, &path), "and no more");
}

Test(profile_strict, a_key_that_is_refused_takes_its_list_with_it)
{
	const char *got = object("<189>1: r1: %A-1-LEVEL: thing x ten is high");

	cr_expect(!has(got, "things") && has(got, ALARM_OF("THING_LEVEL|x")), "%s", got);
	cr_expect_eq(ev.op, NEVENT_UPDATE);
	cr_expect_eq(ev.nrefused, 1);
}

Test(profile_strict, an_alarm_alone_ends_with_a_delete)
{
	cr_expect(has(object("<187>1: r1: %A-1-FAULT: thing x failed"), ALARM_OF("THING_FAULT|thing x")));
	cr_expect_eq(ev.op, NEVENT_UPDATE);
	cr_expect(has(object("<187>1: r1: %A-1-MENDED: thing x mended"), ALARM_OF("THING_FAULT|thing x")), "the same entry");
	cr_expect_eq(ev.op, NEVENT_DELETE);
}

Test(profile_strict, an_alarm_is_alone_where_nothing_else_goes_out)
{
	const char *got = object("<187>1: r1: %A-1-BACK: thing x is back at 1");

	cr_expect(has(got, "\"level\":\"LOW\"") && has(got, ALARM_OF("THING_FAULT|thing x")) && has(got, "\"netnorm-events:cleared\":true"), "%s", got);
	cr_expect_eq(ev.op, NEVENT_UPDATE);
	cr_expect(has(object("<187>1: r1: %A-1-BACK: thing x is back"), ALARM_OF("THING_FAULT|thing x")) && !has(json.p, "things"), "%s", json.p);
	cr_expect_eq(ev.op, NEVENT_DELETE);
}

Test(profile_strict, what_is_underway_says_nothing_of_the_alarm)
{
	cr_expect_str_eq(object("<187>1: r1: %A-1-MENDING: thing x is being mended"),
	    RECORD "{\"msg\":\"thing x is being mended\",\"priority\":187,\"msgid\":\"THING_MENDED\"}}}}}");
	cr_expect_eq(ev.op, NEVENT_UPDATE);
}

Test(profile_strict, the_fallback_speaks_of_the_alarm_that_the_kind_ends)
{
	const char *got = object("<187>1: r1: %A-1-GONE: thing x gone");

	cr_expect(has(got, ALARM_OF("THING_FAULT|thing x")) && !has(got, "things"), "%s", got);
	cr_expect_eq(ev.op, NEVENT_DELETE);
}

Test(profile_strict, a_delete_names_what_is_gone_and_nothing_else)
{
	cr_expect_str_eq(object("<189>1: r1: %A-1-ENDED: thing x ended (77)"),
	    "{\"openconfig-system:system\":{\"processes\":{\"process\":[{\"pid\":\"77\",\"state\":{\"pid\":\"77\"}}]}}}");
	cr_expect_eq(ev.op, NEVENT_DELETE);
}

Test(profile_strict, what_is_gone_but_cannot_be_named_is_a_record)
{
	const char *got = object("<189>1: r1: %A-1-ENDED: thing x ended");

	cr_expect_str_eq(got, "{\"openconfig-system:system\":{\"messages\":{\"state\":{\"message\":{\"msg\":\"thing x ended\",\"priority\":189,"
	    "\"msgid\":\"THING_ENDED\"}}}},\"netnorm-events:event\":{\"unit\":{\"name\":\"x\"}}}");
	cr_expect_eq(ev.op, NEVENT_UPDATE, "although the thing is as it should be");
}

Test(profile_strict, numbers_of_autonomous_systems_in_either_way_of_writing)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ "<189>1: r1: %A-1-NUMBER: thing x is of 64512", "\"number\":64512}" },
		{ "<189>1: r1: %A-1-NUMBER: thing x is of 64512.7", "\"number\":4227858439}" },
		{ "<189>1: r1: %A-1-NUMBER: thing x is of 0.1", "\"number\":1}" },
		{ "<189>1: r1: %A-1-NUMBER: thing x is of 65535.65535", "\"number\":4294967295}" },
	};
	static const char *const refused[] = { "65536.1", "1.65536", "1.2.3", "1.", ".1", "123456.1" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect(has(object(rows[i].line), rows[i].want), "%s", json.p);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		char line[100];

		snprintf(line, sizeof(line), "<189>1: r1: %%A-1-NUMBER: thing x is of %s", refused[i]);
		cr_expect(has(object(line), RECORD) && ev.nrefused == 1, "%s", json.p);
	}
}

Test(profile_strict, casts_of_amounts_and_addresses)
{
	static const struct {
		const char *word, *want;
	} rows[] = {
		{ "1780 MB", "b 1866465280 m - v -" }, { "20000k", "b 20480000 m - v -" }, { "1.5KiB", "b 1536 m - v -" },
		{ "210.000MB", "b 220200960 m - v -" }, { "12 bytes", "b 12 m - v -" }, { "9999999T", "b 10995115178248372224 m - v -" },
		{ "93", "b - m - v -" }, { "93.4%", "b - m - v -" }, { "7 MBit", "b - m - v -" }, { "12345678 MB", "b - m - v -" }, { "MB", "b - m - v -" },
		{ ".5 MB", "b - m - v -" }, { "0200.5e10.0001", "b - m 02:00:5e:10:00:01 v -" }, { "02-00-5E-10-00-01", "b - m 02:00:5e:10:00:01 v -" },
		{ "Ethernet1/1", "b - m - v -" }, { "192.0.2.1", "b - m - v 4" }, { "2001:db8::1", "b - m - v 6" }, { "fe80::1%eth0.7", "b - m - v 6" },
		{ "::ffff:192.0.2.1", "b - m - v 6" }, { "unix:", "b - m - v -" }, { "host.example", "b - m - v -" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[100], want[100];

		snprintf(line, sizeof(line), "<189>1: r1: %%A-1-CASTS: casts %s", rows[i].word);
		snprintf(want, sizeof(want), "{\"name\":\"%s\"}", rows[i].want);
		cr_expect(has(object(line), want), "%s: %s", rows[i].word, json.p);
	}
}

Test(profile_strict, a_message_may_have_a_mapping_of_its_own)
{
	cr_expect(has(object("<189>1: r1: %A-1-OWN: own x sent"), "\"state\":{\"name\":\"x\",\"old\":\"5\"}"), "%s", json.p);
	cr_expect_str_eq(object("<189>1: r1: %A-1-OWN: own x never"),
	    RECORD "{\"msg\":\"own x never\",\"priority\":189,\"msgid\":\"ITS_OWN\"}}}}}", "nothing is left");
}

Test(profile_strict, without_a_mapping_there_is_a_record)
{
	cr_expect_str_eq(object("<189>1: r1: %A-1-NONE: none x"), RECORD "{\"msg\":\"none x\",\"priority\":189,\"msgid\":\"NO_KIND\"}}}}}");
	cr_expect_str_eq(object("<189>1: r1: %A-1-NEW: something"), RECORD "{\"msg\":\"something\",\"priority\":189,\"msgid\":\"RAW\"}}}}}");
	cr_expect_str_eq(object("hello \x01\xff"), RECORD "{\"msg\":\"hello \xef\xbf\xbd\xef\xbf\xbd\",\"msgid\":\"UNKNOWN\"}}}}}");
}

Test(profile_strict, the_story_tells_what_was_refused_and_which_key_is_missing)
{
	object("<189>1: r1: %A-1-LEVEL: thing x ten is high");
	cr_expect(span_eq(story.kind, SPAN_LIT("THING_LEVEL")) && !story.own && !story.fallback.p && has(story.place.file, "things.yaml"));
	cr_assert(story.nrefused >= 1 && story.ngaps >= 1);
	cr_expect(span_eq(story.refused[0].path, SPAN_LIT("/things/thing/index")) && span_eq(story.refused[0].value, SPAN_LIT("ten")));
	cr_expect(span_eq(story.gaps[0].list, SPAN_LIT("/things/thing")) && span_eq(story.gaps[0].key, SPAN_LIT("index")));
	cr_expect(story.gaps[0].why == PROFILE_REFUSED && !story.gaps[0].fact.p);

	object("<189>1: r1: %A-1-LEVEL: thing x one is high");
	cr_expect(story.nrefused == 0 && story.ngaps == 0 && !story.fallback.p);
	object("<189>1: r1: %A-1-OWN: own x never");
	cr_expect(story.own && span_eq(story.fallback, SPAN_LIT("message")));
	object("<187>1: r1: %A-1-GONE: thing x gone");
	cr_expect(span_eq(story.fallback, SPAN_LIT("alarm")) && story.ngaps > 0 && story.gaps[0].why == PROFILE_NOT_GIVEN);
	object("<189>1: r1: %A-1-NONE: none x");
	cr_expect(!story.kind.p && span_eq(story.fallback, SPAN_LIT("message")));
}

Test(profile_strict, what_is_neither_up_nor_down_by_its_words_raises_no_alarm)
{
	const char *got = object("<189>1: r1: %A-1-WATCH: watch x idle");

	cr_expect_str_eq(got, "{\"netnorm-events:event\":{\"unit\":{\"name\":\"x\"}}}");
	cr_expect(span_eq(ev.strict_model, SPAN_LIT("netnorm-events")), "a model that is in the object");
	cr_expect_eq(ev.op, NEVENT_UPDATE);
	cr_expect(has(object("<189>1: r1: %A-1-WATCH: watch x lost"), ALARM_OF("WATCHED|x")));
	cr_expect(span_eq(ev.strict_model, SPAN_LIT("openconfig-system")), "a model that is not ours");
	cr_expect_eq(ev.op, NEVENT_UPDATE);
}

Test(profile_strict, beside_a_record_of_the_moment_the_end_of_an_alarm_is_an_update)
{
	const char *got = object("<189>1: r1: %A-1-WATCH: watch x back");

	cr_expect(has(got, ALARM_OF("WATCHED|x")) && has(got, "\"unit\":{\"name\":\"x\"}"), "%s", got);
	cr_expect(has(got, "\"netnorm-events:cleared\":true") && !has(got, "\"severity\"") && !has(got, "\"text\""), "%s", got);
	cr_expect_eq(ev.op, NEVENT_UPDATE);
}

Test(profile_strict, an_object_has_one_entry_of_a_list_the_first_that_can_stand)
{
	cr_expect_str_eq(object("<189>1: r1: %A-1-EITHER: either a b"),
	    "{\"t:things\":{\"thing\":[{\"name\":\"a\",\"index\":1,\"state\":{\"name\":\"a\",\"level\":\"LOW\"}}]}}");
	cr_expect_str_eq(object("<189>1: r1: %A-1-EITHER: either  b"),
	    "{\"t:things\":{\"thing\":[{\"name\":\"b\",\"index\":2,\"state\":{\"name\":\"b\",\"level\":\"HIGH\"}}]}}");
}
