#include "parsers/profile/reader.h"

#include <stdlib.h>

static void
tell_memory(struct reader *r)
{
	diag_add(r->diag, DIAG_ERROR, NULL, "out of memory");
}

void *
reader_alloc(struct reader *r, size_t bytes)
{
	void *p = arena_alloc(&r->set->arena, bytes ? bytes : 1);

	if (p)
		memset(p, 0, bytes);
	else
		tell_memory(r);
	return p;
}

struct span
reader_copy(struct reader *r, struct span s)
{
	struct span copy = arena_copy(&r->set->arena, s);

	if (!copy.p)
		tell_memory(r);
	return copy;
}

int
reader_own(struct reader *r, struct model_owned what)
{
	struct model_owned *owned = reader_alloc(r, sizeof(*owned));

	if (!owned) {
		regex_free(&what.regex);
		template_free(&what.template);
		yaml_doc_free(&what.doc);
		free(what.path);
		return -1;
	}
	*owned = what;
	owned->next = r->set->owned;
	r->set->owned = owned;
	return 0;
}

bool
reader_map(struct reader *r, const struct yaml_node *map, const char *const *keys, const char *what)
{
	if (map->kind != YAML_MAP) {
		reader_fault(r, map, "%s must be a map, this is %s", what, yaml_kind_name(map->kind));
		return false;
	}
	for (const struct yaml_node *entry = map->first; keys && entry; entry = entry->next) {
		const char *const *k = keys;
		const char *meant;

		while (*k && !span_eq(span_str(*k), entry->key->text))
			k++;
		if (*k)
			continue;
		meant = diag_suggest(entry->key->text, keys);
		if (meant)
			reader_fault(r, entry->key, "%s has no key \"%.*s\" (did you mean \"%s\"?)", what,
			    READER_TEXT(entry->key->text), meant);
		else
			reader_fault(r, entry->key, "%s has no key \"%.*s\"", what, READER_TEXT(entry->key->text));
	}
	return true;
}

const struct yaml_node *
reader_required(struct reader *r, const struct yaml_node *map, const char *key, const char *what)
{
	const struct yaml_node *node = yaml_get(map, key);

	if (!node)
		reader_fault(r, map, "%s lacks \"%s\"", what, key);
	return node;
}

static const char *
key_of(const struct yaml_node *node)
{
	return node->key && node->key->text.p ? node->key->text.p : "this";
}

struct span
reader_text(struct reader *r, const struct yaml_node *node)
{
	if (!node)
		return SPAN_NONE;
	if (node->kind == YAML_MAP || node->kind == YAML_LIST || node->kind == YAML_NULL) {
		reader_fault(r, node, "%s must be a text, this is %s", key_of(node), yaml_kind_name(node->kind));
		return SPAN_NONE;
	}
	return node->text;
}

struct model_globs
reader_texts(struct reader *r, const struct yaml_node *node)
{
	struct model_globs globs = { NULL, 0 };
	const struct yaml_node *item = node && node->kind == YAML_LIST ? node->first : node;

	if (!node)
		return globs;
	globs.items = reader_alloc(r, (node->children + 1) * sizeof(*globs.items));
	for (; globs.items && item; item = item == node ? NULL : item->next) {
		struct span text = reader_text(r, item);

		if (text.p)
			globs.items[globs.n++] = text;
	}
	return globs;
}

int64_t
reader_int(struct reader *r, const struct yaml_node *node, const int64_t range[2], int64_t fallback)
{
	if (!node)
		return fallback;
	if (node->kind == YAML_INT && node->integer >= range[0] && node->integer <= range[1])
		return node->integer;
	if (range[0] == INT64_MIN)
		reader_fault(r, node, "%s must be a whole number", key_of(node));
	else
		reader_fault(r, node, "%s must be a whole number from %lld to %lld", key_of(node), (long long)range[0], (long long)range[1]);
	return fallback;
}

int
reader_enum(struct reader *r, const struct yaml_node *node, const char *const *names, const char *what)
{
	struct span text;
	const char *meant;

	if (!node)
		return -1;
	text = node->kind == YAML_MAP || node->kind == YAML_LIST ? SPAN_NONE : node->text;
	for (int i = 0; names[i]; i++)
		if (span_eq(span_str(names[i]), text))
			return i;
	meant = text.p ? diag_suggest(text, names) : NULL;
	if (meant)
		reader_fault(r, node, "%s must be %s (did you mean \"%s\"?)", key_of(node), what, meant);
	else
		reader_fault(r, node, "%s must be %s", key_of(node), what);
	return -1;
}

struct fact_key
reader_key(struct reader *r, struct span name)
{
	struct fact_key key = { .name = name, .json = SPAN_NONE };
	struct json json;

	if (json_init(&json, 128, SIZE_MAX) == -1) {
		tell_memory(r);
		return key;
	}
	json_key(&json, name);
	key.json = reader_copy(r, json_text(&json));
	json_fini(&json);
	return key;
}

struct fact
reader_constant(struct reader *r, const struct yaml_node *node)
{
	struct fact f = { .type = FACT_TEXT, .text = node->text };

	switch (node->kind) {
	case YAML_NULL:
		f.type = FACT_NULL;
		break;
	case YAML_BOOL:
		f.type = FACT_BOOL;
		f.num = node->boolean;
		break;
	case YAML_INT:
		f.type = FACT_INT;
		f.num = node->integer;
		break;
	case YAML_FLOAT:
		f.type = FACT_REAL;
		f.real = node->real;
		break;
	case YAML_TEXT:
		break;
	case YAML_LIST:
	case YAML_MAP:
		reader_fault(r, node, "%s must be a text, a number, true, false or null, this is %s", key_of(node), yaml_kind_name(node->kind));
		break;
	}
	return f;
}
