/*
 * Pipes of the command line: "show interfaces terse | match xe- | count".
 *
 * NAPALM sends them along, each with its first word only, and then does once more itself what they say, because not every release takes them over NETCONF:
 * the kinds in an order of its own, and of two pipes of a kind the last.
 */
#include "base/regex.h"
#include "drivers/field.h"
#include "drivers/junos/junos.h"

/* ---- reading a command ---- */

/* The next part of a command, up to a '|' (*rest is behind it); false at the end. */
static bool
next_part(struct span *rest, struct span *part)
{
	const char *bar;

	if (!rest->p)
		return false;
	bar = rest->n ? memchr(rest->p, '|', rest->n) : NULL;
	*part = bar ? span_between(rest->p, bar) : *rest;
	*rest = bar ? span_skip(*rest, part->n + 1) : SPAN_NONE;
	return true;
}

/* It is not sent: "save", "append", "tee", also cut short, as the command line takes them. */
static bool
writes_file(struct span word)
{
	static const char *const pipes[] = { "save", "append", "tee" };

	for (size_t i = 0; i < sizeof(pipes) / sizeof(*pipes); i++) {
		if (span_starts(span_str(pipes[i]), word))
			return true;
	}
	return false;
}

void
junos_pipe_request(struct buffer *request, const char *command)
{
	struct span rest = span_str(command), part, word;

	if (next_part(&rest, &part))
		buffer_put(request, part);
	while (next_part(&rest, &part)) {
		if (!field_word(&part, &word) || writes_file(word))
			continue;
		buffer_puts(request, " | ");
		buffer_put(request, word);
		if (field_word(&part, &word)) {
			buffer_puts(request, " ");
			buffer_put(request, word);
		}
	}
}

/* Has the command such a pipe?  *argument is the last one's first word. */
static bool
has_pipe(const char *command, const char *kind, struct span *argument)
{
	struct span rest = span_str(command), part, word;
	bool found = false;

	next_part(&rest, &part);
	while (next_part(&rest, &part)) {
		if (!field_word(&part, &word) || !span_eq(word, span_str(kind)))
			continue;
		found = true;
		if (!field_word(&part, argument))
			*argument = SPAN_LIT("");
	}
	return found;
}

/* ---- what they do ---- */

struct pipe {
	struct device *device;
	struct span argument;
	struct regex *regex;            /* of the kinds that have one */
	struct regex_scratch *scratch;
	struct buffer *to;
};

/* By bytes: a device's text is ASCII, nearly always. */
static bool
finds(struct pipe *p, struct span text, size_t start, struct span *found)
{
	struct regex_subject subject = { .text = text, .start = start, .start_limit = SIZE_MAX };

	regex_line_begin(p->scratch);
	return regex_match(p->regex, p->scratch, &subject, found, 1) == REGEX_MATCH;
}

static void
put_line(struct pipe *p, struct span line, bool *any)
{
	buffer_puts(p->to, *any ? "\n" : "");
	buffer_put(p->to, line);
	*any = true;
}

static void
select_lines(struct pipe *p, struct span text, bool wanted)
{
	struct span line, found;
	bool any = false;

	while (field_line(&text, &line)) {
		if (finds(p, line, 0, &found) == wanted)
			put_line(p, line, &any);
	}
}

static void
pipe_except(struct pipe *p, struct span text)
{
	select_lines(p, text, false);
}

static void
pipe_match(struct pipe *p, struct span text)
{
	select_lines(p, text, true);
}

static size_t
count_lines(struct span text)
{
	struct span line;
	size_t n = 0;

	while (field_line(&text, &line))
		n++;
	return n;
}

/* What such a pipe counts; without a number all is left as it is. */
static bool
takes_number(struct pipe *p, struct span text, int64_t *n)
{
	if (field_int(p->argument, n) && *n >= 0)
		return true;
	buffer_put(p->to, text);
	return false;
}

/* The last lines; with 0 all of them. */
static void
pipe_last(struct pipe *p, struct span text)
{
	size_t lines = count_lines(text), skipped = 0;
	struct span line;
	bool any = false;
	int64_t n;

	if (!takes_number(p, text, &n))
		return;
	skipped = n > 0 && (uint64_t)n < lines ? lines - (size_t)n : 0;
	while (field_line(&text, &line)) {
		if (skipped > 0)
			skipped--;
		else
			put_line(p, line, &any);
	}
}

/* Each line without its first characters (not bytes). */
static void
pipe_trim(struct pipe *p, struct span text)
{
	struct span line;
	bool any = false;
	int64_t n;

	if (!takes_number(p, text, &n))
		return;
	while (field_line(&text, &line)) {
		for (int64_t i = 0; i < n && line.n > 0; i++) {
			do
				line = span_skip(line, 1);
			while (line.n > 0 && ((unsigned char)line.p[0] & 0xc0) == 0x80);
		}
		put_line(p, line, &any);
	}
}

static void
pipe_count(struct pipe *p, struct span text)
{
	buffer_printf(p->to, "Count: %zu lines", count_lines(text));
}

/* NAPALM looks for the last place, and has the pattern in front of what follows there. */
static void
pipe_find(struct pipe *p, struct span text)
{
	struct span found, last = SPAN_NONE;

	for (size_t start = 0; start <= text.n && finds(p, text, start, &found); start = (size_t)(found.p - text.p) + 1)
		last = found;
	if (!last.p) {
		buffer_puts(p->to, "\nPattern not found");
		return;
	}
	buffer_put(p->to, p->argument);
	buffer_put(p->to, span_between(last.p + last.n, text.p + text.n));
}

/* ---- all of them ---- */

#define JIT_STACK_BYTES (64 * 1024)

static bool
prepare(struct pipe *p, bool pattern)
{
	struct regex_error error;

	if (!pattern)
		return true;

	p->regex = regex_compile(p->argument, REGEX_CASELESS, &error);
	p->scratch = p->regex ? regex_scratch_new(JIT_STACK_BYTES) : NULL;
	if (!p->regex)
		device_fail(p->device, DEVICE_ARGUMENT, "\"%.*s\" is no pattern: %s", (int)(p->argument.n < 60 ? p->argument.n : 60), p->argument.p, error.message);
	else if (!p->scratch)
		device_fail(p->device, DEVICE_MEMORY, "no memory for a pattern");
	return p->scratch;
}

json_t *
junos_pipe_output(struct device *d, const char *command, json_t *text)
{
	static const struct { const char *name; bool pattern; void (*run)(struct pipe *, struct span); } kinds[] = {
		{ "except", true, pipe_except }, { "match", true, pipe_match }, { "last", false, pipe_last }, { "trim", false, pipe_trim },
		{ "count", false, pipe_count }, { "find", true, pipe_find },
	};

	for (size_t i = 0; text && i < sizeof(kinds) / sizeof(*kinds) && d->error == DEVICE_OK; i++) {
		struct pipe p = { .device = d };
		struct buffer b;

		if (!has_pipe(command, kinds[i].name, &p.argument))
			continue;
		p.to = &b;
		buffer_init(&b, DEVICE_MAX_ANSWER);
		if (prepare(&p, kinds[i].pattern))
			kinds[i].run(&p, span_of(json_string_value(text), json_string_length(text)));
		if (b.failed)
			device_fail(d, DEVICE_MEMORY, "no memory for what a pipe leaves");
		json_decref(text);
		text = d->error == DEVICE_OK ? field_text(buffer_span(&b)) : NULL;
		buffer_fini(&b);
		regex_free(&p.regex);
		regex_scratch_free(&p.scratch);
	}
	return text;
}
