/*
 * lookup: the addresses of a host, asked for in a thread of its own, so that a slow resolver holds nobody up.
 *
 * One who does not want to wait any longer lets go of it: the thread ends when the resolver does, and takes the rest with it.  At most
 * LOOKUP_MOST of them are on their way at the same time in the whole program.
 */
#ifndef NETNORM_OUTPUTS_LOOKUP_H
#define NETNORM_OUTPUTS_LOOKUP_H

#include <netdb.h>

#define LOOKUP_MOST 64

enum lookup_state {
	LOOKUP_BUSY,
	LOOKUP_DONE,            /* there are addresses */
	LOOKUP_FAILED,          /* lookup_error() says why */
};

struct lookup;

/* What resolves names; tests put another one here.  What it gives is freed by freeaddrinfo(). */
extern int (*lookup_resolver)(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **);

/* Addresses for TCP.  Numbers need no thread and are there at once.  NULL without memory or descriptors. */
struct lookup *lookup_new(const char *host, const char *port);
/* Readable once it is over. */
int lookup_fd(const struct lookup *);
enum lookup_state lookup_state(const struct lookup *);
/* Of one that is done: as long as the look-up is held. */
const struct addrinfo *lookup_addresses(const struct lookup *);
const char *lookup_error(const struct lookup *);
/* NULL is left alone. */
void lookup_free(struct lookup **);

#endif
