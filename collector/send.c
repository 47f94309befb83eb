/*
 * The socket that a load goes out by.
 *
 * A refused UDP datagram shows itself at a later call: the error that waits on the socket is taken by that call, which then sends nothing.
 * So on UDP an ECONNREFUSED counts against a datagram before, and the one in hand is tried again.
 */
#include "collector/send.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FINISH_MS 2000
#define SOURCES_BASE UINT32_C(0x7f010000)       /* 127.1.0.0 */

const char *const send_kind_names[SEND_KINDS] = { "udp", "tcp", "unix-dgram", "unix-stream" };

struct sender {
	struct send_setting setting;
	struct send_counts counts;
	size_t last_bytes;              /* of the datagram that went out last */
	int fd;
	bool connected;                 /* not so with sources: errors of all of them must find the socket */
	struct sockaddr_storage sa;
	socklen_t sa_len;
	struct mmsghdr messages[SEND_BATCH];
	struct iovec iov[SEND_BATCH * 2];
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control[SEND_BATCH];
	char octets[SEND_BATCH][24];
};

static bool
is_stream(const struct sender *s)
{
	return s->setting.kind == SEND_TCP || s->setting.kind == SEND_UNIX_STREAM;
}

static void
count_error(struct sender *s, int error)
{
	s->counts.errors++;
	s->counts.last_error = error;
}

/* "host:port" or "[v6]:port" into two strings: 0, or -1. */
static int
split_address(const char *address, char *host, size_t cap, const char **port)
{
	const char *colon = strrchr(address, ':'), *end = colon;

	if (!colon || colon == address || !colon[1])
		return -1;
	if (*address == '[') {
		if (end[-1] != ']')
			return -1;
		address++;
		end--;
	} else if (memchr(address, ':', (size_t)(colon - address))) {
		return -1;
	}
	if (end == address || (size_t)(end - address) >= cap)
		return -1;
	memcpy(host, address, (size_t)(end - address));
	host[end - address] = '\0';
	*port = colon + 1;
	return 0;
}

static int
find_inet(struct sender *s, struct addrinfo **found)
{
	struct addrinfo hints = { .ai_socktype = s->setting.kind == SEND_UDP ? SOCK_DGRAM : SOCK_STREAM };
	char host[256];
	const char *port;
	int error;

	if (split_address(s->setting.address, host, sizeof(host), &port) == -1) {
		fprintf(stderr, "netnorm send: \"%s\" is no host:port or [IPv6]:port\n", s->setting.address);
		errno = EINVAL;
		return -1;
	}
	if (strspn(port, "0123456789") == strlen(port) && (strlen(port) > 5 || atoi(port) < 1 || atoi(port) > 65535)) {
		fprintf(stderr, "netnorm send: %s is no port: 1 to 65535\n", port);
		errno = EINVAL;
		return -1;
	}
	error = getaddrinfo(host, port, &hints, found);
	if (error != 0) {
		fprintf(stderr, "netnorm send: %s: %s\n", s->setting.address, gai_strerror(error));
		errno = error == EAI_SERVICE ? EINVAL : EADDRNOTAVAIL;
		return -1;
	}
	return 0;
}

static int
connect_inet(struct sender *s)
{
	struct addrinfo *found = NULL;

	if (find_inet(s, &found) == -1)
		return -1;
	for (const struct addrinfo *a = found; a && s->fd == -1; a = a->ai_next) {
		s->fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, 0);
		memcpy(&s->sa, a->ai_addr, a->ai_addrlen);
		s->sa_len = a->ai_addrlen;
		if (s->fd != -1 && s->connected && connect(s->fd, a->ai_addr, a->ai_addrlen) == -1) {
			int saved = errno;

			close(s->fd);
			s->fd = -1;
			errno = saved;
		}
	}
	freeaddrinfo(found);
	if (s->fd == -1)
		fprintf(stderr, "netnorm send: cannot connect to %s: %m\n", s->setting.address);
	return s->fd == -1 ? -1 : 0;
}

