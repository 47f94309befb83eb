/*
 * The output kind `tcp`: JSON lines over TCP or TLS.
 *
 * Nobody acknowledges them: a line counts as sent when the system has taken all of it, and what the system had taken when a connection broke is lost.
 * A line that it had taken by half goes out again, whole, on the next connection.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "outputs/output_kinds.h"
#include "outputs/peers.h"

#define CELLS 2048
#define BUFFER_BYTES 65536      /* lines that go out together; a longer one goes alone */
#define READS_AT_ONCE 64
#define READ_BYTES 4096

struct tcp_config {
	struct output_config common;
	struct peers_config peers;
	int64_t timeout_ms;
};

struct tcp_output {
	struct peers peers;
	int64_t timeout_ns;
	_Atomic uint64_t bytes;
};

struct session {
	struct tcp_output *t;
	struct peer *peer;
	struct record *const *cells[CELLS];     /* a circle; positions are cut to it */
	size_t ends[CELLS];                     /* in the buffer, of those that lie there */
	uint64_t first, fresh, end;             /* in the buffer: [first, fresh), behind it: [fresh, end) */
	char *buffer;
	size_t cap, n, at;
	int64_t moved_ns;
};

static const struct schema_option tcp_options[] = {
	{ .key = "hosts", .type = SCHEMA_TEXTS, .offset = offsetof(struct tcp_config, peers.hosts), .required = true,
	    .help = "Where the lines go: host:port, one or several." },
	{ .key = "mode", .type = SCHEMA_ENUM, .offset = offsetof(struct tcp_config, peers.mode), .fallback = "failover", .names = peers_mode_names,
	    .help = "failover: one of the hosts at a time, the next in the list when it fails. balance: all that are up; the events of one device go "
	            "to one of them." },
	{ .key = "connect_timeout", .type = SCHEMA_DURATION, .offset = offsetof(struct tcp_config, peers.connect_timeout_ms), .fallback = "10s", .min = 100,
	    .max = 600000, .help = "How long a connection may take: the name, the addresses, TLS." },
	{ .key = "timeout", .type = SCHEMA_DURATION, .offset = offsetof(struct tcp_config, timeout_ms), .fallback = "30s", .min = 100, .max = 3600000,
	    .help = "A host that reads nothing for so long, while lines wait for it, is given up." },
	{ .key = "tls", .type = SCHEMA_MAP, .offset = offsetof(struct tcp_config, peers.tls), .table = tls_options, .help = "TLS towards the hosts." },
	SCHEMA_END,
};

static int
tcp_check(const struct output_config *config, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	struct tcp_config *c = (struct tcp_config *)(uintptr_t)config;  /* its own: paths become whole */

	return peers_check(&c->peers, NULL, doc, map, diag);
}

static bool
tcp_same(const struct output_config *a, const struct output_config *b)
{
	return tls_same(&((const struct tcp_config *)a)->peers.tls, &((const struct tcp_config *)b)->peers.tls);
}

/* ---- a session ---- */

static void
session_close(void *session)
{
	struct session *s = session;

	free(s->buffer);
	free(s);
}

static void *
session_open(void *kind, struct peer *peer)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->t = kind;
	s->peer = peer;
	s->cap = BUFFER_BYTES;
	s->buffer = malloc(s->cap);
	if (!s->buffer) {
		session_close(s);
		errno = ENOMEM;
		return NULL;
	}
	return s;
}

static void
session_begin(void *session)
{
	struct session *s = session;

	s->n = s->at = 0;
	s->fresh = s->first;
}

static bool
session_room(const void *session)
{
	const struct session *s = session;

	return s->end - s->first < CELLS;
}

static void
session_put(void *session, struct record *const *cell)
{
	struct session *s = session;

	s->cells[s->end++ % CELLS] = cell;
}

static size_t
session_flying(const void *session)
{
	const struct session *s = session;

	return s->end - s->first;
}

static bool
session_sends(const void *session)
{
	const struct session *s = session;

	return s->at < s->n;
}

static int64_t
session_due(const void *session)
{
	const struct session *s = session;

	return s->at < s->n ? s->moved_ns + s->t->timeout_ns : INT64_MAX;
}

static void
session_lose(void *session, enum output_result result)
{
	struct session *s = session;

	while (s->first < s->end)
		output_settle_at(s->peer->peers->output, s->cells[s->first++ % CELLS], result, NULL);
	session_begin(s);
}

