/*
 * netconf: RFC 6241 over SSH (RFC 6242): hello, end-of-message framing of 1.0 and chunked framing of 1.1, message ids.
 *
 * A request is what stands inside <rpc> (one operation); the answer is the whole <rpc-reply> as sent.  An <rpc-error> of severity error fails with DEVICE_COMMAND
 * and its tag, path and message; a warning becomes device_warn().  So do Junos' <xnm:error> and <xnm:warning>.
 */
#ifndef NETNORM_DRIVERS_TRANSPORT_NETCONF_H
#define NETNORM_DRIVERS_TRANSPORT_NETCONF_H

#include "drivers/transport/transport.h"

#define NETCONF_PORT 830

/*
 * Subsystem "netconf", and where the device has none and `fallback` is not NULL, that command ("xml-mode netconf need-trailer").  Sets d->wire: 0, or -1 after device_fail().
 */
int netconf_open(struct device *, int default_port, const char *fallback);
/* Has its hello said a capability that starts so? */
bool netconf_capable(const struct device *, const char *capability);
/* Of the hello: "1.0" or "1.1" is spoken. */
const char *netconf_version(const struct device *);
/* Of the hello: the number that <kill-session> takes, or 0. */
uint32_t netconf_session(const struct device *);

#endif
