/*
 * pretty: an event as a block of text for a person at a terminal.
 */
#ifndef NETNORM_OUTPUTS_PRETTY_H
#define NETNORM_OUTPUTS_PRETTY_H

#include <stdbool.h>

#include "base/span.h"

/*
 * The block for one rendered event (any format): malloc'd in text->p, the caller frees it.  What is no event in JSON is given back as it is.
 * Control characters never reach the terminal.  0, or -1 without memory.
 */
int pretty_event(struct span line, bool colour, struct span *text);

#endif
