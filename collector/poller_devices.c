/*
 * The list of devices that are polled: made from an inventory, kept over reloads, and what the cache knows of it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "collector/cache.h"
#include "collector/poller_part.h"

#define OLDEST_NS (90 * INT64_C(86400) * CLOCK_NS_PER_S)

void
poller_drop_looks(struct look **list, uint64_t *counter)
{
	while (*list) {
		struct look *l = *list;

		*list = l->next;
		(*counter)++;
		look_free(&l);
	}
}

void
poller_looks_left(struct poller *p, const struct look *l)
{
	for (; l; l = l->next) {
		_Atomic uint64_t *place = &p->waiting[l->key % POLLER_WAITING];

		p->nlooks--;
		if (atomic_load_explicit(place, memory_order_relaxed) == l->key)
			atomic_store_explicit(place, 0, memory_order_relaxed);
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(struct polled *const *)a)->name, (*(struct polled *const *)b)->name);
}

struct polled **
poller_find(const struct poller *p, const char *name)
{
	struct polled key = { .name = (char *)(uintptr_t)name }, *at = &key;

	return p->n > 0 ? bsearch(&at, p->devices, p->n, sizeof(*p->devices), by_name) : NULL;
}

static struct polled *
come_back(struct poller *p, const char *name)
{
	for (struct polled **at = &p->leaving; *at; at = &(*at)->next) {
		struct polled *d = *at;

		if (strcmp(d->name, name) != 0)
			continue;
		*at = d->next;
		d->gone = false;
		return d;
	}
	return NULL;
}

/* The device as it is known, or a new one. */
static struct polled *
device_of(struct poller *p, const struct inventory_device *device)
{
	struct polled **known = poller_find(p, device->name.p);
	struct polled *d = known ? *known : come_back(p, device->name.p);

	if (!d)
		d = polled_new(device->name.p, &p->limits);
	if (!d)
		return NULL;
	if (!d->access || !inventory_access_same(d->access, device->access))
		polled_begin_anew(d, device->access);
	d->access = device->access;
	d->kept = true;
	return d;
}

struct polled **
poller_devices_of(struct poller *p, const struct inventory *inv, size_t *n)
{
	struct polled **list = calloc(inventory_count(inv) + 1, sizeof(*list));

	*n = 0;
	for (size_t i = 0; list && i < inventory_count(inv); i++) {
		const struct inventory_device *device = inventory_at(inv, i);
		struct polled *d = device->access->driver && device->access->poll ? device_of(p, device) : NULL;

		if (d)
			list[(*n)++] = d;
	}
	if (list)
		qsort(list, *n, sizeof(*list), by_name);
	return list;
}

void
poller_let_go(struct poller *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct polled *d = p->devices[i];

		if (d->kept)
			continue;
		p->hooks.gone(p->hooks.arg, d->name);
		poller_looks_left(p, d->looks);
		poller_drop_looks(&d->looks, &p->stats.looks_late);
		d->nlooks = 0;
		d->gone = d->running;
		d->access = NULL;
		if (d->running) {
			d->next = p->leaving;
			p->leaving = d;
		} else {
			polled_free(&d);
		}
	}
}

void
poller_left(struct poller *p, struct polled *d)
{
	struct polled **at = &p->leaving;

	while (*at && *at != d)
		at = &(*at)->next;
	if (*at)
		*at = d->next;
	polled_free(&d);
}

static bool
is_device(void *poller, struct span name)
{
	char text[CACHE_MAX_NAME + 1];

	snprintf(text, sizeof(text), "%.*s", (int)name.n, name.p);
	return poller_find(poller, text) != NULL;
}

static void
remember(void *arg, struct span device, struct span getter, const json_t *result, int64_t asked_ns)
{
	struct poller *p = arg;
	char name[CACHE_MAX_NAME + 1], why[128];
	int64_t age_ns = asked_ns > 0 ? clock_now_ns() - asked_ns : -1;
	struct polled **d;

	snprintf(name, sizeof(name), "%.*s", (int)device.n, device.p);
	d = poller_find(p, name);
	if (age_ns < 0 || age_ns > OLDEST_NS)
		return;                 /* of a clock that was wrong, or of no use any more */
	for (int kind = 0; d && kind < VIEW_KINDS; kind++) {
		const struct getter_method *m = &getter_methods[view_getters[kind]];
		struct view_part *part;

		if (!span_eq(span_str(m->name), getter) || !model_check(result, &m->result, why, sizeof(why)))
			continue;
		part = view_part_new((enum view_kind)kind, result, asked_ns);
		if (part)
			p->hooks.learned(p->hooks.arg, name, part);
		pthread_mutex_lock(&p->lock);
		polled_known(*d, (enum view_kind)kind, asked_ns, &p->limits);
		pthread_mutex_unlock(&p->lock);
	}
}

/* The main thread alone changes the list: it may read it without the lock. */
void
poller_read_cache(struct poller *p)
{
	cache_prune(p->cache, is_device, p);
	if (!p->remembered)
		cache_each(p->cache, remember, p);
	p->remembered = true;
}
