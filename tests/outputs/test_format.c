#include <criterion/criterion.h>
#include <jansson.h>

#include "base/yang_tree.h"
#include "tests/outputs/sample.h"

static struct arena arena;
static struct json json;

static void
setup(void)
{
	cr_assert_eq(arena_init(&arena, 4096, 1 << 20), 0);
	cr_assert_eq(json_init(&json, 64, 1 << 20), 0);
}

static void
teardown(void)
{
	arena_fini(&arena);
	json_fini(&json);
}

TestSuite(format, .init = setup, .fini = teardown);

/* What it gives, where it is JSON after a look whether it is one object. */
static const char *
render(const struct nevent *ev, enum format_id format)
{
	static char text[8192];
	json_error_t error;
	json_t *parsed;

	json_reset(&json);
	cr_assert_eq(format_table[format].write(ev, &arena, &json), 0);
	snprintf(text, sizeof(text), "%.*s", (int)json.n, json.p);
	if (!format_table[format].json)
		return text;
	parsed = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	cr_assert(json_is_object(parsed), "%s: %s", error.text, text);
	json_decref(parsed);
	return text;
}

static struct template *
compile(const char *path, const char *name)
{
	struct template_entry entry = { .path = span_str(path), .value = 0 };
	struct span names[] = { span_str(name) };
	struct template_error error;
	struct template *t = template_compile(&entry, 1, names, 1, &error);

	cr_assert_not_null(t, "%s", error.message);
	return t;
}

Test(format, the_native_envelope_is_whole_and_in_order)
{
	static const struct fact_key state = SAMPLE_KEY("state");
	struct template *t = compile("interfaces//interface//Ethernet9/4//state//oper_status", "state");
	struct nevent ev = sample_event();

	ev.napalm = t;
	ev.nvalues = 1;
	ev.values[0] = (struct fact){ .key = &state, .type = FACT_TEXT, .text = SPAN_LIT("DOWN") };
	ev.guessed = NEVENT_GUESSED_YEAR | NEVENT_GUESSED_DATE_ORDER | NEVENT_GUESSED_FACILITY;
	ev.has_seq = true;
	ev.seq = INT64_MAX;
	ev.has_state = true;
	ev.state = 0;
	ev.state_tag = SPAN_LIT("link");
	ev.has_repeat = true;
	ev.repeat = 3;
	ev.truncated = true;
	cr_expect_str_eq(render(&ev, FORMAT_NATIVE_NAPALM),
	    "{\"v\":1,\"id\":\"0123456789abcdef0123456789abcdef\",\"error\":\"INTERFACE_DOWN\",\"os\":\"ios\",\"device\":\"edge7.example.net\","
	    "\"host\":\"edge7\",\"ip\":\"192.0.2.7\",\"timestamp\":1795464088,\"time\":\"2026-11-23T20:01:28.123000000Z\","
	    "\"received\":\"2026-11-23T20:01:29.000000001Z\",\"clock\":\"synced\",\"guessed\":[\"year\",\"date_order\",\"facility\"],"
	    "\"seq\":9223372036854775807,\"counter\":77,\"facility\":23,\"severity\":5,\"vendor_severity\":3,\"outcome\":\"event\","
	    "\"op\":\"update\",\"object\":\"Ethernet9/4\",\"condition\":\"down\",\"yang_model\":\"openconfig-interfaces\","
	    "\"yang_message\":{\"interfaces\":{\"interface\":{\"Ethernet9/4\":{\"state\":{\"oper_status\":\"DOWN\"}}}}},"
	    "\"message_details\":{\"date\":\"Nov 23\",\"pri\":\"189\"},\"state\":0,\"state_tag\":\"link\",\"repeat\":3,\"truncated\":true,"
	    "\"raw\":\"" SAMPLE_LINE "\"}");
	template_free(&t);
}

