/*
 * netconf_reply: is a message the answer to that request, and what does the device say went wrong (RFC 6241, section 4.3)?
 */
#ifndef NETNORM_DRIVERS_TRANSPORT_NETCONF_REPLY_H
#define NETNORM_DRIVERS_TRANSPORT_NETCONF_REPLY_H

#include "drivers/device.h"

enum netconf_reply {
	NETCONF_REPLY_FINE,             /* warnings have become device_warn() */
	NETCONF_REPLY_REFUSED,          /* after device_fail(DEVICE_COMMAND) */
	NETCONF_REPLY_NOTIFICATION,     /* not asked for: the answer is still to come */
	NETCONF_REPLY_ALIEN,            /* after device_fail(): no answer, or none to this request, so the session is of no use */
};

enum netconf_reply netconf_reply_check(struct device *, struct span message, const char *message_id);

#endif
