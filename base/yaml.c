/*
 * libyaml's events made into a tree.  Places come in bytes: libyaml counts characters, from 0.
 */
#include "base/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/yaml_scalar.h"

#define MAX_BYTES ((size_t)64 << 20)
#define MAX_DEPTH 64
#define MAX_NODES 1000000
#define ARENA_CHUNK ((size_t)64 << 10)
#define ARENA_LIMIT ((size_t)1 << 30)

struct anchor {
	struct span name;
	struct yaml_node *node;
	bool open;              /* its node is not finished: an alias to it would be a cycle */
	struct anchor *next;
};

struct yaml_pool {
	struct arena arena;
	char *source;
	char *file;
	size_t *lines;          /* byte offset of each line's start */
	size_t nlines;
};

struct builder {
	struct yaml_doc *doc;
	struct diag *diag;
	yaml_parser_t parser;
	struct anchor *anchors;
	size_t nodes, depth;
};

static struct yaml_node *build_node(struct builder *, yaml_event_t *);

/* ---- places ---- */

static int
index_lines(struct yaml_pool *p, struct span source)
{
	size_t n = 1;

	for (size_t i = 0; i < source.n; i++)
		n += source.p[i] == '\n';
	p->lines = malloc(n * sizeof(*p->lines));
	if (!p->lines)
		return -1;
	p->lines[p->nlines++] = 0;
	for (size_t i = 0; i < source.n; i++) {
		if (source.p[i] == '\n')
			p->lines[p->nlines++] = i + 1;
	}
	return 0;
}

/* The byte offset of a mark in the source. */
static size_t
offset_of(const struct yaml_doc *doc, const yaml_mark_t *mark)
{
	const struct yaml_pool *p = doc->pool;
	size_t at = mark->line < p->nlines ? p->lines[mark->line] : doc->source.n;

	if (mark->line == 0 && span_starts(doc->source, SPAN_LIT("\xef\xbb\xbf")))
		at += 3;
	for (size_t chars = 0; chars < mark->column && at < doc->source.n; at++) {
		/* A character ends where the next byte continues none. */
		if (at + 1 >= doc->source.n || ((unsigned char)doc->source.p[at + 1] & 0xc0) != 0x80)
			chars++;
	}
	return at;
}

static void
set_place(const struct yaml_doc *doc, struct yaml_node *n, const yaml_event_t *e)
{
	size_t from = offset_of(doc, &e->start_mark), to = offset_of(doc, &e->end_mark);
	size_t line = e->start_mark.line < doc->pool->nlines ? doc->pool->lines[e->start_mark.line] : from;
	const char *nl = from < doc->source.n ? memchr(doc->source.p + from, '\n', doc->source.n - from) : NULL;

	if (nl && (size_t)(nl - doc->source.p) < to)
		to = (size_t)(nl - doc->source.p);
	n->line = (int)e->start_mark.line + 1;
	n->column = (int)(from - line) + 1;
	n->width = e->type == YAML_SCALAR_EVENT && to > from ? (int)(to - from) : 1;
}

struct diag_place
yaml_place(const struct yaml_doc *doc, const struct yaml_node *n)
{
	return (struct diag_place){ .file = doc->file, .text = doc->source, .line = n->line, .column = n->column, .width = n->width };
}

struct diag_place
yaml_place_in(const struct yaml_doc *doc, const struct yaml_node *n, size_t offset, size_t width)
{
	struct diag_place place = yaml_place(doc, n);
	size_t quotes = n->quoted ? 2 : 0;

	/* Only where the text stands in the source byte for byte. */
	if (n->kind != YAML_MAP && n->kind != YAML_LIST && (size_t)n->width == n->text.n + quotes && offset <= n->text.n) {
		place.column += (int)(offset + quotes / 2);
		place.width = width > 0 && offset + width <= n->text.n ? (int)width : 1;
	}
	return place;
}

