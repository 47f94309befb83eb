/*
 * type: the type of a leaf in the words of the table (table.h has the grammar).
 */
#ifndef NETNORM_YANG_TYPE_H
#define NETNORM_YANG_TYPE_H

#include <stdio.h>

struct lysc_ident;
struct lysc_node;

/* The bases of identities that written types refer to. */
struct type_bases {
	const struct lysc_ident **items;        /* owned; in the order of their coming, each once */
	size_t n;
};

void type_bases_fini(struct type_bases *);

/* Write the type of a leaf or leaf-list and note its bases.  0, or -1 when the table has no word for it, told on standard error. */
int type_write(FILE *, const struct lysc_node *leaf, struct type_bases *);

#endif
