/*
 * What is known of a device and how it comes into events.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "base/clock.h"
#include "collector/views.h"

static struct view_part *
part_of(enum view_kind kind, const char *json, int64_t asked_ns)
{
	json_t *result = json_loads(json, JSON_ALLOW_NUL, NULL);
	struct view_part *p = view_part_new(kind, result, asked_ns);

	cr_assert(result && p, "%s", json);
	json_decref(result);
	return p;
}

static void
check_piece(const struct view_part *p, const char *object, const char *wanted)
{
	struct span data = view_part_find(p, span_str(object));

	cr_expect(wanted ? span_eq(data, span_str(wanted)) : data.p == NULL, "%s: %.*s", object, (int)data.n, data.p ? data.p : "");
}

Test(view, a_piece_for_each_object_in_the_getters_shape)
{
	struct view_part *p = part_of(VIEW_INTERFACES, "{\"Ethernet1\":{\"mtu\":1500,\"speed\":10.0},\"\":{},\"Eth\\u00e9\":{\"d\":\"\\\"\\u0000\"}}", 7);

	check_piece(p, "Ethernet1", "{\"Ethernet1\":{\"mtu\":1500,\"speed\":10.0}}");
	check_piece(p, "", "{\"\":{}}");
	check_piece(p, "Eth\xc3\xa9", "{\"Eth\xc3\xa9\":{\"d\":\"\\\"\\u0000\"}}");
	check_piece(p, "Ethernet2", NULL);
	check_piece(p, "Ethernet", NULL);
	cr_expect_eq(view_part_asked_ns(p), 7);
	view_part_unref(&p);
	cr_expect_null(p);
}

Test(view, a_peer_is_its_vrfs_alone)
{
	struct view_part *p = part_of(VIEW_BGP,
	    "{\"global\":{\"router_id\":\"1.1.1.1\",\"peers\":{\"192.0.2.1\":{\"uptime\":5},\"192.0.2.2\":{\"uptime\":6}}},"
	    "\"RED\":{\"router_id\":\"2.2.2.2\",\"peers\":{\"192.0.2.1\":{\"uptime\":7}}}}", 0);
	const char *of_default = "{\"global\":{\"router_id\":\"1.1.1.1\",\"peers\":{\"192.0.2.1\":{\"uptime\":5}}}}";

	check_piece(p, "192.0.2.1", of_default);
	check_piece(p, "192.0.2.1 vrf default", of_default);
	check_piece(p, "192.0.2.1 vrf RED", "{\"RED\":{\"router_id\":\"2.2.2.2\",\"peers\":{\"192.0.2.1\":{\"uptime\":7}}}}");
	check_piece(p, "192.0.2.1 vrf BLUE", NULL);
	check_piece(p, "192.0.2.2 vrf RED", NULL);
	check_piece(p, "192.0.2.2", "{\"global\":{\"router_id\":\"1.1.1.1\",\"peers\":{\"192.0.2.2\":{\"uptime\":6}}}}");
	view_part_unref(&p);
}

Test(view, an_object_that_says_too_much_is_left_out)
{
	json_t *result = json_object();
	char *large = calloc(1, 20001);
	struct view_part *p;

	memset(large, 'x', 20000);
	json_object_set_new(result, "a", json_pack("{s:s}", "description", "short"));
	json_object_set_new(result, "b", json_pack("{s:s}", "description", large));
	json_object_set_new(result, "c", json_pack("{s:s}", "description", "short"));
	p = view_part_new(VIEW_INTERFACES, result, 0);
	check_piece(p, "a", "{\"a\":{\"description\":\"short\"}}");
	check_piece(p, "b", NULL);
	check_piece(p, "c", "{\"c\":{\"description\":\"short\"}}");
	cr_expect_eq(view_part_left_out(p), 1);
	view_part_unref(&p);
	json_decref(result);
	free(large);
}

Test(view, a_peer_is_found_in_every_spelling_of_an_event)
{
	struct view_part *p = part_of(VIEW_BGP, "{\"global\":{\"router_id\":\"\",\"peers\":{\"192.0.2.1\":{},\"2001:db8::2\":{}}},\"RED\":{\"router_id\":\"\",\"peers\":{\"192.0.2.1\":{},\"2001:db8::2\":{}}}}", 0);
	static const struct { const char *object; bool known; } cases[] = {
		{ "192.0.2.1", true }, { "192.0.2.1 vrf RED", true }, { "2001:db8::2", true }, { "2001:DB8::2", true }, { "2001:DB8:0:0::2 vrf RED", true },
		{ "192.0.2.2", false }, { "192.0.2.1.5", false }, { "192.0.2.1 ", false }, { " vrf RED", false }, { "RED", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cr_expect_eq(view_part_find(p, span_str(cases[i].object)).n > 0, cases[i].known, "\"%s\"", cases[i].object);
	view_part_unref(&p);
}

Test(view, a_peer_in_each_of_many_vrfs_takes_no_longer_than_it_must, .timeout = 20)
{
	json_t *result = json_object();
	struct view_part *p;
	char name[32], peer[32];

	for (int i = 0; i < 30000; i++) {
		snprintf(name, sizeof(name), "vrf-%d", i);
		snprintf(peer, sizeof(peer), "10.%d.%d.1", i / 250, i % 250);
		json_object_set_new(result, name, json_pack("{s:s, s:{s:{}}}", "router_id", "", "peers", peer));
	}
	p = view_part_new(VIEW_BGP, result, 0);
	check_piece(p, "10.119.249.1 vrf vrf-29999", "{\"vrf-29999\":{\"router_id\":\"\",\"peers\":{\"10.119.249.1\":{}}}}");
	view_part_unref(&p);
	json_decref(result);
}

Test(view, nothing_is_a_part_that_knows_nothing)
{
	struct view_part *p = part_of(VIEW_LLDP, "{}", 0);

	check_piece(p, "Ethernet1", NULL);
	check_piece(p, "", NULL);
	view_part_unref(&p);
}

Test(view, thousands_of_objects_are_all_found)
{
	json_t *result = json_object();
	struct view_part *p;
	char name[32];

	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "ge-0/0/%d", i);
		json_object_set_new(result, name, json_pack("{s:i}", "mtu", i));
	}
	p = view_part_new(VIEW_INTERFACES, result, 0);
	for (int i = 0; i < 5000; i++) {
		char wanted[64];

		snprintf(name, sizeof(name), "ge-0/0/%d", i);
		snprintf(wanted, sizeof(wanted), "{\"%s\":{\"mtu\":%d}}", name, i);
		check_piece(p, name, wanted);
	}
	check_piece(p, "ge-0/0/5000", NULL);
	view_part_unref(&p);
	json_decref(result);
}

#define FACTS "{\"vendor\":\"V\",\"model\":\"M\",\"os_version\":\"1.2\",\"serial_number\":\"S\\\"1\",\"hostname\":\"h\",\"uptime\":1.0}"

Test(view, an_event_gets_what_is_known_of_its_device_and_object_with_its_age)
{
	struct view v = { { part_of(VIEW_FACTS, FACTS, 1 * CLOCK_NS_PER_S), part_of(VIEW_INTERFACES, "{\"ge-0/0/0\":{\"mtu\":1}}", 2 * CLOCK_NS_PER_S), NULL,
	    part_of(VIEW_BGP, "{\"global\":{\"router_id\":\"\",\"peers\":{\"192.0.2.1\":{}}}}", 0) } };
	static const struct { const char *object; size_t n; const char *last; } cases[] = {
		{ "", 1, "get_facts" }, { "ge-0/0/0", 2, "get_interfaces" }, { "ge-0/0/0.17", 2, "get_interfaces" }, { "ge-0/0/1", 1, "get_facts" },
		{ "192.0.2.1", 2, "get_bgp_neighbors" }, { "192.0.2.1.5", 1, "get_facts" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct nevent ev = { .object = span_str(cases[i].object) };

		view_enrich(&v, 5 * CLOCK_NS_PER_S, &ev);
		cr_expect_eq(ev.nenrichment, cases[i].n, "%s: %zu", cases[i].object, ev.nenrichment);
		cr_expect(span_eq(ev.enrichment[ev.nenrichment - 1].getter, span_str(cases[i].last)), "%s", cases[i].object);
		cr_expect_eq(ev.enrichment[0].age_ms, 4000);
		cr_expect(span_eq(ev.asset.os_version, SPAN_LIT("1.2")));
		cr_expect_null(ev.asset.serial_number.p, "a text with escapes is no plain text");
	}
	view_fini(&v);
}

Test(view, views_by_name_keep_what_they_had_when_they_grow)
{
	struct views *all = views_new();
	char name[32];

	cr_expect_null(views_find(all, SPAN_LIT("a")));
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "device-%d", i);
		cr_assert_eq(views_put(all, span_str(name), part_of(VIEW_LLDP, "{}", i)), 0);
	}
	cr_assert_eq(views_put(all, SPAN_LIT("device-7"), part_of(VIEW_LLDP, "{}", 7000)), 0);
	views_remove(all, SPAN_LIT("device-8"));
	views_remove(all, SPAN_LIT("nobody"));
	cr_expect_eq(views_count(all), 1000);
	cr_expect_eq(view_part_asked_ns(views_find(all, SPAN_LIT("device-7"))->parts[VIEW_LLDP]), 7000);
	cr_expect_eq(view_part_asked_ns(views_find(all, SPAN_LIT("device-999"))->parts[VIEW_LLDP]), 999);
	cr_expect_null(views_find(all, SPAN_LIT("device-8"))->parts[VIEW_LLDP]);
	cr_expect_null(views_find(all, SPAN_LIT("device-1000")));
	views_free(&all);
}
