/*
 * inventory.yaml: read by tables, then resolved once: what a device does not say its groups say, first one first, and then the defaults.
 * Names and addresses borrow from the document, which lives as long.
 */
#include "collector/inventory.h"

#include <stdarg.h>
#include <stdlib.h>

#include "collector/inventory_part.h"

/* What can be said of devices in each of the places. */
struct saying {
	const struct yaml_node *name;   /* of a group: its key */
	bool has_os, has_zone, has_order, has_trust;
	struct span os;
	const struct stamp_zone *zone;
	enum stamp_order order;
	bool trust_host;
	const struct inventory_read *read;
};

struct zone {
	struct span name;
	struct stamp_zone *zone;        /* NULL: told as a fault already */
	struct zone *next;
};

struct inventory {
	struct yaml_doc *doc;           /* NULL: an empty inventory */
	struct inventory_device *entries;       /* the first: the defaults */
	const struct yaml_node **nodes;         /* parallel: where each stands */
	size_t n, ndevices;
	struct saying defaults, *groups;
	size_t ngroups;
	struct zone *zones;
	struct inventory_read *reads;           /* all that the tables have filled */
	struct inventory_access *accesses;      /* of the devices, in their order */
	const struct yaml_node **pins;  /* every `os` */
	size_t npins;
	struct inventory_networks networks;
	struct inventory_names names;
};

/* One load: the inventory and where its faults go. */
struct loading {
	struct inventory *inv;
	struct diag *diag;
};

static void fault(struct loading *, const struct yaml_node *, const char *, ...) __attribute__((format(printf, 3, 4)));

static void
fault(struct loading *l, const struct yaml_node *n, const char *fmt, ...)
{
	struct diag_place place = yaml_place(l->inv->doc, n);
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_add(l->diag, DIAG_ERROR, &place, "%s", text);
}

static void
no_memory(struct loading *l)
{
	diag_add(l->diag, DIAG_ERROR, NULL, "no memory");
}

/* Each zone is made once, however many devices are in it. */
static const struct stamp_zone *
zone_named(struct loading *l, const struct yaml_node *n)
{
	struct zone *z;

	for (z = l->inv->zones; z; z = z->next)
		if (span_eq(z->name, n->text) && z->zone)
			return z->zone;
	z = calloc(1, sizeof(*z));
	if (!z) {
		no_memory(l);
		return NULL;
	}
	z->name = n->text;
	z->zone = stamp_zone_new(n->text);
	z->next = l->inv->zones;
	l->inv->zones = z;
	if (!z->zone)
		fault(l, n, "\"%.*s\" is no time zone: an offset (+02:00), a zone word (CEST) or a name (Europe/Berlin) is wanted",
		    (int)n->text.n, n->text.p);
	return z->zone;
}

/* A scalar under `key`, or NULL. */
static const struct yaml_node *
scalar(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *n = yaml_get(map, key);

	return n && n->kind != YAML_NULL && n->kind != YAML_LIST && n->kind != YAML_MAP ? n : NULL;
}

/* A map, checked by its table; what it says of its devices. */
static struct saying
read_saying(struct loading *l, const struct schema_option *table, const struct yaml_node *map, const char *what)
{
	const struct yaml_node *os = scalar(map, "os"), *zone = scalar(map, "zone");
	struct saying s = { .name = map->key };
	struct inventory_read *r = calloc(1, sizeof(*r));

	if (!r) {
		no_memory(l);
		return s;
	}
	r->table = table;
	r->next = l->inv->reads;
	l->inv->reads = r;
	(void)schema_read(table, l->inv->doc, map, what, r, l->diag);   /* its faults are in the diag */
	inventory_access_read(l->inv->doc, map, r, l->diag);
	s.read = r;
	s.has_os = os && os->text.n > 0;
	s.os = s.has_os ? os->text : SPAN_NONE;
	s.has_order = scalar(map, "date_order") != NULL;
	s.order = (enum stamp_order)r->date_order;
	s.has_trust = scalar(map, "trust_host") != NULL;
	s.trust_host = r->trust_host;
	s.has_zone = zone != NULL;
	s.zone = zone ? zone_named(l, zone) : NULL;
	if (s.has_os)
		l->inv->pins[l->inv->npins++] = os;
	return s;
}

static void
apply(struct loading *l, struct inventory_device *d, const struct saying *s, struct saying *done)
{
	if (s->has_os && !done->has_os)
		d->os = s->os;
	if (s->has_zone && !done->has_zone)
		d->time.zone = s->zone;
	if (s->has_order && !done->has_order) {
		d->time.has_order = true;
		d->time.order = s->order;
	}
	if (s->has_trust && !done->has_trust)
		d->trust_host = s->trust_host;
	done->has_os |= s->has_os;
	done->has_zone |= s->has_zone;
	done->has_order |= s->has_order;
	done->has_trust |= s->has_trust;
	if (d->access && s->read)
		inventory_access_apply(&l->inv->accesses[d->access - l->inv->accesses], s->read);
}

