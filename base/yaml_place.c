/*
 * Places: libyaml's marks as lines and columns in bytes, and places inside a scalar.
 */
#include "base/utf8.h"
#include "base/yaml_part.h"

/* Bytes of the line end at the start of `s`, 0 if there is none: what libyaml takes for one (YAML 1.1, b-char). */
static size_t
line_end(struct span s)
{
	if (s.n == 0)
		return 0;
	if (s.p[0] == '\n' || s.p[0] == '\r')
		return span_starts(s, SPAN_LIT("\r\n")) ? 2 : 1;
	if (span_starts(s, SPAN_LIT("\xc2\x85")))
		return 2;
	return span_starts(s, SPAN_LIT("\xe2\x80\xa8")) || span_starts(s, SPAN_LIT("\xe2\x80\xa9")) ? 3 : 0;
}

/* One character on. */
static void
step(struct yaml_cursor *c, struct span rest)
{
	size_t end = line_end(rest), length;

	if (end > 0) {
		c->at += end;
		c->line++;
		c->column = 0;
		if (rest.p[end - 1] == '\n') {
			c->shown_line++;
			c->shown_start = c->at;
		}
		return;
	}
	length = utf8_sequence(rest);
	c->at += length ? length : 1;
	c->column++;
}

/* Over printable ASCII, a column each, up to the mark if it is in this line. */
static void
run(struct yaml_cursor *c, struct span source, const yaml_mark_t *to)
{
	size_t most = to->line == c->line ? to->column - c->column : SIZE_MAX;
	const char *start = source.p + c->at, *p = start, *end = source.p + source.n;

	if (most < (size_t)(end - p))
		end = p + most;
	while (p < end && *p >= 0x20 && *p < 0x7f)
		p++;
	c->at += (size_t)(p - start);
	c->column += (size_t)(p - start);
}

/* Marks come in order: only one that lies back begins again at the start. */
void
yaml_cursor_move(struct yaml_cursor *c, struct span source, const yaml_mark_t *to)
{
	if (to->line < c->line || (to->line == c->line && to->column < c->column))
		*c = (struct yaml_cursor){ 0 };
	while (c->at < source.n && (c->line < to->line || (c->line == to->line && c->column < to->column))) {
		run(c, source, to);
		if (c->at < source.n && (c->line < to->line || c->column < to->column))
			step(c, span_skip(source, c->at));
	}
}

/* Behind an anchor and a tag on the same line, where the node itself begins. */
static size_t
skip_properties(struct span source, size_t at)
{
	size_t i = at;

	while (i < source.n && (source.p[i] == '&' || source.p[i] == '!')) {
		while (i < source.n && !span_is_space(source.p[i]))
			i++;
		while (i < source.n && (source.p[i] == ' ' || source.p[i] == '\t'))
			i++;
	}
	return i < source.n && !span_is_space(source.p[i]) ? i : at;
}

static bool
has_properties(const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return e->data.scalar.anchor || e->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT:
		return e->data.sequence_start.anchor || e->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		return e->data.mapping_start.anchor || e->data.mapping_start.tag;
	default:
		return false;
	}
}

