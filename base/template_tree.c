/*
 * The slower way: each path is spelt out for the message, cut at "//" and set in a tree, one after the other, as napalm-logs does it.
 * The tree's depth is up to the line, so nothing here recurses.
 */
#include "base/template_part.h"

struct template_tree {
	struct span key;
	const struct fact *leaf;        /* NULL: an object */
	struct template_tree *parent, *first, *last, *next;
};

static struct template_tree *
find_child(const struct template_tree *node, struct span key)
{
	for (struct template_tree *child = node->first; child; child = child->next)
		if (span_eq(child->key, key))
			return child;
	return NULL;
}

static struct template_tree *
add_child(struct template_tree *node, struct span key, struct arena *arena)
{
	struct template_tree *child = arena_alloc(arena, sizeof(*child));

	if (!child)
		return NULL;
	*child = (struct template_tree){ .key = key, .parent = node };
	if (node->last)
		node->last->next = child;
	else
		node->first = child;
	node->last = child;
	return child;
}

/* The path with its values put in. */
static struct span
spell(const struct template_path *path, const struct nevent *ev, struct arena *arena)
{
	char number[TEMPLATE_NUMBER_BYTES];
	struct span out = { NULL, 0 };
	size_t total = 0;
	char *p;

	for (size_t i = 0; i < path->n; i++) {
		const struct template_piece *piece = &path->pieces[i];

		total += piece->value < 0 ? piece->literal.n : template_key_text(&ev->values[piece->value], number).n;
	}
	p = arena_alloc(arena, total + 1);
	if (!p)
		return SPAN_NONE;
	out.p = p;
	for (size_t i = 0; i < path->n; i++) {
		const struct template_piece *piece = &path->pieces[i];
		struct span text = piece->value < 0 ? piece->literal : template_key_text(&ev->values[piece->value], number);

		if (text.n > 0)
			memcpy(p + out.n, text.p, text.n);
		out.n += text.n;
	}
	return out;
}

/* The part of the path up to the next "//"; *path becomes what is behind it, absent at the end. */
static struct span
next_part(struct span *path)
{
	struct span part = *path;
	const char *mark = path->n > 1 ? memmem(path->p, path->n, "//", 2) : NULL;

	if (!mark) {
		*path = SPAN_NONE;
		return part;
	}
	part.n = (size_t)(mark - path->p);
	*path = span_skip(*path, part.n + 2);
	return part;
}

static int
set_path(struct template_tree *root, struct span path, const struct fact *leaf, struct arena *arena)
{
	struct template_tree *node = root, *child;

	if (!path.p)
		return -1;
	for (int level = 0; path.p; level++) {
		struct span key = next_part(&path);

		if (node->leaf || level >= TEMPLATE_MAX_LEVELS)
			return -1;
		child = find_child(node, key);
		if (!child && !(child = add_child(node, key, arena)))
			return -1;
		node = child;
	}
	node->leaf = leaf;
	node->first = node->last = NULL;
	return 0;
}

const struct template_tree *
template_tree_build(const struct template *t, const struct nevent *ev, struct arena *arena)
{
	struct template_tree *root = arena_alloc(arena, sizeof(*root));

	if (!root)
		return NULL;
	*root = (struct template_tree){ .key = SPAN_NONE };
	for (size_t i = 0; i < t->npaths; i++) {
		const struct template_path *path = &t->paths[i];
		const struct fact *leaf = path->value < 0 ? &path->constant : &ev->values[path->value];

		if (set_path(root, spell(path, ev, arena), leaf, arena) == -1)
			return NULL;
	}
	return root;
}

void
template_tree_put(const struct template_tree *root, struct json *json)
{
	const struct template_tree *node = root;

	json_object_begin(json);
	for (;;) {
		if (!node->leaf && node->first) {
			node = node->first;
		} else {
			while (node != root && !node->next) {
				node = node->parent;
				json_object_end(json);
			}
			if (node == root)
				break;
			node = node->next;
		}
		json_key(json, node->key);
		if (node->leaf) {
			template_put_fact(node->leaf, json);
			continue;
		}
		json_object_begin(json);
		/* Only objects with something in them are made: a path ends at a leaf. */
	}
	if (!root->first)
		json_object_end(json);
}
