#include "base/yang_tree.h"

static bool
same_node(const struct yang_tree_node *a, const struct yang_tree_node *b)
{
	if (a->kind != b->kind || a->parent != b->parent || !span_eq(a->name, b->name) || a->nkeys != b->nkeys)
		return false;
	for (unsigned i = 0; i < a->nkeys; i++)
		if (a->key_slots[i] != b->key_slots[i] || !span_eq(a->key_names[i], b->key_names[i]))
			return false;
	return true;
}

int
yang_tree_node(struct yang_tree *t, int parent, const struct yang_tree_node *like)
{
	struct yang_tree_node node = *like;

	node.parent = parent;
	for (size_t i = 0; i < t->n; i++)
		if (same_node(&t->nodes[i], &node)) {
			t->nodes[i].always |= node.always;
			return (int)i;
		}
	if (t->n == YANG_TREE_MAX_NODES)
		return -1;
	t->nodes[t->n] = node;
	return (int)t->n++;
}

/* Leaves of a node first, as they were named, then what opens: so `state` of an entry is read before what lies deeper. */
static void
put_order(struct yang_tree *t, int parent)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->nodes[i].parent != parent)
			continue;
		t->order[t->norder++] = (unsigned char)i;
		if (t->nodes[i].kind > YANG_LIST)
			continue;
		put_order(t, (int)i);   /* as deep as the models are */
		t->order[t->norder++] = (unsigned char)i;
	}
}

struct yang_tree *
yang_tree_finish(const struct yang_tree *grown, struct arena *arena)
{
	struct yang_tree *t = arena_alloc(arena, sizeof(*t));

	if (!t)
		return NULL;
	*t = *grown;
	t->nodes = arena_alloc(arena, (t->n + 1) * sizeof(*t->nodes));
	t->order = arena_alloc(arena, 2 * t->n + 1);
	t->keyed = arena_alloc(arena, (t->nslots + 1) * sizeof(*t->keyed));
	if (!t->nodes || !t->order || !t->keyed)
		return NULL;
	memcpy(t->nodes, grown->nodes, t->n * sizeof(*t->nodes));
	memset(t->keyed, 0, (t->nslots + 1) * sizeof(*t->keyed));
	for (size_t i = 0; i < t->n; i++) {
		t->nodes[i].above = t->nodes[i].under = UINT64_C(1) << i;
		for (int up = t->nodes[i].parent; up >= 0; up = t->nodes[up].parent) {
			t->nodes[i].above |= UINT64_C(1) << up;
			t->nodes[up].under |= UINT64_C(1) << i;
		}
	}
	for (size_t i = 0; i < t->n; i++)
		for (unsigned k = 0; k < t->nodes[i].nkeys; k++)
			t->keyed[t->nodes[i].key_slots[k]] |= t->nodes[i].under;
	t->norder = 0;
	put_order(t, -1);
	return t;
}

uint64_t
yang_tree_present(const struct yang_tree *t, const struct yang_text *slots)
{
	uint64_t present = 0, but_not = 0;

	for (size_t i = 0; i < t->nslots; i++)
		if (!slots[i].text.p)
			but_not |= t->keyed[i];
	for (size_t i = 0; i < t->n; i++) {
		const struct yang_tree_node *node = &t->nodes[i];

		if (but_not >> i & 1 || node->kind == YANG_MIRROR)
			continue;
		if (node->always || (node->kind == YANG_LEAF && slots[node->slot].text.p))
			present |= node->above;
	}
	/* A mirror goes with its entry, two levels up: entry, state, mirror. */
	for (size_t i = 0; i < t->n; i++)
		if (t->nodes[i].kind == YANG_MIRROR && present >> t->nodes[t->nodes[i].parent].parent & 1)
			present |= t->nodes[i].above;
	return present;
}

static void
put_name(struct json *j, struct span name)
{
	char *p;

	if (!json_reserve(j, name.n + 3))
		return;
	p = j->p + j->n;
	*p++ = '"';
	memcpy(p, name.p, name.n);
	p += name.n;
	*p++ = '"';
	*p++ = ':';
	j->n = (size_t)(p - j->p);
}

/* With a comma behind it: what closes takes the last one away. */
static void
put_text(struct json *j, const struct yang_text *text)
{
	j->comma = false;
	if (text->quoted)
		json_quoted(j, text->text);
	else
		json_raw(j, text->text, false);
	json_raw(j, SPAN_LIT(","), false);
}

static void
put_open(struct json *j, const struct yang_tree_node *node, const struct yang_text *slots)
{
	put_name(j, node->name);
	json_raw(j, node->kind == YANG_LIST ? SPAN_LIT("[{") : SPAN_LIT("{"), false);
	for (unsigned i = 0; i < node->nkeys; i++) {
		put_name(j, node->key_names[i]);
		put_text(j, &slots[node->key_slots[i]]);
	}
}

static void
put_close(struct json *j, struct span close)
{
	if (json_ok(j) && j->n > 0 && j->p[j->n - 1] == ',')
		j->n--;
	json_raw(j, close, false);
}

void
yang_tree_write(const struct yang_tree *t, uint64_t present, const struct yang_text *slots, struct json *j)
{
	uint64_t open = 0;

	if (j->comma)
		json_raw(j, SPAN_LIT(","), false);
	json_raw(j, SPAN_LIT("{"), false);
	for (size_t i = 0; i < t->norder; i++) {
		const struct yang_tree_node *node = &t->nodes[t->order[i]];
		uint64_t bit = UINT64_C(1) << t->order[i];

		if (!(present & bit))
			continue;
		if (node->kind > YANG_LIST) {
			put_name(j, node->name);
			put_text(j, &slots[node->slot]);
		} else if (open & bit) {
			put_close(j, node->kind == YANG_LIST ? SPAN_LIT("}],") : SPAN_LIT("},"));
		} else {
			open |= bit;
			put_open(j, node, slots);
		}
	}
	put_close(j, SPAN_LIT("}"));
	j->comma = true;
}
