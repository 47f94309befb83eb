/*
 * The file `index` of a directory of templates: which row fits a command of a platform (clitable's, which ntc-templates uses).  Cells are split at
 * each comma, and are regexes that match at the start; `[[xyz]]` in Command is `(x(y(z)?)?)?`.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/utf8.h"
#include "drivers/textfsm_part.h"
#include "drivers/textfsm_text.h"

#define INDEX_MAX_COLUMNS 16
#define INDEX_MAX_ROWS 10000
#define INDEX_MAX_CELL 4096     /* bytes, its [[...]] written out */
#define JIT_STACK_BYTES ((size_t)64 << 10)

#define TEXT(s) (int)((s).n < 200 ? (s).n : 200), (s).p ? (s).p : ""

struct index_row {
	int line;
	struct span cells[INDEX_MAX_COLUMNS];
	struct {
		struct regex *regex;            /* NULL: the cell is empty, or that of Template */
		bool wide;
	} match[INDEX_MAX_COLUMNS];
};

struct textfsm_index {
	char *path;
	struct span text;
	struct span columns[INDEX_MAX_COLUMNS];
	size_t ncolumns, template, command;     /* command: ncolumns where there is none */
	struct index_row *rows;
	size_t nrows, cap;
	struct regex_scratch *scratch;
};

#define FAULT(x, at, part, ...) \
	do { \
		struct diag_place place_ = { .file = (x)->path, .text = (x)->text, .line = at, .column = 1, .width = 1 }; \
		struct span line_ = line_numbered((x)->text, at), part_ = part; \
		if (part_.p && line_.p && part_.p >= line_.p) \
			place_.column = (int)(part_.p - line_.p) + 1; \
		if (part_.n > 0) \
			place_.width = (int)part_.n; \
		diag_add(diag, DIAG_ERROR, &place_, __VA_ARGS__); \
	} while (0)

static struct span
line_numbered(struct span text, int number)
{
	struct span line = SPAN_NONE;

	while (number-- > 0)
		if (!textfsm_text_line(&text, &line))
			return SPAN_NONE;
	return line;
}

/* Split at commas, blanks off: how many cells there are (they may be more than fit). */
static size_t
split_cells(struct span line, struct span *cells)
{
	size_t n = 0;

	for (;;) {
		const char *comma = line.n ? memchr(line.p, ',', line.n) : NULL;
		struct span cell = comma ? span_between(line.p, comma) : line;

		if (n < INDEX_MAX_COLUMNS)
			cells[n] = textfsm_text_strip(cell);
		n++;
		if (!comma)
			return n;
		line = span_skip(line, cell.n + 1);
	}
}

static size_t
column_named(const struct textfsm_index *x, struct span name)
{
	size_t c = 0;

	while (c < x->ncolumns && !span_eq(x->columns[c], name))
		c++;
	return c;
}

static int
read_header(struct textfsm_index *x, struct span line, int number, struct diag *diag)
{
	const char *comment = memchr(line.p, '#', line.n);
	size_t n = split_cells(comment ? span_between(line.p, comment) : line, x->columns);

	if (n > INDEX_MAX_COLUMNS) {
		FAULT(x, number, line, "an index has at most %d columns", INDEX_MAX_COLUMNS);
		return -1;
	}
	for (x->ncolumns = 0; x->ncolumns < n; x->ncolumns++) {
		struct span name = x->columns[x->ncolumns];

		if (column_named(x, name) < x->ncolumns) {
			FAULT(x, number, name, "there is a column \"%.*s\" already", TEXT(name));
			return -1;
		}
	}
	x->template = column_named(x, SPAN_LIT("Template"));
	x->command = column_named(x, SPAN_LIT("Command"));
	if (x->template < n)
		return 0;
	FAULT(x, number, line, "an index has a column \"Template\"");
	return -1;
}

/* ---- rows ---- */

/* Bytes of the `[[...]]` at the start, or 0. */
static size_t
completion(struct span s)
{
	const char *end;

	if (s.n < 5 || !span_starts(s, SPAN_LIT("[[")))
		return 0;
	end = memmem(s.p + 3, s.n - 3, "]]", 2);
	return end ? (size_t)(end - s.p) + 2 : 0;
}

