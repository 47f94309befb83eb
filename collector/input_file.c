/*
 * Files and standard input: lines, read in pieces by one worker that gives others a turn after each.
 *
 * Nobody can be asked to wait here but the file itself: while the worker is held nothing is read.  Each piece has a receipt.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "collector/input_ack.h"
#include "collector/input_part.h"

#define FILE_PIECE_BYTES ((size_t)256 << 10)
#define FILE_POLL_MS 250                /* how often a followed file is looked at when it has nothing new */

enum file_from { FILE_FROM_START, FILE_FROM_END };

struct file_config {
	struct input_config common;
	char *path;
	bool follow;
	int from;
};

struct file {
	struct input *input;
	struct worker *worker;
	const struct file_config *config;       /* NULL: standard input */
	char where[256];
	struct input_parts parts;
	int fd;
	bool readable_tells;            /* a pipe or a terminal: the event waits for bytes; else it is a timer */
	bool started, draining, done;
	bool moved;                     /* another file has the path now: read this one to its end, then change over */
	bool missing_told;
	struct event *turn, *deadline;
	int64_t deadline_ns;
	struct worker_hold hold;
	struct framer framer;
	struct source source;
	struct input_ack *ack;
	unsigned unpublished;           /* messages since the last worker_batch_end() */
	_Atomic uint64_t read_bytes;
	uint64_t used_bytes;            /* of what was read, up to the end of the last message */
	char *buffer;
	size_t capacity, filled;        /* `filled` bytes wait at its start */
	bool unfinished;                /* whole messages are among them */
};

static void
end_batch(struct file *f)
{
	if (f->unpublished > 0)
		worker_batch_end(f->worker);
	f->unpublished = 0;
}

static void
finish(struct file *f)
{
	if (f->done)
		return;
	f->done = true;
	end_batch(f);
	event_del(f->turn);
	if (f->deadline)
		event_del(f->deadline);
	worker_hold_remove(f->worker, &f->hold);
	input_part_done(&f->parts);
}

static void
hand_on(struct file *f, struct message *m, struct span line, bool truncated)
{
	m->line = line;
	m->truncated = truncated;
	worker_message(f->worker, m);
	if (++f->unpublished >= OUTPUT_BATCH)
		end_batch(f);
}

/* The next line of `in`, counted or handed on; false if there is no whole one. */
static bool
take_line(struct file *f, struct message *m, struct span *in)
{
	struct span line;
	size_t used;
	enum frame_status status = frame_next(&f->framer, *in, &line, &used);

	*in = span_skip(*in, used);
	if (status == FRAME_MORE || status == FRAME_BAD)
		return false;
	if (status == FRAME_EMPTY) {
		pipeline_empty(&f->worker->pipeline, f->input->index);
		f->unpublished++;
	} else if (line.n > 0) {
		hand_on(f, m, line, status == FRAME_TRUNCATED);
	}
	return true;
}

static void
take_last(struct file *f, struct message *m, struct span *in)
{
	struct span line;
	enum frame_status status = frame_last(&f->framer, *in, &line);

	if (status == FRAME_OK || status == FRAME_TRUNCATED)
		hand_on(f, m, line, status == FRAME_TRUNCATED);
	*in = span_skip(*in, in->n);
}

/* All whole lines that were read, and with `end` what stands behind the last of them, too. */
static void
consume(struct file *f, bool end)
{
	struct span in = span_of(f->buffer, f->filled);
	struct message m = { .source = &f->source, .received_ns = clock_now_ns(), .input = f->input->index };
	bool more = true;

	m.receipt = input_ack_receipt(f->ack, f->worker);
	while (!f->worker->held && (more = take_line(f, &m, &in)))
		continue;
	f->unfinished = more;
	if (end && !more)
		take_last(f, &m, &in);
	f->used_bytes += f->filled - in.n;
	if (m.receipt) {
		m.receipt->position = f->used_bytes;
		receipt_unref(&m.receipt);
	}
	if (in.n > 0 && in.p != f->buffer)
		memmove(f->buffer, in.p, in.n);
	f->filled = in.n;
	end_batch(f);
}

static void
arm(struct file *f, int ms)
{
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	if (event_add(f->turn, f->readable_tells && !f->draining ? NULL : &tv) == -1)
		log_error("%s: cannot wait for it", f->where);
	if (f->readable_tells && f->unfinished)
		event_active(f->turn, EV_READ, 0);
}

static bool
is_followed(const struct file *f)
{
	return f->config && f->config->follow;
}

/* Opens the path; -1 with errno. */
static int
open_path(struct file *f)
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
look_for_file(struct file *f)
{
	if (open_path(f) == 0)
		log_notice("%s: opened", f->where);
	else if (!f->missing_told)
		log_notice("%s: waiting for it: %s", f->where, strerror(errno));
	f->missing_told = f->fd == -1;
}

