/*
 * junos: Juniper Junos, by NETCONF.
 */
#ifndef NETNORM_DRIVERS_JUNOS_JUNOS_H
#define NETNORM_DRIVERS_JUNOS_JUNOS_H

#include "drivers/driver.h"

extern const struct driver junos_driver;

#endif
