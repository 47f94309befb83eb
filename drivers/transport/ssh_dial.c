/* TCP to the device.  Each address of a name gets its share of the time that is left, so that a dead one does not take all of it. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "drivers/transport/resolve.h"
#include "drivers/transport/ssh_part.h"

static int
wait_connected(struct device *d, int fd, int64_t until_ns)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int n, left, fault = 0;
	socklen_t len = sizeof(fault);

	do {
		left = device_left_ms(until_ns);
		n = poll(&p, 1, left < DEVICE_LOOK_MS ? left : DEVICE_LOOK_MS);
	} while ((n == -1 && errno == EINTR) || (n == 0 && left > 0 && !device_cancelled(d)));
	if (n == 0)
		return ETIMEDOUT;
	if (n == -1 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &len) == -1)
		return errno;
	return fault;
}

static void
set_options(struct device *d, int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (!device_option(d, "keepalive") || strcmp(device_option(d, "keepalive"), "0") != 0)
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

/* The socket, or -1 with errno. */
static int
dial_one(struct device *d, const struct addrinfo *a, int64_t until_ns)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int fault = 0;

	if (fd == -1)
		return -1;
	if (connect(fd, a->ai_addr, a->ai_addrlen) == -1)
		fault = errno == EINPROGRESS ? wait_connected(d, fd, until_ns) : errno;
	if (fault == 0) {
		set_options(d, fd);
		return fd;
	}
	close(fd);
	errno = fault;
	return -1;
}

static int
dial_each(struct device *d, const struct addrinfo *first, int64_t deadline_ns)
{
	int64_t left = 0;
	int fd = -1;

	for (const struct addrinfo *a = first; a; a = a->ai_next)
		left++;
	errno = ETIMEDOUT;
	for (const struct addrinfo *a = first; a && fd == -1; a = a->ai_next, left--) {
		int64_t now = clock_monotonic_ns();

		if (now >= deadline_ns || device_cancelled(d))
			break;
		fd = dial_one(d, a, now + (deadline_ns - now) / left);
	}
	return fd;
}

int
ssh_dial(struct device *d, int port, int64_t deadline_ns)
{
	struct addrinfo *list = NULL;
	const char *host = d->target->host;
	int fd;

	if (resolve_host(d, port, deadline_ns, &list) == -1)
		return -1;
	fd = dial_each(d, list, deadline_ns);
	if (fd == -1 && device_cancelled(d))
		device_fail(d, DEVICE_CLOSED, "broken off before there was a connection to %s port %d", host, port);
	else if (fd == -1)
		device_fail(d, errno == ETIMEDOUT ? DEVICE_TIMEOUT : DEVICE_CONNECT, "no connection to %s port %d: %s", host, port, strerror(errno));
	freeaddrinfo(list);
	return fd;
}
