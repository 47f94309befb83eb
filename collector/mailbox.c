/*
 * A locked list and an eventfd.  It knows nothing of what is posted.
 */
#include "collector/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"

struct letter {
	void (*fn)(void *);
	void *arg;
	struct letter *next;
};

struct mailbox {
	int fd;
	struct event *readable;
	pthread_mutex_t lock;
	struct letter *first, **end;
	void (*after)(void *);
	void *arg;
};

void
mailbox_empty(struct mailbox *m)
{
	struct letter *list;

	pthread_mutex_lock(&m->lock);
	list = m->first;
	m->first = NULL;
	m->end = &m->first;
	pthread_mutex_unlock(&m->lock);
	while (list) {
		struct letter *letter = list;

		list = letter->next;
		letter->fn(letter->arg);
		free(letter);
	}
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct mailbox *m = arg;
	eventfd_t n;

	(void)what;
	if (eventfd_read(fd, &n) == -1 && errno != EAGAIN)
		log_once_a(60, LOG_LEVEL_ERROR, "cannot read an eventfd: %s", strerror(errno));
	mailbox_empty(m);
	if (m->after)
		m->after(m->arg);
}

struct mailbox *
mailbox_new(struct event_base *base, void (*after)(void *), void *arg)
{
	struct mailbox *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->end = &m->first;
	m->after = after;
	m->arg = arg;
	pthread_mutex_init(&m->lock, NULL);
	m->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (m->fd != -1)
		m->readable = event_new(base, m->fd, EV_READ | EV_PERSIST, on_readable, m);
	if (!m->readable || event_add(m->readable, NULL) == -1)
		mailbox_free(&m);
	return m;
}

void
mailbox_free(struct mailbox **mp)
{
	struct mailbox *m = *mp;

	*mp = NULL;
	if (!m)
		return;
	while (m->first) {
		struct letter *letter = m->first;

		m->first = letter->next;
		free(letter);
	}
	if (m->readable)
		event_free(m->readable);
	if (m->fd != -1)
		close(m->fd);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

int
mailbox_post(struct mailbox *m, void (*fn)(void *), void *arg)
{
	struct letter *letter = malloc(sizeof(*letter));

	if (!letter)
		return -1;
	*letter = (struct letter){ .fn = fn, .arg = arg };
	pthread_mutex_lock(&m->lock);
	*m->end = letter;
	m->end = &letter->next;
	pthread_mutex_unlock(&m->lock);
	mailbox_wake(m);
	return 0;
}

void
mailbox_wake(struct mailbox *m)
{
	/* A full counter (EAGAIN) means that the loop is awake already. */
	if (eventfd_write(m->fd, 1) == -1 && errno != EAGAIN)
		log_once_a(60, LOG_LEVEL_ERROR, "cannot wake a thread: %s", strerror(errno));
}
