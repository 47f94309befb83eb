/*
 * send: the load generator's halves: lines of a file, and the socket that they go out by.  For cmd_send.c and send*.c only.
 */
#ifndef NETNORM_COLLECTOR_SEND_H
#define NETNORM_COLLECTOR_SEND_H

#include <signal.h>
#include <stdint.h>

#include "base/span.h"

#define SEND_BATCH 64                   /* messages for each system call, at most */
#define SEND_MAX_SOURCES 65534          /* 127.1.0.1 to 127.1.255.254 */
#define SEND_MAX_FILE ((size_t)1 << 30)

/* Set by a signal: stop after the call in hand. */
extern volatile sig_atomic_t send_interrupted;

/* All lines of a file, without their newlines; a last line without one counts too. */
struct send_lines {
	char *text;
	struct span *items;
	size_t n;
};
/* `path` or "-" for standard input: 0, or -1 with errno (EFBIG: more than SEND_MAX_FILE). */
int send_lines_read(struct send_lines *, const char *path);
void send_lines_fini(struct send_lines *);

enum send_kind { SEND_UDP, SEND_TCP, SEND_UNIX_DGRAM, SEND_UNIX_STREAM, SEND_KINDS };
extern const char *const send_kind_names[SEND_KINDS];

struct sender;

struct send_setting {
	enum send_kind kind;
	const char *address;            /* host:port, [v6]:port, or a path */
	bool octet;                     /* streams: octet counting (RFC 6587) in the place of newlines */
	unsigned sources;               /* UDP: so many source addresses in turn, 0 or 1: the socket's own */
};

struct send_counts {
	uint64_t messages;              /* tried */
	uint64_t sent, bytes;           /* of these taken by the kernel and not refused by the far side, as far as it said so */
	uint64_t errors;
	int last_error;                 /* errno, 0: none */
};

/* Connects.  NULL with errno, told on standard error; EINVAL: the address cannot be one. */
struct sender *sender_open(const struct send_setting *);
void sender_close(struct sender **);
/*
 * Send n <= SEND_BATCH messages; `first` is the number of the first one and chooses its source.  0, or -1 if nothing more can be sent
 * (the connection is gone, interrupted).
 */
int sender_batch(struct sender *, uint64_t first, const struct span *lines, size_t n);
/* Streams: say that this is all and wait a little for the far side to close.  Then all errors are known: counted. */
void sender_finish(struct sender *);
const struct send_counts *sender_counts(const struct sender *);

#endif
