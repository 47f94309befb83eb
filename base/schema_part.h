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
};

void schema_fault(struct schema_reader *, const struct yaml_node *, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Read one scalar (or list of texts) into its field. */
void schema_read_value(struct schema_reader *, const struct schema_option *, const struct yaml_node *, void *field);
/* Set the field from option->fallback, which is right by construction. */
void schema_set_fallback(const struct schema_option *, void *field);

#endif
