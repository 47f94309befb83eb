/*
 * Prompts, paging questions and password questions are known by the last line alone.  A name in a prompt has no blanks, but for a shell's "[user@host dir]".
 */
#include <string.h>
#include <strings.h>

#include "drivers/transport/cli.h"
#include "drivers/transport/cli_reader.h"

#define PROMPT_MAX 256
#define MODE_MAX 64
/* Where a mode follows, some systems cut a long name. */
#define NAME_CUT 16
#define LINE_MAX_PAGE 100

static struct span
last_line(struct span text)
{
	size_t at = text.n;

	while (at > 0 && text.n - at <= PROMPT_MAX && text.p[at - 1] != '\n' && text.p[at - 1] != '\r')
		at--;
	return span_skip(text, at);
}

static bool
one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

/* "(config-if)" at the beginning: its length. */
static size_t
mode_length(struct span s)
{
	if (s.n == 0 || s.p[0] != '(')
		return 0;
	for (size_t i = 1; i < s.n && i < MODE_MAX; i++) {
		if (s.p[i] == ')')
			return i + 1;
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == '(')
			return 0;
	}
	return 0;
}

/* How much of the name stands there: all of it, or, before a mode, its beginning. */
static size_t
name_length(struct span text, struct span name)
{
	size_t n = 0;

	while (n < name.n && n < text.n && text.p[n] == name.p[n])
		n++;
	if (n == name.n)
		return n;
	return n >= NAME_CUT && n < text.n && text.p[n] == '(' ? n : 0;
}

size_t
cli_prompt_length(const struct cli_prompt *prompt, struct span text)
{
	size_t n;

	if (!prompt->name.p || prompt->name.n == 0)
		return 0;
	n = name_length(text, prompt->name);
	if (n == 0)
		return 0;
	n += mode_length(span_skip(text, n));
	return n < text.n && one_of(text.p[n], prompt->ends) ? n + 1 : 0;
}

bool
cli_ends_in_prompt(struct span text, struct span prompt, const char *ends)
{
	struct cli_prompt p = { .name = prompt, .ends = ends };
	struct span line = last_line(text);
	size_t n = cli_prompt_length(&p, line);

	return n > 0 && (n == line.n || (n + 1 == line.n && line.p[n] == ' '));
}

static bool
is_name(struct span s)
{
	bool word = false, blanks = s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']';

	for (size_t i = 0; i < s.n; i++) {
		if (span_is_alpha(s.p[i]) || span_is_digit(s.p[i]))
			word = true;
		else if (!one_of(s.p[i], "._-:/@~+%=,[]{}") && !(blanks && s.p[i] == ' '))
			return false;
	}
	return word;
}

/* Without "(mode)" at its end. */
static struct span
without_mode(struct span s)
{
	size_t n = s.n;

	if (n == 0 || s.p[n - 1] != ')')
		return s;
	while (n > 0 && s.p[n - 1] != '(')
		n--;
	if (n < 2 || mode_length(span_skip(s, n - 1)) != s.n - (n - 1))
		return s;
	return span_of(s.p, n - 1);
}

struct span
cli_learn_prompt(struct span text, const char *ends)
{
	struct span line = last_line(text);

	if (line.n > PROMPT_MAX)
		return SPAN_NONE;
	if (line.n > 1 && line.p[line.n - 1] == ' ')
		line.n--;
	if (line.n < 2 || !one_of(line.p[line.n - 1], ends))
		return SPAN_NONE;
	line.n--;
	line = without_mode(line);
	return is_name(line) ? line : SPAN_NONE;
}

static struct span
past(struct span s, const char *set)
{
	while (s.n > 0 && one_of(s.p[0], set))
		s = span_skip(s, 1);
	return s;
}

static bool
starts_nocase(struct span s, const char *word)
{
	size_t n = strlen(word);

	return s.n >= n && strncasecmp(s.p, word, n) == 0;
}

