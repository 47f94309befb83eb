#include "parsers/profile/lint_place.h"

#include "parsers/profile/cast.h"

const struct yaml_node *
lint_kind_map(const struct strict_kind *kind)
{
	const struct yaml_node *kinds;

	if (!kind->doc || kind->node->kind == YAML_MAP)
		return kind->doc ? kind->node : NULL;
	kinds = yaml_get(kind->doc->root, "kinds");
	for (const struct yaml_node *entry = kinds ? kinds->first : NULL; entry; entry = entry->next)
		if (entry->key == kind->node)
			return entry;
	return NULL;
}

/* What stands behind the last slash, without a module. */
static struct span
leaf_name(struct span path)
{
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL, *colon;

	if (slash)
		path = span_between(slash + 1, path.p + path.n);
	colon = path.n ? memchr(path.p, ':', path.n) : NULL;
	return colon ? span_between(colon + 1, path.p + path.n) : path;
}

/* `[leaf=written]` in a text: where `written` begins, or NULL. */
static const char *
key_in(struct span text, struct span leaf, struct span written)
{
	const char *end = text.p + text.n;

	if (!text.p || written.n == 0)
		return NULL;
	for (const char *p = text.p; (p = memmem(p, (size_t)(end - p), written.p, written.n)); p++) {
		size_t before = (size_t)(p - text.p);

		if (p + written.n < end && p[written.n] == ']' && before > leaf.n && p[-1] == '=' && memcmp(p - 1 - leaf.n, leaf.p, leaf.n) == 0)
			return p;
	}
	return NULL;
}

/* The first node among the entries' keys, or their values, with such a key of a list. */
static bool
find_key(const struct yaml_node *map, bool of_values, const struct strict_slot *slot, const struct yaml_node **node, size_t *at)
{
	for (const struct yaml_node *entry = map && map->kind == YAML_MAP ? map->first : NULL; entry; entry = entry->next) {
		const struct yaml_node *n = of_values ? entry : entry->key;
		const char *p = key_in(n->text, leaf_name(slot->path), slot->written);

		if (!p)
			continue;
		*node = n;
		*at = (size_t)(p - n->text.p);
		return true;
	}
	return false;
}

struct diag_place
lint_slot_place(const struct strict_kind *kind, const struct strict_slot *slot, struct span part)
{
	const struct yaml_node *entries = yaml_get(lint_kind_map(kind), "openconfig"), *node;
	size_t offset = part.p >= slot->written.p && part.p <= slot->written.p + slot->written.n ? (size_t)(part.p - slot->written.p) : 0, at;

	for (const struct yaml_node *entry = entries && entries->kind == YAML_MAP ? entries->first : NULL; entry; entry = entry->next)
		if (span_eq(entry->text, slot->written) && span_eq(leaf_name(entry->key->text), leaf_name(slot->path)))
			return yaml_place_in(kind->doc, entry, offset, part.n);
	if (find_key(entries, false, slot, &node, &at) || (kind->doc && find_key(yaml_get(kind->doc->root, "paths"), true, slot, &node, &at)))
		return yaml_place_in(kind->doc, node, at + offset, part.n);
	return yaml_place(kind->doc, kind->node);
}

struct span
lint_last_cast(const struct strict_slot *slot)
{
	struct span text = slot->written;
	const char *question = text.n ? memchr(text.p, '?', text.n) : NULL, *bar, *close;

	text = question ? span_between(text.p, question) : text;
	close = !question && text.n ? memchr(text.p, '}', text.n) : NULL;
	text = close ? span_between(text.p, close) : text;
	bar = text.n ? memrchr(text.p, '|', text.n) : NULL;
	return bar ? span_trim(span_between(bar + 1, text.p + text.n)) : text;
}

struct diag_place
lint_map_place(const struct cast *map, size_t i)
{
	const struct yaml_node *entry = map->node->first;

	while (entry && i-- > 0)
		entry = entry->next;
	return yaml_place(map->doc, entry ? entry : map->node);
}
