/*
 * metrics: /metrics (Prometheus text format 0.0.4) and /healthz over HTTP, on loopback by default.
 */
#ifndef NETNORM_COLLECTOR_METRICS_H
#define NETNORM_COLLECTOR_METRICS_H

#include <stdint.h>

struct collector;
struct metrics;

/* Port 0: off (still not NULL).  NULL, told in the log. */
struct metrics *metrics_open(struct collector *, const char *address, int64_t port);
void metrics_close(struct metrics **);

#endif
