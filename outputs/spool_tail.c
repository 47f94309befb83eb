/* The end of the spool that an output reads from: records in order, and the position below which all are settled. */
#include <errno.h>
#include <stdlib.h>

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
 * From now on what is committed for the output is this one's; one of the same name reads no more.  The lock is held over a commit, too, so that what is
 * there already is counted here, and all that comes by the thread.
 */
static int
attach(struct spool_tail *t)
{
	struct spool *spool = t->spool;
	uint64_t bytes;
	int rc;

	pthread_mutex_lock(&spool->lock);
	t->older = spool->tails[t->id];
	if (t->older)
		t->cursor = atomic_load(&t->older->position);
	atomic_init(&t->position, t->cursor);
	rc = store_count(t->reader, t->id, t->cursor, &t->resumed, &bytes);
	if (rc == 0) {
		atomic_init(&t->committed, t->resumed);
		atomic_init(&t->put_bytes, bytes);
		if (t->older)
			atomic_store(&t->older->replaced, true);
		spool->tails[t->id] = t;
	}
	pthread_mutex_unlock(&spool->lock);
	return rc;
}

/* The older one goes on where it is the last; its position is what is known to be settled. */
static void
detach(struct spool_tail *t)
{
	struct spool_tail **p = &t->spool->tails[t->id];

	while (*p && *p != t)
		p = &(*p)->older;
	if (!*p)
		return;
	*p = t->older;
	if (t->spool->tails[t->id])
		atomic_store(&t->spool->tails[t->id]->replaced, false);
	else
		t->spool->left[t->id] = atomic_load(&t->position);
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
		log_error("output \"%s\" has no place in the spool: %s", name, strerror(errno));
		spool_tail_close(&t);
		return NULL;
	}
	if (t->resumed > 0)
		log_notice("output \"%s\": %llu records wait in the spool", name, (unsigned long long)t->resumed);
	return t;
}

void
spool_tail_close(struct spool_tail **tp)
{
	struct spool_tail *t = *tp;

	*tp = NULL;
	if (!t)
		return;
	pthread_mutex_lock(&t->spool->lock);
	detach(t);
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

bool
spool_tail_has_more(const struct spool_tail *t)
{
	return !atomic_load_explicit(&t->replaced, memory_order_relaxed) && store_next(t->spool->store) > t->cursor;
}

size_t
spool_tail_take(struct spool_tail *t, struct record **out, size_t max)
{
	size_t room = t->mask + 1 - (size_t)(t->last - t->first);
	uint64_t bytes = 0;
	ssize_t n;

	if (max > room)
		max = room;
	if (max == 0 || !spool_tail_has_more(t))
		return 0;
	n = store_read(t->reader, t->id, &t->cursor, out, max);
	if (n == -1) {
		log_once_a(TAIL_TELL_S, LOG_LEVEL_ERROR, "the spool cannot be read: %s", strerror(errno));
		return 0;
	}
	for (ssize_t i = 0; i < n; i++) {
		out[i]->slot = (uint32_t)(t->last & t->mask);
		t->numbers[out[i]->slot] = out[i]->number;
		t->settled[out[i]->slot] = false;
		t->last++;
		bytes += out[i]->bytes;
	}
	atomic_fetch_add_explicit(&t->got, (uint64_t)n, memory_order_release);
	atomic_fetch_add_explicit(&t->got_bytes, bytes, memory_order_relaxed);
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
	return t->resumed;
}

uint64_t
spool_tail_committed(const struct spool_tail *t)
{
	return atomic_load_explicit(&t->committed, memory_order_acquire) - t->resumed;
}

void
spool_tail_stored(const struct spool_tail *t, uint64_t *records, uint64_t *bytes)
{
	/* What was got was put before. */
	uint64_t got = atomic_load_explicit(&t->got, memory_order_acquire), got_bytes = atomic_load_explicit(&t->got_bytes, memory_order_acquire);

	*records = atomic_load_explicit(&t->committed, memory_order_acquire) - got;
	*bytes = atomic_load_explicit(&t->put_bytes, memory_order_acquire) - got_bytes;
}