static int
connect_unix(struct sender *s)
{
	struct sockaddr_un *un = (struct sockaddr_un *)(void *)&s->sa;
	size_t len = strlen(s->setting.address);

	if (len == 0 || len >= sizeof(un->sun_path)) {
		fprintf(stderr, "netnorm send: the path of a unix socket has 1 to %zu bytes\n", sizeof(un->sun_path) - 1);
		errno = EINVAL;
		return -1;
	}
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, s->setting.address, len + 1);
	s->fd = socket(AF_UNIX, (is_stream(s) ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	if (s->fd != -1 && connect(s->fd, (struct sockaddr *)un, sizeof(*un)) == 0)
		return 0;
	fprintf(stderr, "netnorm send: cannot connect to %s: %m\n", s->setting.address);
	return -1;
}

/* Sources are loopback addresses, so the target must be one too. */
static int
prepare_sources(struct sender *s)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)&s->sa;
	int on = 1;

	if (v4->sin_family != AF_INET || ntohl(v4->sin_addr.s_addr) >> 24 != 127) {
		fprintf(stderr, "netnorm send: --sources needs a target in 127.0.0.0/8\n");
		errno = EINVAL;
		return -1;
	}
	return setsockopt(s->fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
}

static void
prepare_messages(struct sender *s)
{
	for (size_t i = 0; i < SEND_BATCH; i++) {
		struct msghdr *h = &s->messages[i].msg_hdr;
		struct cmsghdr *c = &s->control[i].header;

		h->msg_iov = &s->iov[i];
		h->msg_iovlen = 1;
		if (s->connected)
			continue;
		h->msg_name = &s->sa;
		h->msg_namelen = s->sa_len;
		h->msg_control = &s->control[i];
		h->msg_controllen = sizeof(s->control[i]);
		c->cmsg_level = IPPROTO_IP;
		c->cmsg_type = IP_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
	}
}

struct sender *
sender_open(const struct send_setting *setting)
{
	struct sender *s = calloc(1, sizeof(*s));
	bool inet = setting->kind == SEND_UDP || setting->kind == SEND_TCP;
	int result, saved;

	if (!s)
		return NULL;
	s->fd = -1;
	s->setting = *setting;
	s->connected = setting->sources < 2;
	result = inet ? connect_inet(s) : connect_unix(s);
	if (result == 0 && !s->connected)
		result = prepare_sources(s);
	if (result == 0 && !is_stream(s))
		prepare_messages(s);
	if (result == -1) {
		saved = errno;
		sender_close(&s);
		errno = saved;
	}
	return s;
}

void
sender_close(struct sender **s)
{
	if (!*s)
		return;
	if ((*s)->fd != -1)
		close((*s)->fd);
	free(*s);
	*s = NULL;
}

static void
choose_source(struct sender *s, size_t i, uint64_t number)
{
	struct in_pktinfo info = { .ipi_spec_dst.s_addr = htonl(SOURCES_BASE + 1 + (uint32_t)(number % s->setting.sources)) };

	memcpy(CMSG_DATA(&s->control[i].header), &info, sizeof(info));
}

/*
 * What a failed call says about the message in hand: counted as failed (true), or to be tried again.  `error` is errno.
 */
static bool
datagram_failed(struct sender *s, int error)
{
	count_error(s, error);
	if (s->setting.kind != SEND_UDP || error != ECONNREFUSED)
		return true;
	/* One before it was refused: which, the kernel does not say; of all that went out the last is as good as any. */
	if (s->counts.sent > 0) {
		s->counts.sent--;
		s->counts.bytes -= s->last_bytes < s->counts.bytes ? s->last_bytes : s->counts.bytes;
	}
	return false;
}

