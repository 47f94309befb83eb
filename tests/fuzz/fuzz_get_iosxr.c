/*
 * Any bytes as what a router answers by its XML agent (get_rig.h): each answer is what stands in <Response>, or, if it starts with "!whole", a whole one.
 */
#include "tests/fuzz/get_rig.h"

#include "drivers/iosxr/iosxr.h"

static void
wrap(struct span request, struct span text, struct buffer *answer)
{
	(void)request;
	if (span_starts(text, SPAN_LIT("!whole"))) {
		buffer_put(answer, span_skip(text, 6));
		return;
	}
	buffer_puts(answer, "<Response MajorVersion=\"1\" MinorVersion=\"0\">");
	buffer_put(answer, text);
	buffer_puts(answer, "</Response>");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct get_rig rig = { .driver = &iosxr_driver, .wrap = wrap };

	get_rig_run(&rig, data, size);
	return 0;
}
