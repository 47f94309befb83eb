/*
 * lines: knows descriptors of all sorts: files, pipes, terminals, sockets, /dev/full.
 */
#include "outputs/lines.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/log.h"

#define LINES_AT_ONCE 256       /* of IOV_MAX 1024: what fits the processor's nearer memory */

void
lines_init(struct lines *l, struct output *output, const char *what, int fd)
{
	*l = (struct lines){ .output = output, .what = what };
	lines_use(l, fd);
}

void
lines_use(struct lines *l, int fd)
{
	struct stat st;

	l->fd = fd;
	l->half = NULL;
	l->half_bytes = 0;
	l->blocked = false;
	l->told = 0;
	if (fstat(fd, &st) == -1)
		st.st_mode = 0;
	l->regular = S_ISREG(st.st_mode);
	l->way = S_ISSOCK(st.st_mode) ? LINES_SEND : LINES_WRITE;
}

static ssize_t
put(struct lines *l, struct iovec *iov, size_t n)
{
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = n };
	ssize_t put;

	do
		put = l->way == LINES_SEND ? sendmsg(l->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) : writev(l->fd, iov, (int)n);
	while (put == -1 && errno == EINTR);
	if (put > 0)
		atomic_store_explicit(&l->bytes, atomic_load_explicit(&l->bytes, memory_order_relaxed) + (uint64_t)put, memory_order_relaxed);
	return put;
}

/* Take back the half of a line that could not be finished; only where nobody wrote behind it. */
static void
cut_back(struct lines *l)
{
	struct stat st;

	if (!l->half || !l->regular || fstat(l->fd, &st) == -1 || lseek(l->fd, 0, SEEK_CUR) != st.st_size)
		return;
	if (ftruncate(l->fd, st.st_size - (off_t)l->half_bytes) == -1)
		return;
	lseek(l->fd, 0, SEEK_END);
	l->half = NULL;
	l->half_bytes = 0;
}

static enum output_result
fault(struct lines *l, int error)
{
	bool gone = error == EPIPE || error == ECONNRESET;

	if (error == EAGAIN || error == EWOULDBLOCK) {
		l->blocked = l->stuck = true;
		return OUTPUT_AGAIN;
	}
	if (l->told != error) {
		l->told = error;
		if (gone)
			log_warning("output \"%s\": nobody reads %s any more%s", output_name(l->output), l->what,
			    l->last_reader ? "; what would go there is dropped" : "");
		else
			log_error("output \"%s\": cannot write to %s: %s", output_name(l->output), l->what, strerror(error));
	}
	cut_back(l);
	if (gone && l->last_reader) {
		output_set_gone(l->output);
		return OUTPUT_REFUSED;
	}
	l->stuck = true;
	return OUTPUT_DOWN;
}

/*
 * `put` bytes of these texts are out: settle the records that are whole, remember the half one.  Gives how many are whole.
 */
static size_t
settle(struct lines *l, struct record *const *records, const struct iovec *iov, size_t n, size_t put)
{
	size_t i = 0;

	if (put > 0)
		l->told = 0;
	for (; i < n && put >= iov[i].iov_len; i++) {
		put -= iov[i].iov_len;
		l->half = NULL;
		l->half_bytes = 0;
		output_settle_at(l->output, records + i, OUTPUT_DONE, NULL);
	}
	if (i < n && put > 0) {
		l->half_bytes = l->half == records[i] ? l->half_bytes + put : put;
		l->half = records[i];
	}
	return i;
}

/* One text for each record.  One that cannot go out is settled DOWN or REFUSED, or not taken where it is only a matter of waiting. */
static size_t
write_texts(struct lines *l, struct record *const *records, struct iovec *iov, size_t n)
{
	size_t total = 0, done;
	enum output_result result;
	ssize_t written;

	if (l->half == records[0]) {
		iov[0].iov_base = (char *)iov[0].iov_base + l->half_bytes;
		iov[0].iov_len -= l->half_bytes;
	} else if (l->half) {
		/* Its other half was dropped: a newline ends it. */
		cut_back(l);
		if (l->half && put(l, &(struct iovec){ .iov_base = (char[]){ '\n' }, .iov_len = 1 }, 1) == 1)
			l->half = NULL;
	}
	for (size_t i = 0; i < n; i++)
		total += iov[i].iov_len;
	written = put(l, iov, n);
	done = settle(l, records, iov, n, written > 0 ? (size_t)written : 0);
	if (written >= 0 && (size_t)written == total)
		return n;
	/* Cut short without an error (a full disk, a full pipe): the next write tells which. */
	if (written < 0 && (result = fault(l, errno)) != OUTPUT_AGAIN) {
		output_settle_at(l->output, records + done, result, NULL);
		done++;
	}
	return done;
}

static void
text_of(struct iovec *iov, struct span text)
{
	*iov = (struct iovec){ .iov_base = (void *)(uintptr_t)text.p, .iov_len = text.n };
}

size_t
lines_write(struct lines *l, struct record *const *records, size_t n)
{
	struct iovec iov[LINES_AT_ONCE];
	size_t done = 0;

	l->blocked = l->stuck = false;
	while (done < n && !l->stuck) {
		size_t some = n - done < LINES_AT_ONCE ? n - done : LINES_AT_ONCE;

		for (size_t i = 0; i < some; i++) {
			struct span line = output_line(l->output, records[done + i]);

			text_of(&iov[i], span_of(line.p, line.n + 1));
		}
		done += write_texts(l, records + done, iov, some);
	}
	return done;
}

size_t
lines_write_text(struct lines *l, struct record *const *record, struct span text)
{
	struct iovec iov;

	l->blocked = l->stuck = false;
	text_of(&iov, text);
	return write_texts(l, record, &iov, 1);
}

void
lines_wait(struct lines *l, int timeout_ms)
{
	struct pollfd fd = { .fd = output_wake_fd(l->output), .events = POLLIN };

	if (l->blocked)
		fd = (struct pollfd){ .fd = l->fd, .events = POLLOUT };
	poll(&fd, 1, timeout_ms);
}

void
lines_close(struct lines *l)
{
	if (l->fd == -1)
		return;
	cut_back(l);
	close(l->fd);
	l->fd = -1;
}
