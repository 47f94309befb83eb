#include "collector/poller.h"

#include <stdlib.h>

#include "base/clock.h"

/* FNV-1a, of 64 bits. */
static uint64_t
mix(uint64_t hash, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return (hash ^ 0xff) * UINT64_C(0x100000001b3);         /* no text has this byte: where one ends counts */
}

uint64_t
look_key(const struct nevent *ev, enum view_kind kind)
{
	uint64_t hash = mix(mix(UINT64_C(0xcbf29ce484222325) + kind, ev->device), ev->object);

	return hash ? hash : 1;
}

struct look *
look_new(const struct nevent *ev, enum view_kind kind, unsigned worker)
{
	struct look *l = calloc(1, sizeof(*l) + ev->device.n + ev->object.n + ev->error.n + ev->os.n + ev->host.n + ev->ip.n + 1);
	char *at;

	if (!l)
		return NULL;
	l->kind = kind;
	l->key = look_key(ev, kind);
	l->wanted_ns = clock_monotonic_ns();
	l->worker = worker;
	memcpy(l->id, ev->id, sizeof(l->id));
	l->facility = ev->facility;
	l->severity = ev->severity;
	l->vendor_severity = ev->vendor_severity;
	at = span_keep(&l->device, ev->device, (char *)(l + 1));
	at = span_keep(&l->object, ev->object, at);
	at = span_keep(&l->error, ev->error, at);
	at = span_keep(&l->os, ev->os, at);
	at = span_keep(&l->host, ev->host, at);
	span_keep(&l->ip, ev->ip, at);
	return l;
}

void
look_free(struct look **lp)
{
	free(*lp);
	*lp = NULL;
}
