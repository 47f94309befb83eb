/*
 * reader: reading profile YAML: the checks that every map of it needs, and faults with their places.
 *
 * A reader remembers nothing but that memory ran out; whether there were faults is the diag's to tell.
 */
#ifndef NETNORM_PARSERS_PROFILE_READER_H
#define NETNORM_PARSERS_PROFILE_READER_H

#include "parsers/profile/model.h"

struct reader {
	struct profile_set *set;
	struct diag *diag;
	const struct yaml_doc *doc;
	struct profile_os *os;
	size_t dir;                     /* index of the directory that is read */
};

#define READER_TEXT(s) (int)((s).n < 200 ? (s).n : 200), (s).p ? (s).p : ""

#define reader_tell(r, kind, node, ...)                                        \
	do {                                                                   \
		struct diag_place reader_place = yaml_place((r)->doc, (node)); \
		diag_add((r)->diag, (kind), &reader_place, __VA_ARGS__);       \
	} while (0)
#define reader_fault(r, node, ...) reader_tell(r, DIAG_ERROR, node, __VA_ARGS__)
#define reader_warn(r, node, ...) reader_tell(r, DIAG_WARNING, node, __VA_ARGS__)
/* Inside a scalar: `width` bytes at `offset` of its text. */
#define reader_fault_in(r, node, offset, width, ...)                                                     \
	do {                                                                                             \
		struct diag_place reader_place = yaml_place_in((r)->doc, (node), (offset), (width));     \
		diag_add((r)->diag, DIAG_ERROR, &reader_place, __VA_ARGS__);                             \
	} while (0)

/* Zeroed memory of the set (never of 0 bytes); NULL, and told, if there is none. */
void *reader_alloc(struct reader *, size_t bytes);
struct span reader_copy(struct reader *, struct span);
/* The set frees it; the reader's caller must not. -1 without memory (then it is freed at once). */
int reader_own(struct reader *, struct model_owned what);

/* Is it a map, and has it no key but these (NULL-terminated)?  `what` names the thing: "a message". */
bool reader_map(struct reader *, const struct yaml_node *, const char *const *keys, const char *what);
/* `map` lacks this key: told at the map. */
const struct yaml_node *reader_required(struct reader *, const struct yaml_node *map, const char *key, const char *what);
/* A scalar's text; absent (and told) if it is none, absent if node is NULL. */
struct span reader_text(struct reader *, const struct yaml_node *);
/* A text or a list of texts; n == 0 for NULL and after a fault. */
struct model_globs reader_texts(struct reader *, const struct yaml_node *);
/* A whole number in min..max, `fallback` for NULL and after a fault. */
int64_t reader_int(struct reader *, const struct yaml_node *, const int64_t range[2], int64_t fallback);
/* Index of the scalar in `names` (NULL-terminated), -1 for NULL and after a fault, which says `what` it should be. */
int reader_enum(struct reader *, const struct yaml_node *, const char *const *names, const char *what);
struct fact_key reader_key(struct reader *, struct span name);
/* A scalar as a value of its type. */
struct fact reader_constant(struct reader *, const struct yaml_node *);

#endif
