#include "collector/get_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "collector/printable.h"
#include "drivers/result.h"

#define CELL_BYTES 512
#define CELL_MOST 60            /* columns of a cell; what is longer is cut */
#define NAME_WIDTH 18
#define MAX_COLUMNS 40
#define MAX_DEPTH 16

struct page {
	FILE *out;
	bool colour;
	bool group;             /* the members of the whole are devices */
};

/* Rows of one table: a name (or NULL) and an object each; of devices also what is empty, or null where one failed. */
struct rows {
	const char **names;
	const json_t **objects;
	size_t n, room;
	bool named;
};

/* ---- cells ---- */

static bool
is_scalar(const json_t *v)
{
	return !json_is_object(v) && !json_is_array(v);
}

/* In one line, harmless; gives its width. */
static size_t
cell_text(const json_t *v, char *cell, size_t most)
{
	struct json j;
	size_t width;

	cell[0] = '\0';
	if (json_is_string(v))
		return printable_cut(cell, CELL_BYTES, span_of(json_string_value(v), json_string_length(v)), most);
	if (!v || json_is_null(v) || json_init(&j, 1024, (size_t)1 << 20) == -1)
		return 0;
	result_write(&j, v);
	width = printable_cut(cell, CELL_BYTES, json_text(&j), most);
	json_fini(&j);
	return width;
}

/* Of one row the name, or what stands under the key. */
static size_t
cell_of(const struct rows *r, size_t i, const char *key, char *cell)
{
	if (!key)
		return printable_cut(cell, CELL_BYTES, span_str(r->names[i] ? r->names[i] : ""), CELL_MOST);
	return cell_text(json_object_get(r->objects[i], key), cell, CELL_MOST);
}

static void
put_blanks(struct page *p, size_t from, size_t to)
{
	fprintf(p->out, "%*s", to > from ? (int)(to - from) : 0, "");
}

/* ---- rows ---- */

static void
add_row(struct rows *r, const char *name, const json_t *object)
{
	if (r->n == r->room) {
		size_t room = r->room ? 2 * r->room : 64;
		const char **names = realloc(r->names, room * sizeof(*names));
		const json_t **objects = NULL;

		if (names)
			r->names = names;
		if (!names || !(objects = realloc(r->objects, room * sizeof(*objects))))
			return;
		r->objects = objects;
		r->room = room;
	}
	r->names[r->n] = name;
	r->objects[r->n++] = object;
}

/* An object without objects inside that have objects inside. */
static bool
is_flat(const json_t *v)
{
	const char *key, *inner;
	json_t *one, *two;

	if (!json_is_object(v) || json_object_size(v) == 0 || json_object_size(v) > MAX_COLUMNS)
		return false;
	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		json_object_foreach(one, inner, two) {
			if (json_is_object(two) && json_object_size(two) > 1)
				return false;
		}
	}
	return true;
}

static bool
is_empty(const json_t *v)
{
	return (json_is_object(v) && json_object_size(v) == 0) || (json_is_array(v) && json_array_size(v) == 0);
}

/* What stands for the cells of a device that has none. */
static const char *
word_for(const json_t *v)
{
	return json_is_null(v) ? "failed" : is_empty(v) ? "(nothing)" : NULL;
}

static bool
has_scalar(const json_t *v)
{
	const char *key;
	json_t *one;

	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		if (is_scalar(one))
			return true;
	}
	return false;
}

/* Devices by name: each a row, or a list of them.  A device whose result is a map of objects is no row but a table of its own. */
static bool
gather_devices(const json_t *v, struct rows *r)
{
	const char *key;
	json_t *one, *item;
	size_t i;

	r->named = true;
	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		if (word_for(one) || (is_flat(one) && has_scalar(one)))
			add_row(r, key, one);
		else if (!json_is_array(one))
			return false;
		json_array_foreach(one, i, item) {
			if (!is_flat(item))
				return false;
			add_row(r, key, item);
		}
	}
	return r->n > 0;
}

/* Objects by name, lists of objects by name, or a list of objects: false if it is none of them. */
static bool
gather(const json_t *v, struct rows *r)
{
	const char *key;
	json_t *one, *item;
	size_t i;

	json_array_foreach(v, i, one) {
		if (!is_flat(one))
			return false;
		add_row(r, NULL, one);
	}
	json_object_foreach((json_t *)(uintptr_t)v, key, one) {
		r->named = true;
		if (json_is_object(one) && !is_flat(one))
			return false;
		if (is_scalar(one) || (json_is_array(one) && !json_is_object(json_array_get(one, 0))))
			return false;
		if (json_is_object(one))
			add_row(r, key, one);
		json_array_foreach(one, i, item) {
			if (!is_flat(item))
				return false;
			add_row(r, key, item);
		}
	}
	return r->n > 0;
}

static size_t
column_width(const struct rows *r, const char *key, char *cell)
{
	size_t width = printable_cut(cell, CELL_BYTES, span_str(key ? key : ""), CELL_MOST);

	for (size_t i = 0; i < r->n; i++) {
		size_t n = cell_of(r, i, key, cell);

		width = n > width ? n : width;
	}
	return width;
}

