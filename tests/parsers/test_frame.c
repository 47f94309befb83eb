/*
 * frame: the same messages in every split of the input, within bounds, and none lost without a word.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "parsers/syslog/frame.h"
#include "tests/parsers/edge.h"

#define MAX 40

static const char *const names[] = {
	[FRAME_OK] = "ok", [FRAME_TRUNCATED] = "cut", [FRAME_EMPTY] = "empty", [FRAME_MORE] = "more", [FRAME_RESYNC] = "resync",
	[FRAME_BAD] = "bad",
};

/* What came out, as one line: `ok(text) cut(text) ...` */
struct log {
	char text[4096];
	size_t n;
};

static void
note(struct log *l, enum frame_status st, struct span msg)
{
	l->n += (size_t)snprintf(l->text + l->n, sizeof(l->text) - l->n, "%s%s(%.*s)", l->n ? " " : "", names[st], (int)msg.n, msg.p ? msg.p : "");
}

/* A reader as the collector has one: a buffer of max + 16, filled from pieces that end at the given places. */
static void
feed(enum frame_framing framing, struct span in, size_t a, size_t b, struct log *out)
{
	char buf[MAX + 16];
	size_t have = 0, at = 0;
	struct framer f;
	struct span msg;
	struct edge edge = edge_open();

	frame_init(&f, framing, MAX);
	out->n = 0;
	out->text[0] = '\0';
	for (;;) {
		size_t stop = at < a ? a : at < b ? b : in.n, n, used;
		enum frame_status st;

		n = stop - at < sizeof(buf) - have ? stop - at : sizeof(buf) - have;
		memcpy(buf + have, in.p + at, n);
		have += n;
		at += n;
		do {
			struct span s = edge_put(&edge, span_of(buf, have));

			st = frame_next(&f, s, &msg, &used);
			cr_assert_leq(used, have);
			if (st != FRAME_MORE)
				note(out, st, msg);
			memmove(buf, buf + used, have - used);
			have -= used;
		} while (st != FRAME_MORE && st != FRAME_BAD);
		if (st == FRAME_BAD)
			goto out;
		cr_assert_lt(have, sizeof(buf), "more was asked for with a full buffer");
		if (at == in.n)
			break;
	}
	if (frame_last(&f, span_of(buf, have), &msg) != FRAME_MORE)
		note(out, FRAME_OK, msg);
out:
	edge_close(&edge);
}

struct stream {
	enum frame_framing framing;
	struct span in;
	const char *want;
};

#define IN(s) SPAN_LIT(s)

