/*
 * inputs_rig: inputs with real sockets and real workers, but a pipeline that only writes down what it is given, and outputs that are full when
 * a test says so.
 *
 * It defines the functions of pipeline.c and snapshot.c, and two of outputs/output.c, so that those are not linked.
 */
#ifndef NETNORM_TESTS_INPUTS_RIG_H
#define NETNORM_TESTS_INPUTS_RIG_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "collector/input.h"

#define RIG_MAX_WORKERS 4
#define RIG_WAIT_NS (10 * CLOCK_NS_PER_S)

struct rig_message {
	char *text;
	size_t n;
	char ip[64];
	uint64_t flow;
	bool has_address, truncated;
	unsigned worker, input;
};

struct rig_store {
	pthread_mutex_t lock;
	struct rig_message *items;
	size_t n, capacity;
	_Atomic size_t count, empty;
	_Atomic bool full, sealing;     /* sealing: messages keep their receipts, as records would */
	struct receipt *receipts[4096];
	size_t nreceipts;
};

static struct rig_store rig_store = { .lock = PTHREAD_MUTEX_INITIALIZER };

struct rig {
	struct event_base *base;
	struct snapshot snapshot;
	struct route route;
	struct worker *workers[RIG_MAX_WORKERS];
	unsigned nworkers;
	struct yaml_doc *doc;
	struct input_configs configs;
	struct input input;
	_Atomic unsigned drained;
	bool stopped;
};

int
pipeline_init(struct pipeline *p, unsigned worker)
{
	memset(p, 0, sizeof(*p));
	p->worker = worker;
	return 0;
}

void
pipeline_fini(struct pipeline *p)
{
	(void)p;
}

void
pipeline_message(struct pipeline *p, const struct message *m)
{
	struct rig_store *s = &rig_store;
	struct rig_message *kept;

	p->counters.received[m->input]++;
	p->counters.unknown++;
	p->counters.truncated += m->truncated;
	pthread_mutex_lock(&s->lock);
	if (s->n == s->capacity) {
		s->capacity = s->capacity ? s->capacity * 2 : 256;
		s->items = realloc(s->items, s->capacity * sizeof(*s->items));
	}
	kept = &s->items[s->n++];
	*kept = (struct rig_message){
		.text = malloc(m->line.n + 1), .n = m->line.n, .flow = m->source->flow, .has_address = m->source->has_address,
		.truncated = m->truncated, .worker = p->worker, .input = m->input,
	};
	memcpy(kept->text, m->line.p, m->line.n);
	kept->text[m->line.n] = '\0';
	snprintf(kept->ip, sizeof(kept->ip), "%.*s", (int)m->source->ip.n, m->source->ip.n ? m->source->ip.p : "");
	if (s->sealing && m->receipt && s->nreceipts < sizeof(s->receipts) / sizeof(*s->receipts))
		s->receipts[s->nreceipts++] = receipt_ref(m->receipt);
	pthread_mutex_unlock(&s->lock);
	atomic_fetch_add(&s->count, 1);
}

void
pipeline_empty(struct pipeline *p, unsigned input)
{
	p->counters.received[input]++;
	p->counters.dropped[DROP_EMPTY]++;
	atomic_fetch_add(&rig_store.empty, 1);
}

void
pipeline_understand(struct pipeline *p, const struct message *m, struct nevent *ev)
{
	(void)p;
	(void)m;
	(void)ev;
}

struct snapshot *
snapshot_ref(struct snapshot *s)
{
	return s;
}

void
snapshot_unref(struct snapshot **sp)
{
	*sp = NULL;
}

bool
output_full(const struct output *o)
{
	(void)o;
	return rig_store.full;
}

void
output_wake(struct output *o)
{
	(void)o;
}

static inline void
rig_on_drained(struct input *in, void *arg)
{
	struct rig *r = arg;

	(void)in;
	atomic_fetch_add(&r->drained, 1);
}

static inline void
rig_forget(void)
{
	for (size_t i = 0; i < rig_store.n; i++)
		free(rig_store.items[i].text);
	free(rig_store.items);
	rig_store.items = NULL;
	rig_store.n = rig_store.capacity = rig_store.nreceipts = 0;
	rig_store.count = rig_store.empty = 0;
	rig_store.full = rig_store.sealing = false;
}

/* One input of a configuration in YAML; NULL if it has faults (they are printed) or cannot be opened (errno). */
static inline struct rig *
rig_open(unsigned nworkers, const char *yaml)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct diag *d = diag_new();

	log_set_level(LOG_LEVEL_ERROR);
	rig_forget();
	signal(SIGPIPE, SIG_IGN);
	r->base = event_base_new();
	r->route.output = (struct output *)&r->route;
	r->snapshot.routes = &r->route;
	r->snapshot.nroutes = 1;
	r->nworkers = nworkers;
	for (unsigned i = 0; i < nworkers; i++)
		r->workers[i] = worker_new(i, &r->snapshot);
	r->doc = yaml_load_text("test", span_str(yaml), d);
	if (r->doc && input_configs_read(&r->configs, r->doc, r->doc->root, d) == 0) {
		r->input = (struct input){
			.kind = input_kinds[r->configs.items[0]->kind], .index = 3, .workers = r->workers, .nworkers = nworkers, .base = r->base,
			.on_drained = rig_on_drained, .on_drained_arg = r,
		};
		snprintf(r->input.name, sizeof(r->input.name), "%s", r->configs.items[0]->name);
		r->input.self = r->input.kind->open(r->configs.items[0], &r->input);
	}
	diag_print(d, stderr, false);
	diag_free(&d);
	return r;
}

