/*
 * ios: Cisco IOS and IOS-XE, by SSH.
 */
#ifndef NETNORM_DRIVERS_IOS_IOS_H
#define NETNORM_DRIVERS_IOS_IOS_H

#include "drivers/driver.h"

extern const struct driver ios_driver;

#endif
