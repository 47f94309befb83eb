/*
 * Any bytes as what an Arista switch answers (get_rig.h): each answer is what stands in "result" behind the answer to `enable`, or, if it starts with "!whole", a whole body.
 */
#include "tests/fuzz/get_rig.h"

#include "drivers/eos/eos.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct get_rig rig = { .driver = &eos_driver, .before = "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":[{},", .behind = "]}" };

	get_rig_run(&rig, data, size);
	return 0;
}
