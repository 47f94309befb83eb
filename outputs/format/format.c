/*
 * The table of formats.  Adding one is adding a row, and its name below.
 */
#include "outputs/format/format.h"

const struct format format_table[FORMAT_COUNT] = {
	[FORMAT_NATIVE] = {
		.name = "native",
		.write = format_native,
		.json = true,
		.models = true,
		.help = "The whole envelope: who, when, what, the OpenConfig object, the header's details and the line itself.",
	},
	[FORMAT_NAPALM] = {
		.name = "napalm",
		.write = format_napalm,
		.json = true,
		.of_line = true,
		.help = "The objects of napalm-logs, its keys and no others.",
	},
	[FORMAT_ECS] = {
		.name = "ecs",
		.write = format_ecs,
		.json = true,
		.models = true,
		.help = "Elastic Common Schema, the rest under netnorm.",
	},
	[FORMAT_RAW] = {
		.name = "raw",
		.write = format_raw,
		.of_line = true,
		.help = "The line as it came, byte for byte.",
	},
	[FORMAT_NATIVE_NAPALM] = {
		.name = "native",
		.write = format_native_napalm,
		.json = true,
		.help = "The whole envelope, with the paths of napalm-logs.",
	},
};

const char *const format_names[] = { [FORMAT_NATIVE] = "native", [FORMAT_NAPALM] = "napalm", [FORMAT_ECS] = "ecs", [FORMAT_RAW] = "raw", NULL };

void
format_wrap(struct json *j, struct span field, struct span line)
{
	json_object_begin(j);
	json_key(j, field);
	json_quoted(j, line);
	json_object_end(j);
}
