/*
 * worker: one of N equal threads, each with its own libevent base, sockets, pipeline and counters.
 */
#ifndef NETNORM_COLLECTOR_WORKER_H
#define NETNORM_COLLECTOR_WORKER_H

#include <event2/event.h>
#include <pthread.h>

#include "collector/pipeline.h"

struct worker {
	unsigned index;
	struct event_base *base;
	struct pipeline pipeline;
	struct counters_page page;              /* for readers in other threads */
	struct receipt_ring receipts;           /* what came back from outputs; handed to the inputs by worker.c */
	bool held;                              /* a blocking output is full: inputs that can be held back must not read */
	struct worker_hold *holds;              /* inputs to be told when that changes */
	struct worker_private *private;         /* worker.c's own: thread, mailbox */
};

/* An input's wish to be told: resume(arg) is called in the worker's thread when `held` becomes false, hold(arg) when it becomes true. */
struct worker_hold {
	void (*hold)(void *arg);
	void (*resume)(void *arg);
	void *arg;
	struct worker_hold *next;
};
void worker_hold_add(struct worker *, struct worker_hold *);
void worker_hold_remove(struct worker *, struct worker_hold *);

struct worker *worker_new(unsigned index, struct snapshot *);
/* 0, or -1 with errno. */
int worker_start(struct worker *);
/* Runs fn(worker, arg) in the worker's thread, in the order of the posts; any thread. 0, or -1 with errno ENOMEM. */
int worker_post(struct worker *, void (*fn)(struct worker *, void *), void *arg);
/* Let it look again whether outputs have room; any thread. */
void worker_wake(struct worker *);
/* Ask the loop to end after what was posted so far, then join. */
void worker_stop(struct worker *);
void worker_free(struct worker **);

/* For inputs, in the worker's thread: one message, then at the end of each batch (at most OUTPUT_BATCH messages) the publishing of counters and waking of outputs. */
static inline void
worker_message(struct worker *w, const struct message *m)
{
	pipeline_message(&w->pipeline, m);
}
void worker_batch_end(struct worker *);

#endif
