/*
 * The output kind `file`: lines into a file.  SIGUSR1 opens it anew by its name, after log rotation moved the old one away; or it rotates by itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "outputs/attic.h"
#include "outputs/folder.h"
#include "outputs/half_line.h"
#include "outputs/lines.h"
#include "outputs/output_kinds.h"
#include "outputs/rotate.h"

struct file_config {
	struct output_config common;
	char *path;
	char *mode;             /* octal digits */
	bool append;
	bool directories;
	int64_t fsync_ms;       /* 0: never */
	struct rotate_config rotate;
	bool beside;            /* a collector may have the file open, and rotate it */
};

struct file_output {
	struct lines lines;
	char *path;
	mode_t mode;
	bool directories, beside;
	int64_t fsync_ns, fsynced_ns;
	uint64_t fsynced_bytes;
	bool named;                     /* the file's name is on the disk */
	bool empty;                     /* the file, before the first write */
	struct rotate rotate;
	struct attic *attic;            /* NULL: it does not rotate */
	struct file_output *next;       /* in files_open */
	_Atomic uint64_t reopened, rotated, fsyncs;
};

/* Under the lock a file is opened and put into the list, or rotated: so none is moved away under another output's hands. */
static struct file_output *files_open;
static pthread_mutex_t files_lock = PTHREAD_MUTEX_INITIALIZER;

static const struct schema_option file_options[] = {
	{ .key = "path", .type = SCHEMA_TEXT, .offset = offsetof(struct file_config, path), .required = true, .help = "The file's path." },
	{ .key = "mode", .type = SCHEMA_TEXT, .offset = offsetof(struct file_config, mode), .fallback = "0640",
	    .help = "The permissions of a file that is made, in octal digits." },
	{ .key = "append", .type = SCHEMA_BOOL, .offset = offsetof(struct file_config, append), .fallback = "true",
	    .help = "Keep what is in the file and write behind it; false: empty it when the first event comes, unless a reload put this output in the "
	            "place of one that writes the file already." },
	{ .key = "directories", .type = SCHEMA_BOOL, .offset = offsetof(struct file_config, directories), .fallback = "false",
	    .help = "Make the directories of the path that are not there; who may read the file may look into them." },
	{ .key = "fsync", .type = SCHEMA_DURATION, .offset = offsetof(struct file_config, fsync_ms), .fallback = "0", .min = 0, .max = 3600000,
	    .help = "How often what was written is forced to the disk, such as 1s. 0: as the system does it by itself." },
	{ .key = "rotate", .type = SCHEMA_MAP, .offset = offsetof(struct file_config, rotate), .table = rotate_options,
	    .help = "By size, by time or both the file gets another name, PATH.20261123T200129.123Z, the time in UTC when it did, so that names sort by time; "
	            "a new one takes its place. No line is cut, none is lost, also by a kill (with a spool; else a kill may leave half a line). It needs size or every. Nothing else may move or write "
	            "the file; SIGUSR1 still opens it anew." },
	SCHEMA_END,
};

/* -1 if it is no mode. */
static long
mode_of(const char *text)
{
	char *end;
	long mode = strtol(text, &end, 8);

	return *text >= '0' && *text <= '7' && *end == '\0' && mode >= 0 && mode <= 0777 ? mode : -1;
}

static int
check_rotate(const struct file_config *c, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	const struct yaml_node *node = yaml_get(map, "rotate");
	struct diag_place place;

	if (!node || node->kind == YAML_NULL || rotate_wanted(&c->rotate))
		return 0;
	place = yaml_place(doc, node);
	diag_add(diag, DIAG_ERROR, &place, "rotate has neither size nor every, so it never would");
	return -1;
}

static int
file_check(const struct output_config *config, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	const struct file_config *c = (const struct file_config *)config;
	const struct yaml_node *node = yaml_get(map, "mode");
	struct diag_place place = yaml_place(doc, node ? node : map);
	int result = check_rotate(c, doc, map, diag);

	if (mode_of(c->mode) != -1)
		return result;
	diag_add(diag, DIAG_ERROR, &place, "\"%s\" is no mode; permissions are octal digits from \"0000\" to \"0777\"", c->mode);
	return -1;
}

/* Behind what is there, and whoever rotates the file is left to it. */
static void
file_beside(struct output_config *config)
{
	struct file_config *c = (struct file_config *)config;

	c->append = true;
	c->rotate = (struct rotate_config){ 0 };
	c->beside = true;
}

static int
open_named(const struct file_output *f)
{
	int (*opens)(const char *, int, mode_t) = f->beside ? rotate_open_beside : rotate_open;
	struct stat st;
	int fd, both;

	/* Who may read the file may come to it. */
	if (f->directories && file_make_parents(f->path, f->mode | (f->mode & 0444) >> 2 | 0700) == -1)
		return -1;
	fd = opens(f->path, O_WRONLY, f->mode);
	/* To look at its last byte.  A FIFO must not be opened like that: it would be its own reader. */
	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) || (both = opens(f->path, O_RDWR, f->mode)) == -1)
		return fd;
	close(fd);
	return both;
}

