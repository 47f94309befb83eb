/*
 * Two pages over HTTP, on libevent's server.  It knows nothing of what the metrics are.
 */
#include "collector/metrics.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "collector/collector.h"
#include "collector/listener.h"
#include "collector/stats.h"

#define METRICS_TIMEOUT_S 10
#define METRICS_MAX_HEADERS 8192
#define METRICS_MAX_PAGE ((size_t)16 << 20)
#define METRICS_MAX_CLIENTS 32          /* more wait in the kernel's queue: descriptors are for inputs */
#define METRICS_CLIENT_NS (METRICS_TIMEOUT_S * CLOCK_NS_PER_S)

struct client {
	struct bufferevent *bev;        /* a reference of ours: NULL: free */
	int64_t since_ns;
};

struct metrics {
	struct collector *collector;
	struct evhttp *http;
	struct evconnlistener *listener;
	struct event *sweep;
	struct client clients[METRICS_MAX_CLIENTS];
	unsigned nclients;
};

/* ---- clients ---- */

static void
release(struct metrics *m, struct client *c)
{
	bufferevent_decref(c->bev);     /* closes the descriptor */
	c->bev = NULL;
	m->nclients--;
}

/* The server takes its callbacks away when it is done with a connection. */
static bool
is_over(const struct client *c)
{
	bufferevent_data_cb readable, writable;
	bufferevent_event_cb happened;
	void *arg;

	bufferevent_getcb(c->bev, &readable, &writable, &happened, &arg);
	return !happened;
}

/* The server's own time-out begins anew with each byte: this one does not. */
static void
on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct metrics *m = arg;
	int64_t now = clock_monotonic_ns();
	bool was_full = m->nclients == METRICS_MAX_CLIENTS;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < METRICS_MAX_CLIENTS; i++) {
		struct client *c = &m->clients[i];

		if (!c->bev)
			continue;
		if (is_over(c))
			release(m, c);
		else if (now - c->since_ns > METRICS_CLIENT_NS)
			shutdown(bufferevent_getfd(c->bev), SHUT_RDWR); /* the server sees the end, and is done with it */
	}
	if (was_full && m->nclients < METRICS_MAX_CLIENTS)
		evconnlistener_enable(m->listener);
}

static struct bufferevent *
on_connection(struct event_base *base, void *arg)
{
	struct metrics *m = arg;
	struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);

	for (size_t i = 0; bev && i < METRICS_MAX_CLIENTS; i++) {
		if (m->clients[i].bev)
			continue;
		bufferevent_incref(bev);
		m->clients[i] = (struct client){ bev, clock_monotonic_ns() };
		if (++m->nclients == METRICS_MAX_CLIENTS)
			evconnlistener_disable(m->listener);
		break;
	}
	return bev;
}

/* ---- pages ---- */

static void
send_text(struct evhttp_request *request, int status, const char *type, struct span text)
{
	struct evbuffer *body = evbuffer_new();

	if (body && evbuffer_add(body, text.p, text.n) == 0) {
		evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type", type);
		/* One answer each: a peer that asks on and on and does not read would have them all kept for it. */
		evhttp_add_header(evhttp_request_get_output_headers(request), "Connection", "close");
		evhttp_send_reply(request, status, status == HTTP_OK ? "OK" : "Service Unavailable", body);
	} else {
		evhttp_send_error(request, HTTP_INTERNAL, NULL);
	}
	if (body)
		evbuffer_free(body);
}

static void
on_metrics(struct evhttp_request *request, void *arg)
{
	struct metrics *m = arg;
	struct json page;

	if (json_init(&page, 65536, METRICS_MAX_PAGE) == -1) {
		evhttp_send_error(request, HTTP_INTERNAL, NULL);
		return;
	}
	stats_prometheus(m->collector, &page);
	if (json_ok(&page))
		send_text(request, HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", json_text(&page));
	else
		evhttp_send_error(request, HTTP_INTERNAL, NULL);
	json_fini(&page);
}

static void
on_healthz(struct evhttp_request *request, void *arg)
{
	const struct metrics *m = arg;

	if (m->collector->state == COLLECTOR_RUNNING)
		send_text(request, HTTP_OK, "text/plain", SPAN_LIT("ok\n"));
	else
		send_text(request, HTTP_SERVUNAVAIL, "text/plain", SPAN_LIT("stopping\n"));
}

static int
serve(struct metrics *m, const char *address, uint16_t port)
{
	static const struct timeval second = { 1, 0 };
	struct evhttp_bound_socket *socket;

	m->http = evhttp_new(m->collector->base);
	if (!m->http)
		return -1;
	evhttp_set_allowed_methods(m->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
	evhttp_set_max_headers_size(m->http, METRICS_MAX_HEADERS);
	evhttp_set_max_body_size(m->http, METRICS_MAX_HEADERS);
	evhttp_set_timeout(m->http, METRICS_TIMEOUT_S);
	if (evhttp_set_cb(m->http, "/metrics", on_metrics, m) == -1 || evhttp_set_cb(m->http, "/healthz", on_healthz, m) == -1)
		return -1;
	socket = evhttp_bind_socket_with_handle(m->http, address, port);
	if (!socket)
		return -1;
	m->listener = evhttp_bound_socket_get_listener(socket);
	listener_rest_on_error(m->listener);
	evhttp_set_bevcb(m->http, on_connection, m);
	m->sweep = event_new(m->collector->base, -1, EV_PERSIST, on_sweep, m);
	return m->sweep && event_add(m->sweep, &second) == 0 ? 0 : -1;
}

struct metrics *
metrics_open(struct collector *c, const char *address, int64_t port)
{
	struct metrics *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->collector = c;
	if (port != 0 && serve(m, address, (uint16_t)port) == -1) {
		log_error("metrics: cannot listen on %s port %" PRId64 ": %s (metrics: {address, port}; port 0 turns them off)", address, port, strerror(errno));
		metrics_close(&m);
	}
	return m;
}

void
metrics_close(struct metrics **mp)
{
	struct metrics *m = *mp;

	*mp = NULL;
	if (!m)
		return;
	if (m->sweep)
		event_free(m->sweep);
	if (m->http)
		evhttp_free(m->http);
	for (size_t i = 0; i < METRICS_MAX_CLIENTS; i++)
		if (m->clients[i].bev)
			release(m, &m->clients[i]);
	free(m);
}
