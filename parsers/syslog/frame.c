/*
 * frame: finds messages in bytes.  Keeps no bytes, only how much of a message that was too long is still to come.
 */
#include "parsers/syslog/frame.h"

#include "parsers/syslog/scan.h"

#define MAX_COUNT_DIGITS 12
#define MAX_COUNT (UINT64_C(16) << 20)  /* a longer message is not meant: the count is bad */

enum count { COUNT_NONE, COUNT_MORE, COUNT_BAD, COUNT_GOOD };

void
frame_init(struct framer *f, enum frame_framing framing, size_t max_bytes)
{
	*f = (struct framer){ .framing = framing, .max_bytes = max_bytes };
}

/* MSG-LEN SP, and then `<` and a digit (RFC 6587 section 3.4.1); *head is how long the count is with its blank. */
static enum count
read_count(struct span in, size_t *head, uint64_t *count)
{
	const char *p = in.p, *end = in.p + in.n, *q = scan_digits(p, end);

	if (q == p)
		return in.n ? COUNT_NONE : COUNT_MORE;
	if (q - p > MAX_COUNT_DIGITS)
		return COUNT_NONE;
	if (end - q < 3) {
		if ((q < end && *q != ' ') || (end - q > 1 && q[1] != '<'))
			return COUNT_NONE;
		return COUNT_MORE;
	}
	if (q[0] != ' ' || q[1] != '<' || !span_is_digit(q[2]))
		return COUNT_NONE;
	*head = (size_t)(q + 1 - p);
	*count = 0;
	for (; p < q; p++)
		*count = *count * 10 + (uint64_t)(*p - '0');
	return *count > MAX_COUNT ? COUNT_BAD : COUNT_GOOD;
}

/* Where the first line of these bytes ends: a newline, or the NUL that some put there (RFC 6587 section 3.4.2); NULL if it does not. */
static const char *
line_end(const char *p, size_t n)
{
	const char *nl = n ? memchr(p, '\n', n) : NULL, *nul = n ? memchr(p, '\0', nl ? (size_t)(nl - p) : n) : NULL;

	return nul ? nul : nl;
}

/* One line end, and NULs on either side of it. */
static struct span
strip(struct span s)
{
	while (s.n > 0 && s.p[s.n - 1] == '\0')
		s.n--;
	if (s.n > 0 && s.p[s.n - 1] == '\n')
		s.n--;
	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	while (s.n > 0 && s.p[s.n - 1] == '\0')
		s.n--;
	return s;
}

static enum frame_status
cut(const struct framer *f, struct span s, struct span *msg)
{
	*msg = s;
	if (s.n == 0)
		return FRAME_EMPTY;
	if (s.n <= f->max_bytes)
		return FRAME_OK;
	msg->n = f->max_bytes;
	return FRAME_TRUNCATED;
}

static enum frame_status
next_counted(struct framer *f, struct span in, struct span *msg, size_t *used)
{
	size_t head = 0;
	uint64_t count = 0;

	(void)read_count(in, &head, &count);
	in = span_skip(in, head);
	if (in.n < count && in.n < f->max_bytes)
		return FRAME_MORE;
	f->counted = true;
	if (count <= f->max_bytes) {
		if (in.n < count)
			return FRAME_MORE;
		*used += head + (size_t)count;
		return cut(f, strip(span_of(in.p, (size_t)count)), msg);
	}
	*msg = span_of(in.p, f->max_bytes);
	*used += head + (in.n < count ? in.n : (size_t)count);
	f->skip = in.n < count ? count - in.n : 0;
	return FRAME_TRUNCATED;
}

/*
 * The first place behind the start, and not behind `last`, where a counted message could begin: NULL if there is none.  One that is too
 * near to the end to tell is not *certain.
 */
static const char *
next_start(struct span in, const char *last, bool *certain)
{
	const char *end = in.p + in.n;

	for (const char *p = in.p + 1; p < end && p <= last; p++) {
		enum count c = COUNT_NONE;
		uint64_t count;
		size_t head;

		if (span_is_digit(*p) && !span_is_digit(p[-1]))
			c = read_count(span_between(p, end), &head, &count);
		if (c == COUNT_GOOD || c == COUNT_MORE) {
			*certain = c == COUNT_GOOD;
			return p;
		}
	}
	*certain = false;
	return NULL;
}

