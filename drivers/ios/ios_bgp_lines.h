/*
 * ios_bgp_lines: what stands below "router bgp", and what NAPALM finds there for a name.
 *
 * It looks for the name in each line, wherever in the line and in however many names it is: the lines of 192.0.2.20 are those of 192.0.2.2, too.  What it then
 * finds more than once is a list (a text), or nothing (a number).
 */
#ifndef NETNORM_DRIVERS_IOS_IOS_BGP_LINES_H
#define NETNORM_DRIVERS_IOS_IOS_BGP_LINES_H

#include <jansson.h>

#include "base/span.h"

/* A line, and the address family that it stands below; absent: none. */
struct ios_bgp_line {
	struct span text, family;
};

struct ios_bgp_lines {
	struct ios_bgp_line *all;       /* to be freed; the texts are of the configuration */
	size_t n, cap, bytes;
	int64_t own_as;
	struct span family;             /* the one that NAPALM looked at last */
};

enum ios_bgp_value {
	IOS_BGP_GROUP,
	IOS_BGP_DESCRIPTION,
	IOS_BGP_PASSWORD,
	IOS_BGP_SOURCE,
	IOS_BGP_POLICY_IN,
	IOS_BGP_POLICY_OUT,
	IOS_BGP_LOCAL_AS,
	IOS_BGP_REMOTE_AS,
	IOS_BGP_LIMIT,
	IOS_BGP_THRESHOLD,
	IOS_BGP_TIMEOUT,
};

/* False if there is no BGP. */
bool ios_bgp_lines_read(struct ios_bgp_lines *, struct span config);
/* {address: null} of all neighbours. */
json_t *ios_bgp_lines_names(const struct ios_bgp_lines *);
/* Those with that name. */
struct ios_bgp_lines ios_bgp_lines_with(const struct ios_bgp_lines *, struct span name);
/* A string, "" if they say nothing of it; a number, the fallback if they do not say exactly one; do they have these words? */
json_t *ios_bgp_lines_text(const struct ios_bgp_lines *, enum ios_bgp_value);
int64_t ios_bgp_lines_number(const struct ios_bgp_lines *, enum ios_bgp_value, int64_t fallback);
bool ios_bgp_lines_say(const struct ios_bgp_lines *, const char *words);
/* The first address family that a line stands below, absent without one; is one of them that of a VRF? */
bool ios_bgp_lines_family(const struct ios_bgp_lines *, struct span *first);
/* The last one; the family that was looked at before if there is none. */
struct span ios_bgp_lines_last_family(const struct ios_bgp_lines *);

#endif
