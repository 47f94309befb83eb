/* tag: from a tag to the messages that may be under it, by hash. */
#ifndef NETNORM_PARSERS_PROFILE_TAG_H
#define NETNORM_PARSERS_PROFILE_TAG_H

#include "parsers/profile/reader.h"

struct gram_index;                      /* gram.h */

struct tag_messages {
	struct profile_message **items; /* in order */
	size_t n;
	const struct gram_index *grams; /* NULL: ask each */
};

#define TAG_REDUCED_BYTES 128   /* longer tags are not looked up twice */

/* Build os->tags from os->messages, and choose each message's sieve; -1 without memory. */
int tag_index(struct reader *);
struct tag_messages tag_find(const struct profile_os *, struct span tag);
/*
 * The tag without its subfacility (SPANTREE-SP-2-X: SPANTREE-2-X), written into `room`; absent if the OS knows none in it.
 */
struct span tag_reduce(const struct profile_os *, const struct header *, struct span tag, char room[TAG_REDUCED_BYTES]);

#endif
