/*
 * The session: login, rights, and one question after the other.  What the text means is cli_reader's business; here is the waiting.  A prompt that is exactly the one that
 * is known ends an answer at once; all else that may be an end counts only if the device then keeps quiet.
 */
#include "drivers/transport/cli.h"

#include <stdlib.h>

#include "base/clock.h"
#include "drivers/transport/cli_reader.h"
#include "drivers/transport/ssh.h"

#define COLUMNS 511
#define ROWS 1000
#define NAME_MAX_BYTES 256
#define COMMAND_MAX ((size_t)1 << 20)
#define LOGIN_TEXT_MAX ((size_t)1 << 20)
#define PRODS_MAX 16
#define LOGIN_QUESTIONS_MAX 4
#define TOLD_MAX 200
#define LOGIN_QUIET_MS 150

struct cli {
	struct transport wire;
	const struct cli_setting *set;
	struct ssh *link;
	struct buffer raw;              /* what was read and not fed yet */
	struct buffer scratch;          /* of questions whose answer nobody asked for */
	struct cli_prompt prompt;
	char name[NAME_MAX_BYTES];
	bool broken;
};

/* One question that is under way. */
struct talk {
	struct cli *cli;
	struct device *device;
	struct cli_reader reader;
	int64_t deadline_ns;
	size_t other;                   /* where a prompt of another name stood when the device was prodded */
	int prods;
};

static struct cli *
cli_of(struct transport *t)
{
	return (struct cli *)(void *)t;
}

/* The last line once more, as it was when the device was prodded? */
static bool
same_prompt(const struct talk *t)
{
	struct span line = cli_screen_line(&t->reader.screen);

	return t->prods > 0 && t->other < t->reader.screen.line && line.n > 0 && span_starts(span_of(t->reader.text->p + t->other, t->reader.text->n - t->other), line) &&
	    t->reader.text->p[t->other + line.n] == '\n';
}

static int64_t
quiet_ns(const struct talk *t, enum cli_end end)
{
	static const int ms[] = {
		[CLI_END_SURE] = 0,
		[CLI_END_PROMPT] = 80,
		[CLI_END_PAGE] = 50,
		[CLI_END_PAGE_LAST] = 50,
		[CLI_END_SECRET] = 80,
		[CLI_END_USER] = 80,
		[CLI_END_OTHER_PROMPT] = 2000,
		[CLI_END_SILENT] = 2000,
		[CLI_END_MORE] = 2000,
	};

	/* From a device that sends its prompt in pieces the same bytes in the output come so too. */
	if (end == CLI_END_SURE && t->cli->raw.n < cli_screen_line(&t->reader.screen).n)
		end = CLI_END_PROMPT;
	if (end == CLI_END_OTHER_PROMPT && same_prompt(t))
		return 0;
	/* At login each prompt is another one. */
	if (end == CLI_END_OTHER_PROMPT && !t->cli->prompt.name.p)
		return LOGIN_QUIET_MS * CLOCK_NS_PER_MS;
	return ms[end] * CLOCK_NS_PER_MS;
}

/* Reads once, waiting for it until the deadline, and feeds. */
static int
read_some(struct talk *t)
{
	struct cli *c = t->cli;
	ssize_t n;

	buffer_reset(&c->raw);
	n = ssh_link_read(c->link, t->device, &c->raw, t->deadline_ns);
	if (n < 0)
		return -1;
	if (n == 0)
		return device_fail(t->device, DEVICE_CLOSED, "the device ended the session");
	if (!cli_reader_feed(&t->reader, buffer_span(&c->raw)))
		return device_fail(t->device, DEVICE_ANSWER, "the answer is larger than %zu bytes", t->reader.text->limit_bytes);
	return 0;
}

/* How the text ends, once the device keeps quiet: an enum cli_end, or -1 after device_fail(). */
static int
wait_end(struct talk *t)
{
	for (;;) {
		enum cli_end end = cli_reader_end(&t->reader);
		int64_t until = clock_monotonic_ns() + quiet_ns(t, end);

		if (until > t->deadline_ns)
			until = t->deadline_ns;
		if (!ssh_link_ready(t->cli->link, t->device, until) && (end == CLI_END_SURE || device_left_ms(t->deadline_ns) > 0))
			return end;
		if (read_some(t) == -1)
			return -1;
	}
}

static int
send_text(struct talk *t, struct span text)
{
	return ssh_link_write(t->cli->link, t->device, text, t->deadline_ns);
}

static int
send_line(struct talk *t, const char *text)
{
	struct buffer line;
	int rc;

	buffer_init(&line, COMMAND_MAX);
	buffer_puts(&line, text);
	buffer_puts(&line, "\n");
	rc = line.failed ? device_fail(t->device, DEVICE_MEMORY, "no memory") : send_text(t, buffer_span(&line));
	if (line.p)
		explicit_bzero(line.p, line.cap);
	buffer_fini(&line);
	return rc;
}

