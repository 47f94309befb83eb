/*
 * spool: all outputs' records on disk before they go out: nothing that it accepted is lost by a crash.
 *
 * The spool is an output itself (outputs/output.h), whose far side is the store: its thread gathers records and commits them in one transaction, and
 * a record is accepted when that is over; until then it waits in the spool's bounded queue, by the rules of every queue.  An output then
 * reads its records from the store through its tail, in order, and tells the tail what is settled.  The position below which all of an output's
 * records are settled is written with the next commit; what was settled behind it goes out once more after a crash, with the same id.
 *
 * For each output: what went to the spool for it + what it found there = what it took out + what lies there.
 */
#ifndef NETNORM_OUTPUTS_SPOOL_H
#define NETNORM_OUTPUTS_SPOOL_H

#include "outputs/output.h"

struct spool_config {
	char *path;                     /* NULL: no spool */
	int64_t limit_bytes;            /* default 1 GiB */
	int sync;                       /* index in spool_sync_names */
	int64_t batch;                  /* default 10000 */
	int64_t delay_ms;               /* default 20 */
	int64_t queue_limit, queue_limit_bytes;
	int when_full;                  /* enum output_when_full */
};
extern const char *const spool_sync_names[];            /* batch, never */
extern const struct schema_option spool_options[];      /* offsets in struct spool_config */

/* NULL with errno, told in the log. */
struct spool *spool_open(const struct spool_config *, unsigned workers, bool block_by_default);
/*
 * After all its outputs are closed: what is in its queue is committed until the deadline (CLOCK_MONOTONIC ns), the positions are written.  Gives how many
 * records were left in the queue, and are lost.
 */
uint64_t spool_close(struct spool **, int64_t deadline_ns);
bool spool_same(const struct spool_config *, const struct spool_config *);
/* The output that workers offer to; its counters are the spool's. */
struct output *spool_output(struct spool *);
struct spool_stats {
	uint64_t bytes, limit_bytes;            /* on the disk */
	uint64_t next;                          /* number of the next record: all below it are committed */
	uint64_t commits, failures;
};
void spool_stats(const struct spool *, struct spool_stats *);
/* Names of outputs that have a position in it and are not open, told in the log: they keep what they have not got. */
void spool_tell_gone(struct spool *);
/* Give up what this output has not got. -1 with errno: ENOENT, EBUSY: it is open. */
int spool_drop(struct spool *, const char *name);

/* Counted in records, and in bytes as records in memory. */
struct spool_sum {
	uint64_t records, bytes;
};

/* ---- an output's end (for output.c and drain.c) ---- */

struct spool_tail;

/*
 * `most`: records that may be out at once.  output_wake() is called from the spool's thread when there may be more, until spool_tail_close().  While one of the
 * same name is open this one waits.  NULL with errno, told in the log.
 */
struct spool_tail *spool_tail_open(struct spool *, const char *name, size_t most, struct output *);
/* The position stays; the tail is forgotten.  `spooled`: what went to the spool for its output, while it was open. */
void spool_tail_close(struct spool_tail **, struct spool_sum spooled);
uint64_t spool_tail_bit(const struct spool_tail *);
/* The next records, at most `max` and no more once they have `bytes` in memory, each with the caller's reference; 0 if there are none now. */
size_t spool_tail_take(struct spool_tail *, struct record **out, size_t max, uint64_t bytes);
bool spool_tail_has_more(const struct spool_tail *);
/* Its fate is decided: it goes out no more. */
void spool_tail_settle(struct spool_tail *, const struct record *);
/* How many of earlier ones it found when its turn came. */
uint64_t spool_tail_resumed(const struct spool_tail *);
/* How many were passed over, because they are damaged. */
uint64_t spool_tail_damaged(const struct spool_tail *);
/* Is more on its way to the disk that this tail will give out? */
bool spool_tail_awaits(const struct spool_tail *, struct spool_sum spooled);
/* What lies in the spool for it, on the disk or on the way there, if `spooled` went to the spool for its output. */
struct spool_sum spool_tail_waiting(const struct spool_tail *, struct spool_sum spooled);

#endif
