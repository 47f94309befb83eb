/*
 * UDP.  Each worker has a socket of its own in a SO_REUSEPORT group, and a filter in the kernel sends all datagrams of one source address to
 * the same socket, whatever its port: so their order is kept.
 *
 * The first socket is bound without SO_REUSEPORT, which the kernel refuses if any other socket has the address, and gets the option only
 * then; the others join it.  So a second process can never become part of the group unnoticed, not even one that starts at the same moment.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "collector/input_dgram.h"
#include "collector/input_snmp.h"

#define UDP_MAX_DATAGRAM 65536
#define UDP_LOOK_S 1                    /* how often kernel drops are looked for */

struct udp_config {
	struct input_config common;
	char *address;
	int64_t port;
	int64_t receive_buffer_bytes;
	bool v6only;
};

struct udp_socket {
	int fd;
	struct dgram *reader;
	uint32_t drops_seen;            /* the kernel's counter, which wraps */
};

struct udp {
	struct input *input;
	struct input_address at;
	char where[INPUT_PLACE_LEN + 96];
	struct input_parts parts;
	struct event *look;
	struct log_limit complaint;
	uint64_t drops, drops_told;
	uint64_t buffer_bytes;          /* of one socket */
	unsigned n;
	struct udp_socket sockets[];
};

static const struct schema_option options[] = {
	{ .key = "address", .type = SCHEMA_TEXT, .offset = offsetof(struct udp_config, address), .required = true,
	    .help = "The address to listen on: \"0.0.0.0\" for all of IPv4, \"::\" for all of IPv6 and IPv4." },
	{ .key = "port", .type = SCHEMA_INT, .offset = offsetof(struct udp_config, port), .fallback = "514", .min = 1, .max = 65535,
	    .help = "The port; those below 1024 need root or CAP_NET_BIND_SERVICE." },
	{ .key = "receive_buffer", .type = SCHEMA_SIZE, .offset = offsetof(struct udp_config, receive_buffer_bytes), .fallback = "64MiB",
	    .min = 4096, .max = 1 << 30,
	    .help = "Receive buffer to ask the kernel for, for each worker's socket. Without CAP_NET_ADMIN it gives no more than net.core.rmem_max; "
	            "what was got is told at the start." },
	{ .key = "v6only", .type = SCHEMA_BOOL, .offset = offsetof(struct udp_config, v6only), .fallback = "false",
	    .help = "An IPv6 address takes no IPv4." },
	SCHEMA_END
};

static int
check(const struct input_config *c, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *d)
{
	return input_address_check(((const struct udp_config *)c)->address, doc, map, d);
}

/*
 * Which socket: the words of the source address added up, mixed so that networks whose hosts all end alike spread too, modulo `n`.
 * A dual-stack socket sees IPv4 and IPv6 packets; the version is the first thing that both have.
 */
static int
attach_filter(int fd, unsigned n)
{
#define NET(offset) ((uint32_t)SKF_NET_OFF + (offset))
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NET(0)),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 2, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NET(12)),            /* IPv4: source */
		BPF_JUMP(BPF_JMP | BPF_JA, 10, 0, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NET(8)),             /* IPv6: source, four words */
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NET(12)),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NET(16)),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NET(20)),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
		BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 0x9e3779b1u),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 16),
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, n),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(*code), .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program));
#undef NET
}

/* Socket i of the group; the first one is bound alone. -1 with errno. */
static int
open_socket(struct udp *u, const struct udp_config *c, unsigned i)
{
	int on = 1;
	int fd = input_address_socket(&u->at, SOCK_DGRAM, c->v6only);

	u->sockets[i].fd = fd;
	if (fd == -1)
		return -1;
	if (i > 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == -1)
		return -1;
	u->buffer_bytes = (uint64_t)input_receive_buffer(fd, c->receive_buffer_bytes);
	if (bind(fd, (const struct sockaddr *)&u->at.sa, u->at.len) == -1)
		return -1;
	if (i == 0 && u->n > 1 && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == -1)
		return -1;
	return 0;
}

static int
open_reader(struct udp *u, const struct udp_config *c, unsigned i)
{
	struct dgram_setting set = {
		.input = u->input, .worker = u->input->workers[i], .parts = &u->parts, .where = u->where, .fd = u->sockets[i].fd,
		.max_message_bytes = (size_t)c->common.max_message_bytes, .max_datagram_bytes = UDP_MAX_DATAGRAM,
	};

	u->sockets[i].reader = dgram_new(&set);
	return u->sockets[i].reader ? 0 : -1;
}

