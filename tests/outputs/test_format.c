#include "base/yang_tree.h"
#include "tests/outputs/rendered.h"

TestSuite(format, .init = rendered_setup, .fini = rendered_teardown);

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
