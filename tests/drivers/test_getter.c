/*
 * The API's tables: arguments and what they may be, models and what results look like; and a driver's way through driver.c.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "drivers/driver.h"
#include "drivers/result.h"

static const struct device_target target = { .host = "test" };

static void
check_arguments(const char *method, const char *given, const char *wanted)
{
	struct device d;
	json_t *in = given ? json_loads(given, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL) : NULL;
	json_t *whole;
	char *text;

	device_init(&d, &target);
	whole = getter_arguments(&d, getter_by_name(method), in);
	text = whole ? json_dumps(whole, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	if (wanted)
		cr_expect(text && strcmp(text, wanted) == 0, "%s %s: %s %s", method, given, text ? text : "refused:", d.message);
	else
		cr_expect(!text && d.error == DEVICE_ARGUMENT && d.message[0], "%s %s: %s", method, given, text ? text : "(no reason)");
	free(text);
	json_decref(whole);
	json_decref(in);
	device_fini(&d);
}

Test(getter, arguments_are_whole_with_napalms_defaults)
{
	check_arguments("get_facts", NULL, "{}");
	check_arguments("get_facts", "{}", "{}");
	check_arguments("get_config", NULL, "{\"format\":\"text\",\"full\":false,\"retrieve\":\"all\",\"sanitized\":false}");
	check_arguments("get_route_to", "{\"destination\":\"192.0.2.0/24\",\"longer\":true}", "{\"destination\":\"192.0.2.0/24\",\"longer\":true,\"protocol\":\"\"}");
	check_arguments("ping", "{\"destination\":\"2001:db8::1\"}",
	    "{\"count\":5,\"destination\":\"2001:db8::1\",\"size\":100,\"source\":\"\",\"source_interface\":\"\",\"timeout\":2,\"ttl\":255,\"vrf\":\"\"}");
	check_arguments("cli", "{\"commands\":[\"show version | include uptime\"]}", "{\"commands\":[\"show version | include uptime\"],\"encoding\":\"text\"}");
}

Test(getter, arguments_that_are_wrong_or_could_do_harm_are_refused)
{
	static const struct { const char *method, *given; } cases[] = {
		{ "ping", NULL }, { "ping", "{}" }, { "ping", "{\"destination\":\"\"}" }, { "ping", "{\"destination\":5}" }, { "ping", "{\"destination\":\"a b\"}" },
		{ "ping", "{\"destination\":\"a;reboot\"}" }, { "ping", "{\"destination\":\"a\\nreboot\"}" }, { "ping", "{\"destination\":\"$(reboot)\"}" }, { "ping", "{\"destination\":\"a|b\"}" },
		{ "ping", "{\"destination\":\"a?\"}" }, { "ping", "{\"destination\":\"-f\"}" }, { "ping", "{\"destination\":\"a\\u0000b\"}" }, { "ping", "{\"destination\":\"a\",\"count\":-1}" },
		{ "ping", "{\"destination\":\"a\",\"count\":\"5\"}" }, { "ping", "{\"destination\":\"a\",\"nosuch\":1}" }, { "get_facts", "[]" }, { "get_facts", "{\"x\":1}" },
		{ "get_route_to", "{\"longer\":1}" }, { "cli", "{}" }, { "cli", "{\"commands\":[]}" }, { "cli", "{\"commands\":\"show version\"}" }, { "cli", "{\"commands\":[1]}" },
		{ "cli", "{\"commands\":[\"show version\\nreload\"]}" }, { "cli", "{\"commands\":[\"show\\u0000x\"]}" }, { "get_arp_table", "{\"vrf\":\"a<b\"}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check_arguments(cases[i].method, cases[i].given, NULL);
	cr_expect_eq(getter_by_name("get_everything"), GETTER_COUNT);
}

Test(getter, a_new_object_of_each_model_has_its_shape)
{
	char why[256];

	for (int i = 0; i < GETTER_COUNT; i++) {
		const struct model_field *f = &getter_methods[i].result;
		json_t *value = f->type == MODEL_OBJECT ? model_new(f->of) : f->type == MODEL_LIST ? json_array() : json_object();

		cr_expect(model_check(value, f, why, sizeof(why)), "%s: %s", getter_methods[i].name, why);
		if (f->type == MODEL_MAP || f->type == MODEL_LIST) {
			if (f->type == MODEL_MAP)
				json_object_set_new(value, "x", model_new(f->of));
			else
				json_array_append_new(value, model_new(f->of));
			cr_expect(model_check(value, f, why, sizeof(why)), "%s with one: %s", getter_methods[i].name, why);
		}
		json_decref(value);
	}
}

Test(getter, what_has_not_the_shape_is_told_with_its_place)
{
	static const struct { const char *json, *why; } cases[] = {
		{ "{\"Ethernet1\":{}}", "Ethernet1: lacks is_up" }, { "[]", "(result): is no object of InterfaceDict" },
		{ "{\"E\":{\"is_up\":1,\"is_enabled\":true,\"description\":\"\",\"last_flapped\":-1.0,\"mtu\":1,\"speed\":1.0,\"mac_address\":\"\"}}", "E.is_up: is no boolean" },
		{ "{\"E\":{\"is_up\":true,\"is_enabled\":true,\"description\":\"\",\"last_flapped\":-1,\"mtu\":1,\"speed\":1.0,\"mac_address\":\"\"}}", "E.last_flapped: is no real number" },
		{ "{\"E\":{\"is_up\":true,\"is_enabled\":true,\"description\":null,\"last_flapped\":-1.0,\"mtu\":1,\"speed\":1.0,\"mac_address\":\"\"}}", "E.description: is no string" },
		{ "{\"E\":{\"is_up\":true,\"is_enabled\":true,\"description\":\"\",\"last_flapped\":-1.0,\"mtu\":1,\"speed\":1.0,\"mac_address\":\"\",\"x\":1}}", "E: has more fields than InterfaceDict" },
	};
	char why[256];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		json_t *v = json_loads(cases[i].json, 0, NULL);

		cr_expect_not(model_check(v, &getter_methods[GETTER_INTERFACES].result, why, sizeof(why)));
		cr_expect_str_eq(why, cases[i].why);
		json_decref(v);
	}
}

/* ---- a driver of our own ---- */

