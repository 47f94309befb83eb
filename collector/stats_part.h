/*
 * stats_part: what the two writers of stats share.
 */
#ifndef NETNORM_COLLECTOR_STATS_PART_H
#define NETNORM_COLLECTOR_STATS_PART_H

#include "collector/counters.h"
#include "collector/enrichment.h"

struct collector;

/* The counters that are one number each: field, name in JSON, family and help for Prometheus. */
struct stats_counter {
	size_t offset;
	const char *name, *family, *help;
	bool gauge;
};

extern const struct stats_counter stats_counters[];     /* ends with a name of NULL */

/* Those of struct enrichment_stats, likewise. */
extern const struct stats_counter stats_enrichment[];

/* The number of `counters` (a struct counters, or enrichment_stats) that `p` names. */
uint64_t stats_value(const void *counters, const struct stats_counter *p);
/* The sum of all workers' pages. */
void stats_gather(const struct collector *, struct counters *sum);
uint64_t stats_resident_bytes(void);
double stats_cpu_seconds(void);
/* How long ago that was by clock_now_ns(); 0 for 0. */
double stats_age_s(int64_t since_ns);

#endif
