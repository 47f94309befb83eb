/*
 * output: where records go.  One struct of functions for each kind, one static table of kinds, one thread for each output.
 *
 * What is the same for all is written once, in output.c: the rings from the workers, the bounded queue and its dropping by fill
 * level, batching, back-off, counters, the stop.  A kind says only what happened to a record: done, again, refused, down.
 *
 * The ledger, since the output was opened:
 *     offered + resumed = filtered + suppressed + dropped{reason} + delivered (or sent) + dead_lettered + queued
 * `queued` is counted where it lies: in the rings, in the queue, in flight.
 */
#ifndef NETNORM_OUTPUTS_OUTPUT_H
#define NETNORM_OUTPUTS_OUTPUT_H

#include "base/schema.h"
#include "outputs/filter.h"
#include "outputs/latency.h"
#include "outputs/record.h"

#define OUTPUT_BATCH 1024       /* the most messages that a worker takes from its inputs between two looks at output_full() */

enum output_when_full { OUTPUT_AUTO, OUTPUT_DROP, OUTPUT_BLOCK };
enum output_result {
	OUTPUT_DONE,            /* the far side has it (or, without acknowledgement, it was written) */
	OUTPUT_AGAIN,           /* this one not now: it stands aside for a while with those of its key; all others go on */
	OUTPUT_REFUSED,         /* never: into the dead-letter file, or without one dropped{refused} */
	OUTPUT_DOWN,            /* the far side is gone: try all again after the back-off */
};
enum output_drop {              /* the reasons of `dropped` */
	OUTPUT_DROP_FULL,       /* the queue's fill level, by severity */
	OUTPUT_DROP_REFUSED,    /* the far side refused it for good, and there is no dead-letter file */
	OUTPUT_DROP_STOP,       /* still queued at the stop's deadline */
	OUTPUT_DROP_DAMAGED,    /* what the spool has is not what was put there */
	OUTPUT_DROPS
};
extern const char *const output_drop_names[OUTPUT_DROPS];

struct output;
struct spool;                           /* outputs/spool.h */

/* The options that every output has; a kind's own struct begins with it. */
struct output_config {
	char *name;
	int kind;                               /* index in output_kinds */
	int format;                             /* enum format_id */
	int shape;                              /* as configured: it chooses between the two native formats */
	const struct yaml_node *filter;
	char *dead_letter;                      /* path of the file for what is refused for good, or NULL */
	struct {
		int64_t limit;                  /* records; default 100000 */
		int64_t limit_bytes;            /* default 256 MiB */
		int when_full;                  /* enum output_when_full; auto: drop, block where all inputs are files or standard input */
	} queue;
};

struct output_kind {
	const char *name;
	bool acknowledges;                      /* counts `delivered`, not `sent` */
	size_t config_bytes;                    /* of the kind's struct, which begins with struct output_config */
	const struct schema_option *options;    /* the kind's own, offsets in that struct */
	/* Options that a table cannot check; 0 or -1 with faults in the diag. May be NULL. Also run by `netnorm check`: connects nowhere. */
	int (*check)(const struct output_config *, const struct yaml_doc *, const struct yaml_node *, struct diag *);
	/* Two that have been checked and whose options are equal: is what they name (a secret's file) equal, too?  May be NULL. */
	bool (*same)(const struct output_config *, const struct output_config *);
	/*
	 * Before open(): this process is not the collector (`netnorm dlq replay`), which may have the same open, and none of the options may disturb that.  May be
	 * NULL: none does.
	 */
	void (*beside)(struct output_config *);
	/* The kind's state, NULL with errno and a line in the log.  Called in the caller's thread before the output's thread starts. */
	void *(*open)(const struct output_config *, struct output *);
	/*
	 * In the output's thread: take up to n records, in order; gives how many were taken.  Each taken one is settled by output_settle_at(), now or later from
	 * write(), poll(), flush() or close(); until then it is in flight and keeps its reference.  The cells stay where they are until then: &records[i]
	 * is the ticket.
	 */
	size_t (*write)(void *self, struct record *const *records, size_t n);
	/*
	 * Records of one device and one such number keep their order also when one of them is settled OUTPUT_AGAIN.  NULL: those of one device.  Among those of
	 * one write() the kind sees to it: what is behind such a one is settled OUTPUT_AGAIN, too.
	 */
	uint32_t (*order)(void *self, const struct record *);
	/* Work that is due although nothing new came (delivery reports); waits at most timeout_ms, returns early when output_wake_fd() is readable, if it can. May be NULL. */
	void (*poll)(void *self, int timeout_ms);
	/* Have all taken records settled, at most timeout_ms; 0 if so, else -1. */
	int (*flush)(void *self, int timeout_ms);
	void (*reopen)(void *self);             /* SIGUSR1: log rotation; may be NULL */
	void (*close)(void *self);
	/* The kind's own counters for stats and metrics; may be NULL. */
	void (*stats)(void *self, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg);
	/* The same for what goes up and down; may be NULL. */
	void (*gauges)(void *self, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg);
	const char *help;
};
extern const struct output_kind *const output_kinds[];  /* NULL-terminated */
extern const char *const output_kind_names[];           /* the same, for schema tables */

