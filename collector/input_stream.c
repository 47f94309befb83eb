/*
 * The workers' half of connections: read, frame, hand on.
 *
 * One buffer for each worker is read into; a peer keeps bytes of its own only between two reads, so that a thousand silent peers hold nothing.
 * While the worker is held no peer is read, and what was read already waits with its peer.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "collector/input_stream.h"

#define STREAM_KEEP_BYTES ((size_t)16 << 10)    /* a larger rest gives its memory back when it is used up */
#define STREAM_QUIET_MS 100                     /* while draining: silent for so long is read empty, ... */
#define STREAM_PATIENCE_NS CLOCK_NS_PER_S       /* ... and after this a moment without bytes is enough */

const char *const stream_framings[] = { [FRAME_AUTO] = "auto", [FRAME_OCTET] = "octet", [FRAME_NEWLINE] = "newline", NULL };

struct stream_peer {
	struct stream_part *part;
	struct stream_peer *next, **link;
	struct stream_slot *slot;
	struct event *readable;
	int fd;
	bool eof;                       /* nothing more is read */
	bool given_up;                  /* and that by us, maybe in the middle of a message */
	struct framer framer;
	char *rest;                     /* read, but not used yet */
	size_t nrest, rest_capacity;
	struct source source;
	char text[INET6_ADDRSTRLEN];
};

/* What a read gave, while it is worked on. */
struct stream_reading {
	struct span in;
	struct message message;
};

static const char *
name_of(const struct stream_peer *p)
{
	return p->text[0] ? p->text : "local";
}

static void
end_batch(struct stream_part *part)
{
	if (part->unpublished > 0)
		worker_batch_end(part->worker);
	part->unpublished = 0;
}

static void
part_done(struct stream_part *part)
{
	if (part->done)
		return;
	part->done = true;
	end_batch(part);
	if (part->deadline)
		event_del(part->deadline);
	worker_hold_remove(part->worker, &part->hold);
	input_part_done(&part->stream->left);
}

static void
free_peer(struct stream_peer *p)
{
	struct stream_part *part = p->part;

	*p->link = p->next;
	if (p->next)
		p->next->link = p->link;
	event_free(p->readable);
	close(p->fd);
	free(p->rest);
	part->worker->pipeline.counters.connections--;
	atomic_store(&p->slot->taken, false);
	atomic_fetch_sub(&part->connections, 1);
	free(p);
}

/* What it sent and nobody has read. */
static uint64_t
unread_bytes(const struct stream_peer *p)
{
	int n = 0;

	return ioctl(p->fd, FIONREAD, &n) == 0 && n > 0 ? (uint64_t)n : 0;
}

static void
close_peer(struct stream_peer *p)
{
	struct stream_part *part = p->part;

	free_peer(p);
	part->unpublished++;            /* the gauge has changed: publish it */
	end_batch(part);
	if (part->draining && !part->peers)
		part_done(part);
}

static void
watch(struct stream_peer *p)
{
	int64_t ms = p->part->draining ? STREAM_QUIET_MS : p->part->stream->config->idle_timeout_ms;
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	if (event_add(p->readable, ms > 0 ? &tv : NULL) == -1)
		log_once_a(10, LOG_LEVEL_ERROR, "%s: cannot wait for a connection", p->part->stream->where);
}

static void
hand_on(struct stream_peer *p, struct message *m, struct span line, bool truncated)
{
	m->line = line;
	m->truncated = truncated;
	worker_message(p->part->worker, m);
	p->part->unpublished++;
}

/* One message, or what stands in its place; false when there is no whole one. */
static bool
take_frame(struct stream_peer *p, struct stream_reading *r, enum frame_status *status)
{
	struct counters *c = &p->part->worker->pipeline.counters;
	struct span line;
	size_t used;

	*status = frame_next(&p->framer, r->in, &line, &used);
	r->in = span_skip(r->in, used);
	switch (*status) {
	case FRAME_OK:
	case FRAME_TRUNCATED:
		hand_on(p, &r->message, line, *status == FRAME_TRUNCATED);
		return true;
	case FRAME_EMPTY:
		pipeline_empty(&p->part->worker->pipeline, r->message.input);
		p->part->unpublished++;
		return true;
	case FRAME_RESYNC:
		c->resyncs++;
		if (line.n > 0)
			hand_on(p, &r->message, line, false);
		return true;
	case FRAME_BAD:
		if (line.n > 0)
			hand_on(p, &r->message, line, true);
		break;
	case FRAME_MORE:
		break;
	}
	return false;
}

