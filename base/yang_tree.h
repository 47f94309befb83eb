/*
 * yang_tree: an object of the models, compiled once, written for each event (RFC 7951).
 *
 * The tree has containers, lists of one entry, and leaves; a leaf's value, and a list's key, is a slot: a text that the writer of the event has
 * found before.  A leaf without a text is left out, and so is a container in which nothing is left; a list whose key has no text is left out with
 * all that is under it.  An object has one entry of a list:
 * of several that are named with other keys the first stands that can.  A key stands again in the `state` of its entry, where the models have it.
 */
#ifndef NETNORM_BASE_YANG_TREE_H
#define NETNORM_BASE_YANG_TREE_H

#include "base/json.h"
#include "base/yang_type.h"

#define YANG_TREE_MAX_NODES 64          /* a bit each: leaves count, mirrors of keys count */
#define YANG_TREE_MAX_KEYS 4            /* of a list */
#define YANG_TREE_MAX_SLOTS 64          /* a bit each */
#define YANG_TREE_CLOSE 0x80

enum yang_tree_kind { YANG_CONTAINER, YANG_LIST, YANG_LEAF, YANG_MIRROR };

/* A node comes before its children. */
struct yang_tree_node {
	struct span name;               /* as it is written: "openconfig-system:system" */
	const struct span *key_names;
	unsigned char key_slots[YANG_TREE_MAX_KEYS];
	unsigned char nkeys;
	unsigned char kind;             /* enum yang_tree_kind */
	unsigned char slot;             /* of a leaf, of a mirror */
	bool always;                    /* stands there by itself, without a leaf under it */
	int parent;                     /* -1: a root */
	uint64_t above;                 /* itself and all its ancestors */
	uint64_t under;                 /* itself and all its descendants */
	uint64_t before;                /* lists of its name and parent that go before it */
	struct span open, close;        /* what begins and ends it: `"name":[{"key":`, `}],`; of parents that have no other child, too */
};

struct yang_tree {
	struct yang_tree_node *nodes;   /* room for YANG_TREE_MAX_NODES while it grows */
	size_t n;
	size_t nslots;
	unsigned char *order;           /* of writing: a node's index; with YANG_TREE_CLOSE what ends it */
	size_t norder;
	uint64_t always, mirrors;       /* nodes */
	uint64_t rivals;                /* lists that stand only where no one before them of the same name does */
	uint64_t *leaves;               /* by slot: the leaves that show it */
	uint64_t *keyed;                /* by slot: the nodes that go with it if it has no text */
};

/* The child of `parent` (-1: a root) that has this kind, name and these keys; made if it is not there.  -1: the tree is full. */
int yang_tree_node(struct yang_tree *, int parent, const struct yang_tree_node *like);
/* When all is in: a copy in the arena that the writer can use; NULL without memory. */
struct yang_tree *yang_tree_finish(const struct yang_tree *, struct arena *);
/* Which nodes stand where the slots of this mask have a text; 0: nothing is left. */
uint64_t yang_tree_present(const struct yang_tree *, uint64_t known);
/* What is left of `present` without these nodes (whole subtrees); what would hold nothing then goes with them. */
uint64_t yang_tree_without(const struct yang_tree *, uint64_t present, uint64_t nodes);
/* {"...": {...}} with the texts of the slots; `present` is what yang_tree_present() gave. */
void yang_tree_write(const struct yang_tree *, uint64_t present, const struct yang_text *slots, struct json *);

#endif
