/*
 * peers: knows hosts, when to dial them, and what becomes of records whose host is gone.  Nothing of what is said to them.
 *
 * Two waits: where no host is up, the output's own back-off (a record settled OUTPUT_DOWN), and each try dials once more; where some are up,
 * each of the others has a back-off of its own.  Both begin anew with a delivery, not with a connection.
 */
#include "outputs/peers.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"

#define PART_MS 1000            /* at the end, where nothing is acknowledged: for the far side to read what it was sent */

const char *const peers_mode_names[] = { "failover", "balance", NULL };

/* ---- the options ---- */

int
peers_check(struct peers_config *c, const char *default_port, const struct yaml_doc *doc, const struct yaml_node *map, struct diag *diag)
{
	const struct yaml_node *hosts = yaml_get(map, "hosts");
	struct diag_place place = yaml_place(doc, hosts ? hosts : map);
	size_t errors = diag_errors(diag);

	if (c->hosts.n == 0)
		diag_add(diag, DIAG_ERROR, &place, "hosts names none: at least one, as host:port");
	if (c->hosts.n > PEERS_MOST)
		diag_add(diag, DIAG_ERROR, &place, "hosts names %zu, at most %d", c->hosts.n, PEERS_MOST);
	for (size_t i = 0; i < c->hosts.n; i++)
		if (net_host_parse(c->hosts.items[i], default_port, NULL) == -1)
			diag_add(diag, DIAG_ERROR, &place, "\"%s\" is no host: host:port%s", c->hosts.items[i], default_port ? ", or host alone" : "");
	tls_check(&c->tls, doc, map, diag);
	return diag_errors(diag) > errors ? -1 : 0;
}

/* ---- one host's life ---- */

static size_t
peers_flying(const struct peers *ps)
{
	size_t n = 0;

	for (size_t i = 0; i < ps->n; i++)
		n += ps->ops->flying(ps->items[i].session);
	return n;
}

static void
peer_dial(struct peer *p, int64_t now)
{
	p->delivered = false;
	p->state = PEER_DIALLED;
	net_dial(&p->net, now + p->peers->connect_timeout_ns);
}

static bool
is_any_dialled(const struct peers *ps)
{
	for (size_t i = 0; i < ps->n; i++)
		if (ps->items[i].state == PEER_DIALLED || ps->items[i].state == PEER_READY)
			return true;
	return false;
}

/* Nobody there, or gone before it took anything: whose turn is it now? */
static void
peer_failed(struct peer *p, int64_t now)
{
	struct peers *ps = p->peers;

	p->state = PEER_IDLE;
	backoff_fail(&p->backoff, now);
	atomic_fetch_add_explicit(&ps->failures, 1, memory_order_relaxed);
	log_limited(output_reasons(ps->output), 10, LOG_LEVEL_WARNING, "output \"%s\": no connection to %s port %s: %s", output_name(ps->output), p->host.name, p->host.port,
	    p->net.error);
	if (ps->live > 0)
		return;
	if (ps->mode == PEERS_BALANCE) {
		ps->failed = !is_any_dialled(ps);
		return;
	}
	ps->current = (ps->current + 1) % ps->n;
	if (++ps->tried < ps->n) {
		peer_dial(&ps->items[ps->current], now);
		return;
	}
	ps->tried = 0;
	ps->failed = true;
}

static void
peer_join(struct peer *p)
{
	struct peers *ps = p->peers;

	p->state = PEER_LIVE;
	ps->live++;
	ps->failed = false;
}

static void
peer_opened(struct peer *p)
{
	struct peers *ps = p->peers;

	p->state = PEER_READY;
	atomic_fetch_add_explicit(&ps->connections, 1, memory_order_relaxed);
	ps->ops->begin(p->session);
	log_debug("output \"%s\": connected to %s port %s", output_name(ps->output), p->host.name, p->host.port);
}

/* It was live.  What it has goes to the others, if there are any. */
static void
peer_lost(struct peer *p, int64_t now)
{
	struct peers *ps = p->peers;
	size_t flying = ps->ops->flying(p->session);

	if (ps->resets && flying > 0)
		net_reset(&p->net);
	else
		net_close(&p->net);
	ps->live--;
	p->state = PEER_IDLE;
	if (flying > 0) {
		atomic_fetch_add_explicit(&ps->lost, 1, memory_order_relaxed);
		log_limited(output_reasons(ps->output), 10, LOG_LEVEL_WARNING, "output \"%s\": the connection to %s port %s is lost: %s; %zu events go out again",
		    output_name(ps->output), p->host.name, p->host.port, p->net.error, flying);
		backoff_fail(&p->backoff, now);
		ps->losses++;
		ps->ops->lose(p->session, ps->live > 0 ? OUTPUT_AGAIN : OUTPUT_DOWN);
		if (ps->mode == PEERS_FAILOVER)
			ps->current = (ps->current + 1) % ps->n;
	} else if (!p->delivered) {
		peer_failed(p, now);
	} else {
		log_debug("output \"%s\": %s port %s: %s", output_name(ps->output), p->host.name, p->host.port, p->net.error);
	}
}

