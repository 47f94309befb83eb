/*
 * The control socket.  Requests are a word and a newline; everything is bounded: clients, their time, their bytes.
 */
#include "collector/control.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "collector/collector.h"
#include "collector/listener.h"
#include "collector/stats.h"
#include "collector/unix_socket.h"

#define CONTROL_MAX_CLIENTS 16
#define CONTROL_MAX_REQUEST 256
#define CONTROL_TIMEOUT_S 5
#define CONTROL_MAX_ANSWER ((size_t)16 << 20)

struct control {
	struct collector *collector;
	struct evconnlistener *listener;
	char *path;
	struct bufferevent *clients[CONTROL_MAX_CLIENTS];       /* NULL: free */
};

static int
connect_to(const char *path)
{
	struct sockaddr_un a;
	int fd = unix_socket_address(path, &a) == -1 ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd != -1 && connect(fd, (const struct sockaddr *)&a, sizeof(a)) == -1) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

/* {"ok":..., "text": what the diag has to say} */
static void
answer_reload(struct control *c, struct json *j)
{
	struct diag *d = diag_new();
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	bool ok = d && collector_reload(c->collector, d) == 0;

	if (d && f && (diag_errors(d) > 0 || diag_warnings(d) > 0))
		diag_print(d, f, false);
	if (f)
		fclose(f);
	json_object_begin(j);
	json_key(j, SPAN_LIT("ok"));
	json_bool(j, ok);
	json_key(j, SPAN_LIT("text"));
	json_quoted(j, span_of(text ? text : "", len));
	json_object_end(j);
	free(text);
	diag_free(&d);
}

static void
answer_stats(struct control *c, struct json *j)
{
	json_object_begin(j);
	json_key(j, SPAN_LIT("ok"));
	json_bool(j, true);
	json_key(j, SPAN_LIT("stats"));
	stats_json(c->collector, j);
	json_object_end(j);
}

static void
answer_drop(struct control *c, struct span name, struct json *j)
{
	struct spool *spool = c->collector->spool;
	char output[CONTROL_MAX_REQUEST + 1], text[CONTROL_MAX_REQUEST * 2];
	bool ok = false;

	snprintf(output, sizeof(output), "%.*s", (int)(name.n < CONTROL_MAX_REQUEST ? name.n : CONTROL_MAX_REQUEST), name.p);
	if (!spool)
		snprintf(text, sizeof(text), "the collector has no spool\n");
	else if ((ok = spool_drop(spool, output) == 0))
		snprintf(text, sizeof(text), "dropped: %s\n", output);
	else
		snprintf(text, sizeof(text), "%s: %s\n", output, errno == EBUSY ? "the output is open: take it out of the configuration first" :
		    errno == ENOENT ? "the spool knows no such output" : strerror(errno));
	if (ok)
		log_notice("the spool gave up what output \"%s\" had not got", output);
	json_object_begin(j);
	json_key(j, SPAN_LIT("ok"));
	json_bool(j, ok);
	json_key(j, SPAN_LIT("text"));
	json_quoted(j, span_str(text));
	json_object_end(j);
}

static void
answer(struct control *c, struct span request, struct evbuffer *out)
{
	struct json j;

	if (json_init(&j, 65536, CONTROL_MAX_ANSWER) == -1)
		return;
	if (span_eq(request, SPAN_LIT("stats")))
		answer_stats(c, &j);
	else if (span_eq(request, SPAN_LIT("reload")))
		answer_reload(c, &j);
	else if (span_starts(request, SPAN_LIT("spool drop ")))
		answer_drop(c, span_skip(request, sizeof("spool drop ") - 1), &j);
	else
		json_raw(&j, SPAN_LIT("{\"ok\":false,\"text\":\"the requests are: stats, reload, spool drop OUTPUT\\n\"}"), false);
	json_raw(&j, SPAN_LIT("\n"), false);
	if (json_ok(&j))
		evbuffer_add(out, j.p, j.n);
	json_fini(&j);
}

/* The place of a client, or with NULL a free one; NULL if there is none. */
static struct bufferevent **
client_place(struct control *c, const struct bufferevent *client)
{
	for (size_t i = 0; i < CONTROL_MAX_CLIENTS; i++) {
		if (c->clients[i] == client)
			return &c->clients[i];
	}
	return NULL;
}

static void
client_close(struct bufferevent *client, struct control *c)
{
	*client_place(c, client) = NULL;
	bufferevent_free(client);
}

static void
on_written(struct bufferevent *client, void *arg)
{
	client_close(client, arg);
}

