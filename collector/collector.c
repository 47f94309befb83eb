/*
 * The life of the service: start, signals, stop.  What is opened and closed is in live.c, a reload in reload.c.
 */
#include "collector/collector.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "collector/control.h"
#include "collector/live.h"
#include "collector/metrics.h"

#define TICK_MS 50

static void
print_diag(const struct diag *d)
{
	if (diag_errors(d) > 0 || diag_warnings(d) > 0)
		diag_print(d, stderr, isatty(STDERR_FILENO) && !getenv("NO_COLOR"));
}

static void
reload_as_signalled(struct collector *c)
{
	struct diag *d = diag_new();

	c->reload_wanted = false;
	log_notice("SIGHUP: reading the configuration again");
	if (d) {
		collector_reload(c, d);
		print_diag(d);
	}
	diag_free(&d);
}

static void
on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct collector *c = arg;

	(void)what;
	switch (sig) {
	case SIGHUP:
		c->reload_wanted = true;        /* done by the tick: many signals are one wish */
		break;
	case SIGUSR1:
		collector_reopen(c);
		break;
	default:
		collector_stop(c);
	}
}

void
collector_reopen(struct collector *c)
{
	log_notice("opening files again");
	for (struct live_output *l = c->outputs; l; l = l->next)
		output_reopen(l->output);
	for (struct live_input *l = c->inputs; l; l = l->next) {
		if (l->input.kind->reopen)
			l->input.kind->reopen(l->input.self);
	}
}

static bool
outputs_empty(const struct collector *c)
{
	for (const struct live_output *l = c->outputs; l; l = l->next) {
		struct output_stats s;

		output_stats(l->output, &s);
		if (s.queued > 0)
			return false;
	}
	return true;
}

static bool
outputs_ended(const struct collector *c)
{
	for (const struct live_output *l = c->outputs; l; l = l->next)
		if (!output_ended(l->output))
			return false;
	return true;
}

/* Retired outputs are closed; and where all inputs have come to their end and all is delivered, so does the collector. */
static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct collector *c = arg;

	(void)fd;
	(void)what;
	live_outputs_reap(c);
	if (c->reload_wanted)
		reload_as_signalled(c);
	if (c->finite && c->state == COLLECTOR_RUNNING && live_inputs_at_end(c) && outputs_empty(c))
		collector_stop(c);
}

static int
watch_signals(struct collector *c)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };
	struct timeval every = { .tv_usec = TICK_MS * 1000 };

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		c->signals[i] = evsignal_new(c->base, signals[i], on_signal, c);
		if (!c->signals[i] || event_add(c->signals[i], NULL) == -1)
			return -1;
	}
	c->tick = event_new(c->base, -1, EV_PERSIST, on_tick, c);
	return c->tick && event_add(c->tick, &every) == 0 ? 0 : -1;
}

static unsigned
worker_count(const struct config *config)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (config->workers > 0)
		return (unsigned)config->workers;
	return cores > 0 ? (unsigned)cores : 1;
}

static int
make_workers(struct collector *c)
{
	struct worker **workers = calloc(c->nworkers, sizeof(struct worker *));

	if (!workers)
		return -1;
	for (unsigned i = 0; i < c->nworkers; i++) {
		workers[i] = worker_new(i, c->snapshot);
		if (!workers[i]) {
			while (i > 0)
				worker_free(&workers[--i]);
			free(workers);
			return -1;
		}
	}
	c->workers = workers;
	return 0;
}

