/*
 * Any bytes as what a router answers over NETCONF (get_rig.h): each answer is what stands in <data>, or, if it starts with "!whole", a whole reply.
 */
#include "tests/fuzz/get_rig.h"

#include "drivers/iosxr_netconf/iosxr_netconf.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct get_rig rig = { .driver = &iosxr_netconf_driver, .before = "<rpc-reply xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\" message-id=\"1\"><data>", .behind = "</data></rpc-reply>" };

	get_rig_run(&rig, data, size);
	return 0;
}
