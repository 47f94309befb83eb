/*
 * What is wrong with a text that is no YAML, in words that say what to do.
 *
 * libyaml stops at the first fault and names it as its scanner sees it; the table says the same from the writer's side.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/yaml_part.h"

void
yaml_fault(struct yaml_builder *b, const struct yaml_node *n, const char *fmt, ...)
{
	struct diag_place place = yaml_place(b->doc, n);
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_add(b->diag, DIAG_ERROR, &place, "%s", text);
	b->faulty = true;
}

/* Where the fault is told: where libyaml noticed it, or where what it was reading had begun. */
enum told { TOLD_HERE, TOLD_AT_BEGIN };

static const struct {
	const char *problem, *context;  /* NULL: whatever it is */
	enum told where;
	const char *says;               /* a %d in it is the line of the beginning */
} hints[] = {
	{ "found unexpected end of stream", "while scanning a quoted scalar", TOLD_AT_BEGIN, "this quote is never closed" },
	{ "found unexpected document indicator", "while scanning a quoted scalar", TOLD_AT_BEGIN, "this quote is not closed before the document ends" },
	{ "found unknown escape character", NULL, TOLD_HERE,
	    "no such escape: in double quotes \\ begins one; regular expressions stand better in single quotes" },
	{ "did not find expected hexdecimal number", NULL, TOLD_HERE, "\\x, \\u and \\U want 2, 4 and 8 hexadecimal digits" },
	{ "did not find expected alphabetic or numeric character", "while scanning an alias", TOLD_AT_BEGIN,
	    "a text that begins with * must be quoted (a bare * is an alias)" },
	{ "did not find expected alphabetic or numeric character", "while scanning an anchor", TOLD_AT_BEGIN,
	    "a text that begins with & must be quoted (a bare & is an anchor)" },
	{ "found undefined tag handle", NULL, TOLD_HERE, "a text that begins with ! must be quoted (a bare ! is a tag)" },
	{ NULL, "while scanning a tag", TOLD_AT_BEGIN, "a text that begins with ! must be quoted (a bare ! is a tag)" },
	{ "could not find expected ':'", NULL, TOLD_AT_BEGIN, "a key without its ':'" },
	{ "mapping values are not allowed in this context", NULL, TOLD_HERE,
	    "no ':' can stand here: quote a text that has \": \" in it, and indent the keys of one map alike" },
	{ "mapping keys are not allowed in this context", NULL, TOLD_HERE, "no key can stand here: quote a text that begins with '?'" },
	{ "block sequence entries are not allowed in this context", NULL, TOLD_HERE, "no list can begin here: its first '-' stands on a line of its own" },
	{ "did not find expected key", NULL, TOLD_HERE,
	    "this does not belong to the map that begins in line %d: wrong indentation, or a text that must be quoted as a whole" },
	{ "did not find expected '-' indicator", NULL, TOLD_HERE, "expected '-', as in the list that begins in line %d, or another indentation" },
	{ "did not find expected ',' or ']'", NULL, TOLD_HERE, "expected ',' or ']': the list begins in line %d" },
	{ "did not find expected ',' or '}'", NULL, TOLD_HERE, "expected ',' or '}': the map begins in line %d" },
	{ "did not find expected node content", NULL, TOLD_HERE, "a value is missing here" },
	{ "did not find expected <document start>", NULL, TOLD_HERE, "this belongs to nothing above it: wrong indentation?" },
	{ "found unexpected ':'", NULL, TOLD_HERE, "inside [] or {} a text with ':' must be quoted" },
};

static bool
same(const char *wanted, const char *is)
{
	return !wanted || (is && strcmp(wanted, is) == 0);
}

static void
set_mark(struct yaml_builder *b, struct yaml_node *at, const yaml_mark_t *mark)
{
	struct yaml_cursor c = { 0 };

	yaml_cursor_move(&c, b->doc->source, mark);
	at->line = (int)c.shown_line + 1;
	at->column = (int)(c.at - c.shown_start) + 1;
	at->width = 1;
}

/* A tab among the blanks that a line begins with: its column, or 0. */
static int
tab_in_indentation(const struct yaml_builder *b, const yaml_mark_t *mark)
{
	struct yaml_cursor c = { 0 };
	struct span line;

	yaml_cursor_move(&c, b->doc->source, mark);
	line = span_skip(b->doc->source, c.shown_start);
	for (size_t i = 0; i < line.n && (line.p[i] == ' ' || line.p[i] == '\t'); i++)
		if (line.p[i] == '\t')
			return (int)i + 1;
	return 0;
}

static void
token_fault(struct yaml_builder *b, const struct yaml_node *at)
{
	struct yaml_cursor c = { 0 };
	char byte;

	yaml_cursor_move(&c, b->doc->source, &b->parser.problem_mark);
	byte = c.at < b->doc->source.n ? b->doc->source.p[c.at] : ' ';
	if (byte == '\t')
		yaml_fault(b, at, "a tab cannot stand here: YAML wants blanks");
	else
		yaml_fault(b, at, "a text that begins with %c must be quoted", byte);
}

/* Bytes that are no text: the reader counts them, so the place is found by walking there. */
static void
reader_fault(struct yaml_builder *b)
{
	const yaml_parser_t *p = &b->parser;
	struct yaml_node at = { .line = 1, .column = 1, .width = 1 };

	for (size_t i = 0; i < p->problem_offset && i < b->doc->source.n; i++) {
		at.column++;
		if (b->doc->source.p[i] == '\n') {
			at.line++;
			at.column = 1;
		}
	}
	if (strstr(p->problem, "control characters"))
		yaml_fault(b, &at, "a control character (U+%04X) cannot stand in YAML", (unsigned)p->problem_value);
	else
		yaml_fault(b, &at, "this is no UTF-8");
}

static void
known_fault(struct yaml_builder *b)
{
	const yaml_parser_t *p = &b->parser;
	struct yaml_node here, begin;

	set_mark(b, &here, &p->problem_mark);
	set_mark(b, &begin, &p->context_mark);
	if (same("found character that cannot start any token", p->problem)) {
		token_fault(b, &here);
		return;
	}
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		char text[200];
		const char *line;

		if (!same(hints[i].problem, p->problem) || !same(hints[i].context, p->context))
			continue;
		line = strstr(hints[i].says, "%d");
		if (line)
			snprintf(text, sizeof(text), "%.*s%d%s", (int)(line - hints[i].says), hints[i].says, begin.line, line + 2);
		else
			snprintf(text, sizeof(text), "%s", hints[i].says);
		yaml_fault(b, hints[i].where == TOLD_HERE ? &here : &begin, "%s", text);
		return;
	}
	yaml_fault(b, &here, "%s%s%s", p->problem ? p->problem : "this is no YAML", p->context ? " " : "", p->context ? p->context : "");
}

void
yaml_syntax_fault(struct yaml_builder *b)
{
	struct yaml_node at;
	int tab;

	if (b->parser.error == YAML_MEMORY_ERROR) {
		yaml_fault(b, NULL, "no memory");
		return;
	}
	if (b->parser.error == YAML_READER_ERROR) {
		reader_fault(b);
		return;
	}
	set_mark(b, &at, &b->parser.problem_mark);
	tab = tab_in_indentation(b, &b->parser.problem_mark);
	if (tab > 0) {
		at.column = tab;
		yaml_fault(b, &at, "a tab in the indentation: YAML wants blanks");
		return;
	}
	known_fault(b);
}
