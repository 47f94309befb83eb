/*
 * collector: the running service: its workers, what is open, and its life: start, reload, stop.  All of it belongs to the main thread.
 */
#ifndef NETNORM_COLLECTOR_COLLECTOR_H
#define NETNORM_COLLECTOR_COLLECTOR_H

#include "collector/config.h"
#include "collector/mailbox.h"
#include "collector/snapshot.h"
#include "collector/worker.h"

#define COLLECTOR_MAX_ROUTES 64

/* An open input or output, and the configuration that it was opened by. */
struct live_input {
	struct input input;
	struct config *config;          /* a reference: `options` points into it */
	const struct input_config *options;
	struct collector *collector;
	bool drained, leaving;        /* leaving: closed as soon as it is drained */
	struct live_input *successor;   /* open, but not read before this one, which is leaving, has gone; or NULL */
	struct live_input *next;
};

struct live_output {
	struct output *output;
	struct config *config;
	const struct output_config *options;
	struct live_output *next;
};

enum collector_state { COLLECTOR_STARTING, COLLECTOR_RUNNING, COLLECTOR_DRAINING, COLLECTOR_ENDED };

struct collector {
	struct event_base *base;
	struct mailbox *mailbox;        /* for other threads that want something from main */
	const char *config_path;
	const char *control_override;   /* --control, or NULL */
	struct snapshot *snapshot;      /* the current one: a reference */
	struct worker **workers;
	unsigned nworkers;
	struct live_input *inputs;
	struct live_output *outputs;    /* in the order of the configuration is snapshot->routes; this list has no order */
	struct spool *spool;            /* NULL: none. Open before the outputs, closed after them */
	struct enrichment *enrichment;  /* NULL: none */
	struct live_output *retired;    /* gone from the configuration, still delivering */
	char input_names[COUNTERS_MAX_INPUTS][64];      /* by index of the counters; never given to another name */
	unsigned ninput_names;
	char os_names[PROFILE_MAX_OS][64];              /* by index of the counters, likewise */
	unsigned nos_names;
	enum collector_state state;
	bool reload_wanted;             /* SIGHUP came */
	bool finite;                    /* all inputs come to an end: so does the collector */
	int64_t started_ns, loaded_ns;  /* clock_now_ns() of the start, of the last good load */
	int64_t started_mono_ns;        /* clock_monotonic_ns() of the start */
	int64_t deadline_ns;            /* of the stop, CLOCK_MONOTONIC */
	uint64_t left_bytes;            /* that inputs had got, but nobody read before the stop */
	uint64_t reloads, reloads_failed;
	struct event *signals[4], *tick, *deadline;
	struct control *control;
	struct metrics *metrics;
};

/* Everything up to running: 0, or -1 (told in the log or the diag). */
int collector_start(struct collector *, const char *config_path, const char *control_override);
/* Runs until stopped; exit status 0, or 1 with what was left told. */
int collector_run(struct collector *);
void collector_fini(struct collector *);
/* Begin to stop: accept no more, read what is there.  A second call makes an end at once. */
void collector_stop(struct collector *);
/* An input has been drained while the collector stops. */
void collector_drained(struct collector *);
/* Read the configuration again; what is wrong with it is told in the diag, and the old one stays. 0 or -1. */
int collector_reload(struct collector *, struct diag *);
void collector_reopen(struct collector *);      /* SIGUSR1: log rotation */

/* load.c: configuration, profiles and inventory as one, checked against each other. NULL with faults in the diag; no routes yet. */
struct snapshot *collector_load(const char *config_path, struct diag *);

#endif
