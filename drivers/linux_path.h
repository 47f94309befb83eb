/*
 * linux_path: what Linux's ping and traceroute print, which several systems have.
 */
#ifndef NETNORM_DRIVERS_LINUX_PATH_H
#define NETNORM_DRIVERS_LINUX_PATH_H

#include <jansson.h>
#include <stdbool.h>

#include "base/span.h"

/* An address, without the brackets and the colon around it: "(192.0.2.1):". */
struct span linux_path_bare(struct span word);
/* NAPALM's result of a ping that nobody answered yet. */
json_t *linux_path_ping(void);
/* "5 packets transmitted, 4 received, +1 errors, 20% packet loss, time 4005ms", busybox's "4 packets received": sets probes_sent and packet_loss. */
void linux_path_loss(json_t *ping, struct span line);
/* "... time=1.78 ms": milliseconds; false where there is no time. */
bool linux_path_time(struct span line, double *ms);
/* "rtt min/avg/max/mdev = 1.321/1.760/2.840/0.562 ms, ...": sets rtt_min, rtt_avg, rtt_max and rtt_stddev, those that are numbers. */
void linux_path_summary(json_t *ping, struct span line);
/* NAPALM's hops of a traceroute, {"1": {"probes": {"1": {...}}}}; a probe without an answer has "*" and `lost_ms`.  Empty: the text has no hops. */
json_t *linux_path_hops(struct span text, double lost_ms);

#endif
