#include "drivers/iosxr/iosxr.h"

static int
iosxr_open(struct device *d)
{
	return device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver iosxr is not written yet");
}

const struct driver iosxr_driver = {
	.name = "iosxr",
	.summary = "Cisco IOS-XR, by its XML agent over SSH",
	.options = (const struct driver_option *const[]){ driver_ssh_options, NULL },
	.open = iosxr_open,
};
