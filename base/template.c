/*
 * The compiler of templates: paths become pieces, pieces a tree, the tree a row of steps.  What could make two keys of one message equal,
 * or a value open a level, is noted as a pair or a guard.
 */
#include "base/template_part.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct node {
	struct span part;               /* as written, between two "//" */
	const struct template_piece *pieces;
	size_t npieces;
	bool leaf;
	int value;
	struct fact constant;
	struct node *first, *last, *next;
};

struct compiler {
	struct template *t;
	const struct span *names;
	size_t nnames;
	struct template_error *error;
	struct json json;               /* the literal that is being made */
	size_t entry;
	size_t room_steps, room_guards, room_pairs;
	bool failed;
};

static void fail(struct compiler *, size_t offset, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
fail(struct compiler *c, size_t offset, const char *fmt, ...)
{
	va_list ap;

	if (c->failed)
		return;
	c->failed = true;
	c->error->entry = c->entry;
	c->error->offset = offset;
	va_start(ap, fmt);
	vsnprintf(c->error->message, sizeof(c->error->message), fmt, ap);
	va_end(ap);
}

static void *
need(struct compiler *c, void *p)
{
	if (!p)
		fail(c, 0, "out of memory");
	return p;
}

/* The array, moved to twice the room if it is full; NULL (and failed) without memory. */
static void *
grown(struct compiler *c, void *items, size_t n, size_t *room, size_t bytes)
{
	size_t more = *room ? *room * 2 : 8;
	void *p;

	if (n < *room)
		return items;
	p = need(c, arena_alloc(&c->t->arena, more * bytes));
	if (p && n)
		memcpy(p, items, n * bytes);
	if (p)
		*room = more;
	return p;
}

/* ---- a path or a part of it -> pieces ---- */

static int
find_name(const struct compiler *c, struct span name)
{
	for (size_t i = 0; i < c->nnames; i++)
		if (span_eq(c->names[i], name))
			return (int)i;
	return -1;
}

static size_t
put_value_piece(struct compiler *c, struct span path, size_t at0, size_t at, struct template_piece *piece)
{
	const char *close = memchr(path.p + at, '}', path.n - at);
	struct span name;

	if (!close) {
		fail(c, at0 + at, "the brace is not closed");
		return path.n - at;
	}
	name = span_between(path.p + at + 1, close);
	*piece = (struct template_piece){ .literal = SPAN_NONE, .value = find_name(c, name) };
	if (piece->value < 0)
		fail(c, at0 + at, "there is no value \"%.*s\"", (int)(name.n < 80 ? name.n : 80), name.p);
	return name.n + 2;
}

/* The pieces of `path`; `at0` is where it begins in the entry's path.  `{{` and `}}` are braces. */
static const struct template_piece *
cut_pieces(struct compiler *c, struct span path, size_t at0, size_t *n)
{
	struct template_piece *pieces = need(c, arena_alloc(&c->t->arena, (path.n + 1) * sizeof(*pieces)));

	*n = 0;
	for (size_t at = 0; pieces && !c->failed && at < path.n;) {
		bool twice = at + 1 < path.n && path.p[at + 1] == path.p[at];
		size_t end = at;

		if (path.p[at] == '{' && !twice) {
			at += put_value_piece(c, path, at0, at, &pieces[(*n)++]);
		} else if (path.p[at] == '{' || path.p[at] == '}') {
			if (!twice)
				fail(c, at0 + at, "a single '}' (write \"}}\")");
			pieces[(*n)++] = (struct template_piece){ .literal = span_of(path.p + at, 1), .value = -1 };
			at += 2;
		} else {
			while (end < path.n && path.p[end] != '{' && path.p[end] != '}')
				end++;
			pieces[(*n)++] = (struct template_piece){ .literal = span_of(path.p + at, end - at), .value = -1 };
			at = end;
		}
	}
	return pieces;
}

/* ---- pieces -> tree ---- */

static struct node *
child_of(struct compiler *c, struct node *parent, struct span part, size_t at)
{
	struct node *child;

	for (child = parent->first; child; child = child->next)
		if (span_eq(child->part, part))
			return child;
	child = need(c, arena_alloc(&c->t->arena, sizeof(*child)));
	if (!child)
		return NULL;
	*child = (struct node){ .part = part };
	child->pieces = cut_pieces(c, part, at, &child->npieces);
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	return child;
}

/* Where "//" begins the next part: braces may not hide it, for names have no '/'. */
static size_t
part_end(struct span path, size_t at)
{
	const char *mark = at < path.n ? memmem(path.p + at, path.n - at, "//", 2) : NULL;

	return mark ? (size_t)(mark - path.p) : path.n;
}

static void
set_path(struct compiler *c, struct node *root, const struct template_path *path, struct span text)
{
	struct node *node = root;
	size_t at = 0;

	for (int level = 0; !c->failed; level++) {
		size_t end = part_end(text, at);

		if (node->leaf)
			fail(c, at, "the path goes through another path's end");
		else if (level >= TEMPLATE_MAX_LEVELS)
			fail(c, at, "more than %d levels", TEMPLATE_MAX_LEVELS);
		else
			node = child_of(c, node, span_of(text.p + at, end - at), at);
		if (end >= text.n)
			break;
		at = end + 2;
	}
	if (c->failed)
		return;
	node->leaf = true;
	node->first = node->last = NULL;
	node->value = path->value;
	node->constant = path->constant;
}

/* ---- tree -> steps ---- */

static void
put_step(struct compiler *c, struct template_step step)
{
	struct template *t = c->t;

	t->steps = grown(c, t->steps, t->nsteps, &c->room_steps, sizeof(*t->steps));
	if (!c->failed)
		t->steps[t->nsteps++] = step;
}

static void
add_step(struct compiler *c, enum template_step_kind kind, int value)
{
	struct span made = json_text(&c->json);

	if (made.n > 0) {
		struct span kept = arena_copy(&c->t->arena, made);

		if (!kept.p)
			fail(c, 0, "out of memory");
		put_step(c, (struct template_step){ .kind = TEMPLATE_LITERAL, .literal = kept, .value = -1 });
		json_reset(&c->json);
	}
	if (kind != TEMPLATE_LITERAL)
		put_step(c, (struct template_step){ .kind = kind, .literal = SPAN_NONE, .value = value });
}

static void
add_guard(struct compiler *c, int value, bool glued)
{
	struct template *t = c->t;

	for (size_t i = 0; i < t->nguards; i++)
		if (t->guards[i].value == value) {
			t->guards[i].glued |= glued;
			return;
		}
	t->guards = grown(c, t->guards, t->nguards, &c->room_guards, sizeof(*t->guards));
	if (!c->failed)
		t->guards[t->nguards++] = (struct template_guard){ .value = value, .glued = glued };
}

static void
emit_key(struct compiler *c, const struct node *node)
{
	json_raw(&c->json, SPAN_LIT("\""), false);
	for (size_t i = 0; i < node->npieces; i++) {
		const struct template_piece *piece = &node->pieces[i];

		if (piece->value < 0) {
			json_escaped(&c->json, piece->literal, UTF8_INVALID);
			continue;
		}
		add_guard(c, piece->value, node->npieces > 1);
		add_step(c, TEMPLATE_KEY, piece->value);
	}
	json_raw(&c->json, SPAN_LIT("\":"), false);
}

static bool
is_dynamic(const struct node *node)
{
	for (size_t i = 0; i < node->npieces; i++)
		if (node->pieces[i].value >= 0)
			return true;
	return false;
}

/* A key of one literal; `{{` makes several, which are then taken as they are written, and the slower way is right for them. */
static bool
is_plain(const struct node *node)
{
	return node->npieces <= 1;
}

static void
pair_up(struct compiler *c, const struct node *a, const struct node *b)
{
	struct template *t = c->t;
	struct template_pair pair = { .other = -1, .literal = SPAN_NONE };

	if (!is_dynamic(a)) {
		const struct node *swap = a;

		a = b;
		b = swap;
	}
	if (!is_dynamic(a))
		return;
	if (!is_plain(a) || !is_plain(b)) {
		t->always_slow = true;
		return;
	}
	pair.value = a->pieces[0].value;
	if (is_dynamic(b))
		pair.other = b->pieces[0].value;
	else
		pair.literal = b->npieces ? b->pieces[0].literal : SPAN_LIT("");
	t->pairs = grown(c, t->pairs, t->npairs, &c->room_pairs, sizeof(*t->pairs));
	if (!c->failed)
		t->pairs[t->npairs++] = pair;
}

/* The depth is the profile's, at most TEMPLATE_MAX_LEVELS. */
static void
emit(struct compiler *c, const struct node *node)
{
	if (node->leaf && node->value >= 0) {
		add_step(c, TEMPLATE_VALUE, node->value);
		return;
	}
	if (node->leaf) {
		c->json.comma = false;
		template_put_fact(&node->constant, &c->json);
		return;
	}
	json_raw(&c->json, SPAN_LIT("{"), false);
	for (const struct node *child = node->first; child && !c->failed; child = child->next) {
		if (child != node->first)
			json_raw(&c->json, SPAN_LIT(","), false);
		for (const struct node *other = child->next; other; other = other->next)
			pair_up(c, child, other);
		emit_key(c, child);
		emit(c, child);
	}
	json_raw(&c->json, SPAN_LIT("}"), false);
}

/* ---- all of it ---- */

static void
take_entry(struct compiler *c, struct node *root, struct template_path *path, const struct template_entry *entry)
{
	struct span text = arena_copy(&c->t->arena, entry->path);

	if (!text.p) {
		fail(c, 0, "out of memory");
		return;
	}
	path->value = entry->value;
	path->constant = entry->constant;
	if (path->constant.text.p)
		path->constant.text = arena_copy(&c->t->arena, path->constant.text);
	if (entry->value >= (int)c->nnames)
		fail(c, 0, "there is no value %d", entry->value);
	path->pieces = cut_pieces(c, text, 0, &path->n);
	set_path(c, root, path, text);
}

struct template *
template_compile(const struct template_entry *entries, size_t n, const struct span *names, size_t nnames, struct template_error *error)
{
	struct template *t = calloc(1, sizeof(*t));
	struct compiler c = { .t = t, .names = names, .nnames = nnames, .error = error };
	struct node root = { .part = SPAN_NONE };

	memset(error, 0, sizeof(*error));
	if (!t || arena_init(&t->arena, 1024, SIZE_MAX) == -1) {
		free(t);
		fail(&c, 0, "out of memory");
		return NULL;
	}
	if (json_init(&c.json, 256, SIZE_MAX) == -1)
		fail(&c, 0, "out of memory");
	t->paths = need(&c, arena_alloc(&t->arena, (n + 1) * sizeof(*t->paths)));
	for (c.entry = 0; c.entry < n && !c.failed; c.entry++)
		take_entry(&c, &root, &t->paths[c.entry], &entries[c.entry]);
	t->npaths = n;
	if (!c.failed) {
		emit(&c, &root);
		add_step(&c, TEMPLATE_LITERAL, -1);
	}
	if (!c.failed && !json_ok(&c.json))
		fail(&c, 0, "out of memory");
	json_fini(&c.json);
	if (c.failed)
		template_free(&t);
	return t;
}

void
template_free(struct template **tp)
{
	if (!*tp)
		return;
	arena_fini(&(*tp)->arena);
	free(*tp);
	*tp = NULL;
}
