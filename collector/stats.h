/*
 * stats: the ledger and all other counters of a running collector, gathered once and shown in two ways: JSON (control socket) and
 * Prometheus text (/metrics).  Names are netnorm_<thing>_<unit>[_total], labels from closed sets only.
 */
#ifndef NETNORM_COLLECTOR_STATS_H
#define NETNORM_COLLECTOR_STATS_H

#include "base/json.h"

struct collector;

/* {"version": ..., "uptime_s": ..., "ledger": {...}, "inputs": {...}, "outputs": {...}, ...} */
void stats_json(struct collector *, struct json *);
/* Text in the writer's buffer (json_text()), not JSON. */
void stats_prometheus(struct collector *, struct json *);

#endif
