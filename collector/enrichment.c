/*
 * Between the poller's threads and the workers: what is learned goes to every worker's views by their mailboxes, an answer to the worker whose event wanted it.
 */
#include "collector/enrichment.h"

#include <stdlib.h>

#include "base/log.h"
#include "collector/cache.h"
#include "collector/collector.h"
#include "collector/poller.h"
#include "drivers/field.h"
#include "drivers/template.h"

struct enrichment {
	struct worker **workers;        /* the collector's */
	unsigned nworkers;
	struct cache *cache;
	struct poller *poller;
};

/* ---- to the workers ---- */

/* A letter to one worker; without memory it is not written, and what it would have said comes with the next poll. */
struct letter {
	struct look *look;              /* of a follow-up */
	struct view_part *part;         /* NULL: the device is gone */
	char device[];
};

static struct letter *
letter_new(const char *device, struct view_part *part)
{
	size_t n = strlen(device) + 1;
	struct letter *l = malloc(sizeof(*l) + n);

	if (!l)
		return NULL;
	*l = (struct letter){ .part = part ? view_part_ref(part) : NULL };
	memcpy(l->device, device, n);
	return l;
}

static void
letter_free(struct letter *l)
{
	view_part_unref(&l->part);
	look_free(&l->look);
	free(l);
}

static void
take_part(struct worker *w, void *arg)
{
	struct letter *l = arg;

	if (l->part)
		(void)views_put(w->pipeline.views, span_str(l->device), view_part_ref(l->part));
	else
		views_remove(w->pipeline.views, span_str(l->device));
	letter_free(l);
}

static void
post_to_all(struct enrichment *e, const char *device, struct view_part *part)
{
	for (unsigned i = 0; i < e->nworkers; i++) {
		struct letter *l = letter_new(device, part);

		if (l && worker_post(e->workers[i], take_part, l) == -1)
			letter_free(l);
	}
}

static void
on_learned(void *arg, const char *device, struct view_part *part)
{
	post_to_all(arg, device, part);
	view_part_unref(&part);
}

static void
on_gone(void *arg, const char *device)
{
	post_to_all(arg, device, NULL);
}

static void
take_answer(struct worker *w, void *arg)
{
	struct letter *l = arg;

	pipeline_follow_up(&w->pipeline, l->look, l->part);
	worker_batch_end(w);
	letter_free(l);
}

static void
on_looked(void *arg, struct look *look, struct view_part *part)
{
	struct enrichment *e = arg;
	struct letter *l = letter_new("", part);

	if (!l) {
		look_free(&look);
		return;
	}
	l->look = look;
	if (worker_post(e->workers[look->worker], take_answer, l) == -1)
		letter_free(l);
}

/* ---- from the workers ---- */

static bool
knows(const struct view *view, enum view_kind kind, struct span object)
{
	return view && view->parts[kind] && view_part_find(view->parts[kind], object).n > 0;
}

/* Which getter tells how the object is now; VIEW_KINDS: none does. */
static enum view_kind
look_kind(const struct pipeline *p, const struct nevent *ev)
{
	const struct view *view = views_find(p->views, p->device->name);
	char buf[FIELD_IP_BYTES];

	if (span_starts(ev->error, SPAN_LIT("BGP_")))
		return view_peer(ev->object, buf).n > 0 || knows(view, VIEW_BGP, ev->object) ? VIEW_BGP : VIEW_KINDS;
	if (span_starts(ev->error, SPAN_LIT("INTERFACE_")))
		return VIEW_INTERFACES;
	return knows(view, VIEW_INTERFACES, ev->object) ? VIEW_INTERFACES : VIEW_KINDS;
}

static bool
wants_look(const struct pipeline *p, const struct nevent *ev)
{
	const struct enrichment_config *c = &p->snapshot->config->enrichment;

	if (!c->fresh_look.enabled || ev->outcome != NEVENT_EVENT || ev->object.n == 0 || ev->device.n == 0)
		return false;
	return c->fresh_look.filter ? filter_takes(c->fresh_look.filter, ev) : ev->condition == NEVENT_DOWN;
}

void
enrichment_look(struct enrichment *e, const struct pipeline *p, const struct nevent *ev)
{
	enum view_kind kind;
	struct look *l;

	if (!p->device->access->driver || !p->device->access->poll || !wants_look(p, ev))
		return;
	kind = look_kind(p, ev);
	if (kind == VIEW_KINDS || poller_join_look(e->poller, look_key(ev, kind)))
		return;
	l = look_new(ev, kind, p->worker);
	if (l)
		poller_look(e->poller, l);
}

/* ---- opening and closing ---- */

static bool
make_views(struct collector *c, struct enrichment *e)
{
	for (unsigned i = 0; i < c->nworkers; i++) {
		struct pipeline *p = &c->workers[i]->pipeline;

		p->views = views_new();
		if (!p->views)
			return false;
		p->enrichment = e;
	}
	return true;
}

struct enrichment *
enrichment_open(struct collector *c)
{
	const struct enrichment_config *config = &c->snapshot->config->enrichment;
	struct enrichment *e = config->enabled ? calloc(1, sizeof(*e)) : NULL;
	struct poller_hooks hooks = { on_learned, on_looked, on_gone, e };
	char templates[4096];

	if (!config->enabled)
		return NULL;
	if (e) {
		e->workers = c->workers;
		e->nworkers = c->nworkers;
	}
	if (config_shipped_templates(templates, sizeof(templates)))
		template_set_dir(templates);
	if (!e || !make_views(c, e) || !(e->poller = poller_open(&hooks, (unsigned)config->sessions))) {
		log_error("no memory for the enrichment: events go out without");
		enrichment_close(&e);
		return NULL;
	}
	enrichment_reload(e, c);
	return e;
}

void
enrichment_reload(struct enrichment *e, struct collector *c)
{
	const struct enrichment_config *config = &c->snapshot->config->enrichment;

	if (!e->cache && poller_wanted(c->snapshot->inventory)) {
		e->cache = cache_open(config->cache, (uint64_t)config->cache_limit_bytes);
		poller_use_cache(e->poller, e->cache);
	}
	poller_set(e->poller, c->snapshot);
}

void
enrichment_stop(struct enrichment *e)
{
	poller_stop(e->poller);
}

void
enrichment_close(struct enrichment **ep)
{
	struct enrichment *e = *ep;

	*ep = NULL;
	if (!e)
		return;
	poller_close(&e->poller);
	for (unsigned i = 0; i < e->nworkers; i++)
		e->workers[i]->pipeline.enrichment = NULL;
	cache_close(&e->cache);
	free(e);
}

void
enrichment_stats(struct enrichment *e, struct enrichment_stats *s)
{
	struct cache_stats cache = { 0 };

	poller_stats(e->poller, s);
	if (e->cache)
		cache_stats(e->cache, &cache);
	s->cache_entries = cache.entries;
	s->cache_bytes = cache.bytes;
	s->cache_failures = cache.failures;
}