Test(format, a_field_without_a_value_is_left_out_but_host_facility_and_severity_are_null)
{
	struct nevent ev = { .outcome = NEVENT_UNKNOWN, .error = SPAN_LIT("UNKNOWN"), .os = SPAN_LIT("unknown"), .facility = -1, .severity = -1,
		.vendor_severity = -1, .raw = SPAN_LIT("what"), .time_ns = -1 };

	memset(ev.id, 'a', NEVENT_ID_LEN);
	cr_expect_str_eq(render(&ev, FORMAT_NATIVE),
	    "{\"v\":1,\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"error\":\"UNKNOWN\",\"os\":\"unknown\",\"host\":null,\"timestamp\":-1,"
	    "\"time\":\"1969-12-31T23:59:59.999999999Z\",\"received\":\"1970-01-01T00:00:00.000000000Z\",\"clock\":\"received\","
	    "\"facility\":null,\"severity\":null,\"outcome\":\"unknown\",\"message_details\":{},\"raw\":\"what\"}");
}

Test(format, bytes_that_are_not_utf8_are_replaced_in_raw_and_whole_in_raw_base64)
{
	struct nevent ev = sample_event();

	ev.raw = SPAN_LIT("a\xff\x00\"b\xc3\xa9");
	ev.raw_class = utf8_classify(ev.raw);
	ev.host = span_of(ev.raw.p, 2);
	ev.object = SPAN_NONE;
	cr_expect(strstr(render(&ev, FORMAT_NATIVE), "\"raw\":\"a\xef\xbf\xbd\\u0000\\\"b\xc3\xa9\",\"raw_base64\":\"Yf8AImLDqQ==\"}") != NULL,
	    "%s", render(&ev, FORMAT_NATIVE));
	cr_expect(strstr(render(&ev, FORMAT_NATIVE), "\"host\":\"a\xef\xbf\xbd\"") != NULL);
	cr_expect(strstr(render(&ev, FORMAT_NAPALM), "\"host\":\"a\xef\xbf\xbd\"") != NULL);
}

Test(format, text_that_needs_escapes_is_escaped_wherever_it_stands)
{
	struct nevent ev = sample_event();
	const char *text;

	ev.raw = SPAN_LIT("say \"\\\" \x1b[0m\n");
	ev.raw_class = utf8_classify(ev.raw);
	ev.object = span_of(ev.raw.p + 4, 3);
	ev.device = SPAN_LIT("a\"b");
	ev.details[0].text = span_of(ev.raw.p + 8, 1);
	text = render(&ev, FORMAT_NATIVE);
	cr_expect(strstr(text, "\"device\":\"a\\\"b\"") && strstr(text, "\"object\":\"\\\"\\\\\\\"\"") && strstr(text, "{\"date\":\"\\u001b\","),
	    "%s", text);
}

/* Each byte in each place of texts of all lengths, against the writer's own look at it. */
Test(format, text_from_elsewhere_is_what_the_json_writer_makes_of_it)
{
	struct nevent ev = sample_event();
	char text[40], wanted[4096];

	for (size_t n = 0; n <= 34; n++) {
		for (size_t at = 0; at < n; at++) {
			for (unsigned c = 0; c < 256; c += c < 0x24 || c > 0x7c || (c > 0x58 && c < 0x60) ? 1 : 11) {
				memset(text, 'm', sizeof(text));
				text[at] = (char)c;
				ev.device = span_of(text, n);
				json_reset(&json);
				json_raw(&json, SPAN_LIT("\"device\":"), false);
				json_quoted(&json, ev.device);
				memcpy(wanted, json.p, json.n);
				wanted[json.n] = '\0';
				json_reset(&json);
				cr_assert_eq(format_native(&ev, &arena, &json), 0);
				cr_assert_not_null(memmem(json.p, json.n, wanted, strlen(wanted)), "byte %u at %zu of %zu", c, at, n);
			}
		}
	}
}

Test(format, details_keep_their_types)
{
	struct nevent ev = sample_event();

	ev.ndetails = 4;
	ev.details[0] = (struct fact){ .key = &sample_keys[0], .type = FACT_NULL };
	ev.details[1] = (struct fact){ .key = &sample_keys[1], .type = FACT_REAL, .real = 1.5 };
	ev.details[2] = (struct fact){ .key = &sample_keys[2], .type = FACT_INT, .num = -20 };
	ev.details[3] = (struct fact){ .key = &sample_keys[3], .type = FACT_BOOL, .num = 1 };
	cr_expect(strstr(render(&ev, FORMAT_NATIVE), "\"message_details\":{\"date\":null,\"pri\":1.5,\"facility\":-20,\"flag\":true}") != NULL,
	    "%s", render(&ev, FORMAT_NATIVE));
}

