/*
 * trial: does a sample give what it wants?  For `netnorm test` and the tests.
 */
#ifndef NETNORM_PARSERS_PROFILE_TRIAL_H
#define NETNORM_PARSERS_PROFILE_TRIAL_H

#include "parsers/profile/profile.h"

#define TRIAL_NOW "2026-06-15T12:00:00Z"        /* when samples are received */

struct trial;

/* Borrows the set.  NULL without memory. */
struct trial *trial_new(const struct profile_set *);
void trial_free(struct trial **);
/*
 * One sample of the set: false if it fails; each thing that came and was not wanted is an error at its place in the profile, each value that
 * its leaf of the models refuses a warning, and a pin (`os`) on a line whose header would lead elsewhere a note.
 */
bool trial_run(struct trial *, const struct profile_sample *, struct diag *);

#endif
