/* overlay: the messages of a directory laid over those that an OS has from the ones before. */
#ifndef NETNORM_PARSERS_PROFILE_OVERLAY_H
#define NETNORM_PARSERS_PROFILE_OVERLAY_H

#include "parsers/profile/reader.h"

/* The same one (error, tags, line pattern) is replaced where it stands, others come to the front in their order.  (Without memory: a fault.) */
void overlay(struct reader *, struct profile_message *fresh);

#endif
