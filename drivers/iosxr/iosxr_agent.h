/*
 * iosxr_agent: the XML agent of IOS-XR in a shell over SSH: the command `xml`, then documents.  A request is what stands in <Request>, the answer the document that came back.
 */
#ifndef NETNORM_DRIVERS_IOSXR_IOSXR_AGENT_H
#define NETNORM_DRIVERS_IOSXR_IOSXR_AGENT_H

#include "drivers/transport/transport.h"

/* Sets d->wire: 0, or -1 after device_fail(). */
int iosxr_agent_open(struct device *, int default_port);

#endif
