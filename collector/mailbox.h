/*
 * mailbox: work for a thread that runs a libevent loop, posted from any thread, done in the order of the posts.
 *
 * Not for the hot path: a lock and a malloc each.  mailbox_wake() alone is cheap.
 */
#ifndef NETNORM_COLLECTOR_MAILBOX_H
#define NETNORM_COLLECTOR_MAILBOX_H

#include <event2/event.h>

struct mailbox;

/* `after` (may be NULL) runs in the loop's thread after each emptying, also when it was only woken.  NULL with errno. */
struct mailbox *mailbox_new(struct event_base *, void (*after)(void *), void *arg);
/* What is still in it is not done: mailbox_empty() first. */
void mailbox_free(struct mailbox **);
/* 0, or -1 with errno ENOMEM. */
int mailbox_post(struct mailbox *, void (*fn)(void *), void *arg);
/* Any thread. */
void mailbox_wake(struct mailbox *);
/* Do now what is in it, in the caller's thread: for the time when the loop no longer runs. */
void mailbox_empty(struct mailbox *);

#endif
