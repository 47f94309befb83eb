/*
 * iosxr: Cisco IOS-XR, by its XML agent over SSH.
 */
#ifndef NETNORM_DRIVERS_IOSXR_IOSXR_H
#define NETNORM_DRIVERS_IOSXR_IOSXR_H

#include "drivers/driver.h"

extern const struct driver iosxr_driver;

#endif