const char *
yaml_kind_name(enum yaml_kind kind)
{
	static const char *const names[] = {
		[YAML_NULL] = "nothing", [YAML_BOOL] = "true or false", [YAML_INT] = "a whole number", [YAML_FLOAT] = "a number",
		[YAML_TEXT] = "a text", [YAML_LIST] = "a list", [YAML_MAP] = "a map",
	};

	return names[kind];
}

struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (struct yaml_node *n = map->first; n; n = n->next) {
		if (span_eq(n->key->text, span_str(key)))
			return n;
	}
	return NULL;
}

/* ---- faults ---- */

static void
fault_at(struct builder *b, const struct yaml_node *n, const char *text)
{
	struct diag_place place = yaml_place(b->doc, n);

	diag_add(b->diag, DIAG_ERROR, &place, "%s", text);
}

static void
syntax_fault(struct builder *b)
{
	const yaml_parser_t *p = &b->parser;
	const yaml_mark_t *mark = p->problem ? &p->problem_mark : &p->context_mark;
	struct yaml_node at = { .line = (int)mark->line + 1, .width = 1 };
	size_t offset = offset_of(b->doc, mark);
	size_t line = mark->line < b->doc->pool->nlines ? b->doc->pool->lines[mark->line] : offset;
	struct diag_place place;

	at.column = (int)(offset - line) + 1;
	place = yaml_place(b->doc, &at);
	if (p->error == YAML_MEMORY_ERROR)
		diag_add(b->diag, DIAG_ERROR, NULL, "no memory");
	else if (p->error == YAML_READER_ERROR) {
		place.line = 0;
		diag_add(b->diag, DIAG_ERROR, &place, "not a text in UTF-8: %s at byte %zu", p->problem, p->problem_offset);
	} else if (offset < b->doc->source.n && b->doc->source.p[offset] == '\t')
		diag_add(b->diag, DIAG_ERROR, &place, "a tab cannot indent: YAML wants blanks");
	else
		diag_add(b->diag, DIAG_ERROR, &place, "%s%s%s", p->problem ? p->problem : "broken YAML", p->context ? " " : "", p->context ? p->context : "");
}

/* ---- nodes ---- */

static struct yaml_node *
new_node(struct builder *b, const yaml_event_t *e, enum yaml_kind kind)
{
	struct yaml_node *n = ++b->nodes <= MAX_NODES ? arena_alloc(&b->doc->pool->arena, sizeof(*n)) : NULL;

	if (!n) {
		diag_add(b->diag, DIAG_ERROR, &(struct diag_place){ .file = b->doc->file }, "more than %d nodes, or no memory", MAX_NODES);
		return NULL;
	}
	memset(n, 0, sizeof(*n));
	n->kind = kind;
	if (e)
		set_place(b->doc, n, e);
	return n;
}

static int
remember_anchor(struct builder *b, const yaml_char_t *name, struct yaml_node *n)
{
	struct anchor *a;

	if (!name)
		return 0;
	a = arena_alloc(&b->doc->pool->arena, sizeof(*a));
	if (!a)
		return -1;
	a->name = arena_copy(&b->doc->pool->arena, span_str((const char *)name));
	a->node = n;
	a->open = true;
	a->next = b->anchors;
	b->anchors = a;
	return a->name.p ? 0 : -1;
}

