/*
 * xr_value: what both drivers of IOS-XR (iosxr, iosxr_netconf) make of a single value.
 */
#ifndef NETNORM_DRIVERS_XR_XR_VALUE_H
#define NETNORM_DRIVERS_XR_XR_VALUE_H

#include <jansson.h>

#include "drivers/device.h"

/* NAPALM's level of a user by his first group; 0 of one that has none. */
json_t *xr_value_level(struct span group);
/* The number in the name of a bridge domain ("vlan100", "100"); 0 if there is none. */
json_t *xr_value_vlan(struct span name);
/* NAPALM's words for kinds of probes, by the operation: "icmp-echo", "ICMPEcho"; "" of others. */
json_t *xr_value_probe_type(struct span operation);
/* BGP's "bgp-st-opensent", "BGP_ST_OPENSENT" as "Opensent". */
json_t *xr_value_bgp_state(struct span text);
/* The state before, which is a number. */
json_t *xr_value_bgp_previous(struct span text);
/* Appends to the list of that name, which is made where there is none. */
void xr_value_append(json_t *object, struct span name, json_t *one);

#endif
