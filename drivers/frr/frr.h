/*
 * frr: FRRouting, by vtysh over SSH.
 */
#ifndef NETNORM_DRIVERS_FRR_FRR_H
#define NETNORM_DRIVERS_FRR_FRR_H

#include "drivers/driver.h"

extern const struct driver frr_driver;

#endif
