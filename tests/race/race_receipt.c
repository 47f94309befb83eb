/*
 * Many threads let go of receipts, one takes: each comes back exactly once.  A plain main, for ThreadSanitizer.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/receipt.h"

#define RECEIPTS 20000
#define THREADS 4

static struct receipt *held[THREADS][RECEIPTS];
static _Atomic unsigned wakes;

static void
count_wake(void *arg)
{
	(void)arg;
	atomic_fetch_add(&wakes, 1);
}

static void *
let_go(void *arg)
{
	struct receipt **mine = arg;

	for (size_t i = 0; i < RECEIPTS; i++)
		receipt_unref(&mine[i]);
	return NULL;
}

static size_t
take(struct receipt_ring *ring, unsigned char *seen)
{
	struct receipt *list = receipt_take(ring), *r;
	size_t n = 0;

	while ((r = list)) {
		list = r->next;
		if (seen[r->position]++ != 0) {
			fprintf(stderr, "receipt %zu came back twice\n", (size_t)r->position);
			exit(1);
		}
		receipt_free(&r);
		n++;
	}
	return n;
}

int
main(void)
{
	static unsigned char seen[RECEIPTS];
	struct receipt_ring ring;
	pthread_t threads[THREADS];
	size_t n = 0;

	receipt_ring_init(&ring, count_wake, NULL);
	for (size_t i = 0; i < RECEIPTS; i++) {
		struct receipt *r = receipt_new(&ring, NULL, i);

		for (size_t t = 0; t < THREADS; t++)
			held[t][i] = receipt_ref(r);
		receipt_unref(&r);
	}
	for (size_t t = 0; t < THREADS; t++)
		if (pthread_create(&threads[t], NULL, let_go, held[t]) != 0)
			return 1;
	while (n < RECEIPTS)
		n += take(&ring, seen);
	for (size_t t = 0; t < THREADS; t++)
		pthread_join(threads[t], NULL);
	printf("%zu receipts came back, %u wakes\n", n, atomic_load(&wakes));
	return atomic_load(&wakes) > 0 && !receipt_take(&ring) ? 0 : 1;
}
