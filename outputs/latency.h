/*
 * latency: how long records took from their arrival until the far side had them: a histogram with fixed buckets.  One thread adds, any reads.
 */
#ifndef NETNORM_OUTPUTS_LATENCY_H
#define NETNORM_OUTPUTS_LATENCY_H

#include <stdatomic.h>
#include <stdint.h>

#define LATENCY_BUCKETS 15      /* the last one has no bound */

struct latency {
	_Atomic uint64_t counts[LATENCY_BUCKETS];
	_Atomic uint64_t sum_us;
};

/* Seconds up to which each but the last bucket goes. */
extern const double latency_bounds_s[LATENCY_BUCKETS - 1];

void latency_add(struct latency *, int64_t ns);         /* below 0 (a clock was set): 0 */

#endif
