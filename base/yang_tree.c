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

/* What the masks say of one node; its ancestors stand before it. */
static void
mark_node(struct yang_tree *t, size_t i)
{
	struct yang_tree_node *node = &t->nodes[i];
	uint64_t bit = UINT64_C(1) << i;

	node->above = node->under = bit;
	for (int up = node->parent; up >= 0; up = t->nodes[up].parent) {
		node->above |= UINT64_C(1) << up;
		t->nodes[up].under |= bit;
	}
	node->before = 0;
	for (size_t k = 0; k < i && node->kind == YANG_LIST; k++)
		if (t->nodes[k].kind == YANG_LIST && t->nodes[k].parent == node->parent && span_eq(t->nodes[k].name, node->name))
			node->before |= UINT64_C(1) << k;
	if (node->before)
		t->rivals |= bit;
	if (node->always)
		t->always |= bit;
	if (node->kind == YANG_MIRROR)
		t->mirrors |= bit;
	if (node->kind == YANG_LEAF)
		t->leaves[node->slot] |= bit;
}

/* `"name":`, `"name":{`, `"name":[{"key":` */
static struct span
open_text(const struct yang_tree_node *node, struct arena *arena)
{
	static const char *const ends[] = { [YANG_CONTAINER] = "{", [YANG_LIST] = "[{", [YANG_LEAF] = "", [YANG_MIRROR] = "" };
	struct span open = arena_printf(arena, "\"%.*s\":%s", (int)node->name.n, node->name.p, ends[node->kind]);

	if (!open.p || node->nkeys == 0)
		return open;
	return arena_printf(arena, "%.*s\"%.*s\":", (int)open.n, open.p, (int)node->key_names[0].n, node->key_names[0].p);
}

static size_t
count_children(const struct yang_tree *t, int parent)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->nodes[i].parent == parent;
	return n;
}

/*
 * The steps of writing what is under `parent`.  A container with one child stands exactly where that one does: it has no step of its own, and
 * what begins and ends it (`before`, `behind`) goes to the child's.
 */
static bool
put_order(struct yang_tree *t, struct arena *arena, int parent, struct span before, struct span behind)
{
	for (size_t i = 0; i < t->n; i++) {
		struct yang_tree_node *node = &t->nodes[i];
		struct span open;

		if (node->parent != parent)
			continue;
		open = open_text(node, arena);
		open = arena_printf(arena, "%.*s%.*s", (int)before.n, before.p, (int)open.n, open.p ? open.p : "");
		if (!open.p)
			return false;
		if (node->kind == YANG_CONTAINER && !node->always && count_children(t, (int)i) == 1) {
			struct span close = arena_printf(arena, "}%.*s", (int)behind.n, behind.p);

			if (!close.p || !put_order(t, arena, (int)i, open, close))      /* as deep as the models are */
				return false;
			continue;
		}
		node->open = open;
		t->order[t->norder++] = (unsigned char)i;
		if (node->kind <= YANG_LIST && !put_order(t, arena, (int)i, SPAN_LIT(""), SPAN_LIT("")))
			return false;
		node->close = arena_printf(arena, "%s%.*s,", node->kind == YANG_LIST ? "}]" : node->kind == YANG_CONTAINER ? "}" : "", (int)behind.n, behind.p);
		if (!node->close.p)
			return false;
		if (node->close.n > 1)
			t->order[t->norder++] = (unsigned char)(i | YANG_TREE_CLOSE);
	}
	return true;
}

struct yang_tree *
yang_tree_finish(const struct yang_tree *grown, struct arena *arena)
{
	struct yang_tree *t = arena_alloc(arena, sizeof(*t));

	if (!t)
		return NULL;
	*t = *grown;
	t->norder = 0;
	t->always = t->mirrors = t->rivals = 0;
	t->nodes = arena_alloc(arena, (t->n + 1) * sizeof(*t->nodes));
	t->order = arena_alloc(arena, 2 * t->n + 1);
	t->keyed = arena_alloc(arena, (t->nslots + 1) * sizeof(*t->keyed));
	t->leaves = arena_alloc(arena, (t->nslots + 1) * sizeof(*t->leaves));
	if (!t->nodes || !t->order || !t->keyed || !t->leaves)
		return NULL;
	memcpy(t->nodes, grown->nodes, t->n * sizeof(*t->nodes));
	memset(t->keyed, 0, (t->nslots + 1) * sizeof(*t->keyed));
	memset(t->leaves, 0, (t->nslots + 1) * sizeof(*t->leaves));
	for (size_t i = 0; i < t->n; i++)
		mark_node(t, i);
	for (size_t i = 0; i < t->n; i++)
		for (unsigned k = 0; k < t->nodes[i].nkeys; k++)
			t->keyed[t->nodes[i].key_slots[k]] |= t->nodes[i].under;
	return put_order(t, arena, -1, SPAN_LIT(""), SPAN_LIT("")) ? t : NULL;
}

