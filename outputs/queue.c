/*
 * queue: cells in a circle.  What comes goes into the next free one, past those whose records are still there, and leaves in the same order; what waits again is
 * found by its age in a heap.
 */
#include "outputs/queue.h"

#include <errno.h>
#include <stdlib.h>

int
queue_init(struct queue *q, size_t least)
{
	size_t n = 2;

	memset(q, 0, sizeof(*q));
	while (n < least && n <= UINT32_MAX / 2)
		n *= 2;
	if (n >= least) {
		q->cells = calloc(n, sizeof(*q->cells));
		q->states = calloc(n, 1);
		q->ages = calloc(n, sizeof(*q->ages));
		q->again = calloc(n, sizeof(*q->again));
	}
	if (!q->cells || !q->states || !q->ages || !q->again) {
		queue_fini(q);
		errno = ENOMEM;
		return -1;
	}
	q->mask = n - 1;
	return 0;
}

void
queue_fini(struct queue *q)
{
	free(q->cells);
	free(q->states);
	free(q->ages);
	free(q->again);
	memset(q, 0, sizeof(*q));
}

/* ---- the heap ---- */

static void
heap_push(struct queue *q, size_t cell)
{
	size_t at = q->nagain++;

	for (; at > 0 && q->ages[q->again[(at - 1) / 2]] > q->ages[cell]; at = (at - 1) / 2)
		q->again[at] = q->again[(at - 1) / 2];
	q->again[at] = (uint32_t)cell;
	q->states[cell] = QUEUE_AGAIN;
}

static size_t
heap_pop(struct queue *q)
{
	size_t oldest = q->again[0], last = q->again[--q->nagain], at = 0;

	for (size_t child = 1; child < q->nagain; child = 2 * at + 1) {
		if (child + 1 < q->nagain && q->ages[q->again[child + 1]] < q->ages[q->again[child]])
			child++;
		if (q->ages[q->again[child]] >= q->ages[last])
			break;
		q->again[at] = q->again[child];
		at = child;
	}
	q->again[at] = (uint32_t)last;
	return oldest;
}

/* ---- in and out ---- */

/* The first position from `from` on, below `end`, whose cell has this state; `end` if there is none.  At most once around. */
static uint64_t
find(const struct queue *q, uint64_t from, uint64_t end, enum queue_state state)
{
	while (from < end) {
		size_t i = from & q->mask, n = q->mask + 1 - i;
		const uint8_t *at;

		if (n > end - from)
			n = (size_t)(end - from);
		at = memchr(q->states + i, state, n);
		if (at)
			return from + (uint64_t)(at - (q->states + i));
		from += n;
	}
	return end;
}

void
queue_put(struct queue *q, struct record *record)
{
	uint64_t end, at;
	bool in_turn;
	size_t i;

	if (q->fresh == 0)
		q->next = q->put;
	end = q->next + q->mask + 1;
	at = find(q, q->put, end, QUEUE_ENDED);
	in_turn = at < end;
	/* Else what is free lies among those that wait, where it would be taken before its turn: the heap knows better. */
	i = (in_turn ? at : find(q, q->next, end, QUEUE_ENDED)) & q->mask;
	q->cells[i] = record;
	q->ages[i] = q->age++;
	if (!in_turn) {
		heap_push(q, i);
		return;
	}
	q->states[i] = QUEUE_WAITS;
	q->put = at + 1;
	q->fresh++;
}

/* Taken from the heap as long as they lie side by side. */
static size_t
take_again(struct queue *q, size_t max, size_t *first)
{
	size_t n = 0;

	*first = q->again[0];
	while (n < max && q->nagain > 0 && q->again[0] == *first + n && (q->fresh == 0 || q->ages[q->again[0]] < q->ages[q->next & q->mask])) {
		q->states[heap_pop(q)] = QUEUE_FLIES_AGAIN;
		n++;
	}
	return n;
}

