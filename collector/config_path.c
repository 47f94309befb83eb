/*
 * Places in the file system.  Nothing is made here, only named.
 */
#include "collector/config_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/config.h"

#define PATH_BYTES 4096

/* The environment's value, NULL if it is unset or empty. */
static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static char *
join(const char *folder, size_t n, const char *rest)
{
	char *path = NULL;

	return asprintf(&path, "%.*s%s", (int)n, folder, rest) == -1 ? NULL : path;
}

/* The first folder of a list with ':', as systemd gives it. */
static char *
join_first(const char *list, const char *rest)
{
	return join(list, strcspn(list, ":"), rest);
}

char *
config_default_state_dir(void)
{
	const char *systemd = environment("STATE_DIRECTORY");
	const char *xdg = environment("XDG_STATE_HOME");
	const char *home = environment("HOME");

	if (systemd)
		return join_first(systemd, "");
	if (geteuid() == 0)
		return strdup("/var/lib/netnorm");
	if (xdg)
		return join(xdg, strlen(xdg), "/netnorm");
	return home ? join(home, strlen(home), "/.local/state/netnorm") : strdup("/var/lib/netnorm");
}

char *
config_default_control(const char *state_dir)
{
	const char *systemd = environment("RUNTIME_DIRECTORY");
	const char *xdg = environment("XDG_RUNTIME_DIR");

	if (systemd)
		return join_first(systemd, "/control");
	if (geteuid() == 0)
		return strdup("/run/netnorm/control");
	if (xdg)
		return join(xdg, strlen(xdg), "/netnorm/control");
	return join(state_dir, strlen(state_dir), "/control");
}

const char *
config_default_path(const char *option)
{
	const char *named = option ? option : environment("NETNORM_CONFIG");

	return named ? named : NETNORM_SYSCONFDIR "/netnorm.yaml";
}

bool
config_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The folder above the last component of `path`, in place; false at the root. */
static bool
go_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return false;
	*slash = '\0';
	return true;
}

/* `what` in the folder above the one of this program, or above that: build/netnorm, build/asan/netnorm. */
static bool
folder_of_tree(const char *what, char *buf, size_t cap)
{
	char path[PATH_BYTES];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return false;
	path[n] = '\0';
	if (!go_up(path))
		return false;
	for (int i = 0; i < 2 && go_up(path); i++) {
		struct stat st;

		/* The sources stand beside it: a `profiles` that lies about by chance is not meant. */
		if (snprintf(buf, cap, "%s/parsers/profile", path) >= (int)cap || stat(buf, &st) == -1)
			continue;
		if (snprintf(buf, cap, "%s/%s", path, what) < (int)cap && config_is_folder(buf))
			return true;
	}
	return false;
}

/* What the environment names, else what lies in the tree, else what was installed as `installed`. */
static const char *
shipped(const char *variable, const char *what, const char *installed, char *buf, size_t cap)
{
	const char *named = environment(variable);

	if (named)
		return snprintf(buf, cap, "%s", named) < (int)cap ? buf : NULL;
	if (folder_of_tree(what, buf, cap))
		return buf;
	return snprintf(buf, cap, "%s", installed) < (int)cap && config_is_folder(buf) ? buf : NULL;
}

const char *
config_shipped_profiles(char *buf, size_t cap)
{
	return shipped("NETNORM_PROFILES", "profiles", NETNORM_DATADIR "/profiles", buf, cap);
}

const char *
config_shipped_templates(char *buf, size_t cap)
{
	return shipped("NETNORM_TEMPLATES", "drivers/templates", NETNORM_DATADIR "/templates", buf, cap);
}
