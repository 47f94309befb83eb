/*
 * netnorm test: do the samples of profiles give what they want?
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/cmd.h"
#include "collector/config.h"
#include "parsers/profile/trial.h"

#define TEST_MAX_DIRS 64

const char cmd_test_help[] =
    "usage: netnorm test [--only] [DIR]...\n\n"
    "Load the profiles of each DIR over the shipped ones, run the samples of DIR, and tell for each that fails what came and what was\n"
    "wanted, with its place in the profile. Without DIR the shipped samples are run. A message without a sample is a fault.\n\n"
    "  --only              load DIR alone, without the shipped profiles\n\n"
    "Status: 0 all samples are good, 1 some fail or a profile has a fault, 2 wrong usage or a directory that cannot be read.\n";

struct test {
	const char *dirs[TEST_MAX_DIRS + 1];
	char shipped[4096];
	size_t ndirs;
	size_t first;           /* samples of the directories from here on are run */
	bool only;
};

static int
read_options(int argc, char **argv, struct test *t)
{
	static const struct option options[] = { { "only", no_argument, NULL, 'o' }, { NULL, 0, NULL, 0 } };
	struct stat st;
	int opt;

	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (opt != 'o')
			return cmd_usage("test", "there is no option %s", argv[optind - 1]);
		t->only = true;
	}
	if (t->only && optind == argc)
		return cmd_usage("test", "--only wants a DIR");
	if (argc - optind > TEST_MAX_DIRS)
		return cmd_usage("test", "more than %d directories", TEST_MAX_DIRS);
	if (!t->only) {
		if (!config_shipped_profiles(t->shipped, sizeof(t->shipped)))
			return cmd_usage("test", "the shipped profiles are not found: set NETNORM_PROFILES, or use --only DIR");
		t->dirs[t->ndirs++] = t->shipped;
		t->first = optind < argc;
	}
	for (; optind < argc; optind++) {
		if (stat(argv[optind], &st) == -1 || (S_ISDIR(st.st_mode) ? access(argv[optind], R_OK | X_OK) == -1 : (errno = ENOTDIR))) {
			fprintf(stderr, "netnorm test: cannot read the profiles %s: %s\n", argv[optind], strerror(errno));
			return CMD_USAGE;
		}
		t->dirs[t->ndirs++] = argv[optind];
	}
	return CMD_OK;
}

static int
run_samples(const struct test *t, const struct profile_set *set, struct diag *d)
{
	struct trial *trial = trial_new(set);
	size_t good = 0, failed = 0, unsampled;

	if (!trial)
		return CMD_FAILED;
	for (size_t i = 0; i < profile_sample_count(set); i++) {
		struct profile_sample sample = profile_sample_at(set, i);

		if (sample.dir < t->first)
			continue;
		if (trial_run(trial, &sample, d))
			good++;
		else
			failed++;
	}
	unsampled = profile_unsampled(set, t->first, d);
	trial_free(&trial);
	if (diag_errors(d) > 0)
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
	struct test t = { .ndirs = 0 };
	int status = read_options(argc, argv, &t);
	struct diag *loading, *running;
	struct profile_set *set;

	if (status != CMD_OK)
		return status;
	loading = diag_new();
	running = diag_new();
	set = loading && running ? profile_load(t.dirs, t.ndirs, loading) : NULL;
	if (loading)
		cmd_print_diag(loading);
	status = set ? run_samples(&t, set, running) : CMD_FAILED;
	diag_free(&loading);
	diag_free(&running);
	profile_free(&set);
	return status;
}
