/*
 * Rounds over the tree, until one adds nothing: what a leafref points at may have leafrefs and mandatory leaves of its own.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libyang/libyang.h>

#include "parsers/yang/complete.h"
#include "parsers/yang/complete_part.h"

#define MAX_ROUNDS 16

static struct ly_set *
all_nodes(struct lyd_node *tree)
{
	struct ly_set *set = NULL;
	struct lyd_node *root, *n;

	if (ly_set_new(&set) != LY_SUCCESS)
		return NULL;
	LY_LIST_FOR(tree, root) {
		LYD_TREE_DFS_BEGIN(root, n) {
			if (ly_set_add(set, n, 1, NULL) != LY_SUCCESS)
				break;
			LYD_TREE_DFS_END(root, n);
		}
	}
	return set;
}

/* ---- mandatory leaves ---- */

static bool
is_plain_container(const struct lysc_node *node)
{
	return node->nodetype == LYS_CONTAINER && !(node->flags & LYS_PRESENCE);
}

/* Whether a mandatory leaf stands below, through containers that are there whenever their parent is. */
static bool
asks_for_leaves(const struct lysc_node *parent)
{
	const struct lysc_node *c = NULL;

	while ((c = lys_getnext(c, parent, NULL, 0))) {
		if (c->nodetype == LYS_LEAF ? (c->flags & LYS_MAND_TRUE) != 0 : is_plain_container(c) && asks_for_leaves(c))
			return true;
	}
	return false;
}

static struct lyd_node *
kept_if_right(struct lyd_node *node)
{
	if (node && !complete_has_place(node)) {
		lyd_free_tree(node);
		return NULL;
	}
	return node;
}

/* A leaf of `config` or `state` that has the name of a key of the entry around it. */
static const char *
value_of_key(const struct lyd_node *parent, const struct lysc_node *leaf)
{
	const struct lyd_node *entry = lyd_parent(parent), *key;

	if (!entry || entry->schema->nodetype != LYS_LIST)
		return NULL;
	LY_LIST_FOR(lyd_child(entry), key) {
		if (lysc_is_key(key->schema) && strcmp(key->schema->name, leaf->name) == 0)
			return lyd_get_value(key);
	}
	return NULL;
}

/* A mandatory leaf, where its `when` lets it be. */
static bool
add_leaf(struct lyd_node *parent, const struct lysc_node *leaf)
{
	const char *key = value_of_key(parent, leaf);
	char *value = key ? strdup(key) : complete_value(leaf);
	struct lyd_node *node = NULL;

	if (value && lyd_new_term(parent, leaf->module, leaf->name, value, 0, &node) == LY_SUCCESS)
		node = kept_if_right(node);
	if (node && !key)
		complete_settle(node);
	free(value);
	return node != NULL;
}

static bool
add_leaves(struct lyd_node *parent, const struct lysc_node *asking)
{
	const struct lysc_node *c = NULL;
	bool added = false;

	while ((c = lys_getnext(c, asking, NULL, 0))) {
		struct lyd_node *node = complete_child(parent, c);
		bool is_leaf = c->nodetype == LYS_LEAF;

		if (is_leaf ? node || !(c->flags & LYS_MAND_TRUE) : !is_plain_container(c) || !asks_for_leaves(c))
			continue;
		if (is_leaf) {
			added |= add_leaf(parent, c);
			continue;
		}
		if (!node && lyd_new_inner(parent, c->module, c->name, 0, &node) == LY_SUCCESS)
			node = kept_if_right(node);
		if (node)
			added |= add_leaves(node, c);
	}
	return added;
}

/* ---- rounds ---- */

enum step { LEAFREFS, LEAVES, PLACES, STEPS };

static bool
complete_node(struct lyd_node **tree, struct lyd_node *node, enum step step)
{
	switch (step) {
	case LEAFREFS:
		return node->schema->nodetype & (LYS_LEAF | LYS_LEAFLIST) && complete_leafref(tree, node);
	case LEAVES:
		return node->schema->nodetype & (LYS_CONTAINER | LYS_LIST) && add_leaves(node, node->schema);
	default:
		return complete_place(node);
	}
}

static bool
complete_round(struct lyd_node **tree)
{
	struct ly_set *nodes = all_nodes(*tree);
	bool added = false;

	/* What leafrefs bring need not be made up; what is mandatory need not be guessed from a `when`. */
	for (enum step step = LEAFREFS; step < STEPS && !added; step++) {
		for (uint32_t i = 0; nodes && i < nodes->count; i++)
			added |= complete_node(tree, nodes->dnodes[i], step);
	}
	ly_set_free(nodes, NULL);
	return added;
}

void
complete_tree(struct lyd_node **tree)
{
	for (int round = 0; round < MAX_ROUNDS; round++) {
		if (!complete_round(tree))
			break;
	}
}
