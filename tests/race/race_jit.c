/*
 * Many threads meet the same profiles for the first time: each pattern's code is made once, by one of them, and all see the same
 * outcomes.  A plain main, for ThreadSanitizer.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "parsers/profile/profile.h"

#define THREADS 4
#define ROUNDS 5
#define DIR "tests/parsers/profiles/small"

static struct profile_set *set;
static pthread_barrier_t together;
static _Atomic unsigned long hits;

static void
match_sample(struct profile_scratch *scratch, size_t i, bool utf)
{
	struct profile_sample sample = profile_sample_at(set, i);
	struct profile_match m;
	struct header h;

	header_parse(sample.line, &h);
	profile_recognise(set, scratch, &h, sample.line, utf ? UTF8_VALID : UTF8_ASCII, &m);
	if (m.message)
		atomic_fetch_add(&hits, 1);
}

static void *
worker(void *arg)
{
	struct profile_scratch *scratch = profile_scratch_new();

	(void)arg;
	if (!scratch)
		exit(1);
	pthread_barrier_wait(&together);
	for (size_t i = 0; i < profile_sample_count(set); i++)
		for (int utf = 0; utf < 2; utf++)
			match_sample(scratch, i, utf);
	profile_scratch_free(&scratch);
	return NULL;
}

static int
run_round(void)
{
	const char *dirs[] = { DIR };
	struct diag *d = diag_new();
	pthread_t threads[THREADS];
	unsigned long want;

	set = profile_load(dirs, 1, d);
	if (!set) {
		diag_print(d, stderr, false);
		return -1;
	}
	want = THREADS * 2 * profile_sample_count(set);
	atomic_store(&hits, 0);
	pthread_barrier_init(&together, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, worker, NULL) != 0)
			return -1;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&together);
	profile_free(&set);
	diag_free(&d);
	if (atomic_load(&hits) == want)
		return 0;
	fprintf(stderr, "%lu hits, not %lu\n", atomic_load(&hits), want);
	return -1;
}

int
main(void)
{
	for (int i = 0; i < ROUNDS; i++)
		if (run_round() == -1)
			return 1;
	return 0;
}