static void
apply_group(struct loading *l, const struct yaml_node *name, struct inventory_device *d, struct saying *done)
{
	struct inventory *inv = l->inv;

	for (size_t i = 0; i < inv->ngroups; i++) {
		if (span_eq(inv->groups[i].name->text, name->text)) {
			apply(l, d, &inv->groups[i], done);
			return;
		}
	}
	fault(l, name, "there is no group \"%.*s\"", (int)name->text.n, name->text.p);
}

/* Calls fn for each text of a list, or for the one text that stands in its place. */
static void
each_text(struct loading *l, const struct yaml_node *n, void (*fn)(struct loading *, const struct yaml_node *, uint32_t), uint32_t entry)
{
	if (!n || n->kind == YAML_NULL || n->kind == YAML_MAP)
		return;         /* faults of its kind are the schema's */
	if (n->kind != YAML_LIST) {
		fn(l, n, entry);
		return;
	}
	for (const struct yaml_node *item = n->first; item; item = item->next)
		if (item->kind != YAML_LIST && item->kind != YAML_MAP && item->kind != YAML_NULL)
			fn(l, item, entry);
}

/* A new entry, resolved; its index. */
static uint32_t
add_entry(struct loading *l, const struct yaml_node *map, const struct saying *own)
{
	static const char *const keys[] = { "groups", "group" };
	struct inventory *inv = l->inv;
	struct inventory_device *d = &inv->entries[inv->n];
	struct saying done = { 0 };

	apply(l, d, own, &done);
	for (size_t i = 0; i < 2; i++) {
		const struct yaml_node *n = yaml_get(map, keys[i]);

		for (const struct yaml_node *g = n && n->kind == YAML_LIST ? n->first : NULL; g; g = g->next)
			apply_group(l, g, d, &done);
		if (n && n->kind != YAML_LIST && n->kind != YAML_MAP && n->kind != YAML_NULL)
			apply_group(l, n, d, &done);
	}
	apply(l, d, &inv->defaults, &done);
	inv->nodes[inv->n] = map;
	return (uint32_t)inv->n++;
}

static void
add_address(struct loading *l, const struct yaml_node *n, uint32_t entry)
{
	struct inventory_network network = { .entry = entry };
	const char *why = inventory_network_parse(n->text, &network.address, &network.bits);
	uint32_t other;
	int failed = 0;

	if (why) {
		fault(l, n, "\"%.*s\": %s", (int)n->text.n, n->text.p, why);
		return;
	}
	other = inventory_networks_put(&l->inv->networks, &network, &failed);
	if (failed)
		no_memory(l);
	else if (other != INVENTORY_NONE)
		fault(l, n, "%.*s is the address of \"%.*s\" already (line %d)", (int)n->text.n, n->text.p,
		    (int)l->inv->nodes[other]->key->text.n, l->inv->nodes[other]->key->text.p, l->inv->nodes[other]->key->line);
}

static void
add_name(struct loading *l, const struct yaml_node *n, uint32_t entry)
{
	int failed = 0;
	uint32_t other = inventory_names_put(&l->inv->names, n->text, entry, &failed);

	if (failed)
		no_memory(l);
	else if (other != INVENTORY_NONE && other != entry)
		fault(l, n, "\"%.*s\" is a name of device \"%.*s\" already (line %d)", (int)n->text.n, n->text.p,
		    (int)l->inv->nodes[other]->key->text.n, l->inv->nodes[other]->key->text.p, l->inv->nodes[other]->key->line);
}

/* A device, a group or a network with nothing behind its name is fine. */
static bool
is_map(struct loading *l, const struct yaml_node *n, const char *what)
{
	if (n->kind == YAML_MAP || n->kind == YAML_NULL)
		return true;
	fault(l, n, "%s must be a map, not %s", what, yaml_kind_name(n->kind));
	return false;
}

static void
describe(char *what, size_t cap, const char *kind, const struct yaml_node *n)
{
	snprintf(what, cap, "%s \"%.*s\"", kind, (int)(n->key->text.n < 200 ? n->key->text.n : 200), n->key->text.p);
}

static void
read_groups(struct loading *l, const struct yaml_node *groups)
{
	for (const struct yaml_node *n = groups ? groups->first : NULL; n; n = n->next) {
		char what[256];

		describe(what, sizeof(what), "group", n);
		if (is_map(l, n, what))
			l->inv->groups[l->inv->ngroups++] = read_saying(l, inventory_group_options, n, what);
	}
}

