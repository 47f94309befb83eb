/*
 * validate: objects of JSON held against the models, on levels of which each asks more.
 *
 *     json   the line is a JSON object, no key twice, and has data
 *     L1     libyang parses it: known nodes with the right prefixes, lists with their keys, types (partial data, as a reply to <get>)
 *     key    a key that stands again in the entry's `state` is the same there, which YANG itself does not ask
 *     L2     a copy, completed by what OpenConfig wants beside it (complete.h), is valid: must, when, leafrefs, no entry twice
 */
#ifndef NETNORM_YANG_VALIDATE_H
#define NETNORM_YANG_VALIDATE_H

#include <stdbool.h>
#include <stdio.h>

struct models;

struct validate_count {
	size_t objects;
	size_t invalid;
};

/*
 * Each line of `in` is a yang_message, or {"name": ..., "op": ..., "data": yang_message}; empty lines are passed over.  A fault is a
 * line on `out`: NAME: LEVEL: PATH: MESSAGE.  With `expect_invalid` the objects without one are told.
 */
struct validate_count validate_lines(FILE *in, FILE *out, const struct models *, bool expect_invalid);

#endif
