#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NOT_REGULAR ESPIPE         /* open() and fstat() do not say this */

int
file_open(const char *path)
{
	bool device = strncmp(path, "/dev/", 5) == 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | (device ? 0 : O_NONBLOCK | O_NOCTTY));
	struct stat st;

	if (fd == -1 || device)
		return fd;
	if (fstat(fd, &st) == 0) {
		if (S_ISREG(st.st_mode))
			return fd;
		errno = S_ISDIR(st.st_mode) ? EISDIR : FILE_NOT_REGULAR;
	}
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

FILE *
file_stream(const char *path)
{
	int fd = file_open(path);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "r");

	if (fd != -1 && !f)
		close(fd);
	return f;
}

const char *
file_error(int error)
{
	/* A socket cannot be opened at all. */
	return error == FILE_NOT_REGULAR || error == ENXIO ? "this is no regular file" : strerror(error);
}

int
file_make_parents(const char *path, mode_t mode)
{
	char *copy = strdup(path);
	int result = copy ? 0 : -1;

	for (char *slash = copy && *copy ? strchr(copy + 1, '/') : NULL; slash && result == 0; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, mode) == -1 && errno != EEXIST)
			result = -1;
		*slash = '/';
	}
	free(copy);
	return result;
}
