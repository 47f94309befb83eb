/*
 * Look-ups that are let go of at any moment, while their threads resolve, fail or have just begun: each ends once, and what was asked for is whole when it is
 * said to be there.
 */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "outputs/lookup.h"

#define THREADS 4
#define ROUNDS 400

#define CHECK(condition)                                                                \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                        \
		}                                                                       \
	} while (0)

static _Atomic unsigned asked, ended;

static void
sleep_us(unsigned us)
{
	nanosleep(&(struct timespec){ .tv_nsec = us * 1000L }, NULL);
}

static int
resolve(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **list)
{
	struct addrinfo numeric = *hints;
	unsigned n = atomic_fetch_add(&asked, 1);
	int error;

	(void)host;
	sleep_us(n % 7 * 100);
	numeric.ai_flags = AI_NUMERICHOST;
	error = n % 3 == 0 ? EAI_NONAME : getaddrinfo("192.0.2.1", port, &numeric, list);
	atomic_fetch_add(&ended, 1);
	return error;
}

static void *
run(void *arg)
{
	unsigned seed = (unsigned)(uintptr_t)arg;

	for (int i = 0; i < ROUNDS; i++) {
		struct lookup *l = lookup_new("host.example.net", "5044");
		struct pollfd fd;

		CHECK(l);
		fd = (struct pollfd){ .fd = lookup_fd(l), .events = POLLIN };
		poll(&fd, 1, rand_r(&seed) % 2 ? 1000 : 0);
		if (lookup_state(l) == LOOKUP_DONE)
			CHECK(lookup_addresses(l) && lookup_addresses(l)->ai_addr);
		else if (lookup_state(l) == LOOKUP_FAILED)
			CHECK(lookup_error(l)[0]);
		lookup_free(&l);
		CHECK(!l);
	}
	return NULL;
}

int
main(void)
{
	pthread_t threads[THREADS];

	lookup_resolver = resolve;
	for (uintptr_t i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, run, (void *)(i + 1)) == 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 1000 && atomic_load(&ended) < atomic_load(&asked); i++)
		sleep_us(5000);
	CHECK(atomic_load(&ended) == atomic_load(&asked));
	sleep_us(200000);       /* the last threads are past their last step */
	printf("%u look-ups\n", atomic_load(&asked));
	return 0;
}
