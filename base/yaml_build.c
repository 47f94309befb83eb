/*
 * libyaml's events made into a tree.  Recursion is bounded by YAML_MAX_DEPTH, memory by YAML_MAX_NODES and the arena.
 */
#include "base/yaml_part.h"
#include "base/yaml_scalar.h"

static struct yaml_node *build_node(struct yaml_builder *, yaml_event_t *);

/* ---- nodes ---- */

struct yaml_node *
yaml_node_new(struct yaml_builder *b, enum yaml_kind kind, const struct yaml_node *at)
{
	struct yaml_node *n = NULL;

	if (++b->nodes > YAML_MAX_NODES)
		yaml_fault(b, at, "more than %d nodes: do aliases multiply here?", YAML_MAX_NODES);
	else if (!(n = arena_alloc(&b->doc->pool->arena, sizeof(*n))))
		yaml_fault(b, at, "no memory");
	else
		*n = (struct yaml_node){ .kind = kind };
	return n;
}

static struct yaml_node *
node_of(struct yaml_builder *b, const yaml_event_t *e, enum yaml_kind kind)
{
	struct yaml_node at = { 0 }, *n;

	yaml_set_place(b, &at, e);
	n = yaml_node_new(b, kind, &at);
	if (n) {
		*n = at;
		n->kind = kind;
	}
	return n;
}

static void
append(struct yaml_node *parent, struct yaml_node **last, struct yaml_node *child)
{
	child->next = NULL;
	if (*last)
		(*last)->next = child;
	else
		parent->first = child;
	*last = child;
	parent->children++;
}

struct yaml_node *
yaml_node_copy(struct yaml_builder *b, const struct yaml_node *from, const struct yaml_node *at, int depth)
{
	struct yaml_node *n = NULL, *last = NULL;

	if (depth > YAML_MAX_DEPTH)
		yaml_fault(b, at, "what stands for this alias is nested too deep: more than %d levels", YAML_MAX_DEPTH);
	else
		n = yaml_node_new(b, from->kind, at);
	if (!n)
		return NULL;
	*n = *from;
	n->first = n->next = NULL;
	n->children = 0;
	for (const struct yaml_node *c = from->first; c; c = c->next) {
		struct yaml_node *copy = yaml_node_copy(b, c, at, depth + 1);

		if (!copy)
			return NULL;
		append(n, &last, copy);
	}
	return n;
}

/* ---- anchors ---- */

/* 0, or -1 without memory. */
static int
remember_anchor(struct yaml_builder *b, const yaml_char_t *name, struct yaml_node *n)
{
	struct yaml_anchor *a;

	if (!name)
		return 0;
	a = arena_alloc(&b->doc->pool->arena, sizeof(*a));
	if (a) {
		*a = (struct yaml_anchor){ .node = n, .open = true, .next = b->anchors };
		a->name = arena_copy(&b->doc->pool->arena, span_str((const char *)name));
	}
	if (!a || !a->name.p) {
		yaml_fault(b, n, "no memory");
		return -1;
	}
	b->anchors = a;
	return 0;
}

static void
close_anchor(struct yaml_builder *b, const struct yaml_node *n)
{
	for (struct yaml_anchor *a = b->anchors; a; a = a->next)
		if (a->node == n) {
			a->open = false;
			return;
		}
}

static struct yaml_node *
build_alias(struct yaml_builder *b, const yaml_event_t *e)
{
	struct span name = span_str((const char *)e->data.alias.anchor);
	const struct yaml_anchor *a = b->anchors;
	struct yaml_node at = { 0 }, *n;

	yaml_set_place(b, &at, e);
	while (a && !span_eq(a->name, name))
		a = a->next;
	if (!a || a->open) {
		yaml_fault(b, &at, a ? "the alias *%s stands inside what it names" : "there is no anchor &%s before this alias", (const char *)e->data.alias.anchor);
		/* Nothing in its place, so that reading goes on. */
		n = yaml_node_new(b, YAML_NULL, &at);
		if (n)
			n->text = span_of("", 0);
	} else {
		n = yaml_node_copy(b, a->node, &at, b->depth);
	}
	if (n) {
		n->key = NULL;
		n->comment = SPAN_NONE;
		n->line = at.line;
		n->column = at.column;
		n->width = at.width;
	}
	return n;
}

