/*
 * Any bytes as a stream of either framing: whatever pieces they come in, the same messages, the same end and the same number of bytes used; what was whole and is framed
 * again is read back.
 */
#include <stdint.h>
#include <stdlib.h>

#include "drivers/transport/netconf_frame.h"

#define MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* FNV-1a */
static uint64_t
mix(uint64_t h, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return h * 31 + s.n;
}

static void
check_round(enum netconf_framing framing, struct span message)
{
	struct netconf_framer f;
	struct buffer framed, again;
	size_t used;

	buffer_init(&framed, 4 * MAX);
	buffer_init(&again, MAX);
	netconf_framer_init(&f, framing);
	netconf_frame_put(&framed, framing, message);
	if (netconf_framer_feed(&f, buffer_span(&framed), &used, &again) != NETCONF_FRAME_WHOLE || used != framed.n || !span_eq(buffer_span(&again), message))
		abort();
	buffer_fini(&framed);
	buffer_fini(&again);
}

/* What came out of the stream in pieces of that size. */
static uint64_t
stream(enum netconf_framing framing, struct span in, size_t piece)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	size_t all = in.n, used;
	struct netconf_framer f;
	struct buffer message;

	buffer_init(&message, MAX);
	netconf_framer_init(&f, framing);
	while (in.n > 0) {
		size_t n = in.n < piece ? in.n : piece;
		enum netconf_frame_status st = netconf_framer_feed(&f, span_of(in.p, n), &used, &message);

		if (used > n || message.n > MAX || (st == NETCONF_FRAME_MORE && used != n))
			abort();
		in = span_skip(in, used);
		if (st == NETCONF_FRAME_LARGE) {
			hash ^= (unsigned)st;
			goto out;
		}
		if (st == NETCONF_FRAME_MORE)
			continue;
		hash = mix(hash, buffer_span(&message)) ^ (unsigned)st ^ ((all - in.n) << 8);
		if (st == NETCONF_FRAME_BAD)
			break;
		check_round(framing, buffer_span(&message));
		buffer_reset(&message);
	}
	hash = mix(hash, buffer_span(&message));
out:
	buffer_fini(&message);
	return hash;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in;

	if (size < 2)
		return 0;
	in = span_of((const char *)data + 1, size - 1);
	for (int f = NETCONF_END_MARK; f <= NETCONF_CHUNKS; f++) {
		uint64_t whole = stream((enum netconf_framing)f, in, in.n);

		if (stream((enum netconf_framing)f, in, 1) != whole || stream((enum netconf_framing)f, in, 1 + data[0] % 61) != whole)
			abort();
	}
	return 0;
}
