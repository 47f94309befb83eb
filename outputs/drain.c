/*
 * drain: knows the order of things in an output's thread, and when to wait.  What happens to a record is the kind's word.
 */
#include "outputs/drain.h"

#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define NS_PER_MS 1000000
#define DRAIN_SPOOL_BATCH 512   /* read from the spool at once */
#define DRAIN_SPOOL_WAITING 4096        /* so many wait in memory: the others stay there */
#define DRAIN_IDLE_MS 1000      /* the longest sleep */
#define DRAIN_STUCK_MS 50       /* ... while the kind takes nothing */
#define DRAIN_STOP_MS 20        /* ... while stopping */
#define DRAIN_GATHER_NS 2000000
#define DRAIN_GATHER_BELOW 512  /* fewer records than this in a round: let more gather */
#define DRAIN_FORGET_S 30       /* without a record set aside: the wait for the next one begins with the first delay */
#define DRAIN_TELL_S 5          /* one line of a sort in this time */

void
drain_nudge(struct output *o)
{
	uint64_t one = 1;
	ssize_t n;

	do
		n = write(o->wake_fd, &one, sizeof(one));
	while (n == -1 && errno == EINTR);
}

static void
set_up(struct output *o, bool up)
{
	if (atomic_load_explicit(&o->up, memory_order_relaxed) == up)
		return;
	atomic_store_explicit(&o->up, up, memory_order_relaxed);
	if (!up) {
		o->down_ns = clock_monotonic_ns();
		log_limited(&o->down_limit, DRAIN_TELL_S, LOG_LEVEL_WARNING, "output \"%s\" is down; its records wait", o->name);
	} else {
		log_limited(&o->back_limit, DRAIN_TELL_S, LOG_LEVEL_NOTICE, "output \"%s\" is back after %.1f s", o->name,
		    (double)(clock_monotonic_ns() - o->down_ns) / CLOCK_NS_PER_S);
	}
}

/* ---- records that stand aside ---- */

/* Records of one key and one order of the kind's share it; others may, too, and then wait with them. */
static uint32_t *
held_of(struct output *o, const struct record *r)
{
	uint32_t h = 2166136261u ^ (o->kind->order && o->self ? o->kind->order(o->self, r) : 0);

	for (size_t i = 0; i < r->device.n; i++)
		h = (h ^ (unsigned char)r->device.p[i]) * 16777619u;
	return &o->held_keys[(h ^ h >> 16) % DRAIN_KEYS];
}

static void
set_aside(struct output *o, struct record *const *cell)
{
	++*held_of(o, *cell);
	queue_set_aside(&o->queue, cell);
}

/* The wait for all of them: begins anew when one gets through, or after some time without a failure, not with what others deliver. */
static void
aside_fail(struct output *o)
{
	int64_t now = clock_monotonic_ns();

	if (now - o->aside_ns > DRAIN_FORGET_S * CLOCK_NS_PER_S)
		backoff_reset(&o->aside);
	o->aside_ns = now;
	backoff_fail(&o->aside, now);
}

/* ---- what happened to a record ---- */

/* It leaves the output, whatever became of it. */
static void
end_record(struct output *o, struct record *record)
{
	lane_add(&o->held, UINT64_MAX);
	lane_add(&o->held_bytes, -(uint64_t)record->bytes);
	if (o->tail)
		spool_tail_settle(o->tail, record);
	else
		lanes_settle(&o->lanes, record);
	record_unref(&record);
}

void
output_settle_at(struct output *o, struct record *const *cell, enum output_result result, const char *reason)
{
	struct record *record = *cell;

	switch (result) {
	case OUTPUT_DONE:
		lane_add(&o->done, 1);
		backoff_reset(&o->backoff);
		if (queue_flies_again(&o->queue, cell))
			backoff_reset(&o->aside);
		set_up(o, true);
		break;
	case OUTPUT_REFUSED:
		lane_add(&o->refused[record->level % LANE_LEVELS], 1);
		if (reason)
			log_once_a(10, LOG_LEVEL_WARNING, "output \"%s\" refused event %.*s for good: %s", o->name, (int)record->id.n,
			    record->id.p, reason);
		break;
	case OUTPUT_DOWN:
		set_up(o, false);
		lane_add(&o->retried, 1);
		backoff_fail(&o->backoff, clock_monotonic_ns());
		queue_again(&o->queue, cell);
		return;
	case OUTPUT_AGAIN:
		lane_add(&o->retried, 1);
		aside_fail(o);
		set_aside(o, cell);
		return;
	}
	end_record(o, queue_end(&o->queue, cell));
}

