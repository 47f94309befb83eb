/*
 * nxos: Cisco NX-OS, by NX-API in JSON-RPC: one command a request, POST /ins, method "cli" for its data or "cli_ascii" for its text.
 *
 * What its answers in text and in data mean is in nxos_text, nxos_path and nxos_table, which the driver nxos_ssh reads, too.
 */
#ifndef NETNORM_DRIVERS_NXOS_NXOS_H
#define NETNORM_DRIVERS_NXOS_NXOS_H

#include "drivers/driver.h"

extern const struct driver nxos_driver;

/*
 * The data that a command gives: a new reference, an empty object where it gives none.  NULL after device_fail(): DEVICE_COMMAND where it was
 * refused.  nxos_try() is for a command that not every device knows: a refusal is forgiven with a warning, and NULL.
 */
json_t *nxos_ask(struct device *, const char *command);
json_t *nxos_try(struct device *, const char *command);
/* Its text, in `out` (initialised by the caller): 0 or -1. */
int nxos_ask_text(struct device *, const char *command, struct buffer *out);
/* Writes `format` with `word`, of a getter's arguments, in the place of its %s, and gives `out`. */
const char *nxos_command(char *out, size_t cap, const char *format, const char *word);

/* nxos_system.c */
driver_method nxos_get_facts, nxos_get_config, nxos_get_users, nxos_get_snmp_information, nxos_cli;
/* nxos_environment.c */
driver_method nxos_get_environment;
/* nxos_interfaces.c, nxos_counters.c, nxos_optics.c */
driver_method nxos_get_interfaces, nxos_get_interfaces_ip, nxos_get_interfaces_counters, nxos_get_optics;
/* nxos_switching.c */
driver_method nxos_get_vlans, nxos_get_mac_address_table, nxos_get_network_instances;
/* nxos_neighbors.c */
driver_method nxos_get_arp_table, nxos_get_ipv6_neighbors_table, nxos_get_lldp_neighbors, nxos_get_lldp_neighbors_detail;
/* nxos_bgp.c, nxos_route.c, nxos_ntp.c, nxos_path.c */
driver_method nxos_get_bgp_neighbors, nxos_get_route_to, nxos_get_ntp_peers, nxos_get_ntp_servers, nxos_get_ntp_stats, nxos_ping, nxos_traceroute;

#endif