/* What it says is not for us; but that it is gone is. */
static int
listen_to(struct session *s)
{
	char buf[READ_BYTES];
	ssize_t n = 1;

	for (int i = 0; i < READS_AT_ONCE && n > 0; i++)
		n = net_read(&s->peer->net, buf, sizeof(buf));
	return n < 0 ? -1 : 0;
}

/* An empty buffer gets the next lines, newlines and all; -1 without memory for a long one. */
static int
fill(struct session *s)
{
	s->n = s->at = 0;
	for (; s->fresh < s->end; s->fresh++) {
		struct span line = output_line(s->peer->peers->output, *s->cells[s->fresh % CELLS]);
		size_t bytes = line.n + 1;

		if (s->n > 0 && s->n + bytes > BUFFER_BYTES)
			break;
		if (bytes > s->cap) {
			char *larger = realloc(s->buffer, bytes);

			if (!larger) {
				snprintf(s->peer->net.error, sizeof(s->peer->net.error), "no memory");
				return -1;
			}
			s->buffer = larger;
			s->cap = bytes;
		}
		memcpy(s->buffer + s->n, line.p, bytes);
		s->n += bytes;
		s->ends[s->fresh % CELLS] = s->n;
	}
	return 0;
}

static int
transmit(struct session *s, int64_t now)
{
	ssize_t n;

	for (;;) {
		if (s->at == s->n) {
			if (fill(s) == -1)
				return -1;
			s->moved_ns = now;
		}
		if (s->n == 0)
			return 0;
		n = net_write(&s->peer->net, s->buffer + s->at, s->n - s->at);
		if (n <= 0)
			return (int)n;
		s->at += (size_t)n;
		s->moved_ns = now;
		atomic_fetch_add_explicit(&s->t->bytes, (uint64_t)n, memory_order_relaxed);
		for (; s->first < s->fresh && s->ends[s->first % CELLS] <= s->at; s->first++) {
			s->peer->delivered = true;
			output_settle_at(s->peer->peers->output, s->cells[s->first % CELLS], OUTPUT_DONE, NULL);
		}
	}
}

static int
session_work(void *session, int64_t now)
{
	struct session *s = session;

	if (listen_to(s) == -1 || transmit(s, now) == -1)
		return -1;
	if (s->at == s->n || now - s->moved_ns < s->t->timeout_ns)
		return 0;
	snprintf(s->peer->net.error, sizeof(s->peer->net.error), "it reads nothing");
	return -1;
}

static const struct peer_ops session_ops = {
	.open = session_open,
	.begin = session_begin,
	.room = session_room,
	.put = session_put,
	.work = session_work,
	.sends = session_sends,
	.flying = session_flying,
	.due = session_due,
	.lose = session_lose,
	.close = session_close,
};

/* ---- the kind ---- */

static void
tcp_close(void *self)
{
	struct tcp_output *t = self;

	peers_close(&t->peers);
	free(t);
}

static void *
tcp_open(const struct output_config *config, struct output *output)
{
	const struct tcp_config *c = (const struct tcp_config *)config;
	struct tcp_output *t = calloc(1, sizeof(*t));
	int error;

	if (!t)
		return NULL;
	t->timeout_ns = c->timeout_ms * CLOCK_NS_PER_MS;
	t->peers.ops = &session_ops;
	if (peers_open(&t->peers, &c->peers, NULL, t, output) == 0)
		return t;
	error = errno;
	tcp_close(t);
	errno = error;
	return NULL;
}

static size_t
tcp_write(void *self, struct record *const *records, size_t n)
{
	return peers_write(&((struct tcp_output *)self)->peers, records, n);
}

static void
tcp_poll(void *self, int timeout_ms)
{
	peers_poll(&((struct tcp_output *)self)->peers, timeout_ms);
}

static int
tcp_flush(void *self, int timeout_ms)
{
	return peers_flush(&((struct tcp_output *)self)->peers, timeout_ms);
}

static void
tcp_stats(void *self, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	struct tcp_output *t = self;

	peers_stats(&t->peers, each, arg);
	each(arg, "tcp_sent_bytes", "Bytes that went out.", atomic_load(&t->bytes));
}

const struct output_kind output_kind_tcp = {
	.name = "tcp",
	.config_bytes = sizeof(struct tcp_config),
	.options = tcp_options,
	.check = tcp_check,
	.same = tcp_same,
	.open = tcp_open,
	.write = tcp_write,
	.poll = tcp_poll,
	.flush = tcp_flush,
	.close = tcp_close,
	.stats = tcp_stats,
	.help = "JSON lines over TCP or TLS. Nothing is acknowledged: an event counts as sent, not as delivered, and what the system had taken when a "
	        "connection broke is lost.",
};
