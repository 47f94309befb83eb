/*
 * lane: knows records by their size and severity.
 *
 * A blocking output lets all in until its limit; then it is full until it has been below 90 %.  Each worker may
 * still bring in the batch that it was reading, and what comes after that (from inputs that cannot be held back) goes by level.
 */
#include "outputs/lane.h"

#include <errno.h>
#include <stdlib.h>

/* Percent of the limit from which on a severity is dropped. */
static const unsigned lane_percent[LANE_LEVELS] = { 100, 100, 100, 100, 95, 90, 80, 80 };
#define LANE_ROOM_PERCENT 90u

static uint64_t
percent_of(uint64_t limit, unsigned percent)
{
	return limit / 100 * percent + (limit % 100 * percent + 99) / 100;
}

int
lanes_init(struct lanes *l, unsigned workers, const struct output_config *config, bool block)
{
	memset(l, 0, sizeof(*l));
	atomic_init(&l->block, block);
	l->limit = (uint64_t)config->queue.limit;
	l->limit_bytes = (uint64_t)config->queue.limit_bytes;
	for (size_t i = 0; i < LANE_LEVELS; i++) {
		l->most[i] = percent_of(l->limit, lane_percent[i]);
		l->most_bytes[i] = percent_of(l->limit_bytes, lane_percent[i]);
	}
	l->items = aligned_alloc(RING_LINE, workers * sizeof(*l->items));
	if (!l->items)
		return -1;
	memset(l->items, 0, workers * sizeof(*l->items));
	for (; l->n < workers; l->n++) {
		if (ring_init(&l->items[l->n].ring, l->limit + OUTPUT_BATCH) == -1) {
			lanes_fini(l);
			errno = ENOMEM;
			return -1;
		}
	}
	return 0;
}

void
lanes_fini(struct lanes *l)
{
	for (unsigned i = 0; i < l->n; i++)
		ring_fini(&l->items[i].ring);
	free(l->items);
	l->items = NULL;
	l->n = 0;
}

struct fill {
	uint64_t records, bytes;
};

static struct fill
lane_fill(const struct lane *lane)
{
	return (struct fill){
		.records = lane->others + atomic_load_explicit(&lane->accepted, memory_order_relaxed) - lane->settled,
		.bytes = lane->others_bytes + atomic_load_explicit(&lane->accepted_bytes, memory_order_relaxed) - lane->settled_bytes,
	};
}

/* Settled before accepted, so that the difference is never below zero. */
static struct fill
lane_look(struct lanes *l, struct lane *lane)
{
	lane->settled = atomic_load_explicit(&l->settled, memory_order_acquire);
	lane->settled_bytes = atomic_load_explicit(&l->settled_bytes, memory_order_acquire);
	lane->others = lane->others_bytes = 0;
	for (unsigned i = 0; i < l->n; i++) {
		if (&l->items[i] == lane)
			continue;
		lane->others += atomic_load_explicit(&l->items[i].accepted, memory_order_relaxed);
		lane->others_bytes += atomic_load_explicit(&l->items[i].accepted_bytes, memory_order_relaxed);
	}
	lane->fresh = l->n > 1 ? LANE_STALE : UINT32_MAX;
	return lane_fill(lane);
}

static bool
below(const struct lanes *l, struct fill fill, unsigned level)
{
	return fill.records < l->most[level] && fill.bytes < l->most_bytes[level];
}

/* Is there room at this level?  Looks anew where the last look is old, or says no. */
static bool
lane_has_room(struct lanes *l, struct lane *lane, unsigned level)
{
	if (lane->fresh > 0) {
		lane->fresh--;
		if (below(l, lane_fill(lane), level))
			return true;
	}
	return below(l, lane_look(l, lane), level);
}

/* Of a blocking output; *filled if it became full just now. */
static bool
lane_has_room_blocking(struct lanes *l, struct lane *lane, unsigned level, bool *filled)
{
	unsigned full = atomic_load_explicit(&l->full, memory_order_relaxed);

	if (!(full & 1)) {
		if (lane_has_room(l, lane, 0))
			return true;
		*filled = atomic_compare_exchange_strong(&l->full, &full, full + 1);
		full |= 1;
	}
	if (lane->full != full) {
		lane->full = full;
		lane->grace = OUTPUT_BATCH;
	}
	if (lane->grace > 0) {
		lane->grace--;
		return true;
	}
	return lane_has_room(l, lane, level);
}