/* ---- scalars ---- */

/* A tag that asks for a type: the text must have it. */
static void
force_kind(struct yaml_builder *b, struct yaml_node *n, const char *tag)
{
	static const struct {
		const char *tag;
		enum yaml_kind kind;
	} tags[] = {
		{ YAML_INT_TAG, YAML_INT }, { YAML_FLOAT_TAG, YAML_FLOAT }, { YAML_BOOL_TAG, YAML_BOOL }, { YAML_NULL_TAG, YAML_NULL },
	};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (strcmp(tag, tags[i].tag) != 0)
			continue;
		yaml_scalar_resolve(n);
		if (n->kind == YAML_INT && tags[i].kind == YAML_FLOAT) {
			n->kind = YAML_FLOAT;
			n->real = (double)n->integer;
		}
		if (n->kind != tags[i].kind)
			yaml_fault(b, n, "this is not %s, as its tag says", yaml_kind_name(tags[i].kind));
		return;
	}
	yaml_fault(b, n, "the tag %s is not known here (a text that begins with ! must be quoted)", tag);
}

static struct yaml_node *
build_scalar(struct yaml_builder *b, const yaml_event_t *e)
{
	struct yaml_node *n = node_of(b, e, YAML_TEXT);
	const char *tag = (const char *)e->data.scalar.tag;

	if (!n)
		return NULL;
	n->text = arena_copy(&b->doc->pool->arena, span_of((const char *)e->data.scalar.value, e->data.scalar.length));
	n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (!n->text.p) {
		yaml_fault(b, n, "no memory");
		return NULL;
	}
	if (!tag && !n->quoted)
		yaml_scalar_resolve(n);
	else if (tag && strcmp(tag, "!") != 0 && strcmp(tag, YAML_STR_TAG) != 0)
		force_kind(b, n, tag);
	if (remember_anchor(b, e->data.scalar.anchor, n) == -1)
		return NULL;
	close_anchor(b, n);
	return n;
}

/* ---- lists and maps ---- */

/* The next event; false after a fault. */
static bool
next_event(struct yaml_builder *b, yaml_event_t *e)
{
	if (yaml_parser_parse(&b->parser, e))
		return true;
	yaml_syntax_fault(b);
	return false;
}

static void
check_tag(struct yaml_builder *b, const struct yaml_node *n, const yaml_char_t *tag, const char *usual)
{
	const char *text = (const char *)tag;

	if (text && strcmp(text, "!") != 0 && strcmp(text, usual) != 0)
		yaml_fault(b, n, "the tag %s is not known here (a text that begins with ! must be quoted)", text);
}

static struct yaml_node *
build_list(struct yaml_builder *b, const yaml_event_t *start)
{
	struct yaml_node *list = node_of(b, start, YAML_LIST), *last = NULL, *item;
	yaml_event_t e;

	if (!list || remember_anchor(b, start->data.sequence_start.anchor, list) == -1)
		return NULL;
	check_tag(b, list, start->data.sequence_start.tag, YAML_SEQ_TAG);
	while (next_event(b, &e)) {
		if (e.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&e);
			close_anchor(b, list);
			return list;
		}
		item = build_node(b, &e);
		if (!item)
			break;
		append(list, &last, item);
	}
	return NULL;
}