static void
read_devices(struct loading *l, const struct yaml_node *devices)
{
	for (const struct yaml_node *n = devices ? devices->first : NULL; n; n = n->next) {
		struct saying own;
		uint32_t entry;
		char what[256];

		describe(what, sizeof(what), "device", n);
		if (n->key->text.n == 0)
			fault(l, n->key, "a device needs a name");
		if (!is_map(l, n, what))
			continue;
		own = read_saying(l, inventory_device_options, n, what);
		l->inv->entries[l->inv->n].access = &l->inv->accesses[l->inv->ndevices];
		entry = add_entry(l, n, &own);
		l->inv->entries[entry].name = n->key->text;
		inventory_access_finish(&l->inv->accesses[l->inv->ndevices++], l->inv->doc, n, l->diag);
		add_name(l, n->key, entry);
		each_text(l, yaml_get(n, "addresses"), add_address, entry);
		each_text(l, yaml_get(n, "hosts"), add_name, entry);
	}
}

static void
read_networks(struct loading *l, const struct yaml_node *networks)
{
	for (const struct yaml_node *n = networks ? networks->first : NULL; n; n = n->next) {
		struct saying own;
		char what[256];

		describe(what, sizeof(what), "network", n);
		if (!is_map(l, n, what))
			continue;
		own = read_saying(l, inventory_network_options, n, what);
		add_address(l, n->key, add_entry(l, n, &own));
	}
}

static size_t
children(const struct yaml_node *n)
{
	return n ? n->children : 0;
}

/* Room for everything, so that nothing moves while it is read. */
static int
make_room(struct inventory *inv, const struct inventory_top *top)
{
	size_t entries = 1 + children(top->devices) + children(top->networks);
	size_t groups = children(top->groups);

	inv->entries = calloc(entries, sizeof(*inv->entries));
	inv->nodes = calloc(entries, sizeof(struct yaml_node *));
	inv->groups = calloc(groups + 1, sizeof(*inv->groups));
	inv->accesses = calloc(children(top->devices) + 1, sizeof(*inv->accesses));
	inv->pins = calloc(entries + groups, sizeof(struct yaml_node *));
	return inv->entries && inv->nodes && inv->groups && inv->accesses && inv->pins ? 0 : -1;
}

/* NULL unless it is a map; other kinds are a fault. */
static const struct yaml_node *
map_of(struct loading *l, const struct yaml_node *n, const char *key)
{
	if (!n || n->kind == YAML_NULL)
		return NULL;
	if (n->kind == YAML_MAP)
		return n;
	fault(l, n, "\"%s\" must be a map by name, not %s", key, yaml_kind_name(n->kind));
	return NULL;
}

static void
read_all(struct loading *l)
{
	struct inventory *inv = l->inv;
	const struct yaml_node *root = inv->doc->root->kind == YAML_NULL ? NULL : inv->doc->root;
	struct inventory_top top = { 0 };

	(void)schema_read(inventory_top_options, inv->doc, root, "the inventory", &top, l->diag);
	top.defaults = map_of(l, top.defaults, "defaults");
	top.groups = map_of(l, top.groups, "groups");
	top.devices = map_of(l, top.devices, "devices");
	top.networks = map_of(l, top.networks, "networks");
	if (make_room(inv, &top) == -1) {
		no_memory(l);
		return;
	}
	if (top.defaults)
		inv->defaults = read_saying(l, inventory_group_options, top.defaults, "\"defaults\"");
	read_groups(l, top.groups);
	inv->n = 1;
	apply(l, &inv->entries[0], &inv->defaults, &(struct saying){ 0 });
	read_devices(l, top.devices);
	read_networks(l, top.networks);
}

struct inventory *
inventory_load_faulty(const char *path, struct diag *d)
{
	struct inventory *inv = calloc(1, sizeof(*inv));
	struct loading l = { .inv = inv, .diag = d };

	if (!inv || (!path && !(inv->entries = calloc(1, sizeof(*inv->entries))))) {
		diag_add(d, DIAG_ERROR, NULL, "no memory");
		free(inv);
		return NULL;
	}
	if (path && !(inv->doc = yaml_load_file(path, d)))
		inventory_free(&inv);
	else if (path)
		read_all(&l);
	return inv;
}

struct inventory *
inventory_load(const char *path, struct diag *d)
{
	size_t before = diag_errors(d);
	struct inventory *inv = inventory_load_faulty(path, d);

	if (diag_errors(d) > before)
		inventory_free(&inv);
	return inv;
}

void
inventory_free(struct inventory **ip)
{
	struct inventory *inv = *ip;

	*ip = NULL;
	if (!inv)
		return;
	while (inv->zones) {
		struct zone *z = inv->zones;

		inv->zones = z->next;
		stamp_zone_free(&z->zone);
		free(z);
	}
	while (inv->reads) {
		struct inventory_read *r = inv->reads;

		inv->reads = r->next;
		schema_fini(r->table, r);
		free(r);
	}
	free(inv->accesses);
	free(inv->networks.slots);
	free(inv->names.slots);
	free(inv->pins);
	free(inv->groups);
	free(inv->nodes);
	free(inv->entries);
	yaml_doc_free(&inv->doc);
	free(inv);
}

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