enum lane_outcome
lanes_offer(struct lanes *l, unsigned worker, struct record *record)
{
	struct lane *lane = &l->items[worker];
	unsigned level = record->level % LANE_LEVELS;
	bool filled = false, taken;

	lane_add(&lane->offered, 1);
	taken = atomic_load_explicit(&l->block, memory_order_relaxed) ? lane_has_room_blocking(l, lane, level, &filled) : lane_has_room(l, lane, level);
	/* Counted before it can be seen in the ring: what is settled was accepted before. */
	if (taken) {
		record_ref(record);
		lane_add(&lane->accepted, 1);
		lane_add(&lane->accepted_bytes, record->bytes);
		taken = ring_push(&lane->ring, record);
		if (!taken) {
			lane_add(&lane->accepted, UINT64_MAX);
			lane_add(&lane->accepted_bytes, -(uint64_t)record->bytes);
			record_unref(&(struct record *){ record });
		}
	}
	if (!taken)
		lane_add(&lane->dropped[level], 1);
	return taken ? filled ? LANE_FILLED : LANE_TAKEN : filled ? LANE_FILLED_DROPPED : LANE_DROPPED;
}

struct record *
lanes_pop(struct lanes *l)
{
	for (unsigned i = 0; i <= l->n; i++) {
		struct lane *lane = &l->items[l->turn];
		struct record *record = l->run++ < LANE_RUN ? ring_pop(&lane->ring) : NULL;

		if (record) {
			lane_add(&lane->popped_bytes, record->bytes);
			return record;
		}
		l->turn = l->turn + 1 < l->n ? l->turn + 1 : 0;
		l->run = 0;
	}
	return NULL;
}

void
lanes_settle(struct lanes *l, const struct record *record)
{
	atomic_store_explicit(&l->settled, atomic_load_explicit(&l->settled, memory_order_relaxed) + 1, memory_order_release);
	atomic_store_explicit(&l->settled_bytes, atomic_load_explicit(&l->settled_bytes, memory_order_relaxed) + record->bytes,
	    memory_order_release);
}

bool
lanes_room(struct lanes *l)
{
	struct fill fill = { 0 };
	unsigned full = atomic_load(&l->full);

	if (!(full & 1))
		return false;
	if (!atomic_load(&l->block)) {          /* it was full when it ceased to block */
		atomic_store(&l->full, full + 1);
		return true;
	}
	for (unsigned i = 0; i < l->n; i++) {
		fill.records += atomic_load_explicit(&l->items[i].accepted, memory_order_relaxed);
		fill.bytes += atomic_load_explicit(&l->items[i].accepted_bytes, memory_order_relaxed);
	}
	fill.records -= atomic_load_explicit(&l->settled, memory_order_relaxed);
	fill.bytes -= atomic_load_explicit(&l->settled_bytes, memory_order_relaxed);
	if (fill.records > 0 && (fill.records >= percent_of(l->limit, LANE_ROOM_PERCENT) ||
	    fill.bytes >= percent_of(l->limit_bytes, LANE_ROOM_PERCENT)))
		return false;
	atomic_store(&l->full, full + 1);
	return true;
}

void
lanes_queued(const struct lanes *l, uint64_t *records, uint64_t *bytes)
{
	*records = *bytes = 0;
	for (unsigned i = 0; i < l->n; i++) {
		const struct lane *lane = &l->items[i];

		*records += ring_count(&lane->ring);
		*bytes -= atomic_load_explicit(&lane->popped_bytes, memory_order_acquire);
		*bytes += atomic_load_explicit(&lane->accepted_bytes, memory_order_acquire);
	}
}

bool
lanes_empty(const struct lanes *l)
{
	for (unsigned i = 0; i < l->n; i++)
		if (ring_count(&l->items[i].ring) > 0)
			return false;
	return true;
}
