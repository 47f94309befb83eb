/* cmd_dirs: the directories of profiles that `netnorm test` and `netnorm lint` are asked about, laid over the shipped ones. */
#ifndef NETNORM_COLLECTOR_CMD_DIRS_H
#define NETNORM_COLLECTOR_CMD_DIRS_H

#include <stdbool.h>
#include <stddef.h>

#define CMD_MAX_DIRS 64

struct cmd_dirs {
	const char *dirs[CMD_MAX_DIRS + 1];
	char shipped[4096];
	size_t n;
	size_t first;           /* what was asked about begins here: 0 where no DIR was given, or `only` */
};

/* argv[0..n-1] are what was given; CMD_OK, or CMD_USAGE after telling why not. */
int cmd_dirs_take(struct cmd_dirs *, const char *command, char **argv, int n, bool only);

#endif
