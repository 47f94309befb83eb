/* regex_text: what the text of a pattern, which PCRE2 has taken, tells of it; and one question to a subject. */
#ifndef NETNORM_BASE_REGEX_TEXT_H
#define NETNORM_BASE_REGEX_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* Does what stands here compare with the text of a group?  (In a set or behind another backslash it does not: one too many is no harm.) */
bool regex_text_refers(const char *at, size_t n);
/* Does it run a group once more?  In the same way. */
bool regex_text_calls(const char *at, size_t n);
/* What tells of the way a match is looked for, or of where it begins; and there is more than one way. */
enum regex_trick {
	REGEX_TRICK_NONE,
	REGEX_TRICK_VERB,               /* (*ACCEPT); not (*pla:...) and its like, which are groups */
	REGEX_TRICK_CALLOUT,            /* (?C1) */
	REGEX_TRICK_START,              /* \K */
};

/* Where the first of them stands; n if there is none. */
size_t regex_text_trick(const char *pattern, size_t n, enum regex_trick *);
/* A part of a line that is valid UTF-8: is it a whole number of sequences, for it begins and ends between two of them? */
bool regex_text_is_whole(struct span);

#endif
