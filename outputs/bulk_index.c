/*
 * bulk_index: knows the rule for names of indices and data streams.
 */
#include "outputs/bulk_index.h"

#include <stdio.h>

#include "base/clock.h"

#define INDEX_WEEK_NS (7 * 86400 * CLOCK_NS_PER_S)

static bool
is_legal(char c)
{
	return (c >= 'a' && c <= 'z') || span_is_digit(c) || c == '.' || c == '_' || c == '-';
}

/* What may stand in a template besides legal letters, and the field of a record for it. */
static size_t
field_at(struct span rest, const struct record *r, struct span *value)
{
	struct span os = SPAN_LIT("{os}"), error = SPAN_LIT("{error}");

	if (span_starts(rest, os)) {
		*value = r ? r->os : SPAN_NONE;
		return os.n;
	}
	if (span_starts(rest, error)) {
		*value = r ? r->error : SPAN_NONE;
		return error.n;
	}
	return 0;
}

int
bulk_index_check(struct span t, size_t *offset, const char **fault)
{
	struct span value;
	size_t n;

	*fault = NULL;
	*offset = 0;
	if (t.n == 0 || t.n > 128)
		*fault = "an index has a name, of at most 128 letters here";
	else if (t.p[0] == '-' || t.p[0] == '_' || t.p[0] == '.')
		*fault = "the name of an index does not begin with '-', '_' or '.'";
	for (size_t i = 0; i < t.n && !*fault; i += n) {
		*offset = i;
		n = 1;
		if (t.p[i] == '{' && (n = field_at(span_skip(t, i), NULL, &value)) == 0)
			*fault = "there is no such field; there are {os} and {error}";
		else if (t.p[i] == '%' && (i + 1 == t.n || !memchr("Ymd", t.p[i + 1], 3)))
			*fault = "of dates there are %Y, %m and %d";
		else if (t.p[i] == '%')
			n = 2;
		else if (t.p[i] != '{' && !is_legal(t.p[i]))
			*fault = "an index has only small letters, digits, '.', '_' and '-'";
	}
	return *fault ? -1 : 0;
}

static size_t
put_value(char *name, size_t n, struct span value)
{
	if (value.n == 0)
		value = SPAN_LIT("none");
	for (size_t i = 0; i < value.n && n < BULK_INDEX_BYTES; i++) {
		char c = value.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		name[n++] = is_legal(c) ? c : '_';
	}
	return n;
}

static size_t
put_date(char *name, size_t n, char what, const struct record *r)
{
	int64_t off = r->time_ns - r->received_ns;
	struct clock_date date = clock_civil(off < -INDEX_WEEK_NS || off > INDEX_WEEK_NS ? r->received_ns : r->time_ns);
	char text[16];
	int bytes = what == 'Y' ? snprintf(text, sizeof(text), "%04d", date.year) : snprintf(text, sizeof(text), "%02d", what == 'm' ? date.month : date.day);

	return bytes > 0 ? put_value(name, n, span_of(text, (size_t)bytes)) : n;
}

size_t
bulk_index_name(struct span t, const struct record *r, char name[BULK_INDEX_BYTES])
{
	size_t n = 0;

	for (size_t i = 0; i < t.n;) {
		struct span value;
		size_t field = field_at(span_skip(t, i), r, &value);

		if (field > 0) {
			n = put_value(name, n, value);
			i += field;
		} else if (t.p[i] == '%' && i + 1 < t.n) {
			n = put_date(name, n, t.p[i + 1], r);
			i += 2;
		} else {
			n = put_value(name, n, span_of(t.p + i, 1));
			i++;
		}
	}
	if (n == 0 || name[0] == '-' || name[0] == '_' || name[0] == '.')
		name[0] = 'x';
	return n ? n : 1;
}
