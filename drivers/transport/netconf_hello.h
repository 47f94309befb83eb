/*
 * netconf_hello: what both sides say first (RFC 6241, section 8.1).
 */
#ifndef NETNORM_DRIVERS_TRANSPORT_NETCONF_HELLO_H
#define NETNORM_DRIVERS_TRANSPORT_NETCONF_HELLO_H

#include "drivers/device.h"

#define NETCONF_HELLO_MAX_BYTES ((size_t)4 << 20)       /* a router with all its models says a tenth of it */

struct netconf_hello {
	struct buffer capabilities;     /* a line each */
	uint32_t session;               /* 0: not said */
};

/* Ours: base 1.0 and 1.1. */
extern const char netconf_hello_ours[];

void netconf_hello_init(struct netconf_hello *);
void netconf_hello_fini(struct netconf_hello *);
/* Theirs: 0, or -1 after device_fail().  A shell may have said something in front of it. */
int netconf_hello_read(struct device *, struct span message, struct netconf_hello *);
bool netconf_hello_has(const struct netconf_hello *, const char *start_of_capability);
/* Chunks are spoken from here on. */
bool netconf_hello_chunks(const struct netconf_hello *);

#endif
