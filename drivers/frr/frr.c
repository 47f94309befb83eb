#include "drivers/frr/frr.h"

static int
frr_open(struct device *d)
{
	return device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver frr is not written yet");
}

const struct driver frr_driver = {
	.name = "frr",
	.summary = "FRRouting, by vtysh over SSH",
	.options = (const struct driver_option *const[]){ driver_ssh_options, NULL },
	.open = frr_open,
};
