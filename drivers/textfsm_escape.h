/* textfsm_escape: what stands behind a backslash in a regex of Python, and the text of one of PCRE2 as it grows. */
#ifndef NETNORM_DRIVERS_TEXTFSM_ESCAPE_H
#define NETNORM_DRIVERS_TEXTFSM_ESCAPE_H

#include "base/span.h"

/* The caller has made room. */
struct textfsm_out {
	char *p;
	size_t n;
};

enum textfsm_escape_kind {
	TEXTFSM_ESCAPE_TEXT,            /* one character, `text` is PCRE2's for it */
	TEXTFSM_ESCAPE_SET,             /* a set of them, so */
	TEXTFSM_ESCAPE_ANCHOR,          /* none, so */
	TEXTFSM_ESCAPE_CHAR,            /* the character `value` */
	TEXTFSM_ESCAPE_GROUP,           /* what group `value` took */
};

struct textfsm_escape {
	enum textfsm_escape_kind kind;
	size_t used;                    /* bytes, with the backslash */
	struct span text;
	size_t value;
};

/* `s` begins with a backslash.  0, or -1: Python takes none such. */
int textfsm_escape_read(struct span s, bool in_set, struct textfsm_escape *);
void textfsm_out(struct textfsm_out *, struct span);
/* A character by its number, at most four bytes; true: it is not ASCII. */
bool textfsm_out_char(struct textfsm_out *, size_t value);

#endif
