/*
 * Binding unix sockets.
 */
#include "collector/unix_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
unix_socket_address(const char *path, struct sockaddr_un *a)
{
	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(a->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(a->sun_path, path, strlen(path) + 1);
	return 0;
}

static int
close_with_error(int fd, int error)
{
	close(fd);
	errno = error;
	return -1;
}

/* A socket file that nobody answers on is a leftover; anything else stays. */
static int
clear_path(const struct sockaddr_un *a, int type)
{
	struct stat st;
	int fd;

	if (lstat(a->sun_path, &st) == -1)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return -1;
	}
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	/* EAGAIN: its queue is full; EPROTOTYPE: it is of another type. */
	if (connect(fd, (const struct sockaddr *)a, sizeof(*a)) == 0 || errno == EAGAIN || errno == EPROTOTYPE)
		return close_with_error(fd, EADDRINUSE);
	if (errno != ECONNREFUSED)
		return close_with_error(fd, errno);
	close(fd);
	return unlink(a->sun_path);
}

int
unix_socket_bind(const char *path, int type, mode_t mode)
{
	struct sockaddr_un a;
	int fd;

	if (unix_socket_address(path, &a) == -1 || clear_path(&a, type) == -1)
		return -1;
	fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	/* The file gets the socket's mode, less the umask; what the umask took is added behind. */
	if (fchmod(fd, mode) == -1 || bind(fd, (const struct sockaddr *)&a, sizeof(a)) == -1)
		return close_with_error(fd, errno);
	if (chmod(path, mode) == -1) {
		int error = errno;

		unlink(path);
		return close_with_error(fd, error);
	}
	return fd;
}
