/*
 * lint: what loads, but says less than its writer means: for `netnorm lint`.  (What does not load is told by the loader.)
 */
#ifndef NETNORM_PARSERS_PROFILE_LINT_H
#define NETNORM_PARSERS_PROFILE_LINT_H

#include "parsers/profile/profile.h"

struct lint_counts {
	size_t kinds, paths;            /* that were looked at */
	size_t messages, mapped;        /* of the directories that were asked about; those with a mapping */
	size_t fallback;                /* messages whose object is always the fallback: a key is never known */
};

/*
 * The set was loaded from several directories; those from `first` on are asked about.  Faults go to the diag whatever kind they are of, since a map or a path
 * of a later directory counts in earlier ones, too: a word of a map, a default or the outcome of a cast that its leaf refuses, `clears` of what is no kind.
 * Warnings are of what is in those directories alone: a kind without a message, a fact that no message gives, `clears` without an alarm, an event without a kind.
 */
struct lint_counts profile_lint(const struct profile_set *, size_t first, struct diag *);

#endif
