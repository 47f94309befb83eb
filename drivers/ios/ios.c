#include "drivers/ios/ios.h"

static int
ios_open(struct device *d)
{
	return device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver ios is not written yet");
}

const struct driver ios_driver = {
	.name = "ios",
	.summary = "Cisco IOS and IOS-XE, by SSH",
	.options = (const struct driver_option *const[]){ driver_ssh_options, NULL },
	.open = ios_open,
};
