/*
 * Scalars of a schema: numbers, sizes, durations, texts from the environment, secrets from files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/schema_part.h"
#include "base/yaml_scalar.h"

#define SECRET_MAX_BYTES 65536

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit size_units[] = {
	{ "", 1 }, { "B", 1 }, { "K", 1024 }, { "KB", 1000 }, { "KiB", 1024 }, { "M", 1048576 }, { "MB", 1000000 }, { "MiB", 1048576 },
	{ "G", 1073741824 }, { "GB", 1000000000 }, { "GiB", 1073741824 }, { NULL, 0 },
};
static const struct unit duration_units[] = {
	{ "ms", 1 }, { "", 1000 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 }, { NULL, 0 },
};

/* A number with up to three decimals and a unit: 0, or -1 if it is none or does not fit. */
static int
parse_with_unit(struct span s, const struct unit *units, int64_t *out)
{
	size_t i = 0;
	int64_t whole = 0, thousandths = 0, scale = 100;
	struct span unit;

	while (i < s.n && span_is_digit(s.p[i])) {
		if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, s.p[i++] - '0', &whole))
			return -1;
	}
	if (i == 0)
		return -1;
	if (i + 1 < s.n && s.p[i] == '.' && span_is_digit(s.p[i + 1])) {
		for (i++; i < s.n && span_is_digit(s.p[i]); i++, scale /= 10)
			thousandths += (s.p[i] - '0') * scale;
	}
	unit = span_trim(span_skip(s, i));
	for (const struct unit *u = units; u->name; u++) {
		if (!span_eq(unit, span_str(u->name)))
			continue;
		if (__builtin_mul_overflow(whole, u->factor, out) || __builtin_add_overflow(*out, thousandths * u->factor / 1000, out))
			return -1;
		return 0;
	}
	return -1;
}

int
schema_parse_size(struct span s, int64_t *bytes)
{
	return parse_with_unit(span_trim(s), size_units, bytes);
}

int
schema_parse_duration(struct span s, int64_t *ms)
{
	return parse_with_unit(span_trim(s), duration_units, ms);
}

