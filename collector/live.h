/*
 * live: opening and closing the inputs and outputs of a running collector.  Main thread only.
 */
#ifndef NETNORM_COLLECTOR_LIVE_H
#define NETNORM_COLLECTOR_LIVE_H

#include "collector/collector.h"

/* Sockets bound, nothing read yet; not in the collector's list.  NULL, told in the log. */
struct live_input *live_input_open(struct collector *, struct config *, const struct input_config *);
/* Closes it now: it must be drained (or given up), and no worker may have a post of it waiting.  Gives how many bytes were left (input_left()). */
uint64_t live_input_close(struct live_input **);
void live_input_remove(struct collector *, struct live_input *);
/*
 * Drain it, then close it; then, if the current configuration has an input of its name, read its successor, or open it now.  If that
 * fails, the old one is opened again, which counts as a reload that failed.
 */
void live_input_retire(struct live_input *);
/* The next one to be drained, too: sockets that wait for one that is leaving begin to be read. */
void live_start_successors(struct collector *);
/* Opened by live_open_inputs(): to be read, each as soon as one of its name that is leaving has gone. */
void live_inputs_add(struct collector *, struct live_input **list);
/* NULL if there is none of that name. */
const struct input_config *live_options_named(const struct config *, const char *name);
bool live_inputs_drained(const struct collector *);
/* All have come to their end, and none is still to be closed and maybe opened again as a new configuration has it. */
bool live_inputs_at_end(const struct collector *);

/* Its thread runs; not in the collector's list.  NULL, told in the log. */
struct live_output *live_output_open(struct collector *, struct config *, const struct output_config *);
void live_output_remove(struct collector *, struct live_output *);
/* Deliver what is queued until the deadline (CLOCK_MONOTONIC ns), free; gives how many records were left, and says so in the log. */
uint64_t live_output_close(struct live_output **, int64_t deadline_ns);

/* Nothing offers to them any more: they deliver what they have within 30 s, and are closed by live_outputs_reap() when that is done. */
void live_outputs_retire(struct collector *, struct live_output **list);
/* Close retired outputs that have nothing left; cheap, to be called now and then. */
void live_outputs_reap(struct collector *);

/*
 * The routes of a new snapshot: outputs that are open and the same are kept, others are opened and put before *opened.  Likewise the
 * inputs that no open one is like, but those that can be opened only when the old one of their name is closed.  0, or -1 with the fault in the diag; what was opened stays in *opened.
 */
int live_open_routes(struct collector *, struct snapshot *, struct live_output **opened, struct diag *);
int live_open_inputs(struct collector *, struct config *, struct live_input **opened, struct diag *);
/* Take the list over; inputs begin to read. */
void live_inputs_start(struct collector *, struct live_input **list);
void live_outputs_add(struct collector *, struct live_output **list);
/* Give each OS of the snapshot its counters: 0, or -1 with the fault in the diag (more names of OSes than there is room for). */
int live_assign_os(struct collector *, struct snapshot *, struct diag *);
/* Tell the workers to look at the outputs: one has room again. */
void live_on_room(void *collector);
/* Does every input come to an end by itself? */
bool live_all_finite(const struct config *);

/*
 * Run each(worker, arg) in every worker's thread, then done(arg) in main's; `each` may be NULL: then it says only that what was posted before is done.
 */
void live_workers(struct collector *, void (*each)(struct worker *, void *), void (*done)(void *), void *arg);

#endif