Test(format, napalm_has_its_keys_and_no_others)
{
	struct nevent ev = sample_event();

	ev.napalm_error = SPAN_LIT("INTERFACE_CHANGED");
	cr_expect_str_eq(render(&ev, FORMAT_NAPALM),
	    "{\"error\":\"INTERFACE_CHANGED\",\"host\":\"edge7\",\"ip\":\"192.0.2.7\",\"timestamp\":1795464088,\"yang_message\":{},"
	    "\"message_details\":{\"date\":\"Nov 23\",\"pri\":\"189\"},\"yang_model\":\"openconfig-interfaces\",\"os\":\"ios\",\"facility\":23,"
	    "\"severity\":5}");
	ev.has_state = true;
	ev.state = 1;
	ev.state_tag = SPAN_LIT("x");
	ev.facility = ev.severity = -1;
	ev.ip = SPAN_NONE;
	ev.napalm_error = SPAN_NONE;
	cr_expect_str_eq(render(&ev, FORMAT_NAPALM),
	    "{\"error\":\"INTERFACE_DOWN\",\"host\":\"edge7\",\"ip\":\"\",\"timestamp\":1795464088,\"yang_message\":{},"
	    "\"message_details\":{\"date\":\"Nov 23\",\"pri\":\"189\"},\"yang_model\":\"openconfig-interfaces\",\"os\":\"ios\",\"facility\":null,"
	    "\"severity\":null,\"state\":1,\"state_tag\":\"x\"}");
}

Test(format, napalm_spells_raw_and_unknown_in_its_own_way)
{
	struct nevent ev = sample_event();

	sample_outcome(&ev, NEVENT_RAW);
	cr_expect_str_eq(render(&ev, FORMAT_NAPALM),
	    "{\"ip\":\"192.0.2.7\",\"host\":\"edge7\",\"timestamp\":1795464088,\"message_details\":{\"date\":\"Nov 23\",\"pri\":\"189\"},"
	    "\"os\":\"ios\",\"error\":\"RAW\",\"model_name\":\"raw\",\"facility\":23,\"severity\":5}");
	sample_outcome(&ev, NEVENT_UNKNOWN);
	cr_expect_str_eq(render(&ev, FORMAT_NAPALM),
	    "{\"ip\":\"192.0.2.7\",\"host\":\"unknown\",\"timestamp\":1795464089,\"message_details\":{\"message\":\"" SAMPLE_LINE "\"},"
	    "\"os\":\"unknown\",\"error\":\"UNKNOWN\",\"model_name\":\"unknown\"}");
}

/* {"m:top":{"entry":[{"name":SLOT0,"state":{"name":SLOT0,"up":SLOT1}}]}} */
static struct yang_tree *
small_tree(void)
{
	static const struct span name[] = { { "name", 4 } };
	struct yang_tree_node nodes[YANG_TREE_MAX_NODES];
	struct yang_tree grown = { .nodes = nodes, .nslots = 2 };
	int top = yang_tree_node(&grown, -1, &(struct yang_tree_node){ .kind = YANG_CONTAINER, .name = SPAN_LIT("m:top") });
	int entry = yang_tree_node(&grown, top, &(struct yang_tree_node){ .kind = YANG_LIST, .name = SPAN_LIT("entry"), .nkeys = 1, .key_names = name });
	int state = yang_tree_node(&grown, entry, &(struct yang_tree_node){ .kind = YANG_CONTAINER, .name = SPAN_LIT("state") });

	yang_tree_node(&grown, state, &(struct yang_tree_node){ .kind = YANG_MIRROR, .name = SPAN_LIT("name"), .slot = 0 });
	yang_tree_node(&grown, state, &(struct yang_tree_node){ .kind = YANG_LEAF, .name = SPAN_LIT("up"), .slot = 1 });
	return yang_tree_finish(&grown, &arena);
}

