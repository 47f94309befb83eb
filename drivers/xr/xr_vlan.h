/*
 * xr_vlan: the VLANs of IOS-XR, which are those that its sub-interfaces match (the outer tag); they have no names.
 */
#ifndef NETNORM_DRIVERS_XR_XR_VLAN_H
#define NETNORM_DRIVERS_XR_XR_VLAN_H

#include <jansson.h>

#include "drivers/device.h"

struct xr_vlan {
	struct device *device;
	json_t *vlans;                  /* the result, owned by whom xr_vlan_init() gave it to */
	size_t members;                 /* of all VLANs together */
};

/* False after device_fail(). */
bool xr_vlan_init(struct xr_vlan *, struct device *);
/* All VLANs from `low` to `high` have that interface; an odd range is warned of. */
void xr_vlan_add(struct xr_vlan *, int64_t low, int64_t high, struct span interface);
/* The tags of a command line: ".1Q:10", ".1ad:10-12,20"; "-" and "any" are no number, and so none. */
void xr_vlan_add_tags(struct xr_vlan *, struct span tags, struct span interface);
/* "Te0/0/0/1.10" as "TenGigE0/0/0/1.10": the system's own names, where those of its command line are cut. */
json_t *xr_vlan_interface(struct span name);

#endif
