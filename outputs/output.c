/*
 * output: opening, the workers' side, closing, counting.  The thread is drain.c.
 */
#include "outputs/output.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "outputs/drain.h"

#define GATHER_NS 2000000
#define GATHER_FROM 8192        /* a queue of this many records can wait for a moment */
#define DAMAGED_LEVEL 6         /* nobody knows any more */

const char *const output_drop_names[OUTPUT_DROPS] = {
	[OUTPUT_DROP_FULL] = "full",
	[OUTPUT_DROP_REFUSED] = "refused",
	[OUTPUT_DROP_STOP] = "stop",
	[OUTPUT_DROP_DAMAGED] = "damaged",
};

static uint64_t
get(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_acquire);
}

bool
output_has_spool(const struct output *o)
{
	return o->tail;
}

struct log_limit *
output_reasons(struct output *o)
{
	return &o->reason_limit;
}

struct spool_sum
output_spooled_sum(const struct output *o)
{
	struct spool_sum sum = { 0 };

	for (unsigned i = 0; i < o->lanes.n; i++) {
		sum.records += get(&o->lanes.items[i].spooled);
		sum.bytes += get(&o->lanes.items[i].spooled_bytes);
	}
	return sum;
}

static void
output_free(struct output **op)
{
	struct output *o = *op;

	*op = NULL;
	if (!o)
		return;
	spool_tail_close(&o->tail, output_spooled_sum(o));      /* from here on the spool's thread wakes nobody */
	if (o->wake_fd != -1)
		close(o->wake_fd);
	dead_letter_close(&o->dead);
	lanes_fini(&o->lanes);
	queue_fini(&o->queue);
	pthread_mutex_destroy(&o->lock);
	free(o->name);
	free(o);
}

/* Signals are the main thread's. */
static int
start_thread(struct output *o)
{
	sigset_t all, before;
	char title[16] = "out:";
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&o->thread, NULL, drain_run, o);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error) {
		errno = error;
		return -1;
	}
	strncat(title, o->name, sizeof(title) - strlen(title) - 1);
	pthread_setname_np(o->thread, title);
	return 0;
}

static bool
blocks(const struct output_config *config, bool by_default)
{
	return config->queue.when_full == OUTPUT_BLOCK || (config->queue.when_full == OUTPUT_AUTO && by_default);
}

struct output *
output_open_kind(const struct output_kind *kind, const struct output_config *config, unsigned workers, bool block_by_default, struct spool *spool)
{
	struct output *o = aligned_alloc(RING_LINE, sizeof(*o));
	bool opened = false;
	int error;

	if (!o)
		goto failed;
	memset(o, 0, sizeof(*o));
	o->kind = kind;
	pthread_mutex_init(&o->lock, NULL);
	atomic_init(&o->up, true);
	atomic_init(&o->format, config->format);
	o->by_default = config->queue.when_full == OUTPUT_AUTO;
	o->may_gather = config->queue.limit >= GATHER_FROM;
	output_set_gather(o, GATHER_NS);
	backoff_init(&o->backoff, (uint64_t)clock_monotonic_ns() ^ (uint64_t)(uintptr_t)o);
	backoff_init(&o->aside, (uint64_t)(uintptr_t)o);
	backoff_init(&o->dead_backoff, (uint64_t)(uintptr_t)o->dead_records);
	o->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	o->name = strdup(config->name);
	if (o->wake_fd == -1 || !o->name || lanes_init(&o->lanes, workers, config, blocks(config, block_by_default)) == -1 ||
	    queue_init(&o->queue, (size_t)config->queue.limit + OUTPUT_BATCH) == -1)
		goto failed;
	if (config->dead_letter && !(o->dead = dead_letter_open(config->dead_letter))) {
		log_error("output \"%s\": the dead-letter file %s cannot be opened: %s", o->name, config->dead_letter,
		    errno == EINVAL ? "it is no regular file" : strerror(errno));
		goto failed;
	}
	if (spool && !(o->tail = spool_tail_open(spool, o->name, o->queue.mask + 1, o)))
		goto failed;
	o->self = kind->open(config, o);
	if (!o->self) {
		error = errno;
		output_free(&o);
		errno = error;
		return NULL;            /* told by the kind */
	}
	opened = true;
	if (start_thread(o) == -1)
		goto failed;
	return o;
failed:
	error = errno;
	log_error("output \"%s\" cannot be opened: %s", config->name, strerror(error));
	if (opened)
		kind->close(o->self);
	output_free(&o);
	errno = error;
	return NULL;
}

