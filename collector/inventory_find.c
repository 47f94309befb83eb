/*
 * What is in an inventory: its devices, by place, group, address and name.
 */
#include "collector/inventory_part.h"

#include <stdlib.h>

size_t
inventory_count(const struct inventory *inv)
{
	return inv->ndevices;
}

const struct inventory_device *
inventory_at(const struct inventory *inv, size_t i)
{
	return &inv->entries[1 + i];
}

bool
inventory_is_group(const struct inventory *inv, struct span name)
{
	for (size_t i = 0; i < inv->ngroups; i++) {
		if (span_eq(inv->groups[i].name->text, name))
			return true;
	}
	return false;
}

struct span
inventory_group_at(const struct inventory *inv, size_t i)
{
	return i < inv->ngroups ? inv->groups[i].name->text : SPAN_NONE;
}

bool
inventory_in_group(const struct inventory *inv, size_t i, struct span name)
{
	static const char *const keys[] = { "groups", "group" };

	for (size_t k = 0; k < 2; k++) {
		const struct yaml_node *n = yaml_get(inv->nodes[1 + i], keys[k]);

		if (n && n->kind != YAML_LIST && span_eq(n->text, name))
			return true;
		for (const struct yaml_node *g = n && n->kind == YAML_LIST ? n->first : NULL; g; g = g->next) {
			if (span_eq(g->text, name))
				return true;
		}
	}
	return false;
}

const struct inventory_device *
inventory_by_address(const struct inventory *inv, const struct in6_addr *a)
{
	uint32_t entry = a ? inventory_networks_find(&inv->networks, a) : INVENTORY_NONE;

	return &inv->entries[entry == INVENTORY_NONE ? 0 : entry];
}

const struct inventory_device *
inventory_by_host(const struct inventory *inv, struct span host)
{
	uint32_t entry = inventory_names_find(&inv->names, host);

	return entry == INVENTORY_NONE ? NULL : &inv->entries[entry];
}

void
inventory_check_os(const struct inventory *inv, bool (*known)(void *arg, struct span os), void *arg, struct diag *d)
{
	for (size_t i = 0; i < inv->npins; i++) {
		const struct yaml_node *n = inv->pins[i];
		struct diag_place place = yaml_place(inv->doc, n);

		if (!known(arg, n->text))
			diag_add(d, DIAG_ERROR, &place, "the profiles know no OS \"%.*s\"", (int)n->text.n, n->text.p);
	}
}

const char *
inventory_suggest(const struct inventory *inv, struct span word)
{
	size_t groups = 0, n = 0;
	const char **names, *meant;

	while (inventory_group_at(inv, groups).p)
		groups++;
	names = calloc(inventory_count(inv) + groups + 1, sizeof(*names));
	if (!names)
		return NULL;
	for (size_t i = 0; i < inventory_count(inv); i++)
		names[n++] = inventory_at(inv, i)->name.p;
	for (size_t i = 0; i < groups; i++)
		names[n++] = inventory_group_at(inv, i).p;
	meant = diag_suggest(word, names);
	free(names);
	return meant;
}
