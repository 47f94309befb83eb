#include "drivers/iosxr_netconf/iosxr_netconf.h"

static int
iosxr_netconf_open(struct device *d)
{
	return device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver iosxr_netconf is not written yet");
}

const struct driver iosxr_netconf_driver = {
	.name = "iosxr_netconf",
	.summary = "Cisco IOS-XR 7, by NETCONF",
	.options = (const struct driver_option *const[]){ driver_ssh_options, NULL },
	.open = iosxr_netconf_open,
};