Test(format, the_object_of_the_models_stands_in_each_outcome)
{
	struct yang_text texts[] = { { SPAN_LIT("a\"b"), true, false }, { SPAN_LIT("true"), false, true } };
	struct nevent ev = sample_event();

	ev.strict = small_tree();
	cr_assert_not_null(ev.strict);
	ev.strict_texts = texts;
	ev.strict_model = SPAN_LIT("m");
	ev.strict_present = yang_tree_present(ev.strict, 3);
	cr_expect(strstr(render(&ev, FORMAT_NATIVE), "\"yang_model\":\"m\",\"yang_message\":"
	    "{\"m:top\":{\"entry\":[{\"name\":\"a\\\"b\",\"state\":{\"name\":\"a\\\"b\",\"up\":true}}]}},\"message_details\":") != NULL,
	    "%s", render(&ev, FORMAT_NATIVE));
	cr_expect(strstr(render(&ev, FORMAT_ECS), "\"yang_message\":{\"m:top\":{\"entry\":[{") != NULL);
	sample_outcome(&ev, NEVENT_UNKNOWN);
	cr_expect(strstr(render(&ev, FORMAT_NATIVE), "\"yang_message\":{\"m:top\"") != NULL);
	cr_expect_null(strstr(render(&ev, FORMAT_NATIVE_NAPALM), "m:top"));
	ev.strict = NULL;
	cr_expect_null(strstr(render(&ev, FORMAT_NATIVE), "yang"));
}

Test(format, raw_and_unknown_have_no_yang_by_the_paths_of_napalm_logs)
{
	struct nevent ev = sample_event();

	sample_outcome(&ev, NEVENT_RAW);
	cr_expect_null(strstr(render(&ev, FORMAT_NATIVE_NAPALM), "yang"));
	cr_expect_null(strstr(render(&ev, FORMAT_NATIVE_NAPALM), "\"op\""));
	cr_expect(strstr(render(&ev, FORMAT_NATIVE_NAPALM), "\"outcome\":\"raw\"") != NULL);
}

Test(format, an_object_whose_paths_do_not_fit_is_empty)
{
	static const struct fact_key key = SAMPLE_KEY("x");
	struct template_entry entries[] = { { .path = SPAN_LIT("a//{x}"), .value = -1, .constant = { .type = FACT_INT, .num = 1 } },
		{ .path = SPAN_LIT("a//b//c"), .value = -1, .constant = { .type = FACT_INT, .num = 2 } } };
	struct span names[] = { SPAN_LIT("x") };
	struct template_error error;
	struct template *t = template_compile(entries, 2, names, 1, &error);
	struct nevent ev = sample_event();

	cr_assert_not_null(t);
	ev.napalm = t;
	ev.nvalues = 1;
	ev.values[0] = (struct fact){ .key = &key, .type = FACT_TEXT, .text = SPAN_LIT("b") };
	cr_expect(strstr(render(&ev, FORMAT_NATIVE_NAPALM), "\"yang_message\":{},") != NULL, "%s", render(&ev, FORMAT_NATIVE_NAPALM));
	template_free(&t);
}

/* ---- ecs ---- */

