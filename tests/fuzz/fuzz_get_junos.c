/*
 * Any bytes as what a Juniper device answers (get_rig.h): each answer is what stands in <rpc-reply>, or, if it starts with "!whole", a whole message.
 */
#include "tests/fuzz/get_rig.h"

#include "drivers/junos/junos.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct get_rig rig = { .driver = &junos_driver, .before = "<rpc-reply xmlns:junos=\"http://xml.juniper.net/junos/21.2R1/junos\">", .behind = "</rpc-reply>" };

	get_rig_run(&rig, data, size);
	return 0;
}
