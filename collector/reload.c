/*
 * A reload: everything new is opened before the swap, the swap happens between two messages, what is gone is drained after it.
 * Where anything is wrong the old state stays, whole.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "collector/live.h"

struct reload {
	struct collector *collector;
	struct snapshot *old, *next;
	struct live_input *inputs;              /* opened for it, not yet in the collector's list */
	struct live_output *outputs;
	struct live_output *gone;               /* to be closed after the swap */
	unsigned nos_names, ninput_names;       /* of the collector before: what a reload that fails has named is forgotten */
};

static void
give_up(struct reload *r)
{
	while (r->inputs) {
		struct live_input *l = r->inputs;

		r->inputs = l->next;
		live_input_close(&l);
	}
	while (r->outputs) {
		struct live_output *l = r->outputs;

		r->outputs = l->next;
		live_output_close(&l, clock_monotonic_ns());
	}
	snapshot_unref(&r->next);
	r->collector->nos_names = r->nos_names;
	r->collector->ninput_names = r->ninput_names;
}

static void
take_snapshot(struct worker *w, void *arg)
{
	struct reload *r = arg;
	struct snapshot *old = w->pipeline.snapshot;

	w->pipeline.snapshot = snapshot_ref(r->next);
	snapshot_unref(&old);
}

/* All workers have the new snapshot: nothing offers to the old outputs any more. */
static void
after_swap(void *arg)
{
	struct reload *r = arg;

	live_outputs_retire(r->collector, &r->gone);
	if (r->collector->enrichment)
		enrichment_reload(r->collector->enrichment, r->collector);
	snapshot_unref(&r->old);        /* the last one: main frees it, not a worker that has lines to read */
	snapshot_unref(&r->next);
	free(r);
}

static void
settle_inputs(struct reload *r)
{
	struct collector *c = r->collector;

	for (struct live_input *l = c->inputs, *next; l; l = next) {
		const struct input_config *wanted = live_options_named(r->next->config, l->input.name);

		next = l->next;
		if (!l->leaving && (!wanted || !input_config_same(l->options, wanted)))
			live_input_retire(l);      /* its successor, if it is still wanted, comes once it has gone */
	}
	live_inputs_add(c, &r->inputs);
}

static void
settle_outputs(struct reload *r)
{
	struct collector *c = r->collector;

	for (struct live_output *l = c->outputs, *next; l; l = next) {
		bool kept = false;

		next = l->next;
		for (size_t i = 0; i < r->next->nroutes; i++)
			kept |= r->next->routes[i].output == l->output;
		if (!kept) {
			live_output_remove(c, l);
			l->next = r->gone;
			r->gone = l;
		}
	}
	live_outputs_add(c, &r->outputs);
}

static void
tell_what_needs_a_restart(const struct collector *c, const struct config *next, struct diag *d)
{
	const struct config *now = c->snapshot->config;

	if (next->workers > 0 && (unsigned)next->workers != c->nworkers)
		diag_add(d, DIAG_WARNING, NULL, "\"workers\" needs a restart: it stays at %u", c->nworkers);
	if (!c->control_override && strcmp(next->control, now->control) != 0)
		diag_add(d, DIAG_WARNING, NULL, "\"control\" needs a restart: it stays at %s", now->control);
	if (!spool_same(&next->spool, &now->spool))
		diag_add(d, DIAG_WARNING, NULL, "\"spool\" needs a restart: it stays as it was");
	if (enrichment_needs_restart(&next->enrichment, &now->enrichment))
		diag_add(d, DIAG_WARNING, NULL, "of \"enrichment\" the options enabled, sessions, cache and cache_limit need a restart: they stay as they were");
	if (next->metrics.port != now->metrics.port || strcmp(next->metrics.address, now->metrics.address) != 0)
		diag_add(d, DIAG_WARNING, NULL, "\"metrics\" needs a restart: its address stays as it was");
}

static void
swap(struct reload *r, struct diag *d)
{
	struct collector *c = r->collector;
	struct snapshot *old = c->snapshot;

	tell_what_needs_a_restart(c, r->next->config, d);
	log_set_level((enum log_level)r->next->config->log_level);
	settle_outputs(r);
	c->finite = live_all_finite(r->next->config);
	for (size_t i = 0; i < r->next->nroutes; i++) {
		output_set_format(r->next->routes[i].output, (int)r->next->routes[i].format);
		output_set_block_by_default(r->next->routes[i].output, c->finite);
	}
	if (c->spool)
		output_set_block_by_default(spool_output(c->spool), c->finite);
	settle_inputs(r);
	c->snapshot = snapshot_ref(r->next);
	r->old = old;
	live_workers(c, take_snapshot, after_swap, r);
}

int
collector_reload(struct collector *c, struct diag *d)
{
	struct reload *r = c->state == COLLECTOR_RUNNING ? calloc(1, sizeof(*r)) : NULL;

	if (!r) {
		diag_add(d, DIAG_ERROR, NULL, "%s", c->state == COLLECTOR_RUNNING ? "no memory" : "the collector is not running: no reload now");
		return -1;
	}
	r->collector = c;
	r->nos_names = c->nos_names;
	r->ninput_names = c->ninput_names;
	r->next = collector_load(c->config_path, d);
	if (!r->next || live_assign_os(c, r->next, d) == -1 || live_open_routes(c, r->next, &r->outputs, d) == -1 || live_open_inputs(c, r->next->config, &r->inputs, d) == -1) {
		give_up(r);
		free(r);
		c->reloads_failed++;
		log_error("reload: the configuration has faults; the old one stays");
		return -1;
	}
	swap(r, d);
	c->reloads++;
	c->loaded_ns = clock_now_ns();
	log_notice("reload: done");
	return 0;
}
