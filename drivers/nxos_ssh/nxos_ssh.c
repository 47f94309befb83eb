#include "drivers/nxos_ssh/nxos_ssh.h"

static int
nxos_ssh_open(struct device *d)
{
	return device_fail(d, DEVICE_NOT_IMPLEMENTED, "driver nxos_ssh is not written yet");
}

const struct driver nxos_ssh_driver = {
	.name = "nxos_ssh",
	.summary = "Cisco NX-OS, by SSH",
	.options = (const struct driver_option *const[]){ driver_ssh_options, NULL },
	.open = nxos_ssh_open,
};
