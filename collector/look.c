#include "collector/poller.h"

#include <stdlib.h>

#include "base/clock.h"

struct look *
look_new(const struct nevent *ev, enum view_kind kind, unsigned worker)
{
	struct look *l = calloc(1, sizeof(*l) + ev->device.n + ev->object.n + ev->error.n + ev->os.n + ev->host.n + ev->ip.n + 1);
	char *at;

	if (!l)
		return NULL;
	l->kind = kind;
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