static int
keep_rest(struct stream_peer *p, struct span rest)
{
	if (rest.n == 0 && p->rest_capacity > STREAM_KEEP_BYTES) {
		free(p->rest);
		p->rest = NULL;
		p->rest_capacity = 0;
	}
	p->nrest = 0;
	if (rest.n > p->rest_capacity) {
		char *larger = realloc(p->rest, rest.n);

		if (!larger)
			return -1;
		p->rest = larger;
		p->rest_capacity = rest.n;
	}
	if (rest.n > 0)
		memcpy(p->rest, rest.p, rest.n);
	p->nrest = rest.n;
	return 0;
}

/* No more comes, and all whole messages are out. */
static void
take_last(struct stream_peer *p, struct stream_reading *r)
{
	struct span line;
	enum frame_status status = frame_last(&p->framer, r->in, &line);

	if (status == FRAME_OK || status == FRAME_TRUNCATED)
		hand_on(p, &r->message, line, p->given_up || status == FRAME_TRUNCATED);
	end_batch(p->part);
}

static void
refuse_frame(struct stream_peer *p)
{
	log_limited(&p->part->stream->bad_frame, 1, LOG_LEVEL_WARNING, "%s: closing %s: %s", p->part->stream->where, name_of(p),
	    p->framer.reason ? p->framer.reason : "bad framing");
	p->part->worker->pipeline.counters.closed_bad_frame++;
	close_peer(p);
}

/* All messages of `in`, which lies in the part's buffer.  The peer may be gone afterwards. */
static void
consume(struct stream_peer *p, struct span in)
{
	struct stream_part *part = p->part;
	enum frame_status status = FRAME_OK;
	struct stream_reading r = { .in = in };

	r.message = (struct message){ .source = &p->source, .received_ns = clock_now_ns(), .input = part->stream->input->index };
	while (!part->worker->held && take_frame(p, &r, &status)) {
		if (part->unpublished >= OUTPUT_BATCH)
			end_batch(part);
	}
	if (status == FRAME_BAD) {
		refuse_frame(p);
		return;
	}
	if (p->eof && status == FRAME_MORE) {
		take_last(p, &r);
		close_peer(p);
		return;
	}
	if (keep_rest(p, r.in) == -1) {
		log_once_a(10, LOG_LEVEL_ERROR, "%s: no memory: closing %s", part->stream->where, name_of(p));
		close_peer(p);
		return;
	}
	end_batch(part);
}

/* Nothing more is read from it: it was silent for too long, or, while draining, for long enough. */
static void
give_up(struct stream_peer *p)
{
	p->eof = p->given_up = true;
	if (p->part->draining)
		return;
	log_info("%s: closing %s: idle", p->part->stream->where, name_of(p));
	p->part->worker->pipeline.counters.closed_idle++;
}

/* Some bytes into the part's buffer, behind the rest; how many. */
static size_t
read_some(struct stream_peer *p, bool timed_out)
{
	struct stream_part *part = p->part;
	size_t room = part->stream->buffer_bytes - p->nrest;
	ssize_t n;

	if (room > STREAM_READ_BYTES)
		room = STREAM_READ_BYTES;
	if (room == 0 || p->eof)
		return 0;
	n = recv(p->fd, part->buffer + p->nrest, room, MSG_DONTWAIT);
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		p->eof = true;
	else if (n == -1 && timed_out)
		give_up(p);     /* only now: a time-out that comes together with bytes hides them */
	else if (part->draining && n < (ssize_t)room && clock_monotonic_ns() >= part->patience_ns)
		give_up(p);     /* it may go on for ever, and it was empty once */
	return n > 0 ? (size_t)n : 0;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct stream_peer *p = arg;
	struct stream_part *part = p->part;
	size_t n;

	(void)fd;
	if (part->worker->held)
		return;
	if (p->nrest > 0)
		memcpy(part->buffer, p->rest, p->nrest);
	n = read_some(p, what == EV_TIMEOUT);
	consume(p, span_of(part->buffer, p->nrest + n));
}

static void
on_hold(void *arg)
{
	struct stream_part *part = arg;

	for (struct stream_peer *p = part->peers; p; p = p->next)
		event_del(p->readable);
}

static void
on_resume(void *arg)
{
	struct stream_part *part = arg;

	if (part->draining)             /* while held nothing could be read: that time does not count */
		part->patience_ns = clock_monotonic_ns() + STREAM_PATIENCE_NS;
	/* A turn for each, whether or not there is more to read: what was kept may be whole messages. */
	for (struct stream_peer *p = part->peers; p; p = p->next) {
		watch(p);
		if (p->nrest > 0 || p->eof)
			event_active(p->readable, EV_READ, 0);
	}
}