static json_t *
odd(struct device *d, const json_t *arguments)
{
	(void)arguments;
	device_warn(d, "something is odd");
	return json_array();
}

static int
open_well(struct device *d)
{
	(void)d;
	return 0;
}

static const struct driver_option own[] = { { "colour", "", NULL }, { NULL, NULL, NULL } };
static const struct driver driver = { .name = "odd", .options = (const struct driver_option *const[]){ own, NULL }, .open = open_well,
	.methods = { [GETTER_FACTS] = odd, [GETTER_ARP_TABLE] = odd } };

Test(driver, a_call_gives_a_result_of_the_models_shape_or_a_reason)
{
	struct device d;
	json_t *r;

	cr_assert_eq(driver_open(&d, &driver, &target), 0);
	cr_expect_null(driver_call(&d, GETTER_FACTS, NULL));
	cr_expect_eq(d.error, DEVICE_ANSWER, "%s", d.message);
	cr_expect_null(driver_call(&d, GETTER_USERS, NULL));
	cr_expect_eq(d.error, DEVICE_NOT_IMPLEMENTED);
	cr_expect_eq(d.n_warnings, 0, "those of the call before are forgotten");
	r = driver_call(&d, GETTER_ARP_TABLE, NULL);
	cr_expect(r && d.error == DEVICE_OK && d.n_warnings == 1);
	json_decref(r);
	r = driver_call(&d, GETTER_IS_ALIVE, NULL);
	cr_expect(r && json_is_false(json_object_get(r, "is_alive")), "without a wire it is not");
	json_decref(r);
	driver_close(&d);
}

