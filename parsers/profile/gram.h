/*
 * gram: which of the many messages under one tag a text may be of.  Each message goes by two or three bytes in a row that it must have
 * and few others do; one pass over the text finds them all, so that the cost does not grow with the messages.
 */
#ifndef NETNORM_PARSERS_PROFILE_GRAM_H
#define NETNORM_PARSERS_PROFILE_GRAM_H

#include "parsers/profile/reader.h"

#define GRAM_FEW 8              /* so many messages are faster asked one by one */
#define GRAM_MANY 4096          /* messages behind these are asked one by one, too */

struct gram_index;

/* One bit for each of the first GRAM_MANY messages. */
struct gram_set {
	uint64_t bits[GRAM_MANY / 64];
};

/* NULL for few messages (and without memory, which is told). */
struct gram_index *gram_index(struct reader *, struct profile_message *const *messages, size_t n);
/* Those that the text may be of, among them each that has no literal text. */
void gram_find(const struct gram_index *, struct span text, struct gram_set *);
/* The first in the set from `i` on; `n`, the number of messages, if there is none. */
size_t gram_next(const struct gram_set *, size_t i, size_t n);

#endif