static void
peer_step(struct peer *p, int64_t now)
{
	struct peers *ps = p->peers;

	if (p->state == PEER_DIALLED) {
		switch (net_step(&p->net, now)) {
		case NET_OPEN:
			peer_opened(p);
			break;
		case NET_CLOSED:
			peer_failed(p, now);
			break;
		default:
			break;
		}
	}
	if (p->state == PEER_LIVE) {
		if (ps->ops->work(p->session, now) == -1)
			peer_lost(p, now);
		else if (p->delivered)
			backoff_reset(&p->backoff);
	}
}

/* ---- all of them ---- */

/* Those that wait for their share have it where nothing is in flight. */
static void
join_ready(struct peers *ps)
{
	if (ps->live > 0 && peers_flying(ps) > 0)
		return;
	for (size_t i = 0; i < ps->n; i++)
		if (ps->items[i].state == PEER_READY)
			peer_join(&ps->items[i]);
}

static void
step_all(struct peers *ps)
{
	int64_t now = clock_monotonic_ns();

	for (size_t i = 0; i < ps->n; i++)
		peer_step(&ps->items[i], now);
	join_ready(ps);
	if (ps->mode != PEERS_BALANCE || ps->live == 0)
		return;
	for (size_t i = 0; i < ps->n; i++)
		if (ps->items[i].state == PEER_IDLE && backoff_left(&ps->items[i].backoff, now) == 0)
			peer_dial(&ps->items[i], now);
}

/* Nobody is up: dial, or say that a round has failed. */
static bool
dial_somebody(struct peers *ps)
{
	int64_t now = clock_monotonic_ns();

	if (ps->failed) {
		ps->failed = false;
		return false;
	}
	if (is_any_dialled(ps))
		return true;
	if (ps->mode == PEERS_FAILOVER) {
		ps->tried = 0;
		peer_dial(&ps->items[ps->current], now);
		return true;
	}
	for (size_t i = 0; i < ps->n; i++)
		peer_dial(&ps->items[i], now);
	return true;
}

static bool
is_any_ready(const struct peers *ps)
{
	for (size_t i = 0; i < ps->n; i++)
		if (ps->items[i].state == PEER_READY)
			return true;
	return false;
}

/* Rendezvous: the live host whose number mixed with the device is highest. */
static struct peer *
choose(struct peers *ps, const struct record *r)
{
	struct peer *best = NULL;
	uint32_t h = 2166136261u, most = 0;

	if (ps->live > 1)
		for (size_t i = 0; i < r->device.n; i++)
			h = (h ^ (unsigned char)r->device.p[i]) * 16777619u;
	for (size_t i = 0; i < ps->n; i++) {
		uint32_t score = (h ^ ps->items[i].seed) * 2654435761u;

		if (ps->items[i].state != PEER_LIVE)
			continue;
		score = (score ^ score >> 15) * 2246822519u;
		score ^= score >> 13;
		if (!best || score > most) {
			best = &ps->items[i];
			most = score;
		}
	}
	return best;
}

size_t
peers_write(struct peers *ps, struct record *const *records, size_t n)
{
	uint64_t losses = ps->losses;
	size_t taken = 0;

	step_all(ps);
	if (ps->losses != losses)
		return 0;       /* what came back goes before these */
	if (ps->live == 0) {
		if (dial_somebody(ps) || n == 0)
			return 0;
		output_settle_at(ps->output, records, OUTPUT_DOWN, NULL);
		return 1;
	}
	if (is_any_ready(ps))
		return 0;       /* until what is in flight is over */
	for (; taken < n; taken++) {
		struct peer *p = choose(ps, records[taken]);

		if (!ps->ops->room(p->session))
			break;
		ps->ops->put(p->session, records + taken);
	}
	step_all(ps);
	return taken;
}

/* ---- waiting ---- */

static int64_t
due(const struct peers *ps)
{
	int64_t soonest = INT64_MAX;

	for (size_t i = 0; i < ps->n; i++) {
		const struct peer *p = &ps->items[i];
		int64_t at = INT64_MAX;

		if (p->state == PEER_DIALLED)
			at = net_due(&p->net);
		else if (p->state == PEER_LIVE)
			at = ps->ops->due(p->session);
		else if (p->state == PEER_IDLE && ps->mode == PEERS_BALANCE && ps->live > 0)
			at = p->backoff.until_ns;
		if (at < soonest)
			soonest = at;
	}
	return soonest;
}

/* Until something happens on a connection, or on `wake_fd` (-1: none). */
static void
wait_for(struct peers *ps, int wake_fd, int timeout_ms)
{
	int64_t at = due(ps), left;

	for (size_t i = 0; i < ps->n; i++) {
		const struct peer *p = &ps->items[i];

		ps->fds[i] = (struct pollfd){ .fd = -1 };
		if (p->state == PEER_DIALLED || p->state == PEER_LIVE)
			ps->fds[i] = net_pollfd(&p->net, true, p->state == PEER_LIVE && ps->ops->sends(p->session));
	}
	ps->fds[ps->n] = (struct pollfd){ .fd = wake_fd, .events = POLLIN };
	if (at != INT64_MAX) {
		left = (at - clock_monotonic_ns()) / CLOCK_NS_PER_MS + 1;
		timeout_ms = left < 0 ? 0 : left < timeout_ms ? (int)left : timeout_ms;
	}
	poll(ps->fds, ps->n + 1, timeout_ms);
}