static const struct stream streams[] = {
	{ FRAME_AUTO, IN(""), "" },
	{ FRAME_AUTO, IN("<13>one\n<13>two\r\nthree"), "ok(<13>one) ok(<13>two) ok(three)" },
	{ FRAME_AUTO, IN("7 <13>one7 <13>two"), "ok(<13>one) ok(<13>two)" },
	{ FRAME_AUTO, IN("8 <13>one\n7 <13>two\n9 <13>six\r\n"), "ok(<13>one) ok(<13>two) ok(<13>six)" },
	{ FRAME_AUTO, IN("7 <13>one<13>line\n0007 <13>two"), "ok(<13>one) ok(<13>line) ok(<13>two)" },
	{ FRAME_AUTO, IN("2023 May  1 10:00:00 sw1 text\n123: r1: text\n"), "ok(2023 May  1 10:00:00 sw1 text) ok(123: r1: text)" },
	{ FRAME_AUTO, IN("12 monkeys\n7 <x>one\n"), "ok(12 monkeys) ok(7 <x>one)" },
	{ FRAME_AUTO, IN("\n\r\n\0\n<13>a\n"), "empty() empty() empty() ok(<13>a)" },
	{ FRAME_AUTO, IN("9 <13>a\nb\nc7 <13>two"), "ok(<13>a\nb\nc) ok(<13>two)" },
	{ FRAME_AUTO, IN("<13>a\0\n<13>b\0\0"), "ok(<13>a) ok(<13>b)" },
	/* a NUL ends a line as a newline does, with or without one */
	{ FRAME_AUTO, IN("<13>a\0<13>b\0<13>c\0"), "ok(<13>a) ok(<13>b) ok(<13>c)" },
	{ FRAME_AUTO, IN("<13>a\0\r\n<13>b\r\n\0<13>c"), "ok(<13>a) ok(<13>b) empty() ok(<13>c)" },
	{ FRAME_AUTO, IN("one\0two\0\0\0\n\n7 <13>six\0<13>d\0"), "ok(one) ok(two) ok(<13>six) ok(<13>d)" },
	{ FRAME_NEWLINE, IN("\0\0\0<13>a\n7 <13>b\0c\n"), "empty() ok(<13>a) ok(7 <13>b) ok(c)" },
	{ FRAME_OCTET, IN("7 <13>one\0" "8 <13>\0two<13>six\0" "5 <13>a"), "ok(<13>one) ok(<13>) resync(<13>six) ok(<13>a)" },     /* told up to its NUL */
	{ FRAME_AUTO, IN("<13>3456789012345678901234567890123456789012345678901234\0<13>b\0<13>c\n"),
	    "cut(<13>345678901234567890123456789012345678) ok(<13>b) ok(<13>c)" },
	{ FRAME_AUTO, IN("5 <13>one and more\0<13>two\0"), "ok(<13>o) ok(ne and more) ok(<13>two)" },
	/* 40 bytes are the most */
	{ FRAME_AUTO, IN("<13>345678901234567890123456789012345678\n<13>b\n"),
	    "ok(<13>345678901234567890123456789012345678) ok(<13>b)" },
	{ FRAME_AUTO, IN("<13>345678901234567890123456789012345678\r\n<13>b\n"),
	    "ok(<13>345678901234567890123456789012345678) ok(<13>b)" },
	{ FRAME_AUTO, IN("<13>3456789012345678901234567890123456789\n<13>b\n"),
	    "cut(<13>345678901234567890123456789012345678) ok(<13>b)" },
	{ FRAME_AUTO, IN("<13>3456789012345678901234567890123456789012345678901234567890123456789012\n<13>b\n"),
	    "cut(<13>345678901234567890123456789012345678) ok(<13>b)" },
	{ FRAME_AUTO, IN("50 <13>34567890123456789012345678901234567890123456785 <13>b"),
	    "cut(<13>345678901234567890123456789012345678) ok(<13>b)" },
	{ FRAME_AUTO, IN("48 <13>34567890123456789012345678901234567890123456xy5 <13>b\n"),
	    "cut(<13>345678901234567890123456789012345678) resync(xy) ok(<13>b)" },
	{ FRAME_AUTO, IN("99999999999999999999 <13>a\n<13>b\n"), "ok(99999999999999999999 <13>a) ok(<13>b)" },
	{ FRAME_AUTO, IN("999999999999 <13>a\n<13>b\n"), "ok(999999999999 <13>a) ok(<13>b)" },
	{ FRAME_AUTO, IN("0 <13>a\n"), "empty() ok(<13>a)" },
	/* a count that is too small, and what follows it is found again */
	{ FRAME_AUTO, IN("5 <13>one and more7 <13>two7 <13>six"), "ok(<13>o) resync(ne and more) ok(<13>two) ok(<13>six)" },
	{ FRAME_AUTO, IN("5 <13>one and more\n<13>two\n"), "ok(<13>o) ok(ne and more) ok(<13>two)" },
	/* behind a counted message anything but a count is a line */
	{ FRAME_AUTO, IN("9 <13>hello2023 May  1 10:00:00 one\nplain two\n"), "ok(<13>hello) ok(2023 May  1 10:00:00 one) ok(plain two)" },
	{ FRAME_AUTO, IN("7 <13>oneplain\n7 <13>two: plain\n"), "ok(<13>one) ok(plain) ok(<13>two) ok(: plain)" },
	/* a count that nobody means: what follows it is found again, with line ends or without */
	{ FRAME_AUTO, IN("99999999 <13>a7 <13>two7 <13>six"), "resync(99999999 <13>a) ok(<13>two) ok(<13>six)" },
	{ FRAME_AUTO, IN("99999999 <13>789012345678901234567890123456789012345678901234567890123456789012345678901\n<13>b\n"),
	    "resync(99999999 <13>789012345678901234567890123) resync(4567890123456789012345678901234567890123) ok(45678901) ok(<13>b)" },
	/* a line without an end: counted messages behind it are not part of its rest */
	{ FRAME_AUTO, IN("plain 7890123456789012345678901234567890 and the rest 12 xx 7 <13>two7 <13>six"),
	    "cut(plain 7890123456789012345678901234567890) ok(<13>two) ok(<13>six)" },
	{ FRAME_NEWLINE, IN("plain 7890123456789012345678901234567890 and the rest 12 xx 7 <13>two\n7 <13>six"),
	    "cut(plain 7890123456789012345678901234567890) ok(7 <13>six)" },
	{ FRAME_OCTET, IN("5 <13>one\n<13>two 7 <13>six"), "ok(<13>o) resync(ne) resync(<13>two ) ok(<13>six)" },
	{ FRAME_OCTET, IN("<13>one\n<13>two\r\n<13>six\n"), "resync(<13>one) resync(<13>two) resync(<13>six)" },
	{ FRAME_OCTET, IN("hello 7 <13>two"), "resync(hello ) ok(<13>two)" },
	{ FRAME_OCTET, IN("<13>a line, and no count at all in it, however far one reads on"), "bad(<13>a line, and no count at all in it, h)" },
	{ FRAME_OCTET, IN("7 <13>two\n\n7 <13>six"), "ok(<13>two) ok(<13>six)" },
	{ FRAME_NEWLINE, IN("7 <13>one\n7 <13>two"), "ok(7 <13>one) ok(7 <13>two)" },
	/* the peer closes within a message */
	{ FRAME_AUTO, IN("30 <13>only a part"), "ok(<13>only a part)" },
	{ FRAME_AUTO, IN("7 <13>one12"), "ok(<13>one) ok(12)" },
};

