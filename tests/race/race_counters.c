/*
 * Workers publish between two messages, others read meanwhile: each reading balances and none goes back.  A plain main, for ThreadSanitizer.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/counters.h"

#define MESSAGES 200000
#define BATCH 7
#define READERS 2

static struct counters_page page;
static _Atomic bool done;

/* One message: received, and one of its outcomes. */
static void
count_message(struct counters *c, unsigned i)
{
	c->received[i % COUNTERS_MAX_INPUTS]++;
	switch (i % 4) {
	case 0:
		c->events[i % PROFILE_MAX_OS]++;
		break;
	case 1:
		c->raw[i % (PROFILE_MAX_OS + 1)]++;
		break;
	case 2:
		c->unknown++;
		break;
	default:
		c->dropped[i % DROP_REASONS]++;
	}
}

static void *
work(void *arg)
{
	struct counters *c = arg;

	for (unsigned i = 0; i < MESSAGES; i++) {
		count_message(c, i);
		if (i % BATCH == 0)
			counters_publish(&page, c);
	}
	counters_publish(&page, c);
	atomic_store(&done, true);
	return NULL;
}

static void *
look(void *arg)
{
	struct counters c;
	uint64_t before = 0, readings = 0;

	(void)arg;
	do {
		counters_read(&page, &c);
		if (counters_imbalance(&c) != 0) {
			fprintf(stderr, "reading %lu: off by %ld\n", (unsigned long)readings, (long)counters_imbalance(&c));
			exit(1);
		}
		if (counters_received(&c) < before) {
			fprintf(stderr, "reading %lu went back\n", (unsigned long)readings);
			exit(1);
		}
		before = counters_received(&c);
		readings++;
	} while (!atomic_load(&done));
	return NULL;
}

int
main(void)
{
	static struct counters own, last;
	pthread_t worker, readers[READERS];

	for (size_t i = 0; i < READERS; i++)
		pthread_create(&readers[i], NULL, look, NULL);
	pthread_create(&worker, NULL, work, &own);
	pthread_join(worker, NULL);
	for (size_t i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	counters_read(&page, &last);
	if (counters_received(&last) != MESSAGES) {
		fprintf(stderr, "%lu of %d messages at the end\n", (unsigned long)counters_received(&last), MESSAGES);
		return 1;
	}
	return 0;
}
