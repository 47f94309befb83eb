/*
 * header_part: the pieces of a header, each read by its own file.  Only parsers/syslog/header*.c include this.
 */
#ifndef NETNORM_PARSERS_SYSLOG_HEADER_PART_H
#define NETNORM_PARSERS_SYSLOG_HEADER_PART_H

#include "parsers/syslog/header.h"
#include "parsers/syslog/scan.h"

/* What a byte may be part of. */
enum header_class {
	HEADER_LETTER = 1,      /* of a name; bytes from 0x80 on, `_` and `@` too */
	HEADER_DIGIT = 2,
	HEADER_DOT = 4,
	HEADER_COLON = 8,
	HEADER_DASH = 16,
	HEADER_NO_HOST = 32,    /* no host has it */
	HEADER_IN_NAME = 64,    /* of a process */
	HEADER_IN_TAG = 128,    /* of FACILITY-SEVERITY-MNEMONIC */
	HEADER_CAPITAL = 256,   /* A to Z */
	HEADER_SMALL = 512,     /* a to z */
	HEADER_UNDERSCORE = 1024,
	HEADER_BLANK = 2048,
	HEADER_HIGH = 4096,     /* 0x80 and up */
};
extern const unsigned short header_classes[256];

static inline unsigned
header_class(char c)
{
	return header_classes[(unsigned char)c];
}

#define HEADER_MAX_HOST 255     /* RFC 5424 section 6: what is longer is no host */
#define HEADER_MAX_NAME 64      /* of a process */

/* Where we are in the line, and what the way here told. */
struct header_scan {
	const char *p, *end;
	struct header *h;
	bool timed;             /* a time has been read, if only an impossible one */
	bool clocked;           /* a colon followed it: the device wrote it about its own clock, and no other time comes */
	bool hosted;            /* a host has been read, if only an empty address */
	bool inner;             /* behind a PRI within the line: a device's header within a relay's */
	bool percent;           /* a percent sign stood in front of all: none stands in front of the mnemonic */
	bool tasked;            /* a process has been read in front of the time */
	bool enclosed;          /* we are in the text of RFC 5424: only what can be nothing but a header is one */
};

/* `<` 1 to 3 digits `>`: sets pri, facility, severity; false and nothing moved if none stands here. */
bool header_pri(struct header_scan *);
/* RFC 5424 from its version on: false and nothing moved if it is none. */
bool header_rfc5424(struct header_scan *);
/* How sure must it be that RFC 5424 goes on behind a time? */
enum header_strict {
	HEADER_AS_IT_IS,        /* a PRI and a version say so */
	HEADER_WITH_SD,         /* within a text, behind a version: structured data, or "-" */
	HEADER_WITH_ENTERPRISE, /* without a version: structured data with an enterprise's number */
};
/* HOST APP PROCID MSGID SD, behind the time (RFC 5424 section 6.2.4 on). */
bool header_rfc5424_fields(struct header_scan *, enum header_strict);
/* All structured data at `p` (RFC 5424 section 6.3), "-" too; NULL if there is none.  Absent in *sd for "-". */
const char *header_sd(const char *p, const char *end, struct span *sd);
/* Numbers, times and hosts, in whatever order they come, up to the event. */
void header_origin(struct header_scan *);
/* The word from `p` to `q`, which has no colon behind it: taken if it is a host, or in the way. */
bool header_word(struct header_scan *, const char *q);
/* The host that stands behind a relay's host. */
void header_set_second_host(struct header_scan *, struct span name);
/* `Jun 14 11:34:35 sw01 AEST: %...`: a zone that lost its place, behind the host. */
bool header_lost_zone(struct header_scan *);
/* The device's time behind a relay's, and the host that is with it. */
bool header_second_time(struct header_scan *);
/* The process, PID and MSGID of RFC 5424 that stands around a device's own header are the relay's. */
void header_drop_enclosing(struct header_scan *);
/* A device's PRI within the line, and its header; at the end of that, what the device did not say and its relay did. */
bool header_inner_pri(struct header_scan *);
void header_inherit(struct header_scan *);
/* `2017-09-21T15:25:06.141Z host ...` at `p`, behind a version or not; and `1 2007-02-15T09:17:15.719Z process[1]: ...` */
bool header_inner_rfc5424(struct header_scan *, const char *p, bool versioned);
bool header_bad_rfc5424(struct header_scan *);
/* RFC 5424 without its version, behind a time. */
bool header_versionless(struct header_scan *);
/* `Message forwarded from name: ` */
bool header_forwarded(struct header_scan *);
/* The colon behind a time, perhaps after a blank: the place behind it, or `p`. */
const char *header_colon_behind(const char *p, const char *end);
/* `name: %...`, the name up to `q`: a host's, and not a process's? */
bool header_is_host_of_mnemonic(struct span name, const char *q, const struct header_scan *);
/* Does a header go on here: numbers and tasks, and then a time, or a mnemonic if that is allowed?  Behind a number, a host too. */
bool header_leads(const char *p, const char *end, bool to_mnemonic);
bool header_leads_behind_number(const char *p, const char *end);
/* What may stand there: `123: ` and `*task: ` (the place behind the colon), `RP/0/RP0/CPU0:Dec 11 ...` (the time's place); or NULL. */
const char *header_numbered(const char *p, const char *end);
const char *header_task(const char *p, const char *end);
const char *header_node(const char *p, const char *end);
/* A node and its time that can be nothing else. */
bool header_is_node(const char *p, const char *end);
/* `name program[1]: `, `name %MNEMONIC` and the like; behind it a further header: the name, which can only be a host's, or absent. */
struct span header_host_before_event(const char *p, const char *end);
struct span header_host_before_header(const char *p, const char *end);
/* Behind `(Stack) `, `notice `, `: ` between a host and its event, or `p`. */
const char *header_behind_filler(const char *p, const char *end);
/* `name port02 2018-Nov- 9 15:41:30 LOGIN: ...`: the date's place, or NULL; such a date is of no text. */
const char *header_dated_process(const char *p, const char *end);
/* The same where strokes follow: `name %%01MODULE/4/BRIEF`, `name MODULE/4/BRIEF`. */
struct span header_host_before_strokes(const char *p, const char *end);
bool header_is_address(struct span word);
/* `notice`, `INFO` */
bool header_is_level(struct span word);
/* The length of `slot1/` in front of a name, or 0. */
size_t header_slot(struct span word);
/* `program[1]:`, `program:` */
bool header_is_program(const char *p, const char *end);
/* A card's name such as fpc0, with or without `node0.` before it. */
bool header_is_card(struct span word);
/* The host as the line has it, into host and host_prefix; an address of all zeros is no host. */
void header_set_host(struct header_scan *, struct span word);
/* Time and host of a text that begins with pairs (`date=... time=... devname=...`); nothing is passed over. */
void header_pairs(struct header_scan *);
/* Process, tag and text from `p` on; process, pid and msgid may be there already. */
void header_event(struct header_scan *);
/* Does `%FACILITY-SEVERITY-MNEMONIC` stand here? */
bool header_is_mnemonic(const char *p, const char *end);
/* `%FACILITY-SEVERITY-MNEMONIC` and the text behind it; false if none stands here. */
bool header_triplet(struct header_scan *);
/* Does a daemon's word of a repeat begin here?  Then no host does. */
bool header_repeat_begins(const char *p, const char *end);
/* "last message repeated N times": only that, up to the end. */
bool header_repeat_last(struct span text, uint64_t *count);
/* "message repeated N times: [ text ]" and "text (message repeated N times)": cuts *text to the text itself. */
bool header_repeat_text(struct span *text, uint64_t *count);

#endif
