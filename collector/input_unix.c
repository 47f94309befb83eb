/*
 * Unix sockets: datagrams and streams at a path.  The socket file is made here and removed at the end; one that a dead process left behind is
 * removed only if nobody listens at it.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "collector/input_dgram.h"
#include "collector/input_stream.h"
#include "collector/unix_socket.h"

#define UNIX_BACKLOG 128
#define UNIX_MAX_DATAGRAM ((size_t)256 << 10)

struct unix_place {
	char *path;
	char *mode;                     /* octal digits */
};

struct unix_dgram_config {
	struct input_config common;
	struct unix_place place;
	int64_t receive_buffer_bytes;
};

struct unix_stream_config {
	struct stream_config stream;
	struct unix_place place;
};

/* A bound socket and its file, which is removed only while it is still the one that was made. */
struct unix_socket {
	int fd;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	dev_t dev;
	ino_t ino;
};

struct unix_input {
	struct unix_socket socket;
	char where[sizeof(((struct sockaddr_un *)0)->sun_path) + 96];
	struct input_parts parts;
	struct dgram *dgram;
	struct stream *stream;
};

#define UNIX_OPTIONS(owner) \
	{ .key = "path", .type = SCHEMA_TEXT, .offset = offsetof(struct owner, place.path), .required = true, \
	    .help = "Where the socket is made." }, \
	{ .key = "mode", .type = SCHEMA_TEXT, .offset = offsetof(struct owner, place.mode), .fallback = "0660", \
	    .help = "Permissions of the socket, octal." }

static const struct schema_option dgram_options[] = {
	UNIX_OPTIONS(unix_dgram_config),
	{ .key = "receive_buffer", .type = SCHEMA_SIZE, .offset = offsetof(struct unix_dgram_config, receive_buffer_bytes), .fallback = "4MiB",
	    .min = 4096, .max = 1 << 30, .help = "Receive buffer to ask the kernel for." },
	SCHEMA_END
};

static const struct schema_option stream_options[] = {
	UNIX_OPTIONS(unix_stream_config),
	STREAM_OPTIONS,
	SCHEMA_END
};

static int
parse_mode(const char *text, mode_t *mode)
{
	char *end;
	unsigned long v = strtoul(text, &end, 8);

	if (end == text || *end || v > 0777)
		return -1;
	*mode = (mode_t)v;
	return 0;
}

static int
check_place(const struct unix_place *u, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *d)
{
	struct diag_place place;
	mode_t mode;
	int result = 0;

	if (u->path && strlen(u->path) >= sizeof(((struct unix_socket *)0)->path)) {
		place = yaml_place(doc, yaml_get(map, "path"));
		diag_add(d, DIAG_ERROR, &place, "a socket's path has at most %zu bytes", sizeof(((struct unix_socket *)0)->path) - 1);
		result = -1;
	}
	if (u->mode && parse_mode(u->mode, &mode) == -1) {
		place = yaml_place(doc, yaml_get(map, "mode"));
		diag_add(d, DIAG_ERROR, &place, "\"%s\" is no octal mode such as 0660", u->mode);
		result = -1;
	}
	return result;
}

static int
check_dgram(const struct input_config *c, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *d)
{
	return check_place(&((const struct unix_dgram_config *)c)->place, doc, map, d);
}

static int
check_stream(const struct input_config *c, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *d)
{
	return check_place(&((const struct unix_stream_config *)(const void *)c)->place, doc, map, d);
}

static int
bind_at(struct unix_socket *s, const struct unix_place *u, int type)
{
	struct stat st;
	mode_t mode = 0660;

	parse_mode(u->mode, &mode);
	s->fd = unix_socket_bind(u->path, type, mode);
	if (s->fd == -1)
		return -1;
	snprintf(s->path, sizeof(s->path), "%s", u->path);
	if (stat(s->path, &st) == -1)
		return -1;
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	return type == SOCK_STREAM ? listen(s->fd, UNIX_BACKLOG) : 0;
}

static void
remove_file(struct unix_socket *s)
{
	struct stat st;

	if (s->path[0] && stat(s->path, &st) == 0 && st.st_dev == s->dev && st.st_ino == s->ino)
		unlink(s->path);
	s->path[0] = '\0';
}

static void
close_unix(void *self)
{
	struct unix_input *u = self;

	remove_file(&u->socket);
	dgram_free(&u->dgram);
	stream_free(&u->stream);
	if (u->socket.fd != -1)
		close(u->socket.fd);
	free(u);
}

