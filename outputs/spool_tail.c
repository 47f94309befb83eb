/* The end of the spool that an output reads from: records in order, and the position below which all are settled. */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "outputs/spool_part.h"

#define TAIL_TELL_S 10

static size_t
power_of_two(size_t least)
{
	size_t n = 16;

	while (n < least)
		n *= 2;
	return n;
}

/*
 * Its turn: it begins where the one before it came to.  What is in the store from there on, and what is still on its way there, was offered to others but for
 * what was offered to itself.  Under the lock, so that nothing is committed meanwhile.
 */
static int
activate(struct spool_tail *t, struct spool_slot *slot)
{
	uint64_t records, bytes;
	int rc;

	if (t->cursor < slot->left)
		t->cursor = slot->left;
	atomic_store(&t->position, t->cursor);
	rc = store_count(t->reader, t->id, t->cursor, &records, &bytes);
	if (rc == -1)
		records = bytes = 0;
	atomic_store(&t->resumed, records + slot->closed.records - slot->committed.records);
	atomic_store(&t->resumed_bytes, bytes + slot->closed.bytes - slot->committed.bytes);
	atomic_store(&t->active, true);
	return rc;
}

static int
attach(struct spool_tail *t)
{
	struct spool_slot *slot = &t->spool->slots[t->id];
	int rc = 0;

	pthread_mutex_lock(&t->spool->lock);
	if (!slot->newest)
		rc = activate(t, slot);
	else
		atomic_store(&slot->newest->replaced, true);
	if (rc == 0) {
		t->older = slot->newest;
		slot->newest = t;
	}
	pthread_mutex_unlock(&t->spool->lock);
	return rc;
}

/* Take it out of the list; where it was its turn, it is that of the next one.  Under the lock. */
static void
detach(struct spool_tail *t, struct spool_slot *slot)
{
	struct spool_tail **p = &slot->newest, *newer = NULL;

	while (*p && *p != t) {
		newer = *p;
		p = &newer->older;
	}
	if (!*p)
		return;
	*p = t->older;
	if (!newer && t->older) {               /* a reload came to nothing */
		atomic_store(&t->older->replaced, false);
		output_wake(t->older->output);
	}
	if (t->older)
		return;
	slot->left = atomic_load(&t->position);
	atomic_store(&t->spool->sweep, true);
	if (newer && activate(newer, slot) == -1)
		log_error("output \"%s\": what waits in the spool cannot be counted: %s", output_name(newer->output), strerror(errno));
	if (newer)
		output_wake(newer->output);
}

static int
open_tail(struct spool_tail *t, const char *name, size_t most)
{
	struct store_output known;
	size_t n = power_of_two(most);

	if (store_output_open(t->spool->store, name, &known) == -1)
		return -1;
	t->id = known.id;
	t->cursor = known.position;
	t->mask = n - 1;
	t->numbers = calloc(n, sizeof(*t->numbers));
	t->settled = calloc(n, sizeof(*t->settled));
	t->reader = store_reader_new(t->spool->store);
	return t->numbers && t->settled && t->reader ? attach(t) : -1;
}

struct spool_tail *
spool_tail_open(struct spool *spool, const char *name, size_t most, struct output *output)
{
	struct spool_tail *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->spool = spool;
	t->output = output;
	if (open_tail(t, name, most) == -1) {
		int error = errno;

		log_error("output \"%s\" has no place in the spool: %s", name, error == ENOSPC ? "64 outputs have one (`netnorm spool stat` names them, `netnorm spool "
		    "drop` gives up one that is gone), or the disk is full" : strerror(error));
		spool_tail_close(&t, (struct spool_sum){ 0 });
		errno = error;
		return NULL;
	}
	if (spool_tail_resumed(t) > 0)
		log_notice("output \"%s\": %llu records wait in the spool", name, (unsigned long long)spool_tail_resumed(t));
	return t;
}

