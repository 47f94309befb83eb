/*
 * peers: the hosts of an output that speaks over connections of its own: which of them are open, and which record goes to which.
 *
 * failover: one host at a time.  It stays until it fails; then the next in the list has its turn.
 * balance: all hosts that are up.  The records of a device go to one of them (chosen by the device's name; where one goes away, only its devices move). A host
 * that comes (back) gets its share once nothing is in flight, so that no record overtakes another of its device.
 *
 * What is said over a connection is a session's word, of which each host has one: struct peer_ops.
 */
#ifndef NETNORM_OUTPUTS_PEERS_H
#define NETNORM_OUTPUTS_PEERS_H

#include "outputs/backoff.h"
#include "outputs/net.h"
#include "outputs/output.h"

#define PEERS_MOST 64

enum peers_mode { PEERS_FAILOVER, PEERS_BALANCE };
extern const char *const peers_mode_names[];

/* Options that the kinds share. */
struct peers_config {
	struct schema_texts hosts;
	int mode;                               /* enum peers_mode */
	int64_t connect_timeout_ms;
	struct tls_config tls;
};

struct peers;
struct peer {
	struct peers *peers;
	struct net_host host;
	struct net net;
	void *session;
	enum peer_state {
		PEER_IDLE,
		PEER_DIALLED,
		PEER_READY,             /* open, and waits until it can have its share */
		PEER_LIVE,
	} state;
	struct backoff backoff;         /* balance: while others are up */
	bool delivered;                 /* something, on this connection: for the session to set */
	uint32_t seed;
};

/* A session: what a host has been given and has not confirmed. */
struct peer_ops {
	void *(*open)(void *kind, struct peer *);       /* NULL with errno ENOMEM */
	void (*begin)(void *session);                   /* a connection is there, and nothing was said on it */
	bool (*room)(const void *session);              /* can one more be put? */
	void (*put)(void *session, struct record *const *cell);
	/* Read and write as far as it goes, settle; -1: the connection is no good any more, and peer->net.error says why. */
	int (*work)(void *session, int64_t now_ns);
	bool (*sends)(const void *session);             /* does it wait for room in the socket? */
	size_t (*flying)(const void *session);          /* how many records it holds */
	int64_t (*due)(const void *session);            /* when work() is due even if nothing happens; INT64_MAX: never */
	void (*lose)(void *session, enum output_result);        /* settle all that it holds, forget all that was said */
	void (*close)(void *session);                   /* settles nothing */
};

struct peers {
	struct output *output;
	const struct peer_ops *ops;
	enum peers_mode mode;
	int64_t connect_timeout_ns;
	SSL_CTX *tls;
	char *server_name;
	struct peer *items;
	size_t n, live;
	size_t current, tried;          /* failover: whose turn it is, and how many failed in this round */
	bool failed;                    /* a round found nobody */
	struct pollfd *fds;
	bool resets;                    /* for the kind to set: what was sent on a connection that is lost goes out again, so the host need not read it */
	uint64_t losses;                /* the same as `lost` */
	_Atomic uint64_t connections, failures, lost;
};

/* For a kind's check() and same(). `default_port` as in net_host_parse(). */
int peers_check(struct peers_config *, const char *default_port, const struct yaml_doc *, const struct yaml_node *map, struct diag *);
/* For a kind's functions of the same names.  peers_open(): -1 with errno, told in the log; peers_close() in either case. */
int peers_open(struct peers *, const struct peers_config *, const char *default_port, void *kind, struct output *);
size_t peers_write(struct peers *, struct record *const *records, size_t n);
void peers_poll(struct peers *, int timeout_ms);
int peers_flush(struct peers *, int timeout_ms);
void peers_close(struct peers *);
void peers_stats(struct peers *, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg);

#endif
