/*
 * lookup: knows the system's resolver, and that it may take minutes.
 */
#include "outputs/lookup.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct lookup {
	_Atomic int refs;               /* who asked, and the thread */
	_Atomic int state;              /* enum lookup_state; what stands below is whole before it says so */
	int fd;
	int error;                      /* EAI_*; 0 with state LOOKUP_FAILED: too many */
	struct addrinfo *addresses;
	char *host, *port;
};

int (*lookup_resolver)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = getaddrinfo;

static _Atomic int lookups;             /* threads that there are */

static void
lookup_unref(struct lookup *l)
{
	if (atomic_fetch_sub(&l->refs, 1) > 1)
		return;
	if (l->addresses)
		freeaddrinfo(l->addresses);
	if (l->fd != -1)
		close(l->fd);
	free(l->host);
	free(l->port);
	free(l);
}

static void
finish(struct lookup *l, int error)
{
	static const uint64_t one = 1;
	ssize_t n;

	l->error = error;
	atomic_store(&l->state, error || !l->addresses ? LOOKUP_FAILED : LOOKUP_DONE);
	do
		n = write(l->fd, &one, sizeof(one));
	while (n == -1 && errno == EINTR);
}

static void *
lookup_run(void *arg)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	struct lookup *l = arg;

	finish(l, lookup_resolver(l->host, l->port, &hints, &l->addresses));
	atomic_fetch_sub(&lookups, 1);
	lookup_unref(l);
	return NULL;
}

static void
start(struct lookup *l)
{
	pthread_attr_t attr;
	pthread_t thread;
	bool started;

	if (atomic_fetch_add(&lookups, 1) >= LOOKUP_MOST) {
		atomic_fetch_sub(&lookups, 1);
		finish(l, 0);
		return;
	}
	atomic_fetch_add(&l->refs, 1);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	started = pthread_create(&thread, &attr, lookup_run, l) == 0;
	pthread_attr_destroy(&attr);
	if (!started) {
		atomic_fetch_sub(&lookups, 1);
		atomic_fetch_sub(&l->refs, 1);
		finish(l, EAI_MEMORY);
	}
}

struct lookup *
lookup_new(const char *host, const char *port)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct lookup *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	atomic_init(&l->refs, 1);
	l->host = strdup(host);
	l->port = strdup(port);
	l->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!l->host || !l->port || l->fd == -1) {
		lookup_unref(l);
		return NULL;
	}
	if (getaddrinfo(host, port, &hints, &l->addresses) == 0) {
		finish(l, 0);
	} else {
		l->addresses = NULL;
		start(l);
	}
	return l;
}

int
lookup_fd(const struct lookup *l)
{
	return l->fd;
}

enum lookup_state
lookup_state(const struct lookup *l)
{
	return (enum lookup_state)atomic_load(&l->state);
}

const struct addrinfo *
lookup_addresses(const struct lookup *l)
{
	return l->addresses;
}

const char *
lookup_error(const struct lookup *l)
{
	return l->error ? gai_strerror(l->error) : "too many look-ups of names hang";
}

void
lookup_free(struct lookup **l)
{
	if (*l)
		lookup_unref(*l);
	*l = NULL;
}
