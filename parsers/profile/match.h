/* match: what the quick way (match.c) and the plain way (reference.c) of matching share. */
#ifndef NETNORM_PARSERS_PROFILE_MATCH_H
#define NETNORM_PARSERS_PROFILE_MATCH_H

#include "parsers/profile/form.h"

/* The part of a text that patterns see: the first PROFILE_BODY_BYTES, whole sequences of UTF-8, and nothing behind more than PROFILE_BLANKS of white space. */
struct span match_bounded(struct span text, bool utf);
/* Does the message ask for this match's tag (or the detail that it is compared with instead)? */
bool match_wants(const struct profile_message *, const struct profile_match *, const struct header *, struct span tag);
/* The last offset of the subject where the message's pattern may start. */
size_t match_start_limit(const struct profile_message *, struct span subject);
/* A pattern ran into the match limit; doc and node say where it stands. */
void match_limited(struct profile_match *, struct regex *, const struct yaml_doc *, const struct yaml_node *);
/* Nothing is known yet. */
void match_begin(struct profile_match *);
/* What forms are held against; for prefixes, the line from its PRI on. */
struct form_line match_line(const struct header *, bool utf);
/* No message fits: the line is of this OS, as that cuts it, or of none (NULL). */
void match_none(const struct profile_os *, struct regex_scratch *, const struct form_line *, struct profile_match *);

#endif