static int
turn_page(struct talk *t, enum cli_end end)
{
	cli_reader_page(&t->reader);
	return send_text(t, end == CLI_END_PAGE ? SPAN_LIT(" ") : SPAN_LIT("q"));
}

static bool
learn(struct cli *c, struct span line)
{
	struct span name = cli_learn_prompt(line, c->set->prompt_ends);

	if (!name.p || name.n >= sizeof(c->name))
		return false;
	memmove(c->name, name.p, name.n);
	c->prompt.name = span_of(c->name, name.n);
	c->prompt.blank = line.p[line.n - 1] == ' ';
	return true;
}

/* An empty line: who waits for one shows his prompt again. */
static int
prod(struct talk *t)
{
	if (t->prods++ >= PRODS_MAX)
		return read_some(t);
	t->other = t->reader.screen.line;
	return send_text(t, SPAN_LIT("\n"));
}

/* A prompt of another name, twice: the device was renamed by what it was told. */
static bool
renamed(struct talk *t)
{
	if (!same_prompt(t) || !learn(t->cli, cli_screen_line(&t->reader.screen)))
		return false;
	t->reader.text->n = t->other;
	t->reader.screen.line = t->other;
	return true;
}

/* The answer's end: 0; 1: it asks for a password; -1 after device_fail(). */
static int
answer_end(struct talk *t)
{
	for (;;) {
		int end = wait_end(t), rc = 0;

		if (end == CLI_END_SURE || end == CLI_END_PROMPT || (end == CLI_END_OTHER_PROMPT && renamed(t)))
			return 0;
		if (end == CLI_END_SECRET)
			return 1;
		if (end == CLI_END_PAGE || end == CLI_END_PAGE_LAST)
			rc = turn_page(t, (enum cli_end)end);
		else if (end == CLI_END_OTHER_PROMPT || end == CLI_END_SILENT)
			rc = prod(t);
		else
			rc = end == -1 ? -1 : read_some(t);
		if (rc == -1)
			return -1;
	}
}

/* What came unasked since the last answer. */
static int
drop_stale(struct talk *t)
{
	while (ssh_link_ready(t->cli->link, t->device, 0)) {
		ssize_t n;

		buffer_reset(&t->cli->raw);
		n = ssh_link_read(t->cli->link, t->device, &t->cli->raw, t->deadline_ns);
		if (n <= 0)
			return n == 0 ? device_fail(t->device, DEVICE_CLOSED, "the device ended the session") : -1;
	}
	return 0;
}

static void
begin(struct talk *t, struct buffer *text, struct span command, const char *until)
{
	t->deadline_ns = device_deadline_ns(t->device);
	cli_reader_begin(&t->reader, &t->cli->prompt, text, command, until);
}

/* `line` goes out as it is.  A question for a password has no answer here: the deadline ends it. */
static int
ask(struct cli *c, struct device *d, struct span line, const char *until, struct buffer *answer)
{
	struct talk t = { .cli = c, .device = d };
	int rc = -1;

	if (c->broken)
		return device_fail(d, DEVICE_CLOSED, "the session was over after an earlier failure");
	begin(&t, answer, line, until);
	if (drop_stale(&t) == 0 && send_text(&t, line) == 0) {
		while ((rc = answer_end(&t)) == 1)
			if (read_some(&t) == -1)
				break;
	}
	if (rc != 0)
		c->broken = true;
	else
		cli_reader_finish(&t.reader);
	return rc == 0 ? 0 : -1;
}

static bool
is_one_line(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return s.n <= COMMAND_MAX - 2;
}

static int
cli_ask(struct transport *wire, struct device *d, struct span request, struct buffer *answer)
{
	struct buffer line;
	int rc;

	if (!is_one_line(request))
		return device_fail(d, DEVICE_ARGUMENT, "a command is one line without control characters");
	buffer_init(&line, COMMAND_MAX);
	buffer_put(&line, request);
	buffer_puts(&line, "\n");
	rc = line.failed ? device_fail(d, DEVICE_MEMORY, "no memory for the command") : ask(cli_of(wire), d, buffer_span(&line), NULL, answer);
	buffer_fini(&line);
	return rc;
}

int
cli_ask_until(struct device *d, struct span send, const char *until, struct buffer *answer)
{
	buffer_reset(answer);
	if (transport_over(d))
		return -1;
	return ask(cli_of(d->wire), d, send, until, answer);
}

static bool
cli_alive(struct transport *wire, struct device *d)
{
	(void)d;
	return !cli_of(wire)->broken && ssh_link_alive(cli_of(wire)->link);
}

static void
cli_close(struct transport *wire, struct device *d)
{
	struct cli *c = cli_of(wire);

	(void)d;
	ssh_link_close(&c->link);
	buffer_fini(&c->raw);
	buffer_fini(&c->scratch);
	free(c);
}

