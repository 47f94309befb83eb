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

/* Build os->tags and os->loose from os->messages, and choose each message's sieve; -1 without memory. */
int tag_index(struct reader *);
struct tag_messages tag_find(const struct profile_os *, struct span tag);
/*
 * The tag without its subfacility (SPANTREE-SP-2-X: SPANTREE-2-X), written into `room`; absent if the OS knows none in it.
 */
struct span tag_reduce(const struct profile_os *, const struct header *, struct span tag, char room[TAG_REDUCED_BYTES]);

/*
 * The messages under the tag with another severity, for a tag that has none: FOO-4-BAR finds those of FOO-3-BAR, 01FOO/4/BAR those of 01FOO/3/BAR.
 * Vendors and operators change severities, the name says what happened.  None where the profile tells things apart by the severity (other messages
 * under one digit than under another), where a pattern requires no text, and in folders written for napalm-logs.
 */
struct tag_messages tag_find_loose(const struct profile_os *, struct span tag);
/* The tag with '*' in the place of its severity, written into `room`; absent if it has none. */
struct span tag_loosen(struct span tag, char room[TAG_REDUCED_BYTES]);
/* May the message be found whatever the severity? */
bool tag_may_loosen(const struct profile_message *);

#endif
