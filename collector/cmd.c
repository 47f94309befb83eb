/*
 * What the subcommands share: how they complain.
 */
#include "collector/cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

int
cmd_usage(const char *name, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "netnorm %s: ", name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "; see `netnorm %s --help`\n", name);
	return CMD_USAGE;
}

int
cmd_written(const char *name)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return CMD_OK;
	fprintf(stderr, "netnorm %s: cannot write: %m\n", name);
	return CMD_FAILED;
}

bool
cmd_can_read(const char *name, const char *path, const char *hint)
{
	struct stat st;
	int error = access(path, R_OK) == -1 || stat(path, &st) == -1 ? errno : S_ISDIR(st.st_mode) ? EISDIR : 0;

	if (error)
		fprintf(stderr, "netnorm %s: cannot read the configuration %s: %s%s\n", name, path, strerror(error), hint);
	return error == 0;
}

void
cmd_print_diag(const struct diag *d)
{
	if (diag_errors(d) > 0 || diag_warnings(d) > 0)
		diag_print(d, stderr, isatty(STDERR_FILENO) && !getenv("NO_COLOR"));
}

int
cmd_fix_clock(const char *name, const char *text)
{
	const char *what = "--now";
	int64_t ns;

	if (!text) {
		what = "NETNORM_NOW";
		text = getenv(what);
	}
	if (!text || !*text)
		return 0;
	if (clock_parse(span_str(text), &ns) == -1) {
		cmd_usage(name, "%s is no time: \"%s\" (RFC 3339, such as 2026-01-31T12:00:00Z, or seconds since 1970)", what, text);
		return -1;
	}
	clock_fix(ns);
	return 0;
}
