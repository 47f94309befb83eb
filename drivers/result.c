#include "drivers/result.h"

#include <math.h>

/* `level` is -1 where all goes into one line. */
static void put(struct json *, const json_t *, int level);

static void
new_line(struct json *j, int level)
{
	if (level < 0)
		return;
	json_raw(j, SPAN_LIT("\n"), j->comma);
	for (int i = 0; i < level; i++)
		json_raw(j, SPAN_LIT("  "), j->comma);
}

/* "1.0", and not "1": who reads it must see a real number. */
static void
put_real(struct json *j, double r)
{
	size_t before = j->n;

	json_double(j, r);
	if (isfinite(r) && json_ok(j) && !memchr(j->p + before, '.', j->n - before) && !memchr(j->p + before, 'e', j->n - before))
		json_raw(j, SPAN_LIT(".0"), true);
}

static void
put_comma(struct json *j, bool due, int level)
{
	if (due && level >= 0)
		json_raw(j, SPAN_LIT(","), false);
	new_line(j, level);
}

static void
put_object(struct json *j, const json_t *v, int level)
{
	const char *key;
	json_t *one;
	bool due = false;

	json_object_begin(j);
	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		put_comma(j, due, level < 0 ? -1 : level + 1);
		json_key(j, span_str(key));
		if (level >= 0)
			json_raw(j, SPAN_LIT(" "), false);
		put(j, one, level < 0 ? -1 : level + 1);
		due = true;
	}
	if (due)
		new_line(j, level);
	json_object_end(j);
}

static void
put_array(struct json *j, const json_t *v, int level)
{
	size_t i;
	json_t *one;

	json_array_begin(j);
	json_array_foreach(v, i, one) {
		put_comma(j, i > 0, level < 0 ? -1 : level + 1);
		put(j, one, level < 0 ? -1 : level + 1);
	}
	if (json_array_size(v) > 0)
		new_line(j, level);
	json_array_end(j);
}

static void
put(struct json *j, const json_t *v, int level)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		put_object(j, v, level);
		break;
	case JSON_ARRAY:
		put_array(j, v, level);
		break;
	case JSON_STRING:
		json_quoted(j, span_of(json_string_value(v), json_string_length(v)));
		break;
	case JSON_INTEGER:
		json_int(j, json_integer_value(v));
		break;
	case JSON_REAL:
		put_real(j, json_real_value(v));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		json_bool(j, json_is_true(v));
		break;
	case JSON_NULL:
		json_put_null(j);
		break;
	}
}

void
result_write(struct json *j, const json_t *v)
{
	put(j, v, -1);
}

void
result_write_lines(struct json *j, const json_t *v)
{
	put(j, v, 0);
	json_raw(j, SPAN_LIT("\n"), false);
}
