/*
 * Reading a file: lines, in pieces, others have a turn after each.
 *
 * Nobody can be asked to wait here but the file itself: while the worker is held nothing is read.  Each piece has a receipt.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "collector/input_file.h"

#define FILE_POLL_MS 250                /* how often a followed file is looked at when it has nothing new */

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

static void
look_for_file(struct file *f)
{
	if (file_open_path(f) == 0) {
		log_notice("%s: opened", f->where);
		frame_init(&f->framer, FRAME_NEWLINE, f->framer.max_bytes);     /* nothing of the last one is skipped here */
	}
	if (f->fd == -1 && !f->missing_told)
		log_notice("%s: waiting for it: %s", f->where, strerror(errno));
	f->missing_told = f->fd == -1;
}

static bool
another_has_path(const struct file *f, const struct stat *open_file)
{
	struct stat path;

	return stat(f->config->path, &path) == 0 && (path.st_dev != open_file->st_dev || path.st_ino != open_file->st_ino);
}

/* At its end: was the file cut, or has another one taken its name? */
static void
look_for_change(struct file *f)
{
	struct stat open_file;
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
	} else if (another_has_path(f, &open_file)) {
		f->moved = true;        /* its writer may still have it open: one more look before the change */
	}
}

/* Nothing more is there. */
static void
at_end(struct file *f)
{
	if (!file_is_followed(f) || f->draining) {
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

void
file_on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct file *f = arg;
	int got = 1;

	(void)fd;
	(void)what;
	if (f->worker->held)
		return;
	if (f->fd == -1 && file_is_followed(f) && !f->draining)
		look_for_file(f);
	if (!f->unfinished)
		got = f->draining && is_silent(f) ? 0 : read_piece(f);
	if (got == 1)
		consume(f, false);
	if (got == 0)
		at_end(f);
	else if (!f->worker->held && !f->done)
		arm(f, got == 1 ? 0 : FILE_POLL_MS);
}

void
file_on_hold(void *arg)
{
	struct file *f = arg;

	event_del(f->turn);
}

void
file_on_resume(void *arg)
{
	arm(arg, 0);
}

void
file_start_here(struct worker *w, void *arg)
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
	struct file *f = arg;
	int unread = 0;

	(void)fd;
	(void)what;
	/* A file keeps what was not read; a pipe does not. */
	if (f->readable_tells) {
		ioctl(f->fd, FIONREAD, &unread);
		input_left(f->input, f->filled + (uint64_t)(unread > 0 ? unread : 0));
	}
	log_warning("%s: time is up: %" PRIu64 " bytes that were read and %d that were not are left", f->where, (uint64_t)f->filled, unread);
	finish(f);
}

void
file_drain_here(struct worker *w, void *arg)
{
	struct file *f = arg;

	if (f->done)
		return;
	f->draining = true;
	f->deadline = input_deadline(w, f->deadline_ns, on_deadline, f);
	event_del(f->turn);
	if (!f->deadline || (!f->readable_tells && !file_is_followed(f))) {
		log_warning("%s: stopped before its end", f->where);
		finish(f);
	} else if (!w->held) {
		arm(f, 0);
	}
}

void
file_reopen_here(struct worker *w, void *arg)
{
	struct file *f = arg;
	struct stat open_file;

	/* The one that still has its name goes on where it is. */
	if (f->done || f->fd == -1 || fstat(f->fd, &open_file) == -1 || !another_has_path(f, &open_file))
		return;
	f->moved = true;
	if (!w->held)
		arm(f, 0);
}
