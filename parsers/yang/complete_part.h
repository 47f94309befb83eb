/*
 * complete_part: what the files of complete share.
 */
#ifndef NETNORM_YANG_COMPLETE_PART_H
#define NETNORM_YANG_COMPLETE_PART_H

#include <stdbool.h>
#include <stddef.h>

struct lyd_node;
struct lysc_node;

/* The first child that is an instance of `schema`, or NULL. */
struct lyd_node *complete_child(const struct lyd_node *parent, const struct lysc_node *schema);

/* Text that the leaf's type takes, for the caller to free; NULL when none is known. */
char *complete_value(const struct lysc_node *leaf);

/* The i-th value of a leaf whose type has a few words (an enumeration, an identity, a boolean), to be freed; NULL behind the last one. */
char *complete_choice(const struct lysc_node *leaf, size_t i);

/* Whether the `when`s of the node hold. */
bool complete_has_place(const struct lyd_node *node);

/* Give a leaf that was made up the one of its words by which most nodes of the tree have their place. */
void complete_settle(struct lyd_node *leaf);

/* Make up what the `when`s of a node that has no place read.  Whether anything was added. */
bool complete_place(struct lyd_node *node);

/* Make what the leafref `node` points at, and the entries on the way to it.  Whether anything was added. */
bool complete_leafref(struct lyd_node **tree, const struct lyd_node *node);

#endif
