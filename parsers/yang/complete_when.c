/*
 * What a `when` asks for.  A node of the event stands where the type of an interface, say, is Ethernet; the line does not tell the type, so
 * the one made up must be of the kind that the event's nodes can stand by.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libyang/libyang.h>

#include "parsers/yang/complete_part.h"

bool
complete_has_place(const struct lyd_node *node)
{
	const struct lysc_node *s = node->schema;

	/* The choices that it stands in have theirs, too. */
	do {
		struct lysc_when **whens = lysc_node_when(s);
		LY_ARRAY_COUNT_TYPE i;

		LY_ARRAY_FOR(whens, i) {
			const struct lyd_node *from = whens[i]->context == node->schema ? node : lyd_parent(node);
			ly_bool holds = 0;

			if (lyd_eval_xpath3(from, s->module, lyxp_get_expr(whens[i]->cond), LY_VALUE_SCHEMA_RESOLVED,
			    whens[i]->prefixes, NULL, &holds) != LY_SUCCESS || !holds)
				return false;
		}
		s = s->parent;
	} while (s && s->nodetype & (LYS_CHOICE | LYS_CASE));
	return true;
}

static size_t
count_misplaced(struct lyd_node *node)
{
	struct lyd_node *top = node, *n;
	size_t count = 0;

	while (lyd_parent(top))
		top = lyd_parent(top);
	LYD_TREE_DFS_BEGIN(top, n) {
		count += !complete_has_place(n);
		LYD_TREE_DFS_END(top, n);
	}
	return count;
}

void
complete_settle(struct lyd_node *leaf)
{
	size_t least = count_misplaced(leaf), count;
	char *best = strdup(lyd_get_value(leaf)), *value;

	for (size_t i = 0; best && least > 0 && (value = complete_choice(leaf->schema, i)); i++) {
		if (lyd_change_term(leaf, value) == LY_SUCCESS && (count = count_misplaced(leaf)) < least) {
			least = count;
			free(best);
			best = value;
		} else {
			free(value);
		}
	}
	if (best)
		lyd_change_term(leaf, best);
	free(best);
}

/* ---- leaves that a `when` reads and that are not there ---- */

/* The node in whose place, or above it, `schema` would stand: the instance of its parent, made where only containers are missing. */
static struct lyd_node *
make_parent(struct lyd_node *near, const struct lysc_node *schema)
{
	const struct lysc_node *parent = lysc_data_parent(schema);
	struct lyd_node *at, *made = NULL;

	if (!parent)
		return NULL;
	for (at = near; at; at = lyd_parent(at)) {
		if (at->schema == parent)
			return at;
	}
	if (parent->nodetype != LYS_CONTAINER || !(at = make_parent(near, parent)))
		return NULL;
	made = complete_child(at, parent);
	if (!made && lyd_new_inner(at, parent->module, parent->name, 0, &made) != LY_SUCCESS)
		return NULL;
	return made;
}

static bool
add_read_leaf(struct lyd_node *node, const struct lysc_node *leaf)
{
	struct lyd_node *parent, *made = NULL;
	char *value = complete_choice(leaf, 0);

	parent = value ? make_parent(node, leaf) : NULL;
	if (!parent || complete_child(parent, leaf) || lyd_new_term(parent, leaf->module, leaf->name, value, 0, &made) != LY_SUCCESS)
		made = NULL;
	free(value);
	if (made)
		complete_settle(made);
	return made != NULL;
}

bool
complete_place(struct lyd_node *node)
{
	struct lysc_when **whens = lysc_node_when(node->schema);
	bool added = false;
	LY_ARRAY_COUNT_TYPE i;

	if (complete_has_place(node))
		return false;
	LY_ARRAY_FOR(whens, i) {
		struct ly_set *atoms = NULL;

		if (lys_find_expr_atoms(whens[i]->context, node->schema->module, whens[i]->cond, whens[i]->prefixes, 0, &atoms) != LY_SUCCESS)
			continue;
		for (uint32_t k = 0; k < atoms->count; k++) {
			if (atoms->snodes[k]->nodetype == LYS_LEAF && !lysc_is_key(atoms->snodes[k]))
				added |= add_read_leaf(node, atoms->snodes[k]);
		}
		ly_set_free(atoms, NULL);
	}
	return added;
}
