/*
 * TCP: a listener and its options; connections are input_stream's.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "collector/input_stream.h"

#define TCP_BACKLOG 512

struct tcp_config {
	struct stream_config stream;
	char *address;
	int64_t port;
	bool v6only;
};

static const struct schema_option options[] = {
	{ .key = "address", .type = SCHEMA_TEXT, .offset = offsetof(struct tcp_config, address), .required = true,
	    .help = "The address to listen on: \"0.0.0.0\" for all of IPv4, \"::\" for all of IPv6 and IPv4." },
	{ .key = "port", .type = SCHEMA_INT, .offset = offsetof(struct tcp_config, port), .fallback = "514", .min = 1, .max = 65535,
	    .help = "The port; those below 1024 need root or CAP_NET_BIND_SERVICE. 601 is the registered one (RFC 6587)." },
	{ .key = "v6only", .type = SCHEMA_BOOL, .offset = offsetof(struct tcp_config, v6only), .fallback = "false",
	    .help = "An IPv6 address takes no IPv4." },
	STREAM_OPTIONS,
	{ .key = "max_connections_per_source", .type = SCHEMA_INT, .offset = offsetof(struct tcp_config, stream.max_connections_per_source),
	    .fallback = "0", .max = 65536, .help = "The same limit for one source address; 0: none." },
	SCHEMA_END
};

static int
check(const struct input_config *c, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *d)
{
	return input_address_check(((const struct tcp_config *)(const void *)c)->address, doc, map, d);
}

static int
listen_at(const struct input_address *at, bool v6only)
{
	int on = 1;
	int fd = input_address_socket(at, SOCK_STREAM, v6only);

	if (fd == -1)
		return -1;
	/* Only so that an address can be had again while old connections linger; a second listener is refused all the same. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, (const struct sockaddr *)&at->sa, at->len) == -1 || listen(fd, TCP_BACKLOG) == -1) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static void *
open_tcp(const struct input_config *config, struct input *in)
{
	const struct tcp_config *c = (const struct tcp_config *)(const void *)config;
	struct input_address at;
	struct stream *s = NULL;
	char where[200];
	int fd;

	input_address_set(&at, c->address, c->port);
	snprintf(where, sizeof(where), "input \"%s\" (TCP %s)", in->name, at.text);
	fd = listen_at(&at, c->v6only);
	if (fd != -1)
		s = stream_new(&c->stream, in, fd, where);
	if (!s) {
		int saved = errno;

		log_error("%s: cannot listen: %s%s", where, strerror(saved), saved == EADDRINUSE ? " (another process, or another input, has it?)" : "");
		errno = saved;
		return NULL;
	}
	log_notice("%s: listening", where);
	return s;
}

static void
start_tcp(void *self)
{
	stream_start(self);
}

static void
drain_tcp(void *self, int64_t deadline_ns)
{
	stream_drain(self, deadline_ns);
}

static void
close_tcp(void *self)
{
	struct stream *s = self;

	stream_free(&s);
}

static void
stats_tcp(void *self, void (*each)(void *arg, const char *name, const char *help, bool gauge, uint64_t value), void *arg)
{
	stream_stats(self, each, arg);
}

static void
place_of(const struct input_config *c, struct input_place *place)
{
	const struct tcp_config *own = (const struct tcp_config *)(const void *)c;

	*place = (struct input_place){ .protocol = "tcp", .where = own->address, .port = own->port };
}

const struct input_kind input_tcp = {
	.name = "tcp",
	.holds_back = true,
	.config_bytes = sizeof(struct tcp_config),
	.options = options,
	.check = check,
	.place = place_of,
	.open = open_tcp,
	.start = start_tcp,
	.drain = drain_tcp,
	.close = close_tcp,
	.stats = stats_tcp,
	.help = "Syslog over TCP (RFC 6587), octet counting and newline framing. A peer whose bytes cannot be told apart into messages is closed, with "
	        "the reason in the log.",
};
