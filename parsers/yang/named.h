/*
 * named: typedefs of strings that have a word of their own in the table, because they are checked, and made, by code.
 */
#ifndef NETNORM_YANG_NAMED_H
#define NETNORM_YANG_NAMED_H

#include <stdio.h>

struct ly_ctx;
struct lysc_type_str;

/* The word for a string with these patterns, or NULL.  Its length is not looked at. */
const char *named_word(const struct ly_ctx *, const struct lysc_type_str *);

/* A line for each typedef that `ctx` has: `=WORD<TAB>MODULE:TYPEDEF<TAB>PATTERN...`. */
void named_write(FILE *, const struct ly_ctx *);

#endif