void
peers_poll(struct peers *ps, int timeout_ms)
{
	if (timeout_ms > 0)
		wait_for(ps, output_wake_fd(ps->output), timeout_ms);
	step_all(ps);
}

int
peers_flush(struct peers *ps, int timeout_ms)
{
	int64_t deadline = clock_monotonic_ns() + (int64_t)timeout_ms * CLOCK_NS_PER_MS, left;

	for (step_all(ps); ps->live > 0 && peers_flying(ps) > 0; step_all(ps)) {
		left = deadline - clock_monotonic_ns();
		if (left <= 0)
			break;
		wait_for(ps, -1, (int)(left / CLOCK_NS_PER_MS) + 1);
	}
	return peers_flying(ps) > 0 ? -1 : 0;
}

/* ---- opening and closing ---- */

static uint32_t
seed_of(const struct net_host *host, size_t i)
{
	uint32_t h = 2166136261u ^ (uint32_t)i * 2654435761u;

	for (const char *c = host->name; *c; c++)
		h = (h ^ (unsigned char)*c) * 16777619u;
	return h ^ h >> 15;
}

static int
open_peer(struct peers *ps, struct peer *p, const char *host, const char *default_port, void *kind)
{
	p->peers = ps;
	if (net_host_parse(host, default_port, &p->host) == -1)
		return -1;
	net_init(&p->net, &p->host, ps->tls, ps->server_name);
	p->seed = seed_of(&p->host, ps->n);
	backoff_init(&p->backoff, (uint64_t)clock_monotonic_ns() ^ (uint64_t)p->seed << 20);
	p->session = ps->ops->open(kind, p);
	ps->n++;
	return p->session ? 0 : -1;
}

int
peers_open(struct peers *ps, const struct peers_config *c, const char *default_port, void *kind, struct output *output)
{
	char error[TLS_ERROR_BYTES];

	ps->output = output;
	ps->mode = (enum peers_mode)c->mode;
	ps->connect_timeout_ns = c->connect_timeout_ms * CLOCK_NS_PER_MS;
	if (c->tls.enable && !(ps->tls = tls_context(&c->tls, error))) {
		log_error("output \"%s\": tls: %s", output_name(output), error);
		errno = EINVAL;
		return -1;
	}
	ps->items = calloc(c->hosts.n + 1, sizeof(*ps->items));
	ps->fds = calloc(c->hosts.n + 1, sizeof(*ps->fds));
	if (!ps->items || !ps->fds || (c->tls.server_name && !(ps->server_name = strdup(c->tls.server_name))))
		goto failed;
	for (size_t i = 0; i < c->hosts.n; i++)
		if (open_peer(ps, &ps->items[i], c->hosts.items[i], default_port, kind) == -1)
			goto failed;
	return 0;
failed:
	log_error("output \"%s\" cannot be opened: %s", output_name(output), strerror(errno));
	return -1;
}

/* The far side closes too, or the deadline passes.  What it says meanwhile must be read: where something is left unread, the system tears the connection down. */
static void
part(struct peer *p, int64_t deadline)
{
	char buf[4096];
	int64_t left;
	ssize_t n;

	net_farewell(&p->net);
	while ((n = net_read(&p->net, buf, sizeof(buf))) >= 0 && (left = deadline - clock_monotonic_ns()) > 0) {
		struct pollfd fd = net_pollfd(&p->net, true, false);

		if (n == 0)
			poll(&fd, 1, (int)(left / CLOCK_NS_PER_MS) + 1);
	}
}

static void
part_all(struct peers *ps)
{
	int64_t deadline = clock_monotonic_ns() + (int64_t)PART_MS * CLOCK_NS_PER_MS;

	for (size_t i = 0; i < ps->n; i++)
		if (ps->items[i].state == PEER_LIVE && ps->ops->flying(ps->items[i].session) == 0)
			part(&ps->items[i], deadline);
}

void
peers_close(struct peers *ps)
{
	if (!ps->resets)
		part_all(ps);
	for (size_t i = 0; i < ps->n; i++) {
		struct peer *p = &ps->items[i];

		net_fini(&p->net);
		if (p->session)
			ps->ops->close(p->session);
		net_host_fini(&p->host);
	}
	SSL_CTX_free(ps->tls);
	free(ps->server_name);
	free(ps->items);
	free(ps->fds);
	ps->n = 0;
}

void
peers_stats(struct peers *ps, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	each(arg, "connections", "Connections that were made.", atomic_load(&ps->connections));
	each(arg, "connections_failed", "Tries that found nobody.", atomic_load(&ps->failures));
	each(arg, "connections_lost", "Connections that ended while events were in flight.", atomic_load(&ps->lost));
}
