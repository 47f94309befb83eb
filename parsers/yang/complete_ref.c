/*
 * What a leafref points at: the way there is the one of its path, entries on it get the keys that the path names, or the leaf's own value
 * where the target is the key.
 */
#include <stdlib.h>
#include <string.h>

#include <libyang/libyang.h>

#include "parsers/yang/complete_part.h"

#define MAX_DEPTH 64
#define MAX_KEYS 8

struct way {
	struct lyd_node **tree;
	const struct lyd_node *from;            /* the leaf that points */
	const struct lysc_node *target;
	const char *path;                       /* its text */
	bool added;
};

struct lyd_node *
complete_child(const struct lyd_node *parent, const struct lysc_node *schema)
{
	struct lyd_node *c;

	LY_LIST_FOR(lyd_child(parent), c) {
		if (c->schema == schema)
			return c;
	}
	return NULL;
}

static const struct lysc_type_leafref *
leafref_of(const struct lysc_node *leaf)
{
	const struct lysc_type *type = leaf->nodetype == LYS_LEAF ? ((const struct lysc_node_leaf *)leaf)->type
	                                                          : ((const struct lysc_node_leaflist *)leaf)->type;

	return type->basetype == LY_TYPE_LEAFREF ? (const struct lysc_type_leafref *)type : NULL;
}

/* The node that the leafref `leaf` points at, or NULL. */
static const struct lysc_node *
target_of(const struct lysc_node *leaf)
{
	const struct lysc_type_leafref *ref = leafref_of(leaf);
	const struct lysc_node *target = NULL;
	struct ly_set *atoms = NULL;

	if (!ref || lys_find_expr_atoms(leaf, leaf->module, ref->path, ref->prefixes, 0, &atoms) != LY_SUCCESS)
		return NULL;
	/* The path's own nodes come in their order, but those of a predicate may come behind: the deepest that has the path's last name. */
	for (uint32_t i = 0; i < atoms->count; i++) {
		const char *path = lyxp_get_expr(ref->path), *last = strrchr(path, '/');
		const char *name = last ? last + 1 : path, *colon = strchr(name, ':');

		if (strcmp(atoms->snodes[i]->name, colon ? colon + 1 : name) == 0 && atoms->snodes[i] != leaf &&
		    atoms->snodes[i]->nodetype & (LYS_LEAF | LYS_LEAFLIST))
			target = atoms->snodes[i];
	}
	ly_set_free(atoms, NULL);
	return target;
}

/* ---- keys of an entry on the way ---- */

/* The leaf at `text`, which is relative to the pointing leaf: `../interface`. */
static const char *
value_at(const struct lyd_node *from, const char *text)
{
	const struct lyd_node *c;

	for (; strncmp(text, "../", 3) == 0 && from; text += 3)
		from = lyd_parent(from);
	LY_LIST_FOR(lyd_child(from), c) {
		size_t n = strlen(c->schema->name);
		const char *colon = strchr(text, ':'), *name = colon && colon < text + strcspn(text, "]/ ") ? colon + 1 : text;

		if (strncmp(name, c->schema->name, n) == 0 && strchr("] /", name[n]) && name[n])
			return lyd_get_value(c);
	}
	return NULL;
}

/* What `[key = current()/../...]` of the path gives, or NULL. */
static const char *
value_of_predicate(const struct way *w, const char *key)
{
	static const char current[] = "current()/";
	size_t n = strlen(key);

	for (const char *p = w->path; (p = strstr(p, key)); p++) {
		const char *q = p + n + strspn(p + n, " ");

		if (*q != '=' || (p[-1] != '[' && p[-1] != ':' && p[-1] != ' '))
			continue;
		q += 1 + strspn(q + 1, " ");
		if (strncmp(q, current, sizeof(current) - 1) == 0)
			return value_at(w->from, q + sizeof(current) - 1);
	}
	return NULL;
}

static const char *
value_for_key(const struct way *w, const struct lysc_node *key)
{
	const char *value = value_of_predicate(w, key->name);

	if (value)
		return value;
	return key == w->target || target_of(key) == w->target ? lyd_get_value(w->from) : NULL;
}

