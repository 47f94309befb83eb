/*
 * The main thread's half of connections: accept, choose a worker, refuse what is too many.  It reads nothing.
 */
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "collector/input_stream.h"

#define LISTEN_TURN 64                          /* connections accepted before others get a turn */
#define LISTEN_BACKOFF_MS 200                   /* out of descriptors or memory */
#define LISTEN_DRAIN_TURN 4096                  /* what may wait to be accepted at the stop */

/*
 * A place for a connection from `sa`, or NULL if there is none for it.  Looks at all of them: there are few, and connections are rare.
 */
static struct stream_slot *
take_slot(struct stream *s, const struct sockaddr *sa, const char **why)
{
	int64_t limit = s->config->max_connections_per_source, same = 0;
	struct stream_slot *room = NULL;
	char text[INET6_ADDRSTRLEN];
	struct source source;

	source_of_address(&source, sa, text);
	for (int64_t i = 0; i < s->config->max_connections; i++) {
		struct stream_slot *slot = &s->slots[i];

		if (!atomic_load(&slot->taken))
			room = room ? room : slot;
		else if (limit > 0 && source.has_address && slot->has_address && memcmp(&slot->address, &source.address, sizeof(slot->address)) == 0)
			same++;
		if (room && limit == 0)
			break;
	}
	*why = same >= limit && limit > 0 ? "max_connections_per_source" : "max_connections";
	if (!room || (limit > 0 && same >= limit))
		return NULL;
	room->has_address = source.has_address;
	room->address = source.address;
	atomic_store(&room->taken, true);
	return room;
}

static struct stream_part *
least_busy(struct stream *s)
{
	struct stream_part *best = &s->parts[0];

	for (unsigned i = 1; i < s->input->nworkers; i++) {
		if (atomic_load(&s->parts[i].connections) < atomic_load(&best->connections))
			best = &s->parts[i];
	}
	return best;
}

static void
take_connection(struct stream *s, int fd, const struct sockaddr *sa)
{
	const char *why;
	struct stream_slot *slot = take_slot(s, sa, &why);
	int on = 1;

	if (!slot) {
		close(fd);
		s->refused_total++;
		stream_part_refused(&s->parts[0]);
		log_limited(&s->refusal, 10, LOG_LEVEL_WARNING, "%s: a connection was refused: %s is reached", s->where, why);
		return;
	}
	if (s->is_tcp)
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	s->accepted++;
	stream_part_connect(least_busy(s), fd, slot, sa);
}

/* One connection; false when none is there, or none can be taken now (*starved). */
static bool
accept_one(struct stream *s, bool *starved)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof(sa);
	int fd = accept4(s->fd, (struct sockaddr *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd != -1) {
		take_connection(s, fd, (const struct sockaddr *)&sa);
		return true;
	}
	switch (errno) {
	case EAGAIN:
		return false;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		log_limited(&s->failure, 10, LOG_LEVEL_ERROR, "%s: cannot accept: %s", s->where, strerror(errno));
		*starved = true;
		return false;
	default:                /* that connection is gone already; the next may be better */
		return true;
	}
}

static void
on_acceptable(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval wait = { .tv_usec = LISTEN_BACKOFF_MS * 1000 };
	struct stream *s = arg;
	bool starved = false;

	(void)fd;
	(void)what;
	for (int i = 0; i < LISTEN_TURN && accept_one(s, &starved); i++)
		continue;
	/* The listener stays readable: without a pause the loop would spin. */
	if (starved && event_add(s->again, &wait) == 0)
		event_del(s->acceptable);
}

static void
on_again(evutil_socket_t fd, short what, void *arg)
{
	struct stream *s = arg;

	(void)fd;
	(void)what;
	event_add(s->acceptable, NULL);
}

static void
stop_listening(struct stream *s)
{
	if (s->acceptable)
		event_free(s->acceptable);
	if (s->again)
		event_free(s->again);
	s->acceptable = s->again = NULL;
	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;
}

static int
make_parts(struct stream *s)
{
	s->slots = calloc((size_t)s->config->max_connections, sizeof(*s->slots));
	s->parts = calloc(s->input->nworkers, sizeof(*s->parts));
	if (!s->slots || !s->parts)
		return -1;
	for (unsigned i = 0; i < s->input->nworkers; i++) {
		if (stream_part_init(&s->parts[i], s, s->input->workers[i]) == -1)
			return -1;
	}
	s->acceptable = event_new(s->input->base, s->fd, EV_READ | EV_PERSIST, on_acceptable, s);
	s->again = evtimer_new(s->input->base, on_again, s);
	return s->acceptable && s->again ? 0 : -1;
}

struct stream *
stream_new(const struct stream_config *config, struct input *in, int fd, const char *where)
{
	struct stream *s = calloc(1, sizeof(*s));
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof(sa);

	if (!s) {
		close(fd);
		return NULL;
	}
	s->input = in;
	s->config = config;
	s->fd = fd;
	s->is_tcp = getsockname(fd, (struct sockaddr *)&sa, &len) == 0 && sa.ss_family != AF_UNIX;
	snprintf(s->where, sizeof(s->where), "%s", where);
	s->buffer_bytes = (size_t)config->common.max_message_bytes + 16 + STREAM_READ_BYTES;
	input_parts_init(&s->left, in, in->nworkers);
	if (make_parts(s) == -1) {
		stream_free(&s);
		errno = ENOMEM;
		return NULL;
	}
	return s;
}

void
stream_free(struct stream **sp)
{
	struct stream *s = *sp;

	*sp = NULL;
	if (!s)
		return;
	stop_listening(s);
	for (unsigned i = 0; i < s->input->nworkers && s->parts; i++)
		stream_part_fini(&s->parts[i]);
	free(s->parts);
	free(s->slots);
	free(s);
}

void
stream_start(struct stream *s)
{
	for (unsigned i = 0; i < s->input->nworkers; i++)
		stream_part_start(&s->parts[i]);
	if (event_add(s->acceptable, NULL) == -1)
		log_error("%s: cannot wait for connections", s->where);
}

void
stream_drain(struct stream *s, int64_t deadline_ns)
{
	bool starved = false;

	/* Peers whose connection the kernel has made already believe that their messages have arrived. */
	for (int i = 0; i < LISTEN_DRAIN_TURN && s->fd != -1 && accept_one(s, &starved); i++)
		continue;
	stop_listening(s);
	s->deadline_ns = deadline_ns;
	for (unsigned i = 0; i < s->input->nworkers; i++)
		stream_part_drain(&s->parts[i]);
}

void
stream_stats(struct stream *s, void (*each)(void *arg, const char *name, const char *help, bool gauge, uint64_t value), void *arg)
{
	uint64_t now = 0;

	for (unsigned i = 0; i < s->input->nworkers; i++)
		now += atomic_load(&s->parts[i].connections);
	each(arg, "connections", "Connections that are open now.", true, now);
	each(arg, "accepted_connections", "Connections that were accepted.", false, s->accepted);
	each(arg, "refused_connections", "Connections that were closed at once because a limit was reached.", false, s->refused_total);
}
