/*
 * settle: what becomes of records that an output's kind has taken.  All of it runs in the output's thread.
 */
#include <errno.h>

#include "base/clock.h"
#include "outputs/drain.h"

#define SETTLE_CLOCK 64         /* a power of two */
#define DRAIN_FORGET_S 30       /* without a record set aside: the wait for the next one begins with the first delay */

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
		lane_add(&o->reconnects, 1);
		log_limited(&o->back_limit, DRAIN_TELL_S, LOG_LEVEL_NOTICE, "output \"%s\" is back after %.1f s", o->name,
		    (double)(clock_monotonic_ns() - o->down_ns) / CLOCK_NS_PER_S);
	}
}

/* ---- records that stand aside ---- */

uint32_t *
settle_held_of(struct output *o, const struct record *r)
{
	uint32_t h = 2166136261u ^ (o->kind->order && o->self ? o->kind->order(o->self, r) : 0);

	for (size_t i = 0; i < r->device.n; i++)
		h = (h ^ (unsigned char)r->device.p[i]) * 16777619u;
	return &o->held_keys[(h ^ h >> 16) % DRAIN_KEYS];
}

void
settle_aside(struct output *o, struct record *const *cell)
{
	++*settle_held_of(o, *cell);
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

static void
try_again(struct output *o, struct record *const *cell)
{
	lane_add(&o->retried, 1);
	aside_fail(o);
	settle_aside(o, cell);
}

/* ---- what happened to a record ---- */

/* It is safe, or given up: whoever waits for that is told. */
static void
let_go(struct output *o, struct record *record)
{
	if (o->tail)
		spool_tail_settle(o->tail, record);
	else
		lanes_settle(&o->lanes, record);
	record_unref(&record);
}

static void
leave_queue(struct output *o, const struct record *record)
{
	lane_add(&o->held, UINT64_MAX);
	lane_add(&o->held_bytes, -(uint64_t)record->bytes);
}

void
settle_end(struct output *o, struct record *record)
{
	leave_queue(o, record);
	let_go(o, record);
}

/* ---- dead letters ---- */

void
settle_dead_letters(struct output *o)
{
	int64_t now;

	if (o->ndead == 0)
		return;
	now = clock_monotonic_ns();
	if (backoff_left(&o->dead_backoff, now) > 0)
		return;
	if (dead_letter_sync(o->dead) == -1) {
		log_once_a(DRAIN_TELL_S, LOG_LEVEL_ERROR, "output \"%s\": dead letters cannot be forced to the disk, their events wait: %s", o->name, strerror(errno));
		backoff_fail(&o->dead_backoff, now);
		return;
	}
	backoff_reset(&o->dead_backoff);
	lane_add(&o->buried, o->ndead);
	for (size_t i = 0; i < o->ndead; i++)
		settle_end(o, o->dead_records[i]);
	o->ndead = 0;
}

/* Into the file; what waits for the record is told once that is on the disk, with others. */
static bool
bury(struct output *o, struct record *const *cell, const char *reason)
{
	struct record *record = *cell;

	if (o->ndead == DRAIN_DEAD)
		settle_dead_letters(o);
	if (o->ndead == DRAIN_DEAD)
		return false;           /* told there */
	if (dead_letter_write(o->dead, record, output_format(o, record), o->name, reason ? reason : "refused for good (the log tells why)") == -1) {
		log_once_a(DRAIN_TELL_S, LOG_LEVEL_ERROR, "output \"%s\": a dead letter cannot be written, the event is tried again: %s", o->name, strerror(errno));
		return false;
	}
	o->dead_records[o->ndead++] = queue_end(&o->queue, cell);
	return true;
}

/* ---- how long it took ---- */

/* The clock is looked at when the kind begins to settle, and now and then while it goes on. */
static int64_t
about_now(struct output *o)
{
	if (o->settles++ % SETTLE_CLOCK == 0)
		o->now_ns = clock_now_ns();
	return o->now_ns;
}

void
output_settle_at(struct output *o, struct record *const *cell, enum output_result result, const char *reason)
{
	struct record *record = *cell;

	switch (result) {
	case OUTPUT_DONE:
		lane_add(&o->done, 1);
		latency_add(&o->latency, about_now(o) - record->received_ns);
		backoff_reset(&o->backoff);
		if (queue_flies_again(&o->queue, cell))
			backoff_reset(&o->aside);
		set_up(o, true);
		break;
	case OUTPUT_REFUSED:
		if (!o->gone)
			set_up(o, true);        /* it is there, and has looked at it */
		if (reason)
			log_limited(&o->refuse_limit, 10, LOG_LEVEL_WARNING, "output \"%s\" refused event %.*s for good: %s", o->name, (int)record->id.n,
			    record->id.p, reason);
		if (o->dead) {
			if (!bury(o, cell, reason))
				try_again(o, cell);
			return;
		}
		lane_add(&o->refused[record->level % LANE_LEVELS], 1);
		break;
	case OUTPUT_DOWN:
		set_up(o, false);
		lane_add(&o->retried, 1);
		backoff_fail(&o->backoff, clock_monotonic_ns());
		queue_again(&o->queue, cell);
		return;
	case OUTPUT_AGAIN:
		try_again(o, cell);
		return;
	}
	settle_end(o, queue_end(&o->queue, cell));
}

void
output_set_up(struct output *o, bool up)
{
	set_up(o, up);
}

void
output_set_gone(struct output *o)
{
	o->gone = true;
	atomic_store_explicit(&o->up, false, memory_order_relaxed);
}
