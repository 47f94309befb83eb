/* details: the header's facts under the names that a profile gives them (`message_details`). */
#ifndef NETNORM_PARSERS_PROFILE_DETAILS_H
#define NETNORM_PARSERS_PROFILE_DETAILS_H

#include "parsers/profile/reader.h"

/* `details` of an init file. */
void details_read(struct reader *, const struct yaml_node *map);
/* The details of lines that this form cuts: the OS's, the form's values in the place of equal names or behind them. */
int details_of_form(struct reader *, const struct yaml_node *node, struct model_form *);
/* The detail of that name in the OS's list, or NULL. */
const struct model_detail *details_find(const struct model_details *, struct span name);
/* The header's host: for a system whose details know no `host_prefix` (and for none) with what was split off, for there it is part of the name. */
struct span details_host(const struct profile_os *, const struct header *);
/* What a detail shows; absent if there is nothing. */
struct span details_text(const struct model_detail *, const struct profile_match *, const struct header *);
/* The prefix's PRI where one fits (behind what a relay wrote it is not the header's), else the header's. */
struct details_pri {
	struct span digits;             /* absent without */
	int facility, severity;
	bool beyond;                    /* above 191: the facility is a guess */
};
struct details_pri details_pri(const struct profile_match *, const struct header *);
/* Fill ev->details: the list that goes with the match (or the built-in one), then pri, message, facility, severity; -1 without memory. */
int details_fill(const struct profile_match *, const struct header *, struct arena *, struct nevent *ev);

#endif
