/*
 * bulk_index: which index an event goes to: a template such as `netnorm-{os}-%Y.%m.%d`.
 *
 * The date is that of the event in UTC; where its clock is more than a week off, that of its receipt, so that no device makes indices as
 * it likes.  Names are in lower case, and what an index cannot have becomes '_'.
 */
#ifndef NETNORM_OUTPUTS_BULK_INDEX_H
#define NETNORM_OUTPUTS_BULK_INDEX_H

#include "outputs/record.h"

#define BULK_INDEX_BYTES 255

/* 0, or -1 with the byte where the fault is and what it is (static text). */
int bulk_index_check(struct span template, size_t *offset, const char **fault);
/* The name for a record by a template that was checked; its length, at least 1. */
size_t bulk_index_name(struct span template, const struct record *, char name[BULK_INDEX_BYTES]);

#endif
