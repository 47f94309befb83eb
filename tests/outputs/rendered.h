/*
 * What the tests of formats share: an event as the text of a format.
 */
#ifndef NETNORM_TESTS_OUTPUTS_RENDERED_H
#define NETNORM_TESTS_OUTPUTS_RENDERED_H

#include <criterion/criterion.h>
#include <jansson.h>

#include "tests/outputs/sample.h"

static struct arena arena;
static struct json json;

static inline void
rendered_setup(void)
{
	cr_assert_eq(arena_init(&arena, 4096, 1 << 20), 0);
	cr_assert_eq(json_init(&json, 64, 1 << 20), 0);
}

static inline void
rendered_teardown(void)
{
	arena_fini(&arena);
	json_fini(&json);
}

/* What it gives, where it is JSON after a look whether it is one object. */
static inline const char *
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

#endif
