/*
 * Reading datagrams: recvmmsg() into buffers that are made once, and everything that one batch gave handed on.  It knows nothing of how the
 * socket was made.
 */
#include "collector/input_dgram.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "base/clock.h"
#include "base/log.h"

#define DGRAM_CALLS 16                  /* recvmmsg() calls before others get a turn */
#define DGRAM_MAX_LEFT 65536            /* datagrams that are still counted at the deadline */
#define DGRAM_SOURCES 512               /* senders whose text is remembered: a power of two */

/* Slots do not lie a power of two apart, or the first bytes of all of them would fight for the same lines of the cache. */
#define DGRAM_SLOT_SHIFT 320

struct remembered {
	struct source source;
	char text[INET6_ADDRSTRLEN];
};

struct dgram {
	struct dgram_setting set;
	struct event *readable, *deadline;
	struct worker_hold hold;
	bool started, draining, done;
	int64_t deadline_ns;
	unsigned unpublished;           /* messages since the last worker_batch_end() */
	struct message message;         /* of the datagram in work */
	struct source nameless;         /* of senders without an address */
	size_t slot_bytes, map_bytes;
	char *slots;
	struct mmsghdr headers[DGRAM_BATCH];
	struct iovec vectors[DGRAM_BATCH];
	struct sockaddr_in6 names[DGRAM_BATCH];         /* large enough for IPv4 too */
	struct remembered sources[DGRAM_SOURCES];
};

static const struct source *
source_of(struct dgram *d, const struct msghdr *h)
{
	const struct sockaddr *sa = h->msg_name;
	const struct sockaddr_in6 *v6 = h->msg_name;
	const struct sockaddr_in *v4 = h->msg_name;
	const unsigned char *last;
	struct remembered *r;
	bool known;
	uint32_t word, *old;

	if (!sa || h->msg_namelen < sizeof(sa->sa_family) || (sa->sa_family != AF_INET && sa->sa_family != AF_INET6))
		return &d->nameless;
	last = sa->sa_family == AF_INET ? (const unsigned char *)&v4->sin_addr : &v6->sin6_addr.s6_addr[12];
	memcpy(&word, last, sizeof(word));
	r = &d->sources[(word * 0x9e3779b1u) >> 23 & (DGRAM_SOURCES - 1)];
	if (sa->sa_family == AF_INET6) {
		known = memcmp(&r->source.address, &v6->sin6_addr, sizeof(v6->sin6_addr)) == 0;
	} else {
		old = (uint32_t *)(void *)&r->source.address.s6_addr[12];
		known = *old == word && IN6_IS_ADDR_V4MAPPED(&r->source.address);
	}
	if (!known || !r->source.has_address)
		source_of_address(&r->source, sa, r->text);
	return &r->source;
}

static void
end_batch(struct dgram *d)
{
	if (d->unpublished > 0)
		worker_batch_end(d->set.worker);
	d->unpublished = 0;
}

static void
count_message(struct dgram *d)
{
	if (++d->unpublished >= OUTPUT_BATCH)
		end_batch(d);
}

static void
take_message(struct dgram *d, struct span line, bool cut)
{
	d->message.line = line;
	d->message.truncated = cut;
	if (line.n > d->set.max_message_bytes) {
		d->message.line.n = d->set.max_message_bytes;
		d->message.truncated = true;
	}
	worker_message(d->set.worker, &d->message);
	count_message(d);
}

static void
take_empty(struct dgram *d)
{
	pipeline_empty(&d->set.worker->pipeline, d->set.input->index);
	count_message(d);
}

static void
take_datagram(struct dgram *d, const struct mmsghdr *m)
{
	struct span in = { m->msg_hdr.msg_iov->iov_base, m->msg_len };
	bool cut = m->msg_hdr.msg_flags & MSG_TRUNC;
	enum frame_status status;
	struct span line;
	size_t used;

	d->message.source = source_of(d, &m->msg_hdr);
	if (in.n == 0)
		take_empty(d);
	while (in.n > 0 && (status = frame_datagram(in, &line, &used)) != FRAME_MORE) {
		in = span_skip(in, used);
		if (status == FRAME_EMPTY)
			take_empty(d);
		else
			take_message(d, line, cut && in.n == 0);
	}
}

/* One recvmmsg() and what it gave; how many datagrams that were: fewer than DGRAM_BATCH if no more are there now. */
static int
read_batch(struct dgram *d)
{
	struct counters *c = &d->set.worker->pipeline.counters;
	int n = recvmmsg(d->set.fd, d->headers, DGRAM_BATCH, MSG_DONTWAIT, NULL);

	if (n <= 0) {
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			log_once_a(10, LOG_LEVEL_ERROR, "%s: cannot receive: %s", d->set.where, strerror(errno));
		return 0;
	}
	d->message.received_ns = clock_now_ns();
	c->datagram_calls++;
	c->datagrams += (uint64_t)n;
	for (int i = 0; i < n; i++) {
		take_datagram(d, &d->headers[i]);
		d->headers[i].msg_hdr.msg_namelen = d->headers[i].msg_hdr.msg_name ? sizeof(d->names[i]) : 0;
	}
	return n;
}

