/*
 * net: knows sockets that do not wait, and what TLS wants of them.  Nothing of what is said over them.
 */
#include "outputs/net.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define MAX_HOST 253

/* ---- hosts ---- */

static bool
is_port(const char *text)
{
	size_t n = strlen(text);

	return n > 0 && n < 6 && strspn(text, "0123456789") == n && atoi(text) > 0 && atoi(text) < 65536;
}

int
net_host_parse(const char *text, const char *default_port, struct net_host *host)
{
	const char *name = text, *end = NULL, *port = NULL;

	if (*text == '[') {
		name++;
		end = strchr(name, ']');
		if (!end || (end[1] != '\0' && end[1] != ':'))
			goto invalid;
		port = end[1] == ':' ? end + 2 : NULL;
	} else {
		end = strchr(text, ':');
		if (end && strchr(end + 1, ':'))
			end = NULL;     /* an IPv6 address without a port */
		port = end ? end + 1 : NULL;
	}
	if (!end)
		end = name + strlen(name);
	if (!port)
		port = default_port;
	if (!port || !is_port(port) || end == name || end - name > MAX_HOST || strcspn(name, " \t\r\n/,@") < (size_t)(end - name))
		goto invalid;
	if (!host)
		return 0;
	host->name = strndup(name, (size_t)(end - name));
	host->port = strdup(port);
	if (host->name && host->port)
		return 0;
	net_host_fini(host);
	errno = ENOMEM;
	return -1;
invalid:
	errno = EINVAL;
	return -1;
}

void
net_host_fini(struct net_host *host)
{
	free(host->name);
	free(host->port);
	*host = (struct net_host){ 0 };
}

/* ---- dialling ---- */

void
net_init(struct net *net, const struct net_host *host, SSL_CTX *tls, const char *server_name)
{
	*net = (struct net){ .host = host, .tls = tls, .server_name = server_name, .fd = -1 };
}

static void
hang_up(struct net *net)
{
	if (net->ssl) {
		if (net->state == NET_OPEN)
			SSL_shutdown(net->ssl);         /* a word of farewell, if there is room for it */
		ERR_clear_error();
		SSL_free(net->ssl);
	}
	net->ssl = NULL;
	if (net->fd != -1)
		close(net->fd);
	net->fd = -1;
}

void
net_farewell(struct net *net)
{
	if (net->ssl)
		SSL_shutdown(net->ssl);
	ERR_clear_error();
	shutdown(net->fd, SHUT_WR);
}

void
net_close(struct net *net)
{
	hang_up(net);
	net->state = NET_CLOSED;
	net->address = NULL;
	if (net->lookup && lookup_state(net->lookup) != LOOKUP_BUSY)
		lookup_free(&net->lookup);
}