/* "lines 1-24", "lines 25-48/60 (END)". */
static enum cli_end
less_page(struct span line)
{
	struct span rest = past(span_skip(line, 6), "0123456789");

	if (rest.n == 0 || rest.p[0] != '-' || rest.p == line.p + 6)
		return CLI_END_MORE;
	rest = span_trim(past(span_skip(rest, 1), "0123456789/% "));
	if (rest.n == 0)
		return CLI_END_PAGE;
	return span_eq(rest, SPAN_LIT("(END)")) ? CLI_END_PAGE_LAST : CLI_END_MORE;
}

enum cli_end
cli_page(struct span line)
{
	struct span rest;

	line = span_trim(line);
	if (line.n > LINE_MAX_PAGE || line.n < 5)
		return CLI_END_MORE;
	if (span_eq(line, SPAN_LIT("(END)")))
		return CLI_END_PAGE_LAST;
	if (starts_nocase(line, "lines "))
		return less_page(line);
	if (starts_nocase(line, "press any key") || starts_nocase(line, "press space") || starts_nocase(line, "press <space>"))
		return CLI_END_PAGE;
	rest = past(line, "-=<*(| ");
	if (rest.p == line.p || !starts_nocase(rest, "more"))
		return CLI_END_MORE;
	rest = span_skip(rest, 4);
	/* Words of a sentence that only begins so are not a question: a bar, a bracket or a comma comes first. */
	rest = past(rest, " 0123456789%");
	return rest.n > 0 && one_of(rest.p[0], "-=>*)|(") ? CLI_END_PAGE : CLI_END_MORE;
}

bool
cli_asks_secret(struct span line)
{
	line = span_trim(line);
	if (line.n == 0 || line.n > LINE_MAX_PAGE || line.p[line.n - 1] != ':')
		return false;
	for (size_t i = 0; i < line.n; i++) {
		if (starts_nocase(span_skip(line, i), "password") || starts_nocase(span_skip(line, i), "passcode"))
			return true;
	}
	return false;
}

bool
cli_asks_user(struct span line)
{
	line = span_trim(line);
	return line.n <= LINE_MAX_PAGE && ((line.n >= 6 && starts_nocase(span_skip(line, line.n - 6), "login:")) ||
	    (line.n >= 5 && starts_nocase(span_skip(line, line.n - 5), "user:")) || (line.n >= 9 && starts_nocase(span_skip(line, line.n - 9), "username:")));
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static size_t
skip_blanks(struct span s, size_t at)
{
	while (at < s.n && is_blank(s.p[at]))
		at++;
	return at;
}

/* The end of the line at `at`, if only blanks stand before it. */
static size_t
line_end(struct span text, size_t at, bool *more)
{
	while (at < text.n && text.p[at] == ' ')
		at++;
	*more = at == text.n;
	return at < text.n && text.p[at] == '\n' ? at + 1 : 0;
}

/* "$ of the command": what was scrolled out of sight is taken on trust. */
static size_t
scrolled(struct span text, struct span command, bool *more)
{
	const char *nl = memchr(text.p, '\n', text.n);
	struct span line = nl ? span_trim(span_between(text.p + 1, nl)) : SPAN_NONE;

	*more = !nl;
	if (!nl || line.n == 0 || line.n >= command.n || memcmp(command.p + command.n - line.n, line.p, line.n) != 0)
		return 0;
	return (size_t)(nl + 1 - text.p);
}

size_t
cli_echo_length(struct span text, struct span command, bool *more)
{
	size_t at = 0, c;

	*more = false;
	command = span_trim(command);
	if (text.n > 0 && text.p[0] == '$' && command.n > 0 && command.p[0] != '$')
		return scrolled(text, command, more);
	for (c = 0; c < command.n; c++) {
		if (is_blank(command.p[c]))
			continue;
		at = skip_blanks(text, at);
		*more = at == text.n;
		if (at == text.n || text.p[at] != command.p[c])
			return 0;
		at++;
	}
	return line_end(text, at, more);
}