void
output_set_up(struct output *o, bool up)
{
	set_up(o, up);
}

void
output_set_gone(struct output *o)
{
	atomic_store_explicit(&o->up, false, memory_order_relaxed);
}

/* ---- one round ---- */

static void
take_in(struct output *o, struct record *record)
{
	lane_add(&o->held, 1);
	lane_add(&o->held_bytes, record->bytes);
	queue_put(&o->queue, record);
}

/* Spool to queue; how many.  Where the far side is down they may as well stay where they are. */
static size_t
take_from_spool(struct output *o)
{
	struct record *records[DRAIN_SPOOL_BATCH];
	size_t room = queue_room(&o->queue), n = 0;

	if (queue_waiting(&o->queue) < DRAIN_SPOOL_WAITING && room > 0)
		n = spool_tail_take(o->tail, records, room < DRAIN_SPOOL_BATCH ? room : DRAIN_SPOOL_BATCH);
	for (size_t i = 0; i < n; i++)
		take_in(o, records[i]);
	return n;
}

/* Rings to queue; how many. */
static size_t
take(struct output *o)
{
	size_t room = queue_room(&o->queue), n = 0;
	struct record *record;

	if (o->tail)
		return take_from_spool(o);

	if (room > OUTPUT_BATCH)
		room = OUTPUT_BATCH;
	for (; n < room && (record = lanes_pop(&o->lanes)); n++)
		take_in(o, record);
	return n;
}

/* Is there nothing to take now? */
static bool
source_empty(const struct output *o)
{
	return o->tail ? !spool_tail_has_more(o->tail) || queue_waiting(&o->queue) >= DRAIN_SPOOL_WAITING : lanes_empty(&o->lanes);
}

/* Once those that stand aside have waited long enough they go before all others. */
static void
release(struct output *o)
{
	if (o->queue.aside == 0 || backoff_left(&o->aside, clock_monotonic_ns()) > 0)
		return;
	memset(o->held_keys, 0, sizeof(o->held_keys));
	queue_release(&o->queue);
}

/* Records for the kind while some stand aside: what has the key of one of those joins them.  How many are done with. */
static size_t
give_past(struct output *o, struct record *const *cells, size_t n)
{
	size_t at = 0, run, taken;

	while (at < n && o->backoff.until_ns == 0) {
		for (run = 0; at + run < n && *held_of(o, cells[at + run]) == 0; run++)
			;
		if (run == 0) {
			set_aside(o, cells + at++);
			continue;
		}
		taken = o->kind->write(o->self, cells + at, run);
		at += taken;
		if (taken < run)
			break;
	}
	return at;
}

/* Queue to kind; how many it took. */
static size_t
give(struct output *o)
{
	struct record *const *cells;
	size_t n, taken;

	release(o);
	if (queue_waiting(&o->queue) == 0 || backoff_left(&o->backoff, clock_monotonic_ns()) > 0)
		return 0;
	cells = queue_take(&o->queue, OUTPUT_BATCH, &n);
	taken = o->queue.aside > 0 ? give_past(o, cells, n) : o->kind->write(o->self, cells, n);
	if (taken < n)
		queue_give_back(&o->queue, cells + taken, n - taken);
	return taken;
}

static void
tell_room(struct output *o)
{
	void (*room)(void *);
	void *arg;

	if (!lanes_room(&o->lanes))
		return;
	pthread_mutex_lock(&o->lock);
	room = o->room;
	arg = o->room_arg;
	pthread_mutex_unlock(&o->lock);
	if (room)
		room(arg);
}

static void
tell_drops(struct output *o)
{
	int64_t now = clock_monotonic_ns();
	uint64_t drops = 0;

	if (now < o->tell_ns)
		return;
	for (unsigned i = 0; i < o->lanes.n; i++)
		for (unsigned level = 0; level < LANE_LEVELS; level++)
			drops += atomic_load_explicit(&o->lanes.items[i].dropped[level], memory_order_relaxed);
	if (drops > o->told_drops) {
		log_warning("output \"%s\": the queue is filling, %llu events dropped by severity", o->name,
		    (unsigned long long)(drops - o->told_drops));
		o->told_drops = drops;
		o->tell_ns = now + DRAIN_TELL_S * CLOCK_NS_PER_S;
	}
}

/* ---- waiting ---- */

static int
at_most(int64_t left_ns, int ms)
{
	return left_ns / NS_PER_MS + 1 < ms ? (int)(left_ns / NS_PER_MS) + 1 : ms;
}

