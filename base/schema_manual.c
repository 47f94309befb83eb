/*
 * A table as man(7) source.
 */
#include "base/schema_part.h"

/* A backslash is troff's escape; a point or an apostrophe at the start of a line its request. */
static void
put_text(FILE *f, const char *text)
{
	bool start = true;

	for (; *text; text++) {
		if (start && (*text == '.' || *text == '\''))
			fputs("\\&", f);
		if (*text == '\\')
			fputs("\\e", f);
		else if (*text == '-')
			fputs("\\-", f);
		else
			putc(*text, f);
		start = *text == '\n';
	}
}

static const char *
type_name(enum schema_type type)
{
	switch (type) {
	case SCHEMA_BOOL:
		return "true or false";
	case SCHEMA_INT:
		return "a whole number";
	case SCHEMA_SIZE:
		return "a size: 65536, 64KiB, 1MiB";
	case SCHEMA_DURATION:
		return "a duration: 500ms, 10s, 5m, 2h, 1d";
	case SCHEMA_TEXT:
		return "a text";
	case SCHEMA_SECRET:
	case SCHEMA_LATE_SECRET:
		return "a secret: {file: PATH} or {env: NAME}";
	case SCHEMA_ENUM:
		return "one of";
	case SCHEMA_TEXTS:
		return "a text or a list of texts";
	case SCHEMA_MAP:
		return "a map";
	case SCHEMA_NODE:
		return "a map or a list";
	case SCHEMA_LIST:
		return "a list of maps";
	case SCHEMA_NAMED:
		return "a map by name, or a list of maps";
	}
	return "";
}

static void
put_option(const struct schema_option *o, FILE *f)
{
	char min[32], max[32];

	fprintf(f, ".TP\n.B ");
	put_text(f, o->key);
	fprintf(f, "\n(%s", type_name(o->type));
	for (int i = 0; o->type == SCHEMA_ENUM && o->names[i]; i++) {
		fputs(i ? ", " : " ", f);
		put_text(f, o->names[i]);
	}
	if (o->min != 0 || o->max != 0)
		fprintf(f, ", %s to %s", schema_amount(o, o->min, min, sizeof(min)), schema_amount(o, o->max, max, sizeof(max)));
	if (o->required)
		fputs("; required", f);
	if (o->fallback) {
		fputs("; default ", f);
		put_text(f, *o->fallback ? o->fallback : "empty");
	}
	fputs(")\n.br\n", f);
	if (o->help) {
		put_text(f, o->help);
		putc('\n', f);
	}
}

void
schema_manual(const struct schema_option *table, FILE *f)
{
	for (const struct schema_option *o = table; o->key; o++) {
		put_option(o, f);
		if (o->table) {
			fputs(".RS\n", f);
			schema_manual(o->table, f);
			fputs(".RE\n", f);
		}
	}
}
