/*
 * pack: knows zlib and zstd; every step is a block of a bounded size.
 */
#include "outputs/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "outputs/folder.h"

#define PACK_BLOCK ((size_t)128 << 10)
#define PACK_GZIP_BITS (15 + 16)        /* zlib's largest window, with gzip's frame */

const char *const pack_names[] = { [PACK_NONE] = "none", [PACK_GZIP] = "gzip", [PACK_ZSTD] = "zstd", NULL };
const char *const pack_suffixes[] = { [PACK_NONE] = "", [PACK_GZIP] = ".gz", [PACK_ZSTD] = ".zst", NULL };

struct packer {
	enum pack_kind kind;
	int in, out;
	z_stream z;
	bool z_open;
	ZSTD_CCtx *zstd;
	off_t bytes;                    /* read so far */
	unsigned char from[PACK_BLOCK], to[PACK_BLOCK];
};

static int
packer_begin(struct packer *p)
{
	if (p->kind == PACK_GZIP) {
		p->z_open = deflateInit2(&p->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, PACK_GZIP_BITS, 8, Z_DEFAULT_STRATEGY) == Z_OK;
		errno = ENOMEM;
		return p->z_open ? 0 : -1;
	}
	p->zstd = ZSTD_createCCtx();
	errno = ENOMEM;
	return p->zstd && !ZSTD_isError(ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_checksumFlag, 1)) ? 0 : -1;
}

static int
put_all(int fd, const unsigned char *p, size_t n)
{
	while (n > 0) {
		ssize_t put = write(fd, p, n);

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return -1;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

static int
gzip_block(struct packer *p, size_t n, bool last)
{
	p->z.next_in = p->from;
	p->z.avail_in = (uInt)n;
	do {
		p->z.next_out = p->to;
		p->z.avail_out = (uInt)PACK_BLOCK;
		if (deflate(&p->z, last ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR) {
			errno = EIO;
			return -1;
		}
		if (put_all(p->out, p->to, PACK_BLOCK - p->z.avail_out) == -1)
			return -1;
	} while (p->z.avail_out == 0);
	return 0;
}

static int
zstd_block(struct packer *p, size_t n, bool last)
{
	ZSTD_inBuffer in = { p->from, n, 0 };
	size_t left;

	do {
		ZSTD_outBuffer out = { p->to, PACK_BLOCK, 0 };

		left = ZSTD_compressStream2(p->zstd, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left)) {
			errno = EIO;
			return -1;
		}
		if (put_all(p->out, p->to, out.pos) == -1)
			return -1;
	} while (last ? left > 0 : in.pos < in.size);
	return 0;
}

static int
pack_all(struct packer *p, const atomic_bool *stop)
{
	ssize_t n;

	do {
		if (atomic_load(stop)) {
			errno = ECANCELED;
			return -1;
		}
		n = read(p->in, p->from, PACK_BLOCK);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 || (p->kind == PACK_GZIP ? gzip_block : zstd_block)(p, (size_t)n, n == 0) == -1)
			return -1;
		p->bytes += n;
	} while (n != 0);
	return 0;
}

/* What was written has all of the file, looks like it and is on the disk. */
static int
finish(struct packer *p, const struct stat *before)
{
	struct stat now;

	if (fstat(p->in, &now) == -1)
		return -1;
	if (now.st_size != p->bytes) {
		errno = EBUSY;
		return -1;
	}
	if (fchmod(p->out, before->st_mode & 07777) == -1 || futimens(p->out, (struct timespec[]){ before->st_atim, before->st_mtim }) == -1)
		return -1;
	return fsync(p->out);
}

/* Somebody beside us still writes it (file.c), and would go on when it is gone. */
static bool
is_held(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
		return false;
	errno = EBUSY;
	return true;
}

static void
packer_end(struct packer *p)
{
	int error = errno;

	if (p->z_open)
		deflateEnd(&p->z);
	ZSTD_freeCCtx(p->zstd);
	if (p->in != -1)
		close(p->in);
	if (p->out != -1)
		close(p->out);
	free(p);
	errno = error;
}

/* Of two names at each moment one is on the disk, and its file with it.  The lock is held until the plain one is gone. */
static int
replace(const char *path, const char *undone, const char *packed)
{
	return rename(undone, packed) == 0 && folder_sync(packed) == 0 ? unlink(path) : -1;
}

static int
pack_into(const char *path, const char *undone, const char *packed, enum pack_kind kind, const atomic_bool *stop)
{
	struct packer *p = calloc(1, sizeof(*p));
	struct stat st;
	int result = -1;

	if (!p)
		return -1;
	p->kind = kind;
	p->out = -1;
	p->in = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (p->in != -1 && fstat(p->in, &st) == 0 && !is_held(p->in)) {
		p->out = open(undone, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (p->out != -1 && packer_begin(p) == 0 && pack_all(p, stop) == 0 && finish(p, &st) == 0)
			result = replace(path, undone, packed);
	}
	packer_end(p);
	return result;
}

int
pack_file(const char *path, enum pack_kind kind, const atomic_bool *stop)
{
	char packed[PATH_MAX], undone[PATH_MAX];
	int error;

	if (snprintf(packed, sizeof(packed), "%s%s", path, pack_suffixes[kind]) >= (int)sizeof(packed) ||
	    snprintf(undone, sizeof(undone), "%s%s%s", path, pack_suffixes[kind], PACK_UNDONE) >= (int)sizeof(undone)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (pack_into(path, undone, packed, kind, stop) == 0)
		return 0;
	error = errno;
	if (error != EEXIST)
		unlink(undone);
	errno = error;
	return -1;
}
