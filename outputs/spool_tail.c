/* The end of the spool that an output reads from: records in order, and the position below which all are settled. */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "outputs/spool_part.h"

#define TAIL_TELL_S 10
#define TAIL_FRESH 8192                         /* a power of two */
#define TAIL_FRESH_BYTES ((size_t)16 << 20)

static size_t
power_of_two(size_t least)
{
	size_t n = 16;

	while (n < least)
		n *= 2;
	return n;
}

/* ---- what was committed lately ---- */

void
tail_give(struct spool_tail *t, struct record *r)
{
	if (!atomic_load(&t->keeps_up) || r->number < t->fresh_from)
		return;
	if (t->fresh_n == TAIL_FRESH || t->fresh_bytes + r->bytes > TAIL_FRESH_BYTES) {
		atomic_store(&t->keeps_up, false);
		return;
	}
	t->fresh[(t->fresh_first + t->fresh_n++) % TAIL_FRESH] = record_ref(r);
	t->fresh_bytes += r->bytes;
}

static struct record *
pop_fresh(struct spool_tail *t)
{
	struct record *r = t->fresh[t->fresh_first++ % TAIL_FRESH];

	t->fresh_n--;
	t->fresh_bytes -= r->bytes;
	return r;
}

static void
forget_fresh(struct spool_tail *t)
{
	struct record *r;

	pthread_mutex_lock(&t->spool->fresh);
	atomic_store(&t->replaced, true);       /* so that its thread, whatever it is at, does not keep up again */
	atomic_store(&t->keeps_up, false);
	while (t->fresh_n > 0) {
		r = pop_fresh(t);
		record_unref(&r);
	}
	pthread_mutex_unlock(&t->spool->fresh);
}

/* The next ones, if they are in memory, with the references that it had; -1 if they must be read. */
static ssize_t
take_fresh(struct spool_tail *t, struct record **out, size_t max, uint64_t bytes)
{
	size_t n = 0;
	uint64_t taken = 0;
	bool here;

	pthread_mutex_lock(&t->spool->fresh);
	here = t->fresh_n > 0 || atomic_load(&t->keeps_up);
	for (; n < max && t->fresh_n > 0 && taken < bytes; n++) {
		out[n] = pop_fresh(t);
		taken += out[n]->bytes;
	}
	if (n > 0)
		t->cursor = out[n - 1]->number + 1;
	if (t->fresh_n == 0 && atomic_load(&t->keeps_up) && t->cursor < atomic_load(&t->fresh_next))
		t->cursor = atomic_load(&t->fresh_next);
	pthread_mutex_unlock(&t->spool->fresh);
	return here ? (ssize_t)n : -1;
}

/* All was read, so from here on what is committed may come from memory. */
static void
keep_up(struct spool_tail *t)
{
	pthread_mutex_lock(&t->spool->fresh);
	if (t->cursor == store_next(t->spool->store) && !atomic_load(&t->replaced)) {
		t->fresh_from = t->cursor;
		atomic_store(&t->fresh_next, t->cursor);
		atomic_store(&t->keeps_up, true);
	}
	pthread_mutex_unlock(&t->spool->fresh);
}

/* ---- its turn ---- */

/* What lies in the store from a number on, as far as it was counted. */
struct count {
	uint64_t from, at, records, bytes;
	bool failed;
};

static int
count_on(struct spool_tail *t, struct count *c)
{
	uint64_t records, bytes;

	if (store_count(t->reader, t->id, &c->at, &records, &bytes) == -1)
		c->failed = true;
	c->records += records;
	c->bytes += bytes;
	return c->failed ? -1 : 0;
}

static uint64_t
beginning_of(const struct spool_tail *t, const struct spool_slot *slot)
{
	return t->cursor < slot->left ? slot->left : t->cursor;
}

/*
 * Its turn: it begins where the one before it came to.  What is in the store from there on, and what is still on its way there, was offered to others but for
 * what was offered to itself.  Under the lock, so that nothing is committed meanwhile; `c` is what was counted before, without it, so that little is left to count.
 */
static int
activate(struct spool_tail *t, struct spool_slot *slot, struct count *c)
{
	if (c->from != beginning_of(t, slot))
		*c = (struct count){ .from = beginning_of(t, slot), .at = beginning_of(t, slot) };
	t->cursor = c->from;
	atomic_store(&t->position, t->cursor);
	if (count_on(t, c) == -1)
		c->records = c->bytes = 0;
	atomic_store(&t->resumed, c->records + slot->closed.records - slot->committed.records);
	atomic_store(&t->resumed_bytes, c->bytes + slot->closed.bytes - slot->committed.bytes);
	atomic_store(&t->active, true);
	return c->failed ? -1 : 0;
}

