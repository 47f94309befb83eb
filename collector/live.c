/*
 * One input or output at a time: what is to be opened, kept or closed is decided by reload.c and collector.c.
 */
#include "collector/live.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define LIVE_DRAIN_NS (5 * CLOCK_NS_PER_S)
#define LIVE_OUTPUT_DRAIN_NS (30 * CLOCK_NS_PER_S)

static void on_drained(struct input *, void *);

/* The index of a name's counters: once and for all. -1 if there have been `max` names. */
static int
name_index(char (*names)[64], unsigned *n, unsigned max, struct span name)
{
	for (unsigned i = 0; i < *n; i++) {
		if (span_eq(span_str(names[i]), name))
			return (int)i;
	}
	if (*n == max)
		return -1;
	snprintf(names[*n], sizeof(*names), "%.*s", (int)name.n, name.p);
	return (int)(*n)++;
}

int
live_assign_os(struct collector *c, struct snapshot *s, struct diag *d)
{
	for (size_t i = 0; i < profile_os_count(s->profiles); i++) {
		const struct profile_os *os = profile_os_at(s->profiles, i);
		int slot = name_index(c->os_names, &c->nos_names, PROFILE_MAX_OS, profile_os_name(os));

		if (slot == -1) {
			diag_add(d, DIAG_ERROR, NULL, "more than %d names of OSes since the start: a restart is needed", PROFILE_MAX_OS);
			return -1;
		}
		s->os_slot[profile_os_index(os)] = (unsigned char)slot;
	}
	return 0;
}

struct live_input *
live_input_open(struct collector *c, struct config *config, const struct input_config *options)
{
	int index = name_index(c->input_names, &c->ninput_names, COUNTERS_MAX_INPUTS, span_str(options->name));
	struct live_input *l = index < 0 ? NULL : calloc(1, sizeof(*l));

	if (index < 0)
		log_error("input \"%s\": there have been %d names of inputs since the start: a restart is needed", options->name, COUNTERS_MAX_INPUTS);

	if (!l)
		return NULL;
	l->collector = c;
	l->options = options;
	l->config = config_ref(config);
	l->input.kind = input_kinds[options->kind];
	snprintf(l->input.name, sizeof(l->input.name), "%s", options->name);
	l->input.index = (unsigned)index;
	l->input.workers = c->workers;
	l->input.nworkers = c->nworkers;
	l->input.base = c->base;
	l->input.on_drained = on_drained;
	l->input.on_drained_arg = l;
	l->input.self = l->input.kind->open(options, &l->input);
	if (!l->input.self) {
		config_free(&l->config);
		free(l);
		return NULL;
	}
	return l;
}

uint64_t
live_input_close(struct live_input **lp)
{
	struct live_input *l = *lp;
	uint64_t left;

	*lp = NULL;
	if (!l)
		return 0;
	live_input_close(&l->successor);
	l->input.kind->close(l->input.self);
	left = l->input.left_bytes;
	config_free(&l->config);
	free(l);
	return left;
}

static struct live_input *
input_named(const struct collector *c, const char *name)
{
	for (struct live_input *l = c->inputs; l; l = l->next) {
		if (strcmp(l->input.name, name) == 0)
			return l;
	}
	return NULL;
}

const struct input_config *
live_options_named(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->inputs.n; i++) {
		if (strcmp(config->inputs.items[i]->name, name) == 0)
			return config->inputs.items[i];
	}
	return NULL;
}

void
live_input_remove(struct collector *c, struct live_input *l)
{
	for (struct live_input **p = &c->inputs; *p; p = &(*p)->next) {
		if (*p == l) {
			*p = l->next;
			return;
		}
	}
}

bool
live_inputs_drained(const struct collector *c)
{
	for (const struct live_input *l = c->inputs; l; l = l->next) {
		if (!l->drained)
			return false;
	}
	return true;
}

bool
live_inputs_at_end(const struct collector *c)
{
	for (const struct live_input *l = c->inputs; l; l = l->next) {
		if (l->leaving || !l->drained)
			return false;
	}
	return true;
}

/* In the place of `old`, which is closed and only says what it was. */
static void
open_successor(struct collector *c, const struct live_input *old)
{
	struct live_input *l = old->successor;
	const char *name = old->input.name;
	const struct input_config *wanted = live_options_named(c->snapshot->config, name);

	if (c->state != COLLECTOR_RUNNING || input_named(c, name))
		wanted = NULL;
	if (l && (!wanted || !input_config_same(l->options, wanted)))
		live_input_close(&l);           /* it was for a configuration that has gone meanwhile */
	if (!wanted)
		return;
	if (!l)
		l = live_input_open(c, c->snapshot->config, wanted);
	if (!l) {
		c->reloads_failed++;
		log_error("input \"%s\" could not be opened as the new configuration has it: it is opened as it was", name);
		l = live_input_open(c, old->config, old->options);
	}
	if (l)
		live_inputs_start(c, &l);
	else
		log_error("input \"%s\" is closed", name);
}

