/* resolve: the addresses of a device, for all transports: by the deadline, whatever the name service does. */
#ifndef NETNORM_DRIVERS_TRANSPORT_RESOLVE_H
#define NETNORM_DRIVERS_TRANSPORT_RESOLVE_H

#include <netdb.h>

#include "drivers/device.h"

/* Of the target's host, with that port in them; freeaddrinfo() them.  0, or -1 after device_fail(). */
int resolve_host(struct device *, int port, int64_t deadline_ns, struct addrinfo **);

#endif
