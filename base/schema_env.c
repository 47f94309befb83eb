/*
 * ${NAME} in texts of a configuration.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/schema_part.h"

/* What the environment, else the default, has for `NAME` or `NAME:-default`; unset and empty are the same where there is a default. */
static const char *
look_up(struct schema_reader *r, const struct yaml_node *n, struct span inside, struct span *fallback)
{
	const char *colon = memmem(inside.p, inside.n, ":-", 2), *value;
	char name[128];

	*fallback = SPAN_NONE;
	if (colon) {
		*fallback = span_between(colon + 2, inside.p + inside.n);
		inside.n = (size_t)(colon - inside.p);
	}
	for (size_t i = 0; i < inside.n; i++)
		if (!span_is_alpha(inside.p[i]) && !span_is_digit(inside.p[i]) && inside.p[i] != '_')
			inside.n = 0;
	if (inside.n == 0 || inside.n >= sizeof(name)) {
		schema_fault(r, n, "${} wants the name of an environment variable ($${ is a plain ${)");
		return NULL;
	}
	snprintf(name, sizeof(name), "%.*s", (int)inside.n, inside.p);
	value = getenv(name);
	if (fallback->p && !(value && *value))
		return "";
	*fallback = SPAN_NONE;
	if (!value)
		schema_fault(r, n, "the environment has no %s", name);
	return value;
}

/* One ${...} at the start of `rest`: written, and how many bytes it took; 0 after a fault. */
static size_t
expand_one(struct schema_reader *r, const struct yaml_node *n, struct span rest, FILE *out)
{
	const char *end = memchr(rest.p, '}', rest.n), *value;
	struct span fallback;

	if (!end) {
		schema_fault(r, n, "${ without its } ($${ is a plain ${)");
		return 0;
	}
	value = look_up(r, n, span_between(rest.p + 2, end), &fallback);
	if (!value)
		return 0;
	fputs(value, out);
	fwrite(fallback.p ? fallback.p : "", 1, fallback.n, out);
	return (size_t)(end - rest.p) + 1;
}

static bool
expand_into(struct schema_reader *r, const struct yaml_node *n, FILE *out)
{
	struct span rest = n->text;

	while (rest.n > 0) {
		size_t used = 1;

		if (span_starts(rest, SPAN_LIT("$${"))) {
			fputs("${", out);
			used = 3;
		} else if (span_starts(rest, SPAN_LIT("${"))) {
			used = expand_one(r, n, rest, out);
			if (used == 0)
				return false;
		} else {
			putc(rest.p[0], out);
		}
		rest = span_skip(rest, used);
	}
	return true;
}

char *
schema_expand(struct schema_reader *r, const struct yaml_node *n)
{
	char *text = NULL;
	size_t bytes = 0;
	bool good;
	FILE *out;

	if (n->text.n > 0 && memchr(n->text.p, '\0', n->text.n)) {
		schema_fault(r, n, "a NUL cannot stand in this text");
		return NULL;
	}
	out = open_memstream(&text, &bytes);
	if (!out) {
		schema_fault(r, n, "no memory");
		return NULL;
	}
	good = expand_into(r, n, out);
	if (fclose(out) != 0 || !good) {
		free(text);
		return NULL;
	}
	return text;
}
