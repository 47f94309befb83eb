#include <criterion/criterion.h>

#include "collector/live.h"

struct finite_case {
	const char *yaml;
	bool finite;
};

static const struct finite_case finite_cases[] = {
	{ "[{name: s, kind: stdin}]", true },
	{ "[{name: s, kind: stdin}, {name: f, kind: file, path: /tmp/x}]", true },
	{ "[{name: f, kind: file, path: /tmp/x, follow: true}]", false },
	{ "[{name: s, kind: stdin}, {name: f, kind: file, path: /tmp/x, follow: true}]", false },
	{ "[{name: s, kind: stdin}, {name: u, kind: udp, address: 127.0.0.1, port: 5514}]", false },
	{ "[]", false },
};

Test(live, only_standard_input_and_files_that_are_not_followed_come_to_an_end)
{
	for (size_t i = 0; i < sizeof(finite_cases) / sizeof(*finite_cases); i++) {
		struct diag *d = diag_new();
		struct yaml_doc *doc = yaml_load_text("test", span_str(finite_cases[i].yaml), d);
		struct config config = { 0 };

		cr_assert_eq(input_configs_read(&config.inputs, doc, doc->root, d), 0);
		cr_expect_eq(live_all_finite(&config), finite_cases[i].finite, "%s", finite_cases[i].yaml);
		input_configs_fini(&config.inputs);
		yaml_doc_free(&doc);
		diag_free(&d);
	}
}

struct collision {
	const char *a, *b;
	bool collides;
};

static const struct collision collisions[] = {
	{ "kind: udp, address: 127.0.0.1, port: 5514", "kind: udp, address: 127.0.0.1, port: 5514, receive_buffer: 1MiB", true },
	{ "kind: udp, address: 127.0.0.1, port: 5514", "kind: udp, address: 127.0.0.2, port: 5514", false },
	{ "kind: udp, address: 127.0.0.1, port: 5514", "kind: udp, address: '::', port: 5514", true },
	{ "kind: udp, address: 127.0.0.1, port: 5514", "kind: udp, address: 127.0.0.1, port: 5515", false },
	{ "kind: udp, address: 127.0.0.1, port: 5514", "kind: tcp, address: 127.0.0.1, port: 5514", false },
	{ "kind: tcp, address: '::1', port: 5514", "kind: tcp, address: '0:0::1', port: 5514, idle_timeout: 1s", true },
	{ "kind: unix-dgram, path: /tmp/a", "kind: unix-stream, path: /tmp/a", true },
	{ "kind: unix-dgram, path: /tmp/a", "kind: unix-dgram, path: /tmp/b", false },
	{ "kind: file, path: /tmp/a", "kind: file, path: /tmp/a, follow: true", false },
};

Test(live, inputs_collide_where_only_one_socket_can_be)
{
	for (size_t i = 0; i < sizeof(collisions) / sizeof(*collisions); i++) {
		const struct collision *c = &collisions[i];
		struct diag *d = diag_new();
		struct input_configs in;
		struct yaml_doc *doc;
		char yaml[256];

		snprintf(yaml, sizeof(yaml), "[{name: a, %s}, {name: b, %s}]", c->a, c->b);
		doc = yaml_load_text("test", span_str(yaml), d);
		cr_assert_eq(input_configs_read(&in, doc, doc->root, d), 0);
		cr_expect_eq(input_config_collides(in.items[0], in.items[1]), c->collides, "%s", yaml);
		cr_expect_eq(input_config_collides(in.items[1], in.items[0]), c->collides, "%s", yaml);
		input_configs_fini(&in);
		yaml_doc_free(&doc);
		diag_free(&d);
	}
}

Test(live, an_input_that_is_still_leaving_holds_back_the_end)
{
	struct live_input second = { .drained = true }, first = { .drained = true, .next = &second };
	struct collector c = { .inputs = &first };

	cr_expect(live_inputs_at_end(&c));
	second.leaving = true;
	cr_expect_not(live_inputs_at_end(&c), "its successor is not open yet");
	second.leaving = second.drained = false;
	cr_expect_not(live_inputs_at_end(&c));
}
