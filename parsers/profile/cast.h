/*
 * cast: what `name|cast` does to a value: a closed table, and the maps of a profile.
 *
 * A value that does not read as what it should become stays as it is.
 */
#ifndef NETNORM_PARSERS_PROFILE_CAST_H
#define NETNORM_PARSERS_PROFILE_CAST_H

#include "base/nevent.h"
#include "base/yaml.h"

struct arena;
struct profile_os;
struct reader;

struct cast_entry {
	struct span from;
	struct fact to;                 /* its key is not set */
};

struct cast {
	struct span name;
	/* 0, or -1 without memory. The fact is FACT_TEXT. */
	int (*apply)(const struct cast *, struct fact *, struct arena *);
	const struct cast_entry *entries;
	size_t n;
	bool has_star;                  /* an entry `*`, for all other values */
	const struct yaml_doc *doc;     /* of a profile's map: where it stands; its entries are those of the node, in order */
	const struct yaml_node *node;
};

/* `interface` of a system without short names. */
extern const struct cast cast_no_interfaces;
/* A built-in cast or a map of the OS; NULL if there is none. */
const struct cast *cast_named(const struct profile_os *, struct span name);
/* `maps` of an init file: laid over those that the OS has. */
void cast_read_maps(struct reader *, const struct yaml_node *maps);
/* `interfaces` of an init file (NULL: none): short names of kinds of interfaces, and their full ones. */
void cast_read_interfaces(struct reader *, const struct yaml_node *map);
/* `name|cast` as a key: *name and *cast; faults are told. */
void cast_split(struct reader *, const struct yaml_node *key, struct span *name, const struct cast **cast);

#endif
