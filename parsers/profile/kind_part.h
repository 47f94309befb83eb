/* kind_part: what kind.c (the files) and kind_path.c (paths, keys, values) share. */
#ifndef NETNORM_PARSERS_PROFILE_KIND_PART_H
#define NETNORM_PARSERS_PROFILE_KIND_PART_H

#include "parsers/profile/reader.h"

#define KIND_MAX_PATHS 256

struct kind_path {
	struct span name, path;
};

struct kind_type {
	struct span spelling;
	const struct yang_type *type;
	struct kind_type *next;
};

/* A node of the models that some path went through. */
struct kind_place {
	struct yang_node node;
	const struct yang_type *type;           /* of a leaf, once it was asked for */
	struct kind_place *first, *next;        /* children that were looked up */
};

/* A fact that messages of an earlier directory give and their kind does not ask for: told once. */
struct kind_dropped {
	const struct strict_kind *kind;
	struct span fact;
	struct kind_dropped *next;
};

/* All kinds while they are read. */
struct kinds {
	struct reader *r;
	const struct yang_table *table;
	struct profile_os os;                   /* has the maps */
	struct kind_path paths[KIND_MAX_PATHS];
	size_t npaths;
	struct kind_type *types;
	struct kind_place root;
	const struct strict_kind *alarm, *record;
	size_t dir;                             /* of the document that is read */
	struct kind_dropped *dropped;
};

/* One kind. */
struct kind_builder {
	struct kinds *k;
	struct strict_kind *kind;
	struct yang_tree tree;
	struct yang_tree_node nodes[YANG_TREE_MAX_NODES];
	struct strict_slot slots[YANG_TREE_MAX_SLOTS];
	struct strict_fact facts[STRICT_MAX_FACTS];
	size_t alias, aliased;                  /* bytes of `$name` in the key that is read, and of what it stands for */
	const struct yaml_node *key, *value;    /* of that entry, for faults; NULL: a path of our own */
};

/* At `offset` of the path as it is spelled out: what an alias brought is told at the alias.  (kind_slot.c) */
void kind_tell(struct kind_builder *, size_t offset, size_t width, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The slot for this value of this type; -1 after a fault. */
int kind_slot(struct kind_builder *, struct span written, const struct yang_type *, struct span path);
struct span kind_expand(struct kinds *, const struct yaml_node *, struct span text, size_t *alias);
bool kind_begin(struct kind_builder *, struct kinds *, struct span name);
/* One entry; an absent value: the path names a list's entry alone.  `key` is for faults; NULL: a path of our own. */
void kind_put(struct kind_builder *, const struct yaml_node *key, struct span path, struct span value);
/* Do the models have this path (without keys)?  The module of our own may be missing in a table that is not ours. */
bool kind_has(struct kind_builder *, struct span path);
void kind_end(struct kind_builder *);

#endif
