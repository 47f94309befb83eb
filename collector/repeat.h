/*
 * repeat: the last line of each flow and header host, so that "last message repeated N times" can be told as what it repeats.
 *
 * Bounded: REPEAT_SLOTS lines of at most REPEAT_LINE_BYTES each, for REPEAT_AGE_NS; a newer line of another flow may push one
 * out, and a longer line is not kept.  One worker owns it.
 */
#ifndef NETNORM_COLLECTOR_REPEAT_H
#define NETNORM_COLLECTOR_REPEAT_H

#include <stdint.h>

#include "base/span.h"

#define REPEAT_SLOTS 4096
#define REPEAT_LINE_BYTES 8192
#define REPEAT_AGE_NS INT64_C(60000000000)

struct repeat_memory;

struct repeat_memory *repeat_new(void);
void repeat_free(struct repeat_memory **);
/* Keep the line as the last one of its flow and host (absent host: its own). */
void repeat_remember(struct repeat_memory *, uint64_t flow, struct span host, struct span line, int64_t now_ns);
/* The last line of that flow and host within the last 60 s, borrowed until the next repeat_remember(); absent if there is none. */
struct span repeat_recall(const struct repeat_memory *, uint64_t flow, struct span host, int64_t now_ns);

#endif
