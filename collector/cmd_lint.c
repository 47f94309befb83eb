/*
 * netnorm lint: is every path of the profiles one of the models, and is what goes there what they take?
 *
 * The paths are looked up in the table of the models (profiles/yang/table.txt), or with --yang in one that netnorm-yang makes of the YANG files
 * there: only that program links libyang.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/cmd.h"
#include "collector/cmd_dirs.h"
#include "parsers/profile/lint.h"

#define LINT_MAX_YANG 16
#define LINT_YANG_PROGRAM "netnorm-yang"

const char cmd_lint_help[] =
    "usage: netnorm lint [--only] [--yang DIR]... [PROFILES]...\n\n"
    "Check the profiles in each PROFILES, laid over the shipped ones (without PROFILES: those), as `check` does, and their paths into the\n"
    "OpenConfig models: unknown nodes, missing or foreign keys, words that an enumeration does not have, configuration instead of state, maps, defaults and\n"
    "casts whose words a leaf refuses, `clears` of what is no kind; warnings, of PROFILES alone, for facts that no message gives. Each with file, line, column\n"
    "and a caret.\n\n"
    "  --only              PROFILES alone, without the shipped ones\n"
    "  --yang DIR          ask the YANG files in DIR (and below) in the place of the table that netnorm brings; may be repeated\n\n"
    "Status: 0 no fault (there may be warnings), 1 faults, 2 wrong usage or a directory that cannot be read.\n";

struct lint {
	struct cmd_dirs dirs;
	const char *yang[LINT_MAX_YANG];
	size_t nyang;
	bool only;
};

static int
read_options(int argc, char **argv, struct lint *l)
{
	static const struct option options[] = {
		{ "only", no_argument, NULL, 'o' }, { "yang", required_argument, NULL, 'y' }, { NULL, 0, NULL, 0 },
	};
	int opt;

	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (opt == ':')
			return cmd_usage("lint", "%s wants a value", argv[optind - 1]);
		if (opt == 'y' && l->nyang == LINT_MAX_YANG)
			return cmd_usage("lint", "more than %d times --yang", LINT_MAX_YANG);
		if (opt == 'o')
			l->only = true;
		else if (opt == 'y')
			l->yang[l->nyang++] = optarg;
		else
			return cmd_usage("lint", "there is no option %s", argv[optind - 1]);
	}
	for (size_t i = 0; i < l->nyang; i++)
		if (access(l->yang[i], R_OK | X_OK) == -1) {
			fprintf(stderr, "netnorm lint: cannot read the YANG files in %s: %m\n", l->yang[i]);
			return CMD_USAGE;
		}
	return cmd_dirs_take(&l->dirs, "lint", argv + optind, argc - optind, l->only);
}

/* ---- the models ---- */

/* The program beside this one. */
static bool
find_program(char *path, size_t cap)
{
	ssize_t n = readlink("/proc/self/exe", path, cap - sizeof(LINT_YANG_PROGRAM) - 1);
	char *slash;

	if (n <= 0)
		return false;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return false;
	memcpy(slash + 1, LINT_YANG_PROGRAM, sizeof(LINT_YANG_PROGRAM));
	return access(path, X_OK) == 0;
}

static void
become_program(const struct lint *l, const char *program, int out)
{
	const char *argv[LINT_MAX_YANG + 3] = { LINT_YANG_PROGRAM, "table" };

	memcpy(argv + 2, l->yang, l->nyang * sizeof(*argv));
	if (dup2(out, STDOUT_FILENO) != -1)
		execv(program, (char *const *)(uintptr_t)argv);
	fprintf(stderr, "netnorm lint: cannot start %s: %m\n", program);
	_exit(127);
}

/* A table of the models in DIR, written into `file`; false after telling why not. */
static bool
make_table(const struct lint *l, int file)
{
	char program[4096];
	int status = -1;
	pid_t pid;

	if (!find_program(program, sizeof(program))) {
		fprintf(stderr, "netnorm lint: --yang needs " LINT_YANG_PROGRAM " beside netnorm: `apt-get install libyang2-dev`, then `make`\n");
		return false;
	}
	pid = fork();
	if (pid == 0)
		become_program(l, program, file);
	if (pid == -1 || waitpid(pid, &status, 0) == -1) {
		fprintf(stderr, "netnorm lint: %m\n");
		return false;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- the check ---- */

static int
check(const struct lint *l, const char *table)
{
	struct profile_sources from = { .dirs = l->dirs.dirs, .ndirs = l->dirs.n, .table = table };
	struct lint_counts counts = { 0 };
	struct diag *d = diag_new();
	struct profile_set *set = d ? profile_load_from(&from, d) : NULL;
	bool good;

	if (set)
		counts = profile_lint(set, l->dirs.first, d);
	good = set && diag_errors(d) == 0;
	if (d)
		cmd_print_diag(d);
	if (set) {
		printf("%zu kinds with %zu values, %zu messages: %zu with a mapping, of which %zu always give its fallback\n", counts.kinds, counts.paths,
		    counts.messages, counts.mapped, counts.fallback);
		if (counts.kinds == 0)
			printf("no kind was checked: there is no table of the models (yang/table.txt) in these directories\n");
		else if (!table)
			printf("paths were checked against the table of the models that netnorm brings; YANG files were not asked (--yang DIR does)\n");
	}
	profile_free(&set);
	diag_free(&d);
	return good ? CMD_OK : CMD_FAILED;
}

int
cmd_lint(int argc, char **argv)
{
	struct lint l = { .nyang = 0 };
	char table[64];
	int status = read_options(argc, argv, &l), file = -1;

	if (status != CMD_OK)
		return status;
	if (l.nyang == 0)
		return check(&l, NULL);
	file = memfd_create("yang-table", MFD_CLOEXEC);
	if (file == -1) {
		fprintf(stderr, "netnorm lint: %m\n");
		return CMD_FAILED;
	}
	snprintf(table, sizeof(table), "/proc/self/fd/%d", file);
	status = make_table(&l, file) ? check(&l, table) : CMD_FAILED;
	close(file);
	return status;
}
