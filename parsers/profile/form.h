/*
 * form: which part of a line is its tag and which its text.  The header says so; a form of the profile may say otherwise, and in folders
 * written for napalm-logs it is the prefixes that do.
 */
#ifndef NETNORM_PARSERS_PROFILE_FORM_H
#define NETNORM_PARSERS_PROFILE_FORM_H

#include "parsers/profile/reader.h"

/* `forms` (own grammar) and `prefixes` (napalm-logs'). */
void form_read(struct reader *, const struct yaml_node *list);
void form_read_prefixes(struct reader *, const struct yaml_node *list);

struct form_line {
	const struct header *header;
	struct span line;               /* for prefixes */
	bool utf;
	bool plain;                     /* the reference: literals are not looked at */
};

/* Set m->tag, text, form, form_groups as this OS cuts the line; false if it cannot be of the OS (no prefix fits). */
bool form_cut(const struct profile_os *, struct regex_scratch *, const struct form_line *, struct profile_match *m);
/* The header's own cut, for lines of no OS. */
void form_header_cut(const struct header *, struct profile_match *m);

#endif