/* A character of the word, "(c"; and ")?" for each behind the last. */
static size_t
write_completion(char *out, struct span word)
{
	size_t n = 0, letters = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (((unsigned char)word.p[i] & 0xc0) != 0x80) {
			out[n++] = '(';
			letters++;
		}
		out[n++] = word.p[i];
	}
	while (letters-- > 0) {
		out[n++] = ')';
		out[n++] = '?';
	}
	return n;
}

/* The cell with its [[...]] written out into `out` (INDEX_MAX_CELL); absent: too long. */
static struct span
complete(struct span cell, char *out)
{
	size_t n = 0;

	while (cell.n > 0) {
		size_t used = completion(cell);

		if ((used ? 4 * used : 1) > INDEX_MAX_CELL - n)
			return SPAN_NONE;
		if (used)
			n += write_completion(out + n, span_of(cell.p + 2, used - 4));
		else
			out[n++] = cell.p[0];
		cell = span_skip(cell, used ? used : 1);
	}
	return span_of(out, n);
}

static int
compile_cell(struct textfsm_index *x, struct index_row *row, size_t c, struct diag *diag)
{
	struct textfsm_regex re;
	struct span cell = row->cells[c];
	char out[INDEX_MAX_CELL], why[300];

	if (c == x->template || cell.n == 0)
		return 0;
	if (c == x->command)
		cell = complete(cell, out);
	if (!cell.p || cell.n > INDEX_MAX_CELL) {
		FAULT(x, row->line, row->cells[c], "the cell is too long");
		return -1;
	}
	if (textfsm_regex_init(&re, cell, why, sizeof(why)) == -1) {
		FAULT(x, row->line, row->cells[c], "%s", why);
		return -1;
	}
	row->match[c].regex = re.regex;
	row->match[c].wide = re.wide;
	return 0;
}

static struct index_row *
add_row(struct textfsm_index *x)
{
	if (x->nrows == x->cap) {
		size_t cap = x->cap ? 2 * x->cap : 256;
		struct index_row *more = x->nrows < INDEX_MAX_ROWS ? realloc(x->rows, cap * sizeof(*more)) : NULL;

		if (!more)
			return NULL;
		x->rows = more;
		x->cap = cap;
	}
	memset(&x->rows[x->nrows], 0, sizeof(*x->rows));
	return &x->rows[x->nrows++];
}

/* Lines with another number of cells are passed over, as clitable does. */
static int
read_row(struct textfsm_index *x, struct span line, int number, struct diag *diag)
{
	struct span cells[INDEX_MAX_COLUMNS];
	struct index_row *row;
	size_t n = split_cells(line, cells);

	if (n != x->ncolumns || cells[x->template].n == 0)
		return 0;
	row = add_row(x);
	if (!row) {
		FAULT(x, number, line, "an index has at most %d rows", INDEX_MAX_ROWS);
		return -1;
	}
	row->line = number;
	memcpy(row->cells, cells, n * sizeof(*cells));
	for (size_t c = 0; c < n; c++)
		compile_cell(x, row, c, diag);
	return 0;
}

static void
read_all(struct textfsm_index *x, struct diag *diag)
{
	struct span rest = x->text, line;
	size_t before = diag_errors(diag);
	int number = 0;

	while (diag_errors(diag) < before + 50 && textfsm_text_line(&rest, &line)) {
		number++;
		if (line.n > 0 && line.p[0] == '#')
			continue;
		if (x->ncolumns == 0) {
			struct span text = textfsm_text_strip(line);

			if (text.n == 0 || text.p[0] == '#')
				continue;
			if (read_header(x, line, number, diag) == -1)
				return;
		} else if (read_row(x, line, number, diag) == -1) {
			return;
		}
	}
	if (number == 0 || x->ncolumns == 0)
		FAULT(x, 0, SPAN_NONE, "an index begins with the names of its columns: Template, Hostname, Platform, Command");
}

