/*
 * view: what the last answers of a device say of it, ready to be put into events.
 *
 * A part is one getter's answer: for each object (an interface, a BGP peer) the piece of it that an event of that object gets, in NAPALM's names, rendered once.
 * Parts are immutable and counted; any thread may look.  A view is a device's parts; one thread owns it.
 */
#ifndef NETNORM_COLLECTOR_VIEW_H
#define NETNORM_COLLECTOR_VIEW_H

#include <jansson.h>

#include "base/nevent.h"
#include "drivers/getter.h"

/* The getters that enrich. */
enum view_kind { VIEW_FACTS, VIEW_INTERFACES, VIEW_LLDP, VIEW_BGP, VIEW_KINDS };
_Static_assert(VIEW_KINDS <= NEVENT_MAX_ENRICHMENT, "each may be in one event");

extern const enum getter view_getters[VIEW_KINDS];

struct view_part;

/* Of a result in its model's shape, asked at `asked_ns` (clock_now_ns()).  NULL on lack of memory, or if it says more than 64 MiB. */
struct view_part *view_part_new(enum view_kind, const json_t *result, int64_t asked_ns);
struct view_part *view_part_ref(struct view_part *);
void view_part_unref(struct view_part **);
enum view_kind view_part_kind(const struct view_part *);
int64_t view_part_asked_ns(const struct view_part *);
/* How many objects have more to say than an event may get (8 KiB): they are not in it. */
size_t view_part_left_out(const struct view_part *);
size_t view_part_bytes(const struct view_part *);
/*
 * The piece of that object ("" of the facts), as a JSON object; absent if there is none.  An object is what an event calls it: a peer may be "192.0.2.1 vrf RED" (then it is
 * that VRF's alone; without, the default instance's) and in any spelling of its address, an interface a part of the one that is known ("ge-0/0/0.17").
 */
struct span view_part_find(const struct view_part *, struct span object);
/* The address of a peer without its VRF, in the shortest form, in buf (FIELD_IP_BYTES); absent if the object is none. */
struct span view_peer(struct span object, char *buf);
/* Of the facts. */
const struct nevent_asset *view_part_asset(const struct view_part *);

struct view {
	struct view_part *parts[VIEW_KINDS];    /* NULL: not known */
};

/* What the view knows of the event's device and object goes into it, with its age at `now_ns`.  Borrowed from the parts. */
void view_enrich(const struct view *, int64_t now_ns, struct nevent *);
void view_fini(struct view *);

#endif
