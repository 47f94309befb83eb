/* init: what `init.yaml` says of an OS. */
#ifndef NETNORM_PARSERS_PROFILE_INIT_H
#define NETNORM_PARSERS_PROFILE_INIT_H

#include "parsers/profile/reader.h"

/* Read it over what r->os has from folders before; each key that is there replaces what was. */
void init_read(struct reader *, const struct yaml_node *root);

#endif