static int
wait_ms(struct output *o)
{
	int64_t now = clock_monotonic_ns(), left = backoff_left(&o->backoff, now);
	int ms = DRAIN_IDLE_MS;

	if (left > 0)
		ms = at_most(left, ms);
	else if (queue_waiting(&o->queue) > 0)
		ms = DRAIN_STUCK_MS;
	if (o->queue.aside > 0)
		ms = at_most(backoff_left(&o->aside, now), ms);
	if (atomic_load(&o->stopping) && ms > DRAIN_STOP_MS)
		ms = DRAIN_STOP_MS;
	return ms;
}

static void
wait_for(struct output *o, int ms)
{
	if (o->kind->poll) {
		o->kind->poll(o->self, ms);
	} else {
		struct pollfd fd = { .fd = o->wake_fd, .events = POLLIN };

		poll(&fd, 1, ms);
	}
}

/* Nothing could be done: sleep until a worker wakes us, or until something is due. */
static void
rest(struct output *o)
{
	uint64_t count;
	ssize_t n;

	tell_drops(o);
	/* Whoever exchanges second sees what the other did before: a worker that we sleep, or we what it put into its ring. */
	atomic_exchange(&o->asleep, true);
	if (source_empty(o) || queue_room(&o->queue) == 0) {
		wait_for(o, wait_ms(o));
		n = read(o->wake_fd, &count, sizeof(count));
		(void)n;
	}
	atomic_store(&o->asleep, false);
}

/* A round that moved little: waking for each handful of records costs more than they do. */
static void
let_gather(const struct output *o, size_t moved)
{
	static const struct timespec nap = { .tv_nsec = DRAIN_GATHER_NS };

	if (o->gather && moved > 0 && moved < DRAIN_GATHER_BELOW && !atomic_load(&o->stopping))
		nanosleep(&nap, NULL);
}

/* ---- the end ---- */

/* Is there nothing left to do, or no time for it? */
static bool
ended(struct output *o)
{
	int64_t left;

	if (!atomic_load(&o->stopping))
		return false;
	if (!o->hurries) {
		o->hurries = true;
		backoff_init(&o->backoff, o->backoff.random);
		backoff_init(&o->aside, o->aside.random);
	}
	if (source_empty(o) && queue_count(&o->queue) == 0)
		return true;
	/* The spool keeps what a far side that is down does not take. */
	if (o->tail && o->queue.flying == 0 && !atomic_load(&o->up))
		return true;
	left = atomic_load(&o->deadline_ns) - clock_monotonic_ns();
	if (left <= 0)
		return true;
	if (queue_waiting(&o->queue) == 0 && o->queue.flying > 0 && o->kind->flush)
		o->kind->flush(o->self, left < DRAIN_STOP_MS * NS_PER_MS ? (int)(left / NS_PER_MS) : DRAIN_STOP_MS);
	return false;
}

/* What did not go out is there at the next start. */
static void
leave_to_spool(struct output *o)
{
	struct record *record;
	bool flew;

	while ((record = queue_drop(&o->queue, &flew))) {
		if (flew && o->clings)
			record_ref(record);
		record_unref(&record);
	}
}

static void
leave(struct output *o)
{
	int64_t left = atomic_load(&o->deadline_ns) - clock_monotonic_ns();
	struct record *record;
	bool flew;
	void *self;

	if (o->kind->flush)
		o->kind->flush(o->self, left > 0 ? (int)(left / NS_PER_MS) : 0);
	pthread_mutex_lock(&o->lock);
	self = o->self;
	o->self = NULL;
	pthread_mutex_unlock(&o->lock);
	o->kind->close(self);
	if (o->tail) {
		leave_to_spool(o);
		return;
	}
	do {
		while ((record = queue_drop(&o->queue, &flew))) {
			if (flew && o->clings)
				record_ref(record);     /* its memory is lost: better than read when it is another's */
			lane_add(&o->stopped[record->level % LANE_LEVELS], 1);
			end_record(o, record);
		}
	} while (take(o) > 0);
}

void *
drain_run(void *arg)
{
	struct output *o = arg;

	while (!ended(o)) {
		size_t moved = take(o), given = give(o);

		if (atomic_exchange(&o->reopen, false) && o->kind->reopen)
			o->kind->reopen(o->self);
		if (given > 0 && o->kind->poll)
			o->kind->poll(o->self, 0);
		tell_room(o);
		if (moved == 0 && given == 0)
			rest(o);
		else
			let_gather(o, given);
	}
	leave(o);
	atomic_store(&o->ended, true);
	return NULL;
}
