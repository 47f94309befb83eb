/* stop: how far the line of a message fits a text that it does not match. */
#ifndef NETNORM_PARSERS_PROFILE_STOP_H
#define NETNORM_PARSERS_PROFILE_STOP_H

#include "parsers/profile/explain.h"

/* Fills fitted, piece, expression and rest. */
void stop_find(const struct profile_message *, struct regex_scratch *, const struct regex_subject *, struct explain_message *);

#endif