static void
close_anchor(struct builder *b, const struct yaml_node *n)
{
	for (struct anchor *a = b->anchors; a; a = a->next) {
		if (a->node == n)
			a->open = false;
	}
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

/* A copy that may hang in another list.  Depth is bounded by that of the source, the number of nodes by new_node(). */
static struct yaml_node *
copy_node(struct builder *b, const struct yaml_node *from)
{
	struct yaml_node *n = new_node(b, NULL, from->kind), *last = NULL;

	if (!n)
		return NULL;
	*n = *from;
	n->first = n->next = NULL;
	n->children = 0;
	for (const struct yaml_node *c = from->first; c; c = c->next) {
		struct yaml_node *copy = copy_node(b, c);

		if (!copy)
			return NULL;
		append(n, &last, copy);
	}
	return n;
}

static struct yaml_node *
build_alias(struct builder *b, const yaml_event_t *e)
{
	struct span name = span_str((const char *)e->data.alias.anchor);
	struct yaml_node at = { 0 }, *n;

	set_place(b->doc, &at, e);
	for (struct anchor *a = b->anchors; a; a = a->next) {
		if (!span_eq(a->name, name))
			continue;
		if (a->open) {
			fault_at(b, &at, "an alias inside the node that it names");
			return NULL;
		}
		n = copy_node(b, a->node);
		if (n) {
			n->key = NULL;
			n->line = at.line;
			n->column = at.column;
			n->width = at.width;
		}
		return n;
	}
	fault_at(b, &at, "an alias for which there is no anchor");
	return NULL;
}

static struct yaml_node *
build_scalar(struct builder *b, const yaml_event_t *e)
{
	struct yaml_node *n = new_node(b, e, YAML_TEXT);
	const char *tag = (const char *)e->data.scalar.tag;

	if (!n)
		return NULL;
	n->text = arena_copy(&b->doc->pool->arena, span_of((const char *)e->data.scalar.value, e->data.scalar.length));
	n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (!n->text.p)
		return NULL;
	if (tag && strcmp(tag, YAML_STR_TAG) != 0) {
		fault_at(b, n, "tags are not read here");
		return NULL;
	}
	if (!n->quoted && !tag)
		yaml_scalar_resolve(n);
	return remember_anchor(b, e->data.scalar.anchor, n) == 0 ? (close_anchor(b, n), n) : NULL;
}

/* The next event; false after a fault. */
static bool
next_event(struct builder *b, yaml_event_t *e)
{
	if (yaml_parser_parse(&b->parser, e))
		return true;
	syntax_fault(b);
	return false;
}

static struct yaml_node *
build_list(struct builder *b, const yaml_event_t *start)
{
	struct yaml_node *list = new_node(b, start, YAML_LIST), *last = NULL;

	if (!list || remember_anchor(b, start->data.sequence_start.anchor, list) == -1)
		return NULL;
	for (;;) {
		yaml_event_t e;
		struct yaml_node *item;

		if (!next_event(b, &e))
			return NULL;
		if (e.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&e);
			break;
		}
		item = build_node(b, &e);
		if (!item)
			return NULL;
		append(list, &last, item);
	}
	close_anchor(b, list);
	return list;
}

/* The comment lines right above a line, or absent. */
static struct span
comment_above(const struct yaml_doc *doc, int line)
{
	const struct yaml_pool *p = doc->pool;
	size_t first = (size_t)line - 1;

	while (first > 0 && doc->source.p[p->lines[first - 1]] == '#')
		first--;
	if (first == (size_t)line - 1)
		return SPAN_NONE;
	return span_between(doc->source.p + p->lines[first], doc->source.p + p->lines[line - 1]);
}

static int
compare_keys(const void *a, const void *b)
{
	const struct yaml_node *x = *(struct yaml_node *const *)a, *y = *(struct yaml_node *const *)b;
	size_t n = x->key->text.n < y->key->text.n ? x->key->text.n : y->key->text.n;
	int c = memcmp(x->key->text.p, y->key->text.p, n);

	if (c == 0 && x->key->text.n != y->key->text.n)
		c = x->key->text.n < y->key->text.n ? -1 : 1;
	return c ? c : x->key->line != y->key->line ? x->key->line - y->key->line : x->key->column - y->key->column;
}

static int
refuse_duplicates(struct builder *b, const struct yaml_node *map)
{
	struct yaml_node **sorted = malloc((map->children + 1) * sizeof(struct yaml_node *));
	size_t n = 0;
	int result = 0;

	if (!sorted)
		return -1;
	for (struct yaml_node *c = map->first; c; c = c->next)
		sorted[n++] = c;
	qsort(sorted, n, sizeof(struct yaml_node *), compare_keys);
	for (size_t i = 1; i < n; i++) {
		struct diag_place place;

		if (!span_eq(sorted[i - 1]->key->text, sorted[i]->key->text))
			continue;
		place = yaml_place(b->doc, sorted[i]->key);
		diag_add(b->diag, DIAG_ERROR, &place, "the key \"%.*s\" is there twice (first in line %d)", (int)sorted[i]->key->text.n,
		    sorted[i]->key->text.p, sorted[i - 1]->key->line);
		result = -1;
	}
	free(sorted);
	return result;
}