/* The value behind `key`: into the map, or to *merged. */
static int
build_value(struct yaml_builder *b, struct yaml_node *map, struct yaml_node **last, struct yaml_node *key, struct yaml_node **merged)
{
	size_t line_start = b->cursor.shown_start;
	struct yaml_node *value;
	yaml_event_t e;

	if (!next_event(b, &e))
		return -1;
	value = build_node(b, &e);
	if (!value)
		return -1;
	value->key = key;
	if (b->depth == 1 && key->column == 1)
		value->comment = key->comment = yaml_comment_above(b->doc->source, line_start);
	if (!key->quoted && span_eq(key->text, SPAN_LIT("<<"))) {
		if (*merged)
			yaml_fault(b, key, "<< is there twice: one with a list of maps does the same");
		*merged = value;
		return 0;
	}
	append(map, last, value);
	return 0;
}

static struct yaml_node *
build_map(struct yaml_builder *b, const yaml_event_t *start)
{
	struct yaml_node *map = node_of(b, start, YAML_MAP), *last = NULL, *merged = NULL, *key;
	yaml_event_t e;

	if (!map || remember_anchor(b, start->data.mapping_start.anchor, map) == -1)
		return NULL;
	check_tag(b, map, start->data.mapping_start.tag, YAML_MAP_TAG);
	while (next_event(b, &e)) {
		if (e.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&e);
			close_anchor(b, map);
			return yaml_map_finish(b, map, merged) == 0 ? map : NULL;
		}
		key = build_node(b, &e);
		if (key && (key->kind == YAML_LIST || key->kind == YAML_MAP)) {
			yaml_fault(b, key, "a key must be a text, not %s (a text that begins with { or [ must be quoted)", yaml_kind_name(key->kind));
			break;
		}
		if (!key || build_value(b, map, &last, key, &merged) == -1)
			break;
	}
	return NULL;
}

/* Takes the event over.  NULL after a fault that stops reading. */
static struct yaml_node *
build_node(struct yaml_builder *b, yaml_event_t *e)
{
	struct yaml_node *n = NULL, at = { 0 };

	if (++b->depth > YAML_MAX_DEPTH) {
		yaml_set_place(b, &at, e);
		yaml_fault(b, &at, "nested too deep: more than %d levels", YAML_MAX_DEPTH);
	} else if (e->type == YAML_SCALAR_EVENT) {
		n = build_scalar(b, e);
	} else if (e->type == YAML_ALIAS_EVENT) {
		n = build_alias(b, e);
	} else if (e->type == YAML_SEQUENCE_START_EVENT) {
		n = build_list(b, e);
	} else if (e->type == YAML_MAPPING_START_EVENT) {
		n = build_map(b, e);
	}
	b->depth--;
	yaml_event_delete(e);
	return n;
}

/* Takes the event over: the start of a document, or its root. */
static int
build_part(struct yaml_builder *b, yaml_event_t *e, bool *started)
{
	struct yaml_node at = { 0 };

	if (e->type != YAML_DOCUMENT_START_EVENT) {
		b->doc->root = build_node(b, e);
		return b->doc->root ? 0 : -1;
	}
	yaml_set_place(b, &at, e);
	yaml_event_delete(e);
	if (*started) {
		yaml_fault(b, &at, "a second document begins here: a file has one");
		return -1;
	}
	*started = true;
	return 0;
}

int
yaml_build(struct yaml_builder *b)
{
	struct yaml_node begin = { .line = 1, .column = 1, .width = 1 };
	bool started = false;
	yaml_event_t e;

	b->doc->root = yaml_node_new(b, YAML_NULL, &begin);
	if (!b->doc->root)
		return -1;
	b->doc->root->line = b->doc->root->column = b->doc->root->width = 1;
	b->doc->root->text = span_of("", 0);
	while (next_event(b, &e)) {
		yaml_event_type_t type = e.type;

		if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_END_EVENT || type == YAML_STREAM_END_EVENT)
			yaml_event_delete(&e);
		else if (build_part(b, &e, &started) == -1)
			return -1;
		if (type == YAML_STREAM_END_EVENT)
			return b->faulty ? -1 : 0;
	}
	return -1;
}
