/*
 * filter: which events a route takes: `filter: {include: {...}, exclude: {...}}`.
 *
 * Fields os, error, host, device, outcome are lists of globs (any may fit), severity is a comparison ("<=4", ">5", "3", "2-5", by
 * nevent_level()).  All named fields must fit; exclude wins; without `outcome` under include only events pass.  `error` takes the
 * event's name or its napalm name.
 */
#ifndef NETNORM_OUTPUTS_FILTER_H
#define NETNORM_OUTPUTS_FILTER_H

#include <stdio.h>

#include "base/nevent.h"
#include "base/yaml.h"

struct filter;

/* `node` may be NULL: events only.  NULL with faults in the diag. */
struct filter *filter_new(const struct yaml_doc *, const struct yaml_node *node, struct diag *);
void filter_free(struct filter **);
/* What `os` and `error` can be: NULL-terminated. */
struct filter_names {
	const char *const *os, *const *error;
};
/* Globs of os and error that fit none of the names are warnings in the diag, at their places.  `node` is the one of filter_new(). */
void filter_check_names(const struct filter *, const struct yaml_doc *, const struct yaml_node *node, const struct filter_names *, struct diag *);
bool filter_takes(const struct filter *, const struct nevent *);
/* Its options as man(7). */
void filter_manual(FILE *);

#endif
