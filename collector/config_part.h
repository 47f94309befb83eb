/*
 * config_part: what the files of config.c share.
 */
#ifndef NETNORM_COLLECTOR_CONFIG_PART_H
#define NETNORM_COLLECTOR_CONFIG_PART_H

#include "base/schema.h"
#include "collector/config.h"

extern const struct schema_option config_options[];

/* Files and directories that it names, faults and warnings of them. */
void config_check_places(const struct config *, struct diag *);
/* What a user of napalm-logs looks for, as man(7). */
void config_napalm_manual(FILE *);

#endif