static void
on_client_event(struct bufferevent *client, short what, void *arg)
{
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT))
		client_close(client, arg);
}

static void
on_request(struct bufferevent *client, void *arg)
{
	struct evbuffer *in = bufferevent_get_input(client);
	size_t len;
	char *line = evbuffer_readln(in, &len, EVBUFFER_EOL_CRLF);

	if (!line) {
		if (evbuffer_get_length(in) > CONTROL_MAX_REQUEST)
			client_close(client, arg);
		return;
	}
	bufferevent_disable(client, EV_READ);
	answer(arg, span_of(line, len), bufferevent_get_output(client));
	free(line);
	if (evbuffer_get_length(bufferevent_get_output(client)) == 0) {
		client_close(client, arg);      /* no memory for an answer */
		return;
	}
	/* Only now: the callback comes when the whole answer has gone. */
	bufferevent_setcb(client, NULL, on_written, on_client_event, arg);
}

static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int len, void *arg)
{
	struct control *c = arg;
	struct timeval limit = { .tv_sec = CONTROL_TIMEOUT_S };
	struct bufferevent *client = NULL, **place = client_place(c, NULL);

	(void)address;
	(void)len;
	if (place)
		client = bufferevent_socket_new(evconnlistener_get_base(listener), fd, BEV_OPT_CLOSE_ON_FREE);
	if (!client) {
		close(fd);
		return;
	}
	*place = client;
	bufferevent_setcb(client, on_request, NULL, on_client_event, c);
	bufferevent_set_timeouts(client, &limit, &limit);
	bufferevent_enable(client, EV_READ | EV_WRITE);
}

static int
listen_on(struct control *c, const char *path)
{
	int fd;

	if (file_make_parents(path, 0755) == -1)
		log_warning("control socket: cannot make the directory of %s: %s", path, strerror(errno));
	fd = unix_socket_bind(path, SOCK_STREAM, 0600);
	if (fd == -1)
		return -1;
	c->path = strdup(path);
	c->listener = evconnlistener_new(c->collector->base, on_accept, c, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 8, fd);
	if (!c->listener) {
		unlink(path);
		close(fd);
	} else {
		listener_rest_on_error(c->listener);
	}
	return c->listener && c->path ? 0 : -1;
}

struct control *
control_open(struct collector *collector, const char *path)
{
	struct control *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->collector = collector;
	if (listen_on(c, path) == -1) {
		log_error("control socket %s: %s%s", path, strerror(errno),
		    errno == EADDRINUSE ? ": another collector answers there; give this one its own \"control\"" : "");
		control_close(&c);
	}
	return c;
}

void
control_close(struct control **cp)
{
	struct control *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	for (size_t i = 0; i < CONTROL_MAX_CLIENTS; i++) {
		if (c->clients[i])
			bufferevent_free(c->clients[i]);
	}
	if (c->listener)
		evconnlistener_free(c->listener);
	if (c->path)
		unlink(c->path);
	free(c->path);
	free(c);
}

static char *
read_answer(int fd, int timeout_ms)
{
	int64_t deadline = clock_monotonic_ns() + (int64_t)timeout_ms * 1000000;
	size_t have = 0, cap = 65536;
	char *buf = malloc(cap);

	while (buf) {
		int64_t left_ms = (deadline - clock_monotonic_ns()) / 1000000;
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (left_ms <= 0 || poll(&p, 1, (int)left_ms) == 0) {
			errno = ETIMEDOUT;
			break;
		}
		n = read(fd, buf + have, cap - have - 1);
		if (n == 0 && have == 0) {
			errno = ECONNRESET;     /* it has too many clients, or has just ended */
			break;
		}
		if (n == 0) {
			buf[have] = '\0';
			return buf;
		}
		if (n == -1)
			break;
		have += (size_t)n;
		if (have + 1 == cap) {
			char *p2 = cap < CONTROL_MAX_ANSWER ? realloc(buf, cap * 2) : NULL;

			if (!p2)
				break;
			buf = p2;
			cap *= 2;
		}
	}
	free(buf);
	return NULL;
}

char *
control_ask(const char *path, const char *request, int timeout_ms)
{
	int fd = connect_to(path);
	char *answer_text = NULL;

	if (fd != -1 && dprintf(fd, "%s\n", request) > 0)
		answer_text = read_answer(fd, timeout_ms);
	if (!answer_text)
		log_error("no collector answers on %s: %s (is it running? --control or -c name another one)", path, strerror(errno));
	if (fd != -1)
		close(fd);
	return answer_text;
}
