/*
 * A name's addresses, by the deadline: getaddrinfo() keeps its own time, so a thread of its own waits for it, and is left alone when the time is over.  An address is taken at once.
 */
#include "drivers/transport/resolve.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"

/* Of two: who asks, and the thread.  The last one frees it. */
struct lookup {
	pthread_mutex_t lock;
	pthread_cond_t over;
	char *host;
	char service[16];
	int users;
	bool done;
	int rc;
	struct addrinfo *list;
};

static int
look_up(struct lookup *l, int flags)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = flags };

	return getaddrinfo(l->host, l->service, &hints, &l->list);
}

static void
leave(struct lookup *l)
{
	bool last;

	pthread_mutex_lock(&l->lock);
	last = --l->users == 0;
	pthread_mutex_unlock(&l->lock);
	if (!last)
		return;
	if (l->list)
		freeaddrinfo(l->list);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->over);
	free(l->host);
	free(l);
}

static void *
run(void *arg)
{
	struct lookup *l = arg;
	int rc = look_up(l, AI_ADDRCONFIG);

	pthread_mutex_lock(&l->lock);
	l->rc = rc;
	l->done = true;
	pthread_cond_signal(&l->over);
	pthread_mutex_unlock(&l->lock);
	leave(l);
	return NULL;
}

static struct lookup *
lookup_new(const char *host, int port)
{
	struct lookup *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->host = strdup(host);
	if (!l->host) {
		free(l);
		return NULL;
	}
	snprintf(l->service, sizeof(l->service), "%d", port);
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->over, NULL);
	l->users = 1;
	return l;
}

static int
start(struct lookup *l)
{
	pthread_attr_t detached;
	pthread_t thread;
	int rc;

	l->users = 2;
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	rc = pthread_create(&thread, &detached, run, l);
	pthread_attr_destroy(&detached);
	if (rc != 0)
		l->users = 1;
	return rc == 0 ? 0 : EAI_MEMORY;
}

/* What getaddrinfo() said, or EAI_AGAIN when the time was over or nobody wants to know any more. */
static int
wait_over(struct lookup *l, const struct device *d, int64_t deadline_ns)
{
	int rc;

	pthread_mutex_lock(&l->lock);
	while (!l->done && !device_cancelled(d) && device_left_ms(deadline_ns) > 0) {
		int64_t look_ns = clock_monotonic_ns() + DEVICE_LOOK_MS * CLOCK_NS_PER_MS, until_ns = look_ns < deadline_ns ? look_ns : deadline_ns;
		struct timespec until = { .tv_sec = until_ns / CLOCK_NS_PER_S, .tv_nsec = until_ns % CLOCK_NS_PER_S };

		pthread_cond_clockwait(&l->over, &l->lock, CLOCK_MONOTONIC, &until);
	}
	rc = l->done ? l->rc : EAI_AGAIN;
	pthread_mutex_unlock(&l->lock);
	return rc;
}

static int
fail(struct device *d, int64_t deadline_ns, int rc)
{
	if (device_cancelled(d))
		return device_fail(d, DEVICE_CLOSED, "broken off before there was an address for %s", d->target->host);
	return device_fail(d, device_left_ms(deadline_ns) == 0 ? DEVICE_TIMEOUT : DEVICE_CONNECT, "no address for %s: %s", d->target->host, gai_strerror(rc));
}

int
resolve_host(struct device *d, int port, int64_t deadline_ns, struct addrinfo **list)
{
	struct lookup *l = lookup_new(d->target->host, port);
	int rc;

	if (!l)
		return device_fail(d, DEVICE_MEMORY, "no memory");
	rc = look_up(l, AI_NUMERICHOST);
	if (rc == EAI_NONAME) {
		rc = start(l);
		if (rc == 0)
			rc = wait_over(l, d, deadline_ns);
	}
	if (rc == 0) {
		*list = l->list;
		l->list = NULL;
	}
	leave(l);
	return rc == 0 ? 0 : fail(d, deadline_ns, rc);
}
