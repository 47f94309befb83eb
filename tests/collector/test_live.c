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
