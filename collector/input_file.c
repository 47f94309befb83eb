/*
 * Files and standard input as kinds of inputs: options, opening, closing.  Reading is in input_lines.c.
 */
#include "collector/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

enum file_from { FILE_FROM_START, FILE_FROM_END };

int
file_open_path(struct file *f)
{
	struct stat st;

	f->fd = open(f->config->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (f->fd == -1)
		return -1;
	if (fstat(f->fd, &st) == 0 && !S_ISDIR(st.st_mode))
		return 0;
	close(f->fd);
	f->fd = -1;
	errno = EISDIR;
	return -1;
}

static void
start_file(void *self)
{
	struct file *f = self;

	input_post(f->worker, file_start_here, f);
}

static void
drain_file(void *self, int64_t deadline_ns)
{
	struct file *f = self;

	f->deadline_ns = deadline_ns;
	input_post(f->worker, file_drain_here, f);
}

static void
reopen_file(void *self)
{
	struct file *f = self;

	if (file_is_followed(f))
		input_post(f->worker, file_reopen_here, f);
}

static void
close_file(void *self)
{
	struct file *f = self;

	if (f->started && !f->done)
		worker_hold_remove(f->worker, &f->hold);
	if (f->turn)
		event_free(f->turn);
	if (f->deadline)
		event_free(f->deadline);
	if (f->fd > STDIN_FILENO)
		close(f->fd);
	input_ack_unref(&f->ack);
	free(f->buffer);
	free(f);
}

/* Regular files are always readable, as far as poll() knows, so that waiting for them is no use. */
static bool
can_wait(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || (S_ISCHR(st.st_mode) && isatty(fd)));
}

static struct file *
file_new(const struct input_config *common, struct input *in, const struct file_config *config)
{
	struct file *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->input = in;
	f->worker = in->workers[in->index % in->nworkers];
	f->config = config;
	f->fd = config ? -1 : STDIN_FILENO;
	snprintf(f->where, sizeof(f->where), "input \"%s\" (%s)", in->name, config ? config->path : "standard input");
	f->capacity = (size_t)common->max_message_bytes + 16 + FILE_PIECE_BYTES;
	f->buffer = malloc(f->capacity);
	f->ack = input_ack_new();
	if (!f->buffer || !f->ack) {
		close_file(f);
		errno = ENOMEM;
		return NULL;
	}
	f->source.flow = input_new_flow();
	f->hold = (struct worker_hold){ .hold = file_on_hold, .resume = file_on_resume, .arg = f };
	frame_init(&f->framer, FRAME_NEWLINE, (size_t)common->max_message_bytes);
	input_parts_init(&f->parts, in, 1);
	return f;
}

/* The event that gives it its turns. */
static struct file *
with_turns(struct file *f)
{
	f->readable_tells = !file_is_followed(f) && can_wait(f->fd);
	f->turn = event_new(f->worker->base, f->readable_tells ? f->fd : -1, f->readable_tells ? EV_READ : 0, file_on_turn, f);
	if (f->turn)
		return f;
	close_file(f);
	errno = ENOMEM;
	return NULL;
}

static void *
open_stdin(const struct input_config *config, struct input *in)
{
	struct file *f = file_new(config, in, NULL);

	return f ? with_turns(f) : NULL;
}

static void *
open_file(const struct input_config *config, struct input *in)
{
	const struct file_config *c = (const struct file_config *)config;
	struct file *f = file_new(config, in, c);

	if (!f)
		return NULL;
	if (file_open_path(f) == -1 && !(c->follow && errno == ENOENT)) {
		int saved = errno;

		log_error("%s: cannot open: %s", f->where, strerror(saved));
		close_file(f);
		errno = saved;
		return NULL;
	}
	if (f->fd != -1 && c->from == FILE_FROM_END && lseek(f->fd, 0, SEEK_END) == -1)
		log_warning("%s: cannot begin at its end: %s", f->where, strerror(errno));
	return with_turns(f);
}

static void
stats_file(void *self, void (*each)(void *arg, const char *name, const char *help, bool gauge, uint64_t value), void *arg)
{
	struct file *f = self;

	each(arg, "read_bytes", "Bytes that were read.", false, f->read_bytes);
	each(arg, "acknowledged_bytes", "Bytes below which all that was made of them is safe in the outputs.", true, input_ack_bytes(f->ack));
}

static const char *const from_names[] = { [FILE_FROM_START] = "start", [FILE_FROM_END] = "end", NULL };

static const struct schema_option options[] = {
	{ .key = "path", .type = SCHEMA_TEXT, .offset = offsetof(struct file_config, path), .required = true, .help = "The file." },
	{ .key = "follow", .type = SCHEMA_BOOL, .offset = offsetof(struct file_config, follow), .fallback = "false",
	    .help = "Go on at its end: wait for more, and for a new file when it is renamed or cut (log rotation). A file that is emptied and grows past the "
	        "old place before the next look goes on from there: rotate by renaming." },
	{ .key = "from", .type = SCHEMA_ENUM, .offset = offsetof(struct file_config, from), .fallback = "start", .names = from_names,
	    .help = "Where to begin. How far a file was read is not remembered over a restart." },
	SCHEMA_END
};

static const struct schema_option no_options[] = { SCHEMA_END };

static bool
is_finite_file(const struct input_config *c)
{
	return !((const struct file_config *)c)->follow;
}

static bool
is_finite_stdin(const struct input_config *c)
{
	(void)c;
	return true;
}

const struct input_kind input_file = {
	.name = "file",
	.is_finite = is_finite_file,
	.holds_back = true,
	.config_bytes = sizeof(struct file_config),
	.options = options,
	.open = open_file,
	.start = start_file,
	.drain = drain_file,
	.close = close_file,
	.reopen = reopen_file,
	.stats = stats_file,
	.help = "A file, one message a line; the last line counts without its newline, too. When all inputs are files that are not followed, or standard "
	        "input, the collector stops at their end.",
};

const struct input_kind input_stdin = {
	.name = "stdin",
	.is_finite = is_finite_stdin,
	.holds_back = true,
	.config_bytes = sizeof(struct input_config),
	.options = no_options,
	.open = open_stdin,
	.start = start_file,
	.drain = drain_file,
	.close = close_file,
	.stats = stats_file,
	.help = "Standard input, one message a line. It comes to an end like a file.",
};
