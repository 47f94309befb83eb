/*
 * rtt: the times of Linux's ping, which several systems have.
 */
#ifndef NETNORM_DRIVERS_RTT_H
#define NETNORM_DRIVERS_RTT_H

#include <jansson.h>

#include "base/span.h"

/* "rtt min/avg/max/mdev = 1.321/1.760/2.840/0.562 ms, ...": sets rtt_min, rtt_avg, rtt_max and rtt_stddev, those that are numbers. */
void rtt_summary(json_t *ping, struct span line);

#endif
