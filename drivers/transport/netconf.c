/*
 * One request at a time.  Whatever leaves it open which answer comes next (a timeout, a bad frame, an answer to something else) ends the session: `broken`.
 */
#include "drivers/transport/netconf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "drivers/transport/netconf_frame.h"
#include "drivers/transport/netconf_hello.h"
#include "drivers/transport/netconf_reply.h"
#include "drivers/transport/ssh.h"

#define SUBSYSTEM "netconf"
#define MAX_STREAM_BYTES ((size_t)4 << 20)      /* of one read; what a message is made of goes on to it at once */
#define MAX_QUOTE_BYTES 120
#define CLOSE_NS CLOCK_NS_PER_S
#define RPC "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rpc message-id=\"%s\" xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\">"

struct netconf {
	struct transport base;
	struct ssh *ssh;
	struct netconf_framer framer;
	struct netconf_hello hello;
	struct buffer stream;           /* what was read and belongs to no message yet */
	uint64_t last_id;
	bool within;                    /* a message has begun */
	bool broken;
};

static int ask(struct transport *, struct device *, struct span request, struct buffer *answer);
static bool is_alive(struct transport *, struct device *);
static void close_session(struct transport *, struct device *);

static const struct transport_kind kind = { .name = "netconf", .ask = ask, .alive = is_alive, .close = close_session };

static struct netconf *
netconf_of(const struct device *d)
{
	return d->wire && d->wire->kind == &kind ? (struct netconf *)d->wire : NULL;
}

/* ---- messages ---- */

static int
send_message(struct netconf *n, struct device *d, struct span text, int64_t deadline_ns)
{
	struct buffer out;
	int rc = -1;

	buffer_init(&out, text.n + 64);
	netconf_frame_put(&out, n->framer.framing, text);
	if (out.failed)
		device_fail(d, DEVICE_MEMORY, "no memory for a request");
	else
		rc = ssh_link_write(n->ssh, d, buffer_span(&out), deadline_ns);
	buffer_fini(&out);
	return rc;
}

static int
send_rpc(struct netconf *n, struct device *d, struct span request, const char *id, int64_t deadline_ns)
{
	struct buffer rpc;
	int rc = -1;

	buffer_init(&rpc, request.n + 256);
	buffer_printf(&rpc, RPC, id);
	buffer_put(&rpc, request);
	buffer_puts(&rpc, "</rpc>");
	if (rpc.failed)
		device_fail(d, DEVICE_MEMORY, "no memory for a request");
	else
		rc = send_message(n, d, buffer_span(&rpc), deadline_ns);
	buffer_fini(&rpc);
	return rc;
}

/* Some devices put more line ends between two messages than the one that belongs to a chunk.  What is left: 0 where one blank may be that one. */
static size_t
skip_blanks(struct netconf *n)
{
	struct span s = buffer_span(&n->stream);
	size_t i = 0;

	if (n->within || n->framer.framing != NETCONF_CHUNKS)
		return s.n;
	while (i + 1 < s.n && span_is_space(s.p[i]) && span_is_space(s.p[i + 1]))
		i++;
	buffer_consume(&n->stream, i);
	return n->stream.n == 1 && span_is_space(n->stream.p[0]) ? 0 : n->stream.n;
}

/* What is there becomes part of the message: 1 once it is whole, 0, or -1 after device_fail(). */
static int
take(struct netconf *n, struct device *d, struct buffer *message)
{
	enum netconf_frame_status st = NETCONF_FRAME_MORE;
	size_t used;

	if (skip_blanks(n) == 0)
		return 0;
	st = netconf_framer_feed(&n->framer, buffer_span(&n->stream), &used, message);
	buffer_consume(&n->stream, used);
	n->within = st == NETCONF_FRAME_MORE;
	switch (st) {
	case NETCONF_FRAME_WHOLE:
		return 1;
	case NETCONF_FRAME_BAD:
		return device_fail(d, DEVICE_ANSWER, "what the device sends is not framed as NETCONF 1.1 asks for");
	case NETCONF_FRAME_LARGE:
		return device_fail(d, DEVICE_ANSWER, "the device's answer has more than %zu bytes", message->limit_bytes);
	default:
		return 0;
	}
}

/* A device that ends the session may have said why, and not in XML. */
static int
fail_closed(struct device *d, const struct buffer *message)
{
	struct span s = span_trim(buffer_span(message));
	char quote[MAX_QUOTE_BYTES + 1];
	size_t n = 0;

	for (; n < s.n && n < MAX_QUOTE_BYTES && s.p[n] != '\n' && s.p[n] != '\r'; n++)
		quote[n] = s.p[n] >= ' ' && s.p[n] <= '~' ? s.p[n] : '?';
	quote[n] = '\0';
	return device_fail(d, DEVICE_CLOSED, n > 0 ? "the device closed the NETCONF session: \"%s\"" : "the device closed the NETCONF session%s", quote);
}

