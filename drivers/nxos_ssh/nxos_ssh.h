/*
 * nxos_ssh: Cisco NX-OS, by SSH.
 */
#ifndef NETNORM_DRIVERS_NXOS_SSH_NXOS_SSH_H
#define NETNORM_DRIVERS_NXOS_SSH_NXOS_SSH_H

#include "drivers/driver.h"

extern const struct driver nxos_ssh_driver;

#endif
