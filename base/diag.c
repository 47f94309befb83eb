/*
 * Faults are kept as text when they are added (the source line copied), and printed when all are there.
 */
#include "base/diag.h"

#include <stdarg.h>
#include <stdlib.h>

#define DIAG_LIMIT 500          /* kept; more are counted */
#define LINE_LIMIT 400          /* bytes of a source line that are shown */
#define WORD_LIMIT 64           /* longest word that is suggested for */

struct fault {
	enum diag_kind kind;
	char *file;             /* NULL: none */
	int line, column, width;
	char *text;
	char *source;           /* the line, NULL: none */
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

/* A copy of line `line` of `text`, or NULL. */
static char *
copy_line(struct span text, int line)
{
	const char *p = text.p, *end = text.p ? text.p + text.n : NULL, *stop;

	if (!p || line < 1)
		return NULL;
	for (int i = 1; i < line; i++) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p++)
			return NULL;
	}
	stop = memchr(p, '\n', (size_t)(end - p));
	if (!stop)
		stop = end;
	if (stop > p && stop[-1] == '\r')
		stop--;
	return strndup(p, stop - p > LINE_LIMIT ? LINE_LIMIT : (size_t)(stop - p));
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
	f->source = copy_line(place->text, place->line);
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

/* The source line, then a caret under the place; a tab stays a tab, so that both lines stand alike. */
static void
print_source(const struct fault *f, FILE *out, bool colour)
{
	int len = (int)strlen(f->source);
	int column = f->column <= len + 1 ? f->column : len + 1;

	fprintf(out, "%5d | %s\n      | ", f->line, f->source);
	for (int i = 0; i < column - 1; i++)
		putc(f->source[i] == '\t' ? '\t' : ' ', out);
	fputs(colour ? "\033[32m^" : "^", out);
	for (int i = 1; i < f->width && column - 1 + i < len; i++)
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
	unsigned least = word.n / 3 > 2 ? (unsigned)(word.n / 3) + 1 : 3;

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
