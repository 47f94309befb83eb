/*
 * Any bytes as what a Nexus prints on its command line (get_rig.h): each answer is the text of a command.
 */
#include "tests/fuzz/get_rig.h"

#include "drivers/nxos_ssh/nxos_ssh.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct get_rig rig = { .driver = &nxos_ssh_driver };

	get_rig_run(&rig, data, size);
	return 0;
}
