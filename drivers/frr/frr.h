/*
 * frr: FRRouting on Linux over SSH, one command a channel: `vtysh -c '...'`, in JSON where a release has it, and plain commands of the machine (ip, cat, ping).
 */
#ifndef NETNORM_DRIVERS_FRR_FRR_H
#define NETNORM_DRIVERS_FRR_FRR_H

#include "drivers/driver.h"

extern const struct driver frr_driver;

/*
 * What vtysh prints for `command`, without its own complaints in front, in *text, which borrows from `room`: 0, or -1 after device_fail(): DEVICE_COMMAND, with the
 * command's name, where vtysh does not know it.
 */
int frr_vtysh(struct device *, const char *command, struct buffer *room, struct span *text);
/*
 * The same as JSON.  "No such thing" (a VRF, a network, a protocol that runs not) is an empty object: what FRR does not have it cannot tell.
 */
json_t *frr_vtysh_json(struct device *, const char *command);
/* What a command line of the machine prints; words that come from outside are quoted in it already.  0 or -1. */
int frr_shell(struct device *, const char *command, struct buffer *out);
/* A command that is not known to this release did not happen: true if it was that. */
bool frr_forgive_command(struct device *);
/* NAPALM's name of a VRF: "global" for the default one. */
const char *frr_vrf_name(const char *vrf);
/* The value of a name that may have a dot; NULL if there is none. */
json_t *frr_entry(const json_t *map, const char *name);
/* All interfaces of all VRFs, by name, as `show interface vrf all json` has them: releases before 8.1 say it in text only.  NULL after device_fail(). */
json_t *frr_interfaces(struct device *);
/* "Interface eth0 is up, line protocol is up" and so on, in that shape. */
json_t *frr_interfaces_read(struct span text);

/* The getters, by what they are about: frr_system.c, frr_interfaces.c, ... */
driver_method frr_cli, frr_ping, frr_traceroute;
driver_method frr_get_facts, frr_get_config, frr_get_network_instances;
driver_method frr_get_interfaces, frr_get_interfaces_counters, frr_get_interfaces_ip;
driver_method frr_get_lldp_neighbors, frr_get_lldp_neighbors_detail;
driver_method frr_get_bgp_neighbors, frr_get_bgp_neighbors_detail, frr_get_bgp_config;
driver_method frr_get_arp_table, frr_get_ipv6_neighbors_table, frr_get_route_to;
driver_method frr_get_mac_address_table, frr_get_vlans;
driver_method frr_get_environment, frr_get_snmp_information, frr_get_users;
driver_method frr_get_ntp_peers, frr_get_ntp_servers, frr_get_ntp_stats;

#endif