static enum frame_status
next_line(struct framer *f, struct span in, struct span *msg, size_t *used)
{
	size_t reach = f->max_bytes + 2;        /* CR and LF */
	const char *nl = line_end(in.p, in.n);

	f->counted = false;
	if (!nl && in.n <= reach)
		return FRAME_MORE;
	if (!nl || (size_t)(nl - in.p) > reach) {
		*msg = span_of(in.p, f->max_bytes);
		*used += f->max_bytes;
		f->skip_line = true;
		return FRAME_TRUNCATED;
	}
	f->nul = *nl == '\0';
	*used += (size_t)(nl - in.p) + 1;
	return cut(f, strip(span_between(in.p, nl + 1)), msg);
}

/*
 * No count where one could be, in a stream that may have lines: a line, if its end is there before the next plausible count.  Else the
 * count before it, or here, was wrong: what stands before the next one is handed out, the largest message's size at a time.
 */
static enum frame_status
next_uncounted(struct framer *f, struct span in, struct span *msg, size_t *used)
{
	size_t reach = f->max_bytes + 2, n;
	const char *nl = line_end(in.p, in.n <= reach ? in.n : reach + 1), *start;
	bool certain;

	start = next_start(in, nl ? nl : in.p + (in.n < f->max_bytes ? in.n : f->max_bytes), &certain);
	if (nl && !start)
		return next_line(f, in, msg, used);
	if (!certain && (start || in.n <= reach))
		return FRAME_MORE;
	n = start ? (size_t)(start - in.p) : f->max_bytes;
	if (n > f->max_bytes)
		n = f->max_bytes;
	f->reason = "no octet count where one was due";
	f->counted = true;
	*msg = span_of(in.p, n);
	*used += n;
	return FRAME_RESYNC;
}

/*
 * FRAME_OCTET, and something else than a count: the one before it was wrong.  All up to the next plausible start is handed out, and if
 * that is further away than the largest message there is no way on.
 */
static enum frame_status
resync(struct framer *f, struct span in, struct span *msg, size_t *used)
{
	bool certain;
	const char *start = next_start(in, in.p + in.n, &certain);
	const char *nl = line_end(in.p, start ? (size_t)(start - in.p) : in.n);
	size_t n = start ? (size_t)(start - in.p) : in.n;

	f->counted = true;
	if (nl && (size_t)(nl - in.p) <= f->max_bytes) {
		/* The peer may send lines and no counts at all: each is a message. */
		f->reason = "no octet count where one was due: a line";
		*msg = strip(span_between(in.p, nl + 1));
		*used += (size_t)(nl - in.p) + 1;
		return FRAME_RESYNC;
	}
	if (!certain && in.n < f->max_bytes + 16)
		return FRAME_MORE;
	f->reason = "no octet count where one was due";
	if (n >= f->max_bytes) {
		n = f->max_bytes;
		f->reason = "no octet count, and none within the largest message";
	}
	*msg = span_of(in.p, n);
	*used += n;
	return n == f->max_bytes ? FRAME_BAD : FRAME_RESYNC;
}

/*
 * How much of the rest of a cut line goes: up to its end or, where counts are allowed, up to one, since a stream of counted messages has no
 * line ends.  The byte before what may become a count stays, too.
 */
static size_t
rest_of_line(struct framer *f, struct span in)
{
	const char *nl = line_end(in.p, in.n), *start = NULL;
	bool certain = false;

	if (f->framing == FRAME_AUTO && in.n > 0)
		start = next_start(in, nl ? nl : in.p + in.n, &certain);
	f->skip_line = !nl && !certain;
	if (start)
		return (size_t)(start - in.p) - (certain ? 0 : 1);
	if (nl) {
		f->nul = *nl == '\0';
		return (size_t)(nl - in.p) + 1;
	}
	return f->framing == FRAME_AUTO && in.n > 0 ? in.n - 1 : in.n;
}

