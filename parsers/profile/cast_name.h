/* cast_name: casts that take names apart: of interfaces, of autonomous systems, of label switching routers. */
#ifndef NETNORM_PARSERS_PROFILE_CAST_NAME_H
#define NETNORM_PARSERS_PROFILE_CAST_NAME_H

#include "parsers/profile/cast.h"

/* The full name of an abbreviated interface goes into `full`; the text stays as it is in the line. */
int cast_interface(const struct cast *, struct fact *, struct arena *);
int cast_parent(const struct cast *, struct fact *, struct arena *);     /* ge-0/0/17.0: ge-0/0/17 */
int cast_unit(const struct cast *, struct fact *, struct arena *);       /* ge-0/0/17.0: 0; null without */
int cast_whole(const struct cast *, struct fact *, struct arena *);      /* ge-0/0/17: the same; null with a unit */
int cast_first_number(const struct cast *, struct fact *, struct arena *);      /* Level-2: 2; null without */
int cast_as_number(const struct cast *, struct fact *, struct arena *);  /* 64512.7: 4227858439 (RFC 5396 asdot); 64512 as it is */
int cast_lsr_id(const struct cast *, struct fact *, struct arena *);     /* 10.0.0.2:0: 10.0.0.2 (RFC 5036 section 2.2.2) */
int cast_label_space(const struct cast *, struct fact *, struct arena *);        /* its 0; null without */

#endif
