/*
 * iosxr: Cisco IOS-XR, by its XML agent over SSH.
 *
 * Answers are looked at by the names of their elements; a path begins below <Response>, with "*" for the operation (Get, Set, GetNext).
 */
#ifndef NETNORM_DRIVERS_IOSXR_IOSXR_H
#define NETNORM_DRIVERS_IOSXR_IOSXR_H

#include "drivers/driver.h"
#include "drivers/xml.h"

extern const struct driver iosxr_driver;

/*
 * One request, all parts of its answer in one document, or NULL after device_fail(); xmlFreeDoc() frees it, and takes NULL.  An error of the whole request is a failure, one of a single item
 * within the answer a warning.
 */
xmlDoc *iosxr_ask(struct device *, const char *body);
/* <Get><KIND>...</KIND></Get> with KIND "Operational", "Configuration", "AdminOperational". */
xmlDoc *iosxr_get(struct device *, const char *kind, const char *items);
/* Its <Response>; NULL gives NULL. */
xmlNode *iosxr_reply(const xmlDoc *);
/* A command of the command line, by the agent; `kind` is "Exec" or "Configuration".  0, or -1 after device_fail(): it was refused. */
int iosxr_show(struct device *, const char *kind, const char *command, struct buffer *out);
/* The facts, all but the interfaces; NULL after device_fail(). */
json_t *iosxr_identity(struct device *);

driver_method iosxr_cli, iosxr_get_arp_table, iosxr_get_bgp_config, iosxr_get_bgp_neighbors, iosxr_get_bgp_neighbors_detail, iosxr_get_config, iosxr_get_environment, iosxr_get_facts,
    iosxr_get_interfaces, iosxr_get_interfaces_counters, iosxr_get_interfaces_ip, iosxr_get_ipv6_neighbors_table, iosxr_get_lldp_neighbors, iosxr_get_lldp_neighbors_detail, iosxr_get_mac_address_table,
    iosxr_get_network_instances, iosxr_get_ntp_peers,
    iosxr_get_ntp_servers, iosxr_get_ntp_stats, iosxr_get_probes_config, iosxr_get_probes_results, iosxr_get_route_to, iosxr_get_snmp_information, iosxr_get_users, iosxr_get_vlans, iosxr_ping, iosxr_traceroute;

#endif
