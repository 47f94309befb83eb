/*
 * xr_route: one route out of IOS-XR's tables, whatever the names of the XML's elements.
 */
#ifndef NETNORM_DRIVERS_XR_XR_ROUTE_H
#define NETNORM_DRIVERS_XR_XR_ROUTE_H

#include "drivers/xml_read.h"

/* What is asked for; borrows from the arguments. */
struct xr_route_request {
	bool is_6;
	struct span address, length;    /* the length is that of a host where none was given; of the default route's address 0 */
	struct span protocol;           /* or "" */
};

/* Below a route, below one of its paths. */
struct xr_route {
	const char *prefix, *length, *protocol, *age, *preference, *paths;
	const char *next_hop, *interface;
};

/* Of the arguments of get_route_to: 0, or -1 after device_fail(). */
int xr_route_request(struct device *, struct xr_route_request *, const json_t *arguments);
/* Adds the route to the result unless it has another protocol; the first of its paths is the active one. */
void xr_route_put(struct device *, json_t *r, const xmlNode *route, const struct xr_route *, const struct xr_route_request *);

#endif
