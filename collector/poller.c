/*
 * The schedule, under one lock, and the pool's threads.  A thread takes the device that is due, asks it without the lock, and says when it is due again.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/log.h"
#include "collector/cache.h"
#include "collector/config.h"
#include "collector/poller_part.h"

#define POLLER_STACK_BYTES ((size_t)1 << 20)
#define POLLER_NICE 5                   /* events come first */
#define NEVER_NS INT64_MAX
#define LOOKS_FIRST_NS 0

/* ---- what is due ---- */

/* Those in trouble get a quarter of the pool, and a session at least; an eighth is kept for fresh looks, and at least one session of several. */
static bool
has_room(const struct poller *p, const struct polled *d, bool look)
{
	unsigned kept = p->sessions > 1 ? (p->sessions + 7) / 8 : 0;

	if (polled_troubled(d) && p->running_troubled >= (p->sessions + 3) / 4)
		return false;
	return look || p->running < p->sessions - kept;
}

/* The device whose turn it is, one that is to be looked at first; NULL, and *next_ns says when one may be. */
static struct polled *
pick(struct poller *p, int64_t now_ns, int64_t *next_ns)
{
	struct polled *best = NULL;
	int64_t best_ns = NEVER_NS;

	*next_ns = NEVER_NS;
	for (size_t i = 0; i < p->n; i++) {
		struct polled *d = p->devices[i];
		int64_t due_ns = d->running ? NEVER_NS : polled_due_ns(d, &p->limits, now_ns);
		bool look = due_ns <= now_ns && polled_look_due(d, &p->limits, now_ns);
		int64_t late_ns = d->looks ? d->looks->wanted_ns + p->limits.look_timeout_ns + 1 : NEVER_NS;

		if (due_ns > now_ns && due_ns < *next_ns)
			*next_ns = due_ns;
		if (late_ns > now_ns && late_ns < *next_ns)     /* it must go then: others would join it */
			*next_ns = late_ns;
		if (look)
			due_ns = LOOKS_FIRST_NS;
		if (due_ns <= now_ns && due_ns < best_ns && has_room(p, d, look)) {
			best = d;
			best_ns = due_ns;
		}
	}
	return best;
}

static void
drop_late(struct poller *p, int64_t now_ns)
{
	for (size_t i = 0; i < p->n && p->nlooks > 0; i++) {
		struct look *late = polled_take_late(p->devices[i], &p->limits, now_ns);

		poller_looks_left(p, late);
		poller_drop_looks(&late, &p->stats.looks_late);
	}
}

/* ---- one session ---- */

struct job {
	struct poll poll;
	struct polled *device;
	struct snapshot *snapshot;
	struct look *looks;             /* that its answers are for */
	int64_t look_timeout_ns;
	struct cache *cache;
	bool troubled;
};

static void
begin(struct poller *p, struct polled *d, struct job *j, int64_t now_ns)
{
	*j = (struct job){ .device = d, .troubled = polled_troubled(d), .snapshot = snapshot_ref(p->snapshot), .cache = p->cache,
		.look_timeout_ns = p->limits.look_timeout_ns };
	j->looks = polled_take_looks(d, &p->limits, now_ns);
	poller_looks_left(p, j->looks);
	j->poll = (struct poll){ .name = d->name, .access = d->access, .timeout_ms = p->snapshot->config->enrichment.timeout_ms, .cancel = &p->stopping };
	j->poll.kinds = polled_due_kinds(d, &p->limits, now_ns);
	for (const struct look *l = j->looks; l; l = l->next)
		j->poll.kinds |= 1u << l->kind;
	d->running = true;
	p->running++;
	p->running_troubled += j->troubled;
}

/* To the workers; false if the device left the inventory meanwhile: then nothing of it may come up again. */
static bool
tell_learned(struct poller *p, const struct job *j)
{
	bool stays;

	pthread_mutex_lock(&p->lock);
	stays = !j->device->gone;
	for (size_t kind = 0; kind < VIEW_KINDS && stays; kind++) {
		if (j->poll.parts[kind])
			p->hooks.learned(p->hooks.arg, j->device->name, view_part_ref(j->poll.parts[kind]));
	}
	pthread_mutex_unlock(&p->lock);
	return stays;
}

static void
hand_out(struct poller *p, struct job *j)
{
	if (!tell_learned(p, j) || !j->cache)
		return;
	for (size_t kind = 0; kind < VIEW_KINDS; kind++) {
		const struct view_part *part = j->poll.parts[kind];

		if (part)
			cache_put(j->cache, j->device->name, getter_methods[view_getters[kind]].name, j->poll.results[kind], view_part_asked_ns(part));
	}
}

