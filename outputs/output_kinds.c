/*
 * The table of kinds.
 */
#include "outputs/output_kinds.h"

const struct output_kind *const output_kinds[] = {
	&output_kind_stdout,
	&output_kind_file,
	&output_kind_kafka,
	&output_kind_lumberjack,
	&output_kind_tcp,
	&output_kind_http,
	&output_kind_elasticsearch,
	NULL,
};

const char *const output_kind_names[] = { "stdout", "file", "kafka", "lumberjack", "tcp", "http", "elasticsearch", NULL };