Test(format, an_event_in_the_elastic_common_schema)
{
	struct nevent ev = sample_event();

	ev.has_seq = true;
	ev.seq = 12;
	ev.guessed = NEVENT_GUESSED_YEAR;
	cr_expect_str_eq(render(&ev, FORMAT_ECS),
	    "{\"@timestamp\":\"2026-11-23T20:01:28.123000000Z\",\"ecs\":{\"version\":\"8.17.0\"},\"message\":\"" SAMPLE_LINE "\","
	    "\"event\":{\"id\":\"0123456789abcdef0123456789abcdef\",\"module\":\"netnorm\",\"kind\":\"event\",\"action\":\"interface_down\","
	    "\"category\":[\"network\"],\"type\":[\"end\"],\"code\":\"LINK-3-UPDOWN\",\"created\":\"2026-11-23T20:01:29.000000001Z\","
	    "\"severity\":5,\"sequence\":12,\"original\":\"" SAMPLE_LINE "\"},"
	    "\"log\":{\"level\":\"notice\",\"source\":{\"address\":\"192.0.2.7\"},\"syslog\":{\"facility\":{\"code\":23,\"name\":\"local7\"},"
	    "\"priority\":189,\"severity\":{\"code\":5,\"name\":\"notice\"},\"hostname\":\"edge7\"}},"
	    "\"host\":{\"name\":\"edge7.example.net\",\"hostname\":\"edge7\"},"
	    "\"observer\":{\"name\":\"edge7.example.net\",\"hostname\":\"edge7\",\"ip\":\"192.0.2.7\",\"os\":{\"name\":\"ios\"}},"
	    "\"related\":{\"hosts\":[\"edge7.example.net\",\"edge7\"],\"ip\":[\"192.0.2.7\"]},"
	    "\"netnorm\":{\"v\":1,\"error\":\"INTERFACE_DOWN\",\"outcome\":\"event\",\"clock\":\"synced\",\"guessed\":[\"year\"],\"op\":\"update\","
	    "\"object\":\"Ethernet9/4\",\"condition\":\"down\",\"counter\":77,\"vendor_severity\":3,"
	    "\"message_details\":{\"date\":\"Nov 23\",\"pri\":\"189\"}}}");
}

Test(format, ecs_of_a_line_of_which_nothing_is_known)
{
	struct nevent ev = { .outcome = NEVENT_UNKNOWN, .error = SPAN_LIT("UNKNOWN"), .os = SPAN_LIT("unknown"), .facility = -1, .severity = -1,
		.vendor_severity = -1, .raw = SPAN_LIT("a\xff\n") };

	ev.raw_class = utf8_classify(ev.raw);
	memset(ev.id, 'a', NEVENT_ID_LEN);
	cr_expect_str_eq(render(&ev, FORMAT_ECS),
	    "{\"@timestamp\":\"1970-01-01T00:00:00.000000000Z\",\"ecs\":{\"version\":\"8.17.0\"},\"message\":\"a\xef\xbf\xbd\\n\","
	    "\"event\":{\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"module\":\"netnorm\",\"kind\":\"event\","
	    "\"created\":\"1970-01-01T00:00:00.000000000Z\",\"original\":\"a\xef\xbf\xbd\\n\"},\"log\":{\"syslog\":{}},\"host\":{},\"observer\":{},"
	    "\"related\":{},\"netnorm\":{\"v\":1,\"error\":\"UNKNOWN\",\"outcome\":\"unknown\",\"clock\":\"received\",\"message_details\":{},"
	    "\"raw_base64\":\"Yf8K\"}}");
}

/* An event whose values have these names and texts ("name=text"). */
static struct nevent
with_values(struct fact_key *keys, const char *const *values)
{
	struct nevent ev = sample_event();

	for (; *values; values++, ev.nvalues++) {
		struct fact_key *key = &keys[ev.nvalues];

		key->name = span_of(*values, strcspn(*values, "="));
		ev.values[ev.nvalues] = (struct fact){ .key = key, .type = FACT_TEXT, .text = span_str(*values + key->name.n + 1) };
	}
	return ev;
}

