/*
 * ifname: names of interfaces in full: "Eth1/1" is "Ethernet1/1", "Po10" "Port-channel10", "mgmt0" "Management0", as NAPALM gives them.
 */
#ifndef NETNORM_DRIVERS_IFNAME_H
#define NETNORM_DRIVERS_IFNAME_H

#include <jansson.h>

#include "base/span.h"

/* A JSON string; a name whose kind is not known stays as it is. */
json_t *ifname_full(struct span name);
/* How much of the name is its kind: up to the number at its end ("0/1/2.100", "0/1:23", also with a blank before it). */
size_t ifname_kind(struct span name);

#endif
