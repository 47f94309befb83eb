/*
 * A worker's thread: a libevent loop, a mailbox that other threads post into, and the end of each batch.  It knows no kind of input.
 *
 * The mailbox's eventfd wakes the loop for everything that comes from outside: posts, returned receipts, room in an output.
 */
#include "collector/worker.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/input.h"
#include "collector/mailbox.h"

struct worker_private {
	pthread_t thread;
	bool started;
	struct mailbox *mailbox;
};

struct worker_post {
	struct worker *worker;
	void (*fn)(struct worker *, void *);
	void *arg;
};

static void
return_receipts(struct worker *w)
{
	struct receipt *list = receipt_take(&w->receipts);

	while (list) {
		struct receipt *r = list;
		struct input_receipts *owner = r->owner;

		list = r->next;
		w->pipeline.counters.receipts_returned++;
		if (owner)
			owner->returned(owner->arg, r);
		receipt_free(&r);
	}
}

static bool
outputs_full(const struct worker *w)
{
	const struct snapshot *s = w->pipeline.snapshot;

	for (size_t i = 0; i < s->nroutes; i++) {
		if (output_full(s->routes[i].output))
			return true;
	}
	return s->spool && output_full(s->spool);
}

static void
look_at_outputs(struct worker *w)
{
	bool full = outputs_full(w);

	if (full == w->held)
		return;
	w->held = full;
	for (struct worker_hold *h = w->holds, *next; h; h = next) {
		next = h->next;         /* resume() may remove its own */
		if (full)
			h->hold(h->arg);
		else
			h->resume(h->arg);
	}
}

/* After the mailbox was emptied, or something else woke the loop: returned receipts, room in an output. */
static void
on_wake(void *arg)
{
	struct worker *w = arg;

	return_receipts(w);
	look_at_outputs(w);
	counters_publish(&w->page, &w->pipeline.counters);
}

static void
wake(void *mailbox)
{
	mailbox_wake(mailbox);
}

void
worker_batch_end(struct worker *w)
{
	const struct snapshot *s = w->pipeline.snapshot;

	counters_publish(&w->page, &w->pipeline.counters);
	if (s->spool)
		output_wake(s->spool);          /* which wakes the others */
	else
		for (size_t i = 0; i < s->nroutes; i++)
			output_wake(s->routes[i].output);
	look_at_outputs(w);
}

void
worker_hold_add(struct worker *w, struct worker_hold *h)
{
	h->next = w->holds;
	w->holds = h;
}

void
worker_hold_remove(struct worker *w, struct worker_hold *h)
{
	for (struct worker_hold **p = &w->holds; *p; p = &(*p)->next) {
		if (*p == h) {
			*p = h->next;
			return;
		}
	}
}

struct worker *
worker_new(unsigned index, struct snapshot *snapshot)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->index = index;
	w->private = calloc(1, sizeof(*w->private));
	w->base = event_base_new();
	if (w->private && w->base)
		w->private->mailbox = mailbox_new(w->base, on_wake, w);
	if (!w->private || !w->private->mailbox || pipeline_init(&w->pipeline, index) == -1) {
		worker_free(&w);
		return NULL;
	}
	w->pipeline.snapshot = snapshot_ref(snapshot);
	receipt_ring_init(&w->receipts, wake, w->private->mailbox);
	return w;
}

static void *
run(void *arg)
{
	struct worker *w = arg;
	char name[16];

	snprintf(name, sizeof(name), "worker %u", w->index);
	pthread_setname_np(pthread_self(), name);
	event_base_loop(w->base, EVLOOP_NO_EXIT_ON_EMPTY);
	return NULL;
}

int
worker_start(struct worker *w)
{
	errno = pthread_create(&w->private->thread, NULL, run, w);
	if (errno)
		return -1;
	w->private->started = true;
	return 0;
}

static void
do_post(void *arg)
{
	struct worker_post post = *(struct worker_post *)arg;

	free(arg);
	post.fn(post.worker, post.arg);
}

int
worker_post(struct worker *w, void (*fn)(struct worker *, void *), void *arg)
{
	struct worker_post *post = malloc(sizeof(*post));

	if (!post)
		return -1;
	*post = (struct worker_post){ .worker = w, .fn = fn, .arg = arg };
	if (mailbox_post(w->private->mailbox, do_post, post) == -1) {
		free(post);
		return -1;
	}
	return 0;
}

void
worker_wake(struct worker *w)
{
	mailbox_wake(w->private->mailbox);
}

static void
end_loop(struct worker *w, void *arg)
{
	(void)arg;
	event_base_loopbreak(w->base);
}

void
worker_stop(struct worker *w)
{
	if (!w->private->started)
		return;
	while (worker_post(w, end_loop, NULL) == -1)
		usleep(10000);          /* no memory for a letter: nothing else can be done than to wait for some */
	pthread_join(w->private->thread, NULL);
	w->private->started = false;
	mailbox_empty(w->private->mailbox);
	on_wake(w);
}

void
worker_free(struct worker **wp)
{
	struct worker *w = *wp;

	*wp = NULL;
	if (!w)
		return;
	if (w->private) {
		worker_stop(w);
		mailbox_free(&w->private->mailbox);
		return_receipts(w);
		free(w->private);
	}
	if (w->base)
		event_base_free(w->base);
	pipeline_fini(&w->pipeline);
	snapshot_unref(&w->pipeline.snapshot);
	free(w);
}
