/*
 * Escape sequences are those of ECMA-48 as far as devices use them on a command line; what moves the cursor to another line is not carried out, for no answer is
 * written so.  A sequence that is not ended ends with the line: a device must not hide the rest of what it says.
 */
#include "drivers/transport/cli_screen.h"

#include "drivers/transport/cli.h"

enum { PLAIN, ESCAPE, ESCAPE_MIDDLE, CONTROL, STRING, STRING_ESCAPE };

#define NUMBER_MAX 100000u
/* No row that is broken is shorter: a shorter line that begins anew is drawn anew. */
#define ROW_MIN 40
/* More blanks behind the cursor wipe nothing out: it is asked after each read. */
#define WIPED_MAX 1024

void
cli_screen_init(struct cli_screen *s, char *p)
{
	*s = (struct cli_screen){ .p = p };
}

static void
end_line(struct cli_screen *s)
{
	while (s->rewritten && s->n > s->line && s->p[s->n - 1] == ' ')
		s->n--;
	s->p[s->n++] = '\n';
	s->line = s->row = s->cursor = s->n;
	s->rewritten = s->echo = false;
}

static void
put_char(struct cli_screen *s, char c)
{
	if (s->cursor < s->n)
		s->rewritten = true;
	else
		s->n++;
	s->p[s->cursor++] = c;
}

/* A line editor at the terminal's width prints what comes first in the new row, then '\r', then the row. */
static void
return_to_row(struct cli_screen *s)
{
	if (s->echo && s->cursor == s->n && s->n - s->row >= ROW_MIN)
		s->row = s->n - 1;
	s->cursor = s->row;
}

static void
move_back(struct cli_screen *s, size_t by)
{
	s->cursor -= by < s->cursor - s->line ? by : s->cursor - s->line;
}

static void
move_on(struct cli_screen *s, size_t by)
{
	s->cursor += by < s->n - s->cursor ? by : s->n - s->cursor;
}

/* The end of "ESC [ number": erasing and moving on the line. */
static void
control(struct cli_screen *s, char final)
{
	size_t by = s->number ? s->number : 1;

	if (final == 'D') {
		move_back(s, by);
	} else if (final == 'C') {
		move_on(s, by);
	} else if (final == 'G') {
		s->cursor = s->line;
		move_on(s, by - 1);
	} else if ((final == 'K' || final == 'J') && s->number != 1) {
		if (s->number >= 2)
			s->cursor = s->row = s->line;
		s->rewritten |= s->cursor < s->n;
		s->n = s->cursor;
		if (s->row > s->n)
			s->row = s->n;
	}
}

static int
after_escape(struct cli_screen *s, unsigned char c)
{
	s->number = 0;
	if (c == '[')
		return CONTROL;
	if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_')
		return STRING;
	if (c >= 0x20 && c <= 0x2f)
		return ESCAPE_MIDDLE;
	if (c == 'E')
		end_line(s);
	return PLAIN;
}

static int
in_control(struct cli_screen *s, unsigned char c)
{
	if (c >= '0' && c <= '9') {
		s->number = s->number * 10 + (c - '0');
		if (s->number > NUMBER_MAX)
			s->number = NUMBER_MAX;
	} else if (c >= 0x40) {
		control(s, (char)c);
		return PLAIN;
	}
	return CONTROL;
}

static int
in_string(int state, unsigned char c)
{
	if (c == 0x07 || (state == STRING_ESCAPE && c == '\\'))
		return PLAIN;
	return c == 0x1b ? STRING_ESCAPE : STRING;
}

static void
plain(struct cli_screen *s, char c)
{
	unsigned char u = (unsigned char)c;

	if (c == '\n')
		end_line(s);
	else if (c == '\r')
		return_to_row(s);
	else if (c == '\b')
		move_back(s, 1);
	else if (c == '\t' || (u >= 0x20 && u != 0x7f))
		put_char(s, c);
}

static void
feed(struct cli_screen *s, char c)
{
	unsigned char u = (unsigned char)c;

	if (c == '\n' || s->state == PLAIN) {
		s->state = u == 0x1b ? ESCAPE : PLAIN;
		plain(s, c);
	} else if (s->state == STRING || s->state == STRING_ESCAPE) {
		s->state = in_string(s->state, u);
	} else if (u == 0x1b) {
		s->state = ESCAPE;
	} else if (u < 0x20) {
		plain(s, c);
	} else if (s->state == ESCAPE) {
		s->state = after_escape(s, u);
	} else if (s->state == ESCAPE_MIDDLE) {
		s->state = u >= 0x30 ? PLAIN : ESCAPE_MIDDLE;
	} else {
		s->state = in_control(s, u);
	}
}

void
cli_screen_feed(struct cli_screen *s, struct span in)
{
	for (size_t i = 0; i < in.n; i++)
		feed(s, in.p[i]);
}

struct span
cli_screen_line(const struct cli_screen *s)
{
	size_t n = s->n;

	if (!s->p)
		return SPAN_LIT("");
	while (n > s->cursor && s->n - n < WIPED_MAX && s->p[n - 1] == ' ')
		n--;
	return span_of(s->p + s->line, n - s->line);
}

void
cli_screen_forget_line(struct cli_screen *s)
{
	s->n = s->cursor = s->row = s->line;
	s->rewritten = true;
}

size_t
cli_plain(char *text, size_t n)
{
	struct cli_screen s;
	struct span line;

	cli_screen_init(&s, text);
	/* What is shown is never longer than what was read, so that it may be written over it. */
	cli_screen_feed(&s, span_of(text, n));
	line = cli_screen_line(&s);
	return s.line + line.n;
}
