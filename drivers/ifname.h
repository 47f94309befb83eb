/*
 * ifname: names of interfaces in full: "Eth1/1" is "Ethernet1/1", "Po10" "Port-channel10", "mgmt0" "Management0", as NAPALM gives them.
 */
#ifndef NETNORM_DRIVERS_IFNAME_H
#define NETNORM_DRIVERS_IFNAME_H

#include <jansson.h>

#include "base/span.h"

/* A JSON string; a name whose kind is not known stays as it is.  The kind is what stands before the digits, '/' and '.' of the end. */
json_t *ifname_full(struct span name);

#endif
