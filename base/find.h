/*
 * find: a literal in a text, by way of its rarest byte.  Log lines are short and mostly lack the literal, so that one
 * memchr() settles most questions; where that byte abounds memmem() takes over.
 */
#ifndef NETNORM_BASE_FIND_H
#define NETNORM_BASE_FIND_H

#include "base/span.h"

struct find {
	struct span literal;            /* borrowed */
	size_t rare;                    /* offset of the byte that is looked for */
};

/* An empty literal stands at the start of every text. */
struct find find_make(struct span literal);
/* Where it stands first, or NULL. */
const char *find_in(struct span text, const struct find *);

#endif
