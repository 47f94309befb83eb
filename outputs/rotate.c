/*
 * rotate: knows names and renames; the lines in the files are no matter of its own.
 */
#include "outputs/rotate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "outputs/pack.h"

#define ROTATE_RETRY_NS (10 * CLOCK_NS_PER_S)
#define ROTATE_TRIES 1000       /* names that are taken, one behind the other */
#define ROTATE_LAST_MS (INT64_MAX / CLOCK_NS_PER_MS - 86400000)       /* what the clock can tell, and a day */
#define ROTATE_NEXT ".new"
#define ROTATE_BESIDE_TRIES 40
#define ROTATE_BESIDE_US 5000

const struct schema_option rotate_options[] = {
	{ .key = "size", .type = SCHEMA_SIZE, .offset = offsetof(struct rotate_config, size), .fallback = "0", .min = 0, .max = INT64_C(1) << 50,
	    .help = "The most that a file holds, such as 100MiB; a line that is longer has one of its own. 0: no bound." },
	{ .key = "every", .type = SCHEMA_DURATION, .offset = offsetof(struct rotate_config, every_ms), .fallback = "0", .min = 0,
	    .max = INT64_C(366) * 86400000,
	    .help = "Another file in each such span of time, counted from midnight UTC: 1h at each full hour, 1d at midnight. 0: not by time." },
	{ .key = "keep", .type = SCHEMA_INT, .offset = offsetof(struct rotate_config, keep), .fallback = "0", .min = 0, .max = 100000,
	    .help = "How many rotated files stay; the oldest are deleted. 0: all." },
	{ .key = "compress", .type = SCHEMA_ENUM, .offset = offsetof(struct rotate_config, compress), .fallback = "none", .names = pack_names,
	    .help = "gzip or zstd: a rotated file becomes NAME.gz or NAME.zst, in the background. What is being written is never compressed: of a "
	            "compressed stream a kill or a power cut would cost all that is not flushed yet, and nobody could read the end of it." },
	SCHEMA_END,
};

bool
rotate_wanted(const struct rotate_config *c)
{
	return c->size > 0 || c->every_ms > 0;
}

/* ---- when ---- */

static int64_t
period_of(const struct rotate *r, int64_t ns)
{
	return r->config.every_ms > 0 ? ns / (r->config.every_ms * CLOCK_NS_PER_MS) : 0;
}

int64_t
rotate_size(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : 0;
}

void
rotate_begin(struct rotate *r, int fd)
{
	struct stat st;

	r->period = period_of(r, clock_now_ns());
	if (fstat(fd, &st) == 0 && st.st_size > 0)
		r->period = period_of(r, st.st_mtim.tv_sec * CLOCK_NS_PER_S + st.st_mtim.tv_nsec);
}

bool
rotate_due(struct rotate *r, int64_t size, size_t more)
{
	int64_t period = period_of(r, clock_now_ns());

	if (size == 0) {
		r->period = period;
		return false;
	}
	if (r->retry_ns > 0 && clock_monotonic_ns() < r->retry_ns)
		return false;
	return period > r->period || (r->config.size > 0 && (size >= r->config.size || more > (size_t)(r->config.size - size)));
}

size_t
rotate_room(const struct rotate *r, int64_t size)
{
	if (r->config.size == 0 || (r->retry_ns > 0 && clock_monotonic_ns() < r->retry_ns))
		return SIZE_MAX;
	return size < r->config.size ? (size_t)(r->config.size - size) : 0;
}

/* ---- names ---- */

static void
stamp_of(int64_t ms, char out[ROTATE_STAMP + 1])
{
	struct clock_date d = clock_civil(ms * CLOCK_NS_PER_MS);

	snprintf(out, ROTATE_STAMP + 1, "%04u%02u%02uT%02u%02u%02u.%03uZ", (unsigned)d.year % 10000, (unsigned)d.month % 100, (unsigned)d.day % 100,
	    (unsigned)d.hour % 100, (unsigned)d.minute % 100, (unsigned)d.second % 100, (unsigned)(d.ns / CLOCK_NS_PER_MS) % 1000);
}

bool
rotate_is_stamp(struct span s)
{
	static const char shape[] = "00000000T000000.000Z";

	if (s.n != ROTATE_STAMP)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (shape[i] == '0' ? !span_is_digit(s.p[i]) : s.p[i] != shape[i])
			return false;
	return true;
}

int64_t
rotate_stamp_ms(struct span s)
{
	struct clock_date d = { 0 };
	int64_t ms;
	int fraction;

	if (!rotate_is_stamp(s) || sscanf(s.p, "%4d%2d%2dT%2d%2d%2d.%3dZ", &d.year, &d.month, &d.day, &d.hour, &d.minute, &d.second, &fraction) != 7)
		return 0;
	ms = clock_seconds(&d) * 1000 + fraction;
	return ms < ROTATE_LAST_MS ? ms : 0;
}

/* O_NONBLOCK: a FIFO without a reader is a fault, not a wait. */
#define ROTATE_OPEN (O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

int
rotate_open(const char *path, int access, mode_t mode)
{
	return open(path, access | O_CREAT | ROTATE_OPEN, mode);
}

int
rotate_open_beside(const char *path, int access, mode_t mode)
{
	for (int i = 0; i < ROTATE_BESIDE_TRIES; i++) {
		int fd = open(path, access | ROTATE_OPEN);

		if (fd != -1 || errno != ENOENT)
			return fd;
		usleep(ROTATE_BESIDE_US);
	}
	return rotate_open(path, access, mode);
}

static bool
is_named(const char *path, int fd)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Is there a file of this name, or was there one before it was compressed? */
static bool
is_taken(const char *name)
{
	char packed[PATH_MAX];

	for (int kind = PACK_NONE; pack_suffixes[kind]; kind++)
		if (snprintf(packed, sizeof(packed), "%s%s", name, pack_suffixes[kind]) >= (int)sizeof(packed) || access(packed, F_OK) == 0)
			return true;
	return false;
}

/* The file goes by a name of its own, later than all that were given before. */
static int
move_away(struct rotate *r)
{
	char name[PATH_MAX], stamp[ROTATE_STAMP + 1];
	int64_t ms = clock_now_ns() / CLOCK_NS_PER_MS;

	if (ms <= r->last_ms)
		ms = r->last_ms + 1;
	for (int i = 0; i < ROTATE_TRIES; i++, ms++) {
		stamp_of(ms, stamp);
		if (snprintf(name, sizeof(name), "%s.%s", r->path, stamp) >= (int)sizeof(name)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		if (is_taken(name))
			continue;
		r->last_ms = ms;
		return rename(r->path, name);
	}
	errno = EEXIST;
	return -1;
}

static int
turn(struct rotate *r, int fd)
{
	char next[PATH_MAX];
	int other, error;

	if (!is_named(r->path, fd))
		return rotate_open(r->path, O_RDWR, r->mode);
	if (snprintf(next, sizeof(next), "%s%s", r->path, ROTATE_NEXT) >= (int)sizeof(next)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	other = rotate_open(next, O_RDWR, r->mode);
	if (other == -1)
		return -1;
	if (move_away(r) == -1) {
		error = errno;
		if (rotate_size(other) == 0)
			unlink(next);
		close(other);
		errno = error;
		return -1;
	}
	/* Where this fails the lines go into the file by its name of now; the next turn finds that out. */
	(void)!rename(next, r->path);
	return other;
}

int
rotate_turn(struct rotate *r, int fd)
{
	int other = turn(r, fd);

	r->retry_ns = other == -1 ? clock_monotonic_ns() + ROTATE_RETRY_NS : 0;
	return other;
}
