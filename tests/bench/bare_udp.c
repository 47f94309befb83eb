/*
 * What no UDP collector on this machine can undercut: recvmmsg() in batches as large as netnorm's, from a socket with the same options, and
 * nothing done with what came.  `bare_udp PORT`; on SIGTERM it says what it saw as one JSON object.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/sock_diag.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/input_dgram.h"

#define SLOT_BYTES ((size_t)65536 + 64)

static volatile sig_atomic_t stopping;

static void
on_term(int signo)
{
	(void)signo;
	stopping = 1;
}

static int
open_socket(int port)
{
	struct input_address at;
	int fd;

	if (input_address_set(&at, "127.0.0.1", port) == -1)
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	input_receive_buffer(fd, (int64_t)64 << 20);
	return bind(fd, (const struct sockaddr *)&at.sa, at.len) == 0 ? fd : -1;
}

static uint32_t
drops_of(int fd)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(info);

	return getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) == 0 ? info[SK_MEMINFO_DROPS] : 0;
}

struct seen {
	uint64_t datagrams, calls, bytes;
	int64_t last_ns;
};

static void
receive(int fd, char *slots, struct seen *seen)
{
	static struct mmsghdr headers[DGRAM_BATCH];
	static struct iovec vectors[DGRAM_BATCH];
	static struct sockaddr_in6 names[DGRAM_BATCH];

	for (size_t i = 0; i < DGRAM_BATCH; i++) {
		vectors[i] = (struct iovec){ slots + i * SLOT_BYTES, SLOT_BYTES };
		headers[i].msg_hdr = (struct msghdr){ .msg_name = &names[i], .msg_namelen = sizeof(names[i]), .msg_iov = &vectors[i], .msg_iovlen = 1 };
	}
	while (!stopping) {
		int n = recvmmsg(fd, headers, DGRAM_BATCH, MSG_WAITFORONE, NULL);

		if (n <= 0)
			continue;
		seen->calls++;
		seen->datagrams += (uint64_t)n;
		seen->last_ns = clock_now_ns();
		for (int i = 0; i < n; i++) {
			seen->bytes += headers[i].msg_len;
			headers[i].msg_hdr.msg_namelen = sizeof(names[i]);
		}
	}
}

int
main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_term };
	int fd = argc == 2 ? open_socket(atoi(argv[1])) : -1;
	char *slots = mmap(NULL, SLOT_BYTES * DGRAM_BATCH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct seen seen = { 0, 0, 0, 0 };
	struct rusage u;

	if (fd == -1 || slots == MAP_FAILED) {
		fprintf(stderr, "usage: bare_udp PORT (%s)\n", strerror(errno));
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	puts("ready");
	fflush(stdout);
	receive(fd, slots, &seen);
	getrusage(RUSAGE_SELF, &u);
	printf("{\"datagrams\": %" PRIu64 ", \"calls\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"drops\": %" PRIu32 ", \"cpu_s\": %.6f}\n", seen.datagrams,
	    seen.calls, seen.bytes, drops_of(fd),
	    (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
	return 0;
}
