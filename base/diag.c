/*
 * Faults are kept as text when they are added (the source line copied), and printed when all are there.
 */
#include "base/diag.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/utf8.h"

#define DIAG_LIMIT 500          /* kept; more are counted */
#define LINE_LIMIT 240          /* bytes of a source line that are shown; longer ones around the place */
#define LINE_BEFORE 80          /* of them before the place */
#define WORD_LIMIT 64           /* longest word that is suggested for */

struct fault {
	enum diag_kind kind;
	char *file;             /* NULL: none */
	int line, column, width;
	char *text;
	char *source;           /* the line, or its part around the place; NULL: none */
	int source_from;        /* the byte of the line that `source` begins with, from 0 */
};

struct diag {
	struct fault *faults;
	size_t n, cap;
	size_t errors, warnings, unkept;
};

struct diag *
diag_new(void)
{
	return calloc(1, sizeof(struct diag));
}

void
diag_free(struct diag **dp)
{
	struct diag *d = *dp;

	*dp = NULL;
	if (!d)
		return;
	for (size_t i = 0; i < d->n; i++) {
		free(d->faults[i].file);
		free(d->faults[i].text);
		free(d->faults[i].source);
	}
	free(d->faults);
	free(d);
}

/* Line `line` of `text` without its end, or absent. */
static struct span
line_of(struct span text, int line)
{
	const char *stop;

	if (!text.p || line < 1)
		return SPAN_NONE;
	for (int i = 1; i < line; i++) {
		stop = memchr(text.p, '\n', text.n);
		if (!stop)
			return SPAN_NONE;
		text = span_skip(text, (size_t)(stop - text.p) + 1);
	}
	stop = memchr(text.p, '\n', text.n);
	if (stop)
		text.n = (size_t)(stop - text.p);
	if (text.n > 0 && text.p[text.n - 1] == '\r')
		text.n--;
	return text;
}

static bool
continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Bytes that would steer a terminal, or are no UTF-8, are shown as '?': one for one, so that columns stay. */
static void
make_printable(char *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t length = utf8_sequence(span_of(p + i, n - i));
		unsigned char c = (unsigned char)p[i];
		bool control = (length == 1 && c != '\t' && (c < 0x20 || c == 0x7f)) || (length == 2 && c == 0xc2 && (unsigned char)p[i + 1] < 0xa0);

		if (length == 0 || control) {
			p[i] = '?';
			length = 1;
		}
		i += length;
	}
}

static void
copy_source(struct fault *f, struct span text)
{
	struct span line = line_of(text, f->line);
	size_t from = 0;

	if (!line.p)
		return;
	if (line.n > LINE_LIMIT && (size_t)f->column > LINE_BEFORE) {
		from = (size_t)f->column - LINE_BEFORE < line.n ? (size_t)f->column - LINE_BEFORE : line.n;
		while (from < line.n && continues(line.p[from]))
			from++;
	}
	line = span_skip(line, from);
	if (line.n > LINE_LIMIT)
		line.n = LINE_LIMIT;
	while (line.n > 0 && line.n == LINE_LIMIT && continues(line.p[line.n - 1]))
		line.n--;
	f->source = malloc(line.n + 1);
	if (!f->source)
		return;
	memcpy(f->source, line.p, line.n);
	make_printable(f->source, line.n);
	f->source[line.n] = '\0';
	f->source_from = (int)from;
}

static struct fault *
new_fault(struct diag *d)
{
	if (d->n == DIAG_LIMIT) {
		d->unkept++;
		return NULL;
	}
	if (d->n == d->cap) {
		size_t cap = d->cap ? d->cap * 2 : 8;
		struct fault *f = realloc(d->faults, cap * sizeof(*f));

		if (!f) {
			d->unkept++;
			return NULL;
		}
		d->faults = f;
		d->cap = cap;
	}
	return memset(&d->faults[d->n++], 0, sizeof(struct fault));
}

