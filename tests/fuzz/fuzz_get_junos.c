/*
 * Any bytes as what a Juniper device answers (get_rig.h): each answer is what stands in <rpc-reply>, or, if it starts with "!whole", a whole message.
 */
#include "tests/fuzz/get_rig.h"

#include "drivers/junos/junos.h"

static void
wrap(struct span request, struct span text, struct buffer *answer)
{
	(void)request;
	if (span_starts(text, SPAN_LIT("!whole"))) {
		buffer_put(answer, span_skip(text, 6));
		return;
	}
	buffer_puts(answer, "<rpc-reply xmlns:junos=\"http://xml.juniper.net/junos/21.2R1/junos\">");
	buffer_put(answer, text);
	buffer_puts(answer, "</rpc-reply>");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct get_rig rig = { .driver = &junos_driver, .wrap = wrap };

	get_rig_run(&rig, data, size);
	return 0;
}
