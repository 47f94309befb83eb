/*
 * transport: the one shape that all ways to a device have: text to it, its answer back.
 *
 * What a request is follows from the transport: the body of a POST (https), a command (cli, exec), an <rpc>'s inside (netconf).  A driver makes the
 * transport in its open() and asks through transport_ask(); a test may put a transport of its own there, which answers from memory.
 */
#ifndef NETNORM_DRIVERS_TRANSPORT_TRANSPORT_H
#define NETNORM_DRIVERS_TRANSPORT_TRANSPORT_H

#include "drivers/device.h"

struct transport;

struct transport_kind {
	const char *name;
	/* 0 with the whole answer in `answer` (empty before), or -1 after device_fail(). */
	int (*ask)(struct transport *, struct device *, struct span request, struct buffer *answer);
	/* Is the session up?  Never fails the device. */
	bool (*alive)(struct transport *, struct device *);
	/* Ends the session, politely if that takes no longer than a second, and frees it. */
	void (*close)(struct transport *, struct device *);
};

/* First in the struct of each kind. */
struct transport {
	const struct transport_kind *kind;
};

/*
 * Resets `answer` and asks.  Without a session, once the call's time is over or `cancel` is true it fails at once.  After a timeout or a closed connection the
 * session is of no use: `broken` of the kinds' own keeps later questions from waiting again.
 */
int transport_ask(struct device *, struct span request, struct buffer *answer);
/* May nothing be asked any more (no session, the call's time is over, broken off)?  True after device_fail(). */
bool transport_over(struct device *);
bool transport_alive(struct device *);
void transport_close(struct device *);

#endif
