#include "collector/cmd_dirs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/cmd.h"
#include "collector/config.h"

int
cmd_dirs_take(struct cmd_dirs *d, const char *command, char **argv, int n, bool only)
{
	struct stat st;

	d->n = d->first = 0;
	if (only && n == 0)
		return cmd_usage(command, "--only wants a DIR");
	if (n > CMD_MAX_DIRS)
		return cmd_usage(command, "more than %d directories", CMD_MAX_DIRS);
	if (!only) {
		if (!config_shipped_profiles(d->shipped, sizeof(d->shipped)))
			return cmd_usage(command, "the shipped profiles are not found: set NETNORM_PROFILES, or use --only DIR");
		d->dirs[d->n++] = d->shipped;
		d->first = n > 0;
	}
	for (int i = 0; i < n; i++) {
		if (stat(argv[i], &st) == -1 || (S_ISDIR(st.st_mode) ? access(argv[i], R_OK | X_OK) == -1 : (errno = ENOTDIR))) {
			fprintf(stderr, "netnorm %s: cannot read the profiles %s: %s\n", command, argv[i], strerror(errno));
			return CMD_USAGE;
		}
		d->dirs[d->n++] = argv[i];
	}
	return CMD_OK;
}