/* Of lists of one name side by side the first that stands. */
static uint64_t
without_rivals(const struct yang_tree *t, uint64_t present)
{
	for (uint64_t rest = t->rivals & present; rest; rest &= rest - 1) {
		size_t i = (size_t)__builtin_ctzll(rest);

		if (present & t->nodes[i].before)
			present &= ~t->nodes[i].under;
	}
	return present;
}

uint64_t
yang_tree_present(const struct yang_tree *t, uint64_t known)
{
	uint64_t nodes = t->always, gone = 0, present = 0;

	for (size_t i = 0; i < t->nslots; i++)
		if (known >> i & 1)
			nodes |= t->leaves[i];
		else
			gone |= t->keyed[i];
	for (nodes &= ~gone; nodes; nodes &= nodes - 1)
		present |= t->nodes[__builtin_ctzll(nodes)].above;
	/* A mirror goes with its entry, two levels up: entry, state, mirror. */
	for (nodes = t->mirrors; nodes; nodes &= nodes - 1) {
		const struct yang_tree_node *mirror = &t->nodes[__builtin_ctzll(nodes)];

		if (present >> t->nodes[mirror->parent].parent & 1)
			present |= mirror->above;
	}
	return t->rivals & present ? without_rivals(t, present) : present;
}

uint64_t
yang_tree_without(const struct yang_tree *t, uint64_t present, uint64_t nodes)
{
	uint64_t left = present & ~nodes, kept = 0;

	for (uint64_t rest = left; rest; rest &= rest - 1) {
		size_t i = (size_t)__builtin_ctzll(rest);
		const struct yang_tree_node *node = &t->nodes[i];

		if (node->kind != YANG_CONTAINER || node->always)
			kept |= node->above;
	}
	return left & kept;
}

/* With a comma behind it: what closes takes the last one away. */
static inline void
put_text(struct json *j, const struct yang_text *text)
{
	char *p;

	if (!text->plain) {
		j->comma = false;
		json_quoted(j, text->text);
		json_raw(j, SPAN_LIT(","), false);
		return;
	}
	if (!json_reserve(j, text->text.n + 3))
		return;
	p = j->p + j->n;
	*p = '"';
	p += text->quoted;
	memcpy(p, text->text.p, text->text.n);
	p += text->text.n;
	*p = '"';
	p += text->quoted;
	*p++ = ',';
	j->n = (size_t)(p - j->p);
}

static inline void
put_open(struct json *j, const struct yang_tree_node *node, const struct yang_text *slots)
{
	json_raw(j, node->open, false);
	if (node->kind > YANG_LIST)
		put_text(j, &slots[node->slot]);
	for (unsigned i = 0; i < node->nkeys; i++) {
		if (i > 0) {
			json_raw(j, SPAN_LIT("\""), false);
			json_raw(j, node->key_names[i], false);
			json_raw(j, SPAN_LIT("\":"), false);
		}
		put_text(j, &slots[node->key_slots[i]]);
	}
}

static inline void
put_close(struct json *j, struct span close)
{
	if (!j->failed && j->n > 0 && j->p[j->n - 1] == ',')
		j->n--;
	json_raw(j, close, false);
}

void
yang_tree_write(const struct yang_tree *t, uint64_t present, const struct yang_text *slots, struct json *j)
{
	if (j->comma)
		json_raw(j, SPAN_LIT(","), false);
	json_raw(j, SPAN_LIT("{"), false);
	for (size_t i = 0; i < t->norder; i++) {
		unsigned at = t->order[i] & ~(unsigned)YANG_TREE_CLOSE;

		if (!(present >> at & 1))
			continue;
		if (t->order[i] & YANG_TREE_CLOSE)
			put_close(j, t->nodes[at].close);
		else
			put_open(j, &t->nodes[at], slots);
	}
	put_close(j, SPAN_LIT("}"));
	j->comma = true;
}
