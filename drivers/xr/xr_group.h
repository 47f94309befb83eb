/*
 * xr_group: the configuration of BGP's default VRF, by groups, out of IOS-XR's XML, whatever the names of its elements.
 */
#ifndef NETNORM_DRIVERS_XR_XR_GROUP_H
#define NETNORM_DRIVERS_XR_XR_GROUP_H

#include "drivers/xml_read.h"

/* Where things stand, below the element that the next comment names. */
struct xr_group {
	const char *as_high, *as_low;   /* the instance: its AS number, in two halves */
	const char *neighbors, *groups; /* the instance */
	const char *name, *multipath, *multihop;        /* a group */
	const char *member_of, *address, *address6, *password, *family; /* a neighbour */
	const char *local_high, *local_low, *remote_high, *remote_low;  /* either */
	const struct xml_read *common;  /* either: fields that both models have */
	const char *family_name, *limit, *warning, *restart;            /* a neighbour's family */
	size_t family_prefix;           /* the bytes in front of "unicast" in its name: of "ipv4-unicast" or "IPv4Unicast" */
};

/* `arguments` are those of get_bgp_config. */
json_t *xr_group_config(struct device *, const xmlNode *instance, const struct xr_group *, const json_t *arguments);

#endif