static int
start_workers(struct collector *c)
{
	sigset_t all, before;
	int result = 0;

	/* Signals are main's: the threads start with all of them blocked. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	for (unsigned i = 0; i < c->nworkers && result == 0; i++)
		result = worker_start(c->workers[i]);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return result;
}

static int
open_spool(struct collector *c, struct diag *d)
{
	const struct config *config = c->snapshot->config;

	if (!config->spool.path)
		return 0;
	c->spool = spool_open(&config->spool, c->nworkers, live_all_finite(config));
	if (c->spool) {
		output_on_room(spool_output(c->spool), live_on_room, c);
		return 0;
	}
	diag_add(d, DIAG_ERROR, NULL, "the spool %s cannot be opened (the log says why)", config->spool.path);
	return -1;
}

/* Open everything in the order that loses nothing: outputs, workers, all sockets, and only then reading. */
static int
open_all(struct collector *c, struct diag *d)
{
	struct live_output *outputs = NULL;
	struct live_input *inputs = NULL;
	int result;

	c->nworkers = worker_count(c->snapshot->config);
	result = live_assign_os(c, c->snapshot, d);
	if (result == 0)
		result = open_spool(c, d);
	if (result == 0)
		result = live_open_routes(c, c->snapshot, &outputs, d);
	live_outputs_add(c, &outputs);
	if (result == -1)
		return -1;
	if (c->spool)
		spool_tell_gone(c->spool);
	if (make_workers(c) == -1) {
		diag_add(d, DIAG_ERROR, NULL, "cannot make %u workers: %s", c->nworkers, strerror(errno));
		return -1;
	}
	c->enrichment = enrichment_open(c);
	result = live_open_inputs(c, c->snapshot->config, &inputs, d);
	if (result == 0 && start_workers(c) == -1) {
		diag_add(d, DIAG_ERROR, NULL, "cannot start a thread: %s", strerror(errno));
		result = -1;
	}
	if (result == 0) {
		live_inputs_start(c, &inputs);
		return 0;
	}
	while (inputs) {
		struct live_input *l = inputs;

		inputs = l->next;
		live_input_close(&l);
	}
	return -1;
}

static int
start(struct collector *c, struct diag *d)
{
	sigset_t all, before;
	int result;

	c->snapshot = collector_load(c->config_path, d);
	if (!c->snapshot)
		return -1;
	log_set_level((enum log_level)c->snapshot->config->log_level);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);      /* for the threads of the outputs */
	result = open_all(c, d);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (result == -1)
		return -1;
	c->finite = live_all_finite(c->snapshot->config);
	c->control = control_open(c, c->control_override ? c->control_override : c->snapshot->config->control);
	c->metrics = metrics_open(c, c->snapshot->config->metrics.address, c->snapshot->config->metrics.port);
	if (!c->control || !c->metrics) {
		diag_add(d, DIAG_ERROR, NULL, "the %s cannot be opened (the log says why)", c->control ? "metrics address" : "control socket");
		return -1;
	}
	return 0;
}

/* As many descriptors as the machine lets us have: a connection each. */
static void
raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int
collector_start(struct collector *c, const char *config_path, const char *control_override)
{
	struct diag *d = diag_new();
	int result = -1;

	memset(c, 0, sizeof(*c));
	raise_descriptors();
	c->config_path = config_path;
	c->control_override = control_override;
	c->started_ns = c->loaded_ns = clock_now_ns();
	c->started_mono_ns = clock_monotonic_ns();
	c->base = event_base_new();
	c->mailbox = c->base ? mailbox_new(c->base, NULL, NULL) : NULL;
	if (d && c->mailbox && watch_signals(c) == 0)
		result = start(c, d);
	else
		log_error("cannot start: %s", strerror(errno));
	if (d)
		print_diag(d);
	diag_free(&d);
	if (result == 0) {
		c->state = COLLECTOR_RUNNING;
		log_notice("running: %zu OSes, %zu messages, %u workers", profile_os_count(c->snapshot->profiles),
		    profile_message_count(c->snapshot->profiles), c->nworkers);
	}
	return result;
}

static void
end_loop(void *arg)
{
	struct collector *c = arg;

	c->state = COLLECTOR_ENDED;
	event_base_loopbreak(c->base);
}

void
collector_drained(struct collector *c)
{
	if (c->state == COLLECTOR_DRAINING && live_inputs_drained(c))
		live_workers(c, NULL, end_loop, c);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct collector *c = arg;

	(void)fd;
	(void)what;
	if (live_inputs_drained(c))
		return;                 /* it is the outputs that take their time */
	log_warning("inputs are not read empty at half of \"stop_timeout\": stopping all the same");
	end_loop(arg);
}