Test(format, values_fill_the_fields_of_ecs_by_their_names_if_they_are_of_their_types)
{
	static const struct {
		const char *values[8];
		const char *want;
	} rows[] = {
		{ { "sourceAddress=192.0.2.1", "sourcePort=01234", "destinationAddress=2001:db8::2", "destinationPort=22", "natSourceAddress=198.51.100.1",
		      "natSourcePort=5", "natDestinationAddress=198.51.100.2" },
		    "\"destination\":{\"address\":\"2001:db8::2\",\"ip\":\"2001:db8::2\",\"port\":22,\"nat\":{\"ip\":\"198.51.100.2\"}},"
		    "\"source\":{\"address\":\"192.0.2.1\",\"ip\":\"192.0.2.1\",\"port\":1234,\"nat\":{\"ip\":\"198.51.100.1\",\"port\":5}},"
		    "\"related\":{\"hosts\":[\"edge7.example.net\",\"edge7\"],\"ip\":[\"192.0.2.7\",\"192.0.2.1\",\"198.51.100.1\",\"2001:db8::2\",\"198.51.100.2\"]}" },
		{ { "natDestinationPort=65535", "neighbor=core1.example.net", "hostname=core1", "asn=65010" },
		    "\"destination\":{\"address\":\"core1.example.net\",\"domain\":\"core1\",\"as\":{\"number\":65010},\"nat\":{\"port\":65535}},\"related\":" },
		{ { "peer=192.0.2.9", "neighborIP=192.0.2.10", "local=192.0.2.8", "source=console", "destination=x", "asn=1.10" },
		    "\"destination\":{\"address\":\"192.0.2.9\",\"ip\":\"192.0.2.9\"},\"source\":{\"address\":\"192.0.2.8\",\"ip\":\"192.0.2.8\"},\"related\":" },
		{ { "sourcePort=65536", "destinationPort=http", "pid=-1", "packets=99999999999999999999", "mac=rubbish", "ppid=", "ip=999.1.1.1" },
		    "\"os\":{\"name\":\"ios\"}},\"related\":" },
		{ { "mac=00aa.bb01.02ff" }, "\"source\":{\"mac\":\"00-AA-BB-01-02-FF\"}" },
		{ { "protocolId=17", "serviceName=DNS", "vlan=0010", "packets=7" },
		    "\"network\":{\"application\":\"dns\",\"iana_number\":\"17\",\"packets\":7,\"transport\":\"udp\",\"vlan\":{\"id\":\"0010\"}}" },
		{ { "protocol=TCP", "protocolNumber=6" }, "\"network\":{\"iana_number\":\"6\",\"transport\":\"tcp\"}" },
		{ { "protocol=RADIUS" }, "\"network\":{\"protocol\":\"radius\"}" },
		{ { "protocolNumber=253" }, "\"network\":{\"iana_number\":\"253\"}" },
		{ { "user=ann", "uid=0", "as=root", "command=show \"x\"", "pid=0042", "ppid=1", "process=bgpd" },
		    "\"process\":{\"command_line\":\"show \\\"x\\\"\",\"name\":\"bgpd\",\"parent\":{\"pid\":1},\"pid\":42},"
		    "\"user\":{\"effective\":{\"name\":\"root\"},\"id\":\"0\",\"name\":\"ann\"},\"related\":{\"hosts\":[\"edge7.example.net\",\"edge7\"],"
		    "\"ip\":[\"192.0.2.7\"],\"user\":[\"ann\",\"root\"]}" },
		{ { "sourceInterface=port1", "destinationInterface=port2", "sourceZone=trust", "destinationZone=dmz", "snmpID=501", "description=to \xff" },
		    ",\"ingress\":{\"interface\":{\"alias\":\"to \xef\xbf\xbd\",\"id\":\"501\",\"name\":\"port1\"},\"zone\":\"trust\"},"
		    "\"egress\":{\"interface\":{\"name\":\"port2\"},\"zone\":\"dmz\"}}" },
		{ { "policy=p1", "ace=10", "poluuId=u" }, "\"rule\":{\"id\":\"10\",\"name\":\"p1\",\"uuid\":\"u\"}" },
		{ { "server=192.0.2.50", "peerAddr=192.0.2.51" }, "\"server\":{\"address\":\"192.0.2.50\",\"ip\":\"192.0.2.50\"}" },
		{ { "reason=Interface flap", "downReason=other" }, "\"severity\":5,\"reason\":\"Interface flap\",\"original\":" },
		{ { "action=Denied" }, "\"category\":[\"network\"],\"type\":[\"connection\",\"denied\"]" },
		{ { "action=permitted", "word=gap", "aVeryLongNameThatNoFieldHas=1" }, "\"type\":[\"connection\",\"allowed\"]" },
	};
	struct fact_key keys[8];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct nevent ev = with_values(keys, rows[i].values);

		arena_reset(&arena);
		cr_expect(strstr(render(&ev, FORMAT_ECS), rows[i].want) != NULL, "row %zu: %s\nhas no %s", i, render(&ev, FORMAT_ECS), rows[i].want);
	}
}

