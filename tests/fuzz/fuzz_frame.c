/*
 * Any bytes as a stream: whatever pieces they come in, the same messages, each within the input and the limit; and as a datagram.
 */
#include <stdlib.h>

#include "parsers/syslog/frame.h"

#define MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* FNV-1a over statuses and messages. */
static uint64_t
mix(uint64_t h, enum frame_status st, struct span msg)
{
	h = (h ^ (unsigned)st) * UINT64_C(1099511628211);
	for (size_t i = 0; i < msg.n; i++)
		h = (h ^ (unsigned char)msg.p[i]) * UINT64_C(1099511628211);
	return h;
}

static uint64_t
stream(enum frame_framing framing, struct span in, size_t piece)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	char buf[MAX + 16];
	size_t have = 0, at = 0, used;
	struct framer f;
	struct span msg;

	frame_init(&f, framing, MAX);
	for (;;) {
		size_t n = in.n - at < piece ? in.n - at : piece;
		enum frame_status st;

		if (n > sizeof(buf) - have)
			n = sizeof(buf) - have;
		memcpy(buf + have, in.p + at, n);
		have += n;
		at += n;
		while ((st = frame_next(&f, span_of(buf, have), &msg, &used)) != FRAME_MORE) {
			if (used > have || used == 0 || msg.n > MAX)
				abort();
			if (msg.n > 0 && (msg.p < buf || msg.p + msg.n > buf + have))
				abort();
			hash = mix(hash, st, msg);
			if (st == FRAME_BAD)
				return hash;
			memmove(buf, buf + used, have - used);
			have -= used;
		}
		memmove(buf, buf + used, have - used);
		have -= used;
		if (have == sizeof(buf))
			abort();
		if (at == in.n)
			break;
	}
	return mix(hash, frame_last(&f, span_of(buf, have), &msg), msg);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in, msg;
	size_t used;

	if (size < 2)
		return 0;
	in = span_of((const char *)data + 1, size - 1);
	for (enum frame_framing f = FRAME_AUTO; f <= FRAME_NEWLINE; f++)
		if (stream(f, in, 1 + data[0] % 7) != stream(f, in, 1 + data[0] % 61) || stream(f, in, 1) != stream(f, in, sizeof(size_t) * 10))
			abort();
	while (frame_datagram(in, &msg, &used) != FRAME_MORE) {
		if (used == 0 || used > in.n || (msg.n > 0 && (msg.p < in.p || msg.p + msg.n > in.p + in.n)))
			abort();
		in = span_skip(in, used);
	}
	return 0;
}
