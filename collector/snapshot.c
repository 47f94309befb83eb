/*
 * Reference counting of the read-only state; what it is made of comes from load.c, live.c and cmd_parse.c.
 */
#include "collector/snapshot.h"

#include <stdlib.h>

#include "collector/config.h"

struct snapshot *
snapshot_ref(struct snapshot *s)
{
	atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
	return s;
}

void
snapshot_unref(struct snapshot **sp)
{
	struct snapshot *s = *sp;

	*sp = NULL;
	if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
		return;
	profile_free(&s->profiles);
	inventory_free(&s->inventory);
	config_free(&s->config);
	free(s->routes);
	free(s);
}
