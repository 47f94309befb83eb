/*
 * output_kinds: what is in the table of kinds.  Adding one is adding a line here and a row in output_kinds.c.
 */
#ifndef NETNORM_OUTPUTS_OUTPUT_KINDS_H
#define NETNORM_OUTPUTS_OUTPUT_KINDS_H

#include "outputs/output.h"

extern const struct output_kind output_kind_stdout;
extern const struct output_kind output_kind_file;
extern const struct output_kind output_kind_kafka;
extern const struct output_kind output_kind_lumberjack;
extern const struct output_kind output_kind_tcp;
extern const struct output_kind output_kind_http;
extern const struct output_kind output_kind_elasticsearch;

#endif
