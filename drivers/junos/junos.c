#include "drivers/junos/junos.h"

static int
junos_open(struct device *d)
{
	return device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver junos is not written yet");
}

const struct driver junos_driver = {
	.name = "junos",
	.summary = "Juniper Junos, by NETCONF",
	.options = (const struct driver_option *const[]){ driver_ssh_options, NULL },
	.open = junos_open,
};
