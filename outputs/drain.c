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

#define DRAIN_SPOOL_BATCH 512   /* read from the spool at once */
#define DRAIN_SPOOL_WAITING 4096        /* so many wait in memory: the others stay there */
#define DRAIN_IDLE_MS 1000      /* the longest sleep */
#define DRAIN_STUCK_MS 50       /* ... while the kind takes nothing */
#define DRAIN_STOP_MS 20        /* ... while stopping */
#define DRAIN_GATHER_BELOW 512  /* fewer records than this in a round: let more gather */
#define DRAIN_OLDEST_NS 200000000       /* so often the oldest record is looked for */

void
drain_nudge(struct output *o)
{
	uint64_t one = 1;
	ssize_t n;

	do
		n = write(o->wake_fd, &one, sizeof(one));
	while (n == -1 && errno == EINTR);
}

/* ---- one round ---- */

static void
take_in(struct output *o, struct record *record)
{
	lane_add(&o->held, 1);
	lane_add(&o->held_bytes, record->bytes);
	queue_put(&o->queue, record);
}

/* Bytes that it may hold more; 0: none now. */
static uint64_t
room_bytes(const struct output *o)
{
	uint64_t held = atomic_load_explicit(&o->held_bytes, memory_order_relaxed);

	return held < o->lanes.limit_bytes ? o->lanes.limit_bytes - held : 0;
}

