/*
 * iosxr_netconf: Cisco IOS-XR 7, by NETCONF, with the models that are Cisco's own (Cisco-IOS-XR-*).
 *
 * Every answer is looked at by the local names of its elements; a path begins below <rpc-reply>.
 */
#ifndef NETNORM_DRIVERS_IOSXR_NETCONF_IOSXR_NETCONF_H
#define NETNORM_DRIVERS_IOSXR_NETCONF_IOSXR_NETCONF_H

#include "drivers/driver.h"
#include "drivers/xml.h"

extern const struct driver iosxr_netconf_driver;

/* The namespaces of most models; the rest of the name follows. */
#define IOSXR_NETCONF_NS "http://cisco.com/ns/yang/Cisco-IOS-XR-"
#define IOSXR_NETCONF_SYSADMIN_NS "http://www.cisco.com/ns/yang/Cisco-IOS-XR-sysadmin-"

/*
 * One request, its answer parsed, or NULL after device_fail(); xmlFreeDoc() frees it, and takes NULL.  `filter` is the inside of <filter>; of a configuration NULL takes all.
 */
xmlDoc *iosxr_netconf_ask_state(struct device *, const char *filter);
xmlDoc *iosxr_netconf_ask_config(struct device *, const char *source, const char *filter);
xmlDoc *iosxr_netconf_ask(struct device *, const char *operation);
/* The same, and what the device refuses is an answer, too: its <rpc-error> is in it. */
xmlDoc *iosxr_netconf_ask_even_refused(struct device *, const char *operation);
/* Its <rpc-reply>; NULL gives NULL. */
xmlNode *iosxr_netconf_reply(const xmlDoc *);

driver_method iosxr_netconf_get_arp_table, iosxr_netconf_get_bgp_config, iosxr_netconf_get_bgp_neighbors, iosxr_netconf_get_bgp_neighbors_detail, iosxr_netconf_get_config,
    iosxr_netconf_get_environment, iosxr_netconf_get_facts, iosxr_netconf_get_interfaces, iosxr_netconf_get_interfaces_counters, iosxr_netconf_get_interfaces_ip,
    iosxr_netconf_get_ipv6_neighbors_table, iosxr_netconf_get_lldp_neighbors, iosxr_netconf_get_lldp_neighbors_detail, iosxr_netconf_get_mac_address_table,
    iosxr_netconf_get_network_instances, iosxr_netconf_get_ntp_peers, iosxr_netconf_get_ntp_servers, iosxr_netconf_get_ntp_stats, iosxr_netconf_get_optics, iosxr_netconf_get_probes_config,
    iosxr_netconf_get_probes_results, iosxr_netconf_get_route_to, iosxr_netconf_get_snmp_information, iosxr_netconf_get_users, iosxr_netconf_get_vlans, iosxr_netconf_ping, iosxr_netconf_traceroute;

#endif