static void
retire_done(void *arg)
{
	struct live_input *l = arg, old = *l;
	struct collector *c = l->collector;

	config_ref(old.config);
	l->successor = NULL;
	live_input_remove(c, l);
	live_input_close(&l);
	log_notice("input \"%s\": closed", old.input.name);
	open_successor(c, &old);
	config_free(&old.config);
}

static void
drained_in_main(void *arg)
{
	struct live_input *l = arg;

	if (l->drained)
		return;
	l->drained = true;
	if (l->collector->state == COLLECTOR_DRAINING)
		collector_drained(l->collector);
	else if (l->leaving && l->collector->state == COLLECTOR_RUNNING)
		live_workers(l->collector, NULL, retire_done, l);
}

/* Any thread. */
static void
on_drained(struct input *input, void *arg)
{
	struct live_input *l = arg;

	(void)input;
	while (mailbox_post(l->collector->mailbox, drained_in_main, l) == -1)
		usleep(10000);
}

void
live_input_retire(struct live_input *l)
{
	l->leaving = true;
	if (l->drained)
		live_workers(l->collector, NULL, retire_done, l);
	else
		l->input.kind->drain(l->input.self, clock_monotonic_ns() + LIVE_DRAIN_NS);
}

/* Beside `old`, which has its name.  (One that stays is not; where both want the same address, it has to wait until the old one has gone.) */
static bool
opens_beside(const struct live_input *old, const struct input_config *options)
{
	if ((!old->leaving && input_config_same(old->options, options)) || input_config_collides(old->options, options))
		return false;
	old = old->successor;
	return !old || (!input_config_same(old->options, options) && !input_config_collides(old->options, options));
}

int
live_open_inputs(struct collector *c, struct config *config, struct live_input **opened, struct diag *d)
{
	for (size_t i = 0; i < config->inputs.n; i++) {
		const struct input_config *options = config->inputs.items[i];
		const struct live_input *old = input_named(c, options->name);
		struct live_input *l;

		if (old && !opens_beside(old, options))
			continue;
		l = live_input_open(c, config, options);
		if (!l) {
			diag_add(d, DIAG_ERROR, NULL, "input \"%s\" cannot be opened (the log says why)", options->name);
			return -1;
		}
		l->next = *opened;
		*opened = l;
	}
	return 0;
}

void
live_inputs_start(struct collector *c, struct live_input **list)
{
	while (*list) {
		struct live_input *l = *list;

		*list = l->next;
		l->next = c->inputs;
		c->inputs = l;
		l->input.kind->start(l->input.self);
	}
}

void
live_inputs_add(struct collector *c, struct live_input **list)
{
	while (*list) {
		struct live_input *l = *list, *old = input_named(c, l->input.name);

		*list = l->next;
		l->next = NULL;
		if (old) {
			live_input_close(&old->successor);
			old->successor = l;
		} else {
			live_inputs_start(c, &l);
		}
	}
}

void
live_start_successors(struct collector *c)
{
	for (struct live_input *l = c->inputs; l; l = l->next)
		live_inputs_start(c, &l->successor);
}

/* From an output's thread: workers that hold back inputs look again. */
void
live_on_room(void *arg)
{
	struct collector *c = arg;

	for (unsigned i = 0; i < c->nworkers; i++)
		worker_wake(c->workers[i]);
}

bool
live_all_finite(const struct config *config)
{
	for (size_t i = 0; i < config->inputs.n; i++) {
		const struct input_config *input = config->inputs.items[i];
		bool (*is_finite)(const struct input_config *) = input_kinds[input->kind]->is_finite;

		if (!is_finite || !is_finite(input))
			return false;
	}
	return config->inputs.n > 0;
}

struct live_output *
live_output_open(struct collector *c, struct config *config, const struct output_config *options)
{
	struct live_output *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->output = output_open(options, c->nworkers, live_all_finite(config), c->spool);
	if (!l->output) {
		free(l);
		return NULL;
	}
	output_on_room(l->output, live_on_room, c);
	l->options = options;
	l->config = config_ref(config);
	return l;
}

static struct live_output *
output_to_keep(struct collector *c, const struct output_config *options)
{
	for (struct live_output *l = c->outputs; l; l = l->next) {
		if (strcmp(l->options->name, options->name) == 0 && output_config_same(l->options, options))
			return l;
	}
	return NULL;
}

