#include "drivers/transport/exec.h"

#include <stdlib.h>

#include "drivers/transport/ssh.h"

#define COMMAND_MAX ((size_t)1 << 20)
#define TOLD_MAX 200

struct exec {
	struct transport wire;
	struct ssh *link;
	bool broken;
};

static struct exec *
exec_of(struct transport *t)
{
	return (struct exec *)(void *)t;
}

/* What the command said first, fit for a message. */
static struct span
first_line(struct span answer, char *room)
{
	size_t n = 0;

	answer = span_trim(answer);
	for (; n < answer.n && n < TOLD_MAX && answer.p[n] != '\n'; n++)
		room[n] = (unsigned char)answer.p[n] < 0x20 || answer.p[n] == 0x7f ? ' ' : answer.p[n];
	return span_trim(span_of(room, n));
}

static int
read_all(struct exec *x, struct device *d, struct buffer *answer)
{
	int64_t deadline_ns = device_deadline_ns(d);
	ssize_t n;

	ssh_link_end_input(x->link);
	while ((n = ssh_link_read(x->link, d, answer, deadline_ns)) > 0)
		continue;
	return (int)n;
}

static int
check_status(struct exec *x, struct device *d, struct buffer *answer)
{
	int status = ssh_link_exit_status(x->link, d);
	char room[TOLD_MAX];
	struct span told = first_line(buffer_span(answer), room);

	if (status <= 0)
		return 0;
	return device_fail(d, DEVICE_COMMAND, "the command ended with status %d%s%.*s", status, told.n > 0 ? ": " : "", (int)told.n, told.p);
}

static int
exec_ask(struct transport *t, struct device *d, struct span request, struct buffer *answer)
{
	struct exec *x = exec_of(t);
	struct buffer command;
	int rc;

	if (x->broken)
		return device_fail(d, DEVICE_CLOSED, "the session was over after an earlier failure");
	if (request.n == 0 || request.n > COMMAND_MAX || memchr(request.p, '\0', request.n))
		return device_fail(d, DEVICE_ARGUMENT, "no such command can be sent");
	buffer_init(&command, COMMAND_MAX);
	buffer_put(&command, request);
	rc = command.failed ? device_fail(d, DEVICE_MEMORY, "no memory for the command") : ssh_link_exec(x->link, d, command.p);
	buffer_fini(&command);
	if (rc == 0)
		rc = read_all(x, d, answer);
	if (rc == -1)
		x->broken = d->error != DEVICE_COMMAND;
	return rc == 0 ? check_status(x, d, answer) : -1;
}

static bool
exec_alive(struct transport *t, struct device *d)
{
	(void)d;
	return !exec_of(t)->broken && ssh_link_alive(exec_of(t)->link);
}

static void
exec_close(struct transport *t, struct device *d)
{
	struct exec *x = exec_of(t);

	(void)d;
	ssh_link_close(&x->link);
	free(x);
}

static const struct transport_kind exec_kind = { .name = "exec", .ask = exec_ask, .alive = exec_alive, .close = exec_close };

int
exec_open(struct device *d, int default_port)
{
	struct exec *x = calloc(1, sizeof(*x));

	if (!x)
		return device_fail(d, DEVICE_MEMORY, "no memory");
	x->wire.kind = &exec_kind;
	x->link = ssh_link_open(d, default_port);
	if (!x->link) {
		free(x);
		return -1;
	}
	d->wire = &x->wire;
	return 0;
}

void
exec_quote(struct buffer *b, struct span text)
{
	buffer_puts(b, "'");
	while (text.n > 0) {
		const char *quote = memchr(text.p, '\'', text.n);
		size_t n = quote ? (size_t)(quote - text.p) : text.n;

		buffer_put(b, span_of(text.p, n));
		if (quote)
			buffer_puts(b, "'\\''");
		text = span_skip(text, quote ? n + 1 : n);
	}
	buffer_puts(b, "'");
}