static void
finish(struct dgram *d)
{
	if (d->done)
		return;
	d->done = true;
	event_del(d->readable);
	if (d->deadline)
		event_del(d->deadline);
	if (d->set.holds_back)
		worker_hold_remove(d->set.worker, &d->hold);
	input_part_done(d->set.parts);
}

/* Nobody reads what is in the socket any more: it is thrown away, but told.  Who goes on sending is not waited for. */
static void
leave_rest(struct dgram *d)
{
	uint64_t bytes = 0;
	unsigned n = 0;
	ssize_t got;
	char c;

	while (n < DGRAM_MAX_LEFT && (got = recv(d->set.fd, &c, 1, MSG_DONTWAIT | MSG_TRUNC)) >= 0) {
		n++;
		bytes += (uint64_t)got;
	}
	if (n > 0)
		log_warning("%s: time is up: %u datagrams of %" PRIu64 " bytes are lost", d->set.where, n, bytes);
	input_left(d->set.input, bytes);
}

static bool
is_held(const struct dgram *d)
{
	return d->set.holds_back && d->set.worker->held;
}

static void
watch(struct dgram *d)
{
	static const struct timeval at_once = { 0, 0 };

	/* While draining the next turn comes even if nothing is there. */
	if (event_add(d->readable, d->draining ? &at_once : NULL) == -1)
		log_error("%s: cannot wait for datagrams", d->set.where);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct dgram *d = arg;
	int n = DGRAM_BATCH;

	(void)fd;
	(void)what;
	for (int i = 0; i < DGRAM_CALLS && n == DGRAM_BATCH && !is_held(d); i++)
		n = read_batch(d);
	end_batch(d);
	if (!d->draining)
		return;
	/* Senders that go on sending are not waited for: it was empty for a moment, and that is enough. */
	if (n < DGRAM_BATCH)
		finish(d);
	else if (!is_held(d))
		watch(d);
}

static void
on_hold(void *arg)
{
	struct dgram *d = arg;

	event_del(d->readable);
}

static void
on_resume(void *arg)
{
	watch(arg);
}

static void
start_here(struct worker *w, void *arg)
{
	struct dgram *d = arg;

	d->started = true;
	if (d->set.holds_back)
		worker_hold_add(w, &d->hold);
	if (!is_held(d))
		watch(d);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	leave_rest(arg);
	finish(arg);
}

static void
drain_here(struct worker *w, void *arg)
{
	struct dgram *d = arg;

	d->draining = true;
	d->deadline = input_deadline(w, d->deadline_ns, on_deadline, d);
	event_del(d->readable);
	if (!is_held(d))
		watch(d);
	if (!d->deadline)
		on_deadline(-1, 0, d);
}

void
dgram_start(struct dgram *d)
{
	input_post(d->set.worker, start_here, d);
}

void
dgram_drain(struct dgram *d, int64_t deadline_ns)
{
	d->deadline_ns = deadline_ns;
	input_post(d->set.worker, drain_here, d);
}

static void
point_headers(struct dgram *d)
{
	for (size_t i = 0; i < DGRAM_BATCH; i++) {
		d->vectors[i] = (struct iovec){ d->slots + i * d->slot_bytes, d->set.max_datagram_bytes };
		d->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &d->names[i], .msg_namelen = sizeof(d->names[i]), .msg_iov = &d->vectors[i], .msg_iovlen = 1,
		};
	}
}

struct dgram *
dgram_new(const struct dgram_setting *set)
{
	struct dgram *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->set = *set;
	d->slot_bytes = (set->max_datagram_bytes + 63) / 64 * 64 + DGRAM_SLOT_SHIFT;
	d->map_bytes = d->slot_bytes * DGRAM_BATCH;
	/* Pages that no datagram reaches are never touched: a busy socket takes far less than this. */
	d->slots = mmap(NULL, d->map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (d->slots == MAP_FAILED)
		d->slots = NULL;
	d->readable = event_new(set->worker->base, set->fd, EV_READ | EV_PERSIST, on_readable, d);
	if (!d->slots || !d->readable) {
		dgram_free(&d);
		errno = ENOMEM;
		return NULL;
	}
	d->hold = (struct worker_hold){ .hold = on_hold, .resume = on_resume, .arg = d };
	d->nameless.flow = input_new_flow();
	d->message.input = set->input->index;
	point_headers(d);
	return d;
}

void
dgram_free(struct dgram **dp)
{
	struct dgram *d = *dp;

	*dp = NULL;
	if (!d)
		return;
	if (d->started && !d->done && d->set.holds_back)
		worker_hold_remove(d->set.worker, &d->hold);
	if (d->deadline)
		event_free(d->deadline);
	if (d->readable)
		event_free(d->readable);
	if (d->slots)
		munmap(d->slots, d->map_bytes);
	free(d);
}
