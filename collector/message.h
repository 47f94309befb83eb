/*
 * message: what an input hands to the pipeline: one message after framing, and where it came from.
 */
#ifndef NETNORM_COLLECTOR_MESSAGE_H
#define NETNORM_COLLECTOR_MESSAGE_H

#include <netinet/in.h>

#include "base/receipt.h"
#include "base/span.h"

struct source {
	bool has_address;
	struct in6_addr address;        /* IPv4 as v4-mapped */
	struct span ip;                 /* its text without port ("192.0.2.1", "2001:db8::1"); absent for unix sockets and files */
	uint64_t flow;                  /* UDP: from the address; else one for each connection or file: order and repeats go by it */
};

struct message {
	struct span line;
	const struct source *source;
	int64_t received_ns;
	bool truncated;
	unsigned input;                 /* index of the input's counters */
	struct receipt *receipt;        /* or NULL; records take their own references */
};

/* Text and flow of an address; `buf` holds the text (INET6_ADDRSTRLEN). */
void source_of_address(struct source *, const struct sockaddr *, char *buf);

#endif
