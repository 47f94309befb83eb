/* cast_name: casts that take words apart: names of interfaces and label switching routers, numbers of autonomous systems, amounts, addresses. */
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
int cast_bytes(const struct cast *, struct fact *, struct arena *);      /* 1.5 MB: 1572864; null without a unit */
int cast_mac(const struct cast *, struct fact *, struct arena *);        /* 0200.5e10.0001: 02:00:5e:10:00:01; null for anything else */
int cast_ip_version(const struct cast *, struct fact *, struct arena *); /* 192.0.2.1: 4; 2001:db8::1: 6; null for anything else */
int cast_lsr_id(const struct cast *, struct fact *, struct arena *);     /* 10.0.0.2:0: 10.0.0.2 (RFC 5036 section 2.2.2) */
int cast_label_space(const struct cast *, struct fact *, struct arena *);        /* its 0; null without */
int cast_unquote(const struct cast *, struct fact *, struct arena *);    /* "port 1": port 1 */
int cast_before_bracket(const struct cast *, struct fact *, struct arena *);     /* vty0 (10.0.0.2): vty0 */
int cast_in_brackets(const struct cast *, struct fact *, struct arena *);        /* its 10.0.0.2; null without */
int cast_sd_value(const struct cast *, struct fact *, struct arena *);   /* a\"b: a"b (RFC 5424 section 6.3.3); without a backslash as it is */

#endif
