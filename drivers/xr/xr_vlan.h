/*
 * xr_vlan: the VLANs of IOS-XR, which are those that its sub-interfaces match (the outer tag); they have no names.
 */
#ifndef NETNORM_DRIVERS_XR_XR_VLAN_H
#define NETNORM_DRIVERS_XR_XR_VLAN_H

#include "drivers/vlan.h"

/* The tags of a command line, ".1Q:10", ".1ad:10-12,20"; "-" and "any" are no number, and so none.  The interface may be named as the command line cuts it. */
void xr_vlan_add(struct vlan *, struct span tags, struct span interface);

#endif
