/*
 * The output kind `lumberjack`: Logstash and all else that Beats can send to (Lumberjack v2).
 *
 * A session holds what a host has been given and has not acknowledged, in the order of giving: first what was sent, in windows, behind it what waits for
 * its window.  An acknowledgement settles records from the front, also a part of a window.  The larger what waits, the larger the next window, up to a size that
 * doubles with each full window that is acknowledged and halves with each connection that is lost.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "outputs/lumber_wire.h"
#include "outputs/output_kinds.h"
#include "outputs/peers.h"

#define DEFAULT_PORT "5044"
#define LEAST_CELLS 8192
#define WINDOW_FIRST 64
#define WINDOW_BYTES ((size_t)4 << 20)  /* of lines; one that is larger goes alone */
#define READS_AT_ONCE 64
#define READ_BYTES 4096

struct lumber_config {
	struct output_config common;
	struct peers_config peers;
	int64_t window, pipelining, compression, timeout_ms, stall_ms;
	char *field;
};

struct lumber {
	struct peers peers;
	uint32_t window;                /* the most */
	unsigned pipelining;
	int level;
	int64_t timeout_ns, stall_ns;
	struct span field;              /* absent: the line itself is the event */
	char *field_text;
	_Atomic uint64_t windows, acks, partial, alive, plain_bytes, bytes;
};

struct session {
	struct lumber *l;
	struct peer *peer;
	struct record *const **cells;   /* a circle; positions are cut to it */
	size_t mask;
	uint64_t first, unsent, end;    /* sent: [first, unsent), waiting: [unsent, end) */
	struct lumber_writer writer;
	size_t out_at;                  /* of the writer's window, so many bytes are out */
	struct lumber_acks acks;
	uint32_t window;                /* now */
	int64_t moved_ns;               /* when bytes went either way, or the first of what is sent was */
	int64_t acked_ns;               /* the same of events */
};

static const struct schema_option lumber_options[] = {
	{ .key = "hosts", .type = SCHEMA_TEXTS, .offset = offsetof(struct lumber_config, peers.hosts), .required = true,
	    .help = "Where Logstash's input beats listens: host or host:port (default 5044), one or several." },
	{ .key = "mode", .type = SCHEMA_ENUM, .offset = offsetof(struct lumber_config, peers.mode), .fallback = "failover", .names = peers_mode_names,
	    .help = "failover: one of the hosts at a time, the next in the list when it fails. balance: all that are up; the events of one device go "
	            "to one of them, in order, and to another when it fails. Then a host that does not keep up holds back the others, too." },
	{ .key = "window", .type = SCHEMA_INT, .offset = offsetof(struct lumber_config, window), .fallback = "2048", .min = 1, .max = 16384,
	    .help = "The most events in one window, which the host acknowledges together or in parts. It begins with 64, doubles while full "
	            "windows are acknowledged, and halves when a connection is lost." },
	{ .key = "pipelining", .type = SCHEMA_INT, .offset = offsetof(struct lumber_config, pipelining), .fallback = "2", .min = 1, .max = LUMBER_WINDOWS,
	    .help = "So many windows may be under way to a host before the first is acknowledged." },
	{ .key = "compression", .type = SCHEMA_INT, .offset = offsetof(struct lumber_config, compression), .fallback = "3", .min = 0, .max = 9,
	    .help = "zlib's level, 1 to 9; 0: nothing is compressed." },
	{ .key = "field", .type = SCHEMA_TEXT, .offset = offsetof(struct lumber_config, field),
	    .help = "A key, such as message: what goes out is an object with the event's line as text under it, for a json filter to read. Without it the "
	            "event itself is the object. What is no JSON object goes under message in any case." },
	{ .key = "connect_timeout", .type = SCHEMA_DURATION, .offset = offsetof(struct lumber_config, peers.connect_timeout_ms), .fallback = "10s", .min = 100,
	    .max = 600000, .help = "How long a connection may take: the name, the addresses, TLS." },
	{ .key = "timeout", .type = SCHEMA_DURATION, .offset = offsetof(struct lumber_config, timeout_ms), .fallback = "30s", .min = 100, .max = 3600000,
	    .help = "A host that has events and neither reads nor says anything for so long is given up; they go out again." },
	{ .key = "stall_timeout", .type = SCHEMA_DURATION, .offset = offsetof(struct lumber_config, stall_ms), .fallback = "10m", .min = 100,
	    .max = 86400000,
	    .help = "The same for a host that says again and again that it is at work, but acknowledges nothing: a pipeline behind it that is held back." },
	{ .key = "tls", .type = SCHEMA_MAP, .offset = offsetof(struct lumber_config, peers.tls), .table = tls_options, .help = "TLS towards the hosts." },
	SCHEMA_END,
};

