/*
 * drawing: the names go into as many lines as it takes for none to touch another or the bars that lead to deeper ones.
 */
#include "collector/drawing.h"

#include <stdlib.h>

#define DRAWING_DIM "\033[2m"
#define DRAWING_NAME "\033[36m"
#define DRAWING_END "\033[0m"

/* One row of the line, and what begins in it. */
struct row {
	const struct drawing *d;
	struct span text;
	const struct drawing_span *spans;
	size_t n;
	size_t depth[DRAWING_MAX_SPANS];
	size_t deepest;
	FILE *f;
};

static int
by_place(const void *a, const void *b)
{
	const struct drawing_span *x = a, *y = b;

	return (x->text.p > y->text.p) - (x->text.p < y->text.p);
}

static size_t
column(const struct row *r, size_t i)
{
	return (size_t)(r->spans[i].text.p - r->text.p);
}

static void
put_colour(const struct row *r, const char *colour)
{
	if (r->d->colour)
		fputs(colour, r->f);
}

static void
put_text(const struct row *r)
{
	fprintf(r->f, "%*s", (int)r->d->indent, "");
	for (size_t i = 0; i < r->text.n; i++)
		fputc(r->text.p[i] >= 0x20 && r->text.p[i] < 0x7f ? r->text.p[i] : '.', r->f);
	fputc('\n', r->f);
}

/* Also under what began in a row before. */
static void
put_underline(const struct row *r, const struct drawing_span *all, size_t n)
{
	size_t last = 0;
	char *under = calloc(1, r->text.n + 1);

	if (!under)
		return;
	memset(under, ' ', r->text.n);
	for (size_t i = 0; i < n; i++)
		for (const char *p = all[i].text.p; p < all[i].text.p + all[i].text.n; p++)
			if (p >= r->text.p && p < r->text.p + r->text.n) {
				size_t at = (size_t)(p - r->text.p);

				under[at] = '~';
				last = at + 1 > last ? at + 1 : last;
			}
	put_colour(r, DRAWING_DIM);
	fprintf(r->f, "%*s%.*s", (int)r->d->indent, "", (int)last, under);
	put_colour(r, DRAWING_END);
	fputc('\n', r->f);
	free(under);
}

/* A name lies deeper than all that begin to its right before it ends. */
static void
find_depths(struct row *r)
{
	r->deepest = 0;
	for (size_t i = r->n; i-- > 0;) {
		size_t end = column(r, i) + strlen(r->spans[i].name) + 1;

		r->depth[i] = 0;
		for (size_t k = i + 1; k < r->n && column(r, k) < end; k++)
			if (r->depth[i] <= r->depth[k])
				r->depth[i] = r->depth[k] + 1;
		r->deepest = r->depth[i] > r->deepest ? r->depth[i] : r->deepest;
	}
}

static void
put_names(const struct row *r, size_t depth)
{
	size_t at = 0;

	fprintf(r->f, "%*s", (int)r->d->indent, "");
	for (size_t i = 0; i < r->n; i++) {
		if (r->depth[i] < depth || (i > 0 && column(r, i) < at))
			continue;
		fprintf(r->f, "%*s", (int)(column(r, i) - at), "");
		at = column(r, i);
		if (r->depth[i] > depth) {
			put_colour(r, DRAWING_DIM);
			fputc('|', r->f);
			at++;
		} else {
			put_colour(r, DRAWING_NAME);
			fputs(r->spans[i].name, r->f);
			at += strlen(r->spans[i].name);
		}
		put_colour(r, DRAWING_END);
	}
	fputc('\n', r->f);
}

void
drawing_print(struct drawing *d, struct span line, FILE *f)
{
	struct row row = { .d = d, .f = f };
	size_t begun = 0, kept = 0;

	for (size_t i = 0; i < d->n; i++)
		if (d->spans[i].text.p && d->spans[i].text.n > 0)
			d->spans[kept++] = d->spans[i];
	d->n = kept;
	qsort(d->spans, d->n, sizeof(*d->spans), by_place);
	for (size_t at = 0; at < line.n; at += d->width) {
		row.text = span_skip(line, at);
		if (row.text.n > d->width)
			row.text.n = d->width;
		row.spans = d->spans + begun;
		for (row.n = 0; begun + row.n < d->n && row.spans[row.n].text.p < row.text.p + row.text.n; row.n++)
			;
		begun += row.n;
		put_text(&row);
		put_underline(&row, d->spans, d->n);
		find_depths(&row);
		for (size_t depth = 0; row.n > 0 && depth <= row.deepest; depth++)
			put_names(&row, depth);
		if (begun == d->n && line.n - at > 2 * d->width) {
			fprintf(f, "%*s(%zu bytes more)\n", (int)d->indent, "", line.n - at - row.text.n);
			break;
		}
	}
}