static size_t
take_fresh(struct queue *q, size_t max, size_t *first)
{
	size_t n = 0;

	*first = q->next & q->mask;
	while (n < max && *first + n <= q->mask && q->states[*first + n] == QUEUE_WAITS && (q->nagain == 0 || q->ages[*first + n] < q->ages[q->again[0]])) {
		q->states[*first + n] = QUEUE_FLIES;
		n++;
	}
	q->next += n;
	q->fresh -= n;
	return n;
}

struct record *const *
queue_take(struct queue *q, size_t max, size_t *n)
{
	size_t first = 0;

	if (q->fresh > 0)
		q->next = find(q, q->next, q->next + q->mask + 1, QUEUE_WAITS);
	*n = 0;
	q->took_fresh = q->fresh > 0 && (q->nagain == 0 || q->ages[q->next & q->mask] < q->ages[q->again[0]]);
	if (q->took_fresh)
		*n = take_fresh(q, max, &first);
	else if (q->nagain > 0)
		*n = take_again(q, max, &first);
	q->flying += *n;
	return &q->cells[first];
}

void
queue_give_back(struct queue *q, struct record *const *cells, size_t n)
{
	bool all = q->took_fresh;

	for (size_t i = 0; i < n; i++)
		all = all && queue_flies(q, cells + i);
	if (all) {
		memset(q->states + (cells - q->cells), QUEUE_WAITS, n);
		q->next -= n;
		q->fresh += n;
		q->flying -= n;
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (queue_flies(q, cells + i))
			queue_again(q, cells + i);
}

bool
queue_flies(const struct queue *q, struct record *const *cell)
{
	return q->states[cell - q->cells] >= QUEUE_FLIES;
}

bool
queue_flies_again(const struct queue *q, struct record *const *cell)
{
	return q->states[cell - q->cells] == QUEUE_FLIES_AGAIN;
}

/* ---- what becomes of those that fly ---- */

struct record *
queue_end(struct queue *q, struct record *const *cell)
{
	size_t i = (size_t)(cell - q->cells);
	struct record *record = q->cells[i];

	q->flying--;
	q->states[i] = QUEUE_ENDED;
	q->cells[i] = NULL;
	return record;
}

void
queue_again(struct queue *q, struct record *const *cell)
{
	q->flying--;
	heap_push(q, (size_t)(cell - q->cells));
}

void
queue_set_aside(struct queue *q, struct record *const *cell)
{
	size_t i = (size_t)(cell - q->cells);

	q->flying--;
	q->states[i] = QUEUE_ASIDE;
	q->again[q->mask - q->aside++] = (uint32_t)i;
}

void
queue_release(struct queue *q)
{
	/* From the innermost on: the heap grows into what has been read. */
	while (q->aside > 0) {
		size_t i = q->again[q->mask - --q->aside];

		heap_push(q, i);
	}
}

const struct record *
queue_oldest(const struct queue *q)
{
	size_t oldest = q->mask + 1;

	for (size_t i = 0; i <= q->mask; i++)
		if (q->states[i] != QUEUE_ENDED && (oldest > q->mask || q->ages[i] < q->ages[oldest]))
			oldest = i;
	return oldest <= q->mask ? q->cells[oldest] : NULL;
}

struct record *
queue_drop(struct queue *q, bool *flew)
{
	size_t i;

	if (queue_count(q) == 0)
		return NULL;
	while (q->states[q->next & q->mask] == QUEUE_ENDED)
		q->next++;
	i = q->next & q->mask;
	*flew = q->states[i] >= QUEUE_FLIES;
	switch ((enum queue_state)q->states[i]) {
	case QUEUE_WAITS:
		q->fresh--;
		q->flying++;
		break;
	case QUEUE_AGAIN:
		q->nagain--;
		q->flying++;
		break;
	case QUEUE_ASIDE:
		q->aside--;
		q->flying++;
		break;
	case QUEUE_FLIES:
	case QUEUE_FLIES_AGAIN:
	case QUEUE_ENDED:
		break;
	}
	return queue_end(q, &q->cells[i]);
}
