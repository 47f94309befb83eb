/*
 * cli_screen: what a terminal would show of the bytes that a device sends, line by line: "\r\n" and "\r" tricks, backspaces and escape sequences carried out on the last line,
 * which alone may still change.  Fed in any pieces, with the same result; what is shown is never longer than what came.
 */
#ifndef NETNORM_DRIVERS_TRANSPORT_CLI_SCREEN_H
#define NETNORM_DRIVERS_TRANSPORT_CLI_SCREEN_H

#include "base/buffer.h"

struct cli_screen {
	char *p;                /* n bytes are shown; lines end in '\n' */
	size_t n;
	size_t line;            /* where the last line begins */
	size_t cursor;          /* from line to n */
	size_t row;             /* where "\r" goes: line, or behind where a command's echo was broken by the terminal's width */
	bool echo;              /* the line is the echo of a command, which a terminal's width may break.  The caller sets it, the end of the line unsets it */
	bool rewritten;         /* the last line was written over: the blanks at its end wiped something out */
	int state;
	unsigned number;        /* of the escape sequence that is being read */
};

/* `p` has room for all that is fed later. */
void cli_screen_init(struct cli_screen *, char *p);
void cli_screen_feed(struct cli_screen *, struct span);
/* The last line, without what was wiped out behind the cursor. */
struct span cli_screen_line(const struct cli_screen *);
/* The last line was not for the reader: as if it had never been shown. */
void cli_screen_forget_line(struct cli_screen *);

#endif