/* Spool to queue; how many.  Where the far side is down they may as well stay where they are. */
static size_t
take_from_spool(struct output *o)
{
	struct record *records[DRAIN_SPOOL_BATCH];
	size_t room = queue_room(&o->queue), n = 0;

	if (queue_waiting(&o->queue) < DRAIN_SPOOL_WAITING && room > 0 && room_bytes(o) > 0 && !o->reads_no_more)
		n = spool_tail_take(o->tail, records, room < DRAIN_SPOOL_BATCH ? room : DRAIN_SPOOL_BATCH, room_bytes(o));
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

/* Can more come that was offered before the end? */
static bool
source_awaits(const struct output *o)
{
	return o->tail && !o->reads_no_more && spool_tail_awaits(o->tail, output_spooled_sum(o));
}

/* Is there nothing to take now? */
static bool
source_empty(const struct output *o)
{
	if (!o->tail)
		return lanes_empty(&o->lanes);
	return o->reads_no_more || queue_waiting(&o->queue) >= DRAIN_SPOOL_WAITING || room_bytes(o) == 0 || !spool_tail_has_more(o->tail);
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

static size_t
write_some(struct output *o, struct record *const *cells, size_t n)
{
	o->settles = 0;
	return o->kind->write(o->self, cells, n);
}

/* Records for the kind while some stand aside: what has the key of one of those joins them.  How many are done with. */
static size_t
give_past(struct output *o, struct record *const *cells, size_t n)
{
	size_t at = 0, run, taken;

	while (at < n && o->backoff.until_ns == 0) {
		for (run = 0; at + run < n && *settle_held_of(o, cells[at + run]) == 0; run++)
			;
		if (run == 0) {
			settle_aside(o, cells + at++);
			continue;
		}
		taken = write_some(o, cells + at, run);
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
	taken = o->queue.aside > 0 ? give_past(o, cells, n) : write_some(o, cells, n);
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
	return left_ns / CLOCK_NS_PER_MS + 1 < ms ? (int)(left_ns / CLOCK_NS_PER_MS) + 1 : ms;
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
	if (o->ndead > 0)
		ms = at_most(backoff_left(&o->dead_backoff, now), ms);
	if (atomic_load(&o->stopping) && ms > DRAIN_STOP_MS)
		ms = DRAIN_STOP_MS;
	return ms;
}

static void
wait_for(struct output *o, int ms)
{
	o->settles = 0;
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
	struct timespec nap = { .tv_nsec = o->gather_ns };

	if (o->gather_ns > 0 && moved > 0 && moved < DRAIN_GATHER_BELOW && !atomic_load(&o->stopping))
		nanosleep(&nap, NULL);
}

/* ---- the end ---- */

/* Is there nothing left to do, or no time for it? */
static bool
ended(struct output *o)
{
	int64_t now, left;

	if (!atomic_load(&o->stopping))
		return false;
	now = clock_monotonic_ns();
	left = atomic_load(&o->deadline_ns) - now;
	if (!o->hurries) {
		o->hurries = true;
		o->read_until_ns = now + left / 2;
		backoff_init(&o->backoff, o->backoff.random);
		backoff_init(&o->aside, o->aside.random);
		backoff_init(&o->dead_backoff, o->dead_backoff.random);
	}
	if (source_empty(o) && !source_awaits(o) && queue_count(&o->queue) == 0 && o->ndead == 0)
		return true;
	/* The spool keeps what a far side that is down does not take, and what it will not have acknowledged in time. */
	o->reads_no_more = o->tail && now >= o->read_until_ns;
	if (o->tail && o->queue.flying == 0 && !atomic_load(&o->up))
		return true;
	if (left <= 0)
		return true;
	o->settles = 0;
	if (queue_waiting(&o->queue) == 0 && o->queue.flying > 0 && o->kind->flush)
		o->kind->flush(o->self, left < DRAIN_STOP_MS * CLOCK_NS_PER_MS ? (int)(left / CLOCK_NS_PER_MS) : DRAIN_STOP_MS);
	return false;
}

/* One last try.  What is not on the disk even then stays in the spool, or is given up. */
static void
leave_dead_letters(struct output *o)
{
	backoff_init(&o->dead_backoff, o->dead_backoff.random);
	settle_dead_letters(o);
	if (o->ndead > 0)
		log_error("output \"%s\": %zu dead letters may not be on the disk%s", o->name, o->ndead, o->tail ? "; their events stay in the spool" : "");
	for (size_t i = 0; i < o->ndead; i++) {
		if (o->tail) {
			record_unref(&o->dead_records[i]);
			continue;
		}
		lane_add(&o->stopped[o->dead_records[i]->level % LANE_LEVELS], 1);
		settle_end(o, o->dead_records[i]);
	}
	o->ndead = 0;
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
		o->kind->flush(o->self, left > 0 ? (int)(left / CLOCK_NS_PER_MS) : 0);
	pthread_mutex_lock(&o->lock);
	self = o->self;
	o->self = NULL;
	pthread_mutex_unlock(&o->lock);
	o->kind->close(self);
	leave_dead_letters(o);
	if (o->tail) {
		leave_to_spool(o);
		return;
	}
	do {
		while ((record = queue_drop(&o->queue, &flew))) {
			if (flew && o->clings)
				record_ref(record);     /* its memory is lost: better than read when it is another's */
			lane_add(&o->stopped[record->level % LANE_LEVELS], 1);
			settle_end(o, record);
		}
	} while (take(o) > 0);
}

static void
reopen(struct output *o)
{
	if (o->kind->reopen)
		o->kind->reopen(o->self);
	if (o->dead && dead_letter_reopen(o->dead) == -1)
		log_error("output \"%s\": its dead-letter file cannot be opened again: %s", o->name, strerror(errno));
}

/* For readers in other threads. */
static void
note_oldest(struct output *o)
{
	const struct record *oldest = NULL, *dead = o->ndead > 0 ? o->dead_records[0] : NULL;
	int64_t now;

	if (queue_count(&o->queue) > 0) {
		now = clock_monotonic_ns();
		if (now - o->looked_ns < DRAIN_OLDEST_NS)
			return;
		o->looked_ns = now;
		oldest = queue_oldest(&o->queue);
	}
	if (dead && (!oldest || dead->received_ns < oldest->received_ns))
		oldest = dead;
	atomic_store_explicit(&o->oldest_ns, oldest ? oldest->received_ns : 0, memory_order_relaxed);
}

void *
drain_run(void *arg)
{
	struct output *o = arg;

	while (!ended(o)) {
		size_t moved = take(o), given = give(o);

		if (atomic_exchange(&o->reopen, false))
			reopen(o);
		if (given > 0 && o->kind->poll)
			o->kind->poll(o->self, 0);
		tell_room(o);
		settle_dead_letters(o);
		note_oldest(o);
		if (moved == 0 && given == 0)
			rest(o);
		else
			let_gather(o, given);
	}
	leave(o);
	atomic_store(&o->ended, true);
	return NULL;
}
