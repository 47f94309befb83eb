#include "collector/get_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "drivers/result.h"

#define CELL_BYTES 512
#define CELL_MOST 60            /* characters of a cell; what is longer is cut */
#define MAX_COLUMNS 40
#define LINE_PIECE ((size_t)1000)
#define MAX_DEPTH 16

struct page {
	FILE *out;
	bool colour;
};

/* Rows of one table: a name (or NULL) and an object each. */
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

/* In one line, harmless. */
static void
cell_text(const json_t *v, char *cell)
{
	struct json j;

	cell[0] = '\0';
	if (json_is_string(v)) {
		log_quote(cell, CELL_BYTES, span_of(json_string_value(v), json_string_length(v)));
		return;
	}
	if (!v || json_is_null(v) || json_init(&j, 1024, (size_t)1 << 20) == -1)
		return;
	result_write(&j, v);
	log_quote(cell, CELL_BYTES, json_text(&j));
	json_fini(&j);
}

static size_t
width_of(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* At most CELL_MOST characters, and blanks up to `width` unless it is the last of its line. */
static void
put_cell(struct page *p, char *cell, size_t width, bool last)
{
	size_t n = 0, i = 0;

	for (; cell[i] && n < CELL_MOST; i++)
		n += ((unsigned char)cell[i + 1] & 0xc0) != 0x80;
	cell[i] = '\0';
	fputs(cell, p->out);
	for (; !last && n < width + 2; n++)
		fputc(' ', p->out);
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
	size_t width = key ? width_of(key) : 0;

	for (size_t i = 0; i < r->n; i++) {
		size_t n;

		if (key)
			cell_text(json_object_get(r->objects[i], key), cell);
		else
			log_quote(cell, CELL_BYTES, span_str(r->names[i] ? r->names[i] : ""));
		n = width_of(cell);
		width = n > width ? n : width;
	}
	return width < CELL_MOST ? width : CELL_MOST;
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

static void
print_rows(struct page *p, const struct rows *r)
{
	const char *columns[MAX_COLUMNS + 1], *key;
	size_t widths[MAX_COLUMNS + 1], n = 0;
	char cell[CELL_BYTES];
	json_t *ignored;

	if (r->named)
		columns[n++] = NULL;
	for (size_t i = 0; i < r->n; i++) {
		json_object_foreach((json_t *)(uintptr_t)r->objects[i], key, ignored) {
			if (n <= MAX_COLUMNS && !has_column(columns, n, key))
				columns[n++] = key;
		}
	}
	for (size_t c = 0; c < n; c++)
		widths[c] = column_width(r, columns[c], cell);
	fputs(p->colour ? "\033[1m" : "", p->out);
	for (size_t c = 0; c < n; c++) {
		log_quote(cell, sizeof(cell), span_str(columns[c] ? columns[c] : ""));
		put_cell(p, cell, widths[c], c + 1 == n);
	}
	fputs(p->colour ? "\033[0m\n" : "\n", p->out);
	for (size_t i = 0; i < r->n; i++) {
		for (size_t c = 0; c < n; c++) {
			if (columns[c])
				cell_text(json_object_get(r->objects[i], columns[c]), cell);
			else
				log_quote(cell, sizeof(cell), span_str(r->names[i]));
			put_cell(p, cell, widths[c], c + 1 == n);
		}
		fputc('\n', p->out);
	}
}

/* ---- values ---- */

/* Text of many lines (a configuration, a command's output) line by line. */
static void
print_lines(struct page *p, const char *text)
{
	char line[4 * LINE_PIECE + 16];

	while (*text) {
		size_t n = strcspn(text, "\n");
		bool whole = n <= LINE_PIECE;

		if (!whole)
			n = LINE_PIECE;
		fprintf(p->out, "%s%s", log_quote(line, sizeof(line), span_of(text, n)), whole ? "\n" : "");
		text += n + (whole && text[n] == '\n');
	}
}

static void
heading(struct page *p, const char *path)
{
	char text[CELL_BYTES];

	fprintf(p->out, "\n%s%s%s\n", p->colour ? "\033[1m" : "", log_quote(text, sizeof(text), span_str(path)), p->colour ? "\033[0m" : "");
}

static void print_value(struct page *, const char *path, const json_t *, int depth);

static void
print_member(struct page *p, const char *path, const char *key, const json_t *v, int depth)
{
	char cell[CELL_BYTES], name[CELL_BYTES], below[CELL_BYTES];
	const char *text = json_string_value(v);

	if (is_scalar(v) && !(text && strchr(text, '\n'))) {
		cell_text(v, cell);
		fprintf(p->out, "%-18s %s\n", log_quote(name, sizeof(name), span_str(key)), cell);
		return;
	}
	snprintf(below, sizeof(below), "%.250s%s%.250s", path, *path ? " " : "", key);
	print_value(p, below, v, depth + 1);
}

/* Single values first, so that none stands below the heading of another. */
static void
print_members(struct page *p, const char *path, const json_t *v, int depth)
{
	const char *key;
	json_t *one;

	for (int single = 1; single >= 0; single--) {
		json_object_foreach((json_t *)(uintptr_t)v, key, one) {
			if (is_scalar(one) == single)
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
	if (json_is_string(v)) {
		print_lines(p, json_string_value(v));
	} else if (gather(v, &r)) {
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
get_table_print(const json_t *v, FILE *out, bool colour)
{
	struct page p = { out, colour };

	if ((json_is_object(v) && json_object_size(v) == 0) || (json_is_array(v) && json_array_size(v) == 0))
		fputs("(nothing)\n", out);
	else
		print_value(&p, "", v, 0);
}
