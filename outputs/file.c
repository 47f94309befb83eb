/*
 * The output kind `file`: JSON lines into a file.  SIGUSR1 opens it anew by its name, after log rotation moved the old one away.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "outputs/lines.h"
#include "outputs/output_kinds.h"

#define NS_PER_MS 1000000

struct file_config {
	struct output_config common;
	char *path;
	char *mode;             /* octal digits */
	bool append;
	int64_t fsync_ms;       /* 0: never */
};

struct file_output {
	struct lines lines;
	char *path;
	mode_t mode;
	int64_t fsync_ns, fsynced_ns;
	uint64_t fsynced_bytes;
	bool empty;                     /* the file, before the first write */
	struct file_output *next;       /* in files_open */
	_Atomic uint64_t reopened, fsyncs;
};

static struct file_output *files_open;
static pthread_mutex_t files_lock = PTHREAD_MUTEX_INITIALIZER;

static const struct schema_option file_options[] = {
	{ .key = "path", .type = SCHEMA_TEXT, .offset = offsetof(struct file_config, path), .required = true, .help = "The file's path." },
	{ .key = "mode", .type = SCHEMA_TEXT, .offset = offsetof(struct file_config, mode), .fallback = "0640",
	    .help = "The permissions of a file that is made, in octal digits." },
	{ .key = "append", .type = SCHEMA_BOOL, .offset = offsetof(struct file_config, append), .fallback = "true",
	    .help = "Keep what is in the file and write behind it; false: empty it when the first event comes, unless a reload put this output in the "
	            "place of one that writes the file already." },
	{ .key = "fsync", .type = SCHEMA_DURATION, .offset = offsetof(struct file_config, fsync_ms), .fallback = "0", .min = 0, .max = 3600000,
	    .help = "How often what was written is forced to the disk, such as 1s. 0: as the system does it by itself." },
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
file_check(const struct output_config *config, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	const struct file_config *c = (const struct file_config *)config;
	const struct yaml_node *node = yaml_get(map, "mode");
	struct diag_place place = yaml_place(doc, node ? node : map);

	if (mode_of(c->mode) != -1)
		return 0;
	diag_add(diag, DIAG_ERROR, &place, "\"%s\" is no mode; permissions are octal digits from \"0000\" to \"0777\"", c->mode);
	return -1;
}

/* A line that a crash left by half is ended, so that the next one stands alone. */
static void
end_last_line(int fd, const char *path)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char last;

	if (end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n' && write(fd, "\n", 1) != 1)
		log_warning("%s ends in the middle of a line: %s", path, strerror(errno));
}

/* O_NONBLOCK: a FIFO without a reader is a fault, not a wait. */
static int
open_path(const struct file_output *f)
{
	int flags = O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(f->path, O_WRONLY | flags, f->mode), both;
	struct stat st;

	/* To look at its last byte.  A FIFO must not be opened like that: it would be its own reader. */
	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) || (both = open(f->path, O_RDWR | flags, f->mode)) == -1)
		return fd;
	close(fd);
	return both;
}

static bool
same_file(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Into the list of those open; false if one there writes the same file, which then stays as it is. */
static bool
is_alone(struct file_output *f, int fd)
{
	bool alone = true;

	pthread_mutex_lock(&files_lock);
	for (const struct file_output *o = files_open; o; o = o->next)
		alone = alone && strcmp(o->path, f->path) != 0 && !same_file(o->lines.fd, fd);
	f->next = files_open;
	files_open = f;
	pthread_mutex_unlock(&files_lock);
	return alone;
}

static void *
file_open(const struct output_config *config, struct output *output)
{
	const struct file_config *c = (const struct file_config *)config;
	struct file_output *f = calloc(1, sizeof(*f));
	int fd = -1;

	if (f && (f->path = strdup(c->path))) {
		f->mode = (mode_t)mode_of(c->mode);
		f->fsync_ns = c->fsync_ms * NS_PER_MS;
		f->fsynced_ns = clock_monotonic_ns();
		fd = open_path(f);
	}
	if (fd == -1) {
		int error = errno;

		log_error("output \"%s\": cannot open %s: %s", config->name, c->path, error == ENXIO ? "nobody reads the FIFO" : strerror(error));
		if (f)
			free(f->path);
		free(f);
		errno = error;
		return NULL;
	}
	lines_init(&f->lines, output, f->path, fd);
	if (is_alone(f, fd)) {
		f->empty = !c->append;
		if (c->append)
			end_last_line(fd, f->path);
	}
	return f;
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
	return lines_write(&f->lines, records, n);
}

static void
sync_now(struct file_output *f)
{
	uint64_t bytes = atomic_load(&f->lines.bytes);

	f->fsynced_ns = clock_monotonic_ns();
	if (f->fsync_ns == 0 || bytes == f->fsynced_bytes)
		return;
	f->fsynced_bytes = bytes;
	atomic_fetch_add(&f->fsyncs, 1);
	if (fdatasync(f->lines.fd) == -1 && errno != EINVAL && errno != EROFS)
		log_once_a(60, LOG_LEVEL_ERROR, "%s cannot be forced to the disk: %s", f->path, strerror(errno));
}

static void
file_poll(void *self, int timeout_ms)
{
	struct file_output *f = self;
	int64_t left;

	if (f->fsync_ns > 0) {
		left = (f->fsynced_ns + f->fsync_ns - clock_monotonic_ns()) / NS_PER_MS;
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
	int fd = open_path(f);

	if (fd == -1) {
		log_error("output \"%s\": cannot open %s anew: %s; writing goes on in the old file", output_name(output), f->path, strerror(errno));
		return;
	}
	end_last_line(fd, f->path);
	sync_now(f);
	pthread_mutex_lock(&files_lock);
	lines_close(&f->lines);
	lines_use(&f->lines, fd);
	pthread_mutex_unlock(&files_lock);
	atomic_fetch_add(&f->reopened, 1);
	log_info("output \"%s\": opened %s anew", output_name(output), f->path);
}

static void
file_close(void *self)
{
	struct file_output *f = self;

	pthread_mutex_lock(&files_lock);
	for (struct file_output **p = &files_open; *p; p = &(*p)->next) {
		if (*p == f) {
			*p = f->next;
			break;
		}
	}
	pthread_mutex_unlock(&files_lock);
	lines_close(&f->lines);
	free(f->path);
	free(f);
}

static void
file_stats(void *self, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	struct file_output *f = self;

	each(arg, "written_bytes", "Bytes written.", atomic_load(&f->lines.bytes));
	each(arg, "reopened", "How often the file was opened anew.", atomic_load(&f->reopened));
	each(arg, "fsyncs", "How often what was written was forced to the disk.", atomic_load(&f->fsyncs));
}

const struct output_kind output_kind_file = {
	.name = "file",
	.config_bytes = sizeof(struct file_config),
	.options = file_options,
	.check = file_check,
	.open = file_open,
	.write = file_write,
	.poll = file_poll,
	.flush = file_flush,
	.reopen = file_reopen,
	.close = file_close,
	.stats = file_stats,
	.help = "JSON lines into a file, which SIGUSR1 opens anew.",
};