static bool
has_keys(const struct way *w, const struct lyd_node *entry)
{
	const struct lyd_node *key;

	LY_LIST_FOR(lyd_child(entry), key) {
		const char *wanted = lysc_is_key(key->schema) ? value_for_key(w, key->schema) : NULL;

		if (wanted && strcmp(wanted, lyd_get_value(key)) != 0)
			return false;
	}
	return true;
}

/* ---- the way down ---- */

static struct lyd_node *
find_step(const struct way *w, const struct lyd_node *at, const struct lysc_node *step)
{
	struct lyd_node *c, *first = at ? lyd_child(at) : *w->tree;

	LY_LIST_FOR(first, c) {
		if (c->schema == step && (step->nodetype != LYS_LIST || has_keys(w, c)))
			return c;
	}
	return NULL;
}

/* An entry with its keys; what nothing names is made up. */
static struct lyd_node *
make_entry(const struct way *w, struct lyd_node *at, const struct lysc_node *list)
{
	char *v[MAX_KEYS] = { NULL };
	struct lyd_node *made = NULL;
	size_t n = 0;
	bool good = true;

	for (const struct lysc_node *key = lysc_node_child(list); key && lysc_is_key(key) && good; key = key->next) {
		const char *wanted = value_for_key(w, key);

		good = n < MAX_KEYS && (v[n++] = wanted ? strdup(wanted) : complete_value(key));
	}
	/* Of the values libyang takes as many as the list has keys. */
	if (!good || lyd_new_list(at, list->module, list->name, 0, &made, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]) != LY_SUCCESS)
		made = NULL;
	for (size_t i = 0; i < n; i++)
		free(v[i]);
	return made;
}

static struct lyd_node *
make_step(struct way *w, struct lyd_node *at, const struct lysc_node *step)
{
	struct lyd_node *made = NULL;
	LY_ERR e = LY_SUCCESS;

	if (step->nodetype == LYS_LIST)
		made = make_entry(w, at, step);
	else if (step->nodetype == LYS_CONTAINER)
		e = lyd_new_inner(at, step->module, step->name, 0, &made);
	else
		e = lyd_new_term(at, step->module, step->name, lyd_get_value(w->from), 0, &made);
	if (e != LY_SUCCESS || !made)
		return NULL;
	if (!at)
		lyd_insert_sibling(*w->tree, made, w->tree);
	w->added = true;
	return made;
}

/* The node where the path starts: up from the leaf, or NULL for the root. */
static struct lyd_node *
start_of(const struct way *w)
{
	struct lyd_node *at = NULL;
	const struct lyd_node *up = w->from;

	for (const char *p = w->path; strncmp(p, "..", 2) == 0 && up; p += p[2] == '/' ? 3 : 2) {
		at = lyd_parent(up);
		up = at;
	}
	return at;
}

static void
walk(struct way *w)
{
	const struct lysc_node *steps[MAX_DEPTH], *s;
	struct lyd_node *at = start_of(w);
	size_t n = 0;

	for (s = w->target; s && s != (at ? at->schema : NULL) && n < MAX_DEPTH; s = s->parent) {
		if (!(s->nodetype & (LYS_CHOICE | LYS_CASE)))
			steps[n++] = s;
	}
	if (s != (at ? at->schema : NULL))
		return;
	while (n > 0) {
		const struct lysc_node *step = steps[--n];
		struct lyd_node *next = find_step(w, at, step);

		at = next ? next : make_step(w, at, step);
		if (!at)
			return;
	}
}

bool
complete_leafref(struct lyd_node **tree, const struct lyd_node *node)
{
	const struct lysc_type_leafref *ref = leafref_of(node->schema);
	struct way w = { .tree = tree, .from = node };

	if (!ref || !ref->require_instance)
		return false;
	w.target = target_of(node->schema);
	w.path = lyxp_get_expr(ref->path);
	if (w.target)
		walk(&w);
	return w.added;
}