/* Bound, or NULL with errno and a line in the log. */
static struct unix_input *
open_at(const struct unix_place *place, struct input *in, int type)
{
	struct unix_input *u = calloc(1, sizeof(*u));

	if (!u)
		return NULL;
	u->socket.fd = -1;
	snprintf(u->where, sizeof(u->where), "input \"%s\" (%s)", in->name, place->path);
	if (bind_at(&u->socket, place, type) == -1) {
		int saved = errno;

		log_error("%s: cannot listen: %s%s", u->where, strerror(saved), saved == EADDRINUSE ? " (another process listens there)" : "");
		close_unix(u);
		errno = saved;
		return NULL;
	}
	return u;
}

static void *
open_dgram(const struct input_config *config, struct input *in)
{
	const struct unix_dgram_config *c = (const struct unix_dgram_config *)config;
	struct unix_input *u = open_at(&c->place, in, SOCK_DGRAM);
	struct dgram_setting set = {
		.input = in, .worker = in->workers[in->index % in->nworkers], .max_message_bytes = (size_t)config->max_message_bytes,
		.max_datagram_bytes = UNIX_MAX_DATAGRAM, .holds_back = true,
	};
	int got;

	if (!u)
		return NULL;
	if (set.max_message_bytes > set.max_datagram_bytes)
		set.max_datagram_bytes = set.max_message_bytes;
	set.parts = &u->parts;
	set.where = u->where;
	set.fd = u->socket.fd;
	got = input_receive_buffer(u->socket.fd, c->receive_buffer_bytes);
	input_parts_init(&u->parts, in, 1);
	u->dgram = dgram_new(&set);
	if (!u->dgram) {
		log_error("%s: no memory", u->where);
		close_unix(u);
		errno = ENOMEM;
		return NULL;
	}
	log_notice("%s: listening, receive buffer %d bytes", u->where, got);
	return u;
}

static void
start_dgram(void *self)
{
	dgram_start(((struct unix_input *)self)->dgram);
}

static void
drain_dgram(void *self, int64_t deadline_ns)
{
	struct unix_input *u = self;

	/* Without its file nobody new finds the socket. */
	remove_file(&u->socket);
	dgram_drain(u->dgram, deadline_ns);
}

static void *
open_stream(const struct input_config *config, struct input *in)
{
	const struct unix_stream_config *c = (const struct unix_stream_config *)(const void *)config;
	struct unix_input *u = open_at(&c->place, in, SOCK_STREAM);

	if (!u)
		return NULL;
	u->stream = stream_new(&c->stream, in, u->socket.fd, u->where);
	u->socket.fd = -1;              /* the stream's now */
	if (!u->stream) {
		log_error("%s: no memory", u->where);
		close_unix(u);
		errno = ENOMEM;
		return NULL;
	}
	log_notice("%s: listening", u->where);
	return u;
}

static void
start_stream(void *self)
{
	stream_start(((struct unix_input *)self)->stream);
}

static void
drain_stream(void *self, int64_t deadline_ns)
{
	struct unix_input *u = self;

	remove_file(&u->socket);
	stream_drain(u->stream, deadline_ns);
}

static void
stats_stream(void *self, void (*each)(void *arg, const char *name, const char *help, bool gauge, uint64_t value), void *arg)
{
	stream_stats(((struct unix_input *)self)->stream, each, arg);
}

static void
place_of_dgram(const struct input_config *c, struct input_place *place)
{
	*place = (struct input_place){ .protocol = "unix", .where = ((const struct unix_dgram_config *)c)->place.path, .port = -1 };
}

static void
place_of_stream(const struct input_config *c, struct input_place *place)
{
	*place = (struct input_place){ .protocol = "unix", .where = ((const struct unix_stream_config *)(const void *)c)->place.path, .port = -1 };
}

const struct input_kind input_unix_dgram = {
	.name = "unix-dgram",
	.holds_back = true,
	.config_bytes = sizeof(struct unix_dgram_config),
	.options = dgram_options,
	.check = check_dgram,
	.place = place_of_dgram,
	.open = open_dgram,
	.start = start_dgram,
	.drain = drain_dgram,
	.close = close_unix,
	.help = "A unix datagram socket. While an output with when_full: block is full it is not read, and senders wait.",
};

const struct input_kind input_unix_stream = {
	.name = "unix-stream",
	.holds_back = true,
	.config_bytes = sizeof(struct unix_stream_config),
	.options = stream_options,
	.check = check_stream,
	.place = place_of_stream,
	.open = open_stream,
	.start = start_stream,
	.drain = drain_stream,
	.close = close_unix,
	.stats = stats_stream,
	.help = "A unix stream socket, framed like TCP.",
};
