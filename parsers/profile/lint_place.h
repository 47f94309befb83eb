/* lint_place: where in the YAML stands what a kind of event was made of: for the carets of lint.c. */
#ifndef NETNORM_PARSERS_PROFILE_LINT_PLACE_H
#define NETNORM_PARSERS_PROFILE_LINT_PLACE_H

#include "parsers/profile/model.h"

/* The map of the kind in its file; of a message with a mapping of its own the message's. */
const struct yaml_node *lint_kind_map(const struct strict_kind *);
/* A part of what is written for the slot (a span of slot->written): as a value, in a key, or in a path with a name; else the kind. */
struct diag_place lint_slot_place(const struct strict_kind *, const struct strict_slot *, struct span part);
/* The last cast of the slot's one piece, as it is written there. */
struct span lint_last_cast(const struct strict_slot *);
/* Entry `i` of a map of a profile. */
struct diag_place lint_map_place(const struct cast *map, size_t i);

#endif
