#include "drivers/nxos/nxos.h"

static int
nxos_open(struct device *d)
{
	return device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver nxos is not written yet");
}

const struct driver nxos_driver = {
	.name = "nxos",
	.summary = "Cisco NX-OS, by NX-API",
	.options = (const struct driver_option *const[]){ driver_http_options, NULL },
	.open = nxos_open,
};
