/*
 * kafka_stats: a closed set of numbers out of librdkafka's statistics (its STATISTICS.md), over all brokers.
 *
 * Counters go on over the end of a producer, and of a broker that the cluster no longer has.  One thread reads reports, any may ask.
 */
#ifndef NETNORM_OUTPUTS_KAFKA_STATS_H
#define NETNORM_OUTPUTS_KAFKA_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define KAFKA_STATS_ROWS 16

struct kafka_stats {
	struct {
		_Atomic uint64_t value;
		uint64_t last;                  /* a counter's: the sum in the last report of this producer */
	} rows[KAFKA_STATS_ROWS];
	_Atomic uint64_t unread;                /* reports that could not be read */
};

/* One report, JSON; anything else changes nothing but `unread`. */
void kafka_stats_read(struct kafka_stats *, struct span report);
/* Another producer, which counts from 0 and of which nothing is known yet. */
void kafka_stats_begin(struct kafka_stats *);
/* Those that go up and down (`gauges`), or those that only grow. */
void kafka_stats_each(const struct kafka_stats *, bool gauges, void (*each)(void *arg, const char *name, const char *help, uint64_t value), void *arg);

#endif