static int
lumber_check(const struct output_config *config, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	struct lumber_config *c = (struct lumber_config *)(uintptr_t)config;    /* its own: paths become whole */

	return peers_check(&c->peers, DEFAULT_PORT, doc, map, diag);
}

static bool
lumber_same(const struct output_config *a, const struct output_config *b)
{
	return tls_same(&((const struct lumber_config *)a)->peers.tls, &((const struct lumber_config *)b)->peers.tls);
}

static void
count(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n, memory_order_relaxed);
}

/* ---- a session ---- */

static void
session_close(void *session)
{
	struct session *s = session;

	lumber_writer_fini(&s->writer);
	free(s->cells);
	free(s);
}

static void *
session_open(void *kind, struct peer *peer)
{
	struct lumber *l = kind;
	struct session *s = calloc(1, sizeof(*s));
	size_t cells = LEAST_CELLS;

	if (!s)
		return NULL;
	s->l = l;
	s->peer = peer;
	s->window = l->window < WINDOW_FIRST ? l->window : WINDOW_FIRST;
	while (cells < (size_t)l->window * (l->pipelining + 1))
		cells *= 2;
	s->mask = cells - 1;
	s->cells = calloc(cells, sizeof(*s->cells));
	if (!s->cells || lumber_writer_init(&s->writer, l->level) == -1) {
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

	lumber_acks_init(&s->acks);
	s->writer.out.n = s->out_at = 0;
}

static bool
session_room(const void *session)
{
	const struct session *s = session;

	return s->end - s->first <= s->mask;
}

static void
session_put(void *session, struct record *const *cell)
{
	struct session *s = session;

	s->cells[s->end++ & s->mask] = cell;
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

	return s->out_at < s->writer.out.n;
}

static void
session_lose(void *session, enum output_result result)
{
	struct session *s = session;

	if (s->acks.n > 0 && s->window > 1)
		s->window /= 2;
	while (s->first < s->end)
		output_settle_at(s->peer->peers->output, s->cells[s->first++ & s->mask], result, NULL);
	s->unsent = s->first;
	session_begin(s);
}

static int64_t
session_due(const void *session)
{
	const struct session *s = session;
	int64_t moved = s->moved_ns + s->l->timeout_ns, acked = s->acked_ns + s->l->stall_ns;

	if (s->acks.n == 0)
		return INT64_MAX;
	return moved < acked ? moved : acked;
}

/* ---- what comes back ---- */

static void
acknowledged(struct session *s, uint32_t events)
{
	for (; events > 0; events--)
		output_settle_at(s->peer->peers->output, s->cells[s->first++ & s->mask], OUTPUT_DONE, NULL);
	s->peer->delivered = true;
	if (s->acks.whole && s->acks.ended >= s->window)
		s->window = s->window * 2 < s->l->window ? s->window * 2 : s->l->window;
}

/* Of a window that is not out yet, which the host cannot have. */
static bool
is_too_early(const struct session *s, enum lumber_ack ack)
{
	return ack == LUMBER_ACK && session_sends(s) && s->acks.n + s->acks.whole == 1;
}

static int
read_acks(struct session *s, struct span bytes, int64_t now)
{
	enum lumber_ack ack;
	uint32_t events;

	s->moved_ns = now;
	while ((ack = lumber_acks_read(&s->acks, &bytes, &events)) != LUMBER_MORE) {
		if (ack == LUMBER_BAD || is_too_early(s, ack)) {
			snprintf(s->peer->net.error, sizeof(s->peer->net.error), "it does not speak Lumberjack v2, or acknowledges what it was not sent");
			return -1;
		}
		count(ack == LUMBER_ACK ? &s->l->acks : &s->l->alive, 1);
		if (ack == LUMBER_ALIVE)
			continue;
		if (!s->acks.whole)
			count(&s->l->partial, 1);
		s->acked_ns = now;
		acknowledged(s, events);
	}
	return 0;
}

static int
receive(struct session *s, int64_t now)
{
	char buf[READ_BYTES];
	ssize_t n;

	for (int i = 0; i < READS_AT_ONCE; i++) {
		n = net_read(&s->peer->net, buf, sizeof(buf));
		if (n <= 0)
			return (int)n;
		if (read_acks(s, span_of(buf, (size_t)n), now) == -1)
			return -1;
	}
	return 0;
}

/* ---- what goes out ---- */

static struct span
line_of(const struct session *s, uint64_t at)
{
	return output_line(s->peer->peers->output, *s->cells[at & s->mask]);
}

/* How many of those that wait make the next window. */
static uint32_t
window_count(const struct session *s)
{
	uint64_t waiting = s->end - s->unsent, most = waiting < s->window ? waiting : s->window, n = 0;
	size_t bytes = 0;

	for (; n < most; n++) {
		bytes += line_of(s, s->unsent + n).n;
		if (bytes > WINDOW_BYTES && n > 0)
			break;
	}
	return (uint32_t)n;
}

static int
write_window(struct session *s, uint32_t events)
{
	struct lumber_writer *w = &s->writer;
	int status = lumber_begin(w, events);

	for (uint32_t i = 0; i < events && status == 0; i++) {
		struct span line = line_of(s, s->unsent + i);

		if (s->l->field.n > 0 || !output_line_is_json(s->peer->peers->output, *s->cells[(s->unsent + i) & s->mask]))
			status = lumber_wrapped(w, i + 1, s->l->field.n > 0 ? s->l->field : SPAN_LIT("message"), line);
		else
			status = lumber_event(w, i + 1, line);
	}
	return status == 0 ? lumber_end(w) : -1;
}

/* One that alone is too large for a window never goes out. */
static int
refuse_one(struct session *s)
{
	struct record *const *cell = s->cells[s->unsent & s->mask];

	/* Those that were sent move up over it. */
	for (uint64_t at = s->unsent; at > s->first; at--)
		s->cells[at & s->mask] = s->cells[(at - 1) & s->mask];
	s->first++;
	s->unsent++;
	output_settle_at(s->peer->peers->output, cell, OUTPUT_REFUSED, "it is too large for a window");
	return 0;
}

/* The next window lies in the writer, or there is none to send now. */
static int
next_window(struct session *s, int64_t now)
{
	uint32_t events = window_count(s);

	s->writer.out.n = s->out_at = 0;
	if (events == 0 || s->acks.n >= s->l->pipelining)
		return 0;
	if (write_window(s, events) == -1) {
		s->writer.out.n = 0;
		if (errno == EMSGSIZE && events == 1)
			return refuse_one(s);
		snprintf(s->peer->net.error, sizeof(s->peer->net.error), "a window cannot be made: %s", strerror(errno));
		return -1;
	}
	if (s->acks.n == 0)
		s->moved_ns = s->acked_ns = now;
	lumber_acks_open(&s->acks, events);
	s->unsent += events;
	count(&s->l->windows, 1);
	count(&s->l->plain_bytes, s->writer.plain_bytes);
	return 0;
}

static int
transmit(struct session *s, int64_t now)
{
	ssize_t n;

	for (;;) {
		if (s->out_at == s->writer.out.n && next_window(s, now) == -1)
			return -1;
		if (s->writer.out.n == 0)
			return 0;
		n = net_write(&s->peer->net, s->writer.out.p + s->out_at, s->writer.out.n - s->out_at);
		if (n <= 0)
			return (int)n;
		s->out_at += (size_t)n;
		s->moved_ns = now;
		count(&s->l->bytes, (uint64_t)n);
	}
}

static int
session_work(void *session, int64_t now)
{
	struct session *s = session;
	const char *late = NULL;

	if (receive(s, now) == -1 || transmit(s, now) == -1)
		return -1;
	if (s->acks.n > 0 && now - s->moved_ns >= s->l->timeout_ns)
		late = "it neither reads nor answers";
	else if (s->acks.n > 0 && now - s->acked_ns >= s->l->stall_ns)
		late = "it is alive, but acknowledges nothing";
	if (late)
		snprintf(s->peer->net.error, sizeof(s->peer->net.error), "%s", late);
	return late ? -1 : 0;
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
lumber_close(void *self)
{
	struct lumber *l = self;

	peers_close(&l->peers);
	free(l->field_text);
	free(l);
}

static void *
lumber_open(const struct output_config *config, struct output *output)
{
	const struct lumber_config *c = (const struct lumber_config *)config;
	struct lumber *l = calloc(1, sizeof(*l));
	int error;

	if (!l)
		return NULL;
	l->window = (uint32_t)c->window;
	l->pipelining = (unsigned)c->pipelining;
	l->level = (int)c->compression;
	l->timeout_ns = c->timeout_ms * CLOCK_NS_PER_MS;
	l->stall_ns = c->stall_ms * CLOCK_NS_PER_MS;
	l->peers.ops = &session_ops;
	l->peers.resets = true;
	if (c->field && !(l->field_text = strdup(c->field)))
		goto failed;
	l->field = span_str(l->field_text);
	if (peers_open(&l->peers, &c->peers, DEFAULT_PORT, l, output) == 0)
		return l;
failed:
	error = errno;
	lumber_close(l);
	errno = error;
	return NULL;
}

static size_t
lumber_write(void *self, struct record *const *records, size_t n)
{
	return peers_write(&((struct lumber *)self)->peers, records, n);
}

static void
lumber_poll(void *self, int timeout_ms)
{
	peers_poll(&((struct lumber *)self)->peers, timeout_ms);
}

static int
lumber_flush(void *self, int timeout_ms)
{
	return peers_flush(&((struct lumber *)self)->peers, timeout_ms);
}

static void
lumber_stats(void *self, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	struct lumber *l = self;

	peers_stats(&l->peers, each, arg);
	each(arg, "lumberjack_windows", "Windows of events that were made.", atomic_load(&l->windows));
	each(arg, "lumberjack_acks", "Acknowledgements, of whole windows and of parts.", atomic_load(&l->acks));
	each(arg, "lumberjack_partial_acks", "Acknowledgements of a part of a window.", atomic_load(&l->partial));
	each(arg, "lumberjack_alive", "Acknowledgements of nothing, which say that the host is at work.", atomic_load(&l->alive));
	each(arg, "lumberjack_plain_bytes", "Bytes of events before compression.", atomic_load(&l->plain_bytes));
	each(arg, "lumberjack_sent_bytes", "Bytes that went out.", atomic_load(&l->bytes));
}

const struct output_kind output_kind_lumberjack = {
	.name = "lumberjack",
	.acknowledges = true,
	.config_bytes = sizeof(struct lumber_config),
	.options = lumber_options,
	.check = lumber_check,
	.same = lumber_same,
	.open = lumber_open,
	.write = lumber_write,
	.poll = lumber_poll,
	.flush = lumber_flush,
	.close = lumber_close,
	.stats = lumber_stats,
	.help = "Logstash, and all else that takes what Beats send (Lumberjack v2). An event leaves the queue when the host has acknowledged it.",
};