/* At its end: was the file cut, or has another one taken its name? */
static void
look_for_change(struct file *f)
{
	struct stat path, open_file;
	off_t at = lseek(f->fd, 0, SEEK_CUR);

	if (f->moved) {
		consume(f, true);
		if (f->unfinished)
			return;
		close(f->fd);
		f->fd = -1;
		f->moved = false;
		look_for_file(f);
		return;
	}
	if (fstat(f->fd, &open_file) == -1)
		return;
	if (at > open_file.st_size && S_ISREG(open_file.st_mode)) {
		log_notice("%s: it was cut: reading it from its start", f->where);
		consume(f, true);
		if (!f->unfinished && lseek(f->fd, 0, SEEK_SET) == -1)
			log_error("%s: %s", f->where, strerror(errno));
	} else if (stat(f->config->path, &path) == 0 && (path.st_dev != open_file.st_dev || path.st_ino != open_file.st_ino)) {
		f->moved = true;        /* its writer may still have it open: one more look before the change */
	}
}

/* Nothing more is there. */
static void
at_end(struct file *f)
{
	if (!is_followed(f) || f->draining) {
		consume(f, true);
		if (!f->unfinished)
			finish(f);
		return;
	}
	look_for_change(f);
	if (!f->worker->held)
		arm(f, FILE_POLL_MS);
}

/* A piece more in the buffer: 1; 0 at the end; -1 if there is none now. */
static int
read_piece(struct file *f)
{
	size_t room = f->capacity - f->filled;
	ssize_t n = f->fd == -1 ? 0 : read(f->fd, f->buffer + f->filled, room < FILE_PIECE_BYTES ? room : FILE_PIECE_BYTES);

	if (n > 0) {
		f->filled += (size_t)n;
		f->read_bytes += (uint64_t)n;
		return 1;
	}
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return -1;
	if (n == -1)
		log_error("%s: cannot read: %s", f->where, strerror(errno));
	return 0;
}

/* A pipe or terminal, read empty for now.  (Reading would wait: it may be shared, so it is not made non-blocking.) */
static bool
is_silent(const struct file *f)
{
	struct pollfd p = { .fd = f->fd, .events = POLLIN };

	return f->readable_tells && poll(&p, 1, 0) == 0;
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct file *f = arg;
	int got = 1;

	(void)fd;
	if (f->worker->held)
		return;
	if (f->fd == -1 && is_followed(f) && !f->draining)
		look_for_file(f);
	(void)what;
	if (!f->unfinished)
		got = f->draining && is_silent(f) ? 0 : read_piece(f);
	if (got == 1)
		consume(f, false);
	if (got == 0)
		at_end(f);
	else if (!f->worker->held && !f->done)
		arm(f, got == 1 ? 0 : FILE_POLL_MS);
}

static void
on_hold(void *arg)
{
	struct file *f = arg;

	event_del(f->turn);
}

static void
on_resume(void *arg)
{
	arm(arg, 0);
}

static void
start_here(struct worker *w, void *arg)
{
	struct file *f = arg;

	f->started = true;
	worker_hold_add(w, &f->hold);
	if (!w->held)
		arm(f, 0);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	finish(arg);
}

static void
drain_here(struct worker *w, void *arg)
{
	struct file *f = arg;

	if (f->done)
		return;
	f->draining = true;
	f->deadline = input_deadline(w, f->deadline_ns, on_deadline, f);
	event_del(f->turn);
	if (!f->deadline || (!f->readable_tells && !is_followed(f))) {
		log_warning("%s: stopped before its end", f->where);
		finish(f);
	} else if (!w->held) {
		arm(f, 0);
	}
}

static void
start_file(void *self)
{
	struct file *f = self;

	input_post(f->worker, start_here, f);
}

static void
drain_file(void *self, int64_t deadline_ns)
{
	struct file *f = self;

	f->deadline_ns = deadline_ns;
	input_post(f->worker, drain_here, f);
}

static void
reopen_here(struct worker *w, void *arg)
{
	struct file *f = arg;

	if (f->done || f->fd == -1)
		return;
	f->moved = true;
	if (!w->held)
		arm(f, 0);
}

static void
reopen_file(void *self)
{
	struct file *f = self;

	if (is_followed(f))
		input_post(f->worker, reopen_here, f);
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
	f->hold = (struct worker_hold){ .hold = on_hold, .resume = on_resume, .arg = f };
	frame_init(&f->framer, FRAME_NEWLINE, (size_t)common->max_message_bytes);
	input_parts_init(&f->parts, in, 1);
	return f;
}

/* The event that gives it its turns. */
static struct file *
with_turns(struct file *f)
{
	f->readable_tells = !is_followed(f) && can_wait(f->fd);
	f->turn = event_new(f->worker->base, f->readable_tells ? f->fd : -1, f->readable_tells ? EV_READ : 0, on_turn, f);
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
	if (open_path(f) == -1 && !(c->follow && errno == ENOENT)) {
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
	    .help = "Go on at its end: wait for more, and for a new file when it is renamed or cut (log rotation)." },
	{ .key = "from", .type = SCHEMA_ENUM, .offset = offsetof(struct file_config, from), .fallback = "start", .names = from_names,
	    .help = "Where to begin. How far a file was read is not remembered over a restart." },
	SCHEMA_END
};

static const struct schema_option no_options[] = { SCHEMA_END };

const struct input_kind input_file = {
	.name = "file",
	.finite = true,
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
	.finite = true,
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
