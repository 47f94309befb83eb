/* Paths of the models, with their keys and values, become nodes and slots of a kind. */
#include <stdio.h>

#include "parsers/profile/kind_part.h"

#define CHILDREN_SHOWN 24

static void
tell_no_node(struct kind_builder *b, size_t offset, struct span parent, struct span name)
{
	struct span found[CHILDREN_SHOWN];
	const char *names[CHILDREN_SHOWN + 1] = { NULL };
	size_t n = yang_table_children(b->k->table, parent, found, CHILDREN_SHOWN), shown = n < CHILDREN_SHOWN ? n : CHILDREN_SHOWN;
	char list[600];
	size_t at = 0;
	const char *meant;

	list[0] = '\0';
	for (size_t i = 0; i < shown; i++) {
		struct span copy = arena_copy(&b->k->r->set->arena, found[i]);

		if (!copy.p)
			return;
		names[i] = copy.p;
		if (at < sizeof(list))
			at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s", i ? ", " : "", copy.p);
	}
	meant = diag_suggest(name, names);
	kind_tell(b, offset, name.n, "there is no \"%.*s\" in %.*s%s%s%s; there %s %s%s", READER_TEXT(name), READER_TEXT(parent.n ? parent : SPAN_LIT("/")),
	    meant ? " (did you mean \"" : "", meant ? meant : "", meant ? "\"?)" : "", n == 1 ? "is" : "are", n ? list : "no children",
	    n > shown ? ", ..." : "");
}

/* ---- the models ---- */

static struct span
copied_identities(void *ctx, struct span base)
{
	struct kinds *k = ctx;
	struct span words = yang_table_identities((void *)(uintptr_t)k->table, base);

	return words.p ? arena_copy(&k->r->set->arena, words) : words;
}

/* Each spelling is read once. */
static const struct yang_type *
type_of(struct kinds *k, struct span spelling)
{
	struct kind_type *t;
	struct arena *arena = &k->r->set->arena;

	for (t = k->types; t; t = t->next)
		if (span_eq(t->spelling, spelling))
			return t->type;
	t = reader_alloc(k->r, sizeof(*t));
	if (!t)
		return NULL;
	t->spelling = arena_copy(arena, spelling);
	t->type = t->spelling.p ? yang_type_read(arena, t->spelling, copied_identities, k) : NULL;
	t->next = k->types;
	k->types = t;
	return t->type;
}

/* The child, looked up once. */
static struct kind_place *
place_of(struct kinds *k, struct kind_place *parent, struct span name, struct span module)
{
	struct kind_place *place;
	struct yang_node node;

	for (place = parent->first; place; place = place->next)
		if (span_eq(span_skip(place->node.path, parent->node.path.n + 1), name) && (module.n == 0 || span_eq(place->node.module, module)))
			return place;
	if (!yang_table_child(k->table, parent->node.path, name, module, &node))
		return NULL;
	place = reader_alloc(k->r, sizeof(*place));
	if (!place)
		return NULL;
	place->node = node;
	place->next = parent->first;
	parent->first = place;
	return place;
}

/* ---- one path ---- */

struct step {
	struct span name, module;
	struct span keys;                       /* "[a=b][c=d]" */
	size_t offset, keys_offset;
};

/* Cut the next step off *rest; false at the end, or after a fault. */
static bool
next_step(struct kind_builder *b, struct span path, size_t *at, struct step *step)
{
	size_t i = *at;
	const char *colon;

	if (i >= path.n)
		return false;
	if (path.p[i] != '/') {
		kind_tell(b, i, 1, "a path begins with \"/\", or with \"$\" and the name of a path");
		return false;
	}
	step->offset = ++i;
	while (i < path.n && path.p[i] != '/' && path.p[i] != '[')
		i++;
	step->name = span_of(path.p + step->offset, i - step->offset);
	colon = step->name.n ? memchr(step->name.p, ':', step->name.n) : NULL;
	step->module = colon ? span_between(step->name.p, colon) : SPAN_LIT("");
	if (colon)
		step->name = span_skip(step->name, step->module.n + 1);
	step->keys_offset = i;
	while (i < path.n && path.p[i] == '[') {
		const char *close = memchr(path.p + i, ']', path.n - i);

		if (!close) {
			kind_tell(b, i, 1, "the bracket is not closed");
			return false;
		}
		i = (size_t)(close + 1 - path.p);
	}
	step->keys = span_of(path.p + step->keys_offset, i - step->keys_offset);
	*at = i;
	return true;
}

