/*
 * schema_part: what the files of schema share.
 */
#ifndef NETNORM_BASE_SCHEMA_PART_H
#define NETNORM_BASE_SCHEMA_PART_H

#include "base/schema.h"

/* One reading: where faults go and what the thing is called in them. */
struct schema_reader {
	const struct yaml_doc *doc;
	struct diag *diag;
	const char *what;
	bool faulty;
	struct schema_secret *late;     /* where faults go in their place; NULL: to the diag */
};

void schema_fault(struct schema_reader *, const struct yaml_node *, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Read one scalar (or list of texts) into its field. */
void schema_read_value(struct schema_reader *, const struct schema_option *, const struct yaml_node *, void *field);
/* The text of a scalar, malloc'd, with ${NAME} and ${NAME:-default} from the environment; $${ is ${.  NULL after a fault. */
char *schema_expand(struct schema_reader *, const struct yaml_node *);
/* A bound as one would write it. */
const char *schema_amount(const struct schema_option *, int64_t, char *buf, size_t cap);
/* Set the field from option->fallback, which is right by construction. */
void schema_set_fallback(const struct schema_option *, void *field);

#endif