/* Entries of a map under `<<` that the map has not itself. */
static int
merge_map(struct builder *b, struct yaml_node *map, struct yaml_node **last, const struct yaml_node *from)
{
	if (from->kind != YAML_MAP) {
		fault_at(b, from, "what stands under << must be a map, or a list of maps");
		return -1;
	}
	for (const struct yaml_node *c = from->first; c; c = c->next) {
		struct yaml_node *copy;

		if (yaml_get(map, c->key->text.p))
			continue;
		copy = copy_node(b, c);
		if (!copy)
			return -1;
		append(map, last, copy);
	}
	return 0;
}

static int
merge(struct builder *b, struct yaml_node *map, struct yaml_node **last, const struct yaml_node *under)
{
	if (under->kind != YAML_LIST)
		return merge_map(b, map, last, under);
	for (const struct yaml_node *c = under->first; c; c = c->next) {
		if (merge_map(b, map, last, c) == -1)
			return -1;
	}
	return 0;
}

/* One entry: 1 if there was one, 0 at the end of the map, -1 after a fault. */
static int
build_entry(struct builder *b, struct yaml_node *map, struct yaml_node **last, struct yaml_node **merged)
{
	yaml_event_t e;
	struct yaml_node *key, *value;

	if (!next_event(b, &e))
		return -1;
	if (e.type == YAML_MAPPING_END_EVENT) {
		yaml_event_delete(&e);
		return 0;
	}
	key = build_node(b, &e);
	if (!key)
		return -1;
	if (key->kind == YAML_MAP || key->kind == YAML_LIST) {
		fault_at(b, key, "a key must be a text");
		return -1;
	}
	if (!next_event(b, &e))
		return -1;
	value = build_node(b, &e);
	if (!value)
		return -1;
	if (!key->quoted && span_eq(key->text, SPAN_LIT("<<"))) {
		*merged = value;
		return 1;
	}
	value->key = key;
	if (b->depth == 1 && key->column == 1)
		value->comment = comment_above(b->doc, key->line);
	append(map, last, value);
	return 1;
}

static struct yaml_node *
build_map(struct builder *b, const yaml_event_t *start)
{
	struct yaml_node *map = new_node(b, start, YAML_MAP), *last = NULL, *merged = NULL;
	int more = 1;

	if (!map || remember_anchor(b, start->data.mapping_start.anchor, map) == -1)
		return NULL;
	while (more == 1)
		more = build_entry(b, map, &last, &merged);
	if (more == -1 || refuse_duplicates(b, map) == -1 || (merged && merge(b, map, &last, merged) == -1))
		return NULL;
	close_anchor(b, map);
	return map;
}

/* Takes the event over. */
static struct yaml_node *
build_node(struct builder *b, yaml_event_t *e)
{
	struct yaml_node *n = NULL;

	if (++b->depth > MAX_DEPTH) {
		struct yaml_node at = { 0 };

		set_place(b->doc, &at, e);
		fault_at(b, &at, "too deep: more than 64 levels");
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

/* Stream start, document start, the root, document end, stream end. */
static int
build_document(struct builder *b)
{
	yaml_event_t e;

	for (bool root = false;;) {
		yaml_event_type_t type;

		if (!next_event(b, &e))
			return -1;
		type = e.type;
		if (type == YAML_DOCUMENT_START_EVENT && root) {
			struct yaml_node at = { 0 };

			set_place(b->doc, &at, &e);
			fault_at(b, &at, "a second document: one is read");
			yaml_event_delete(&e);
			return -1;
		}
		if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT || type == YAML_DOCUMENT_END_EVENT ||
		    type == YAML_STREAM_END_EVENT) {
			yaml_event_delete(&e);
			if (type == YAML_STREAM_END_EVENT)
				return 0;
			continue;
		}
		b->doc->root = build_node(b, &e);
		if (!b->doc->root)
			return -1;
		root = true;
	}
}

/* ---- documents ---- */

static int
build(struct yaml_doc *doc, struct diag *d)
{
	struct builder b = { .doc = doc, .diag = d };
	int result;

	if (!yaml_parser_initialize(&b.parser)) {
		diag_add(d, DIAG_ERROR, NULL, "no memory");
		return -1;
	}
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)doc->source.p, doc->source.n);
	doc->root = new_node(&b, NULL, YAML_NULL);
	if (doc->root) {
		doc->root->line = doc->root->column = doc->root->width = 1;
		doc->root->text = span_of("", 0);
	}
	result = doc->root ? build_document(&b) : -1;
	yaml_parser_delete(&b.parser);
	return result;
}