Test(format, the_full_name_of_an_interface_stands_in_ecs)
{
	static const struct fact_key key = SAMPLE_KEY("interface");
	struct nevent ev = sample_event();

	ev.nvalues = 1;
	ev.values[0] = (struct fact){ .key = &key, .type = FACT_TEXT, .text = SPAN_LIT("Et9/4"), .full = SPAN_LIT("Ethernet9/4") };
	cr_expect(strstr(render(&ev, FORMAT_ECS), "\"ingress\":{\"interface\":{\"name\":\"Ethernet9/4\"}}") != NULL);
	sample_outcome(&ev, NEVENT_RAW);
	cr_expect_null(strstr(render(&ev, FORMAT_ECS), "ingress"), "a line that is no event has no values");
}

Test(format, what_the_profile_says_of_its_maker_stands_in_ecs)
{
	struct nevent_observer observer = { .vendor = SPAN_LIT("Ac\"me"), .type = SPAN_LIT("router") };
	struct nevent ev = sample_event();

	ev.observer = &observer;
	cr_expect(strstr(render(&ev, FORMAT_ECS), "\"os\":{\"name\":\"ios\"},\"type\":\"router\",\"vendor\":\"Ac\\\"me\"},") != NULL);
	observer = (struct nevent_observer){ .product = SPAN_LIT("AcmeOS") };
	cr_expect(strstr(render(&ev, FORMAT_ECS), "\"os\":{\"name\":\"ios\"},\"product\":\"AcmeOS\"},") != NULL);
	sample_outcome(&ev, NEVENT_UNKNOWN);
	cr_expect_null(strstr(render(&ev, FORMAT_ECS), "AcmeOS"));
}

Test(format, process_and_text_of_the_header_stand_in_ecs)
{
	static const struct fact_key keys[] = { SAMPLE_KEY("message"), SAMPLE_KEY("processName"), SAMPLE_KEY("processId") };
	struct nevent ev = sample_event();

	ev.ndetails = 3;
	ev.details[0] = (struct fact){ .key = &keys[0], .type = FACT_TEXT, .text = SPAN_LIT("the text") };
	ev.details[1] = (struct fact){ .key = &keys[1], .type = FACT_TEXT, .text = SPAN_LIT("rpd") };
	ev.details[2] = (struct fact){ .key = &keys[2], .type = FACT_TEXT, .text = SPAN_LIT("0815") };
	cr_expect(strstr(render(&ev, FORMAT_ECS), "\"message\":\"the text\",\"event\"") != NULL);
	cr_expect(strstr(render(&ev, FORMAT_ECS), "\"syslog\":{\"appname\":\"rpd\",\"facility\":") != NULL);
	cr_expect(strstr(render(&ev, FORMAT_ECS), "\"procid\":\"0815\"}") != NULL);
	cr_expect(strstr(render(&ev, FORMAT_ECS), "\"process\":{\"name\":\"rpd\",\"pid\":815}") != NULL);
	ev.details[2].text = SPAN_LIT("re0");
	cr_expect(strstr(render(&ev, FORMAT_ECS), "\"procid\":\"re0\"}") && strstr(render(&ev, FORMAT_ECS), "\"process\":{\"name\":\"rpd\"}"));
}

