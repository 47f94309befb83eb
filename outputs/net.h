/*
 * net: one connection to a far side, over TCP or TLS, that never waits: the name's look-up, the addresses one after the other, the handshake.
 *
 * Whoever has one waits for net_pollfd() and calls net_step() until it is open; from then on net_read() and net_write().
 */
#ifndef NETNORM_OUTPUTS_NET_H
#define NETNORM_OUTPUTS_NET_H

#include <poll.h>
#include <sys/types.h>

#include "outputs/lookup.h"
#include "outputs/tls.h"

/* Where to: malloc'd texts. */
struct net_host {
	char *name, *port;
};

/*
 * "host", "host:port", "2001:db8::1", "[2001:db8::1]:port".  0, or -1 with errno EINVAL, or ENOMEM; `host` may be NULL, to ask only whether it is one.  Without
 * `default_port` (NULL) there must be one.
 */
int net_host_parse(const char *text, const char *default_port, struct net_host *host);
void net_host_fini(struct net_host *);

enum net_state {
	NET_CLOSED,             /* also after a fault, which net.error tells */
	NET_LOOKUP,
	NET_CONNECT,
	NET_HANDSHAKE,
	NET_OPEN,
};

struct net {
	const struct net_host *host;
	SSL_CTX *tls;                           /* NULL: plain */
	const char *server_name;                /* NULL: the host's */
	enum net_state state;
	struct lookup *lookup;                  /* kept over tries that it outlasted */
	const struct addrinfo *address;         /* that is being tried */
	int64_t deadline_ns;                    /* of the whole dial */
	int64_t address_ns;                     /* of this address */
	int fd;
	SSL *ssl;
	short reads, writes;                    /* the events that reading and writing wait for */
	char error[TLS_ERROR_BYTES];
};

/* All but the struct itself is the caller's and stays. */
void net_init(struct net *, const struct net_host *, SSL_CTX *tls, const char *server_name);
void net_fini(struct net *);
/* Begin; it must be closed. */
void net_dial(struct net *, int64_t deadline_ns);
/* Go on with it as far as it goes, or give up at the deadline. */
enum net_state net_step(struct net *, int64_t now_ns);
/* While it is dialled: when net_step() is due even if nothing happens. */
int64_t net_due(const struct net *);
/* What to wait for; fd -1: nothing. */
struct pollfd net_pollfd(const struct net *, bool read, bool write);
/* More than 0 bytes; 0: not now; -1: it is over, and net.error says why. */
ssize_t net_read(struct net *, void *buf, size_t n);
ssize_t net_write(struct net *, const void *buf, size_t n);
/* Nothing more will be written: the far side is told so.  It goes on to be read, until that gives -1; a close before that may cost what the far side has not read. */
void net_farewell(struct net *);
/* At once.  net.error stays. */
void net_close(struct net *);
/* The same, and what is still on its way to the far side is thrown away. */
void net_reset(struct net *);

#endif
