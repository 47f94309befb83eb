/*
 * header: one grammar for what stands before the text of a syslog message, vendor-neutral, in a single pass:
 *
 *     [BOM] [PRI] ( RFC 5424 | [":"] [counter] [relay time, relay host] [host] [seq] [mark] [time [zone]] [host] ... ) event
 *
 * RFC 3164, RFC 5424 and what devices really send (docs/headers.md).  It never fails: what is not understood stays
 * in `body`.  All spans borrow from the line.
 */
#ifndef NETNORM_PARSERS_SYSLOG_HEADER_H
#define NETNORM_PARSERS_SYSLOG_HEADER_H

#include "parsers/syslog/stamp.h"

enum header_form {
	HEADER_BARE,            /* no header but perhaps a PRI: a body */
	HEADER_BSD,             /* RFC 3164 and its variants */
	HEADER_RFC5424,         /* version 1 */
};

enum header_repeat {
	HEADER_NO_REPEAT,
	HEADER_REPEAT_LAST,     /* "last message repeated N times": nothing but that */
	HEADER_REPEAT_TEXT,     /* the text came along and has been unwrapped: body is the text itself */
};

struct header {
	enum header_form form;
	struct span version;            /* of RFC 5424 */
	struct span pri;                /* its digits; absent without a PRI */
	int facility, severity;         /* -1 without; a PRI above 191 is clamped to facility 23 and flagged */
	bool pri_beyond;                /* above 191: the facility is a guess */
	bool pri_odd;                   /* above 191, leading zeros, or a blank before what follows */
	bool has_counter, has_seq;      /* numbers, and their spellings */
	uint64_t counter, seq;
	struct span counter_text, seq_text;
	struct stamp stamp;             /* of the device where there are two times */
	struct stamp relay;             /* the relay's, STAMP_NONE if there is one time only */
	struct span relay_host;
	enum nevent_clock clock;
	struct span host;               /* never a zone word, a number or a date; without a prefix such as `re0.` */
	struct span host_prefix;        /* `re0.`, `re1-`: of a dual routing engine's host name; absent */
	struct span node;               /* `RP/0/RP0/CPU0`: the part of the device that speaks, glued to the time with a colon; absent */
	struct span process;            /* without the `/` of `/kernel` and the `-`/`*` before it; absent if it became the tag */
	struct span pid;                /* between the brackets */
	struct span msgid;              /* RFC 5424 */
	struct span sd;                 /* RFC 5424 structured data, all elements, brackets and all; absent if "-" */
	struct span tag;                /* the vendor's mnemonic: what stands after `%` and before `:`; `WORD:` after a process; RFC 5424 MSGID; else the process */
	bool triplet;                   /* the tag is %FACILITY-SEVERITY-MNEMONIC */
	bool tag_is_process;            /* the tag fell back to the process (or the card) name */
	int vendor_severity;            /* the triplet's own, -1 */
	struct span rest;               /* everything after time and host */
	struct span body;               /* the text behind the tag and its colon (and one blank); all of it where nothing was understood */
	struct span body_colon;         /* the same, from the byte right behind the tag (napalm-logs' eos profile wants its ": ") */
	enum header_repeat repeat;
	uint64_t repeat_count;
};

/* `line` is one message after framing, which ends at a NUL as one of a stream does: nothing behind that is looked at; a body without any header is welcome, too. */
void header_parse(struct span line, struct header *);

/* By its bytes alone: may that be the name or the address of a host?  Not a number, a date, a time, a zone word. */
bool header_is_host(struct span word);
/* Does a pair begin here, `name=`? */
bool header_is_pair(const char *p, const char *end);
/* Facility and severity of a PRI's digits, of which there may be any number: clamped as in the header, and then false. */
bool header_pri_value(struct span digits, int *facility, int *severity);

/* The next element of structured data (RFC 5424 section 6.3): *id and *params (inside, after the id) borrow; false at the end. */
bool header_sd_next(struct span *sd, struct span *id, struct span *params);
/* The next NAME="value" of `params`; the value still has its backslashes. */
bool header_sd_param(struct span *params, struct span *name, struct span *value);

#endif