/* What is left of a message that was cut: false if it is not all here. */
static bool
skip(struct framer *f, struct span *in, size_t *used)
{
	size_t n = f->skip < in->n ? (size_t)f->skip : in->n;

	*in = span_skip(*in, n);
	*used += n;
	f->skip -= n;
	if (f->skip_line) {
		n = rest_of_line(f, *in);
		*in = span_skip(*in, n);
		*used += n;
	}
	return f->skip == 0 && !f->skip_line;
}

/* Some put a line end behind a counted message and do not count it, or more of them behind a NUL. */
static void
skip_line_ends(struct framer *f, struct span *in, size_t *used)
{
	if (!f->counted && f->framing != FRAME_OCTET && !f->nul)
		return;
	while (in->n > 0 && (in->p[0] == '\n' || in->p[0] == '\r' || in->p[0] == '\0')) {
		*in = span_skip(*in, 1);
		++*used;
	}
	f->nul &= in->n == 0;
}

enum frame_status
frame_next(struct framer *f, struct span in, struct span *msg, size_t *used)
{
	enum count c;
	size_t head;
	uint64_t count;

	*msg = SPAN_NONE;
	*used = 0;
	f->reason = NULL;
	if (in.n == 0 || !skip(f, &in, used))
		return FRAME_MORE;
	skip_line_ends(f, &in, used);
	if (f->framing == FRAME_NEWLINE)
		return in.n ? next_line(f, in, msg, used) : FRAME_MORE;
	if (in.n == 0)
		return FRAME_MORE;
	c = read_count(in, &head, &count);
	if (c == COUNT_GOOD)
		return next_counted(f, in, msg, used);
	if (c == COUNT_MORE)
		return FRAME_MORE;
	if (f->framing == FRAME_OCTET)
		return resync(f, in, msg, used);
	if (c == COUNT_BAD || (f->counted && in.p[0] != '<'))
		return next_uncounted(f, in, msg, used);
	return next_line(f, in, msg, used);
}

enum frame_status
frame_last(struct framer *f, struct span in, struct span *msg)
{
	size_t head = 0, used = 0;
	uint64_t count;
	bool cut_off = false;

	*msg = SPAN_NONE;
	if (in.n == 0 || !skip(f, &in, &used))
		return FRAME_MORE;
	skip_line_ends(f, &in, &used);
	if (f->framing != FRAME_NEWLINE && read_count(in, &head, &count) == COUNT_GOOD) {
		in = span_skip(in, head);
		cut_off = in.n < count;         /* the peer went before it had sent all of it */
	}
	switch (cut(f, strip(in), msg)) {
	case FRAME_EMPTY:
		return FRAME_MORE;
	case FRAME_TRUNCATED:
		return FRAME_TRUNCATED;
	default:
		return cut_off ? FRAME_TRUNCATED : FRAME_OK;
	}
}

/* `<`, 1 to 3 digits, `>` */
static bool
is_pri(const char *p, const char *end)
{
	const char *q;

	if (!scan_at(p, end, '<'))
		return false;
	q = scan_digits(p + 1, end);
	return q - p >= 2 && q - p <= 4 && scan_at(q, end, '>');
}

enum frame_status
frame_datagram(struct span in, struct span *msg, size_t *used)
{
	const char *end = in.p + in.n, *nl = in.p;

	*msg = SPAN_NONE;
	*used = 0;
	if (in.n == 0)
		return FRAME_MORE;
	while ((nl = memchr(nl, '\n', (size_t)(end - nl))) && !is_pri(nl + 1, end))
		nl++;
	*used = nl ? (size_t)(nl + 1 - in.p) : in.n;
	*msg = span_of(in.p, nl ? (size_t)(nl - in.p) : in.n);
	while (msg->n > 0 && (msg->p[msg->n - 1] == '\n' || msg->p[msg->n - 1] == '\r' || msg->p[msg->n - 1] == '\0'))
		msg->n--;
	return msg->n ? FRAME_OK : FRAME_EMPTY;
}