int
live_open_routes(struct collector *c, struct snapshot *s, struct live_output **opened, struct diag *d)
{
	const struct output_configs *configs = &s->config->outputs;

	s->spool = c->spool ? spool_output(c->spool) : NULL;
	s->routes = calloc(configs->n, sizeof(*s->routes));
	if (!s->routes) {
		diag_add(d, DIAG_ERROR, NULL, "no memory");
		return -1;
	}
	for (size_t i = 0; i < configs->n; i++) {
		struct live_output *l = output_to_keep(c, configs->items[i]);

		if (!l) {
			l = live_output_open(c, s->config, configs->items[i]);
			if (!l) {
				diag_add(d, DIAG_ERROR, NULL, "output \"%s\" cannot be opened (the log says why)", configs->items[i]->name);
				return -1;
			}
			l->next = *opened;
			*opened = l;
		}
		s->routes[s->nroutes++] = (struct route){
			.output = l->output, .filter = configs->filters[i], .format = (unsigned)configs->items[i]->format,
		};
		s->wants_strict |= format_table[configs->items[i]->format].models;
	}
	return 0;
}

void
live_outputs_add(struct collector *c, struct live_output **list)
{
	while (*list) {
		struct live_output *l = *list;

		*list = l->next;
		l->next = c->outputs;
		c->outputs = l;
	}
}

void
live_output_remove(struct collector *c, struct live_output *l)
{
	for (struct live_output **p = &c->outputs; *p; p = &(*p)->next) {
		if (*p == l) {
			*p = l->next;
			return;
		}
	}
}

uint64_t
live_output_close(struct live_output **lp, int64_t deadline_ns)
{
	struct live_output *l = *lp;
	struct output_stats s;
	uint64_t left, refused = 0, in_spool;

	*lp = NULL;
	output_stats(l->output, &s);
	for (unsigned level = 0; level < sizeof(s.dropped[0]) / sizeof(s.dropped[0][0]); level++)
		refused += s.dropped[OUTPUT_DROP_REFUSED][level];
	if (refused > 0)
		log_warning("output \"%s\": %" PRIu64 " events were refused for good", l->options->name, refused);
	if (s.dead_lettered > 0)
		log_warning("output \"%s\": %" PRIu64 " events were refused for good, and are in %s", l->options->name, s.dead_lettered, l->options->dead_letter);
	left = output_close_spooled(&l->output, deadline_ns, &in_spool);
	if (in_spool > 0)
		log_notice("output \"%s\": %" PRIu64 " records are left to the spool", l->options->name, in_spool);
	if (left > 0)
		log_error("output \"%s\": %" PRIu64 " records were left undelivered at its end", l->options->name, left);
	config_free(&l->config);
	free(l);
	return left;
}

void
live_outputs_retire(struct collector *c, struct live_output **list)
{
	while (*list) {
		struct live_output *l = *list;

		*list = l->next;
		l->next = c->retired;
		c->retired = l;
		output_stop(l->output, clock_monotonic_ns() + LIVE_OUTPUT_DRAIN_NS);
	}
}

void
live_outputs_reap(struct collector *c)
{
	for (struct live_output **p = &c->retired; *p;) {
		struct live_output *l = *p;

		if (!output_ended(l->output)) {
			p = &l->next;
			continue;
		}
		*p = l->next;
		live_output_close(&l, clock_monotonic_ns() + LIVE_OUTPUT_DRAIN_NS);
	}
}

struct round {
	struct collector *collector;
	_Atomic unsigned left;
	void (*each)(struct worker *, void *);
	void (*done)(void *);
	void *arg;
};

static void
round_over(void *arg)
{
	struct round r = *(struct round *)arg;

	free(arg);
	r.done(r.arg);
}

static void
round_visit(struct worker *w, void *arg)
{
	struct round *r = arg;

	if (r->each)
		r->each(w, r->arg);
	if (atomic_fetch_sub(&r->left, 1) == 1) {
		while (mailbox_post(r->collector->mailbox, round_over, r) == -1)
			usleep(10000);  /* no memory: nothing else can be done than to wait for some */
	}
}

void
live_workers(struct collector *c, void (*each)(struct worker *, void *), void (*done)(void *), void *arg)
{
	struct round *r;

	while (!(r = malloc(sizeof(*r))))
		usleep(10000);
	r->collector = c;
	atomic_init(&r->left, c->nworkers);
	r->each = each;
	r->done = done;
	r->arg = arg;
	for (unsigned i = 0; i < c->nworkers; i++) {
		while (worker_post(c->workers[i], round_visit, r) == -1)
			usleep(10000);
	}
}
