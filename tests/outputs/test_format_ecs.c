#include "tests/outputs/rendered.h"

TestSuite(format_ecs, .init = rendered_setup, .fini = rendered_teardown);

Test(format_ecs, an_event_in_the_elastic_common_schema)
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
	    "\"log\":{\"level\":\"notice\",\"syslog\":{\"facility\":{\"code\":23,\"name\":\"local7\"},"
	    "\"priority\":189,\"severity\":{\"code\":5,\"name\":\"notice\"},\"hostname\":\"edge7\"}},"
	    "\"host\":{\"name\":\"edge7.example.net\",\"hostname\":\"edge7\"},"
	    "\"observer\":{\"name\":\"edge7.example.net\",\"hostname\":\"edge7\",\"ip\":\"192.0.2.7\",\"os\":{\"name\":\"ios\"}},"
	    "\"related\":{\"hosts\":[\"edge7.example.net\",\"edge7\"],\"ip\":[\"192.0.2.7\"]},"
	    "\"netnorm\":{\"v\":1,\"error\":\"INTERFACE_DOWN\",\"outcome\":\"event\",\"clock\":\"synced\",\"guessed\":[\"year\"],\"op\":\"update\","
	    "\"object\":\"Ethernet9/4\",\"condition\":\"down\",\"counter\":77,\"vendor_severity\":3,"
	    "\"message_details\":{\"date\":\"Nov 23\",\"pri\":\"189\"}}}");
}

Test(format_ecs, ecs_of_a_line_of_which_nothing_is_known)
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

Test(format_ecs, values_fill_the_fields_of_ecs_by_their_names_if_they_are_of_their_types)
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

Test(format_ecs, the_full_name_of_an_interface_stands_in_ecs)
{
	static const struct fact_key key = SAMPLE_KEY("interface");
	struct nevent ev = sample_event();

	ev.nvalues = 1;
	ev.values[0] = (struct fact){ .key = &key, .type = FACT_TEXT, .text = SPAN_LIT("Et9/4"), .full = SPAN_LIT("Ethernet9/4") };
	cr_expect(strstr(render(&ev, FORMAT_ECS), "\"ingress\":{\"interface\":{\"name\":\"Ethernet9/4\"}}") != NULL);
	sample_outcome(&ev, NEVENT_RAW);
	cr_expect_null(strstr(render(&ev, FORMAT_ECS), "ingress"), "a line that is no event has no values");
}

Test(format_ecs, what_the_profile_says_of_its_maker_stands_in_ecs)
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

Test(format_ecs, process_and_text_of_the_header_stand_in_ecs)
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

Test(format_ecs, the_msgid_of_rfc_5424_stands_in_ecs_whatever_the_tag_is)
{
	static const struct {
		const char *line, *msgid;
	} rows[] = { { "<189>1 2026-11-23T20:01:28Z edge7 app 77 ID47 - %LINK-3-UPDOWN: x", "\"msgid\":\"ID47\"" },
		{ "<189>1 2026-11-23T20:01:28.123456+01:00 - - - UI_\"T [a@1 b=\"c\"] x", "\"msgid\":\"UI_\\\"T\"" }, { "<9>1 - - - - x -", "\"msgid\":\"x\"" },
		{ "<189>1 2026-11-23T20:01:28Z edge7 app 77 - - x", NULL }, { "<189>1 2026-11-23T20:01:28Z edge7 app 77 ID47 x", NULL },
		{ "<189>1 2026-11-23T20:01:28Z edge7 app 77 ID\x80 - x", NULL }, { "<189>1 2026-11-23T20:01:28Z edge7 app 77", NULL }, { "<189>1 - - - -  - ", NULL },
		{ "<189>2 2026-11-23T20:01:28Z edge7 app 77 ID47 - x", NULL }, { "<189>Nov 23 20:01:28 edge7 a b c - x", NULL }, { "1 - - - - x - y", NULL }, { "", NULL } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct nevent ev = sample_event();
		const char *at;

		ev.raw = span_str(rows[i].line);
		ev.raw_class = utf8_classify(ev.raw);
		at = strstr(render(&ev, FORMAT_ECS), "\"msgid\":");
		cr_expect(rows[i].msgid ? at && strncmp(at, rows[i].msgid, strlen(rows[i].msgid)) == 0 : !at, "%s", rows[i].line);
	}
}

Test(format_ecs, a_sender_that_is_no_address_stands_under_netnorm_in_ecs)
{
	struct nevent ev = sample_event();

	cr_expect_null(strstr(render(&ev, FORMAT_ECS), ",\"ip\":\"192.0.2.7\",\"op\""));
	ev.ip = SPAN_LIT("/run/netnorm/log");
	cr_expect_not_null(strstr(render(&ev, FORMAT_ECS), "\"ip\":\"/run/netnorm/log\",\"op\""));
	cr_expect_not_null(strstr(render(&ev, FORMAT_ECS), "\"observer\":{\"name\":\"edge7.example.net\",\"hostname\":\"edge7\",\"os\""));
}

Test(format_ecs, the_name_of_an_event_gives_its_place_in_ecs)
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
