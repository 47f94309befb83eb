/*
 * netconf_frame: messages out of a stream (RFC 6242, sections 4.2 and 4.3), fed in any pieces.
 */
#ifndef NETNORM_DRIVERS_TRANSPORT_NETCONF_FRAME_H
#define NETNORM_DRIVERS_TRANSPORT_NETCONF_FRAME_H

#include <stdint.h>

#include "base/buffer.h"

enum netconf_framing { NETCONF_END_MARK, NETCONF_CHUNKS };

enum netconf_frame_status {
	NETCONF_FRAME_MORE,             /* all of `in` was used, the message is not whole */
	NETCONF_FRAME_WHOLE,            /* `message` is whole; the rest of `in` belongs to the next */
	NETCONF_FRAME_BAD,              /* not a frame: the session is over */
	NETCONF_FRAME_LARGE,            /* past the buffer's limit */
};

struct netconf_framer {
	enum netconf_framing framing;
	int state;
	uint32_t chunk_left;
	int digits;
};

void netconf_framer_init(struct netconf_framer *, enum netconf_framing);
/* Appends to `message`; *used says how many bytes of `in` the caller may forget, whatever the outcome. */
enum netconf_frame_status netconf_framer_feed(struct netconf_framer *, struct span in, size_t *used, struct buffer *message);
/* `text` as one framed message. */
void netconf_frame_put(struct buffer *out, enum netconf_framing, struct span text);

#endif
