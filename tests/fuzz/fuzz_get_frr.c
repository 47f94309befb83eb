/*
 * Any bytes as what vtysh and the machine of a FRR router print (get_rig.h).
 */
#include "tests/fuzz/get_rig.h"

#include "drivers/frr/frr.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct get_rig rig = { .driver = &frr_driver };

	get_rig_run(&rig, data, size);
	return 0;
}
