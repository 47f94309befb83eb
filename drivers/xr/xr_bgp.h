/*
 * xr_bgp: the state of BGP neighbours out of IOS-XR's XML, whatever the names of its elements: those of the YANG models and those of the XML agent mean the same.
 */
#ifndef NETNORM_DRIVERS_XR_XR_BGP_H
#define NETNORM_DRIVERS_XR_XR_BGP_H

#include "drivers/xml_read.h"

struct xr_bgp {
	const char *neighbors;          /* below a VRF */
	const char *router_id;          /* below a VRF */
	const char *timers;             /* below a VRF: what has the two of its own that follow */
	const char *hold_time, *keepalive;
	const char *address, *address6; /* below a neighbour: its key */
	const char *state, *established, *previous, *since;
	const char *family;             /* of the connection */
	const char *accepted, *denied, *advertised;
	const struct xml_read *peer;    /* fields of model_bgp_peer */
	const struct xml_read *detail;  /* fields of model_bgp_peer_detail */
};

/* A VRF as model_bgp_neighbors. */
json_t *xr_bgp_vrf(struct device *, const xmlNode *vrf, const struct xr_bgp *);
/* Adds the neighbours of a VRF to `r`, lists by AS number; those of the address `wanted` alone unless it is "". */
void xr_bgp_detail(struct device *, json_t *r, const xmlNode *vrf, const struct xr_bgp *, const json_t *wanted);

#endif
