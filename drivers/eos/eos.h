/*
 * eos: Arista EOS through eAPI (JSON-RPC 2.0, method runCmds).  One question to the device is a list of commands; `enable` goes before them.
 */
#ifndef NETNORM_DRIVERS_EOS_EOS_H
#define NETNORM_DRIVERS_EOS_EOS_H

#include "drivers/driver.h"

extern const struct driver eos_driver;

/*
 * The answers to `commands` (NULL-terminated), an array in their order, as objects; or as {"output": text} with `text`.  A new reference, or NULL after device_fail(): DEVICE_COMMAND
 * where one was refused.
 */
json_t *eos_ask(struct device *, const char *const *commands, bool text);
/* The one answer to one command. */
json_t *eos_ask_one(struct device *, const char *command);
/* The output of the last of `commands` as text, in `out`: 0 or -1. */
int eos_ask_texts(struct device *, const char *const *commands, struct buffer *out);
int eos_ask_text(struct device *, const char *command, struct buffer *out);
/* The AS number at `key`, which is a number or a text ("65001.2"); -1 if there is none. */
int64_t eos_as_number(struct device *, const json_t *, const char *key);
/* The strings and numbers of `from` at a key that may have a dot, unlike those of answer.h: what stands in `map`, which may be NULL, under `name`. */
json_t *eos_entry(const json_t *map, const char *name);

/* The getters, by what they are about: eos_system.c, eos_interfaces.c, ... */
driver_method eos_cli, eos_ping, eos_traceroute;
driver_method eos_get_facts, eos_get_users, eos_get_snmp_information, eos_get_environment, eos_get_config;
driver_method eos_get_interfaces, eos_get_interfaces_counters, eos_get_interfaces_ip, eos_get_optics;
driver_method eos_get_lldp_neighbors, eos_get_lldp_neighbors_detail;
driver_method eos_get_bgp_neighbors, eos_get_bgp_neighbors_detail, eos_get_bgp_config;
driver_method eos_get_arp_table, eos_get_ipv6_neighbors_table, eos_get_mac_address_table;
driver_method eos_get_ntp_servers, eos_get_ntp_peers, eos_get_ntp_stats;
driver_method eos_get_vlans, eos_get_network_instances, eos_get_route_to;

#endif