void
net_reset(struct net *net)
{
	static const struct linger at_once = { .l_onoff = 1 };

	if (net->fd != -1)
		setsockopt(net->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	if (net->ssl)
		SSL_set_quiet_shutdown(net->ssl, 1);
	net_close(net);
}

void
net_fini(struct net *net)
{
	net_close(net);
	lookup_free(&net->lookup);
}

static void
fail(struct net *net, const char *why)
{
	if (why != net->error)
		snprintf(net->error, sizeof(net->error), "%s", why);
	net_close(net);
}

/* Each address has its share of the time that is left. */
static void
share_time(struct net *net, int64_t now)
{
	int64_t left = 0;

	for (const struct addrinfo *a = net->address; a; a = a->ai_next)
		left++;
	net->address_ns = now + (net->deadline_ns - now) / (left > 0 ? left : 1);
}

/* One address: a connection is under way, or it is none. */
static bool
try_address(struct net *net)
{
	const struct addrinfo *a = net->address;
	int on = 1;

	net->fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
	if (net->fd != -1) {
		setsockopt(net->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
		setsockopt(net->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (connect(net->fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS || errno == EINTR)
			return true;
	}
	snprintf(net->error, sizeof(net->error), "%s", strerror(errno));
	hang_up(net);
	return false;
}

static void
try_addresses(struct net *net, int64_t now)
{
	for (; net->address; net->address = net->address->ai_next) {
		share_time(net, now);
		if (try_address(net)) {
			net->state = NET_CONNECT;
			return;
		}
	}
	fail(net, net->error);
}

static void
next_address(struct net *net, int64_t now, const char *why)
{
	if (why != net->error)
		snprintf(net->error, sizeof(net->error), "%s", why);
	hang_up(net);
	net->address = net->address->ai_next;
	try_addresses(net, now);
}

static void
step_lookup(struct net *net, int64_t now)
{
	switch (lookup_state(net->lookup)) {
	case LOOKUP_BUSY:
		break;
	case LOOKUP_DONE:
		net->address = lookup_addresses(net->lookup);
		try_addresses(net, now);
		break;
	case LOOKUP_FAILED:
		fail(net, lookup_error(net->lookup));
		break;
	}
}

static void
step_connect(struct net *net, int64_t now)
{
	struct pollfd fd = { .fd = net->fd, .events = POLLOUT };
	int error = 0;
	socklen_t n = sizeof(error);

	if (poll(&fd, 1, 0) <= 0) {
		if (now >= net->address_ns)
			next_address(net, now, "no answer in time");
		return;
	}
	if (getsockopt(net->fd, SOL_SOCKET, SO_ERROR, &error, &n) == -1 || error) {
		next_address(net, now, strerror(error ? error : errno));
		return;
	}
	net->reads = POLLIN;
	net->writes = POLLOUT;
	if (!net->tls) {
		net->state = NET_OPEN;
		return;
	}
	net->ssl = tls_connection(net->tls, net->fd, net->server_name ? net->server_name : net->host->name, net->error);
	net->state = NET_HANDSHAKE;
	if (!net->ssl)
		fail(net, net->error);
}

/* A matter of waiting (0, and for what), or the end (-1 with the error). */
static int
wants(struct net *net, int got, short *events)
{
	switch (SSL_get_error(net->ssl, got)) {
	case SSL_ERROR_WANT_READ:
		*events = POLLIN;
		return 0;
	case SSL_ERROR_WANT_WRITE:
		*events = POLLOUT;
		return 0;
	default:
		tls_explain(net->ssl, got, net->error);
		return -1;
	}
}

static void
step_handshake(struct net *net)
{
	int got;

	ERR_clear_error();
	errno = 0;
	got = SSL_do_handshake(net->ssl);
	if (got == 1) {
		net->state = NET_OPEN;
		net->reads = POLLIN;
		net->writes = POLLOUT;
	} else if (wants(net, got, &net->reads) == -1) {
		fail(net, net->error);
	}
}

void
net_dial(struct net *net, int64_t deadline_ns)
{
	net->deadline_ns = deadline_ns;
	net->error[0] = '\0';
	if (!net->lookup)
		net->lookup = lookup_new(net->host->name, net->host->port);
	net->state = NET_LOOKUP;
	if (!net->lookup)
		fail(net, "no memory");
}

enum net_state
net_step(struct net *net, int64_t now)
{
	enum net_state before;

	do {
		before = net->state;
		if (net->state == NET_LOOKUP)
			step_lookup(net, now);
		else if (net->state == NET_CONNECT)
			step_connect(net, now);
		else if (net->state == NET_HANDSHAKE)
			step_handshake(net);
	} while (net->state != before && net->state != NET_CLOSED && net->state != NET_OPEN);
	if (net->state != NET_CLOSED && net->state != NET_OPEN && now >= net->deadline_ns)
		fail(net, net->state == NET_LOOKUP ? "its name is not resolved in time" : "no answer in time");
	return net->state;
}

int64_t
net_due(const struct net *net)
{
	return net->state == NET_CONNECT && net->address_ns < net->deadline_ns ? net->address_ns : net->deadline_ns;
}

struct pollfd
net_pollfd(const struct net *net, bool read, bool write)
{
	switch (net->state) {
	case NET_LOOKUP:
		return (struct pollfd){ .fd = lookup_fd(net->lookup), .events = POLLIN };
	case NET_CONNECT:
		return (struct pollfd){ .fd = net->fd, .events = POLLOUT };
	case NET_HANDSHAKE:
		return (struct pollfd){ .fd = net->fd, .events = net->reads };
	case NET_OPEN:
		return (struct pollfd){ .fd = net->fd, .events = (short)((read ? net->reads : 0) | (write ? net->writes : 0)) };
	case NET_CLOSED:
		break;
	}
	return (struct pollfd){ .fd = -1 };
}

/* ---- open ---- */

/* What a call to the system gave, in our terms. */
static ssize_t
outcome(struct net *net, ssize_t n)
{
	if (n > 0 || errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		return n > 0 ? n : 0;
	snprintf(net->error, sizeof(net->error), "%s", strerror(errno));
	return -1;
}

ssize_t
net_read(struct net *net, void *buf, size_t n)
{
	ssize_t got;
	size_t done = 0;

	if (net->ssl) {
		ERR_clear_error();
		errno = 0;
		if (SSL_read_ex(net->ssl, buf, n, &done) == 1) {
			net->reads = POLLIN;
			return (ssize_t)done;
		}
		return wants(net, 0, &net->reads);
	}
	got = recv(net->fd, buf, n, 0);
	if (got == 0) {
		snprintf(net->error, sizeof(net->error), "the far side closed the connection");
		return -1;
	}
	return outcome(net, got);
}

ssize_t
net_write(struct net *net, const void *buf, size_t n)
{
	size_t done = 0;

	if (n == 0)
		return 0;
	if (!net->ssl)
		return outcome(net, send(net->fd, buf, n, MSG_NOSIGNAL));
	ERR_clear_error();
	errno = 0;
	if (SSL_write_ex(net->ssl, buf, n, &done) == 1) {
		net->writes = POLLOUT;
		return (ssize_t)done;
	}
	return wants(net, 0, &net->writes);
}
