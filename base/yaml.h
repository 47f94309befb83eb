/*
 * yaml: a document as a tree of nodes that know their places (libyaml underneath).
 *
 * Aliases (each a copy that has the alias's place, its children theirs) and merge keys (<<) are resolved; a duplicate key, an alias that makes a cycle, more than one document, more than
 * 64 levels, 1,000,000 nodes or 64 MiB are faults.  Plain scalars carry the type that PyYAML's FullLoader
 * would give them (YAML 1.1: yes/no/on/off, octal 017 and 0o17 as text, 0x1f, 1_000, sexagesimal 1:30, 4.17, ~).
 * The tree owns all its memory and the source text; spans borrow from it.
 */
#ifndef NETNORM_BASE_YAML_H
#define NETNORM_BASE_YAML_H

#include <stdint.h>

#include "base/diag.h"

enum yaml_kind { YAML_NULL, YAML_BOOL, YAML_INT, YAML_FLOAT, YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	struct span text;               /* a scalar's text, unquoted and unescaped (NUL behind it) */
	bool quoted;                    /* was it quoted or a block? then its kind is YAML_TEXT */
	bool boolean;
	int64_t integer;                /* of YAML_INT; one that does not fit is YAML_TEXT */
	double real;
	int line, column;               /* from 1 */
	int width;                      /* bytes of the scalar on its first line (quotes too), at least 1 */
	struct span comment;            /* the comment lines right above the key, as they are, each with its end; top level and column 1 only, or absent */
	struct yaml_node *key;          /* of a map's entry: its key (a scalar) */
	struct yaml_node *first, *next; /* children, in the order of the file */
	size_t children;
};

struct yaml_doc {
	const char *file;
	struct span source;
	struct yaml_node *root;         /* YAML_NULL for an empty file */
	struct yaml_pool *pool;
};

/* NULL after a fault, which has been added to the diag (also a file that cannot be read). */
struct yaml_doc *yaml_load_file(const char *path, struct diag *);
struct yaml_doc *yaml_load_text(const char *name, struct span source, struct diag *);
/* (libyaml has a yaml_free of its own.) */
void yaml_doc_free(struct yaml_doc **);
/* The value under `key` of a map, or NULL (also if `map` is NULL or no map). */
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* Where a node stands, for diag_add(); NULL gives the file alone. */
struct diag_place yaml_place(const struct yaml_doc *, const struct yaml_node *);
/* A place inside a scalar: byte `offset` of its text, `width` bytes; where that cannot be told (folded and many-line texts), the scalar's. */
struct diag_place yaml_place_in(const struct yaml_doc *, const struct yaml_node *, size_t offset, size_t width);
const char *yaml_kind_name(enum yaml_kind);     /* "a list", "a number", ... for messages */

#endif