/* The value written for this key; absent if it is not there. */
static struct span
key_value(struct span keys, struct span name, size_t *offset)
{
	for (size_t i = 0; i < keys.n;) {
		const char *close = memchr(keys.p + i, ']', keys.n - i);
		struct span one = span_between(keys.p + i + 1, close);
		const char *equals = one.n ? memchr(one.p, '=', one.n) : NULL;

		*offset = i + 1;
		if (equals && span_eq(span_between(one.p, equals), name))
			return span_between(equals + 1, close);
		i += one.n + 2;
	}
	return SPAN_NONE;
}

static size_t
count_keys(struct span keys)
{
	size_t n = 0;

	for (size_t i = 0; i < keys.n; i++)
		n += keys.p[i] == '[';
	return n;
}

static bool
read_keys(struct kind_builder *b, struct kind_place *place, const struct step *step, struct yang_tree_node *out)
{
	struct span rest = place->node.keys, *names = reader_alloc(b->k->r, YANG_TREE_MAX_KEYS * sizeof(*names));
	size_t offset;

	if (!names)
		return false;
	out->key_names = names;
	while (rest.n > 0) {
		const char *blank = memchr(rest.p, ' ', rest.n);
		struct span name = blank ? span_between(rest.p, blank) : rest;
		struct span value = key_value(step->keys, name, &offset);
		struct kind_place *leaf = place_of(b->k, place, name, SPAN_LIT(""));
		const struct yang_type *type = leaf ? type_of(b->k, leaf->node.type) : NULL;
		int slot;

		rest = span_skip(rest, name.n + 1);
		if (!value.p) {
			kind_tell(b, step->offset, step->name.n, "the list %.*s needs its key \"%.*s\": [%.*s=...]", READER_TEXT(step->name), READER_TEXT(name),
			    READER_TEXT(name));
			return false;
		}
		if (!type || out->nkeys == YANG_TREE_MAX_KEYS) {
			kind_tell(b, step->offset, step->name.n, "the key \"%.*s\" cannot be used", READER_TEXT(name));
			return false;
		}
		slot = kind_slot(b, value, type, leaf->node.path);
		if (slot < 0)
			return false;
		names[out->nkeys] = reader_copy(b->k->r, name);
		out->key_slots[out->nkeys++] = (unsigned char)slot;
	}
	if (count_keys(step->keys) == out->nkeys)
		return true;
	kind_tell(b, step->keys_offset, step->keys.n ? step->keys.n : 1, "the keys of %.*s are %.*s, and no others", READER_TEXT(step->name),
	    READER_TEXT(place->node.keys));
	return false;
}

/* `name`, with its module where that is another than the parent's. */
static struct span
written_name(struct kind_builder *b, const struct kind_place *place, struct span name)
{
	if (place->node.module.n == 0)
		return reader_copy(b->k->r, name);
	return arena_printf(&b->k->r->set->arena, "%.*s:%.*s", (int)place->node.module.n, place->node.module.p, (int)name.n, name.p);
}

/* Have all keys of the entry a text in each event? */
static bool
always_has_keys(const struct kind_builder *b, const struct yang_tree_node *list)
{
	for (unsigned k = 0; k < list->nkeys; k++) {
		const struct strict_slot *slot = &b->slots[list->key_slots[k]];

		for (size_t i = 0; i < slot->npieces; i++)
			if (slot->pieces[i].fact >= 0 && !slot->pieces[i].otherwise.p)
				return false;
	}
	return true;
}

/* An object has one entry of a list, the first that can stand: is there one before this that always can? */
static bool
never_stands(const struct kind_builder *b, int parent, const struct yang_tree_node *like)
{
	for (size_t i = 0; i < b->tree.n; i++) {
		const struct yang_tree_node *node = &b->tree.nodes[i];

		if (node->kind == YANG_LIST && node->parent == parent && span_eq(node->name, like->name) &&
		    memcmp(node->key_slots, like->key_slots, like->nkeys) != 0 && always_has_keys(b, node))
			return true;
	}
	return false;
}

static bool
is_key(const struct kind_builder *b, int parent, struct span name)
{
	for (unsigned k = 0; parent >= 0 && k < b->tree.nodes[parent].nkeys; k++)
		if (span_eq(b->tree.nodes[parent].key_names[k], name))
			return true;
	return false;
}

static int
add_node(struct kind_builder *b, int parent, const struct yang_tree_node *like)
{
	int made = yang_tree_node(&b->tree, parent, like);

	if (made < 0)
		kind_tell(b, 0, 1, "more than %d nodes", YANG_TREE_MAX_NODES);
	return made;
}

