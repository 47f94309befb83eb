/*
 * cli_reader: the answer to one command out of what a device prints, without any waiting: bytes are fed in any pieces, and it can be asked at any time how the text ends.
 * What is shown goes to the caller's buffer as it comes; nothing is looked at twice.
 */
#ifndef NETNORM_DRIVERS_TRANSPORT_CLI_READER_H
#define NETNORM_DRIVERS_TRANSPORT_CLI_READER_H

#include "base/buffer.h"
#include "drivers/transport/cli_screen.h"

/* How the text ends.  All but the first two hold only if nothing more comes for a short time. */
enum cli_end {
	CLI_END_MORE,           /* in the middle */
	CLI_END_SURE,           /* the prompt that is known, at the beginning of a line, behind the echo of the command; or what was waited for */
	CLI_END_PROMPT,         /* a prompt, but it may be part of the output */
	CLI_END_PAGE,           /* the device waits with the next page */
	CLI_END_PAGE_LAST,      /* the pager has shown all and waits */
	CLI_END_SECRET,         /* it asks for a password */
	CLI_END_USER,           /* it asks for the user's name; told only while no prompt is known */
	CLI_END_OTHER_PROMPT,   /* a prompt of another name: was it renamed? */
	CLI_END_SILENT,         /* an empty line, and a prompt was seen before: a message of the device has come behind it */
};

/* Of a session. */
struct cli_prompt {
	struct span name;       /* absent: not learned yet */
	const char *ends;
	bool blank;             /* one stands behind it */
};

struct cli_reader {
	const struct cli_prompt *prompt;
	struct span command;    /* whose echo is awaited */
	const char *until;      /* or NULL */
	struct buffer *text;
	struct cli_screen screen;
	enum { CLI_ECHO_AWAITED, CLI_ECHO_SEEN, CLI_ECHO_NONE } echo;
	size_t start;           /* of the answer in the text */
	size_t line;            /* the next one that may be the echo */
	size_t tried;           /* lines */
	size_t known;           /* the last line as it was when lines were looked at */
	bool prompt_seen;       /* on a line of its own, and what stands behind it */
	size_t prompt_line;
};

/* All is borrowed; the buffer is written from its beginning. */
void cli_reader_begin(struct cli_reader *, const struct cli_prompt *, struct buffer *text, struct span command, const char *until);
/* False: the buffer takes no more. */
bool cli_reader_feed(struct cli_reader *, struct span);
enum cli_end cli_reader_end(const struct cli_reader *);
/* The pager's line is answered, and no part of the text. */
void cli_reader_page(struct cli_reader *);
/* The text becomes the answer: without echo, prompt and the white space before it.  A line that only ends in what was waited for stays. */
void cli_reader_finish(struct cli_reader *);

/* The length of the prompt that `text` begins with, to its closing character; 0: it begins with none. */
size_t cli_prompt_length(const struct cli_prompt *, struct span text);
/* Does `line` as a whole ask for a key before more is shown? */
enum cli_end cli_page(struct span line);
/* Does it ask for a password, or for the name of a user? */
bool cli_asks_secret(struct span line);
bool cli_asks_user(struct span line);
/*
 * Is `text`, from its beginning, the echo of `command`: however the terminal breaks it, or scrolls it sideways ('$')?  The length with its end of line; 0: no, or not yet (*more).
 */
size_t cli_echo_length(struct span text, struct span command, bool *more);

#endif
