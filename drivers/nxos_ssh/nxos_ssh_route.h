/* nxos_ssh_route: what the routing table and BGP's say, for nxos_ssh_route*.c only. */
#ifndef NETNORM_DRIVERS_NXOS_SSH_NXOS_SSH_ROUTE_H
#define NETNORM_DRIVERS_NXOS_SSH_NXOS_SSH_ROUTE_H

#include "drivers/nxos_ssh/nxos_ssh.h"

/* Answers to commands, each asked once a call of the getter. */
struct nxos_ssh_route_asked {
	struct device *d;
	json_t *answers;        /* by command; false: it was refused */
	size_t read;            /* bytes of them that were looked through, again for each next hop */
};

/*
 * What BGP knows of the best path of a prefix in a VRF, if it is the one over `next_hop`; an empty object if there is none.  Names come from the device: one that may not go
 * into a command asks nothing.  NULL after device_fail().
 */
json_t *nxos_ssh_route_bgp(struct nxos_ssh_route_asked *, struct span vrf, struct span prefix, struct span next_hop);

#endif
