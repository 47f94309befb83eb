/*
 * iosxr_netconf: Cisco IOS-XR 7, by NETCONF.
 */
#ifndef NETNORM_DRIVERS_IOSXR_NETCONF_IOSXR_NETCONF_H
#define NETNORM_DRIVERS_IOSXR_NETCONF_IOSXR_NETCONF_H

#include "drivers/driver.h"

extern const struct driver iosxr_netconf_driver;

#endif
