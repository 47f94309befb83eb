/*
 * junos: Juniper Junos, by NETCONF: the RPCs of Junos and subtree filters of its configuration.
 *
 * Elements are found by their local names: devices put a namespace of their own release on every answer.  An answer of several routing engines or members
 * (multi-routing-engine-results) holds the same elements further below: junos_next() finds them at any depth.
 */
#ifndef NETNORM_DRIVERS_JUNOS_JUNOS_H
#define NETNORM_DRIVERS_JUNOS_JUNOS_H

#include "drivers/driver.h"
#include "drivers/xml.h"

extern const struct driver junos_driver;

/* ---- asking: junos.c ---- */

/* The answer to an RPC, from <rpc-reply> on; xmlFreeDoc() frees it.  NULL after device_fail(). */
xmlDoc *junos_ask(struct device *, const char *rpc);
/* The same, where the RPC has `value` as the text of one more element (escaped); none if it is "". */
xmlDoc *junos_ask_with(struct device *, const char *rpc, const char *element, const char *value);
/* The configuration under a subtree filter: what stands inside <configuration>. */
xmlDoc *junos_ask_configuration(struct device *, const char *filter);
/* A command of the command line; `format` is "text", "xml" or "json". */
xmlDoc *junos_ask_command(struct device *, const char *command, const char *format);
/* The same in XML, and what the device refuses is an answer, too: its <rpc-error> is in it. */
xmlDoc *junos_ask_even_refused(struct device *, const char *command);
xmlNode *junos_root(xmlDoc *);
/* Has the device refused an RPC that its model or release does not know? */
bool junos_is_unknown(const struct device *);
/* Has the failure's message that text? */
bool junos_has_said(const struct device *, const char *text);

/* ---- reading: junos_value.c ---- */

/* The next element called `name` behind `after` (NULL: the first) below `top`, at any depth, but not inside of `after`. */
xmlNode *junos_next(const xmlNode *top, const xmlNode *after, const char *name);
/* Has the first element at `path` just that text? */
bool junos_equals(const xmlNode *, const char *path, const char *text);
/* The text at `path` as a JSON string, or "".  That of an empty element is its own name: so PyEZ reads it, and NAPALM with it. */
json_t *junos_text(const xmlNode *, const char *path);
/* An AS number in either spelling, 0 without one. */
int64_t junos_as_number(struct device *, const xmlNode *, const char *path);
/* An attribute that is a number (junos:seconds, junos:celsius) of the element at `path`. */
int64_t junos_attribute(struct device *, const xmlNode *, const char *path, const char *attribute, int64_t fallback);
/* "1.2.3.4+179" without its port (*port, if it is not NULL: 179 unless there is one). */
struct span junos_address(struct span, int64_t *port);
/* The address in its usual form, or the text as it is. */
json_t *junos_ip(struct span);
/* The MAC address in its usual form, or the text as it is, or `absent`. */
json_t *junos_mac(struct span, const char *absent);
/* The texts of all children called `name` of the first element at `path` (NULL: of the node): an array. */
json_t *junos_texts(const xmlNode *, const char *path, const char *name);
/* The same, joined by blanks: a string. */
json_t *junos_joined(const xmlNode *, const char *path, const char *name);
/* The object under that key of a map, made if it is not there (key from the wire: repaired); NULL without a key. */
json_t *junos_slot(json_t *map, struct span key, json_t *(*make)(void));
/* Sets what a device calls itself: nothing without a key. */
void junos_put(json_t *map, struct span key, json_t *value);

/* ---- pipes of commands: junos_pipe.c ---- */

/* The command as it is sent. */
void junos_pipe_request(struct buffer *request, const char *command);
/* What its pipes leave of the output (taken over); NULL after device_fail(). */
json_t *junos_pipe_output(struct device *, const char *command, json_t *text);

/* ---- the getters, by what they are about ---- */

driver_method junos_cli, junos_get_config;                                                      /* junos_config.c */
driver_method junos_get_facts, junos_get_snmp_information, junos_get_users;                     /* junos_system.c */
driver_method junos_get_environment;                                                            /* junos_environment.c */
driver_method junos_get_interfaces, junos_get_interfaces_counters, junos_get_interfaces_ip;     /* junos_interfaces.c */
driver_method junos_get_optics;                                                                 /* junos_optics.c */
driver_method junos_get_lldp_neighbors, junos_get_lldp_neighbors_detail;                        /* junos_lldp.c */
driver_method junos_get_bgp_neighbors, junos_get_bgp_neighbors_detail;                          /* junos_bgp.c, junos_bgp_detail.c */
driver_method junos_get_bgp_config;                                                             /* junos_bgp_config.c */
driver_method junos_get_arp_table, junos_get_ipv6_neighbors_table;                              /* junos_neighbors.c */
driver_method junos_get_mac_address_table, junos_get_vlans;                                     /* junos_switching.c */
driver_method junos_get_network_instances;                                                      /* junos_instances.c */
driver_method junos_get_ntp_peers, junos_get_ntp_servers, junos_get_ntp_stats;                  /* junos_ntp.c */
driver_method junos_get_route_to;                                                               /* junos_route.c */
driver_method junos_get_probes_config, junos_get_probes_results;                                /* junos_probes.c */
driver_method junos_ping, junos_traceroute;                                                     /* junos_path.c */

/* Each routing instance in turn, but Junos' own: "master" first or not, as the device lists them.  In junos_bgp.c. */
typedef void junos_instance_fn(struct device *, const char *instance, json_t *result, const json_t *arguments);
int junos_each_instance(struct device *, junos_instance_fn *, json_t *result, const json_t *arguments);
/* NAPALM's name of a routing instance. */
const char *junos_instance_name(const char *instance);

#endif
