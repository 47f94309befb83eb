/*
 * frame: where one message ends and the next begins.
 *
 * Streams (RFC 6587): octet counting and newline framing, told apart per frame.  (`netnorm parse` has its own lines, which keep their NULs.)  A count is digits, one space, then
 * `<` and a digit; anything else is newline framing, since `2023 May  1 ...` is no count.  A message that follows a wrong count ends where the
 * next plausible one begins, if no newline comes before; so does the rest of a line that was cut.  Datagrams: split only at a newline that a
 * PRI follows.  The framer keeps no bytes: the caller keeps what was not used and calls again with more behind it.
 */
#ifndef NETNORM_PARSERS_SYSLOG_FRAME_H
#define NETNORM_PARSERS_SYSLOG_FRAME_H

#include <stdint.h>

#include "base/span.h"

enum frame_framing { FRAME_AUTO, FRAME_OCTET, FRAME_NEWLINE };

enum frame_status {
	FRAME_OK,               /* *msg is a message */
	FRAME_TRUNCATED,        /* *msg is the first max_bytes of one that is longer; the rest is skipped */
	FRAME_EMPTY,            /* an empty message was used up: count it as dropped{empty} */
	FRAME_MORE,             /* not a whole message yet: come again with more bytes */
	FRAME_RESYNC,           /* a bad count: bytes up to the next plausible one, or the end of a line, were used up (none may be lost silently: *msg holds them) */
	FRAME_BAD,              /* FRAME_OCTET: not a count and no way on: close the peer; `reason` says why */
};

struct framer {
	enum frame_framing framing;
	size_t max_bytes;       /* the largest message; what is longer is cut there */
	/* state */
	uint64_t skip;          /* bytes of a cut octet-counted frame still to be skipped */
	bool skip_line;         /* the rest of a cut line is being skipped, up to its newline */
	bool counted;           /* the last message was octet-counted */
	bool nul;               /* the last line ended with a NUL: line ends and NULs behind it are none of another */
	const char *reason;     /* static text, after FRAME_BAD and FRAME_RESYNC */
};

void frame_init(struct framer *, enum frame_framing, size_t max_bytes);

/*
 * Find the next message at the start of `in` (RFC 6587).  *used says how many bytes the caller may forget, whatever the
 * outcome; *msg borrows from `in`.  A line ends at a LF, whose CR goes with it, or at a NUL (RFC 6587 section 3.4.2), so that no line has one in it; an
 * octet-counted message loses one trailing LF or CRLF and trailing NULs, others are its own.
 * The caller's buffer must be able to hold max_bytes + 16.  With a full buffer FRAME_MORE is never said.
 */
enum frame_status frame_next(struct framer *, struct span in, struct span *msg, size_t *used);
/* The peer closed: what is left in `in` is its last message (FRAME_OK; FRAME_TRUNCATED where its count says that more was to come), or nothing (FRAME_MORE). */
enum frame_status frame_last(struct framer *, struct span in, struct span *msg);

/*
 * The next message of a datagram: split only at a newline followed by `<`, 1 to 3 digits, `>`; a message loses trailing CR, LF and NUL.
 * FRAME_OK, FRAME_EMPTY, or FRAME_MORE when nothing is left.
 */
enum frame_status frame_datagram(struct span in, struct span *msg, size_t *used);

#endif
