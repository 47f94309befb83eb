/*
 * Any bytes as what IOS prints (get_rig.h).
 */
#include "tests/fuzz/get_rig.h"

#include "drivers/ios/ios.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct get_rig rig = { .driver = &ios_driver };

	get_rig_run(&rig, data, size);
	return 0;
}
