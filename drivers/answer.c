#include "drivers/answer.h"

#include <stdlib.h>

#include "drivers/answer_mend.h"
#include "drivers/field.h"

/* What jansson and malloc take for what stands behind such a character, on a machine of 64 bits. */
static const unsigned short cost[256] = { ['['] = 160, ['{'] = 260, [':'] = 110, [','] = 96 };

/* Behind the quotation mark that ends the string. */
static size_t
skip_string(struct span json, size_t i)
{
	while (i < json.n && json.p[i] != '"')
		i += json.p[i] == '\\' ? 2 : 1;
	return i + 1;
}

bool
answer_fits(struct span json)
{
	size_t sum = 0;

	for (size_t i = 0; i < json.n && sum <= ANSWER_MAX_VALUES;) {
		sum += cost[(unsigned char)json.p[i]];
		i = json.p[i] == '"' ? skip_string(json, i + 1) : i + 1;
	}
	return sum <= ANSWER_MAX_VALUES;
}

/* A number that is too large for 64 bits must not cost the whole answer: then all whole numbers are read as reals. */
static json_t *
load(struct span text, json_error_t *error)
{
	json_t *v = json_loadb(text.p, text.n, JSON_ALLOW_NUL, error);

	if (!v && json_error_code(error) == json_error_numeric_overflow)
		v = json_loadb(text.p, text.n, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, error);
	return v;
}

json_t *
answer_parse(struct device *d, struct span text)
{
	struct buffer clean;
	json_error_t error;
	json_t *v = NULL;
	size_t mended;

	buffer_init(&clean, 3 * DEVICE_MAX_ANSWER);
	field_repair(&clean, text);
	mended = clean.n > 0 ? answer_mend(clean.p, clean.n) : 0;
	if (mended > 0)
		device_warn(d, "the answer has %zu characters or numbers that JSON cannot have", mended);
	if (clean.failed)
		device_fail(d, DEVICE_MEMORY, "no memory for an answer of %zu bytes", text.n);
	else if (!answer_fits(buffer_span(&clean)))
		device_fail(d, DEVICE_ANSWER, "the answer has too many values: %zu bytes of JSON", text.n);
	else if (!(v = load(buffer_span(&clean), &error)))
		device_fail(d, DEVICE_ANSWER, "the answer is no JSON: line %d: %s", error.line, error.text);
	buffer_fini(&clean);
	return v;
}

json_t *
answer_at(const json_t *v, const char *path)
{
	char key[128];

	while (v && path && *path) {
		size_t n = strcspn(path, ".");

		if (n >= sizeof(key))
			return NULL;
		memcpy(key, path, n);
		key[n] = '\0';
		v = json_object_get(v, key);
		path += n + (path[n] == '.');
	}
	return json_is_null(v) ? NULL : (json_t *)(uintptr_t)v;
}

static void
odd(struct device *d, const char *path, const char *wanted, const json_t *v)
{
	char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);

	device_warn(d, "%s is %s, not %.60s", path ? path : "the answer", wanted, text ? text : "");
	free(text);
}

json_t *
answer_object(struct device *d, const json_t *from, const char *path)
{
	json_t *v = answer_at(from, path);

	if (v && !json_is_object(v)) {
		odd(d, path, "an object", v);
		return NULL;
	}
	return v;
}

json_t *
answer_array(struct device *d, const json_t *from, const char *path)
{
	json_t *v = answer_at(from, path);

	if (v && !json_is_array(v)) {
		odd(d, path, "an array", v);
		return NULL;
	}
	return v;
}

const char *
answer_text(struct device *d, const json_t *from, const char *path, const char *fallback)
{
	json_t *v = answer_at(from, path);

	if (json_is_string(v))
		return json_string_value(v);
	if (v)
		odd(d, path, "a string", v);
	return fallback;
}

int64_t
answer_int(struct device *d, const json_t *from, const char *path, int64_t fallback)
{
	json_t *v = answer_at(from, path);
	int64_t n;
	double r;

	if (json_is_integer(v))
		return json_integer_value(v);
	r = json_real_value(v);
	if (json_is_real(v) && r > -9e18 && r < 9e18)
		return (int64_t)r;
	if (json_is_string(v) && field_int(span_of(json_string_value(v), json_string_length(v)), &n))
		return n;
	if (v)
		odd(d, path, "a number", v);
	return fallback;
}

double
answer_real(struct device *d, const json_t *from, const char *path, double fallback)
{
	json_t *v = answer_at(from, path);
	double r;

	if (json_is_number(v))
		return json_number_value(v);
	if (json_is_string(v) && field_real(span_of(json_string_value(v), json_string_length(v)), &r))
		return r;
	if (v)
		odd(d, path, "a number", v);
	return fallback;
}

bool
answer_bool(struct device *d, const json_t *from, const char *path, bool fallback)
{
	json_t *v = answer_at(from, path);

	if (json_is_boolean(v))
		return json_is_true(v);
	if (v)
		odd(d, path, "true or false", v);
	return fallback;
}