Test(frame, gives_the_same_messages_in_every_split)
{
	static struct log got;

	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		const struct stream *s = &streams[i];

		for (size_t a = 0; a <= s->in.n; a++)
			for (size_t b = a; b <= s->in.n; b++) {
				feed(s->framing, s->in, a, b, &got);
				cr_expect_str_eq(got.text, s->want, "stream %zu, split at %zu and %zu: %s", i, a, b, got.text);
				if (strcmp(got.text, s->want) != 0)
					a = b = s->in.n;
			}
	}
}

Test(frame, tells_why_a_stream_is_given_up)
{
	struct framer f;
	struct span msg;
	size_t used;

	frame_init(&f, FRAME_OCTET, 8);
	cr_assert_eq(frame_next(&f, SPAN_LIT("no count in all of this text"), &msg, &used), FRAME_BAD);
	cr_assert_not_null(f.reason);
	cr_assert_eq(used, 8);
}

struct datagram {
	struct span in;
	const char *want;
};

static const struct datagram datagrams[] = {
	{ IN("<13>one"), "ok(<13>one)" },
	{ IN("<13>one\r\n\0\n"), "ok(<13>one)" },
	{ IN("<13>one\n<14>two\n<189>three"), "ok(<13>one) ok(<14>two) ok(<189>three)" },
	{ IN("<13>one\n  more of it\n<x>and\n<1234>more\n"), "ok(<13>one\n  more of it\n<x>and\n<1234>more)" },
	{ IN("<13>one\n\n\n<14>two"), "ok(<13>one) ok(<14>two)" },
	{ IN("\n<14>two"), "empty() ok(<14>two)" },
	{ IN("\0\r\n"), "empty()" },
	{ IN("<13>one\n<1"), "ok(<13>one\n<1)" },
	{ IN(""), "" },
};

Test(frame, splits_a_datagram_only_where_a_pri_follows)
{
	static struct log got;
	struct edge edge = edge_open();

	for (size_t i = 0; i < sizeof(datagrams) / sizeof(datagrams[0]); i++) {
		struct span in = edge_put(&edge, datagrams[i].in), msg;
		enum frame_status st;
		size_t used;

		got.n = 0;
		got.text[0] = '\0';
		while ((st = frame_datagram(in, &msg, &used)) != FRAME_MORE) {
			note(&got, st, msg);
			cr_assert_gt(used, 0);
			in = span_skip(in, used);
		}
		cr_expect_str_eq(got.text, datagrams[i].want, "datagram %zu: %s", i, got.text);
	}
	edge_close(&edge);
}

Test(frame, a_counted_message_that_its_peer_cut_off_is_marked)
{
	struct framer f;
	struct span msg;

	frame_init(&f, FRAME_AUTO, 1024);
	cr_expect_eq(frame_last(&f, SPAN_LIT("50 <13>cut"), &msg), FRAME_TRUNCATED);
	cr_expect(span_eq(msg, SPAN_LIT("<13>cut")));
	frame_init(&f, FRAME_AUTO, 1024);
	cr_expect_eq(frame_last(&f, SPAN_LIT("7 <13>all"), &msg), FRAME_OK);
}
