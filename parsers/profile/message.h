/* message: one entry of `messages`, read and compiled. */
#ifndef NETNORM_PARSERS_PROFILE_MESSAGE_H
#define NETNORM_PARSERS_PROFILE_MESSAGE_H

#include "parsers/profile/reader.h"

/* NULL after faults. */
struct profile_message *message_read(struct reader *, const struct yaml_node *map);
/* Is it the same message: error, tags and line pattern? */
bool message_same(const struct profile_message *, const struct profile_message *);

#endif
