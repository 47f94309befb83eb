/*
 * netnorm test: do the samples of profiles give what they want?
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/cmd.h"
#include "collector/cmd_dirs.h"
#include "parsers/profile/trial.h"

const char cmd_test_help[] =
    "usage: netnorm test [--only] [DIR]...\n\n"
    "Load the profiles of each DIR over the shipped ones, run the samples of DIR, and tell for each that fails what came and what was\n"
    "wanted, with its place in the profile. Without DIR the shipped samples are run. A message without a sample is a fault; a value that a leaf of the OpenConfig\n"
    "models refuses is a warning; a sample with `os` whose header would lead to another system, or to none, gets a note.\n\n"
    "  --only              load DIR alone, without the shipped profiles\n\n"
    "Status: 0 all samples are good, 1 some fail or a profile has a fault, 2 wrong usage or a directory that cannot be read.\n";

static int
read_options(int argc, char **argv, struct cmd_dirs *dirs)
{
	static const struct option options[] = { { "only", no_argument, NULL, 'o' }, { NULL, 0, NULL, 0 } };
	bool only = false;
	int opt;

	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (opt != 'o')
			return cmd_usage("test", "there is no option %s", argv[optind - 1]);
		only = true;
	}
	return cmd_dirs_take(dirs, "test", argv + optind, argc - optind, only);
}

static int
run_samples(const struct cmd_dirs *dirs, const struct profile_set *set, struct diag *d)
{
	struct trial *trial = trial_new(set);
	size_t good = 0, failed = 0, unsampled;

	if (!trial)
		return CMD_FAILED;
	for (size_t i = 0; i < profile_sample_count(set); i++) {
		struct profile_sample sample = profile_sample_at(set, i);

		if (sample.dir < dirs->first)
			continue;
		if (trial_run(trial, &sample, d))
			good++;
		else
			failed++;
	}
	unsampled = profile_unsampled(set, dirs->first, d);
	trial_free(&trial);
	diag_print(d, stdout, isatty(STDOUT_FILENO) && !getenv("NO_COLOR"));
	printf("%zu samples good, %zu failed", good, failed);
	if (unsampled > 0)
		printf(", %zu messages without one", unsampled);
	printf("\n");
	if (good + failed + unsampled == 0)
		fprintf(stderr, "netnorm test: there are no messages in what was to be tested\n");
	return failed + unsampled == 0 && good > 0 ? CMD_OK : CMD_FAILED;
}

int
cmd_test(int argc, char **argv)
{
	struct cmd_dirs dirs;
	int status = read_options(argc, argv, &dirs);
	struct diag *loading, *running;
	struct profile_set *set;

	if (status != CMD_OK)
		return status;
	loading = diag_new();
	running = diag_new();
	set = loading && running ? profile_load(dirs.dirs, dirs.n, loading) : NULL;
	if (loading)
		cmd_print_diag(loading);
	status = set ? run_samples(&dirs, set, running) : CMD_FAILED;
	diag_free(&loading);
	diag_free(&running);
	profile_free(&set);
	return status;
}
