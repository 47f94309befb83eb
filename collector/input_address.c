/*
 * Addresses and sockets to listen on.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "collector/input_part.h"

int
input_address_set(struct input_address *a, const char *address, int64_t port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)&a->sa;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)&a->sa;

	memset(a, 0, sizeof(*a));
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		a->len = sizeof(*v4);
		snprintf(a->text, sizeof(a->text), "%s:%d", address, (int)port);
	} else if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		a->len = sizeof(*v6);
		snprintf(a->text, sizeof(a->text), "[%s]:%d", address, (int)port);
	} else {
		errno = EINVAL;
		return -1;
	}
	return 0;
}

static bool
is_any(const struct input_address *a)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)&a->sa;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)&a->sa;

	return a->sa.ss_family == AF_INET ? v4->sin_addr.s_addr == htonl(INADDR_ANY) : IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr);
}

bool
input_address_overlap(const char *one, const char *other)
{
	struct input_address a, b;

	if (input_address_set(&a, one, 0) == -1 || input_address_set(&b, other, 0) == -1)
		return false;
	return is_any(&a) || is_any(&b) || memcmp(&a.sa, &b.sa, sizeof(a.sa)) == 0;
}

int
input_address_check(const char *address, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *d)
{
	struct input_address a;
	struct diag_place place;

	if (!address || input_address_set(&a, address, 0) == 0)
		return 0;
	place = yaml_place(doc, yaml_get(map, "address"));
	diag_add(d, DIAG_ERROR, &place, "\"%s\" is no IPv4 or IPv6 address (names are not looked up)", address);
	return -1;
}

int
input_address_socket(const struct input_address *a, int type, bool v6only)
{
	int only = v6only;
	int fd = socket(a->sa.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	if (a->sa.ss_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)) == -1) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

int
input_receive_buffer(int fd, int64_t wanted)
{
	int bytes = wanted > INT32_MAX / 2 ? INT32_MAX / 2 : (int)wanted;
	socklen_t len = sizeof(bytes);

	/* The first needs CAP_NET_ADMIN; the second stops at net.core.rmem_max. */
	if (bytes > 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) == -1)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, &len) == -1 ? 0 : bytes;
}
