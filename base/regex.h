/*
 * regex: PCRE2 with bounds (profiles and TextFSM share it).
 *
 * A compiled regex is immutable apart from its JIT code, which is made once, at first use, by one thread while
 * others wait.  It holds a byte-mode form and, made at first need in the same way, a UTF twin for subjects with valid non-ASCII UTF-8.
 * Newline is LF only, `.` stops at it.  Each worker has one struct regex_scratch: match data, a bounded JIT stack, and what the patterns of
 * one line may still cost.
 *
 * PCRE2's own match limit counts anew at each start and takes no account of how far a step runs.  So a pattern runs with a small limit first, such
 * that all starts together are cheap even if every step ran through the whole text; where that is not enough, once more in a form that calls
 * back before each of its items and counts items and bytes (slower, but of a known price) against the budget of the line.
 */
#ifndef NETNORM_BASE_REGEX_H
#define NETNORM_BASE_REGEX_H

#include <stdint.h>

#include "base/span.h"

#define REGEX_MAX_GROUPS 64

enum regex_outcome {
	REGEX_MATCH,
	REGEX_NO_MATCH,
	REGEX_LIMIT,            /* the budget or the JIT stack was exhausted: say so, count it, go on */
};

struct regex;
struct regex_scratch;

struct regex_error {
	size_t offset;          /* byte of the pattern where it stands */
	char message[160];
};

#define REGEX_ANCHORED 1u       /* may match only at the start offset */
#define REGEX_CASELESS 2u

/* NULL with `error` filled (bad pattern, a verb as (*ACCEPT), a callout, \K, more than REGEX_MAX_GROUPS groups) or with errno ENOMEM in its message. */
struct regex *regex_compile(struct span pattern, unsigned flags, struct regex_error *error);
void regex_free(struct regex **);
size_t regex_groups(const struct regex *);      /* capture groups, without group 0 */
/* May a match begin with this byte?  Quick; "yes" may be wrong, "no" is not.  (A pattern that matches the empty text says yes always.) */
bool regex_may_start(const struct regex *, char first);

struct regex_scratch *regex_scratch_new(size_t jit_stack_bytes);
void regex_scratch_free(struct regex_scratch **);
/* A new line: its budget is whole. */
void regex_line_begin(struct regex_scratch *);
/* A budget `times` as large (1 to 1024), for texts of which there are few and whose patterns nobody here wrote. */
void regex_line_grant(struct regex_scratch *, unsigned times);
/* Bytes looked at, at the most, by patterns for which the small limit was not enough; since the scratch was made, over all lines. */
uint64_t regex_spent(const struct regex_scratch *);
/*
 * From now on a regex that ran into the limit over and over is not let run into it each time: of the lines that need more than the small limit
 * most are REGEX_LIMIT at once, until one of those that still run ends in time.  What comes out of such a line then depends on lines before it.
 */
void regex_scratch_wary(struct regex_scratch *);
/* True the first time: for what is told once. */
bool regex_tell_once(struct regex *);
bool regex_is_told(const struct regex *);

struct regex_subject {
	struct span text;
	size_t start;           /* first offset where a match may start */
	size_t start_limit;     /* last offset where a match may start (PCRE2's offset limit); SIZE_MAX: none */
	bool utf;               /* the text is valid UTF-8 with non-ASCII in it: use the UTF twin */
};

/*
 * On REGEX_MATCH groups[0..n] are set (groups[0]: the whole match; a group that took no part is SPAN_NONE),
 * n = min(regex_groups(), max - 1); they borrow from the subject.
 */
enum regex_outcome regex_match(struct regex *, struct regex_scratch *, const struct regex_subject *, struct span *groups, size_t max);

#endif
