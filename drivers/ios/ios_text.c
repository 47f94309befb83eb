/*
 * Small readings of texts, and of the rows that templates give.
 */
#include "drivers/field.h"
#include "drivers/ios/ios.h"

struct span
ios_until(struct span text, char end)
{
	const char *at = text.n > 0 ? memchr(text.p, end, text.n) : NULL;

	return at ? span_between(text.p, at) : text;
}

bool
ios_is_mac(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (i == 4 || i == 9 ? c != '.' : !(span_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
			return false;
	}
	return s.n == 14;
}

struct span
ios_value(const json_t *row, const char *name)
{
	const json_t *v = json_object_get(row, name);
	const char *s = json_string_value(v);

	return s ? span_of(s, json_string_length(v)) : SPAN_LIT("");
}

int64_t
ios_number(struct device *d, const json_t *row, const char *name, int64_t fallback)
{
	struct span s = ios_value(row, name);
	int64_t n;

	if (s.n == 0)
		return fallback;
	if (field_int(s, &n))
		return n;
	device_warn(d, "%s \"%.*s\" is no number", name, IOS_PART(s));
	return fallback;
}

void
ios_odd(struct device *d, const char *table, struct span line)
{
	line = span_trim(line);
	device_warn(d, "%s: a line is not understood: \"%.*s\"", table, IOS_PART(line));
}

bool
ios_set(json_t *object, struct span key, json_t *value)
{
	json_t *k = field_text(key);
	bool good = k && json_object_set_new(object, json_string_value(k), value) == 0;

	if (!k)
		json_decref(value);
	json_decref(k);
	return good;
}

json_t *
ios_get(const json_t *object, struct span key)
{
	json_t *k = field_text(key);
	json_t *v = k ? json_object_get(object, json_string_value(k)) : NULL;

	json_decref(k);
	return v;
}
