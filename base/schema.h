/*
 * schema: options as tables.  One table describes a YAML map: its keys, types, defaults, bounds and what the
 * manual says of them.  Reading a map by a table fills a struct, tells every fault with its place, and suggests the
 * nearest name for an unknown key.  The manual page is printed from the same tables, so it cannot go stale.
 */
#ifndef NETNORM_BASE_SCHEMA_H
#define NETNORM_BASE_SCHEMA_H

#include <stdint.h>
#include <stdio.h>

#include "base/yaml.h"

enum schema_type {
	SCHEMA_BOOL,            /* bool */
	SCHEMA_INT,             /* int64_t, between min and max */
	SCHEMA_SIZE,            /* int64_t, bytes: 65536, 64KiB, 1MB, 2GiB */
	SCHEMA_DURATION,        /* int64_t, milliseconds: 500ms, 10s, 5m, 2h, 1d; a bare number is seconds */
	SCHEMA_TEXT,            /* char *, malloc'd; ${NAME} and ${NAME:-default} are taken from the environment, unset is a fault */
	SCHEMA_SECRET,          /* char *, malloc'd: {file: PATH} or {env: NAME}, or text with a warning */
	SCHEMA_ENUM,            /* int: index in `names` */
	SCHEMA_TEXTS,           /* struct schema_texts: a list of texts, or one text */
	SCHEMA_MAP,             /* the struct at this place, by `table` */
	SCHEMA_LIST,            /* struct schema_list of structs of `item_bytes`, each a map read by `table` */
	SCHEMA_NODE,            /* const struct yaml_node *: the caller reads it by hand; lives as long as the document */
	SCHEMA_NAMED,           /* struct schema_list like SCHEMA_LIST, but a map name -> map; or a list with the key `name` */
	SCHEMA_LATE_SECRET,     /* struct schema_secret: like SCHEMA_SECRET, but that it cannot be read is no fault of the map */
};

struct schema_secret {
	char *text;             /* malloc'd; NULL: there is none, or `fault` */
	char *fault;            /* malloc'd: why it cannot be read; NULL: it could */
	const struct yaml_node *at;     /* the place of the fault */
};

struct schema_texts {
	char **items;
	size_t n;
};

struct schema_list {
	void *items;
	size_t n;
};

struct schema_option {
	const char *key;
	enum schema_type type;
	size_t offset;                  /* of the field in the struct */
	const char *fallback;           /* the default as YAML would have it ("10s", "true", "[a, b]"), NULL: none */
	bool required;
	int64_t min, max;               /* SCHEMA_INT/SIZE/DURATION (in the field's unit); both 0: no bound */
	const char *const *names;       /* SCHEMA_ENUM, NULL-terminated */
	const struct schema_option *table;      /* SCHEMA_MAP, LIST, NAMED; ends with a key of NULL */
	size_t item_bytes;              /* SCHEMA_LIST, NAMED */
	const char *help;               /* one or more sentences for the manual */
};

#define SCHEMA_END { .key = NULL }

/*
 * Read `map` (a YAML map or NULL for none) by `table` into `out`, which the caller has zeroed.  Defaults are set
 * first.  `what` names the thing in messages (`output "kafka"`).  Faults go to the diag; 0, or -1 if there was one.
 * Whatever the outcome, schema_fini() frees what was allocated.
 * Each item of a list has, if its table has an option with key "name", its name set from there; two of one name are a fault.
 * A key with nothing behind it is as if it were not there.  What is required in a map counts only where the map is there.
 */
int schema_read(const struct schema_option *table, const struct yaml_doc *, const struct yaml_node *map,
    const char *what, void *out, struct diag *);
void schema_fini(const struct schema_option *table, void *out);
/* Are the two structs equal in all their options?  For reload. */
bool schema_equal(const struct schema_option *table, const void *a, const void *b);
/* The table as man(7) source (nested tables as nested .RS). */
void schema_manual(const struct schema_option *table, FILE *);
/* A single value of a type, for options of plugins' tables and the command line. */
int schema_parse_size(struct span, int64_t *bytes);
int schema_parse_duration(struct span, int64_t *ms);
/*
 * *path (malloc'd; NULL is left alone) relative to the folder of `file`; absolute paths stay.  0, or -1 with errno ENOMEM (*path as it was).
 */
int schema_resolve_path(char **path, const char *file);

#endif