const char *
schema_amount(const struct schema_option *o, int64_t v, char *buf, size_t cap)
{
	static const struct unit largest_first[] = { { "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 } };
	size_t i = 0;

	if (o->type != SCHEMA_DURATION) {
		snprintf(buf, cap, "%lld", (long long)v);
		return buf;
	}
	while (i < 4 && (v == 0 || v % largest_first[i].factor != 0))
		i++;
	snprintf(buf, cap, "%lld%s", (long long)(v / largest_first[i].factor), largest_first[i].name);
	return buf;
}

static bool
is_scalar(const struct yaml_node *n)
{
	return n->kind != YAML_MAP && n->kind != YAML_LIST && n->kind != YAML_NULL;
}

static void
read_bool(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, bool *field)
{
	if (n->kind == YAML_BOOL)
		*field = n->boolean;
	else
		schema_fault(r, n, "\"%s\" must be true or false, not %s", o->key, yaml_kind_name(n->kind));
}

static void
check_bounds(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, int64_t v, int64_t *field)
{
	char min[32], max[32];

	if ((o->min != 0 || o->max != 0) && (v < o->min || v > o->max))
		schema_fault(r, n, "\"%s\" must be between %s and %s", o->key, schema_amount(o, o->min, min, sizeof(min)), schema_amount(o, o->max, max, sizeof(max)));
	else
		*field = v;
}

/* A number that YAML has other spellings for (1_000, 0x10), or one with a unit. */
static int
parse_amount(const struct schema_option *o, const struct yaml_node *n, int64_t *v)
{
	int result = o->type == SCHEMA_SIZE ? schema_parse_size(n->text, v) : schema_parse_duration(n->text, v);

	if (result == -1 && n->kind == YAML_INT && n->integer >= 0 && !memchr(n->text.p, ':', n->text.n))
		result = __builtin_mul_overflow(n->integer, o->type == SCHEMA_SIZE ? 1 : 1000, v) ? -1 : 0;
	return result;
}

static void
read_number(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, int64_t *field)
{
	int64_t v = 0;

	if (o->type == SCHEMA_INT) {
		if (n->kind == YAML_INT)
			check_bounds(r, o, n, n->integer, field);
		else
			schema_fault(r, n, "\"%s\" must be a whole number, not %s", o->key, n->kind == YAML_FLOAT ? "a fraction" : yaml_kind_name(n->kind));
		return;
	}
	if (is_scalar(n) && parse_amount(o, n, &v) == 0)
		check_bounds(r, o, n, v, field);
	else
		schema_fault(r, n, "\"%s\" must be %s%s%s", o->key,
		    o->type == SCHEMA_SIZE ? "a size, such as 65536, 64KiB or 1MiB" : "a duration, such as 500ms, 10s, 5m, 2h or 1d",
		    is_scalar(n) ? "" : ", not ", is_scalar(n) ? "" : yaml_kind_name(n->kind));
}

static void
read_enum(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, int *field)
{
	char list[512] = "";
	const char *meant;
	size_t len = 0;

	if (!is_scalar(n)) {
		schema_fault(r, n, "\"%s\" must be a word, not %s", o->key, yaml_kind_name(n->kind));
		return;
	}
	for (int i = 0; o->names[i]; i++) {
		if (span_eq(n->text, span_str(o->names[i]))) {
			*field = i;
			return;
		}
		if (len < sizeof(list))
			len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", i ? ", " : "", o->names[i]);
	}
	meant = diag_suggest(n->text, o->names);
	if (meant)
		schema_fault(r, n, "\"%s\" cannot be \"%.*s\" (did you mean \"%s\"?)", o->key, (int)n->text.n, n->text.p, meant);
	else
		schema_fault(r, n, "\"%s\" cannot be \"%.*s\": it is one of %s", o->key, (int)n->text.n, n->text.p, list);
}

static void
read_text(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, char **field)
{
	char *text;

	if (!is_scalar(n)) {
		schema_fault(r, n, "\"%s\" must be a text, not %s", o->key, yaml_kind_name(n->kind));
		return;
	}
	text = schema_expand(r, n);
	if (text) {
		free(*field);
		*field = text;
	}
}

/* A file's text without the line ends behind it; NULL after a fault. */
int
schema_resolve_path(char **path, const char *file)
{
	const char *slash = strrchr(file, '/');
	char *whole;

	if (!*path || **path == '/' || !slash)
		return 0;
	if (asprintf(&whole, "%.*s%s", (int)(slash - file) + 1, file, *path) == -1)
		return -1;
	free(*path);
	*path = whole;
	return 0;
}

static char *
secret_of_file(struct schema_reader *r, const struct yaml_node *n)
{
	char *path = schema_expand(r, n), *text = NULL;
	FILE *f = path && schema_resolve_path(&path, r->doc->file) == 0 ? file_stream(path) : NULL;
	size_t len = 0;

	if (f && (text = malloc(SECRET_MAX_BYTES + 1)))
		len = fread(text, 1, SECRET_MAX_BYTES + 1, f);
	if (path && (!f || !text || ferror(f))) {
		schema_fault(r, n, "the secret cannot be read: %s", file_error(errno));
	} else if (len > SECRET_MAX_BYTES || (text && memchr(text, '\0', len))) {
		schema_fault(r, n, "a secret is a text of at most %d bytes", SECRET_MAX_BYTES);
	} else if (text) {
		while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
			len--;
		text[len] = '\0';
		fclose(f);
		free(path);
		return text;
	}
	if (f)
		fclose(f);
	free(path);
	free(text);
	return NULL;
}

static void
read_secret(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, char **field)
{
	const struct yaml_node *file = yaml_get(n, "file"), *env = yaml_get(n, "env");
	char *text = NULL;

	if (n->kind == YAML_MAP && n->children == 1 && file && is_scalar(file)) {
		text = secret_of_file(r, file);
	} else if (n->kind == YAML_MAP && n->children == 1 && env && is_scalar(env)) {
		const char *value = getenv(env->text.p);

		if (value)
			text = strdup(value);
		else
			schema_fault(r, env, "the environment has no %s", env->text.p);
	} else if (is_scalar(n)) {
		struct diag_place place = yaml_place(r->doc, n);

		text = schema_expand(r, n);
		if (text && (n->text.n < 2 || n->text.p[0] != '$'))
			diag_add(r->diag, DIAG_WARNING, &place, "\"%s\" stands in the file for all to read: better {file: PATH} or {env: NAME}", o->key);
	} else {
		r->late = NULL;         /* this is a fault of the map */
		schema_fault(r, n, "\"%s\" must be {file: PATH} or {env: NAME}", o->key);
	}
	if (text) {
		free(*field);
		*field = text;
	}
}

static void
read_late_secret(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, struct schema_secret *s)
{
	r->late = s;
	read_secret(r, o, n, &s->text);
	r->late = NULL;
}

static void
read_texts(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, struct schema_texts *field)
{
	size_t count = n->kind == YAML_LIST ? n->children : 1;
	const struct yaml_node *item = n->kind == YAML_LIST ? n->first : n;
	char **items;

	if (n->kind == YAML_MAP || n->kind == YAML_NULL) {
		schema_fault(r, n, "\"%s\" must be a list of texts, not %s", o->key, yaml_kind_name(n->kind));
		return;
	}
	items = calloc(count ? count : 1, sizeof(*items));
	if (!items) {
		schema_fault(r, n, "no memory");
		return;
	}
	for (size_t i = 0; i < field->n; i++)
		free(field->items[i]);
	free(field->items);
	field->items = items;
	field->n = 0;
	for (size_t i = 0; i < count; i++, item = item->next) {
		if (!is_scalar(item))
			schema_fault(r, item, "\"%s\" must be a list of texts: this is %s", o->key, yaml_kind_name(item->kind));
		else if ((items[field->n] = schema_expand(r, item)))
			field->n++;
	}
}

static void
read_typed(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, void *field)
{
	switch (o->type) {
	case SCHEMA_BOOL:
		read_bool(r, o, n, field);
		break;
	case SCHEMA_INT:
	case SCHEMA_SIZE:
	case SCHEMA_DURATION:
		read_number(r, o, n, field);
		break;
	case SCHEMA_ENUM:
		read_enum(r, o, n, field);
		break;
	case SCHEMA_TEXT:
		read_text(r, o, n, field);
		break;
	case SCHEMA_SECRET:
		read_secret(r, o, n, field);
		break;
	case SCHEMA_LATE_SECRET:
		read_late_secret(r, o, n, field);
		break;
	case SCHEMA_TEXTS:
		read_texts(r, o, n, field);
		break;
	default:
		break;
	}
}

/* A number or a word may come from the environment too: then it is read as if it stood there. */
void
schema_read_value(struct schema_reader *r, const struct schema_option *o, const struct yaml_node *n, void *field)
{
	bool texts = o->type == SCHEMA_TEXT || o->type == SCHEMA_SECRET || o->type == SCHEMA_LATE_SECRET || o->type == SCHEMA_TEXTS;
	struct yaml_node there = *n;
	char *text;

	if (texts || n->kind != YAML_TEXT || !memmem(n->text.p, n->text.n, "${", 2)) {
		read_typed(r, o, n, field);
		return;
	}
	text = schema_expand(r, n);
	if (!text)
		return;
	there.text = span_str(text);
	yaml_scalar_resolve(&there);
	read_typed(r, o, &there, field);
	free(text);
}

/* "[a, b]" or "a": names that need no quotes. */
static void
set_texts(struct schema_texts *field, const char *fallback)
{
	struct span rest = span_trim(span_str(fallback));

	if (rest.n >= 2 && rest.p[0] == '[' && rest.p[rest.n - 1] == ']')
		rest = span_of(rest.p + 1, rest.n - 2);
	field->items = calloc(rest.n + 1, sizeof(*field->items));
	while (field->items && span_trim(rest).n > 0) {
		const char *comma = memchr(rest.p, ',', rest.n);
		struct span item = span_trim(comma ? span_between(rest.p, comma) : rest);

		field->items[field->n] = strndup(item.p, item.n);
		if (field->items[field->n])
			field->n++;
		rest = comma ? span_skip(rest, item.n > 0 ? (size_t)(comma - rest.p) + 1 : rest.n) : SPAN_NONE;
	}
}

void
schema_set_fallback(const struct schema_option *o, void *field)
{
	struct span text = span_str(o->fallback);

	switch (o->type) {
	case SCHEMA_BOOL:
		*(bool *)field = strcmp(o->fallback, "true") == 0;
		break;
	case SCHEMA_INT:
		*(int64_t *)field = strtoll(o->fallback, NULL, 10);
		break;
	case SCHEMA_SIZE:
		(void)schema_parse_size(text, field);
		break;
	case SCHEMA_DURATION:
		(void)schema_parse_duration(text, field);
		break;
	case SCHEMA_TEXT:
	case SCHEMA_SECRET:
		*(char **)field = strdup(o->fallback);
		break;
	case SCHEMA_ENUM:
		for (int i = 0; o->names[i]; i++)
			if (strcmp(o->names[i], o->fallback) == 0)
				*(int *)field = i;
		break;
	case SCHEMA_TEXTS:
		set_texts(field, o->fallback);
		break;
	default:
		break;
	}
}
