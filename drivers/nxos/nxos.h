/*
 * nxos: Cisco NX-OS, by NX-API.
 */
#ifndef NETNORM_DRIVERS_NXOS_NXOS_H
#define NETNORM_DRIVERS_NXOS_NXOS_H

#include "drivers/driver.h"

extern const struct driver nxos_driver;

#endif
