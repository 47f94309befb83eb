/*
 * Two pages over HTTP, on libevent's server.  It knows nothing of what the metrics are.
 */
#include "collector/metrics.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/log.h"
#include "collector/collector.h"
#include "collector/listener.h"
#include "collector/stats.h"

#define METRICS_TIMEOUT_S 10
#define METRICS_MAX_HEADERS 8192
#define METRICS_MAX_PAGE ((size_t)16 << 20)

struct metrics {
	struct collector *collector;
	struct evhttp *http;
};

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
	listener_rest_on_error(evhttp_bound_socket_get_listener(socket));
	return 0;
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
	if (*mp && (*mp)->http)
		evhttp_free((*mp)->http);
	free(*mp);
	*mp = NULL;
}