struct output *
output_open(const struct output_config *config, unsigned workers, bool block_by_default, struct spool *spool)
{
	return output_open_kind(output_kinds[config->kind], config, workers, block_by_default, spool);
}

bool
output_offer(struct output *o, unsigned worker, struct record *record)
{
	enum lane_outcome outcome = lanes_offer(&o->lanes, worker, record);

	if (outcome == LANE_FILLED || outcome == LANE_FILLED_DROPPED)
		drain_nudge(o);
	return outcome == LANE_TAKEN || outcome == LANE_FILLED;
}

uint64_t
output_spool_bit(const struct output *o)
{
	return o->tail ? spool_tail_bit(o->tail) : 0;
}

void
output_spooled(struct output *o, unsigned worker, const struct record *record, bool taken)
{
	struct lane *lane = &o->lanes.items[worker];

	lane_add(&lane->offered, 1);
	lane_add(taken ? &lane->spooled : &lane->dropped[record->level % LANE_LEVELS], 1);
	if (taken)
		lane_add(&lane->spooled_bytes, record->bytes);
}

void
output_filtered(struct output *o, unsigned worker)
{
	lane_add(&o->lanes.items[worker].offered, 1);
	lane_add(&o->lanes.items[worker].filtered, 1);
}

void
output_set_gather(struct output *o, int64_t ns)
{
	o->gather_ns = o->may_gather ? ns : 0;
}

void
output_wake(struct output *o)
{
	if (atomic_exchange(&o->asleep, false))
		drain_nudge(o);
}

bool
output_is_up(const struct output *o)
{
	return atomic_load_explicit(&o->up, memory_order_relaxed);
}

bool
output_full(const struct output *o)
{
	return lanes_full(&o->lanes);
}

void
output_on_room(struct output *o, void (*room)(void *), void *arg)
{
	pthread_mutex_lock(&o->lock);
	o->room = room;
	o->room_arg = arg;
	pthread_mutex_unlock(&o->lock);
}

void
output_reopen(struct output *o)
{
	atomic_store(&o->reopen, true);
	drain_nudge(o);
}

void
output_stop(struct output *o, int64_t deadline_ns)
{
	atomic_store(&o->deadline_ns, deadline_ns);
	atomic_store(&o->stopping, true);
	drain_nudge(o);
}

uint64_t
output_close(struct output **op, int64_t deadline_ns)
{
	uint64_t in_spool;

	return output_close_spooled(op, deadline_ns, &in_spool);
}

uint64_t
output_close_spooled(struct output **op, int64_t deadline_ns, uint64_t *in_spool)
{
	struct output *o = *op;
	struct output_stats s;
	uint64_t left = 0;

	*in_spool = 0;
	if (!o)
		return 0;
	output_stop(o, deadline_ns);
	pthread_join(o->thread, NULL);
	output_stats(o, &s);
	if (o->tail)
		*in_spool = s.queued;
	for (unsigned level = 0; level < LANE_LEVELS; level++)
		left += atomic_load(&o->stopped[level]);
	output_free(op);
	return left;
}

bool
output_rests(const struct output *o)
{
	struct output_stats s;

	output_stats(o, &s);
	return s.queued == 0;
}

bool
output_ended(const struct output *o)
{
	return atomic_load(&o->ended);
}

void
output_cling(struct output *o)
{
	o->clings = true;
}

int
output_wake_fd(const struct output *o)
{
	return o->wake_fd;
}

const char *
output_name(const struct output *o)
{
	return o->name;
}

