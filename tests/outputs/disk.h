/*
 * disk: what the program writes into one file, written down step by step, so that a test can make the file as it would be after a crash or a power cut at any of
 * them.  The calls of the C library that LMDB makes are replaced for this program; all of them do what they always do.
 *
 * A write counts as on the disk when a later fsync(), fdatasync() or msync() has returned, or at once where the file was opened with O_DSYNC.
 */
#ifndef NETNORM_TESTS_OUTPUTS_DISK_H
#define NETNORM_TESTS_OUTPUTS_DISK_H

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum disk_step_kind { DISK_WRITE, DISK_WRITE_THROUGH, DISK_SYNC, DISK_MARK };

struct disk_step {
	enum disk_step_kind kind;
	off_t at;
	size_t n;
	char *bytes;
	uint64_t mark;
};

enum { DISK_SECTOR = 512, DISK_MOST = 1 << 16 };

static struct disk {
	ino_t watched;                  /* 0: none */
	int failing;                    /* so many writes from now on it goes well, then no space is left; -1: always well */
	bool full;
	off_t room;                     /* no byte of the file lies behind that; 0: as many as there shall be */
	struct disk_step steps[DISK_MOST];
	size_t n;
} disk = { .failing = -1 };

static inline bool
disk_watches(int fd)
{
	struct stat st;

	return disk.watched && syscall(SYS_fstat, fd, &st) == 0 && st.st_ino == disk.watched;
}

static inline void
disk_add(struct disk_step step)
{
	cr_assert_lt(disk.n, (size_t)DISK_MOST);
	disk.steps[disk.n++] = step;
}

/* Watch no more, and forget what was written down. */
static inline void
disk_forget(void)
{
	disk.watched = 0;
	while (disk.n > 0)
		free(disk.steps[--disk.n].bytes);
}

static inline void
disk_mark(uint64_t mark)
{
	disk_add((struct disk_step){ .kind = DISK_MARK, .mark = mark });
}

static inline void
disk_wrote(int fd, off_t at, const struct iovec *iov, int n)
{
	bool through = syscall(SYS_fcntl, fd, F_GETFL) & O_DSYNC;

	for (int i = 0; i < n; i++) {
		struct disk_step step = { .kind = through ? DISK_WRITE_THROUGH : DISK_WRITE, .at = at, .n = iov[i].iov_len };

		step.bytes = malloc(step.n ? step.n : 1);
		memcpy(step.bytes, iov[i].iov_base, step.n);
		disk_add(step);
		at += (off_t)step.n;
	}
}

/* May it write now?  False: no space is left, at this or at an earlier write. */
static inline bool
disk_has_room(int fd, off_t end)
{
	if (!disk_watches(fd))
		return true;
	if (disk.room && end > disk.room) {
		errno = ENOSPC;
		return false;
	}
	if (disk.failing < 0)
		return true;
	if (disk.failing > 0)
		disk.failing--;
	else
		disk.full = true;
	if (disk.full)
		errno = ENOSPC;
	return !disk.full;
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at);
ssize_t writev(int fd, const struct iovec *iov, int n);
int fdatasync(int fd);
int fsync(int fd);
int msync(void *p, size_t n, int flags);
int fallocate(int fd, int mode, off_t at, off_t n);

ssize_t
pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	struct iovec iov = { (void *)(uintptr_t)bytes, n };

	if (!disk_has_room(fd, at + (off_t)n))
		return -1;
	if (disk_watches(fd))
		disk_wrote(fd, at, &iov, 1);
	return syscall(SYS_pwrite64, fd, bytes, n, at);
}

ssize_t
writev(int fd, const struct iovec *iov, int n)
{
	off_t end = (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR);

	for (int i = 0; i < n; i++)
		end += (off_t)iov[i].iov_len;
	if (!disk_has_room(fd, end))
		return -1;
	if (disk_watches(fd))
		disk_wrote(fd, (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR), iov, n);
	return syscall(SYS_writev, fd, iov, n);
}

int
fdatasync(int fd)
{
	int rc = (int)syscall(SYS_fdatasync, fd);

	if (disk_watches(fd))
		disk_add((struct disk_step){ .kind = DISK_SYNC });
	return rc;
}

int
fsync(int fd)
{
	int rc = (int)syscall(SYS_fsync, fd);

	if (disk_watches(fd))
		disk_add((struct disk_step){ .kind = DISK_SYNC });
	return rc;
}

int
fallocate(int fd, int mode, off_t at, off_t n)
{
	if (disk_watches(fd) && disk.room && at + n > disk.room) {
		errno = ENOSPC;
		return -1;
	}
	return (int)syscall(SYS_fallocate, fd, mode, at, n);
}

/* Nothing is written through a map here: were it, the log would lack it. */
int
msync(void *p, size_t n, int flags)
{
	cr_assert_not(disk.watched, "the store writes through a map");
	return (int)syscall(SYS_msync, p, n, flags);
}

/* ---- the file after an accident ---- */

/* What becomes of writes that were not on the disk: all of them are there (a crash), none, or some of their sectors (a power cut). */
enum disk_loss { DISK_ALL_THERE, DISK_NONE_THERE, DISK_SOME_THERE };

static inline void
disk_put(char *image, const struct disk_step *step, enum disk_loss loss, uint64_t *chance)
{
	for (size_t i = 0; i < step->n; i += DISK_SECTOR) {
		size_t n = step->n - i < DISK_SECTOR ? step->n - i : DISK_SECTOR;

		*chance = *chance * UINT64_C(6364136223846793005) + 1442695040888963407;
		if (loss == DISK_ALL_THERE || (loss == DISK_SOME_THERE && *chance >> 63))
			memcpy(image + step->at + i, step->bytes + i, n);
	}
}

/* The file as it was when the first `steps` steps were done; `image` holds what was there before any, and is big enough.  Gives its end. */
static inline size_t
disk_image(char *image, size_t steps, enum disk_loss loss, uint64_t chance)
{
	size_t synced = 0, end = 0;

	for (size_t i = 0; i < steps; i++)
		if (disk.steps[i].kind == DISK_SYNC)
			synced = i;
	for (size_t i = 0; i < steps; i++) {
		const struct disk_step *step = &disk.steps[i];

		if (end < (size_t)step->at + step->n)
			end = (size_t)step->at + step->n;
		if (step->kind == DISK_WRITE)
			disk_put(image, step, i < synced ? DISK_ALL_THERE : loss, &chance);
		else if (step->kind == DISK_WRITE_THROUGH)
			/* The last one may not have returned, and is less than a sector: it is there or not. */
			disk_put(image, step, i + 1 < steps || loss == DISK_ALL_THERE || chance & 1 ? DISK_ALL_THERE : DISK_NONE_THERE, &chance);
	}
	return end;
}

#endif