/* Bytes of a one-line node from `from` on; a block text has its indicator alone. */
static int
width_of(const struct yaml_builder *b, const yaml_event_t *e, size_t from)
{
	struct span rest = span_skip(b->doc->source, from);
	struct yaml_cursor end = b->cursor;
	const char *newline;

	if (e->type != YAML_SCALAR_EVENT && e->type != YAML_ALIAS_EVENT)
		return 1;
	if (e->type == YAML_SCALAR_EVENT && e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE &&
	    e->data.scalar.style != YAML_SINGLE_QUOTED_SCALAR_STYLE && e->data.scalar.style != YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		return 1;
	yaml_cursor_move(&end, b->doc->source, &e->end_mark);
	if (end.at < from + 1)
		return 1;
	rest.n = end.at - from;
	newline = memchr(rest.p, '\n', rest.n);
	if (newline)
		rest.n = (size_t)(newline - rest.p);
	return rest.n > 0 ? (int)rest.n : 1;
}

void
yaml_set_place(struct yaml_builder *b, struct yaml_node *n, const yaml_event_t *e)
{
	size_t from;

	yaml_cursor_move(&b->cursor, b->doc->source, &e->start_mark);
	from = has_properties(e) ? skip_properties(b->doc->source, b->cursor.at) : b->cursor.at;
	n->line = (int)b->cursor.shown_line + 1;
	n->column = (int)(from - b->cursor.shown_start) + 1;
	n->width = width_of(b, e, from);
}

struct span
yaml_comment_above(struct span source, size_t start)
{
	size_t first = start;

	while (first > 0) {
		size_t line = first - 1;

		while (line > 0 && source.p[line - 1] != '\n')
			line--;
		if (source.p[line] != '#')
			break;
		first = line;
	}
	return first < start ? span_of(source.p + first, start - first) : SPAN_NONE;
}

struct diag_place
yaml_place(const struct yaml_doc *doc, const struct yaml_node *n)
{
	if (!n)
		return (struct diag_place){ .file = doc->file };
	return (struct diag_place){ .file = doc->file, .text = doc->source, .line = n->line, .column = n->column, .width = n->width };
}

/* ---- inside a scalar ---- */

/* The source from the first byte of a node on. */
static struct span
source_at(const struct yaml_doc *doc, const struct yaml_node *n)
{
	struct span s = doc->source;

	for (int line = 1; line < n->line; line++) {
		const char *newline = memchr(s.p, '\n', s.n);

		if (!newline)
			return SPAN_NONE;
		s = span_skip(s, (size_t)(newline - s.p) + 1);
	}
	return span_skip(s, (size_t)n->column - 1);
}

/* How many bytes of text the escape at the start of `s` makes; *used: how many it takes in the source.  0: a line end, or none. */
static size_t
escape_bytes(struct span s, size_t *used)
{
	unsigned value = 0;
	size_t digits;

	if (s.n < 2 || s.p[1] == '\n' || s.p[1] == '\r')
		return 0;
	digits = s.p[1] == 'x' ? 2 : s.p[1] == 'u' ? 4 : s.p[1] == 'U' ? 8 : 0;
	*used = 2 + digits;
	if (digits == 0)
		return s.p[1] == 'N' || s.p[1] == '_' ? 2 : s.p[1] == 'L' || s.p[1] == 'P' ? 3 : 1;
	if (s.n < *used)
		return 0;
	for (size_t i = 2; i < *used; i++)
		value = value * 16 + (unsigned)(span_is_digit(s.p[i]) ? s.p[i] - '0' : (s.p[i] | 0x20) - 'a' + 10);
	return value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
}

/* Where byte `offset` of a quoted text stands behind its opening quote; SIZE_MAX: on another line. */
static size_t
quoted_offset(struct span s, size_t offset)
{
	size_t at = 1, made = 0;

	while (made < offset) {
		struct span rest = span_skip(s, at);
		size_t used = 1, bytes = 1;

		if (rest.n == 0 || rest.p[0] == '\n' || rest.p[0] == '\r')
			return SIZE_MAX;
		if (s.p[0] == '\'' && span_starts(rest, SPAN_LIT("''")))
			used = 2;
		else if (s.p[0] == '"' && rest.p[0] == '\\' && (bytes = escape_bytes(rest, &used)) == 0)
			return SIZE_MAX;
		at += used;
		made += bytes;
	}
	return at;
}

/* Byte `offset` of a literal block text (|): its line and its column behind the indentation.  false: it cannot be told. */
static bool
place_in_literal(struct span s, const struct yaml_node *n, size_t offset, struct diag_place *place)
{
	size_t line = 0, start = 0, indent = 0;
	const char *newline = memchr(s.p, '\n', s.n);
	struct span block;

	for (size_t i = 0; i < offset; i++)
		if (n->text.p[i] == '\n') {
			line++;
			start = i + 1;
		}
	for (size_t i = 0; newline && i < line; i++)
		newline = memchr(newline + 1, '\n', (size_t)(s.p + s.n - newline - 1));
	if (!newline)
		return false;
	block = span_between(newline + 1, s.p + s.n);
	while (indent < block.n && block.p[indent] == ' ')
		indent++;
	/* Where the text's own line begins with blanks they are not indentation. */
	for (size_t i = start; i < n->text.n && n->text.p[i] == ' ' && indent > 0; i++)
		indent--;
	/* Other line ends than '\n' are the text's, not ours. */
	if (block.n < indent + offset - start || memcmp(block.p + indent, n->text.p + start, offset - start) != 0)
		return false;
	place->line = n->line + 1 + (int)line;
	place->column = (int)(indent + offset - start) + 1;
	return true;
}

struct diag_place
yaml_place_in(const struct yaml_doc *doc, const struct yaml_node *n, size_t offset, size_t width)
{
	struct diag_place place = yaml_place(doc, n), inner = place;
	struct span s = n && n->kind != YAML_MAP && n->kind != YAML_LIST && offset <= n->text.n ? source_at(doc, n) : SPAN_NONE;

	if (s.n == 0)
		return place;
	inner.width = width > 0 && width < INT32_MAX ? (int)width : 1;
	if (n->quoted && (s.p[0] == '\'' || s.p[0] == '"')) {
		size_t at = quoted_offset(s, offset);

		inner.column += (int)at;
		return at != SIZE_MAX ? inner : place;
	}
	if (n->quoted)
		return s.p[0] == '|' && place_in_literal(s, n, offset, &inner) ? inner : place;
	inner.column += (int)offset;
	return s.n >= offset && memcmp(s.p, n->text.p, offset) == 0 ? inner : place;
}
