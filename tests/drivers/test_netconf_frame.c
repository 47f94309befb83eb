/*
 * netconf_frame: the same messages in every split of the input, whole or refused, and no memory for a number.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/clock.h"
#include "drivers/transport/netconf_frame.h"
#include "tests/parsers/edge.h"

#define MAX 40

/* What came out, as one line: `whole(text) bad`. */
struct log {
	char text[4096];
	size_t n, used;
};

static void
note(struct log *l, const char *what, struct span msg)
{
	l->n += (size_t)snprintf(l->text + l->n, sizeof(l->text) - l->n, "%s%s(%.*s)", l->n ? " " : "", what, (int)msg.n, msg.p);
}

/* One piece, which ends where no page is.  False: the stream is over. */
static bool
feed_piece(struct netconf_framer *f, struct span piece, struct buffer *message, struct log *out)
{
	while (piece.n > 0) {
		size_t used;
		enum netconf_frame_status st = netconf_framer_feed(f, piece, &used, message);

		cr_assert_leq(used, piece.n);
		out->used += used;
		piece = span_skip(piece, used);
		if (st == NETCONF_FRAME_BAD || st == NETCONF_FRAME_LARGE) {
			note(out, st == NETCONF_FRAME_BAD ? "bad" : "large", SPAN_LIT(""));
			return false;
		}
		if (st == NETCONF_FRAME_MORE) {
			cr_assert_eq(piece.n, 0, "all is used");
			return true;
		}
		note(out, "whole", buffer_span(message));
		buffer_reset(message);
	}
	return true;
}

/* Pieces that end at `a` and `b`; with a == 0 and b == 0: every byte by itself. */
static void
feed(enum netconf_framing framing, struct span in, size_t a, size_t b, struct log *out)
{
	struct edge edge = edge_open();
	struct netconf_framer f;
	struct buffer message;
	size_t at = 0;
	bool more = true;

	buffer_init(&message, MAX);
	netconf_framer_init(&f, framing);
	*out = (struct log){ .n = 0 };
	while (more && at < in.n) {
		size_t stop = b == 0 ? at + 1 : at < a ? a : at < b ? b : in.n;

		more = feed_piece(&f, edge_put(&edge, span_between(in.p + at, in.p + stop)), &message, out);

		at = stop;
	}
	if (more && message.n > 0)
		note(out, "left", buffer_span(&message));
	buffer_fini(&message);
	edge_close(&edge);
}

struct row {
	const char *what, *in, *want;
};

static void
check(enum netconf_framing framing, const struct row *rows, size_t n)
{
	struct log first, other;

	for (size_t i = 0; i < n; i++) {
		struct span in = span_str(rows[i].in);

		feed(framing, in, in.n, in.n, &first);
		cr_expect_str_eq(first.text, rows[i].want, "%s: got %s, want %s", rows[i].what, first.text, rows[i].want);
		for (size_t a = 0; a <= in.n; a++) {
			for (size_t b = a; b <= in.n; b++) {
				feed(framing, in, a, b, &other);
				cr_assert_str_eq(other.text, first.text, "%s: split at %zu and %zu: %s", rows[i].what, a, b, other.text);
				if (!strstr(first.text, "large"))
					cr_assert_eq(other.used, first.used);
			}
		}
	}
}

#define CHECK(framing, rows) check(framing, rows, sizeof(rows) / sizeof(*(rows)))

Test(netconf_frame, the_end_mark_ends_a_message_wherever_it_is_split)
{
	static const struct row rows[] = {
		{ "one message", "<a/>]]>]]>", "whole(<a/>)" },
		{ "two, and the beginning of a third", "<a/>]]>]]>\n<b/>]]>]]>\n<c", "whole(<a/>) whole(\n<b/>) left(\n<c)" },
		{ "an empty message", "]]>]]>]]>]]>x", "whole() whole() left(x)" },
		{ "what only looks like the mark belongs to the message", "]]>]>]]>]]]]>]]>", "whole(]]>]>]]>]])" },
		{ "a bracket too many", "a]]]>]]>b", "whole(a]) left(b)" },
		{ "the mark within a row of marks that are cut", "]]]]>]]]>]]>]]>", "whole(]]]]>])" },
		{ "the end of a CDATA section", "<![CDATA[x]]></a>]]>]]>", "whole(<![CDATA[x]]></a>)" },
		{ "exactly the limit", "0123456789012345678901234567890123456789]]>]]>", "whole(0123456789012345678901234567890123456789)" },
		{ "one byte more", "01234567890123456789012345678901234567890]]>]]>", "large()" },
		{ "the mark's beginning is not lost where it crosses the limit", "01234567890123456789012345678901234567]]>x", "large()" },
		{ "a message that does not end", "<a", "left(<a)" },
	};

	CHECK(NETCONF_END_MARK, rows);
}

