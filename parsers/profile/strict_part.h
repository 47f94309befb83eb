/* strict_part: what strict.c (filling) and strict_story.c (telling) share. */
#ifndef NETNORM_PARSERS_PROFILE_STRICT_PART_H
#define NETNORM_PARSERS_PROFILE_STRICT_PART_H

#include "parsers/profile/model.h"

/* What the values of one event are found with. */
struct filling {
	const struct strict_kind *kind;         /* the message's own: its fallback speaks of the same alarm */
	const struct profile_message *message;  /* NULL: RAW, UNKNOWN */
	const struct strict_answers *answers;   /* NULL: no message */
	const struct profile_match *match;
	const struct header *header;
	struct arena *arena;
	struct nevent *ev;
	struct profile_story *story;            /* NULL: nobody asks */
};

/* What a place between braces stands for, in `room` or borrowed; it may be null. */
const struct fact *strict_piece_fact(const struct filling *, const struct strict_kind *, const struct strict_piece *, struct fact *room);

/* For a filling with a story. */
void strict_tell_kind(const struct filling *, const struct profile_message *);
void strict_tell_refused(const struct filling *, const struct strict_slot *, const struct fact *);
void strict_tell_gaps(const struct filling *, uint64_t known);

#endif