static bool
has_column(const char *const *columns, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++) {
		if (columns[i] && strcmp(columns[i], key) == 0)
			return true;
	}
	return false;
}

static size_t
find_columns(const struct rows *r, const char **columns)
{
	const char *key;
	json_t *ignored;
	size_t n = 0;

	if (r->named)
		columns[n++] = NULL;
	for (size_t i = 0; i < r->n; i++) {
		json_object_foreach((json_t *)(uintptr_t)r->objects[i], key, ignored) {
			if (n <= MAX_COLUMNS && !has_column(columns, n, key))
				columns[n++] = key;
		}
	}
	return n;
}

static void
print_head(struct page *p, const char *const *columns, const size_t *widths, size_t n)
{
	char cell[CELL_BYTES];

	fputs(p->colour ? "\033[1m" : "", p->out);
	for (size_t c = 0; c < n; c++) {
		size_t width = printable_cut(cell, sizeof(cell), span_str(columns[c] ? columns[c] : ""), CELL_MOST);

		fputs(cell, p->out);
		put_blanks(p, width, c + 1 < n ? widths[c] + 2 : 0);
	}
	fputs(p->colour ? "\033[0m\n" : "\n", p->out);
}

static void
print_rows(struct page *p, const struct rows *r)
{
	const char *columns[MAX_COLUMNS + 1];
	size_t widths[MAX_COLUMNS + 1], n = find_columns(r, columns);
	char cell[CELL_BYTES];

	for (size_t c = 0; c < n; c++)
		widths[c] = column_width(r, columns[c], cell);
	if (n > r->named)
		print_head(p, columns, widths, n);
	for (size_t i = 0; i < r->n; i++) {
		const char *word = word_for(r->objects[i]);

		for (size_t c = 0; c < (word ? 1 : n); c++) {
			size_t width = cell_of(r, i, columns[c], cell);

			fputs(cell, p->out);
			put_blanks(p, width, word || c + 1 < n ? widths[c] + 2 : 0);
		}
		fprintf(p->out, "%s\n", word ? word : "");
	}
}

/* ---- values ---- */

/* Text of many lines (a configuration, a command's output) line by line. */
static void
print_lines(struct page *p, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		printable_put(p->out, span_of(text, n));
		fputc('\n', p->out);
		text += n + (text[n] == '\n');
	}
}

static void
heading(struct page *p, const char *path)
{
	fputs(p->colour ? "\n\033[1m" : "\n", p->out);
	printable_put(p->out, span_str(path));
	fputs(p->colour ? "\033[0m\n" : "\n", p->out);
}

static void print_value(struct page *, const char *path, const json_t *, int depth);

static void
print_member(struct page *p, const char *path, const char *key, const json_t *v, int depth)
{
	char cell[CELL_BYTES], below[CELL_BYTES];
	const char *text = json_string_value(v);

	if (is_scalar(v) && !(p->group && depth == 0) && !(text && strchr(text, '\n'))) {
		size_t width = printable_cut(cell, sizeof(cell), span_str(key), CELL_BYTES);

		fputs(cell, p->out);
		put_blanks(p, width, NAME_WIDTH);
		cell_text(v, cell, CELL_BYTES);
		fprintf(p->out, " %s\n", cell);
		return;
	}
	snprintf(below, sizeof(below), "%.250s%s%.250s", path, *path ? " " : "", key);
	print_value(p, below, v, depth + 1);
}

/* Single values first, so that none stands below the heading of another; devices have a heading each. */
static void
print_members(struct page *p, const char *path, const json_t *v, int depth)
{
	const char *key;
	json_t *one;

	bool devices = p->group && depth == 0;

	for (int single = !devices; single >= 0; single--) {
		json_object_foreach((json_t *)(uintptr_t)v, key, one) {
			if (devices || is_scalar(one) == single)
				print_member(p, path, key, one, depth);
		}
	}
}

static void
print_value(struct page *p, const char *path, const json_t *v, int depth)
{
	struct rows r = { .n = 0 };
	json_t *one;
	size_t i;

	if (*path)
		heading(p, path);
	if (is_empty(v) || (p->group && depth == 1 && word_for(v))) {
		fprintf(p->out, "%s\n", word_for(v));
	} else if (json_is_string(v)) {
		print_lines(p, json_string_value(v));
	} else if (p->group && depth == 0 ? gather_devices(v, &r) : gather(v, &r)) {
		print_rows(p, &r);
	} else if (depth < MAX_DEPTH) {
		print_members(p, path, v, depth);
		json_array_foreach(v, i, one)
			print_member(p, path, "", one, depth);
	}
	free(r.names);
	free(r.objects);
}

void
get_table_print(const json_t *v, FILE *out, unsigned flags)
{
	struct page p = { out, flags & GET_TABLE_COLOUR, flags & GET_TABLE_GROUP };
	struct printable_locale locale;

	printable_open(&locale);
	print_value(&p, "", v, 0);
	printable_close(&locale);
}