static int
attach(struct spool_tail *t)
{
	struct spool_slot *slot = &t->spool->slots[t->id];
	struct count c = { 0 };
	int rc = 0;

	pthread_mutex_lock(&t->spool->lock);
	c.from = c.at = slot->newest ? UINT64_MAX : beginning_of(t, slot);
	pthread_mutex_unlock(&t->spool->lock);
	if (c.from != UINT64_MAX)
		count_on(t, &c);
	pthread_mutex_lock(&t->spool->lock);
	if (!slot->newest)
		rc = activate(t, slot, &c);
	else
		forget_fresh(slot->newest);     /* it is given none from now on */
	if (rc == 0) {
		t->older = slot->newest;
		slot->newest = t;
	}
	pthread_mutex_unlock(&t->spool->lock);
	return rc;
}

/* Take it out of the list; where it was its turn, it is that of the next one.  Under the lock. */
static void
detach(struct spool_tail *t, struct spool_slot *slot, struct count *c)
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
	if (newer && activate(newer, slot, c) == -1)
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
	t->fresh = calloc(TAIL_FRESH, sizeof(struct record *));
	t->reader = store_reader_new(t->spool->store);
	return t->numbers && t->settled && t->fresh && t->reader ? attach(t) : -1;
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
	struct count c = { 0 };
	struct spool_slot *slot;

	*tp = NULL;
	if (!t)
		return;
	slot = &t->spool->slots[t->id];
	c.from = c.at = atomic_load(&t->position);
	if (atomic_load(&t->replaced) && t->reader)
		count_on(t, &c);        /* for the next one */
	pthread_mutex_lock(&t->spool->lock);
	slot->closed.records += spooled.records;
	slot->closed.bytes += spooled.bytes;
	detach(t, slot, &c);
	pthread_mutex_unlock(&t->spool->lock);
	forget_fresh(t);
	free(t->fresh);
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
	if ((atomic_load(&t->keeps_up) ? atomic_load(&t->fresh_next) : store_next(t->spool->store)) <= t->cursor)
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

static ssize_t
take_stored(struct spool_tail *t, struct record **out, size_t max, uint64_t bytes)
{
	ssize_t n = store_read(t->reader, t->id, &t->cursor, out, (struct store_most){ max, bytes });

	t->broken_until_ns = n == -1 ? clock_monotonic_ns() + CLOCK_NS_PER_S : 0;
	if (n == -1)
		log_once_a(TAIL_TELL_S, LOG_LEVEL_ERROR, "the spool cannot be read: %s", strerror(errno));
	else if (t->cursor == store_next(t->spool->store))
		keep_up(t);
	return n;
}

size_t
spool_tail_take(struct spool_tail *t, struct record **out, size_t max, uint64_t bytes)
{
	ssize_t n;

	if (!spool_tail_has_more(t))
		return 0;
	if (max > room_of(t))
		max = room_of(t);
	n = take_fresh(t, out, max, bytes);
	if (n == -1)
		n = take_stored(t, out, max, bytes);
	if (n == -1)
		return 0;
	for (ssize_t i = 0; i < n; i++, t->last++) {
		t->numbers[t->last & t->mask] = out[i]->number;
		t->settled[t->last & t->mask] = false;
	}
	count_got(t, out, (size_t)n);
	if (t->first == t->last)
		atomic_store_explicit(&t->position, t->cursor, memory_order_release);
	return (size_t)n;
}

/* Where it is in the circle: numbers grow, by one where this output takes all. */
static uint64_t
place_of(const struct spool_tail *t, uint64_t number)
{
	uint64_t from = t->first, to = t->last, at = from + (number - t->numbers[from & t->mask]);

	if (at < to && t->numbers[at & t->mask] == number)
		return at;
	while (to - from > 1) {
		at = from + (to - from) / 2;
		if (t->numbers[at & t->mask] <= number)
			from = at;
		else
			to = at;
	}
	return from;
}

void
spool_tail_settle(struct spool_tail *t, const struct record *record)
{
	t->settled[place_of(t, record->number) & t->mask] = true;
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

bool
spool_tail_awaits(const struct spool_tail *t, struct spool_sum spooled)
{
	if (!atomic_load(&t->active) || atomic_load(&t->replaced) || !output_is_up(t->spool->output))
		return false;
	return spool_tail_waiting(t, spooled).records > 0;
}
