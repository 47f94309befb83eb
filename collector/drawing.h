/*
 * drawing: a line of text with names drawn under its spans:
 *
 *     <189>44: r1: *Mar  1 00:01:02.345: %SYS-5-CONFIG_I: Configured
 *      ~~~ ~~  ~~  ~~~~~~~~~~~~~~~~~~~    ~~~~~~~~~~~~~~  ~~~~~~~~~~
 *      pri |   |   time                   tag             body
 *          |   host
 *          counter
 */
#ifndef NETNORM_COLLECTOR_DRAWING_H
#define NETNORM_COLLECTOR_DRAWING_H

#include <stdio.h>

#include "base/span.h"

#define DRAWING_MAX_SPANS 24

struct drawing_span {
	struct span text;               /* of the line; absent or empty: not drawn */
	const char *name;
};

struct drawing {
	struct drawing_span spans[DRAWING_MAX_SPANS];
	size_t n;
	size_t width;                   /* columns of one row; a longer line is drawn in rows */
	size_t indent;
	bool colour;
};

/* Sorts the spans by their places.  A byte that is no printable ASCII is shown as a dot, so that columns are bytes. */
void drawing_print(struct drawing *, struct span line, FILE *);

#endif