static void
look_for_drops(struct udp *u)
{
	for (unsigned i = 0; i < u->n; i++) {
		uint32_t info[SK_MEMINFO_VARS] = { 0 };
		socklen_t len = sizeof(info);

		if (getsockopt(u->sockets[i].fd, SOL_SOCKET, SO_MEMINFO, info, &len) == -1 || len <= SK_MEMINFO_DROPS * sizeof(*info))
			continue;
		u->drops += info[SK_MEMINFO_DROPS] - u->sockets[i].drops_seen;
		u->sockets[i].drops_seen = info[SK_MEMINFO_DROPS];
	}
	if (u->drops == u->drops_told)
		return;
	/* A sum, so that what one line in ten seconds holds back is in the next one. */
	log_limited(&u->complaint, 10, LOG_LEVEL_WARNING, "%s: the kernel has dropped %" PRIu64 " datagrams since the start: the receive buffer was full",
	    u->where, u->drops);
	u->drops_told = u->drops;
}

static void
on_look(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	look_for_drops(arg);
}

static void
close_udp(void *self)
{
	struct udp *u = self;

	if (u->look)
		event_free(u->look);
	for (unsigned i = 0; i < u->n; i++) {
		dgram_free(&u->sockets[i].reader);
		if (u->sockets[i].fd != -1)
			close(u->sockets[i].fd);
	}
	free(u);
}

static int
open_all(struct udp *u, const struct udp_config *c)
{
	for (unsigned i = 0; i < u->n; i++) {
		if (open_socket(u, c, i) == -1)
			return -1;
	}
	if (u->n > 1 && attach_filter(u->sockets[0].fd, u->n) == -1)
		return -1;
	for (unsigned i = 0; i < u->n; i++) {
		if (open_reader(u, c, i) == -1)
			return -1;
	}
	u->look = event_new(u->input->base, -1, EV_PERSIST, on_look, u);
	return u->look ? 0 : -1;
}

static void *
open_udp(const struct input_config *config, struct input *in)
{
	const struct udp_config *c = (const struct udp_config *)config;
	struct udp *u = calloc(1, sizeof(*u) + in->nworkers * sizeof(u->sockets[0]));

	if (!u)
		return NULL;
	u->input = in;
	u->n = in->nworkers;
	for (unsigned i = 0; i < u->n; i++)
		u->sockets[i].fd = -1;
	input_address_set(&u->at, c->address, c->port);
	snprintf(u->where, sizeof(u->where), "input \"%s\" (UDP %s)", in->name, u->at.text);
	input_parts_init(&u->parts, in, u->n);
	if (open_all(u, c) == -1) {
		int saved = errno;

		log_error("%s: cannot listen: %s%s", u->where, strerror(saved), saved == EADDRINUSE ? " (another process, or another input, has it?)" : "");
		close_udp(u);
		errno = saved;
		return NULL;
	}
	log_notice("%s: %u socket%s, receive buffer %" PRIu64 " bytes each%s", u->where, u->n, u->n == 1 ? "" : "s", u->buffer_bytes,
	    u->buffer_bytes < (uint64_t)c->receive_buffer_bytes ? " (raise net.core.rmem_max for more)" : "");
	return u;
}

static void
start_udp(void *self)
{
	static const struct timeval every = { .tv_sec = UDP_LOOK_S };
	struct udp *u = self;

	for (unsigned i = 0; i < u->n; i++)
		dgram_start(u->sockets[i].reader);
	event_add(u->look, &every);
}

static void
drain_udp(void *self, int64_t deadline_ns)
{
	struct udp *u = self;

	look_for_drops(u);
	if (u->drops > 0)
		log_notice("%s: the kernel has dropped %" PRIu64 " datagrams in all", u->where, u->drops);
	for (unsigned i = 0; i < u->n; i++)
		dgram_drain(u->sockets[i].reader, deadline_ns);
}

static void
stats_udp(void *self, void (*each)(void *arg, const char *name, const char *help, bool gauge, uint64_t value), void *arg)
{
	struct udp *u = self;

	look_for_drops(u);
	each(arg, "kernel_drops", "Datagrams that the kernel dropped at this input's sockets.", false, u->drops);
	each(arg, "receive_buffer_bytes", "Receive buffer of each of the sockets, as the kernel gives it.", true, u->buffer_bytes);
	each(arg, "sockets", "Sockets of the group, one for each worker.", true, u->n);
	each(arg, "host_receive_buffer_errors", "RcvbufErrors of all UDP sockets of this host (/proc/net/snmp and snmp6).", false,
	    input_snmp_receive_buffer_errors());
}

static void
place_of(const struct input_config *c, struct input_place *place)
{
	const struct udp_config *own = (const struct udp_config *)c;

	*place = (struct input_place){ .protocol = "udp", .where = own->address, .port = own->port };
}

const struct input_kind input_udp = {
	.name = "udp",
	.config_bytes = sizeof(struct udp_config),
	.options = options,
	.check = check,
	.place = place_of,
	.open = open_udp,
	.start = start_udp,
	.drain = drain_udp,
	.close = close_udp,
	.stats = stats_udp,
	.help = "Syslog over UDP (RFC 5426), IPv4 and IPv6. All messages of one source address keep their order. It is read even while an output is "
	        "full, since nobody can be asked to wait.",
};