/* For kinds: one record's fate; `cell` is its place in write()'s `records`.  `reason` is text for OUTPUT_REFUSED that need not outlive the call, told in the log now and then; NULL where the kind tells it. */
void output_settle_at(struct output *, struct record *const *cell, enum output_result, const char *reason);
/* Does what was not settled when the process ended come again? */
bool output_has_spool(const struct output *);
/* For what a kind tells of its far side (log_limited(), 10 s): one output's faults do not hide another's. */
struct log_limit *output_reasons(struct output *);
/* What is known of the far side apart from single records. */
void output_set_up(struct output *, bool up);
/* It is down and never comes back, so that all is refused: the kind has told it. */
void output_set_gone(struct output *);
/* From close(): the far side's library may read what is in flight even after it.  Those records are counted as dropped{stop} and never freed. */
void output_cling(struct output *);
/* From open(): after a round that moved few records the thread sleeps so long, unless the queue is short; 2 ms where a kind does not say. */
void output_set_gather(struct output *, int64_t ns);
/* Readable when a worker has put something into the rings: for kinds whose poll() can wait on it. */
int output_wake_fd(const struct output *);
const char *output_name(const struct output *);
/* The format in which a record goes out: the output's, or for one from before a change of format the one that it has. */
enum format_id output_format(const struct output *, const struct record *);
/*
 * What goes out of a record: its line in that format, without the newline that stands behind it.  Absent if it has none at all.
 */
struct span output_line(const struct output *, const struct record *);
/* Is that a JSON object on one line?  Else it is what a device sent: bytes of any kind, newlines too, also where they look like one. */
bool output_line_is_json(const struct output *, const struct record *);

/* The `outputs:` of a configuration. */
struct output_configs {
	struct output_config **items;   /* each of its kind's struct */
	struct filter **filters;        /* parallel */
	size_t n;
};
int output_configs_read(struct output_configs *, const struct yaml_doc *, const struct yaml_node *, struct diag *);
void output_configs_fini(struct output_configs *);
/* Equal in all but name, format and filter: an open output can stay. */
bool output_config_same(const struct output_config *, const struct output_config *);
/* All kinds' option tables as man(7). */
void output_manual(FILE *);

/*
 * Open one and start its thread.  `workers` rings; the config is copied as far as needed.  With a spool (else NULL) it reads its records from there: workers
 * offer to the spool, and output_spooled() is what they tell the output.  NULL with errno, told in the log.
 */
struct output *output_open(const struct output_config *, unsigned workers, bool block_by_default, struct spool *);
/* The same with a kind that is in no table: for tests, and for the spool. */
struct output *output_open_kind(const struct output_kind *, const struct output_config *, unsigned workers, bool block_by_default, struct spool *);
/* For a worker: counted as offered; a reference is taken if it is queued (else it was dropped: false).  Never blocks. */
bool output_offer(struct output *, unsigned worker, struct record *);
/* With a spool: the bit in a record's `takers`; and for a worker: counted as offered, and whether the spool took it. */
uint64_t output_spool_bit(const struct output *);
void output_spooled(struct output *, unsigned worker, const struct record *, bool taken);
/* For a worker: counted as offered and filtered. */
void output_filtered(struct output *, unsigned worker);
/* Tell the output's thread that the rings have something: once for each batch. */
void output_wake(struct output *);
/* when_full: block, and at its limit: take nothing more from inputs that can be held back. Any thread, cheap. */
bool output_full(const struct output *);
/* Is its far side there, as far as it knows? */
bool output_is_up(const struct output *);
/* Called (from the output's thread) when a blocking output that was full has room again (below 90 % of its limit). */
void output_on_room(struct output *, void (*room)(void *), void *arg);
void output_reopen(struct output *);
/* After a reload: what `when_full: auto` means from now on.  Any thread. */
void output_set_block_by_default(struct output *, bool block);
/* After a reload that changed only that: for records that are offered from now on.  Any thread. */
void output_set_format(struct output *, int format);
/*
 * No more offers will come: deliver what is queued until the deadline (CLOCK_MONOTONIC ns), end the thread, free all.  Gives how many
 * records were left undelivered (0: all went out).  *output becomes NULL.
 */
uint64_t output_close(struct output **, int64_t deadline_ns);
/* The same; *in_spool: how many wait in the spool, and are not lost. */
uint64_t output_close_spooled(struct output **, int64_t deadline_ns, uint64_t *in_spool);
/* Is nothing queued, nor in flight?  Holds as long as nothing is offered. */
bool output_rests(const struct output *);
/* After output_stop(): the thread is at its end, so that output_close() waits for nothing. */
bool output_ended(const struct output *);
/* Ask for the end without waiting, so that several outputs can drain side by side. */
void output_stop(struct output *, int64_t deadline_ns);

struct output_stats {
	const char *name, *kind;
	bool acknowledges;
	uint64_t resumed;                       /* were in the spool when it was opened */
	uint64_t offered, filtered, suppressed, delivered, sent, dead_lettered, retried;
	uint64_t dropped[OUTPUT_DROPS][8];      /* by reason and severity */
	uint64_t queued, queued_bytes;          /* now */
	uint64_t limit, limit_bytes;
	bool up;                                /* as far as is known */
	uint64_t reconnects;                    /* how often it was up again */
	int64_t oldest_ns;                      /* when the oldest record in its hands was received; 0: it has none */
	uint64_t latency[LATENCY_BUCKETS], latency_sum_us;      /* of records that were delivered or sent: received until then */
};
void output_stats(const struct output *, struct output_stats *);
void output_stats_own(const struct output *, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg);
void output_gauges_own(const struct output *, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg);

#endif
