/*
 * literal: the literal text that whatever a regular expression matches must have.  It looks only where it is sure; what it does not
 * know ends a run.
 */
#ifndef NETNORM_PARSERS_PROFILE_LITERAL_H
#define NETNORM_PARSERS_PROFILE_LITERAL_H

#include "base/span.h"

struct literal_runs {
	char *bytes;                    /* room for all literal bytes there can be */
	size_t n, start;                /* the open run begins at `start` */
	struct span *runs;              /* room for as many */
	unsigned char *blanks;          /* as many again: LITERAL_* of each run; NULL: not asked for */
	size_t nruns;
	bool blank;                     /* white space was just before */
	bool at_start;                  /* nothing was before: set by the caller at first */
	bool leading;                   /* what matches begins with runs[0] */
};

enum {
	LITERAL_AFTER_BLANK = 1,        /* right before the run stands white space */
	LITERAL_BEFORE_BLANK = 2,       /* right behind it */
};

void literal_put(struct literal_runs *, char);
/* Something that is no literal stands here. */
void literal_end(struct literal_runs *);
/* White space stands here, one byte or more. */
void literal_blank(struct literal_runs *);
/* An expression that holds together by itself (no alternative on its top level reaches beyond it). */
void literal_scan(struct literal_runs *, struct span expression);

#endif
