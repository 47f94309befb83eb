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
 * The set was loaded from several directories: kinds are looked at in all, messages in those from `first` on.  Faults and warnings go to the diag:
 * a word of a map that its leaf refuses, a kind without a message, a fact that no message gives, an event without a kind.
 */
struct lint_counts profile_lint(const struct profile_set *, size_t first, struct diag *);

#endif