void
diag_add(struct diag *d, enum diag_kind kind, const struct diag_place *place, const char *fmt, ...)
{
	struct fault *f;
	va_list ap;

	d->errors += kind == DIAG_ERROR;
	d->warnings += kind == DIAG_WARNING;
	f = new_fault(d);
	if (!f)
		return;
	f->kind = kind;
	va_start(ap, fmt);
	if (vasprintf(&f->text, fmt, ap) == -1)
		f->text = NULL;
	va_end(ap);
	if (!place)
		return;
	f->file = place->file ? strdup(place->file) : NULL;
	f->line = place->line;
	f->column = place->column > 0 ? place->column : 1;
	f->width = place->width > 0 ? place->width : 1;
	copy_source(f, place->text);
}

size_t
diag_errors(const struct diag *d)
{
	return d->errors;
}

size_t
diag_warnings(const struct diag *d)
{
	return d->warnings;
}

/* The source line, then a caret under the place; a tab stays a tab and a character of some bytes is one, so that both lines stand alike. */
static void
print_source(const struct fault *f, FILE *out, bool colour)
{
	size_t len = strlen(f->source), at = (size_t)(f->column - 1 - f->source_from), i;

	if (at > len)
		at = len;
	fprintf(out, "%5d | %s%s\n      | %s", f->line, f->source_from > 0 ? "..." : "", f->source, f->source_from > 0 ? "   " : "");
	for (i = 0; i < at; i++)
		if (!continues(f->source[i]))
			putc(f->source[i] == '\t' ? '\t' : ' ', out);
	fputs(colour ? "\033[32m^" : "^", out);
	for (i = at + 1; i < at + (size_t)f->width && i < len; i++)
		if (!continues(f->source[i]))
			putc('~', out);
	fputs(colour ? "\033[0m\n" : "\n", out);
}

static void
print_fault(const struct fault *f, FILE *out, bool colour)
{
	static const struct {
		const char *word, *colour;
	} kinds[] = {
		[DIAG_ERROR] = { "error", "\033[31m" }, [DIAG_WARNING] = { "warning", "\033[33m" }, [DIAG_NOTE] = { "note", "\033[36m" },
	};

	if (f->file) {
		fprintf(out, "%s:", f->file);
		if (f->line > 0)
			fprintf(out, "%d:%d:", f->line, f->column);
		putc(' ', out);
	}
	fprintf(out, "%s%s:%s %s\n", colour ? kinds[f->kind].colour : "", kinds[f->kind].word, colour ? "\033[0m" : "", f->text ? f->text : "(no memory)");
	if (f->source)
		print_source(f, out, colour);
}

void
diag_print(const struct diag *d, FILE *out, bool colour)
{
	for (size_t i = 0; i < d->n; i++)
		print_fault(&d->faults[i], out, colour);
	if (d->unkept > 0)
		fprintf(out, "%zu more are not shown\n", d->unkept);
	if (d->errors > 0)
		fprintf(out, "%zu error%s", d->errors, d->errors == 1 ? "" : "s");
	if (d->warnings > 0)
		fprintf(out, "%s%zu warning%s", d->errors > 0 ? ", " : "", d->warnings, d->warnings == 1 ? "" : "s");
	if (d->errors > 0 || d->warnings > 0)
		putc('\n', out);
}

/* Edits from a to b: insert, delete, replace, swap two neighbours. */
static unsigned
distance(struct span a, struct span b)
{
	unsigned rows[3][WORD_LIMIT + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];

	for (size_t j = 0; j <= b.n; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned *spare = before;

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b.n; j++) {
			unsigned best = last[j - 1] + (a.p[i - 1] != b.p[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[b.n];
}

const char *
diag_suggest(struct span word, const char *const *names)
{
	const char *best = NULL;
	unsigned least = word.n <= 4 ? 2 : word.n / 3 > 2 ? (unsigned)(word.n / 3) + 1 : 3;

	/* One edit for a short word, two for a longer one, a third of its length for a long one. */
	if (word.n == 0 || word.n > WORD_LIMIT)
		return NULL;
	for (; *names; names++) {
		struct span name = span_str(*names);
		unsigned d = name.n <= WORD_LIMIT ? distance(word, name) : least;

		/* A word that shares nothing but its length is no suggestion. */
		if (d < least && d < name.n && d < word.n) {
			least = d;
			best = *names;
		}
	}
	return best;
}