/* The answers that came in time; the list has the others then. */
static uint64_t
answer_looks(struct poller *p, struct job *j, int64_t now_ns)
{
	uint64_t n = 0;

	for (struct look **at = &j->looks; *at;) {
		struct look *l = *at;
		struct view_part *part = j->poll.parts[l->kind];

		if (!part || now_ns - l->wanted_ns > j->look_timeout_ns) {
			at = &l->next;
			continue;
		}
		*at = l->next;
		n++;
		p->hooks.looked(p->hooks.arg, l, part);
	}
	return n;
}

static void
tell(const struct polled *d, const struct poll *poll, unsigned failures_before)
{
	char text[1024];

	if (poll->error != DEVICE_OK && failures_before == 0)
		log_warning("device \"%s\": %s (%s)", d->name, log_quote(text, sizeof(text), span_str(poll->message)), device_error_name(poll->error));
	else if (poll->error == DEVICE_OK && failures_before > 0)
		log_notice("device \"%s\": it answers again", d->name);
}

/* Once for each getter, until it works again. */
static void
tell_refused(struct polled *d, const struct poll *poll)
{
	unsigned before = d->refused;
	char text[1024];

	d->refused = (d->refused & ~poll->kinds) | poll->refused;
	if (d->refused & ~before)
		log_warning("device \"%s\": %s", d->name, log_quote(text, sizeof(text), span_str(poll->message)));
}

static void
count(struct poller *p, const struct poll *poll)
{
	p->stats.polls++;
	p->stats.warnings += poll->warnings;
	p->stats.refused += (uint64_t)__builtin_popcount(poll->refused);
	if (poll->error == DEVICE_OK)
		return;
	p->stats.polls_failed++;
	p->stats.failures[poll->error]++;
}

/* The getter gave nothing, or what it gave came too late. */
static void
drop_unanswered(struct poller *p, struct job *j, int64_t now_ns)
{
	while (j->looks) {
		struct look *l = j->looks;

		j->looks = l->next;
		l->next = NULL;
		poller_drop_looks(&l, now_ns - l->wanted_ns > j->look_timeout_ns ? &p->stats.looks_late : &p->stats.looks_failed);
	}
}

static void
finish(struct poller *p, struct job *j, uint64_t answered, int64_t began_ns)
{
	struct polled *d = j->device;
	unsigned failures = d->failures;
	int64_t now_ns = clock_monotonic_ns();

	d->running = false;
	p->running--;
	p->running_troubled -= j->troubled;
	count(p, &j->poll);
	p->stats.looks_answered += answered;
	drop_unanswered(p, j, now_ns);
	/* Of a way to ask it that a reload has changed meanwhile nothing counts. */
	if (d->access && inventory_access_same(d->access, j->poll.access))
		polled_done(d, &j->poll, &p->limits, &(struct polled_times){ began_ns, now_ns });
	if (!atomic_load(&p->stopping)) {
		tell(d, &j->poll, failures);
		tell_refused(d, &j->poll);
	}
	if (d->gone)
		poller_left(p, d);
}

static void
run_one(struct poller *p, struct polled *d, int64_t now_ns)
{
	struct job j;
	uint64_t answered;

	begin(p, d, &j, now_ns);
	pthread_mutex_unlock(&p->lock);
	poll_run(&j.poll);
	if (!atomic_load(&p->stopping))
		hand_out(p, &j);
	answered = answer_looks(p, &j, clock_monotonic_ns());
	pthread_mutex_lock(&p->lock);
	finish(p, &j, answered, now_ns);
	pthread_mutex_unlock(&p->lock);
	poll_fini(&j.poll);
	snapshot_unref(&j.snapshot);
	pthread_mutex_lock(&p->lock);
}

/* One thread sleeps until something is due; the others sleep until somebody has something for them. */
static void
wait_until(struct poller *p, int64_t until_ns)
{
	struct timespec ts = { .tv_sec = until_ns / CLOCK_NS_PER_S, .tv_nsec = until_ns % CLOCK_NS_PER_S };

	if (until_ns >= p->wake_ns) {
		pthread_cond_wait(&p->changed, &p->lock);
		return;
	}
	p->wake_ns = until_ns;
	pthread_cond_timedwait(&p->changed, &p->lock, &ts);
	if (p->wake_ns == until_ns)
		p->wake_ns = NEVER_NS;
}

