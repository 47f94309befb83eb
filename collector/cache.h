/*
 * cache: the last answers of devices on the disk (LMDB), so that a restart knows what was known.  Losing it loses nothing but time: what cannot be read is
 * asked again.  Any thread.
 */
#ifndef NETNORM_COLLECTOR_CACHE_H
#define NETNORM_COLLECTOR_CACHE_H

#include <stdint.h>

#include <jansson.h>

#include "base/span.h"

#define CACHE_MAX_NAME 400              /* bytes of a device's name; longer ones are not kept */
#define CACHE_MAX_ANSWER ((size_t)16 << 20)

struct cache;

/* A directory, made with those above it if it is not there; of one process at a time.  NULL, told in the log. */
struct cache *cache_open(const char *path, uint64_t limit_bytes);
void cache_close(struct cache **);
/* What `getter` of `device` gave, asked at that time.  0, or -1 (counted; told now and then). */
int cache_put(struct cache *, const char *device, const char *getter, const json_t *result, int64_t asked_ns);
/* Each answer that is there; one that cannot be read is taken out.  fn may not call the cache. */
void cache_each(struct cache *, void (*fn)(void *arg, struct span device, struct span getter, const json_t *result, int64_t asked_ns), void *arg);
/* Takes out all of the devices that `keep` denies. */
void cache_prune(struct cache *, bool (*keep)(void *arg, struct span device), void *arg);

struct cache_stats {
	uint64_t entries, bytes, failures;
};
void cache_stats(struct cache *, struct cache_stats *);

#endif