struct textfsm_index *
textfsm_index_new(const char *name, struct span text, struct diag *diag)
{
	struct textfsm_index *x = calloc(1, sizeof(*x));
	size_t before = diag_errors(diag);

	if (x)
		x->path = strdup(name);
	if (!x || !x->path) {
		free(x);
		diag_add(diag, DIAG_ERROR, NULL, "no memory");
		return NULL;
	}
	if (text.n > TEXTFSM_MAX_TEMPLATE) {
		FAULT(x, 0, SPAN_NONE, "an index has at most %zu bytes", TEXTFSM_MAX_TEMPLATE);
	} else if (text.n > 0 && utf8_classify(text) == UTF8_INVALID) {
		FAULT(x, 0, SPAN_NONE, "this is no UTF-8");
	} else {
		x->text = textfsm_text_copy(text);
		x->scratch = regex_scratch_new(JIT_STACK_BYTES);
		if (x->text.p && x->scratch)
			read_all(x, diag);
		else
			FAULT(x, 0, SPAN_NONE, "no memory");
	}
	if (diag_errors(diag) > before)
		textfsm_index_free(&x);
	return x;
}

struct textfsm_index *
textfsm_index_open(const char *dir, struct diag *diag, bool *unreadable)
{
	struct textfsm_index *x = NULL;
	struct diag_place place = { .file = dir };
	struct span text = SPAN_NONE;
	char *path = NULL;

	*unreadable = false;
	if (asprintf(&path, "%s/index", dir) == -1) {
		diag_add(diag, DIAG_ERROR, &place, "no memory");
		return NULL;
	}
	place.file = path;
	text = textfsm_read(path, TEXTFSM_MAX_TEMPLATE);
	*unreadable = !text.p && errno != EFBIG;
	if (text.p)
		x = textfsm_index_new(path, text, diag);
	else if (*unreadable)
		diag_add(diag, DIAG_ERROR, &place, "cannot read it: %s", file_error(errno));
	else
		diag_add(diag, DIAG_ERROR, &place, "an index has at most %zu bytes", TEXTFSM_MAX_TEMPLATE);
	free((char *)(uintptr_t)text.p);
	free(path);
	return x;
}

void
textfsm_index_free(struct textfsm_index **xp)
{
	struct textfsm_index *x = *xp;

	*xp = NULL;
	if (!x)
		return;
	for (size_t r = 0; r < x->nrows; r++)
		for (size_t c = 0; c < x->ncolumns; c++)
			regex_free(&x->rows[r].match[c].regex);
	free(x->rows);
	regex_scratch_free(&x->scratch);
	free((char *)(uintptr_t)x->text.p);
	free(x->path);
	free(x);
}

size_t
textfsm_index_rows(const struct textfsm_index *x)
{
	return x->nrows;
}

/* ---- asking it ---- */

static enum regex_outcome
cell_fits(struct textfsm_index *x, const struct index_row *row, const struct textfsm_attribute *a)
{
	size_t c = column_named(x, span_str(a->column));
	struct regex_subject subject = { span_str(a->text), 0, SIZE_MAX, false };
	struct span groups[1];

	if (c == x->ncolumns || !a->text || !row->match[c].regex)
		return REGEX_MATCH;
	subject.utf = row->match[c].wide || utf8_classify(subject.text) == UTF8_VALID;
	regex_line_begin(x->scratch);
	return regex_match(row->match[c].regex, x->scratch, &subject, groups, 1);
}

enum textfsm_find
textfsm_index_find(struct textfsm_index *x, const struct textfsm_attribute *attributes, size_t n, struct span *templates, struct diag *diag)
{
	for (size_t r = 0; r < x->nrows; r++) {
		enum regex_outcome outcome = REGEX_MATCH;

		for (size_t i = 0; i < n && outcome == REGEX_MATCH; i++)
			outcome = cell_fits(x, &x->rows[r], &attributes[i]);
		if (outcome == REGEX_LIMIT) {
			FAULT(x, x->rows[r].line, SPAN_NONE, "a regex of this row takes too many steps");
			return TEXTFSM_FAULTY;
		}
		*templates = x->rows[r].cells[x->template];
		if (outcome == REGEX_MATCH)
			return TEXTFSM_FOUND;
	}
	*templates = SPAN_NONE;
	return TEXTFSM_NO_ROW;
}
