/*
 * An output of its YAML text, for tests that Criterion runs; sample.h is also for programs without it.
 */
#ifndef NETNORM_TESTS_OUTPUTS_SAMPLE_OUTPUT_H
#define NETNORM_TESTS_OUTPUTS_SAMPLE_OUTPUT_H

#include <criterion/criterion.h>

#include "tests/outputs/sample.h"

/* The one output of this YAML text, open. */
static inline struct output *
sample_output(const char *yaml)
{
	struct output_configs configs;
	struct yaml_doc *doc;
	struct output *o;

	cr_assert_eq(sample_configs(yaml, &doc, &configs), 0, "%s", yaml);
	o = output_open(configs.items[0], 1, false, NULL);
	cr_assert_not_null(o);
	output_configs_fini(&configs);
	yaml_doc_free(&doc);
	return o;
}

#endif
