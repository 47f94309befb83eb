/*
 * Any bytes as what a Nexus answers (get_rig.h): each answer is the data of a command, or the text where the driver asks for text, or, if it starts with "!whole", a whole body.
 */
#include "tests/fuzz/get_rig.h"

#include "drivers/field.h"
#include "drivers/nxos/nxos.h"

static void
wrap_text(struct span text, struct buffer *answer)
{
	json_t *value = json_pack("{s:s, s:{s:o}, s:i}", "jsonrpc", "2.0", "result", "msg", field_text(text), "id", 1);
	char *all = json_dumps(value, JSON_COMPACT);

	buffer_puts(answer, all ? all : "");
	free(all);
	json_decref(value);
}

static void
wrap(struct span request, struct span text, struct buffer *answer)
{
	if (memmem(request.p, request.n, "cli_ascii", 9)) {
		wrap_text(text, answer);
	} else {
		buffer_puts(answer, "{\"jsonrpc\":\"2.0\",\"result\":{\"body\":");
		buffer_put(answer, text);
		buffer_puts(answer, "},\"id\":1}");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct get_rig rig = { .driver = &nxos_driver, .wrap = wrap };

	get_rig_run(&rig, data, size);
	return 0;
}
