/*
 * exec: one command a channel over SSH, as a Unix machine takes it.  The answer is what the command printed; a status that is not 0 fails with what it printed.
 */
#ifndef NETNORM_DRIVERS_TRANSPORT_EXEC_H
#define NETNORM_DRIVERS_TRANSPORT_EXEC_H

#include "drivers/transport/transport.h"

/* Sets d->wire: 0, or -1 after device_fail(). */
int exec_open(struct device *, int default_port);
/* `text` as one word of a POSIX shell, quoted. */
void exec_quote(struct buffer *, struct span text);

#endif