static int
send_datagrams(struct sender *s, size_t n)
{
	bool cut_short = false;
	size_t at = 0;

	while (at < n) {
		int took = sendmmsg(s->fd, s->messages + at, (unsigned)(n - at), MSG_NOSIGNAL);

		if (took == -1 && errno == EINTR && !send_interrupted)
			continue;
		if (took == -1 && errno == EINTR)
			return -1;
		if (took == -1) {
			bool failed = datagram_failed(s, errno);

			at += failed;
			s->counts.messages += failed;
			cut_short = false;
			continue;
		}
		/* A short count hides its error: where the same message goes now, it was that of one before it. */
		if (cut_short && s->setting.kind == SEND_UDP && !send_interrupted)
			datagram_failed(s, ECONNREFUSED);
		cut_short = at + (size_t)took < n;
		for (int i = 0; i < took; i++)
			s->counts.bytes += s->last_bytes = s->iov[at + (size_t)i].iov_len;
		s->counts.sent += (uint64_t)took;
		s->counts.messages += (uint64_t)took;
		at += (size_t)took;
	}
	return 0;
}

/* Count the first `n` messages that lie whole within `done` bytes. */
static void
count_stream(struct sender *s, size_t done, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t framed = s->iov[2 * i].iov_len + s->iov[2 * i + 1].iov_len;
		size_t line = s->iov[2 * i + (s->setting.octet ? 1 : 0)].iov_len;

		if (framed > done)
			return;
		done -= framed;
		s->counts.sent++;
		s->counts.bytes += line;
	}
}

/* Where `done` bytes of the batch end: the pieces from there on into `rest`; gives their number. */
static size_t
rest_of(const struct sender *s, size_t pieces, size_t done, struct iovec *rest)
{
	size_t n = 0;

	for (size_t i = 0; i < pieces; i++) {
		struct iovec v = s->iov[i];
		size_t cut = done < v.iov_len ? done : v.iov_len;

		done -= cut;
		if (v.iov_len == cut)
			continue;
		rest[n++] = (struct iovec){ (char *)v.iov_base + cut, v.iov_len - cut };
	}
	return n;
}

static int
send_stream(struct sender *s, size_t n)
{
	struct iovec rest[SEND_BATCH * 2];
	size_t done = 0;
	int result = 0;

	for (;;) {
		struct msghdr h = { .msg_iov = rest, .msg_iovlen = rest_of(s, 2 * n, done, rest) };
		ssize_t took;

		if (h.msg_iovlen == 0)
			break;
		took = sendmsg(s->fd, &h, MSG_NOSIGNAL);
		if (took == -1 && errno == EINTR && !send_interrupted)
			continue;
		if (took == -1) {
			if (errno != EINTR)
				count_error(s, errno);
			result = -1;
			break;
		}
		done += (size_t)took;
	}
	s->counts.messages += n;
	count_stream(s, done, n);
	return result;
}

int
sender_batch(struct sender *s, uint64_t first, const struct span *lines, size_t n)
{
	static char newline[] = "\n";

	for (size_t i = 0; i < n; i++) {
		struct iovec line = { (void *)(uintptr_t)lines[i].p, lines[i].n };

		if (!is_stream(s)) {
			s->iov[i] = line;
			if (!s->connected)
				choose_source(s, i, first + i);
		} else if (s->setting.octet) {
			int len = snprintf(s->octets[i], sizeof(s->octets[i]), "%zu ", lines[i].n);

			s->iov[2 * i] = (struct iovec){ s->octets[i], (size_t)len };
			s->iov[2 * i + 1] = line;
		} else {
			s->iov[2 * i] = line;
			s->iov[2 * i + 1] = (struct iovec){ newline, 1 };
		}
	}
	return is_stream(s) ? send_stream(s, n) : send_datagrams(s, n);
}

/* Until the far side closes: 0, or -1 if it broke the connection (what it had not read is lost). */
static int
await_close(const struct sender *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	char byte[256];

	while (!send_interrupted && poll(&p, 1, FINISH_MS) == 1) {
		ssize_t n = recv(s->fd, byte, sizeof(byte), 0);

		if (n <= 0)
			return (int)n;
	}
	return 0;
}

void
sender_finish(struct sender *s)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (is_stream(s)) {
		shutdown(s->fd, SHUT_WR);
		if (s->counts.errors == 0 && await_close(s) == -1)
			count_error(s, errno);
	} else if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error != 0) {
		datagram_failed(s, error);
	}
}

const struct send_counts *
sender_counts(const struct sender *s)
{
	return &s->counts;
}
