/*
 * Any bytes as what a router answers by its XML agent (get_rig.h): each answer is what stands in <Response>, or, if it starts with "!whole", a whole one.
 */
#include "tests/fuzz/get_rig.h"

#include "drivers/iosxr/iosxr.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct get_rig rig = { .driver = &iosxr_driver, .before = "<Response MajorVersion=\"1\" MinorVersion=\"0\">", .behind = "</Response>" };

	get_rig_run(&rig, data, size);
	return 0;
}
