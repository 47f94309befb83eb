/*
 * Each sample of each shipped profile gives the facts that it wants, the quick way and the plain way alike, and no message is without
 * one.  NETNORM_PROFILES names another set.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "parsers/profile/trial.h"

static const char *
profiles(void)
{
	const char *dir = getenv("NETNORM_PROFILES");

	return dir && *dir ? dir : "profiles";
}

Test(profile_samples, each_gives_what_it_wants_and_no_message_is_without)
{
	const char *dirs[] = { profiles() };
	struct diag *diag = diag_new();
	struct profile_set *set = profile_load(dirs, 1, diag);
	struct trial *trial;
	size_t failed;

	diag_print(diag, stderr, false);
	cr_assert(set, "%s does not load", dirs[0]);
	diag_free(&diag);
	diag = diag_new();
	trial = trial_new(set);
	cr_assert(trial);
	failed = profile_unsampled(set, 0, diag);
	for (size_t i = 0; i < profile_sample_count(set); i++) {
		struct profile_sample sample = profile_sample_at(set, i);

		failed += !trial_run(trial, &sample, diag);
	}
	fprintf(stderr, "%zu systems, %zu messages, %zu samples, %zu failed\n", profile_os_count(set), profile_message_count(set),
	    profile_sample_count(set), failed);
	diag_print(diag, stderr, false);
	cr_expect(failed == 0, "%zu samples do not give what they want", failed);
	diag_free(&diag);
	trial_free(&trial);
	profile_free(&set);
}