enum format_id
output_format(const struct output *o, const struct record *record)
{
	unsigned format = (unsigned)atomic_load_explicit(&o->format, memory_order_relaxed);

	if (!(record->formats >> format & 1))
		for (format = 0; format < FORMAT_COUNT - 1 && !(record->formats >> format & 1); format++)
			;
	return (enum format_id)format;
}

struct span
output_line(const struct output *o, const struct record *record)
{
	return record->rendered[output_format(o, record)];
}

bool
output_line_is_json(const struct output *o, const struct record *record)
{
	enum format_id format = output_format(o, record);

	return format_table[format].json && record->rendered[format].n > 0;
}

void
output_set_format(struct output *o, int format)
{
	atomic_store_explicit(&o->format, format, memory_order_relaxed);
}

void
output_set_block_by_default(struct output *o, bool block)
{
	if (!o->by_default || atomic_exchange(&o->lanes.block, block) == block)
		return;
	log_info("output \"%s\" %s when it is full", o->name, block ? "holds back inputs" : "drops");
	drain_nudge(o);                 /* inputs that it holds back go on */
}

/* What is on its way into the spool, and what lies in it. */
static void
add_spooled(const struct output *o, struct output_stats *s)
{
	struct spool_sum waiting = spool_tail_waiting(o->tail, output_spooled_sum(o));

	s->resumed = spool_tail_resumed(o->tail);
	s->queued += waiting.records;
	s->queued_bytes += waiting.bytes;
	s->dropped[OUTPUT_DROP_DAMAGED][DAMAGED_LEVEL] = spool_tail_damaged(o->tail);
}

void
output_stats(const struct output *o, struct output_stats *s)
{
	uint64_t records, bytes;

	memset(s, 0, sizeof(*s));
	s->name = o->name;
	s->kind = o->kind->name;
	s->acknowledges = o->kind->acknowledges;
	for (unsigned i = 0; i < o->lanes.n; i++) {
		const struct lane *lane = &o->lanes.items[i];

		s->offered += get(&lane->offered);
		s->filtered += get(&lane->filtered);
		for (unsigned level = 0; level < LANE_LEVELS; level++)
			s->dropped[OUTPUT_DROP_FULL][level] += get(&lane->dropped[level]);
	}
	for (unsigned level = 0; level < LANE_LEVELS; level++) {
		s->dropped[OUTPUT_DROP_REFUSED][level] = get(&o->refused[level]);
		s->dropped[OUTPUT_DROP_STOP][level] = get(&o->stopped[level]);
	}
	*(o->kind->acknowledges ? &s->delivered : &s->sent) = get(&o->done);
	s->retried = get(&o->retried);
	s->dead_lettered = get(&o->buried);
	s->reconnects = get(&o->reconnects);
	s->oldest_ns = atomic_load_explicit(&o->oldest_ns, memory_order_relaxed);
	for (size_t i = 0; i < LATENCY_BUCKETS; i++)
		s->latency[i] = get(&o->latency.counts[i]);
	s->latency_sum_us = get(&o->latency.sum_us);
	lanes_queued(&o->lanes, &records, &bytes);
	s->queued = records + get(&o->held);
	s->queued_bytes = bytes + get(&o->held_bytes);
	if (o->tail)
		add_spooled(o, s);
	s->limit = o->lanes.limit;
	s->limit_bytes = o->lanes.limit_bytes;
	s->up = atomic_load(&o->up);
}

void
output_stats_own(const struct output *o, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	struct output *open = (struct output *)(uintptr_t)o;    /* the lock is not part of what a reader may not change */

	pthread_mutex_lock(&open->lock);
	if (o->self && o->kind->stats)
		o->kind->stats(o->self, each, arg);
	pthread_mutex_unlock(&open->lock);
}

void
output_gauges_own(const struct output *o, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg)
{
	struct output *open = (struct output *)(uintptr_t)o;

	pthread_mutex_lock(&open->lock);
	if (o->self && o->kind->gauges)
		o->kind->gauges(o->self, each, arg);
	pthread_mutex_unlock(&open->lock);
}
