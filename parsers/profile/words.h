/*
 * words: lists of words and globs that a text is looked up in, as signatures have them.
 *
 * Words are hashed.  Globs are read in parallel, a bit for each: `accept[i][c]` has the bits of those that take the byte c at place i; the
 * few that are left after some places are looked at one by one.
 */
#ifndef NETNORM_PARSERS_PROFILE_WORDS_H
#define NETNORM_PARSERS_PROFILE_WORDS_H

#include "parsers/profile/reader.h"

#define WORDS_PLACES 4
#define WORDS_GLOBS 64                  /* of one bank */

struct words_bank {
	uint64_t accept[WORDS_PLACES][256];
	uint64_t last[256];             /* the same for the last byte of the text */
	uint64_t done;                  /* those for which the places are all there is to look at */
	struct span globs[WORDS_GLOBS];
	size_t n;
	struct words_bank *next;
};

struct words {
	struct span *table;             /* absent: a free slot */
	uint64_t mask;                  /* its size, a power of two, less one */
	struct words_bank *banks;
	bool any;                       /* there is a word or a glob at all */
};

/* A text or a list of texts. */
void words_read(struct reader *, const struct yaml_node *, struct words *);
/* `hash` is hash_of(text). */
bool words_have(const struct words *, struct span text, uint64_t hash);

#endif