/* Some devices ask for user and password in the shell. */
static int
answer_question(struct talk *t, enum cli_end end, int *questions)
{
	const struct device_target *target = t->device->target;

	if (++*questions > LOGIN_QUESTIONS_MAX)
		return device_fail(t->device, DEVICE_AUTH, "the device refuses the login of %s", target->user);
	return send_line(t, end == CLI_END_USER ? target->user : target->password ? target->password : "");
}

/* Until a prompt has come twice, or the one that is set once. */
static int
log_in(struct cli *c, struct device *d)
{
	struct talk t = { .cli = c, .device = d };
	int questions = 0, rc = 0;

	begin(&t, &c->scratch, SPAN_LIT(""), c->set->fixed_prompt);
	while (rc == 0) {
		int end = wait_end(&t);

		if (end == CLI_END_SURE || end == CLI_END_PROMPT)
			return learn(c, span_str(c->set->fixed_prompt)) ? 0 : device_fail(d, DEVICE_ARGUMENT, "\"%s\" is no prompt", c->set->fixed_prompt);
		if (end == CLI_END_OTHER_PROMPT && !c->set->fixed_prompt && same_prompt(&t) && learn(c, cli_screen_line(&t.reader.screen)))
			return 0;
		if (end == CLI_END_SECRET || end == CLI_END_USER)
			rc = answer_question(&t, (enum cli_end)end, &questions);
		else if (end == CLI_END_PAGE || end == CLI_END_PAGE_LAST)
			rc = turn_page(&t, (enum cli_end)end);
		else
			rc = end == -1 ? -1 : prod(&t);
	}
	return rc;
}

/* Does the last line of the talk end in '>'? */
static bool
wants_more(const struct talk *t)
{
	struct span line = span_trim(cli_screen_line(&t->reader.screen));

	return line.n > 0 && line.p[line.n - 1] == '>';
}

static int
refused(struct talk *t)
{
	struct span told;

	cli_reader_finish(&t->reader);
	told = span_trim(buffer_span(t->reader.text));
	for (size_t i = 0; i < told.n; i++)
		if ((unsigned char)told.p[i] < 0x20)
			t->reader.text->p[told.p - t->reader.text->p + (ptrdiff_t)i] = ' ';
	return device_fail(t->device, DEVICE_AUTH, "the device refuses \"%s\": %.*s", t->cli->set->enable, (int)(told.n < TOLD_MAX ? told.n : TOLD_MAX), told.p);
}

static int
give_secret(struct talk *t)
{
	const char *secret = t->cli->set->secret_option ? device_option(t->device, t->cli->set->secret_option) : NULL;

	if (!secret)
		secret = t->device->target->password;
	/* The question must not be taken for one that comes again. */
	cli_reader_page(&t->reader);
	return send_line(t, secret ? secret : "");
}

static int
enable(struct cli *c, struct device *d)
{
	struct talk t = { .cli = c, .device = d };
	int rc;

	begin(&t, &c->scratch, span_str(c->set->enable), NULL);
	if (drop_stale(&t) == -1 || send_line(&t, c->set->enable) == -1)
		return -1;
	rc = answer_end(&t);
	if (rc == 1)
		rc = give_secret(&t) == -1 ? -1 : answer_end(&t);
	if (rc == 1)
		return device_fail(d, DEVICE_AUTH, "the device refuses the password of \"%s\"", c->set->enable);
	if (rc == -1)
		return -1;
	return wants_more(&t) ? refused(&t) : 0;
}

/* The prompt that the login ended with. */
static bool
is_unprivileged(const struct cli *c)
{
	struct span text = span_trim(buffer_span(&c->scratch));

	return text.n > 0 && text.p[text.n - 1] == '>';
}

static int
set_up(struct cli *c, struct device *d)
{
	if (log_in(c, d) == -1)
		return -1;
	if (c->set->enable && is_unprivileged(c) && enable(c, d) == -1)
		return -1;
	for (const char *const *command = c->set->setup; command && *command; command++)
		if (cli_ask(&c->wire, d, span_str(*command), &c->scratch) == -1)
			return -1;
	return 0;
}

static const struct transport_kind cli_kind = { .name = "cli", .ask = cli_ask, .alive = cli_alive, .close = cli_close };

int
cli_open(struct device *d, const struct cli_setting *set, int default_port)
{
	struct cli *c = calloc(1, sizeof(*c));

	if (!c)
		return device_fail(d, DEVICE_MEMORY, "no memory");
	c->wire.kind = &cli_kind;
	c->set = set;
	c->prompt.ends = set->prompt_ends;
	buffer_init(&c->raw, COMMAND_MAX);
	buffer_init(&c->scratch, LOGIN_TEXT_MAX);
	c->link = ssh_link_open(d, default_port);
	if (c->link && ssh_link_shell(c->link, d, COLUMNS, ROWS) == 0 && set_up(c, d) == 0) {
		d->wire = &c->wire;
		return 0;
	}
	cli_close(&c->wire, d);
	return -1;
}
