/*
 * explain: what each step of recognition made of a line, told step by step, for `netnorm explain`.  Slow and thorough: it compiles patterns
 * in pieces to say where they came to a stop.
 */
#ifndef NETNORM_PARSERS_PROFILE_EXPLAIN_H
#define NETNORM_PARSERS_PROFILE_EXPLAIN_H

#include "parsers/profile/profile.h"

struct explain_value {                  /* what a group of a pattern took */
	struct span name;
	struct span text;               /* absent: null */
};

struct explain_os {                     /* an OS that was asked */
	struct span name;
	bool pinned;                    /* asked because it was pinned, not for a signature */
	bool signature;                 /* one of its signatures (or a literal of its prefixes) fits */
	struct diag_place place;        /* of that signature, or of the nearest where none fits; without a file where there is none to show */
	const char *misfit;             /* which conditions of the nearest do not hold; NULL: one fits, or there is none */
	bool cut;                       /* its forms can cut the line; false: none of its prefixes fits */
	struct diag_place form;         /* that cut it; without a file: none */
	struct span taken;              /* what the form cut off */
	struct explain_value values[REGEX_MAX_GROUPS];  /* of the form */
	size_t nvalues;
	struct span tag, text;          /* as it cuts the line */
	struct span reduced;            /* the tag it is looked up under, too, without the subfacility; or absent */
	size_t messages;                /* under the tag */
	bool loose;                     /* asked once more, last of all: these are the messages under the tag with another severity */
	struct span near;               /* where there are none: the tag of this OS that it was probably meant to be, or absent */
};

struct explain_message {                /* a message under the tag */
	struct span error;
	struct diag_place place;        /* of the message in its file */
	struct span line;               /* its `line`, as written */
	enum regex_outcome outcome;     /* what came after a match is not tried any more */
	size_t fitted;                  /* bytes of `line` that fit, where it does not match */
	struct span piece;              /* of `line`: the first that does not */
	struct span expression;         /* the piece is a value: its regular expression; absent for literal text */
	struct span rest;               /* of the text: what stands where the piece should */
	struct explain_value values[REGEX_MAX_GROUPS];  /* where it matches: before their casts, in the order of the message */
	size_t nvalues;
};

struct explain_visitor {
	void (*os)(void *arg, const struct explain_os *);
	void (*message)(void *arg, const struct explain_message *);     /* of the OS told last */
	void *arg;
};

/* As profile_recognise(), or for the pinned OS alone (NULL: none): every OS whose signatures are looked at, and every message that is tried. */
void profile_explain(const struct profile_set *, struct profile_scratch *, const struct header *, struct span line, enum utf8_class line_class,
    const struct profile_os *pinned, const struct explain_visitor *);

#endif
