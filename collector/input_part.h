/*
 * input_part: what the kinds of inputs share.  For collector/input*.c and source.c only.
 *
 * An input has a part for each worker that reads for it.  A part's events, connections and buffers belong to its worker's thread from
 * start() until the part is done; input_parts counts the parts that are not.
 */
#ifndef NETNORM_COLLECTOR_INPUT_PART_H
#define NETNORM_COLLECTOR_INPUT_PART_H

#include <sys/socket.h>

#include "collector/input.h"

extern const struct input_kind input_udp, input_tcp, input_unix_dgram, input_unix_stream, input_stdin, input_file;

#define INPUT_FLOW_NUMBERED (UINT64_C(1) << 63) /* flows of connections and files; those of addresses lack this bit */

/* A flow that no other connection or file of this process has. */
uint64_t input_new_flow(void);

/* How many parts are still to be drained. */
struct input_parts {
	struct input *input;
	_Atomic unsigned left;
};
void input_parts_init(struct input_parts *, struct input *, unsigned n);
/* Any thread: one part is done, that is, no event of it is left in its worker.  The last one calls input_drained(). */
void input_part_done(struct input_parts *);

/* worker_post() that waits for memory rather than lose the letter. */
void input_post(struct worker *, void (*fn)(struct worker *, void *), void *arg);
/* A timer for the worker that runs a little before `deadline_ns` of CLOCK_MONOTONIC.  NULL with errno. */
struct event *input_deadline(struct worker *, int64_t deadline_ns, event_callback_fn, void *arg);

/* input_address.c: numeric addresses only, so that nothing waits for DNS. */
#define INPUT_PLACE_LEN (INET6_ADDRSTRLEN + 16)
struct input_address {
	struct sockaddr_storage sa;
	socklen_t len;
	char text[INPUT_PLACE_LEN];     /* "127.0.0.1:5514", "[::1]:5514" */
};
/* 0, or -1 with errno EINVAL. */
int input_address_set(struct input_address *, const char *address, int64_t port);
/* For a kind's check(): the option `address` of `map` is one; 0, or -1 with the fault in the diag. */
int input_address_check(const char *address, const struct yaml_doc *, const struct yaml_node *map, struct diag *);
/* Are they the same, or is one of them all addresses? */
bool input_address_overlap(const char *, const char *);
/* A non-blocking socket of that family, IPV6_V6ONLY set as asked.  -1 with errno. */
int input_address_socket(const struct input_address *, int type, bool v6only);
/* As large as the kernel gives it, at most `wanted` bytes; gives what it says it gave. */
int input_receive_buffer(int fd, int64_t wanted);

#endif