static struct yaml_doc *
new_doc(const char *name, char *source, size_t n)
{
	struct yaml_doc *doc = calloc(1, sizeof(*doc));
	struct yaml_pool *p = calloc(1, sizeof(*p));

	if (doc && p && arena_init(&p->arena, ARENA_CHUNK, ARENA_LIMIT) == 0) {
		p->source = source;
		p->file = strdup(name);
		doc->pool = p;
		doc->file = p->file;
		doc->source = span_of(source, n);
		if (p->file && index_lines(p, doc->source) == 0)
			return doc;
		yaml_doc_free(&doc);
		return NULL;
	}
	free(doc);
	free(p);
	free(source);
	return NULL;
}

/* Takes `source` over. */
static struct yaml_doc *
load(const char *name, char *source, size_t n, struct diag *d)
{
	struct yaml_doc *doc = source ? new_doc(name, source, n) : NULL;

	if (!doc)
		diag_add(d, DIAG_ERROR, NULL, "no memory");
	else if (build(doc, d) == -1)
		yaml_doc_free(&doc);
	return doc;
}

struct yaml_doc *
yaml_load_text(const char *name, struct span source, struct diag *d)
{
	char *copy;

	if (source.n > MAX_BYTES) {
		diag_add(d, DIAG_ERROR, &(struct diag_place){ .file = name }, "larger than 64 MiB");
		return NULL;
	}
	copy = malloc(source.n + 1);
	if (copy) {
		if (source.n)
			memcpy(copy, source.p, source.n);
		copy[source.n] = '\0';
	}
	return load(name, copy, source.n, d);
}

/* The whole file, or NULL with errno (EFBIG: more than 64 MiB). */
static char *
read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "re");
	size_t cap = 16384;
	char *buf = f ? malloc(cap) : NULL;

	*n = 0;
	while (buf) {
		size_t got = fread(buf + *n, 1, cap - *n - 1, f);
		char *larger;

		*n += got;
		if (got == 0)
			break;
		if (*n + 1 < cap)
			continue;
		larger = cap > MAX_BYTES ? NULL : realloc(buf, cap * 2);
		if (!larger) {
			free(buf);
			buf = NULL;
			errno = cap > MAX_BYTES ? EFBIG : ENOMEM;
		} else {
			buf = larger;
			cap *= 2;
		}
	}
	if (buf && ferror(f)) {
		free(buf);
		buf = NULL;
		errno = EISDIR;
	}
	if (f)
		fclose(f);
	return buf;
}

struct yaml_doc *
yaml_load_file(const char *path, struct diag *d)
{
	size_t n;
	char *source = read_file(path, &n);

	if (!source) {
		diag_add(d, DIAG_ERROR, &(struct diag_place){ .file = path }, "cannot be read: %s", strerror(errno));
		return NULL;
	}
	source[n] = '\0';
	return load(path, source, n, d);
}

void
yaml_doc_free(struct yaml_doc **dp)
{
	struct yaml_doc *doc = *dp;

	*dp = NULL;
	if (!doc)
		return;
	arena_fini(&doc->pool->arena);
	free(doc->pool->source);
	free(doc->pool->file);
	free(doc->pool->lines);
	free(doc->pool);
	free(doc);
}