void
spool_tail_close(struct spool_tail **tp, struct spool_sum spooled)
{
	struct spool_tail *t = *tp;
	struct spool_slot *slot;

	*tp = NULL;
	if (!t)
		return;
	slot = &t->spool->slots[t->id];
	pthread_mutex_lock(&t->spool->lock);
	slot->closed.records += spooled.records;
	slot->closed.bytes += spooled.bytes;
	detach(t, slot);
	pthread_mutex_unlock(&t->spool->lock);
	store_reader_free(&t->reader);
	free(t->numbers);
	free(t->settled);
	free(t);
}

uint64_t
spool_tail_bit(const struct spool_tail *t)
{
	return UINT64_C(1) << t->id;
}

static size_t
room_of(const struct spool_tail *t)
{
	return t->mask + 1 - (size_t)(t->last - t->first);
}

bool
spool_tail_has_more(const struct spool_tail *t)
{
	if (!atomic_load(&t->active) || atomic_load_explicit(&t->replaced, memory_order_relaxed) || room_of(t) == 0)
		return false;
	if (store_next(t->spool->store) <= t->cursor)
		return false;
	return t->broken_until_ns == 0 || clock_monotonic_ns() >= t->broken_until_ns;
}

/* They are out now; damaged ones are, too, and come to nothing. */
static void
count_got(struct spool_tail *t, struct record *const *records, size_t n)
{
	uint64_t damaged, bytes;

	store_damaged(t->reader, &damaged, &bytes);
	for (size_t i = 0; i < n; i++)
		bytes += records[i]->bytes;
	atomic_fetch_add_explicit(&t->got, n + damaged - t->damaged, memory_order_relaxed);
	atomic_fetch_add_explicit(&t->got_bytes, bytes - t->damaged_bytes, memory_order_relaxed);
	store_damaged(t->reader, &t->damaged, &t->damaged_bytes);
}

size_t
spool_tail_take(struct spool_tail *t, struct record **out, size_t max)
{
	ssize_t n;

	if (!spool_tail_has_more(t))
		return 0;
	n = store_read(t->reader, t->id, &t->cursor, out, max < room_of(t) ? max : room_of(t));
	t->broken_until_ns = n == -1 ? clock_monotonic_ns() + CLOCK_NS_PER_S : 0;
	if (n == -1) {
		log_once_a(TAIL_TELL_S, LOG_LEVEL_ERROR, "the spool cannot be read: %s", strerror(errno));
		return 0;
	}
	for (ssize_t i = 0; i < n; i++) {
		out[i]->slot = (uint32_t)(t->last++ & t->mask);
		t->numbers[out[i]->slot] = out[i]->number;
		t->settled[out[i]->slot] = false;
	}
	count_got(t, out, (size_t)n);
	if (t->first == t->last)
		atomic_store_explicit(&t->position, t->cursor, memory_order_release);
	return (size_t)n;
}

void
spool_tail_settle(struct spool_tail *t, const struct record *record)
{
	t->settled[record->slot] = true;
	while (t->first < t->last && t->settled[t->first & t->mask])
		t->first++;
	atomic_store_explicit(&t->position, t->first < t->last ? t->numbers[t->first & t->mask] : t->cursor, memory_order_release);
}

uint64_t
spool_tail_resumed(const struct spool_tail *t)
{
	return atomic_load(&t->resumed);
}

uint64_t
spool_tail_damaged(const struct spool_tail *t)
{
	uint64_t records, bytes;

	store_damaged(t->reader, &records, &bytes);
	return records;
}

/* A moment may pass between the spool's having a record and the worker's having counted it. */
static uint64_t
difference(uint64_t in, uint64_t out)
{
	return in > out ? in - out : 0;
}

struct spool_sum
spool_tail_waiting(const struct spool_tail *t, struct spool_sum spooled)
{
	uint64_t got = atomic_load(&t->got), got_bytes = atomic_load(&t->got_bytes);

	return (struct spool_sum){
		.records = difference(atomic_load(&t->resumed) + spooled.records, got),
		.bytes = difference(atomic_load(&t->resumed_bytes) + spooled.bytes, got_bytes),
	};
}
