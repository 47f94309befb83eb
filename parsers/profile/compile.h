/*
 * compile: a `line` and its values become one regular expression (docs/profiles.md): literal text is escaped, a blank is
 * `\s+`, `{name}` is the value's own expression.
 *
 * In the own grammar a value has exactly one group and stands in the line, and a repeated one shifts nothing.  In folders written for
 * napalm-logs a value's group is the rank of its first place in the line, whatever groups the values have.
 */
#ifndef NETNORM_PARSERS_PROFILE_COMPILE_H
#define NETNORM_PARSERS_PROFILE_COMPILE_H

#include "parsers/profile/reader.h"

struct compile_value {                  /* beside the model_value of the same index */
	const struct yaml_node *node;   /* NULL: made by us */
	struct span expression;
};

struct compile {
	const struct yaml_node *node;   /* of the line, for faults */
	struct span line;
	size_t added;                   /* bytes of `line` before those of the node */
	struct model_value *values;
	const struct compile_value *expressions;
	size_t nvalues;
	bool napalm;
	unsigned flags;                 /* REGEX_* */
	size_t max_groups;

	/* What comes out. */
	struct regex *regex;
	struct span *literals;          /* runs that must occur in what matches, in their order */
	unsigned char *literal_blanks;  /* LITERAL_* of each */
	size_t nliterals;
	bool leading;                   /* a match begins with literals[0] */
};

/* 0, or -1 after faults. */
int compile_line(struct reader *, struct compile *);
/* `values` of a message or a form (a map, may be NULL): gives how many; *values and *expressions have room for `extra` more. */
size_t compile_values(struct reader *, const struct yaml_node *map, size_t extra, struct model_value **values, struct compile_value **expressions);
/* One byte of literal text, as it stands in a regular expression. */
void compile_put_literal(FILE *, char);
/* The longest of the literals; empty if there is none. */
struct span compile_longest(const struct compile *);

#endif
