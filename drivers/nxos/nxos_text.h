/*
 * nxos_text: what NX-OS prints, for the drivers nxos and nxos_ssh.
 */
#ifndef NETNORM_DRIVERS_NXOS_NXOS_TEXT_H
#define NETNORM_DRIVERS_NXOS_NXOS_TEXT_H

#include <jansson.h>

#include "drivers/device.h"

/* A configuration without the lines that tell of the command and the time, and, `sanitized`, without secrets: a JSON string. */
json_t *nxos_text_config(struct span config, bool sanitized);
/* get_users() and get_snmp_information() from `show running-config`. */
json_t *nxos_text_users(struct device *, struct span config);
json_t *nxos_text_snmp(struct span config);
/* get_lldp_neighbors_detail() from `show lldp neighbors detail`; get_lldp_neighbors() from that result. */
json_t *nxos_text_lldp(struct device *, struct span text);
json_t *nxos_text_lldp_brief(const json_t *detail);

#endif
