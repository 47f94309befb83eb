/*
 * config_part: what config.c and its manual share.
 */
#ifndef NETNORM_COLLECTOR_CONFIG_PART_H
#define NETNORM_COLLECTOR_CONFIG_PART_H

#include "base/schema.h"

extern const struct schema_option config_options[];

/* What a user of napalm-logs looks for, as man(7). */
void config_napalm_manual(FILE *);

#endif
