/*
 * utf8: what can be said about bytes from the wire before they go into JSON (RFC 3629, RFC 8259).
 */
#ifndef NETNORM_BASE_UTF8_H
#define NETNORM_BASE_UTF8_H

#include "base/span.h"

enum utf8_class {
	UTF8_PLAIN,     /* ASCII 0x20-0x7e without '"' and '\': goes into JSON as it is */
	UTF8_ASCII,     /* ASCII that needs escapes in JSON */
	UTF8_VALID,     /* well-formed UTF-8 with non-ASCII in it */
	UTF8_INVALID,   /* not UTF-8 (overlong, surrogate, above U+10FFFF, cut short, stray byte) */
};

/* One pass over the bytes; the fast way is for UTF8_PLAIN. */
enum utf8_class utf8_classify(struct span);
/* Length 1..4 of the well-formed sequence at the start of `s`, or 0 if there is none. */
size_t utf8_sequence(struct span s);
/* How many bytes at the start of `s` form one maximal ill-formed part (at least 1; Unicode 15, 3.9): each gives one U+FFFD. */
size_t utf8_broken(struct span s);
/* Both in one for a byte that is not ASCII: the bytes of the sequence, or (*good false) of what becomes one U+FFFD. */
size_t utf8_take(struct span, bool *good);

#endif