/* The keys again in `state` of the entry, where the models have them there. */
static void
add_mirrors(struct kind_builder *b, struct kind_place *list, int entry)
{
	const struct yang_tree_node keys = b->tree.nodes[entry];
	struct kind_place *state = place_of(b->k, list, SPAN_LIT("state"), SPAN_LIT(""));

	for (unsigned i = 0; state && i < keys.nkeys; i++) {
		struct kind_place *leaf = place_of(b->k, state, keys.key_names[i], SPAN_LIT(""));
		struct yang_tree_node mirror = { .kind = YANG_MIRROR, .name = keys.key_names[i], .slot = keys.key_slots[i] };
		const struct yang_type *type = leaf && leaf->node.kind == 'f' ? type_of(b->k, leaf->node.type) : NULL;
		int container;

		if (!type)
			continue;
		if (type != b->slots[keys.key_slots[i]].type) {
			int slot = kind_slot(b, b->slots[keys.key_slots[i]].written, type, leaf->node.path);

			if (slot < 0)
				return;
			mirror.slot = (unsigned char)slot;
		}
		container = add_node(b, entry, &(struct yang_tree_node){ .kind = YANG_CONTAINER, .name = SPAN_LIT("state") });
		if (container >= 0)
			add_node(b, container, &mirror);
	}
}

static bool
stands_already(const struct kind_builder *b, int parent, struct span name)
{
	for (size_t i = 0; i < b->tree.n; i++)
		if (b->tree.nodes[i].parent == parent && span_eq(b->tree.nodes[i].name, name))
			return true;
	return false;
}

static void
put_leaf(struct kind_builder *b, struct kind_place *place, const struct step *step, int parent, struct span value)
{
	struct yang_tree_node leaf = { .kind = YANG_LEAF, .name = written_name(b, place, step->name) };
	const struct yang_type *type;
	int slot;

	if (!value.p) {
		kind_tell(b, step->offset, step->name.n, "a leaf wants a value");
	} else if (place->node.kind != 'f') {
		kind_tell(b, step->offset, step->name.n, "this is not a leaf of state");
	} else if (stands_already(b, parent, leaf.name) || is_key(b, parent, leaf.name)) {
		kind_tell(b, step->offset, step->name.n, "it stands there already (keys are put into state by themselves)");
	} else if (!(type = type_of(b->k, place->node.type))) {
		kind_tell(b, step->offset, step->name.n, "nothing can be put into it: %.*s", READER_TEXT(place->node.type));
	} else if ((slot = kind_slot(b, value, type, place->node.path)) >= 0) {
		leaf.slot = (unsigned char)slot;
		b->slots[slot].deprecated |= place->node.deprecated;
		add_node(b, parent, &leaf);
	}
}

/* One step that opens; -1 after a fault. */
static int
put_step(struct kind_builder *b, struct kind_place *place, const struct step *step, int parent, bool last)
{
	struct yang_tree_node open = { .kind = place->node.kind == 'l' ? YANG_LIST : YANG_CONTAINER, .name = written_name(b, place, step->name) };
	int made;

	if (open.kind == YANG_CONTAINER && step->keys.n > 0) {
		kind_tell(b, step->keys_offset, step->keys.n, "%.*s is no list: it has no keys", READER_TEXT(step->name));
		return -1;
	}
	if (open.kind == YANG_LIST && place->node.keys.n == 0) {
		kind_tell(b, step->offset, step->name.n, "a list without a key cannot be written");
		return -1;
	}
	if (open.kind == YANG_LIST && !read_keys(b, place, step, &open))
		return -1;
	if (open.kind == YANG_LIST && never_stands(b, parent, &open)) {
		kind_tell(b, step->offset, step->name.n, "%.*s stands there already, with other keys: an object has one entry of a list", READER_TEXT(step->name));
		return -1;
	}
	open.always = last;
	made = add_node(b, parent, &open);
	if (made >= 0 && open.kind == YANG_LIST)
		add_mirrors(b, place, made);
	return made;
}