Test(netconf_frame, chunks_make_a_message_wherever_they_are_split)
{
	static const struct row rows[] = {
		{ "one chunk", "\n#4\n<a/>\n##\n", "whole(<a/>)" },
		{ "three chunks, two messages", "\n#1\n<\n#2\na/\n#1\n>\n##\n\n#1\nb\n##\n", "whole(<a/>) whole(b)" },
		{ "data that looks like frames", "\n#12\n\n##\n\n#3\n]]>]\n##\n", "whole(\n##\n\n#3\n]]>])" },
		{ "a size of two digits", "\n#10\n0123456789\n##\n", "whole(0123456789)" },
		{ "no chunk at all", "\n##\n", "bad()" },
		{ "a size of 0", "\n#0\n\n##\n", "bad()" },
		{ "a 0 in front", "\n#04\n<a/>\n##\n", "bad()" },
		{ "no size", "\n#\n<a/>", "bad()" },
		{ "a sign", "\n#+4\n<a/>\n##\n", "bad()" },
		{ "the largest size: no memory is taken for it", "\n#4294967295\nabc", "left(abc)" },
		{ "one more", "\n#4294967296\nabc", "bad()" },
		{ "eleven digits", "\n#10000000000\nabc", "bad()" },
		{ "a blank in the size", "\n#4 \n<a/>", "bad()" },
		{ "CR LF", "\r\n#4\r\n<a/>", "bad()" },
		{ "no LF in front", "#4\n<a/>\n##\n", "bad()" },
		{ "the size is less than what follows", "\n#3\n<a/>\n##\n", "bad()" },
		{ "the size is more than what follows", "\n#5\n<a/>\n##\n", "bad()" },
		{ "no LF behind the end", "\n#1\na\n##x", "bad()" },
		{ "an end mark where chunks are spoken", "<a/>]]>]]>", "bad()" },
		{ "the limit, over chunks", "\n#20\n01234567890123456789\n#20\n01234567890123456789\n##\n", "whole(0123456789012345678901234567890123456789)" },
		{ "past it", "\n#20\n01234567890123456789\n#21\n012345678901234567890\n##\n", "large()" },
	};

	CHECK(NETCONF_CHUNKS, rows);
}

Test(netconf_frame, what_is_bad_stays_bad)
{
	struct netconf_framer f;
	struct buffer message;
	size_t used;

	buffer_init(&message, MAX);
	netconf_framer_init(&f, NETCONF_CHUNKS);
	cr_expect_eq(netconf_framer_feed(&f, SPAN_LIT("x"), &used, &message), NETCONF_FRAME_BAD);
	cr_expect_eq(netconf_framer_feed(&f, SPAN_LIT("\n#1\na\n##\n"), &used, &message), NETCONF_FRAME_BAD);
	cr_expect_eq(used, 0);
	buffer_fini(&message);
}

Test(netconf_frame, no_memory_is_taken_for_a_number)
{
	struct netconf_framer f;
	struct buffer message;
	size_t used;

	buffer_init(&message, (size_t)64 << 20);
	netconf_framer_init(&f, NETCONF_CHUNKS);
	cr_expect_eq(netconf_framer_feed(&f, SPAN_LIT("\n#4294967295\na"), &used, &message), NETCONF_FRAME_MORE);
	cr_expect_lt(message.cap, 4096);
	buffer_fini(&message);
}

Test(netconf_frame, what_is_framed_is_read_back)
{
	static const char *const texts[] = { "<a/>", "x", "<b>\n##\n]]></b>" };

	for (int framing = NETCONF_END_MARK; framing <= NETCONF_CHUNKS; framing++) {
		for (size_t i = 0; i < 3; i++) {
			struct buffer out, message;
			struct netconf_framer f;
			size_t used;

			buffer_init(&out, 1024);
			buffer_init(&message, 1024);
			netconf_framer_init(&f, (enum netconf_framing)framing);
			netconf_frame_put(&out, (enum netconf_framing)framing, span_str(texts[i]));
			cr_expect_eq(netconf_framer_feed(&f, buffer_span(&out), &used, &message), NETCONF_FRAME_WHOLE);
			cr_expect_eq(used, out.n);
			cr_expect_str_eq(message.p, texts[i]);
			buffer_fini(&out);
			buffer_fini(&message);
		}
	}
}

/* 8 MB of what is almost a mark, byte by byte: in linear time that is far from seconds. */
Test(netconf_frame, brackets_without_end_take_linear_time)
{
	struct netconf_framer f;
	struct buffer message;
	size_t used;
	int64_t start = clock_monotonic_ns();

	buffer_init(&message, (size_t)64 << 20);
	netconf_framer_init(&f, NETCONF_END_MARK);
	for (int i = 0; i < 8 << 20; i++)
		cr_assert_eq(netconf_framer_feed(&f, span_of(i % 3 == 2 ? ">" : "]", 1), &used, &message), i % 6 == 5 ? NETCONF_FRAME_WHOLE : NETCONF_FRAME_MORE);
	for (int i = 0; i < 8 << 20; i++)
		cr_assert_eq(netconf_framer_feed(&f, SPAN_LIT("]"), &used, &message), NETCONF_FRAME_MORE);
	cr_expect_lt(clock_monotonic_ns() - start, 20 * CLOCK_NS_PER_S);
	buffer_fini(&message);
}
