/*
 * A host that speaks Lumberjack v2, well or badly, as a test says.
 */
#ifndef NETNORM_TESTS_OUTPUTS_LUMBER_HOST_H
#define NETNORM_TESTS_OUTPUTS_LUMBER_HOST_H

#include <zlib.h>

#include "tests/outputs/far.h"

#define HOST_MOST 40000
#define HOST_BYTES (32 << 20)   /* the most in a window */

enum host_fault {
	HOST_NONE,
	HOST_CLOSES,            /* after close_at bytes */
	HOST_CLOSES_UNSAID,     /* after a window, without acknowledging it */
	HOST_SILENT,            /* reads, says nothing */
	HOST_DEAF,              /* reads nothing, says nothing */
	HOST_ALIVE,             /* says only that it is at work */
	HOST_PARTIAL,           /* acknowledges the first three, then says nothing */
	HOST_RUBBISH,
	HOST_ABOVE,             /* acknowledges one more than it got */
	HOST_UNASKED,           /* acknowledges before anything was sent */
	HOST_EARLY,             /* acknowledges a window of which it has read the first bytes */
	HOST_LEAVES,            /* acknowledges a window and closes */
	HOST_HALF,              /* shuts its side down, reads on */
};

struct lumber_host {
	struct far far;
	enum host_fault fault;
	unsigned faulty;                /* so many of the first connections have the fault ... */
	bool every_other;               /* ... or each with an even number */
	int64_t close_at;
	size_t piece;
	unsigned part;                  /* acknowledge each so many events; 0: whole windows */
	unsigned lazy_ms;               /* before each window is acknowledged, saying that it is at work each 50 ms */
	struct lumber_host *book;       /* where it is counted what was seen: of several hosts, by serial number; NULL: here */
	pthread_mutex_t lock;
	unsigned char *out;             /* what was compressed */
	unsigned count[HOST_MOST];      /* by serial number */
	unsigned last[10];              /* of each device, plus one */
	unsigned events, back, largest, windows, wrapped, bad;
};

static inline void
host_see(struct lumber_host *h, struct span event)
{
	struct lumber_host *book = h->book;
	unsigned serial, device;

	pthread_mutex_lock(&book->lock);
	h->events++;
	if (span_starts(event, SPAN_LIT("{\"message\":\"{\\\"v\\\":")))
		h->wrapped++;
	else if (!span_starts(event, SPAN_LIT("{\"v\":")) || event.p[event.n - 1] != '}')
		h->bad++;
	serial = sample_serial(event);
	device = serial % 10;
	if (serial < HOST_MOST && book->count[serial]++ == 0) {
		book->back += serial + 1 <= book->last[device];
		book->last[device] = serial + 1;
	}
	pthread_mutex_unlock(&book->lock);
}

