/*
 * syncs: fsync() and fdatasync() of this program are counted, and fail while a test says so; what it forces to the disk, renames and deletes is written down
 * in its order.
 */
#ifndef NETNORM_TESTS_OUTPUTS_SYNCS_H
#define NETNORM_TESTS_OUTPUTS_SYNCS_H

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct syncs {
	_Atomic unsigned files, folders;        /* all that were asked for */
	atomic_bool files_fail, folders_fail;
	atomic_bool watching;
	char steps[256];                        /* while watching: 's' a file, 'd' a folder is forced to the disk, 'r' rename(), 'u' unlink() */
	_Atomic unsigned nsteps;
	const char *name;                       /* NULL, or how the names of files that fail end */
	atomic_bool loses;                      /* what is in a file that fails is not there any more, as where the system threw its pages away */
} syncs;

int fdatasync(int fd);
int fsync(int fd);
int rename(const char *from, const char *to);
int unlink(const char *name);

static inline void
syncs_step(char step)
{
	unsigned n = atomic_load(&syncs.watching) ? atomic_fetch_add(&syncs.nsteps, 1) : sizeof(syncs.steps);

	if (n < sizeof(syncs.steps) - 1)
		syncs.steps[n] = step;
}

int
rename(const char *from, const char *to)
{
	syncs_step('r');
	return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
unlink(const char *name)
{
	syncs_step('u');
	return (int)syscall(SYS_unlinkat, AT_FDCWD, name, 0);
}

static inline void
syncs_lose(int fd, off_t size)
{
	char name[64];
	int other;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	other = open(name, O_WRONLY | O_CLOEXEC);
	for (off_t at = 0; at < size; at++)
		(void)!syscall(SYS_pwrite64, other, "", 1, at);
	close(other);
}

static inline bool
syncs_fails(int fd, bool is_folder)
{
	char link[64], name[512];
	size_t n = syncs.name ? strlen(syncs.name) : 0;
	ssize_t got;

	if (!atomic_load(is_folder ? &syncs.folders_fail : &syncs.files_fail))
		return false;
	if (is_folder || n == 0)
		return true;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	got = readlink(link, name, sizeof(name));
	return got >= (ssize_t)n && memcmp(name + got - n, syncs.name, n) == 0;
}

static inline int
syncs_one(int fd, long call)
{
	struct stat st;
	bool is_folder = syscall(SYS_fstat, fd, &st) == 0 && S_ISDIR(st.st_mode);

	atomic_fetch_add(is_folder ? &syncs.folders : &syncs.files, 1);
	syncs_step(is_folder ? 'd' : 's');
	if (!syncs_fails(fd, is_folder))
		return (int)syscall(call, fd);
	if (!is_folder && atomic_load(&syncs.loses))
		syncs_lose(fd, st.st_size);
	errno = EIO;
	return -1;
}

int
fdatasync(int fd)
{
	return syncs_one(fd, SYS_fdatasync);
}

int
fsync(int fd)
{
	return syncs_one(fd, SYS_fsync);
}

#endif
