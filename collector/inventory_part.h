/*
 * inventory_part: an inventory, and the tables that it is read by and looked up in.  For collector/inventory*.c only.
 */
#ifndef NETNORM_COLLECTOR_INVENTORY_PART_H
#define NETNORM_COLLECTOR_INVENTORY_PART_H

#include <stdint.h>

#include "collector/inventory.h"

#define INVENTORY_NONE UINT32_MAX

/* Networks (a single address is one of 128 bits) to entries, by hash for each prefix length. */
struct inventory_network {
	struct in6_addr address;
	uint32_t entry;                 /* INVENTORY_NONE: an empty place */
	uint8_t bits;
};

struct inventory_networks {
	struct inventory_network *slots;
	size_t capacity, n;             /* capacity: a power of two */
	uint8_t bits[129];              /* the prefix lengths that are there, longest first */
	size_t nbits;
};

/* Host names, ASCII case aside, to entries. */
struct inventory_name {
	struct span name;
	uint32_t entry;
};

struct inventory_names {
	struct inventory_name *slots;
	size_t capacity, n;
};

/* For the tables: what schema_read() checks and fills in one map. */
struct inventory_read {
	char *os, *zone;
	int date_order;
	bool trust_host;
	struct schema_texts addresses, hosts, group, groups;
	char *driver, *hostname, *username;
	struct schema_secret password;
	int64_t port, timeout_ms;
	const struct yaml_node *options;        /* a map, or NULL */
	bool poll, has_poll;
	const struct schema_option *table;      /* that it was read by */
	struct inventory_read *next;
};

struct inventory_top {
	const struct yaml_node *defaults, *groups, *devices, *networks;
};

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

extern const struct schema_option inventory_group_options[], inventory_network_options[], inventory_device_options[], inventory_top_options[];

/* What a map says beyond its table: is `options` a map of scalars, is `poll` said? */
void inventory_access_read(const struct yaml_doc *, const struct yaml_node *map, struct inventory_read *, struct diag *);
/* What is not known yet is taken from there. */
void inventory_access_apply(struct inventory_access *, const struct inventory_read *);
/* Defaults, and whether the driver knows the options; `device` is its entry. */
void inventory_access_finish(struct inventory_access *, const struct yaml_doc *, const struct yaml_node *device, struct diag *);

/*
 * "192.0.2.1", "192.0.2.0/24", "2001:db8::/32"; IPv4 as v4-mapped, its bits counted from 96.  NULL, or what is wrong with it: static text.
 */
const char *inventory_network_parse(struct span text, struct in6_addr *, uint8_t *bits);

/* The entry that has the network already, INVENTORY_NONE if it is new and was put in; -1 in *failed without memory. */
uint32_t inventory_networks_put(struct inventory_networks *, const struct inventory_network *, int *failed);
/* The entry of the longest network that holds the address, or INVENTORY_NONE. */
uint32_t inventory_networks_find(const struct inventory_networks *, const struct in6_addr *);
uint32_t inventory_names_put(struct inventory_names *, struct span name, uint32_t entry, int *failed);
uint32_t inventory_names_find(const struct inventory_names *, struct span name);

#endif