void
collector_stop(struct collector *c)
{
	int64_t half_ns = c->snapshot->config->stop_timeout_ms * 1000000 / 2;
	struct timeval in = { .tv_sec = half_ns / CLOCK_NS_PER_S, .tv_usec = half_ns % CLOCK_NS_PER_S / 1000 };
	int64_t now = clock_monotonic_ns();

	if (c->state != COLLECTOR_RUNNING) {
		log_warning("stopping at once");
		c->deadline_ns = now;
		for (struct live_output *l = c->outputs; l; l = l->next)
			output_stop(l->output, now);
		end_loop(c);
		return;
	}
	log_notice("stopping");
	c->state = COLLECTOR_DRAINING;
	c->deadline_ns = now + 2 * half_ns;
	c->deadline = evtimer_new(c->base, on_deadline, c);
	if (!c->deadline || event_add(c->deadline, &in) == -1)
		end_loop(c);
	live_start_successors(c);
	for (struct live_input *l = c->inputs; l; l = l->next) {
		if (!l->drained && !l->leaving)
			l->input.kind->drain(l->input.self, now + half_ns / 2); /* so that each ends by itself, in good order */
	}
	collector_drained(c);
}

static uint64_t
close_outputs(struct collector *c)
{
	uint64_t left = 0, in_queue;

	live_outputs_add(c, &c->retired);
	/* First all is accepted that came, then as much goes out as there is time for. */
	while (c->spool && clock_monotonic_ns() < c->deadline_ns && !output_rests(spool_output(c->spool)))
		event_base_loop(c->base, EVLOOP_ONCE);
	for (struct live_output *l = c->outputs; l; l = l->next)
		output_stop(l->output, c->deadline_ns);
	/* The tick brings the loop back; a second signal is heard in it. */
	while (clock_monotonic_ns() < c->deadline_ns && !outputs_ended(c))
		event_base_loop(c->base, EVLOOP_ONCE);
	while (c->outputs) {
		struct live_output *l = c->outputs;

		c->outputs = l->next;
		left += live_output_close(&l, c->deadline_ns);
	}
	in_queue = spool_close(&c->spool, c->deadline_ns);
	if (in_queue > 0)
		log_error("the spool could not be written to the end: %" PRIu64 " records that waited for that are lost (`netnorm spool stat` tells what is in it)", in_queue);
	left += in_queue;
	return left;
}

/* All that is open, in the order of the path: inputs, workers, outputs.  Gives how many records were left. */
static uint64_t
close_all(struct collector *c)
{
	uint64_t left;

	if (c->enrichment)
		enrichment_stop(c->enrichment);
	for (unsigned i = 0; i < c->nworkers && c->workers; i++)
		worker_stop(c->workers[i]);
	enrichment_close(&c->enrichment);
	c->state = COLLECTOR_ENDED;
	mailbox_empty(c->mailbox);      /* what the workers still had to say */
	while (c->inputs) {
		struct live_input *l = c->inputs;

		c->inputs = l->next;
		c->left_bytes += live_input_close(&l);
	}
	left = close_outputs(c);
	for (unsigned i = 0; i < c->nworkers && c->workers; i++)
		worker_free(&c->workers[i]);
	free(c->workers);
	c->workers = NULL;
	return left;
}

int
collector_run(struct collector *c)
{
	bool undrained;
	uint64_t left;

	event_base_loop(c->base, 0);
	undrained = !live_inputs_drained(c);
	left = close_all(c);
	if (left > 0)
		log_error("stopped: %" PRIu64 " records were left undelivered", left);
	if (c->left_bytes > 0)
		log_error("stopped: %" PRIu64 " bytes that had come were left unread", c->left_bytes);
	if (left > 0 || c->left_bytes > 0)
		return 1;
	if (undrained)
		log_error("stopped: not all inputs came to their end in time");
	else
		log_notice("stopped: nothing is left waiting");
	return undrained ? 1 : 0;
}

void
collector_fini(struct collector *c)
{
	c->deadline_ns = c->deadline_ns ? c->deadline_ns : clock_monotonic_ns();
	if (c->mailbox)
		close_all(c);
	control_close(&c->control);
	metrics_close(&c->metrics);
	for (size_t i = 0; i < sizeof(c->signals) / sizeof(*c->signals); i++) {
		if (c->signals[i])
			event_free(c->signals[i]);
	}
	if (c->tick)
		event_free(c->tick);
	if (c->deadline)
		event_free(c->deadline);
	mailbox_free(&c->mailbox);
	snapshot_unref(&c->snapshot);
	if (c->base)
		event_base_free(c->base);
}
