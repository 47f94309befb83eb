#include "drivers/transport/netconf_frame.h"

#define MARK SPAN_LIT("]]>]]>")
#define MAX_DIGITS 10                   /* of 4294967295 */

/* Of chunks.  With the end mark, the state is how many bytes of it were seen. */
enum {
	BEFORE_LF,
	BEFORE_HASH,
	BEFORE_SIZE,
	IN_SIZE,
	IN_DATA,
	BEFORE_END,             /* "\n##", and an LF to come */
	IS_BAD,
};

void
netconf_framer_init(struct netconf_framer *f, enum netconf_framing framing)
{
	*f = (struct netconf_framer){ .framing = framing };
}

/* How much of the mark the stream ends in, one byte later. */
static int
mark_step(int seen, char c)
{
	static const int shorter[] = { 0, 0, 1, 0, 1, 2 };      /* what of a shorter mark a longer one ends in */

	while (seen > 0 && MARK.p[seen] != c)
		seen = shorter[seen];
	return MARK.p[seen] == c ? seen + 1 : 0;
}

/* Behind what cannot be a mark. */
static size_t
skip_plain(struct span in, size_t i)
{
	const char *p = memchr(in.p + i, ']', in.n - i);

	return p ? (size_t)(p - in.p) : in.n;
}

/* What may be the mark's beginning is held back: it is known, so a number is enough. */
static enum netconf_frame_status
feed_end_mark(struct netconf_framer *f, struct span in, size_t *used, struct buffer *message)
{
	size_t held = (size_t)f->state, i = 0, ready;

	while (i < in.n && f->state < (int)MARK.n) {
		if (f->state == 0 && (i = skip_plain(in, i)) == in.n)
			break;
		f->state = mark_step(f->state, in.p[i++]);
	}
	ready = held + i - (size_t)f->state;
	if (held > ready)
		held = ready;
	buffer_put(message, span_of(MARK.p, held));
	buffer_put(message, span_of(in.p, ready - held));
	*used = i;
	if (message->failed)
		return NETCONF_FRAME_LARGE;
	if (f->state < (int)MARK.n)
		return NETCONF_FRAME_MORE;
	f->state = 0;
	return NETCONF_FRAME_WHOLE;
}

/* One byte of the size: the next state. */
static int
take_digit(struct netconf_framer *f, char c)
{
	uint64_t size;

	if (c == '\n')
		return IN_DATA;
	if (!span_is_digit(c) || f->digits == MAX_DIGITS)
		return IS_BAD;
	size = (uint64_t)f->chunk_left * 10 + (uint64_t)(c - '0');
	if (size > UINT32_MAX)
		return IS_BAD;
	f->chunk_left = (uint32_t)size;
	f->digits++;
	return IN_SIZE;
}

/* Behind "\n#".  A message has one chunk at least: `digits` is of the one before. */
static int
begin_size(struct netconf_framer *f, char c)
{
	if (c == '#')
		return f->digits > 0 ? BEFORE_END : IS_BAD;
	f->chunk_left = 0;
	f->digits = 0;
	return c >= '1' && c <= '9' ? take_digit(f, c) : IS_BAD;
}

/* One byte that is no data: the next state. */
static int
step(struct netconf_framer *f, char c)
{
	switch (f->state) {
	case BEFORE_LF:
		return c == '\n' ? BEFORE_HASH : IS_BAD;
	case BEFORE_HASH:
		return c == '#' ? BEFORE_SIZE : IS_BAD;
	case BEFORE_SIZE:
		return begin_size(f, c);
	case IN_SIZE:
		return take_digit(f, c);
	default:
		return IS_BAD;
	}
}

/* As many bytes of `in` as belong to the chunk. */
static size_t
take_data(struct netconf_framer *f, struct span in, struct buffer *message)
{
	if (in.n > f->chunk_left)
		in.n = f->chunk_left;
	buffer_put(message, in);
	f->chunk_left -= (uint32_t)in.n;
	if (f->chunk_left == 0)
		f->state = BEFORE_LF;
	return in.n;
}

static enum netconf_frame_status
feed_chunks(struct netconf_framer *f, struct span in, size_t *used, struct buffer *message)
{
	size_t i = 0;

	while (i < in.n && f->state != IS_BAD) {
		if (f->state == IN_DATA) {
			i += take_data(f, span_skip(in, i), message);
			if (message->failed)
				break;
		} else if (f->state == BEFORE_END && in.p[i] == '\n') {
			netconf_framer_init(f, NETCONF_CHUNKS);
			*used = i + 1;
			return NETCONF_FRAME_WHOLE;
		} else if ((f->state = step(f, in.p[i])) != IS_BAD) {
			i++;
		}
	}
	*used = i;
	if (message->failed)
		return NETCONF_FRAME_LARGE;
	return f->state == IS_BAD ? NETCONF_FRAME_BAD : NETCONF_FRAME_MORE;
}

enum netconf_frame_status
netconf_framer_feed(struct netconf_framer *f, struct span in, size_t *used, struct buffer *message)
{
	if (f->framing == NETCONF_CHUNKS)
		return feed_chunks(f, in, used, message);
	return feed_end_mark(f, in, used, message);
}

void
netconf_frame_put(struct buffer *out, enum netconf_framing framing, struct span text)
{
	if (framing == NETCONF_END_MARK) {
		buffer_put(out, text);
		buffer_put(out, MARK);
		return;
	}
	while (text.n > 0) {
		struct span chunk = span_of(text.p, text.n < UINT32_MAX ? text.n : UINT32_MAX);

		buffer_printf(out, "\n#%zu\n", chunk.n);
		buffer_put(out, chunk);
		text = span_skip(text, chunk.n);
	}
	buffer_puts(out, "\n##\n");
}
