/*
 * vlan: the result of get_vlans, made out of ranges: which interface is in which VLANs.
 */
#ifndef NETNORM_DRIVERS_VLAN_H
#define NETNORM_DRIVERS_VLAN_H

#include <jansson.h>

#include "drivers/device.h"

struct vlan {
	struct device *device;
	json_t *all;                    /* the result, which belongs to whom vlan_init() gave it to */
	size_t named;                   /* interfaces, of all VLANs together: a few bytes of an answer may name all VLANs, so there is a bound */
};

/* False after device_fail(). */
bool vlan_init(struct vlan *, struct device *);
/* All VLANs from `low` to `high` have that interface, a string (borrowed); what is no range of VLANs is warned of. */
void vlan_add(struct vlan *, int64_t low, int64_t high, json_t *interface);

#endif