static void *
run(void *arg)
{
	struct poller *p = arg;

	pthread_setname_np(pthread_self(), "poller");
	(void)setpriority(PRIO_PROCESS, 0, POLLER_NICE);        /* on Linux: of this thread */
	pthread_mutex_lock(&p->lock);
	while (!atomic_load(&p->stopping)) {
		int64_t now_ns = clock_monotonic_ns(), next_ns;
		struct polled *d;

		drop_late(p, now_ns);
		d = pick(p, now_ns, &next_ns);
		if (d) {
			pthread_cond_signal(&p->changed);       /* what else is due, and when, is the next one's business */
			run_one(p, d, now_ns);
		} else {
			wait_until(p, next_ns);
		}
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* ---- from outside ---- */

static void
start_threads(struct poller *p)
{
	pthread_attr_t attr;

	if (pthread_attr_init(&attr))
		return;
	pthread_attr_setstacksize(&attr, POLLER_STACK_BYTES);
	while (p->started < p->sessions && p->started < p->n) {
		errno = pthread_create(&p->threads[p->started], &attr, run, p);
		if (errno) {
			log_error("the pool of the poller has %u threads, no more can be had: %m", p->started);
			break;
		}
		p->started++;
	}
	pthread_attr_destroy(&attr);
}

void
poller_set(struct poller *p, struct snapshot *s)
{
	struct snapshot *old = NULL;
	struct polled **list;
	size_t n;

	pthread_mutex_lock(&p->lock);
	polled_limits(&p->limits, &s->config->enrichment);
	list = poller_devices_of(p, s->inventory, &n);
	if (list) {
		poller_let_go(p);
		free(p->devices);
		p->devices = list;
		p->n = n;
		for (size_t i = 0; i < n; i++)
			list[i]->kept = false;
		old = p->snapshot;
		p->snapshot = snapshot_ref(s);
	}
	pthread_mutex_unlock(&p->lock);
	snapshot_unref(&old);
	if (p->cache)
		poller_read_cache(p);
	start_threads(p);
	pthread_cond_broadcast(&p->changed);
}

void
poller_look(struct poller *p, struct look *l)
{
	char name[512];
	enum polled_look outcome = POLLED_LOOK_TOO_MANY;
	struct polled **d;

	snprintf(name, sizeof(name), "%.*s", (int)l->device.n, l->device.p);
	pthread_mutex_lock(&p->lock);
	d = poller_find(p, name);
	p->stats.looks_wanted++;
	if (d)
		outcome = polled_add_look(*d, &p->limits, l);
	if (outcome == POLLED_LOOK_WAITS) {
		p->nlooks++;
		atomic_store_explicit(&p->waiting[l->key % POLLER_WAITING], l->key, memory_order_relaxed);
		if ((*d)->nlooks == 1)
			pthread_cond_signal(&p->changed);
	} else {
		p->stats.looks_limited += outcome == POLLED_LOOK_TOO_MANY;
		p->stats.looks_joined += outcome == POLLED_LOOK_JOINS;
		look_free(&l);
	}
	pthread_mutex_unlock(&p->lock);
}

bool
poller_join_look(struct poller *p, uint64_t key)
{
	if (atomic_load_explicit(&p->waiting[key % POLLER_WAITING], memory_order_relaxed) != key)
		return false;
	atomic_fetch_add_explicit(&p->joined, 1, memory_order_relaxed);
	return true;
}

/* ---- opening and closing ---- */

bool
poller_wanted(const struct inventory *inv)
{
	for (size_t i = 0; i < inventory_count(inv); i++) {
		const struct inventory_access *a = inventory_at(inv, i)->access;

		if (a->driver && a->poll)
			return true;
	}
	return false;
}

void
poller_use_cache(struct poller *p, struct cache *cache)
{
	pthread_mutex_lock(&p->lock);
	p->cache = cache;
	pthread_mutex_unlock(&p->lock);
}

struct poller *
poller_open(const struct poller_hooks *hooks, unsigned sessions)
{
	struct poller *p = calloc(1, sizeof(*p));
	pthread_condattr_t attr;

	if (!p || !(p->threads = calloc(sessions, sizeof(*p->threads)))) {
		free(p);
		return NULL;
	}
	p->hooks = *hooks;
	p->wake_ns = NEVER_NS;
	p->sessions = sessions;
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->changed, &attr);
	pthread_condattr_destroy(&attr);
	return p;
}

void
poller_stop(struct poller *p)
{
	atomic_store(&p->stopping, true);
	pthread_mutex_lock(&p->lock);
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
	while (p->started > 0)
		pthread_join(p->threads[--p->started], NULL);
}

void
poller_close(struct poller **pp)
{
	struct poller *p = *pp;

	*pp = NULL;
	if (!p)
		return;
	poller_stop(p);
	for (size_t i = 0; i < p->n; i++) {
		poller_drop_looks(&p->devices[i]->looks, &p->stats.looks_late);
		polled_free(&p->devices[i]);
	}
	snapshot_unref(&p->snapshot);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	free(p->devices);
	free(p->threads);
	free(p);
}

void
poller_stats(struct poller *p, struct enrichment_stats *s)
{
	pthread_mutex_lock(&p->lock);
	*s = p->stats;
	s->looks_joined += atomic_load(&p->joined);
	s->looks_wanted += atomic_load(&p->joined);
	s->devices = p->n;
	s->sessions = p->running;
	for (size_t i = 0; i < p->n; i++)
		s->failing += p->devices[i]->failures > 0;
	pthread_mutex_unlock(&p->lock);
}
