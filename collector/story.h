/* story: what became of an event's facts on the way into its strict object, for a person (`netnorm explain`). */
#ifndef NETNORM_COLLECTOR_STORY_H
#define NETNORM_COLLECTOR_STORY_H

#include <stdio.h>

#include "parsers/profile/profile.h"

/* Each line begins with `indent` blanks. */
void story_print(const struct profile_story *, int indent, FILE *);

#endif
