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

Test(profile_strict, the_fallback_speaks_of_the_alarm_that_the_kind_ends)
{
	const char *got = object("<187>1: r1: %A-1-GONE: thing x gone");

	cr_expect(has(got, ALARM_OF("THING_FAULT|thing x")) && !has(got, "things"), "%s", got);
	cr_expect_eq(ev.op, NEVENT_DELETE);
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
