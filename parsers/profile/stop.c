/*
 * stop: the line is cut into pieces (literal text, blanks, values), and of its beginnings the longest that matches is looked for.  The pattern has
 * been compiled before, so each piece is known to be good.
 */
#include "parsers/profile/stop.h"

#include <stdio.h>
#include <stdlib.h>

#include "parsers/profile/compile.h"

struct piece {
	struct span text;               /* of the line */
	struct span expression;         /* of a value, else absent */
};

/* The expression of the value `{name}`: the entries of `values` stand beside those of the model. */
static struct span
expression_of(const struct profile_message *m, struct span name)
{
	const struct yaml_node *map = yaml_get(m->node, "values");
	size_t i = 0;

	for (const struct yaml_node *entry = map ? map->first : NULL; entry && i < m->nvalues; entry = entry->next, i++)
		if (span_eq(m->values[i].key.name, name))
			return entry->text;
	return SPAN_LIT("");
}

static struct piece
next_piece(const struct profile_message *m, struct span line)
{
	struct piece piece = { line, SPAN_NONE };
	bool twice = line.n > 1 && line.p[1] == line.p[0];
	const char *close;

	if (line.p[0] == ' ') {
		for (piece.text.n = 0; piece.text.n < line.n && line.p[piece.text.n] == ' ';)
			piece.text.n++;
	} else if (line.p[0] == '{' && !twice && (close = memchr(line.p, '}', line.n))) {
		piece.text.n = (size_t)(close - line.p) + 1;
		piece.expression = expression_of(m, span_of(line.p + 1, piece.text.n - 2));
	} else if (line.p[0] == '{' || line.p[0] == '}') {
		piece.text.n = twice ? 2 : 1;
	} else {
		for (piece.text.n = 0; piece.text.n < line.n && !memchr(" {}", line.p[piece.text.n], 3);)
			piece.text.n++;
	}
	return piece;
}

static void
put_piece(FILE *out, const struct profile_message *m, const struct piece *piece)
{
	struct span text = piece->text;

	if (piece->expression.p) {
		fputs(m->os->napalm ? "" : "(?:", out);
		fwrite(piece->expression.p, 1, piece->expression.n, out);
		fputs(m->os->napalm ? "" : ")", out);
		return;
	}
	if (text.p[0] == '{' || text.p[0] == '}')
		text.n = 1;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == ' ')
			fputs("\\s+", out);
		else
			compile_put_literal(out, c);
	}
}

/* Where the first `bytes` of the line, whole pieces, match; absent if nowhere. */
static struct span
match_beginning(const struct profile_message *m, size_t bytes, struct regex_scratch *scratch, const struct regex_subject *subject)
{
	struct span groups[REGEX_MAX_GROUPS] = { SPAN_NONE }, line = span_of(m->line_pattern.p, bytes), pattern = SPAN_NONE;
	struct span found = SPAN_NONE;
	struct regex_error error;
	struct regex *regex = NULL;
	char *text = NULL;
	FILE *out = open_memstream(&text, &pattern.n);

	if (!out)
		return SPAN_NONE;
	while (line.n > 0) {
		struct piece piece = next_piece(m, line);

		put_piece(out, m, &piece);
		line = span_skip(line, piece.text.n);
	}
	if (fclose(out) == 0)
		regex = regex_compile(span_of(text, pattern.n), 0, &error);
	regex_line_begin(scratch);
	if (regex && regex_match(regex, scratch, subject, groups, REGEX_MAX_GROUPS) == REGEX_MATCH)
		found = groups[0];
	regex_free(&regex);
	free(text);
	return found;
}

/* Literal text may fit in part: as far as it is the same byte for byte. */
static size_t
common(struct span piece, struct span rest)
{
	size_t n = 0;

	while (n < piece.n && n < rest.n && piece.p[n] == rest.p[n])
		n++;
	return n;
}

void
stop_find(const struct profile_message *m, struct regex_scratch *scratch, const struct regex_subject *subject, struct explain_message *told)
{
	struct span line = m->line_pattern, end = span_of(subject->text.p + subject->text.n, 0);
	struct span found, rest = subject->text;
	size_t fitted = 0;

	told->piece = told->expression = SPAN_NONE;
	while (fitted < line.n) {
		struct piece piece = next_piece(m, span_skip(line, fitted));

		found = match_beginning(m, fitted + piece.text.n, scratch, subject);
		if (!found.p) {
			told->piece = piece.text;
			told->expression = piece.expression;
			break;
		}
		fitted += piece.text.n;
		rest = span_between(found.p + found.n, end.p);
	}
	if (fitted > 0 && told->piece.p && !told->expression.p && told->piece.p[0] != ' ') {
		size_t same = common(told->piece, rest);

		fitted += same;
		told->piece = span_skip(told->piece, same);
		rest = span_skip(rest, same);
	}
	told->fitted = fitted;
	told->rest = rest;
}
