/*
 * textfsm_regex: a regex as Python's `re` (3.11) reads it, made one of PCRE2, with its groups known by name.
 *
 * What Python refuses is refused in its words.  Groups without a name capture only where something refers to a group, so that REGEX_MAX_GROUPS
 * counts names in most regexes.
 */
#ifndef NETNORM_DRIVERS_TEXTFSM_REGEX_H
#define NETNORM_DRIVERS_TEXTFSM_REGEX_H

#include "base/regex.h"
#include "base/span.h"

struct textfsm_group {
	struct span name;               /* borrowed from the pattern */
	size_t number;
};

struct textfsm_regex {
	struct regex *regex;
	struct textfsm_group names[REGEX_MAX_GROUPS];
	size_t nnames;
	size_t groups;                  /* as Python counts them */
	bool wide;                      /* characters of it are not ASCII: only the UTF form is right */
};

/* 0, or -1 and what is wrong with it.  Anchored at the start (re.match). */
int textfsm_regex_init(struct textfsm_regex *, struct span pattern, char *why, size_t cap);
void textfsm_regex_fini(struct textfsm_regex *);

#endif