static void
connect_here(struct worker *w, void *arg)
{
	struct stream_peer *p = arg;
	struct stream_part *part = p->part;

	p->next = part->peers;
	p->link = &part->peers;
	if (p->next)
		p->next->link = &p->next;
	part->peers = p;
	w->pipeline.counters.connections++;
	log_debug("%s: connection from %s", part->stream->where, name_of(p));
	if (!w->held)
		watch(p);
}

void
stream_part_connect(struct stream_part *part, int fd, struct stream_slot *slot, const struct sockaddr *sa)
{
	struct stream_peer *p = calloc(1, sizeof(*p));

	if (p)
		p->readable = event_new(part->worker->base, fd, EV_READ | EV_PERSIST, on_readable, p);
	if (!p || !p->readable) {
		log_once_a(10, LOG_LEVEL_ERROR, "%s: no memory for a connection", part->stream->where);
		free(p);
		close(fd);
		atomic_store(&slot->taken, false);
		return;
	}
	p->part = part;
	p->fd = fd;
	p->slot = slot;
	source_of_address(&p->source, sa, p->text);
	p->source.flow = input_new_flow();
	frame_init(&p->framer, (enum frame_framing)part->stream->config->framing, (size_t)part->stream->config->common.max_message_bytes);
	atomic_fetch_add(&part->connections, 1);
	input_post(part->worker, connect_here, p);
}

static void
count_refused(struct worker *w, void *arg)
{
	struct stream *s = arg;

	w->pipeline.counters.refused_connections += atomic_exchange(&s->refused, 0);
}

void
stream_part_refused(struct stream_part *part)
{
	if (atomic_fetch_add(&part->stream->refused, 1) == 0)
		input_post(part->worker, count_refused, part->stream);
}

static void
start_here(struct worker *w, void *arg)
{
	struct stream_part *part = arg;

	part->started = true;
	worker_hold_add(w, &part->hold);
}

void
stream_part_start(struct stream_part *part)
{
	input_post(part->worker, start_here, part);
}

/* No time is left for it: what was read is handed on while there is room.  Gives how many bytes it had sent besides. */
static uint64_t
abandon(struct stream_peer *p)
{
	struct stream_part *part = p->part;
	uint64_t bytes = unread_bytes(p);

	p->eof = p->given_up = true;
	if (p->nrest > 0 && !part->worker->held) {
		memcpy(part->buffer, p->rest, p->nrest);
		consume(p, span_of(part->buffer, p->nrest));
		if (part->peers != p)
			return bytes;
	}
	bytes += p->nrest;
	free_peer(p);
	return bytes;
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct stream_part *part = arg;
	uint64_t bytes = 0;
	unsigned n = 0;

	(void)fd;
	(void)what;
	part->draining = false;         /* its last peer is not its end: the count comes before */
	for (; part->peers; n++)
		bytes += abandon(part->peers);
	part->draining = true;
	if (n > 0) {
		log_warning("%s: time is up: %u connections are closed, and %" PRIu64 " bytes that they sent are lost", part->stream->where, n, bytes);
		part->unpublished++;    /* the gauge */
	}
	input_left(part->stream->input, bytes);
	part_done(part);
}

static void
drain_here(struct worker *w, void *arg)
{
	struct stream_part *part = arg;

	part->draining = true;
	part->patience_ns = clock_monotonic_ns() + STREAM_PATIENCE_NS;
	part->deadline = input_deadline(w, part->stream->deadline_ns, on_deadline, part);
	if (!part->deadline) {
		on_deadline(-1, 0, part);
	} else if (!part->peers) {
		part_done(part);
	} else if (!w->held) {
		on_resume(part);
	}
}

void
stream_part_drain(struct stream_part *part)
{
	input_post(part->worker, drain_here, part);
}

int
stream_part_init(struct stream_part *part, struct stream *s, struct worker *w)
{
	part->stream = s;
	part->worker = w;
	part->hold = (struct worker_hold){ .hold = on_hold, .resume = on_resume, .arg = part };
	part->buffer = malloc(s->buffer_bytes);
	return part->buffer ? 0 : -1;
}

void
stream_part_fini(struct stream_part *part)
{
	while (part->peers) {           /* the worker has stopped before it could */
		input_left(part->stream->input, part->peers->nrest + unread_bytes(part->peers));
		free_peer(part->peers);
	}
	if (part->started && !part->done)
		worker_hold_remove(part->worker, &part->hold);
	if (part->deadline)
		event_free(part->deadline);
	free(part->buffer);
}
