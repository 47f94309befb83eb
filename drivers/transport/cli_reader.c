#include "drivers/transport/cli_reader.h"

#include "drivers/transport/cli.h"

/* So many lines are looked at for the echo of a command: messages of the device may stand before it. */
#define ECHO_LINES 32
/* And so many bytes from each, besides the command's own: a terminal may have broken it. */
#define ECHO_SLACK 4096
/* A longer last line is no prompt, no pager's and no question: all of it is not looked at after each read. */
#define END_LINE_MAX 1024

void
cli_reader_begin(struct cli_reader *r, const struct cli_prompt *prompt, struct buffer *text, struct span command, const char *until)
{
	*r = (struct cli_reader){ .prompt = prompt, .text = text, .command = command, .until = until };
	buffer_reset(text);
	cli_screen_init(&r->screen, text->p);
	r->screen.echo = command.n > 0;
}

/* The lines that came to their end since the last time: is one of them the echo? */
static void
look_for_echo(struct cli_reader *r)
{
	struct span text = span_of(r->text->p, r->screen.line);
	size_t most = 2 * r->command.n + ECHO_SLACK;

	while (r->echo == CLI_ECHO_AWAITED && r->line < text.n) {
		struct span rest = span_skip(text, r->line), part = span_of(rest.p, rest.n < most ? rest.n : most);
		size_t prompt = cli_prompt_length(r->prompt, part), n;
		const char *nl = memchr(rest.p, '\n', rest.n);
		bool more;

		n = cli_echo_length(span_skip(part, prompt), r->command, &more);
		if (n > 0) {
			r->echo = CLI_ECHO_SEEN;
			r->start = r->line + prompt + n;
			r->prompt_seen = false;
		} else if (more && part.n == rest.n) {
			return;
		} else if (++r->tried == ECHO_LINES || !nl) {
			r->echo = CLI_ECHO_NONE;
		} else {
			r->line += (size_t)(nl + 1 - rest.p);
		}
	}
}

/* A prompt alone on a line that is over: the device has printed something behind it. */
static void
look_for_prompt(struct cli_reader *r, size_t from)
{
	const char *p = r->text->p;
	size_t end;

	for (; from < r->screen.line; from = end + 1) {
		struct span line = span_between(p + from, memchr(p + from, '\n', r->screen.line - from));

		end = from + line.n;
		line = span_trim(line);
		if (from >= r->start && line.n > 0 && cli_prompt_length(r->prompt, line) == line.n) {
			r->prompt_seen = true;
			r->prompt_line = from;
		}
	}
}

bool
cli_reader_feed(struct cli_reader *r, struct span in)
{
	struct buffer *b = r->text;

	if (!buffer_reserve(b, in.n))
		return false;
	r->screen.p = b->p;
	cli_screen_feed(&r->screen, in);
	b->n = r->screen.n;
	b->p[b->n] = '\0';
	if (r->screen.line != r->known) {
		if (r->echo == CLI_ECHO_AWAITED)
			look_for_echo(r);
		look_for_prompt(r, r->known);
		r->known = r->screen.line;
	}
	return true;
}

static struct span
without_blanks(struct span s)
{
	while (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

/* The line is what the caller waits for (2), ends in it (1), or not (0).  Systems differ in the blank behind a prompt, and it may come late: blanks at the end do not count. */
static int
until_found(const struct cli_reader *r, struct span line)
{
	struct span until = without_blanks(span_str(r->until));
	bool whole = line.n <= END_LINE_MAX;

	line = without_blanks(whole ? line : span_skip(line, line.n - END_LINE_MAX));
	if (!r->until || until.n == 0 || line.n < until.n || !span_eq(span_skip(line, line.n - until.n), until))
		return 0;
	return whole && line.n == until.n ? 2 : 1;
}

static enum cli_end
prompt_end(const struct cli_reader *r, struct span line)
{
	size_t n = cli_prompt_length(r->prompt, line);

	if (n > 0 && r->echo == CLI_ECHO_SEEN && line.n == n + (r->prompt->blank ? 1 : 0))
		return CLI_END_SURE;
	if (n > 0 && span_trim(span_skip(line, n)).n == 0)
		return CLI_END_PROMPT;
	return cli_learn_prompt(line, r->prompt->ends).p ? CLI_END_OTHER_PROMPT : CLI_END_MORE;
}

enum cli_end
cli_reader_end(const struct cli_reader *r)
{
	struct span line = cli_screen_line(&r->screen);
	int until = until_found(r, line);
	enum cli_end page, end;

	if (until == 2)
		return CLI_END_SURE;
	if (until == 1)
		return CLI_END_PROMPT;
	if (line.n == 0)
		return r->prompt_seen ? CLI_END_SILENT : CLI_END_MORE;
	if (line.n > END_LINE_MAX)
		return CLI_END_MORE;
	end = prompt_end(r, line);
	if (end != CLI_END_MORE)
		return end;
	page = cli_page(line);
	if (page != CLI_END_MORE)
		return page;
	if (cli_asks_secret(line))
		return CLI_END_SECRET;
	return !r->prompt->name.p && cli_asks_user(line) ? CLI_END_USER : CLI_END_MORE;
}

void
cli_reader_page(struct cli_reader *r)
{
	cli_screen_forget_line(&r->screen);
	r->text->n = r->screen.n;
}

/* "*Mar  1 00:00:01.123: %SYS-5-CONFIG_I: ...", as devices write them to a terminal. */
static bool
is_message(struct span line)
{
	const char *p = memchr(line.p, '%', line.n);
	struct span rest = p ? span_between(p + 1, line.p + line.n) : SPAN_NONE;
	size_t dash = 0;

	while (dash < rest.n && (span_is_alpha(rest.p[dash]) || span_is_digit(rest.p[dash]) || rest.p[dash] == '_' || rest.p[dash] == '-'))
		dash++;
	return dash >= 5 && dash < rest.n && rest.p[dash] == ':' && memchr(rest.p, '-', dash);
}

/* Behind a prompt of its own line stand messages only: they are no part of the answer. */
static bool
only_messages(const struct cli_reader *r)
{
	const char *p = r->text->p;
	size_t at = r->prompt_line, end;
	bool first = true;

	for (; at < r->screen.line; at = end + 1, first = false) {
		struct span line = span_between(p + at, memchr(p + at, '\n', r->screen.line - at));

		end = at + line.n;
		if (!first && span_trim(line).n > 0 && !is_message(line))
			return false;
	}
	return true;
}

void
cli_reader_finish(struct cli_reader *r)
{
	struct buffer *b = r->text;

	if (until_found(r, cli_screen_line(&r->screen)) != 1)
		b->n = r->screen.line;
	if (r->prompt_seen && r->prompt_line < b->n && only_messages(r))
		b->n = r->prompt_line;
	while (b->n > r->start && span_is_space(b->p[b->n - 1]))
		b->n--;
	buffer_consume(b, r->start < b->n ? r->start : b->n);
	if (b->p)
		b->p[b->n] = '\0';
}