Test(driver, options_are_known_or_refused_and_timeout_is_everybodys)
{
	static const struct device_option good[] = { { "colour", "red" }, { "timeout", "2.5" } }, bad[] = { { "color", "red" } };
	struct device_target t = { .host = "test", .options = good, .n_options = 2, .timeout_ms = 99 };
	struct device d;

	cr_expect_eq(driver_open(&d, &driver, &t), 0);
	cr_expect_eq(d.timeout_ms, 2501);
	driver_close(&d);
	t.options = bad;
	t.n_options = 1;
	cr_expect_eq(driver_open(&d, &driver, &t), -1);
	cr_expect_eq(d.error, DEVICE_ARGUMENT);
	cr_expect_eq(d.timeout_ms, 99);
	driver_close(&d);
}

Test(driver, values_of_options_are_what_they_may_be)
{
	static const struct {
		const char *name, *value;
		bool good;
	} cases[] = {
		{ "timeout", "10", true }, { "timeout", "0.5", true }, { "timeout", "86399.9", true }, { "timeout", "0", false }, { "timeout", "86400", false }, { "timeout", "abc", false },
		{ "timeout", "10s", false }, { "timeout", "-1", false }, { "timeout", "1e3", false }, { "timeout", "1.2.3", false }, { "timeout", ".", false }, { "timeout", "", false },
		{ "keepalive", "0", true }, { "keepalive", "86400", true }, { "keepalive", "86401", false }, { "keepalive", "1.5", false }, { "keepalive", "abc", false }, { "keepalive", "", false },
		{ "key_file", "/nowhere", true }, { "key_file", "", false }, { "insecure", "", true }, { "insecure", "ture", false }, { "secret", "", true }, { "nosuch", "x", true },
	};
	const struct driver *ios = driver_by_name("ios");

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cr_expect_eq(driver_option_wants(ios, cases[i].name, cases[i].value) == NULL, cases[i].good, "%s=%s", cases[i].name, cases[i].value);
	cr_expect(driver_option_is_file("key_file") && driver_option_is_file("ca_file") && !driver_option_is_file("secret") && !driver_option_is_file("nosuch"));
	cr_expect(driver_is_ssh(ios) && !driver_is_ssh(driver_by_name("eos")));
}

Test(driver, every_driver_of_the_table_has_what_all_need)
{
	for (size_t i = 0; driver_table[i]; i++) {
		const struct driver *one = driver_table[i];

		cr_expect(one->name && one->summary && one->open && one->options && driver_by_name(one->name) == one);
		for (size_t g = 0; g < GETTER_COUNT; g++)
			cr_expect(!(g == GETTER_FACTS || g == GETTER_INTERFACES || g == GETTER_CLI || g == GETTER_BGP_NEIGHBORS) || one->methods[g] || strcmp(one->name, "iosxr_netconf") == 0,
			    "%s lacks %s", one->name, getter_methods[g].name);
	}
	cr_expect_null(driver_by_name("nosuch"));
}

Test(result, numbers_are_short_and_reals_stay_reals)
{
	json_t *v = json_pack("{s:f, s:f, s:i, s:[], s:{}, s:[i, i], s:n, s:s}", "a", 1.0, "b", 0.1, "c", 7, "d", "e", "f", 1, 2, "g", "h", "\x1b\"");
	struct json j;

	cr_assert_eq(json_init(&j, 64, 4096), 0);
	result_write(&j, v);
	cr_expect(span_eq(json_text(&j), SPAN_LIT("{\"a\":1.0,\"b\":0.1,\"c\":7,\"d\":[],\"e\":{},\"f\":[1,2],\"g\":null,\"h\":\"\\u001b\\\"\"}")), "%.*s", (int)j.n, j.p);
	json_reset(&j);
	result_write_lines(&j, v);
	cr_expect(span_starts(json_text(&j), SPAN_LIT("{\n  \"a\": 1.0,\n  \"b\": 0.1,\n  \"c\": 7,\n  \"d\": [],\n  \"e\": {},\n  \"f\": [\n    1,\n    2\n  ],\n")), "%.*s", (int)j.n, j.p);
	json_fini(&j);
	json_decref(v);
}
