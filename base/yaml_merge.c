/*
 * What must be known of all keys of a map at once: which are there twice, and what << brings.
 *
 * As PyYAML does it: the maps under << come first, the last one of their list foremost, then the map's own keys.  Where a key is there
 * more than once, the first place and the last value count.
 */
#include <stdlib.h>

#include "base/yaml_part.h"

struct entry {
	struct yaml_node *node;
	size_t place;
	bool own;
	const struct entry *value;      /* at the first place of its key: the entry that counts in the end; else NULL */
};

static int
by_key(const void *pa, const void *pb)
{
	const struct entry *a = *(const struct entry *const *)pa, *b = *(const struct entry *const *)pb;
	struct span x = a->node->key->text, y = b->node->key->text;
	size_t n = x.n < y.n ? x.n : y.n;
	int c = n > 0 ? memcmp(x.p, y.p, n) : 0;

	if (c != 0)
		return c;
	if (x.n != y.n)
		return x.n < y.n ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

/* Settle the entries of one key, which come in the order of their places. */
static void
settle(struct yaml_builder *b, struct entry **group, size_t n)
{
	group[0]->value = group[n - 1];
	for (size_t i = 1; i < n; i++) {
		const struct yaml_node *key = group[i]->node->key;

		if (group[i - 1]->own)
			yaml_fault(b, key, "the key \"%.*s\" is there twice (first in line %d)", key->text.n > 100 ? 100 : (int)key->text.n, key->text.p,
			    group[i - 1]->node->key->line);
	}
}

static bool
same_key(const struct entry *a, const struct entry *b)
{
	return span_eq(a->node->key->text, b->node->key->text);
}

static void
add_map(struct entry *entries, size_t place, const struct yaml_node *map, bool own)
{
	for (struct yaml_node *c = map->first; c; c = c->next, place++)
		entries[place] = (struct entry){ .node = c, .place = place, .own = own };
}

/* How many entries << brings; -1 if nothing can stand under it that does. */
static int64_t
count_merged(struct yaml_builder *b, const struct yaml_node *merged)
{
	int64_t n = 0;

	if (!merged || merged->kind == YAML_MAP)
		return merged ? (int64_t)merged->children : 0;
	if (merged->kind != YAML_LIST) {
		yaml_fault(b, merged, "<< wants a map or a list of maps, not %s", yaml_kind_name(merged->kind));
		return -1;
	}
	for (const struct yaml_node *c = merged->first; c; c = c->next) {
		if (c->kind != YAML_MAP) {
			yaml_fault(b, c, "<< wants a list of maps; this is %s", yaml_kind_name(c->kind));
			return -1;
		}
		n += (int64_t)c->children;
	}
	return n;
}

/* The first `n` entries: the maps under <<, the last one first. */
static void
add_merged(struct entry *entries, size_t n, const struct yaml_node *merged)
{
	if (merged->kind == YAML_MAP) {
		add_map(entries, 0, merged, false);
		return;
	}
	for (const struct yaml_node *c = merged->first; c; c = c->next) {
		n -= c->children;
		add_map(entries, n, c, false);
	}
}

/* Every key has one value in the end: in the entry at its first place. */
static int
settle_all(struct yaml_builder *b, struct entry *entries, size_t n)
{
	struct entry **sorted = malloc(n * sizeof(struct entry *));
	size_t from = 0;

	if (!sorted)
		return -1;
	for (size_t i = 0; i < n; i++)
		sorted[i] = &entries[i];
	qsort(sorted, n, sizeof(struct entry *), by_key);
	for (size_t i = 1; i <= n; i++)
		if (i == n || !same_key(sorted[i], sorted[from])) {
			settle(b, sorted + from, i - from);
			from = i;
		}
	free(sorted);
	return 0;
}

/* Hang what is left into the map again; what << brings is copied, since it may hang elsewhere. */
static int
relink(struct yaml_builder *b, struct yaml_node *map, const struct yaml_node *merged, const struct entry *entries, size_t n)
{
	struct yaml_node **tail = &map->first;

	map->children = 0;
	for (size_t i = 0; i < n; i++) {
		const struct entry *from = entries[i].value;
		struct yaml_node *value;

		if (!from)
			continue;
		value = from->own ? from->node : yaml_node_copy(b, from->node, merged, b->depth + 1);
		if (!value)
			return -1;
		*tail = value;
		tail = &value->next;
		map->children++;
	}
	*tail = NULL;
	return 0;
}

int
yaml_map_finish(struct yaml_builder *b, struct yaml_node *map, const struct yaml_node *merged)
{
	int64_t brought = count_merged(b, merged);
	struct entry *entries;
	size_t n;
	int result;

	if (brought == -1 || (brought == 0 && map->children < 2))
		return 0;
	n = (size_t)brought + map->children;
	entries = malloc(n * sizeof(*entries));
	if (entries && brought > 0)
		add_merged(entries, (size_t)brought, merged);
	if (entries)
		add_map(entries, (size_t)brought, map, true);
	if (!entries || settle_all(b, entries, n) == -1) {
		yaml_fault(b, map, "no memory");
		free(entries);
		return -1;
	}
	result = brought > 0 ? relink(b, map, merged, entries, n) : 0;
	free(entries);
	return result;
}