static inline bool
rig_is_open(const struct rig *r)
{
	return r->input.self != NULL;
}

static inline void
rig_start(struct rig *r)
{
	for (unsigned i = 0; i < r->nworkers; i++)
		worker_start(r->workers[i]);
	r->input.kind->start(r->input.self);
}

/* Runs the main loop until *what is at least `n`; false after ten seconds. */
static inline bool
rig_wait(struct rig *r, _Atomic size_t *what, size_t n)
{
	int64_t end = clock_monotonic_ns() + RIG_WAIT_NS;

	while (*what < n) {
		if (clock_monotonic_ns() > end)
			return false;
		event_base_loop(r->base, EVLOOP_NONBLOCK);
		poll(NULL, 0, 1);
	}
	return true;
}

static inline bool
rig_messages(struct rig *r, size_t n)
{
	return rig_wait(r, &rig_store.count, n);
}

static inline void
rig_run_ms(struct rig *r, int ms)
{
	int64_t end = clock_monotonic_ns() + ms * INT64_C(1000000);

	while (clock_monotonic_ns() < end) {
		event_base_loop(r->base, EVLOOP_NONBLOCK);
		poll(NULL, 0, 1);
	}
}

static inline bool
rig_wait_drained(struct rig *r)
{
	int64_t end = clock_monotonic_ns() + RIG_WAIT_NS;

	while (!r->drained && clock_monotonic_ns() < end) {
		event_base_loop(r->base, EVLOOP_NONBLOCK);
		poll(NULL, 0, 1);
	}
	return r->drained == 1;
}

/* Whether all that was there has been read within `ms`. */
static inline bool
rig_drain(struct rig *r, int ms)
{
	r->input.kind->drain(r->input.self, clock_monotonic_ns() + ms * INT64_C(1000000));
	return rig_wait_drained(r);
}

static inline void
rig_stop_workers(struct rig *r)
{
	for (unsigned i = 0; i < r->nworkers; i++)
		worker_stop(r->workers[i]);
}

/* The sum of all workers' counters; they must have stopped. */
static inline struct counters
rig_counters(const struct rig *r)
{
	struct counters sum = { 0 }, one;

	for (unsigned i = 0; i < r->nworkers; i++) {
		counters_read(&r->workers[i]->page, &one);
		counters_add(&sum, &one);
	}
	return sum;
}

static inline void
rig_close(struct rig *r)
{
	rig_stop_workers(r);
	if (r->input.self)
		r->input.kind->close(r->input.self);
	for (size_t i = 0; i < rig_store.nreceipts; i++)
		receipt_unref(&rig_store.receipts[i]);
	for (unsigned i = 0; i < r->nworkers; i++)
		worker_free(&r->workers[i]);
	input_configs_fini(&r->configs);
	yaml_doc_free(&r->doc);
	event_base_free(r->base);
	free(r);
	rig_forget();
}

struct rig_stat {
	const char *name;
	uint64_t value;
	bool found;
};

static inline void
rig_each_stat(void *arg, const char *name, const char *help, bool gauge, uint64_t value)
{
	struct rig_stat *s = arg;

	(void)help;
	(void)gauge;
	if (strcmp(name, s->name) == 0) {
		s->value = value;
		s->found = true;
	}
}

/* UINT64_MAX if the input has no such counter. */
static inline uint64_t
rig_stat(const struct rig *r, const char *name)
{
	struct rig_stat s = { .name = name };

	r->input.kind->stats(r->input.self, rig_each_stat, &s);
	return s.found ? s.value : UINT64_MAX;
}

/* A socket of that type bound to `from` (port 0: any), connected to `to`. -1 with errno. */
static inline int
rig_connect(int type, const char *from, const char *to, int port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	bool is6 = strchr(to, ':') != NULL;
	struct sockaddr *sa = is6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
	socklen_t len = is6 ? sizeof(v6) : sizeof(v4);
	int fd = socket(sa->sa_family, type | SOCK_CLOEXEC, 0);

	inet_pton(sa->sa_family, from, is6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr);
	if (fd == -1 || bind(fd, sa, len) == -1)
		return -1;
	inet_pton(sa->sa_family, to, is6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr);
	v4.sin_port = v6.sin6_port = htons((uint16_t)port);
	return connect(fd, sa, len) == 0 ? fd : -1;
}

/* A port of that address that nobody has. */
static inline int
rig_free_port(int type)
{
	struct sockaddr_in6 sa = { .sin6_family = AF_INET6 };
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0);

	bind(fd, (struct sockaddr *)&sa, len);
	getsockname(fd, (struct sockaddr *)&sa, &len);
	close(fd);
	return ntohs(sa.sin6_port);
}

static inline bool
rig_has_ipv6(void)
{
	int fd = rig_connect(SOCK_DGRAM, "::1", "::1", 9);

	if (fd != -1)
		close(fd);
	return fd != -1;
}

#endif
