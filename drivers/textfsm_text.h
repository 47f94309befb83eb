/* textfsm_text: white space and lines as Python has them (str.strip, str.splitlines, universal newlines), on valid UTF-8. */
#ifndef NETNORM_DRIVERS_TEXTFSM_TEXT_H
#define NETNORM_DRIVERS_TEXTFSM_TEXT_H

#include "base/span.h"

/* A copy in valid UTF-8 (what is ill-formed becomes U+FFFD) that knows LF only (CRLF and CR become it); free() it.  p NULL: no memory. */
struct span textfsm_text_copy(struct span);
/* Bytes of the white space character at the start, 0: there is none. */
size_t textfsm_text_blank(struct span);
struct span textfsm_text_rstrip(struct span);
struct span textfsm_text_strip(struct span);
/* The next line as a file has them (LF), false at the end. */
bool textfsm_text_line(struct span *rest, struct span *line);
/* The next line as splitlines() has them: also at VT, FF, 0x1c to 0x1e, U+0085, U+2028, U+2029. */
bool textfsm_text_splitline(struct span *rest, struct span *line);
/* Characters of valid UTF-8. */
size_t textfsm_text_chars(struct span);
/* Bytes of the word (\w) at the start; of what is not ASCII all is taken for a letter but white space. */
size_t textfsm_text_word(struct span);

#endif
