#include <criterion/criterion.h>

#include "tests/outputs/sample.h"

static struct filter *
read_filter(const char *yaml, struct yaml_doc **doc, struct diag *diag)
{
	*doc = yaml_load_text("filter.yaml", span_str(yaml), diag);
	cr_assert_not_null(*doc, "%s", yaml);
	return filter_new(*doc, (*doc)->root->kind == YAML_NULL ? NULL : (*doc)->root, diag);
}

/* The event is INTERFACE_DOWN of ios, host edge7, device edge7.example.net, severity 5 (of the mnemonic 3). */
Test(filter, all_named_fields_must_fit_and_exclude_wins)
{
	static const struct {
		const char *yaml;
		enum nevent_outcome outcome;
		bool takes;
	} rows[] = {
		{ "", NEVENT_EVENT, true },
		{ "", NEVENT_RAW, false },
		{ "", NEVENT_UNKNOWN, false },
		{ "include: {}", NEVENT_EVENT, true },
		{ "include: {os: ios}", NEVENT_EVENT, true },
		{ "include: {os: [junos, i*]}", NEVENT_EVENT, true },
		{ "include: {os: [junos, eos]}", NEVENT_EVENT, false },
		{ "include: {os: ios}", NEVENT_RAW, false },
		{ "include: {outcome: raw}", NEVENT_RAW, true },
		{ "include: {outcome: raw}", NEVENT_EVENT, false },
		{ "include: {outcome: '*'}", NEVENT_UNKNOWN, true },
		{ "include: {outcome: [event, unknown]}", NEVENT_UNKNOWN, true },
		{ "include: {outcome: [event, unknown]}", NEVENT_RAW, false },
		{ "include: {error: INTERFACE_*}", NEVENT_EVENT, true },
		{ "include: {error: IF_CHANGED}", NEVENT_EVENT, true },
		{ "include: {error: BGP_*}", NEVENT_EVENT, false },
		{ "include: {host: edge?}", NEVENT_EVENT, true },
		{ "include: {host: 'edge[0-6]'}", NEVENT_EVENT, false },
		{ "include: {device: '*.example.net', os: ios}", NEVENT_EVENT, true },
		{ "include: {device: '*.example.net', os: eos}", NEVENT_EVENT, false },
		{ "include: {severity: 5}", NEVENT_EVENT, true },
		{ "include: {severity: '=5'}", NEVENT_EVENT, true },
		{ "include: {severity: '<=5'}", NEVENT_EVENT, true },
		{ "include: {severity: '< 5'}", NEVENT_EVENT, false },
		{ "include: {severity: '>=5'}", NEVENT_EVENT, true },
		{ "include: {severity: '>5'}", NEVENT_EVENT, false },
		{ "include: {severity: 2-5}", NEVENT_EVENT, true },
		{ "include: {severity: 6-7}", NEVENT_EVENT, false },
		{ "exclude: {os: ios}", NEVENT_EVENT, false },
		{ "exclude: {os: eos}", NEVENT_EVENT, true },
		{ "exclude: {}", NEVENT_EVENT, true },
		{ "exclude: {os: ios, severity: '>5'}", NEVENT_EVENT, true },
		{ "exclude: {os: ios, severity: '<=5'}", NEVENT_EVENT, false },
		{ "exclude: {outcome: event}", NEVENT_EVENT, false },
		{ "{include: {outcome: '*'}, exclude: {outcome: unknown}}", NEVENT_UNKNOWN, false },
		{ "{include: {outcome: '*'}, exclude: {outcome: unknown}}", NEVENT_RAW, true },
		{ "{include: {os: ios}, exclude: {host: edge7}}", NEVENT_EVENT, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diag *diag = diag_new();
		struct nevent ev = sample_event();
		struct yaml_doc *doc;
		struct filter *f = read_filter(rows[i].yaml, &doc, diag);

		cr_assert_not_null(f, "%s", rows[i].yaml);
		ev.outcome = rows[i].outcome;
		ev.napalm_error = SPAN_LIT("IF_CHANGED");
		cr_expect_eq(filter_takes(f, &ev), rows[i].takes, "row %zu: %s", i, rows[i].yaml);
		filter_free(&f);
		yaml_doc_free(&doc);
		diag_free(&diag);
	}
}

Test(filter, an_absent_host_fits_no_glob)
{
	struct diag *diag = diag_new();
	struct nevent ev = sample_event();
	struct yaml_doc *doc;
	struct filter *f = read_filter("include: {host: '*'}", &doc, diag);

	cr_expect(filter_takes(f, &ev));
	ev.host = SPAN_NONE;
	cr_expect_not(filter_takes(f, &ev));
	filter_free(&f);
	yaml_doc_free(&doc);
	diag_free(&diag);
}

Test(filter, a_severity_that_is_not_in_the_line_is_the_mnemonics_else_6)
{
	struct diag *diag = diag_new();
	struct nevent ev = sample_event();
	struct yaml_doc *doc;
	struct filter *f = read_filter("include: {severity: '<=3'}", &doc, diag);

	cr_expect_not(filter_takes(f, &ev));
	ev.severity = -1;
	cr_expect(filter_takes(f, &ev));
	ev.vendor_severity = -1;
	cr_expect_not(filter_takes(f, &ev));
	filter_free(&f);
	yaml_doc_free(&doc);
	diag_free(&diag);
}

Test(filter, a_name_that_is_not_there_is_told_with_the_one_that_was_meant)
{
	static const char *const oses[] = { "ios", "eos", "unknown", NULL };
	static const char *const errors[] = { "INTERFACE_DOWN", "IF_CHANGED", "RAW", NULL };
	static const struct {
		const char *yaml, *told;        /* NULL: nothing */
	} rows[] = {
		{ "", NULL },
		{ "include: {os: [ios, '*', '?os', unknown], error: ['INTERFACE_*', IF_CHANGED, RAW], host: nosuch, device: nosuch}", NULL },
		{ "exclude: {os: eos}", NULL },
		{ "include: {os: [ios, eoss]}", "filter.yaml:1:21: warning: \"eoss\" fits no OS of the profiles (did you mean \"eos\"?)\n" },
		{ "include: {os: IOS}", "filter.yaml:1:15: warning: \"IOS\" fits no OS of the profiles (did you mean \"ios\"?)\n" },
		{ "exclude: {error: INTERFACE_DWON}", "filter.yaml:1:18: warning: \"INTERFACE_DWON\" fits no event of the profiles (did you mean \"INTERFACE_DOWN\"?)\n" },
		{ "include: {error: ['BGP_*']}", "filter.yaml:1:19: warning: \"BGP_*\" fits no event of the profiles\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diag *diag = diag_new();
		struct yaml_doc *doc;
		struct filter *f = read_filter(rows[i].yaml, &doc, diag);
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		filter_check_names(f, doc, doc->root, &(struct filter_names){ oses, errors }, diag);
		diag_print(diag, out, false);
		fclose(out);
		cr_expect_eq(diag_warnings(diag), rows[i].told != NULL, "%s: %s", rows[i].yaml, text);
		cr_expect(!rows[i].told || strncmp(text, rows[i].told, strlen(rows[i].told)) == 0, "%s: %s", rows[i].yaml, text);
		free(text);
		filter_free(&f);
		yaml_doc_free(&doc);
		diag_free(&diag);
	}
}

Test(filter, faults_are_told)
{
	static const struct {
		const char *yaml;
		size_t faults;
	} rows[] = {
		{ "include: {severity: high}", 1 }, { "include: {severity: '<0'}", 1 }, { "include: {severity: '>7'}", 1 }, { "include: {severity: 5-2}", 1 },
		{ "include: {severity: 8}", 1 }, { "include: {outcome: evnt}", 1 }, { "include: {oss: ios}", 1 }, { "includes: {os: ios}", 1 },
		{ "include: [os]", 1 }, { "[include]", 1 }, { "exclude: {severity: '<=x'}", 1 },
		/* all at once */
		{ "include: {oss: ios, severity: high}", 2 }, { "{include: {severity: high, outcome: evnt}, exclude: {severity: low}, others: 1}", 4 },
		{ "{include: [os], exclude: {severity: low}}", 2 }, { "include: {severity: [1], outcome: evnt}", 2 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diag *diag = diag_new();
		struct yaml_doc *doc;
		struct filter *f = read_filter(rows[i].yaml, &doc, diag);

		cr_expect_null(f, "%s", rows[i].yaml);
		cr_expect_eq(diag_errors(diag), rows[i].faults, "%s", rows[i].yaml);
		filter_free(&f);
		yaml_doc_free(&doc);
		diag_free(&diag);
	}
}
