/*
 * ios: Cisco IOS and IOS-XE, by SSH.
 *
 * A getter asks `show` commands, reads tables with the templates of drivers/templates/ios or by words, and says with device_warn() what it could not read.
 */
#ifndef NETNORM_DRIVERS_IOS_IOS_H
#define NETNORM_DRIVERS_IOS_IOS_H

#include "drivers/driver.h"

extern const struct driver ios_driver;

/*
 * Asks; `out` has the answer without the lines that `terminal exec prompt timestamp` puts before it, and without white space around it: 0 or -1.
 * ios_show() fails where the device refuses the command, ios_ask() leaves that to ios_refused().
 */
int ios_ask(struct device *, struct buffer *out, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int ios_show(struct device *, struct buffer *out, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool ios_refused(struct span answer);
/* The answer to `command`, which must not be refused, through the template "ios/NAME"; or of a text.  An array, or NULL after device_fail(). */
json_t *ios_rows(struct device *, const char *name, const char *command);
json_t *ios_rows_of(struct device *, const char *name, struct span text);

/* ---- ios_text.c: of texts and rows ---- */

/* What stands before the first such character; all if there is none. */
struct span ios_until(struct span text, char end);
/* "0012.3456.789a" */
bool ios_is_mac(struct span);
/* A value of a row of a template; "" if it is not there. */
struct span ios_value(const json_t *row, const char *name);
/* The same as a number: the fallback where it is empty, and, with a warning, where it is none. */
int64_t ios_number(struct device *, const json_t *row, const char *name, int64_t fallback);
/* "%.*s" with no more of a span than a message wants. */
#define IOS_PART(s) (int)((s).n < 80 ? (s).n : 80), (s).p ? (s).p : ""
/* Warns that this line of a table is not understood. */
void ios_odd(struct device *, const char *table, struct span line);
/* json_object_set_new() with a key that is no C string; false on lack of memory. */
bool ios_set(json_t *object, struct span key, json_t *value);
json_t *ios_get(const json_t *object, struct span key);

/* ---- ios_name.c: names of interfaces ---- */

/* In full (drivers/ifname.h), but "Vl7" is "Vlan7", as the device names it. */
json_t *ios_vrf_name(struct span name);
/* With the option canonical_int; else the name as it is. */
json_t *ios_name_wanted(const struct device *, struct span name);
/* The names of `show ip interface brief`, in its order: an array, or NULL after device_fail(). */
json_t *ios_name_list(struct device *);

/* ---- methods ---- */

driver_method ios_cli;
driver_method ios_get_facts;
driver_method ios_get_environment;
driver_method ios_get_snmp_information;
driver_method ios_get_users;
driver_method ios_get_config;
driver_method ios_get_interfaces;
driver_method ios_get_interfaces_counters;
driver_method ios_get_interfaces_ip;
driver_method ios_get_optics;
driver_method ios_get_lldp_neighbors;
driver_method ios_get_lldp_neighbors_detail;
driver_method ios_get_bgp_neighbors;
driver_method ios_get_bgp_neighbors_detail;
driver_method ios_get_bgp_config;
driver_method ios_get_arp_table;
driver_method ios_get_ipv6_neighbors_table;
driver_method ios_get_mac_address_table;
driver_method ios_get_vlans;
driver_method ios_get_network_instances;
driver_method ios_get_ntp_peers;
driver_method ios_get_ntp_servers;
driver_method ios_get_ntp_stats;
driver_method ios_get_probes_config;
driver_method ios_get_route_to;
driver_method ios_ping;
driver_method ios_traceroute;

#endif
