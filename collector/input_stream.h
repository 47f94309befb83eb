/*
 * input_stream: connections: accepted in the main thread, each read by the worker that has the fewest.  TCP and unix streams share it.
 *
 * input_listen.c is the main thread's half, input_stream.c the workers'.
 */
#ifndef NETNORM_COLLECTOR_INPUT_STREAM_H
#define NETNORM_COLLECTOR_INPUT_STREAM_H

#include "base/log.h"
#include "collector/input_part.h"

/* A kind's own struct begins with it. */
struct stream_config {
	struct input_config common;
	int framing;                    /* enum frame_framing */
	int64_t max_connections;
	int64_t max_connections_per_source;     /* 0: no limit */
	int64_t idle_timeout_ms;        /* 0: none */
};
extern const char *const stream_framings[];

/* The rows of the options above, but the limit for each source. */
#define STREAM_OPTIONS \
	{ .key = "framing", .type = SCHEMA_ENUM, .offset = offsetof(struct stream_config, framing), .fallback = "auto", \
	    .names = stream_framings, \
	    .help = "How messages are told apart (RFC 6587): \"octet\" counts, \"newline\", or \"auto\": found out for each message." }, \
	{ .key = "max_connections", .type = SCHEMA_INT, .offset = offsetof(struct stream_config, max_connections), .fallback = "1024", \
	    .min = 1, .max = 65536, .help = "Further connections are closed at once, and counted." }, \
	{ .key = "idle_timeout", .type = SCHEMA_DURATION, .offset = offsetof(struct stream_config, idle_timeout_ms), .fallback = "10m", \
	    .max = 7 * 86400000, .help = "A connection that is silent for so long is closed; 0: never." }

#define STREAM_READ_BYTES ((size_t)64 << 10)    /* of one connection, before others get a turn */

/* A place for one connection. */
struct stream_slot {
	_Atomic bool taken;
	bool has_address;
	struct in6_addr address;
};

struct stream_peer;
struct stream;

/* What one worker reads. */
struct stream_part {
	struct stream *stream;
	struct worker *worker;
	struct stream_peer *peers;
	_Atomic unsigned connections;   /* also those on their way to the worker */
	char *buffer;                   /* shared by all peers; what a message lacks its end is kept by the peer */
	struct worker_hold hold;
	struct event *deadline;
	bool started, draining, done;
	int64_t patience_ns;            /* of CLOCK_MONOTONIC: how long a drain waits for peers to be silent */
	unsigned unpublished;           /* messages since the last worker_batch_end() */
};

struct stream {
	struct input *input;
	const struct stream_config *config;
	char where[256];
	int fd;                         /* the listener, or -1 */
	bool is_tcp;
	struct event *acceptable, *again;
	struct stream_slot *slots;      /* config->max_connections */
	struct input_parts left;
	struct log_limit refusal, failure, bad_frame;
	_Atomic uint64_t refused;       /* not yet in the worker's counters */
	uint64_t accepted, refused_total;
	int64_t deadline_ns;
	size_t buffer_bytes;
	struct stream_part *parts;      /* nworkers */
};

/*
 * Takes the listening socket `fd` over, also when it fails; `where` is for the log and is copied.  NULL with errno.
 */
struct stream *stream_new(const struct stream_config *, struct input *, int fd, const char *where);
void stream_start(struct stream *);
void stream_drain(struct stream *, int64_t deadline_ns);
void stream_free(struct stream **);
void stream_stats(struct stream *, void (*each)(void *arg, const char *name, const char *help, bool gauge, uint64_t value), void *arg);

/* input_stream.c, for input_listen.c. */
int stream_part_init(struct stream_part *, struct stream *, struct worker *);
void stream_part_fini(struct stream_part *);
void stream_part_start(struct stream_part *);
void stream_part_drain(struct stream_part *);
/* Hand a new connection to the part's worker; the slot is given back when it closes. */
void stream_part_connect(struct stream_part *, int fd, struct stream_slot *, const struct sockaddr *);
/* Have the worker count what the main thread refused. */
void stream_part_refused(struct stream_part *);

#endif
