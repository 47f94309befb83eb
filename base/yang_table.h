/*
 * yang_table: the nodes of the models, as `netnorm-yang table` wrote them (profiles/yang/table.txt): what the program knows of YANG without libyang.
 *
 * Lines, their fields apart by tabs, sorted by bytes:
 *     !module:BASE <tab> module:ID module:ID ...                 the identities of a base
 *     /interfaces/interface/name <tab> MODULE <tab> KIND <tab> TYPE
 * A path has no prefixes; MODULE is named where it is another than the parent's.  KIND: c, "l KEY KEY", f (a leaf of state), F (of configuration; keys
 * are), m, M (leaf-lists), each with "-" behind it if it is deprecated or obsolete.  TYPE as base/yang_type.h reads it.  Children of `config` are not in it.
 */
#ifndef NETNORM_BASE_YANG_TABLE_H
#define NETNORM_BASE_YANG_TABLE_H

#include "base/diag.h"
#include "base/yang_type.h"

struct yang_table;

/* Borrowed from the table. */
struct yang_node {
	struct span path, module, type;
	char kind;                      /* c, l, f, F, m, M */
	bool deprecated;
	struct span keys;               /* of a list: apart by blanks */
};

/* NULL after a fault, which the diag has (`text` must live as long as the table in the second). */
struct yang_table *yang_table_load(const char *path, struct diag *);
struct yang_table *yang_table_of(const char *name, struct span text, struct diag *);
void yang_table_free(struct yang_table **);
/*
 * The child `name` of `parent` (empty: a root); where two modules have one of that name, the first, or that of `module` if it is not empty.
 * False if there is none.
 */
bool yang_table_child(const struct yang_table *, struct span parent, struct span name, struct span module, struct yang_node *);
/* The names of the children of `parent`, sorted, at most `max`; gives how many there are. */
size_t yang_table_children(const struct yang_table *, struct span parent, struct span *names, size_t max);
/* For yang_type_read(): the words of a base identity. */
struct span yang_table_identities(void *table, struct span base);

#endif
