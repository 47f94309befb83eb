/*
 * The shell is a transport of its own, which stands in d->wire while it is asked.
 */
#include "drivers/iosxr/iosxr_agent.h"

#include <stdlib.h>

#include "drivers/transport/cli.h"

#define PROMPT "XML> "

struct agent {
	struct transport wire;          /* first */
	struct transport *shell;
};

static struct agent *
agent_of(struct transport *t)
{
	return (struct agent *)(void *)t;
}

static int
say(struct transport *t, struct device *d, struct span line, struct buffer *answer)
{
	int rc;

	d->wire = agent_of(t)->shell;
	rc = cli_ask_until(d, line, PROMPT, answer);
	d->wire = t;
	return rc;
}

/* An end of line within a request would be another line to the terminal. */
static void
put_body(struct buffer *out, struct span body)
{
	for (size_t i = 0; i < body.n; i++)
		buffer_put(out, body.p[i] == '\n' || body.p[i] == '\r' ? SPAN_LIT(" ") : span_of(body.p + i, 1));
}

static int
agent_ask(struct transport *t, struct device *d, struct span request, struct buffer *answer)
{
	struct buffer line;
	int rc = -1;

	buffer_init(&line, 1 << 20);
	buffer_puts(&line, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Request MajorVersion=\"1\" MinorVersion=\"0\">");
	put_body(&line, request);
	buffer_puts(&line, "</Request>\n");
	if (line.failed)
		device_fail(d, DEVICE_ARGUMENT, "a request is too long");
	else
		rc = say(t, d, buffer_span(&line), answer);
	buffer_fini(&line);
	return rc;
}

static bool
agent_alive(struct transport *t, struct device *d)
{
	struct transport *shell = agent_of(t)->shell;

	return shell->kind->alive(shell, d);
}

static void
agent_close(struct transport *t, struct device *d)
{
	struct transport *shell = agent_of(t)->shell;

	shell->kind->close(shell, d);
	free(agent_of(t));
}

static const struct transport_kind agent_kind = { "xmlagent", agent_ask, agent_alive, agent_close };

/* What is said before the agent's prompt is why there is none. */
static int
enter(struct device *d)
{
	struct buffer said;
	int rc;

	buffer_init(&said, 1 << 16);
	rc = say(d->wire, d, SPAN_LIT("xml\n"), &said);
	if (rc == 0 && said.n > 0)
		rc = device_fail(d, DEVICE_UNSUPPORTED, "there is no XML agent (\"xml agent tty\" configures it): %.*s", (int)(said.n < 200 ? said.n : 200), said.p);
	buffer_fini(&said);
	return rc;
}

int
iosxr_agent_open(struct device *d, int default_port)
{
	static const char *const setup[] = { "terminal length 0", NULL };
	static const struct cli_setting setting = { .prompt_ends = "#", .setup = setup };
	struct agent *a;

	if (cli_open(d, &setting, default_port) == -1)
		return -1;
	a = calloc(1, sizeof(*a));
	if (!a)
		return device_fail(d, DEVICE_MEMORY, "no memory for a session");
	a->wire.kind = &agent_kind;
	a->shell = d->wire;
	d->wire = &a->wire;
	return enter(d);
}