void
kind_put(struct kind_builder *b, const struct yaml_node *key, struct span path, struct span value)
{
	struct kind_place *place = &b->k->root;
	size_t at = 0;
	int parent = -1;
	struct step step;

	b->key = key;
	while (next_step(b, path, &at, &step)) {
		struct kind_place *child = place_of(b->k, place, step.name, step.module);

		if (!child) {
			tell_no_node(b, step.offset, place->node.path, step.name);
			return;
		}
		if (span_eq(step.name, SPAN_LIT("config")) && child->node.kind == 'c') {
			kind_tell(b, step.offset, step.name.n, "a message tells of state, not of configuration: write \"state\"");
			return;
		}
		if (child->node.kind != 'c' && child->node.kind != 'l') {
			put_leaf(b, child, &step, parent, value);
			if (at < path.n)
				kind_tell(b, at, path.n - at, "%.*s is a leaf: nothing is under it", READER_TEXT(step.name));
			return;
		}
		if (at >= path.n && value.p) {
			kind_tell(b, step.offset, step.name.n, "a value goes into a leaf, this is a %s", child->node.kind == 'l' ? "list" : "container");
			return;
		}
		parent = put_step(b, child, &step, parent, at >= path.n);
		if (parent < 0)
			return;
		place = child;
	}
}

bool
kind_has(struct kind_builder *b, struct span path)
{
	struct kind_place *place = &b->k->root;
	size_t at = 0;
	struct step step;

	while (place && next_step(b, path, &at, &step))
		place = place_of(b->k, place, step.name, step.module);
	return place != NULL;
}

/* ---- one kind ---- */

bool
kind_begin(struct kind_builder *b, struct kinds *k, struct span name)
{
	memset(b, 0, sizeof(*b));
	b->k = k;
	b->kind = reader_alloc(k->r, sizeof(*b->kind));
	if (!b->kind)
		return false;
	b->kind->name = name;
	b->tree.nodes = b->nodes;
	return true;
}

static void *
kept(struct kind_builder *b, const void *items, size_t bytes)
{
	void *p = reader_alloc(b->k->r, bytes);

	if (p)
		memcpy(p, items, bytes);
	return p;
}

/* The entry of an alarm. */
static uint64_t
nodes_of_alarm(const struct yang_tree *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->nodes[i].kind == YANG_LIST && span_eq(t->nodes[i].name, SPAN_LIT("alarm")))
			return t->nodes[i].under;
	return 0;
}

static void
find_roots(struct strict_kind *kind)
{
	for (size_t i = 0; i < kind->tree->n; i++) {
		const struct yang_tree_node *node = &kind->tree->nodes[i];

		if (node->parent >= 0)
			continue;
		kind->roots |= UINT64_C(1) << i;
		kind->ours |= (uint64_t)span_starts(node->name, SPAN_LIT("netnorm-")) << i;
	}
}

/* Groups of our own `event`, and records: they tell of a moment. */
static uint64_t
nodes_beside(const struct strict_kind *kind)
{
	const struct yang_tree *t = kind->tree;
	uint64_t beside = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct yang_tree_node *node = &t->nodes[i];

		if (kind->ours >> i & 1 || (node->parent >= 0 && kind->roots >> node->parent & 1 && span_eq(node->name, SPAN_LIT("messages"))))
			beside |= node->under;
	}
	return beside;
}

/* severity, text and time-created, of the entry whose nodes are `alarm`. */
static uint64_t
words_of_alarm(const struct yang_tree *t, uint64_t alarm)
{
	static const struct span names[] = { { "severity", 8 }, { "text", 4 }, { "time-created", 12 } };
	uint64_t words = 0;

	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (alarm >> i & 1 && t->nodes[i].kind == YANG_LEAF && span_eq(t->nodes[i].name, names[k]))
				words |= UINT64_C(1) << i;
	return words;
}

static void
keep_constants(struct kind_builder *b)
{
	struct yang_text *texts = reader_alloc(b->k->r, (b->tree.nslots + 1) * sizeof(*texts));

	for (size_t i = 0; texts && i < b->tree.nslots; i++) {
		texts[i] = b->slots[i].constant;
		b->kind->constants |= (uint64_t)(texts[i].text.p != NULL) << i;
	}
	b->kind->texts = texts;
}

void
kind_end(struct kind_builder *b)
{
	struct strict_kind *kind = b->kind;

	kind->tree = yang_tree_finish(&b->tree, &b->k->r->set->arena);
	if (kind->tree) {
		find_roots(kind);
		kind->alarm = nodes_of_alarm(kind->tree);
		kind->beside = nodes_beside(kind);
		kind->alarm_words = words_of_alarm(kind->tree, kind->alarm);
	}
	kind->slots = kept(b, b->slots, b->tree.nslots * sizeof(b->slots[0]));
	kind->facts = kept(b, b->facts, kind->nfacts * sizeof(b->facts[0]));
	if (kind->tree && kind->slots) {
		kind->may = strict_may(kind, NULL);
		keep_constants(b);
	}
}
