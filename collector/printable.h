/*
 * printable: text that others wrote, for a person at a terminal: nothing in it moves the cursor, changes the direction of writing or is invisible, and its width is known.
 */
#ifndef NETNORM_COLLECTOR_PRINTABLE_H
#define NETNORM_COLLECTOR_PRINTABLE_H

#include <locale.h>
#include <stdio.h>

#include "base/span.h"

#define PRINTABLE_BYTES 32

/* What the terminal can show, of this thread, until it is closed. */
struct printable_locale {
	locale_t locale, before;
};

struct printable {
	char text[PRINTABLE_BYTES];     /* one character, or its bytes as \xNN */
	size_t n, width;                /* bytes, columns */
};

/* What LC_ALL, LC_CTYPE or LANG say; UTF-8 where they say nothing, or name what is not installed. */
void printable_open(struct printable_locale *);
void printable_close(struct printable_locale *);
/* Takes the first character off *s, which is not empty. */
struct printable printable_next(struct span *s);
/* As much of `s` as fits into `columns` and `cap` bytes with the NUL; of what is cut the end is "…" (in a locale without UTF-8 "..."), which is counted.  Gives its columns. */
size_t printable_cut(char *buf, size_t cap, struct span s, size_t columns);
/* All of it. */
void printable_put(FILE *, struct span);

#endif
