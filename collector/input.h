/*
 * input: where messages come from.  One struct of functions for each kind, one static table of kinds.
 *
 * Opening happens in the main thread, all sockets before any reading (a SO_REUSEPORT group must be whole, in order, and never changes its size
 * while it runs); reading happens in the workers' threads.
 */
#ifndef NETNORM_COLLECTOR_INPUT_H
#define NETNORM_COLLECTOR_INPUT_H

#include "base/schema.h"
#include "collector/worker.h"
#include "parsers/syslog/frame.h"

struct input;

/* What receipt->owner points to: told in the worker's thread when a batch's last record is safe.  Must outlive its receipts. */
struct input_receipts {
	void (*returned)(void *arg, const struct receipt *);
	void *arg;
};

/* The options that every input has; a kind's own struct begins with it. */
struct input_config {
	char *name;
	int kind;                       /* index in input_kinds */
	int64_t max_message_bytes;      /* longer ones are cut and marked `truncated`; default 64 KiB, at most 1 MiB */
};

/* What only one socket can have open at a time. */
struct input_place {
	const char *protocol;           /* "udp", "tcp", "unix"; NULL: it takes nothing that others could want */
	const char *where;              /* numeric address, or path */
	int64_t port;                   /* -1: `where` is a path */
};

struct input_kind {
	const char *name;               /* udp, tcp, unix-dgram, unix-stream, stdin, file */
	/* It comes to an end by itself (stdin, a file without follow): the collector stops when all have. NULL: it never does. */
	bool (*is_finite)(const struct input_config *);
	bool holds_back;                /* can wait while a blocking output is full */
	size_t config_bytes;
	const struct schema_option *options;
	int (*check)(const struct input_config *, const struct yaml_doc *, const struct yaml_node *, struct diag *);      /* may be NULL */
	void (*place)(const struct input_config *, struct input_place *);       /* NULL: it takes none */
	/* Main thread.  Sockets bound, nothing read yet. NULL with errno; what went wrong is told in the log, with the address. */
	void *(*open)(const struct input_config *, struct input *);
	/* Main thread, workers are running: begin to read. */
	void (*start)(void *self);
	/* Main thread: accept nothing new, read what is already there, then call input_drained(). `deadline_ns` on CLOCK_MONOTONIC. */
	void (*drain)(void *self, int64_t deadline_ns);
	/* Main thread, after drained (or the deadline) and with the workers' posts done: close and free. */
	void (*close)(void *self);
	void (*reopen)(void *self);     /* SIGUSR1; may be NULL */
	/* Own counters and gauges for stats and metrics (kernel drops, receive buffer, ...); may be NULL. */
	void (*stats)(void *self, void (*each)(void *arg, const char *name, const char *help, bool gauge, uint64_t value), void *arg);
	const char *help;
};
extern const struct input_kind *const input_kinds[];    /* NULL-terminated */

struct input {
	const struct input_kind *kind;
	char name[64];
	unsigned index;                 /* in counters.received */
	struct worker **workers;        /* borrowed */
	unsigned nworkers;
	struct event_base *base;        /* of the main thread: for listeners */
	void *self;
	void (*on_drained)(struct input *, void *arg);  /* may be called from any thread; also when a finite input has come to its end */
	void *on_drained_arg;
	_Atomic uint64_t left_bytes;    /* what had come, but was not read or not handed on when it ended: see input_left() */
};

/* For kinds, any thread: all is read (the end of a finite input, or after drain()), but for what input_left() was told before. */
void input_drained(struct input *);
/* For kinds, any thread: so many bytes had come, and are neither messages nor will be.  The collector does not call that a clean stop. */
void input_left(struct input *, uint64_t bytes);

/* The `inputs:` of a configuration. */
struct input_configs {
	struct input_config **items;    /* each of its kind's struct */
	size_t n;
};
int input_configs_read(struct input_configs *, const struct yaml_doc *, const struct yaml_node *, struct diag *);
void input_configs_fini(struct input_configs *);
bool input_config_same(const struct input_config *, const struct input_config *);
/* Are address and port, or path, of both written alike? */
bool input_config_same_place(const struct input_config *, const struct input_config *);
/* Can one of them not be opened while the other one is open? */
bool input_config_collides(const struct input_config *, const struct input_config *);
void input_manual(FILE *);

#endif
