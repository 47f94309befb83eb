/*
 * nxos_path: ping and traceroute of NX-OS: their commands, and what they print.
 */
#ifndef NETNORM_DRIVERS_NXOS_NXOS_PATH_H
#define NETNORM_DRIVERS_NXOS_NXOS_PATH_H

#include <jansson.h>

#include "drivers/device.h"

/* Appends the command for the getter's arguments. */
void nxos_path_ping_command(struct buffer *, const json_t *arguments);
void nxos_path_traceroute_command(struct buffer *, const json_t *arguments);
/* The result of what it printed. */
json_t *nxos_path_ping(struct device *, struct span output);
json_t *nxos_path_traceroute(struct device *, struct span output);
/* {"error": ...}: of a traceroute that the device refused. */
json_t *nxos_path_refused(const char *command);

#endif
