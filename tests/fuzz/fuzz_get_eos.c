/*
 * Any bytes as what an Arista switch answers (get_rig.h): each answer is what stands in "result" behind the answer to `enable`, or, if it starts with "!whole", a whole body.
 */
#include "tests/fuzz/get_rig.h"

#include "drivers/eos/eos.h"

static void
wrap(struct span request, struct span text, struct buffer *answer)
{
	(void)request;
	if (span_starts(text, SPAN_LIT("!whole"))) {
		buffer_put(answer, span_skip(text, 6));
		return;
	}
	buffer_puts(answer, "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":[{},");
	buffer_put(answer, text);
	buffer_puts(answer, "]}");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct get_rig rig = { .driver = &eos_driver, .wrap = wrap };

	get_rig_run(&rig, data, size);
	return 0;
}
