/*
 * Any bytes as acknowledgements: whatever pieces they come in, the same is acknowledged, and never more than was sent.  And as lines: what goes out
 * is frames of just these, compressed or not.
 */
#include <stdlib.h>

#include "outputs/lumber_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* FNV-1a over outcomes; what is acknowledged goes to *acked. */
static uint64_t
acknowledge(struct span in, size_t piece, unsigned windows, uint64_t *acked)
{
	uint64_t hash = UINT64_C(14695981039346656037), sent = 0;
	struct lumber_acks acks;

	lumber_acks_init(&acks);
	*acked = 0;
	for (unsigned i = 0; i < windows; i++) {
		lumber_acks_open(&acks, 1 + i * 3);
		sent += 1 + i * 3;
	}
	while (in.n > 0) {
		struct span some = span_of(in.p, in.n < piece ? in.n : piece);
		enum lumber_ack ack;
		uint32_t events;

		in = span_skip(in, some.n);
		while ((ack = lumber_acks_read(&acks, &some, &events)) != LUMBER_MORE) {
			hash = (hash ^ (unsigned)ack ^ (uint64_t)events << 8) * UINT64_C(1099511628211);
			*acked += events;
			if (*acked > sent || (ack == LUMBER_ACK) != (events > 0) || acks.n > windows || (acks.n == 0 && *acked != sent))
				abort();
			if (ack == LUMBER_BAD)
				return hash;
		}
	}
	return hash;
}

static uint32_t
number(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Two events of these bytes, one wrapped. */
static void
write_window(struct lumber_writer *w, int level, struct span line)
{
	if (lumber_writer_init(w, level) == -1 || lumber_begin(w, 2) == -1 || lumber_event(w, 1, line) == -1 ||
	    lumber_wrapped(w, 2, SPAN_LIT("message"), line) == -1 || lumber_end(w) == -1)
		abort();
}

static void
lines(int level, struct span line)
{
	struct lumber_writer plain, packed;
	uLongf n;
	unsigned char *out;

	write_window(&plain, 0, line);
	write_window(&packed, level, line);
	n = plain.out.n;
	out = malloc(n);
	if (number(plain.out.p + 2) != 2 || number(plain.out.p + 12) != line.n || memcmp(plain.out.p + 16, line.p, line.n) != 0)
		abort();
	if (number(plain.out.p + 16 + line.n + 6) != plain.out.n - 26 - line.n)
		abort();
	if (number(packed.out.p + 8) != packed.out.n - 12 || uncompress(out, &n, packed.out.p + 12, packed.out.n - 12) != Z_OK ||
	    n != plain.out.n - 6 || memcmp(out, plain.out.p + 6, n) != 0)
		abort();
	free(out);
	lumber_writer_fini(&plain);
	lumber_writer_fini(&packed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t one, other;
	unsigned windows;
	struct span in;

	if (size < 2)
		return 0;
	windows = data[0] % (LUMBER_WINDOWS + 1);
	in = span_of((const char *)data + 1, size - 1);
	if (acknowledge(in, 1, windows, &one) != acknowledge(in, 1 + data[0] % 13, windows, &other) || one != other)
		abort();
	if (acknowledge(in, 1, windows, &one) != acknowledge(in, size, windows, &other) || one != other)
		abort();
	lines(1 + data[0] % 9, in);
	return 0;
}
