/*
 * nxos_ssh: Cisco NX-OS through its command line over SSH.  What both drivers of NX-OS have in common is in drivers/nxos.
 */
#ifndef NETNORM_DRIVERS_NXOS_SSH_NXOS_SSH_H
#define NETNORM_DRIVERS_NXOS_SSH_NXOS_SSH_H

#include "drivers/driver.h"

extern const struct driver nxos_ssh_driver;

/* What of an untrusted text goes into a message: printf("%.*s", NXOS_SSH_PART(line)). */
#define NXOS_SSH_PART(s) (int)((s).n < 80 ? (s).n : 80), (s).p ? (s).p : ""

/* ---- nxos_ssh.c ---- */

/* Does the device refuse the command: it does not know it, or the user may not give it? */
bool nxos_ssh_refused(struct span answer);
/* The answer to a command, in `out` (initialised by the caller), whatever it is: 0, or -1 after device_fail(). */
int nxos_ssh_ask(struct device *, struct buffer *out, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* A refusal is a failure, DEVICE_COMMAND. */
int nxos_ssh_show(struct device *, struct buffer *out, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* A refusal is borne, with a warning, and an empty answer: of a feature that need not be on. */
int nxos_ssh_try(struct device *, struct buffer *out, const char *command);
/* The answer to "COMMAND | json": a new reference, an empty object where there is nothing to show; NULL after device_fail(). */
json_t *nxos_ssh_json(struct device *, const char *command);
/* The operations until nxos_ssh_hurry() may last so long, if that is longer than the timeout: the timeout as it was. */
int64_t nxos_ssh_wait(struct device *, int64_t ms);
void nxos_ssh_hurry(struct device *, int64_t timeout_ms);

/* ---- nxos_ssh_text.c ---- */

/* What is before the first `mark`, or an absent span. */
struct span nxos_ssh_before(struct span, const char *mark);
/* Adds `value` (taken over) under a key of any bytes, repaired. */
void nxos_ssh_put(json_t *object, struct span key, json_t *value);
json_t *nxos_ssh_get(const json_t *object, struct span key);
/* The warning of a line that is not understood: "get_arp_table: "show ip arp": ...". */
void nxos_ssh_odd(struct device *, const char *where, struct span line);

/* ---- the getters: nxos_ssh_system.c, _environment.c, _interfaces.c, _address.c, _counters.c, _optics.c, _switching.c, _neighbors.c, _bgp.c, _route.c, _ntp.c, _path.c ---- */

driver_method nxos_ssh_cli, nxos_ssh_get_facts, nxos_ssh_get_config, nxos_ssh_get_users, nxos_ssh_get_snmp_information, nxos_ssh_get_environment;
driver_method nxos_ssh_get_interfaces, nxos_ssh_get_interfaces_ip, nxos_ssh_get_interfaces_counters, nxos_ssh_get_optics;
driver_method nxos_ssh_get_vlans, nxos_ssh_get_mac_address_table, nxos_ssh_get_network_instances;
driver_method nxos_ssh_get_arp_table, nxos_ssh_get_ipv6_neighbors_table, nxos_ssh_get_lldp_neighbors, nxos_ssh_get_lldp_neighbors_detail;
driver_method nxos_ssh_get_bgp_neighbors, nxos_ssh_get_route_to, nxos_ssh_get_ntp_peers, nxos_ssh_get_ntp_servers, nxos_ssh_get_ntp_stats, nxos_ssh_ping, nxos_ssh_traceroute;

#endif
