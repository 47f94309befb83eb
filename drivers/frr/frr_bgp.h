/*
 * frr_bgp: what the getters of BGP have in common: `show bgp vrf all neighbors json` is, by VRF, an object whose members are peers, and some words about the VRF.
 */
#ifndef NETNORM_DRIVERS_FRR_FRR_BGP_H
#define NETNORM_DRIVERS_FRR_FRR_BGP_H

#include <jansson.h>

#include "drivers/device.h"

bool frr_bgp_is_peer(const json_t *);
bool frr_bgp_is_up(struct device *, const json_t *peer);
/* The peer's address in its shortest form, or the name of its interface. */
json_t *frr_bgp_peer_name(struct device *, const char *name);
/* A router ID; "" for 0.0.0.0, which says that it is not known yet. */
json_t *frr_bgp_router_id(struct device *, const json_t *, const char *key);

#endif
