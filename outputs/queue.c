/*
 * queue: three states and a few positions in a circle; positions count on and are cut to the circle only to get at a cell.
 */
#include "outputs/queue.h"

#include <errno.h>
#include <stdlib.h>

int
queue_init(struct queue *q, size_t least)
{
	size_t n = 2;

	memset(q, 0, sizeof(*q));
	while (n < least && n <= SIZE_MAX / sizeof(*q->cells) / 4)
		n *= 2;
	if (n >= least) {
		q->cells = calloc(n, sizeof(*q->cells));
		q->states = calloc(n, 1);
	}
	if (!q->cells || !q->states) {
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
	memset(q, 0, sizeof(*q));
}

size_t
queue_room(const struct queue *q)
{
	return q->mask + 1 - (q->end - q->base);
}

void
queue_put(struct queue *q, struct record *record)
{
	size_t i = q->end++ & q->mask;

	q->cells[i] = record;
	q->states[i] = QUEUE_WAITS;
	q->waiting++;
}

/* The base may have gone past it. */
static void
queue_fresh_oldest(struct queue *q)
{
	if (q->oldest - q->base > q->end - q->base)
		q->oldest = q->base;
}

struct record *const *
queue_take(struct queue *q, size_t max, size_t *n)
{
	size_t first, taken = 0;

	queue_fresh_oldest(q);
	while (q->next != q->end && q->states[q->next & q->mask] != QUEUE_WAITS)
		q->next++;
	if (q->next - q->base < q->oldest - q->base)
		q->oldest = q->next;
	first = q->next & q->mask;
	while (taken < max && q->next != q->end && first + taken <= q->mask && q->states[first + taken] == QUEUE_WAITS) {
		q->states[first + taken] = QUEUE_FLIES;
		taken++;
		q->next++;
	}
	q->waiting -= taken;
	q->flying += taken;
	*n = taken;
	return &q->cells[first];
}

/* The position of a cell, which lies between base and end. */
static size_t
queue_position(const struct queue *q, struct record *const *cell)
{
	size_t i = (size_t)(cell - q->cells);

	return q->base + ((i - q->base) & q->mask);
}

void
queue_give_back(struct queue *q, struct record *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (queue_flies(q, cells + i))
			queue_again(q, cells + i);
}

struct record *const *
queue_find(struct queue *q, const struct record *record)
{
	queue_fresh_oldest(q);
	while (q->oldest != q->end && q->states[q->oldest & q->mask] != QUEUE_FLIES)
		q->oldest++;
	for (size_t at = q->oldest; at != q->end; at++)
		if (q->cells[at & q->mask] == record && q->states[at & q->mask] == QUEUE_FLIES)
			return &q->cells[at & q->mask];
	return NULL;
}

bool
queue_flies(const struct queue *q, struct record *const *cell)
{
	return q->states[cell - q->cells] == QUEUE_FLIES;
}

static void
queue_forget_ended(struct queue *q)
{
	while (q->base != q->end && q->states[q->base & q->mask] == QUEUE_ENDED)
		q->base++;
	if (q->next - q->base > q->end - q->base)
		q->next = q->base;
}

struct record *
queue_end(struct queue *q, struct record *const *cell)
{
	size_t i = (size_t)(cell - q->cells);
	struct record *record = q->cells[i];

	if (q->states[i] == QUEUE_WAITS)
		q->waiting--;
	else
		q->flying--;
	q->states[i] = QUEUE_ENDED;
	q->cells[i] = NULL;
	if (i == (q->base & q->mask))
		queue_forget_ended(q);
	return record;
}

void
queue_again(struct queue *q, struct record *const *cell)
{
	size_t at = queue_position(q, cell);

	q->states[at & q->mask] = QUEUE_WAITS;
	q->flying--;
	q->waiting++;
	if (at - q->base < q->next - q->base)
		q->next = at;
}

struct record *
queue_drop_first(struct queue *q)
{
	queue_forget_ended(q);
	return q->base == q->end ? NULL : queue_end(q, &q->cells[q->base & q->mask]);
}
