/*
 * glob: fnmatch-like patterns (`*`, `?`, `[a-z]`, `[!a-z]`) over spans, for filters and signatures; linear time in practice (no
 * recursion: one remembered star).  Case matters.
 */
#ifndef NETNORM_BASE_GLOB_H
#define NETNORM_BASE_GLOB_H

#include "base/span.h"

bool glob_match(struct span pattern, struct span text);

#endif
