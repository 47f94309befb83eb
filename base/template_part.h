/* template_part: what the compiler of templates (template.c) and their writers (template_write.c, template_tree.c) share. */
#ifndef NETNORM_BASE_TEMPLATE_PART_H
#define NETNORM_BASE_TEMPLATE_PART_H

#include "base/template.h"

#define TEMPLATE_NUMBER_BYTES 40        /* a number's spelling as a key */

/* A stretch of a path: literal text, or (value >= 0) the text of a value. */
struct template_piece {
	struct span literal;
	int value;
};

struct template_path {
	const struct template_piece *pieces;
	size_t n;
	int value;                      /* what is set there, or -1: the constant */
	struct fact constant;
};

enum template_step_kind { TEMPLATE_LITERAL, TEMPLATE_KEY, TEMPLATE_VALUE };

struct template_step {
	enum template_step_kind kind;
	struct span literal;            /* JSON */
	int value;
};

/* A value in a key that opens a level if "//" is in it or "/" at its end (or at its start, where text stands before it in the key). */
struct template_guard {
	int value;
	bool glued;
};

/* Two sibling keys that must differ. */
struct template_pair {
	int value;
	int other;                      /* a value, or -1: `literal` */
	struct span literal;
};

struct template {
	struct arena arena;
	struct template_path *paths;
	size_t npaths;
	struct template_step *steps;
	size_t nsteps;
	struct template_guard *guards;
	size_t nguards;
	struct template_pair *pairs;
	size_t npairs;
	bool always_slow;               /* siblings made of more than one piece */
};

/* The text that a value has as (part of) a key: "None", "True" and digits as Python writes them; may lie in `number`. */
struct span template_key_text(const struct fact *, char number[TEMPLATE_NUMBER_BYTES]);
void template_put_fact(const struct fact *, struct json *);
/* Does this message need the slower way? */
bool template_needs_tree(const struct template *, const struct nevent *);

struct template_tree;
/* The tree of this message in the arena; NULL if a path goes through a leaf, is too deep, or the arena is spent. */
const struct template_tree *template_tree_build(const struct template *, const struct nevent *, struct arena *);
void template_tree_put(const struct template_tree *, struct json *);

#endif