/*
 * Beside a collector that rotates: nobody compresses a file that is held like this (pack.c), so that no line goes into one that is about to be deleted.  What is
 * opened here may just have got another name, and be at that.
 */
static int
open_path(const struct file_output *f)
{
	struct stat held, named;
	int fd = open_named(f);

	while (f->beside && fd != -1 && flock(fd, LOCK_SH) == 0 && fstat(fd, &held) == 0 && S_ISREG(held.st_mode) &&
	    (stat(f->path, &named) == -1 || held.st_dev != named.st_dev || held.st_ino != named.st_ino)) {
		close(fd);
		fd = open_named(f);
	}
	return fd;
}

static bool
same_file(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Does no other output write the file (by this name or another)?  Under the lock. */
static bool
is_alone(const struct file_output *f, int fd)
{
	for (const struct file_output *o = files_open; o; o = o->next)
		if (o != f && (strcmp(o->path, f->path) == 0 || same_file(o->lines.fd, fd)))
			return false;
	return true;
}

static void
file_free(struct file_output *f)
{
	if (!f)
		return;
	attic_free(&f->attic);
	free(f->path);
	free(f);
}

static struct file_output *
file_new(const struct file_config *c)
{
	struct file_output *f = calloc(1, sizeof(*f));

	if (!f || !(f->path = strdup(c->path))) {
		file_free(f);
		return NULL;
	}
	f->mode = (mode_t)mode_of(c->mode);
	f->directories = c->directories;
	f->beside = c->beside;
	f->fsync_ns = c->fsync_ms * CLOCK_NS_PER_MS;
	f->fsynced_ns = clock_monotonic_ns();
	f->rotate = (struct rotate){ .config = c->rotate, .path = f->path, .mode = f->mode };
	return f;
}

/* 0, or -1 with errno. */
static int
file_start(struct file_output *f, const struct file_config *c, struct output *output)
{
	bool alone;
	int fd;

	pthread_mutex_lock(&files_lock);
	fd = open_path(f);
	if (fd != -1) {
		lines_init(&f->lines, output, f->path, fd);
		alone = is_alone(f, fd);
		f->next = files_open;
		files_open = f;
		f->empty = alone && !c->append;
		if (alone && c->append && !c->beside && output_has_spool(output))
			half_line_cut(fd, f->path);
		else if (alone && c->append)
			half_line_end(fd, f->path);
	}
	pthread_mutex_unlock(&files_lock);
	if (fd == -1)
		return -1;
	rotate_begin(&f->rotate, fd);
	if (!rotate_wanted(&c->rotate) || !f->lines.regular)
		return 0;
	f->attic = attic_new(f->path, &c->rotate, &f->rotate.last_ms);
	return f->attic ? 0 : -1;
}

static void
file_leave(struct file_output *f)
{
	pthread_mutex_lock(&files_lock);
	for (struct file_output **p = &files_open; *p; p = &(*p)->next) {
		if (*p == f) {
			*p = f->next;
			lines_close(&f->lines);
			break;
		}
	}
	pthread_mutex_unlock(&files_lock);
}

static void *
kind_open(const struct output_config *config, struct output *output)
{
	const struct file_config *c = (const struct file_config *)config;
	struct file_output *f = file_new(c);
	int error;

	if (f && file_start(f, c, output) == 0) {
		if (rotate_wanted(&c->rotate) && !f->attic)
			log_warning("output \"%s\": %s is no regular file and does not rotate", config->name, f->path);
		return f;
	}
	error = errno;
	log_error("output \"%s\": cannot open %s: %s", config->name, c->path, error == ENXIO ? "nobody reads the FIFO" : strerror(error));
	if (f)
		file_leave(f);
	file_free(f);
	errno = error;
	return NULL;
}

static void
sync_now(struct file_output *f)
{
	uint64_t bytes = atomic_load(&f->lines.bytes);

	f->fsynced_ns = clock_monotonic_ns();
	if (f->fsync_ns == 0 || bytes == f->fsynced_bytes)
		return;
	atomic_fetch_add(&f->fsyncs, 1);
	if ((fdatasync(f->lines.fd) == -1 && errno != EINVAL && errno != EROFS) || (!f->named && folder_sync(f->path) == -1)) {
		log_once_a(60, LOG_LEVEL_ERROR, "%s cannot be forced to the disk: %s", f->path, strerror(errno));
		return;
	}
	f->named = true;
	f->fsynced_bytes = bytes;
}

/* ---- rotation ---- */

/* Another file takes the place of this one, between two lines. */
static void
turn(struct file_output *f)
{
	struct output *output = f->lines.output;
	int fd = -1, error;
	bool alone;

	sync_now(f);
	pthread_mutex_lock(&files_lock);
	alone = is_alone(f, f->lines.fd);
	if (alone)
		fd = rotate_turn(&f->rotate, f->lines.fd);
	error = errno;
	if (fd != -1) {
		half_line_end(fd, f->path);
		lines_close(&f->lines);
		lines_use(&f->lines, fd);
		f->named = false;
	}
	pthread_mutex_unlock(&files_lock);
	if (!alone) {
		f->rotate.retry_ns = clock_monotonic_ns() + CLOCK_NS_PER_S;     /* a reload: soon it is */
	} else if (fd == -1) {
		log_error("output \"%s\": cannot rotate %s: %s; writing goes on in the same file", output_name(output), f->path, strerror(error));
	} else {
		atomic_fetch_add(&f->rotated, 1);
		rotate_begin(&f->rotate, fd);
		attic_nudge(f->attic);
	}
}

/* How many records fit into the file as it is; at least one. */
static size_t
fitting(const struct file_output *f, struct record *const *records, size_t n, int64_t size)
{
	size_t room = rotate_room(&f->rotate, size), some, bytes = 0;

	for (some = 0; some < n; some++) {
		bytes += output_line(f->lines.output, records[some]).n + 1;
		if (bytes > room && some > 0)
			break;
	}
	return some;
}

static size_t
write_rotating(struct file_output *f, struct record *const *records, size_t n)
{
	size_t done = 0, some, taken;
	int64_t size;

	do {
		size = rotate_size(f->lines.fd);
		if (!f->lines.half && rotate_due(&f->rotate, size, output_line(f->lines.output, records[done]).n + 1)) {
			turn(f);
			size = rotate_size(f->lines.fd);
		}
		some = fitting(f, records + done, n - done, size);
		taken = lines_write(&f->lines, records + done, some);
		done += taken;
	} while (done < n && taken == some && !f->lines.stuck);
	return done;
}

static size_t
file_write(void *self, struct record *const *records, size_t n)
{
	struct file_output *f = self;

	if (f->empty && n > 0) {
		f->empty = false;
		if (f->lines.regular && ftruncate(f->lines.fd, 0) == -1)
			log_error("%s cannot be emptied: %s", f->path, strerror(errno));
	}
	return f->attic && n > 0 ? write_rotating(f, records, n) : lines_write(&f->lines, records, n);
}

static void
file_poll(void *self, int timeout_ms)
{
	struct file_output *f = self;
	int64_t left;

	if (f->attic && !f->empty && !f->lines.half && rotate_due(&f->rotate, rotate_size(f->lines.fd), 0))
		turn(f);
	if (f->fsync_ns > 0) {
		left = (f->fsynced_ns + f->fsync_ns - clock_monotonic_ns()) / CLOCK_NS_PER_MS;
		if (left <= 0)
			sync_now(f);
		else if (left < timeout_ms)
			timeout_ms = (int)left;
	}
	if (timeout_ms > 0)
		lines_wait(&f->lines, timeout_ms);
}

static int
file_flush(void *self, int timeout_ms)
{
	(void)timeout_ms;
	sync_now(self);
	return 0;
}

/* Where the new file cannot be opened, the old one is written on: nothing is lost. */
static void
file_reopen(void *self)
{
	struct file_output *f = self;
	struct output *output = f->lines.output;
	int fd, error;

	sync_now(f);
	pthread_mutex_lock(&files_lock);
	fd = open_path(f);
	error = errno;
	if (fd != -1) {
		half_line_end(fd, f->path);
		lines_close(&f->lines);
		lines_use(&f->lines, fd);
		f->named = false;
	}
	pthread_mutex_unlock(&files_lock);
	if (fd == -1) {
		log_error("output \"%s\": cannot open %s anew: %s; writing goes on in the old file", output_name(output), f->path, strerror(error));
		return;
	}
	rotate_begin(&f->rotate, fd);
	atomic_fetch_add(&f->reopened, 1);
	log_info("output \"%s\": opened %s anew", output_name(output), f->path);
}

static void
file_close(void *self)
{
	struct file_output *f = self;

	file_leave(f);
	file_free(f);
}

static void
file_stats(void *self, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	struct file_output *f = self;
	struct attic_stats rotated = { 0 };

	if (f->attic)
		attic_stats(f->attic, &rotated);
	each(arg, "written_bytes", "Bytes written.", atomic_load(&f->lines.bytes));
	each(arg, "reopened", "How often the file was opened anew.", atomic_load(&f->reopened));
	each(arg, "fsyncs", "How often what was written was forced to the disk.", atomic_load(&f->fsyncs));
	each(arg, "rotated", "How often the file was rotated.", atomic_load(&f->rotated));
	each(arg, "rotated_compressed", "Rotated files that were compressed.", rotated.compressed);
	each(arg, "rotated_deleted", "Rotated files that were deleted, beyond those to keep.", rotated.deleted);
	each(arg, "rotated_failures", "Rotated files that could not be compressed or deleted, and tries of it.", rotated.failed);
}

const struct output_kind output_kind_file = {
	.name = "file",
	.config_bytes = sizeof(struct file_config),
	.options = file_options,
	.check = file_check,
	.beside = file_beside,
	.open = kind_open,
	.write = file_write,
	.poll = file_poll,
	.flush = file_flush,
	.reopen = file_reopen,
	.close = file_close,
	.stats = file_stats,
	.help = "Lines into a file, which SIGUSR1 opens anew or which rotates by itself. Where the disk is full the output is down: its records wait, and no half "
	        "a line stays.",
};