Test(format, the_name_of_an_event_gives_its_place_in_ecs)
{
	static const struct {
		const char *error;
		enum nevent_condition condition;
		enum nevent_op op;
		const char *want;
	} rows[] = {
		{ "INTERFACE_UP", NEVENT_UP, NEVENT_UPDATE, "\"event\",\"action\":\"interface_up\",\"category\":[\"network\"],\"type\":[\"start\"],\"code\"" },
		{ "OSPFV3_NEIGHBOR_DOWN", NEVENT_DOWN, NEVENT_UPDATE, "\"category\":[\"network\"],\"type\":[\"end\"],\"code\"" },
		{ "BGP_NOTIFICATION", NEVENT_OTHER, NEVENT_UPDATE, "\"category\":[\"network\"],\"type\":[\"info\"],\"code\"" },
		{ "LLDP_NEIGHBOR_REMOVED", NEVENT_OTHER, NEVENT_DELETE, "\"category\":[\"network\"],\"type\":[\"end\"],\"code\"" },
		{ "FAN_FAILED", NEVENT_DOWN, NEVENT_UPDATE, "\"category\":[\"host\"],\"type\":[\"info\"],\"code\"" },
		{ "USER_LOGIN", NEVENT_OTHER, NEVENT_UPDATE,
		    "\"category\":[\"authentication\",\"session\"],\"type\":[\"start\"],\"outcome\":\"success\",\"code\"" },
		{ "USER_LOGIN_FAILED", NEVENT_OTHER, NEVENT_UPDATE, "\"category\":[\"authentication\"],\"type\":[\"start\"],\"outcome\":\"failure\",\"code\"" },
		{ "AAA_SERVER_REACHABLE", NEVENT_UP, NEVENT_UPDATE, "\"category\":[\"network\"],\"type\":[\"start\"],\"code\"" },
		{ "DDOS_PROTOCOL_VIOLATION_SET", NEVENT_DOWN, NEVENT_UPDATE,
		    "\"kind\":\"alert\",\"action\":\"ddos_protocol_violation_set\",\"category\":[\"intrusion_detection\",\"network\"],\"type\":[\"info\"]" },
		{ "PROCESS_RESTART", NEVENT_OTHER, NEVENT_UPDATE, "\"category\":[\"process\"],\"type\":[\"end\",\"start\"],\"code\"" },
		{ "MINE \"OWN\"", NEVENT_OTHER, NEVENT_UPDATE, "\"kind\":\"event\",\"action\":\"mine \\\"own\\\"\",\"code\"" },
		{ "VRRP_STATE_CHANGED", NEVENT_OTHER, NEVENT_UPDATE, "\"category\":[\"network\"],\"type\":[\"info\"],\"code\"" },
		{ "ZZZ", NEVENT_OTHER, NEVENT_UPDATE, "\"action\":\"zzz\",\"code\"" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct nevent ev = sample_event();

		ev.error = span_str(rows[i].error);
		ev.condition = rows[i].condition;
		ev.op = rows[i].op;
		cr_expect(strstr(render(&ev, FORMAT_ECS), rows[i].want) != NULL, "%s: %s", rows[i].error, render(&ev, FORMAT_ECS));
	}
}

/* ---- raw ---- */

Test(format, raw_is_the_line_as_it_came)
{
	struct nevent ev = sample_event();

	ev.raw = SPAN_LIT("a\xff\x00\n\"b");
	ev.raw_class = utf8_classify(ev.raw);
	json_reset(&json);
	cr_assert_eq(format_raw(&ev, &arena, &json), 0);
	cr_expect(span_eq(json_text(&json), ev.raw));
	json_reset(&json);
	ev.raw = SPAN_NONE;
	cr_assert_eq(format_raw(&ev, &arena, &json), 0);
	cr_expect_eq(json.n, 0);
}

Test(format, what_does_not_fit_the_writer_is_taken_back)
{
	struct nevent ev = sample_event();

	for (int f = 0; f < FORMAT_COUNT; f++) {
		size_t whole = strlen(render(&ev, (enum format_id)f));

		for (size_t limit = 1; limit < whole + 20; limit += 7) {
			struct json small;
			int status;

			cr_assert_eq(json_init(&small, 16, limit), 0);
			status = format_table[f].write(&ev, &arena, &small);
			cr_expect_eq(status, limit < whole ? -1 : 0, "limit %zu of %zu", limit, whole);
			cr_expect_eq(small.n, limit < whole ? 0 : whole);
			json_fini(&small);
		}
	}
}

Test(format, every_format_has_its_name_in_the_table)
{
	for (int f = 0; f < FORMAT_COUNT; f++) {
		cr_expect_str_eq(format_table[f].name, format_names[f == FORMAT_NATIVE_NAPALM ? FORMAT_NATIVE : f]);
		cr_expect(format_table[f].help != NULL && format_table[f].write != NULL);
	}
	cr_expect_null(format_names[FORMAT_NATIVE_NAPALM], "a shape of native has no name of its own");
}