static int
receive(struct netconf *n, struct device *d, struct buffer *message, int64_t deadline_ns)
{
	int rc;

	while ((rc = take(n, d, message)) == 0) {
		ssize_t got;

		if (device_left_ms(deadline_ns) == 0)
			return device_fail(d, DEVICE_TIMEOUT, "no answer in time");
		got = ssh_link_read(n->ssh, d, &n->stream, deadline_ns);
		if (got == 0)
			return fail_closed(d, message);
		if (got < 0)
			return -1;
	}
	return rc == 1 ? 0 : -1;
}

/* ---- what a transport does ---- */

/* 0, or -1 after device_fail(); the session is broken unless it is the device that said no. */
static int
exchange(struct netconf *n, struct device *d, struct span request, struct buffer *answer)
{
	int64_t deadline_ns = device_deadline_ns(d);
	enum netconf_reply outcome = NETCONF_REPLY_ALIEN;
	char id[24];

	snprintf(id, sizeof(id), "%" PRIu64, ++n->last_id);
	n->broken = true;
	if (send_rpc(n, d, request, id, deadline_ns) == -1)
		return -1;
	do {
		buffer_reset(answer);
		if (receive(n, d, answer, deadline_ns) == -1)
			return -1;
		outcome = netconf_reply_check(d, buffer_span(answer), id);
	} while (outcome == NETCONF_REPLY_NOTIFICATION);
	n->broken = outcome == NETCONF_REPLY_ALIEN;
	return outcome == NETCONF_REPLY_FINE ? 0 : -1;
}

static int
ask(struct transport *t, struct device *d, struct span request, struct buffer *answer)
{
	struct netconf *n = (struct netconf *)t;

	if (n->broken)
		return device_fail(d, DEVICE_CLOSED, "the NETCONF session is over");
	return exchange(n, d, request, answer);
}

static bool
is_alive(struct transport *t, struct device *d)
{
	struct netconf *n = (struct netconf *)t;

	(void)d;
	return !n->broken && ssh_link_alive(n->ssh);
}

static void
free_session(struct netconf *n)
{
	ssh_link_close(&n->ssh);
	netconf_hello_fini(&n->hello);
	buffer_fini(&n->stream);
	free(n);
}

/* Its answer is waited for, since some devices log a session that was cut. */
static void
close_session(struct transport *t, struct device *d)
{
	struct netconf *n = (struct netconf *)t;
	int64_t deadline_ns = clock_monotonic_ns() + CLOSE_NS;
	bool clean = d->error == DEVICE_OK;
	struct buffer answer;

	buffer_init(&answer, NETCONF_HELLO_MAX_BYTES);
	if (!n->broken && send_rpc(n, d, SPAN_LIT("<close-session/>"), "close", deadline_ns) == 0)
		receive(n, d, &answer, deadline_ns);
	buffer_fini(&answer);
	if (clean)
		device_forgive(d);
	free_session(n);
}

/* ---- the beginning ---- */

/* The subsystem, or where it was refused the command. */
static int
begin(struct netconf *n, struct device *d, const char *fallback)
{
	if (ssh_link_subsystem(n->ssh, d, SUBSYSTEM) == 0)
		return 0;
	if (!fallback || d->error != DEVICE_COMMAND)
		return -1;
	device_forgive(d);
	return ssh_link_exec(n->ssh, d, fallback);
}

/* Both hellos have the end mark; chunks begin behind them. */
static int
greet(struct netconf *n, struct device *d)
{
	int64_t deadline_ns = device_deadline_ns(d);
	struct buffer message;
	int rc = -1;

	buffer_init(&message, NETCONF_HELLO_MAX_BYTES);
	netconf_framer_init(&n->framer, NETCONF_END_MARK);
	if (send_message(n, d, span_str(netconf_hello_ours), deadline_ns) == 0 && receive(n, d, &message, deadline_ns) == 0)
		rc = netconf_hello_read(d, buffer_span(&message), &n->hello);
	if (rc == 0 && netconf_hello_chunks(&n->hello))
		netconf_framer_init(&n->framer, NETCONF_CHUNKS);
	buffer_fini(&message);
	return rc;
}

int
netconf_open(struct device *d, int default_port, const char *fallback)
{
	struct netconf *n = calloc(1, sizeof(*n));

	if (!n)
		return device_fail(d, DEVICE_MEMORY, "no memory for a session");
	n->base.kind = &kind;
	netconf_hello_init(&n->hello);
	buffer_init(&n->stream, MAX_STREAM_BYTES);
	n->ssh = ssh_link_open(d, default_port);
	if (!n->ssh || begin(n, d, fallback) == -1 || greet(n, d) == -1) {
		free_session(n);
		return -1;
	}
	d->wire = &n->base;
	return 0;
}

bool
netconf_capable(const struct device *d, const char *capability)
{
	const struct netconf *n = netconf_of(d);

	return n && netconf_hello_has(&n->hello, capability);
}

const char *
netconf_version(const struct device *d)
{
	const struct netconf *n = netconf_of(d);

	return n && n->framer.framing == NETCONF_CHUNKS ? "1.1" : "1.0";
}

uint32_t
netconf_session(const struct device *d)
{
	const struct netconf *n = netconf_of(d);

	return n ? n->hello.session : 0;
}