static inline uint32_t
host_number(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline bool
host_ack(struct far_conn *c, uint32_t n)
{
	unsigned char ack[6] = { '2', 'A', (unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8), (unsigned char)n };

	return far_write(c, ack, sizeof(ack));
}

/* Events in bytes that lie here; how many, -1 if they are none. */
static inline int
host_frames(struct lumber_host *h, const unsigned char *p, size_t n)
{
	uint32_t events = 0;

	while (n >= 10 && p[0] == '2' && p[1] == 'J' && host_number(p + 2) == events + 1 && host_number(p + 6) <= n - 10) {
		uint32_t size = host_number(p + 6);

		host_see(h, span_of((const char *)p + 10, size));
		p += 10 + size;
		n -= 10 + size;
		events++;
	}
	return n == 0 ? (int)events : -1;
}

static inline bool
host_compressed(struct lumber_host *h, struct far_conn *c, uint32_t wanted)
{
	unsigned char head[4], *in = NULL;
	uLongf n = HOST_BYTES;
	bool good = far_read(c, head, 4) && (in = malloc(host_number(head) + 1)) && far_read(c, in, host_number(head));

	if (good && (uncompress(h->out, &n, in, host_number(head)) != Z_OK || host_frames(h, h->out, n) != (int)wanted)) {
		h->bad++;
		good = false;
	}
	free(in);
	return good;
}

static inline bool
host_plain(struct lumber_host *h, struct far_conn *c, uint32_t sequence, const unsigned char kind[2])
{
	unsigned char head[8];
	char *event = NULL;
	bool good = far_read(c, head, 8) && (event = malloc(host_number(head + 4) + 1)) && far_read(c, event, host_number(head + 4));

	if (good && (kind[0] != '2' || kind[1] != 'J' || host_number(head) != sequence)) {
		h->bad++;
		good = false;
	}
	if (good)
		host_see(h, span_of(event, host_number(head + 4)));
	free(event);
	return good;
}

/* A whole window; how many events, 0 at the end. */
static inline uint32_t
host_window(struct lumber_host *h, struct far_conn *c)
{
	unsigned char head[6], kind[2];
	uint32_t n;

	if (!far_read(c, head, 6))
		return 0;
	n = host_number(head + 2);
	if (head[0] != '2' || head[1] != 'W' || n == 0) {
		h->bad++;
		return 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		if (!far_read(c, kind, 2))
			return 0;
		if (kind[0] == '2' && kind[1] == 'C' && i == 0) {
			if (!host_compressed(h, c, n))
				return 0;
			break;
		}
		if (!host_plain(h, c, i + 1, kind))
			return 0;
	}
	h->windows++;
	if (n > h->largest)
		h->largest = n;
	return n;
}

static inline bool
host_acknowledge(struct lumber_host *h, struct far_conn *c, uint32_t n)
{
	for (unsigned ms = 0; ms < h->lazy_ms; ms += 50) {
		sample_sleep_ms(50);
		if (!host_ack(c, 0))
			return false;
	}
	for (uint32_t i = h->part; h->part > 0 && i < n; i += h->part)
		if (!host_ack(c, i))
			return false;
	return host_ack(c, n);
}

/* After a window of n events; false: the connection is at its end. */
static inline bool
host_misbehave(const struct lumber_host *h, struct far_conn *c, uint32_t n)
{
	static const char rubbish[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

	switch (h->fault) {
	case HOST_CLOSES_UNSAID:
		return false;
	case HOST_ALIVE:
		while (host_ack(c, 0) && !atomic_load(&c->far->stop))
			sample_sleep_ms(20);
		return false;
	case HOST_PARTIAL:
		return host_ack(c, 3);
	case HOST_RUBBISH:
		return far_write(c, rubbish, sizeof(rubbish) - 1) && far_wait(c, POLLIN);
	case HOST_ABOVE:
		return host_ack(c, n + 1) && far_wait(c, POLLIN);
	case HOST_HALF:
		shutdown(c->fd, SHUT_WR);
		return true;
	case HOST_CLOSES:
		return host_ack(c, n);
	case HOST_LEAVES:
		host_ack(c, n);
		return false;
	default:
		return true;
	}
}

static inline void
host_serve(struct far_conn *c)
{
	struct lumber_host *h = c->far->arg;
	bool faulty = h->every_other ? c->nth % 2 == 0 : c->nth < h->faulty;
	uint32_t n;

	c->piece = h->piece;
	if (faulty && h->fault == HOST_CLOSES)
		c->left = h->close_at;
	if (faulty && h->fault == HOST_UNASKED)
		host_ack(c, 5);
	if (faulty && h->fault == HOST_EARLY) {
		unsigned char head[6];

		if (far_read(c, head, sizeof(head)) && host_ack(c, host_number(head + 2)))
			far_wait(c, POLLRDHUP | POLLERR);
		return;
	}
	while (faulty && h->fault == HOST_DEAF && !atomic_load(&c->far->stop)) {
		struct pollfd fd = { .fd = c->fd, .events = POLLRDHUP };

		if (poll(&fd, 1, 10) > 0)
			return;
	}
	while ((n = host_window(h, c)) > 0)
		if (!(faulty ? host_misbehave(h, c, n) : host_acknowledge(h, c, n)))
			return;
}

static inline struct lumber_host *
host_open(struct lumber_host template)
{
	struct lumber_host *h = malloc(sizeof(*h));

	*h = template;
	pthread_mutex_init(&h->lock, NULL);
	h->out = malloc(HOST_BYTES);
	if (!h->book)
		h->book = h;
	h->far.serve = host_serve;
	h->far.arg = h;
	far_open(&h->far);
	return h;
}

static inline void
host_close(struct lumber_host *h)
{
	far_close(&h->far);
	cr_expect_eq(h->bad, 0);
	cr_expect_eq(h->back, 0);
	free(h->out);
	free(h);
}

/* How many of [0, n) it never saw. */
static inline unsigned
host_missing(const struct lumber_host *h, unsigned n)
{
	unsigned missing = 0;

	for (unsigned i = 0; i < n; i++)
		missing += h->count[i] == 0;
	return missing;
}

#endif
