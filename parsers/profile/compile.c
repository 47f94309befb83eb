#include "parsers/profile/compile.h"

#include <stdio.h>
#include <stdlib.h>

#include "parsers/profile/cast.h"
#include "parsers/profile/literal.h"

#define COMPILE_MAX_BYTES 4096  /* of a line, of a value's expression */

/* The line while it is read: its regular expression, and the literal text in it. */
struct builder {
	struct reader *r;
	struct compile *c;
	FILE *out;
	struct literal_runs runs;
	bool runs_hold;                 /* false: some value may make any literal optional */
	unsigned groups;
	bool failed;
};

/* ---- values by themselves ---- */

size_t
compile_values(struct reader *r, const struct yaml_node *map, size_t extra, struct model_value **values, struct compile_value **expressions)
{
	size_t n = 0, room = (map ? map->children : 0) + extra;

	*values = reader_alloc(r, room * sizeof(**values));
	*expressions = reader_alloc(r, room * sizeof(**expressions));
	if (!*values || !*expressions || !map || !reader_map(r, map, NULL, "values"))
		return 0;
	if (map->children > NEVENT_MAX_VALUES) {
		reader_fault(r, map, "%zu values, more than %d", map->children, NEVENT_MAX_VALUES);
		return 0;
	}
	for (const struct yaml_node *entry = map->first; entry; entry = entry->next) {
		struct model_value *v = &(*values)[n];
		struct span name, expression = reader_text(r, entry);

		cast_split(r, entry->key, &name, &v->cast);
		v->key = reader_key(r, name);
		for (size_t i = 0; i < n; i++)
			if (span_eq((*values)[i].key.name, name))
				reader_fault(r, entry->key, "there is a value \"%.*s\" already", READER_TEXT(name));
		(*expressions)[n++] = (struct compile_value){ .node = entry, .expression = expression };
	}
	return n;
}

/* By itself it must be a regular expression, and in the own grammar have one group. */
static void
check_value(struct builder *b, const struct compile_value *value)
{
	struct regex_error error;
	struct regex *re;

	if (!value->node || !value->expression.p)
		return;
	re = regex_compile(value->expression, 0, &error);
	if (!re) {
		if (error.offset >= value->expression.n)
			reader_fault(b->r, value->node, "%s", error.message);
		else
			reader_fault_in(b->r, value->node, error.offset, 1, "%s", error.message);
		b->failed = true;
	} else if (!b->c->napalm && regex_groups(re) != 1) {
		reader_fault(b->r, value->node, "a value has exactly one group, this one has %zu (\"(?:...)\" groups without counting)",
		    regex_groups(re));
		b->failed = true;
	}
	regex_free(&re);
}

/* Put in as it is written, could it change what stands around it? An alternative on its top level, a quantifier at its start, an option. */
static bool
reaches_out(struct span e)
{
	int depth = 0;

	if (e.n == 0 || memchr("?*+{", e.p[0], 4))
		return true;
	for (size_t i = 0; i < e.n; i++) {
		if (e.p[i] == '\\') {
			i++;
		} else if (e.p[i] == '[') {
			for (i += 2; i < e.n && e.p[i] != ']'; i++)
				i += e.p[i] == '\\';
		} else if (e.p[i] == '(') {
			depth++;
			if (i + 2 < e.n && e.p[i + 1] == '?' && !memchr(":<=!>", e.p[i + 2], 5))
				return true;
		} else if (e.p[i] == ')') {
			depth--;
		} else if (e.p[i] == '|' && depth == 0) {
			return true;
		}
	}
	return false;
}

/* ---- the line ---- */

void
compile_put_literal(FILE *out, char c)
{
	unsigned char u = (unsigned char)c;

	if (c == '\n')
		fputs("\\n", out);
	else if (u < 0x80 && !span_is_alpha(c) && !span_is_digit(c) && c != '_')
		fprintf(out, "\\%c", c);
	else
		fputc(c, out);
}

static void
put_literal(struct builder *b, char c)
{
	literal_put(&b->runs, c);
	compile_put_literal(b->out, c);
}

static void
put_blank(struct builder *b)
{
	literal_blank(&b->runs);
	fputs("\\s+", b->out);
}

/* An alternative on the expression's own level: none of it must occur. */
static void
choice_or_scan(struct builder *b, struct span e)
{
	if (reaches_out(e))
		literal_end(&b->runs);
	else
		literal_scan(&b->runs, e);
}

static void
put_value(struct builder *b, size_t i)
{
	struct span e = b->c->expressions[i].expression;
	struct model_value *v = &b->c->values[i];

	b->groups++;
	if (!b->c->napalm && v->group == 0)
		v->group = b->groups;
	fputs(b->c->napalm ? "" : "(?:", b->out);
	fwrite(e.p ? e.p : "", 1, e.n, b->out);
	fputs(b->c->napalm ? "" : ")", b->out);
	choice_or_scan(b, e);
}

static int
find_value(const struct compile *c, struct span name)
{
	for (size_t i = 0; i < c->nvalues; i++)
		if (span_eq(c->values[i].key.name, name))
			return (int)i;
	return -1;
}

/* `{name}` at `at`; gives the bytes read. */
static size_t
take_name(struct builder *b, size_t at)
{
	struct span line = b->c->line;
	const char *close = memchr(line.p + at, '}', line.n - at);
	struct span name;
	int i;

	if (!close) {
		reader_fault_in(b->r, b->c->node, at - b->c->added, 1, "the brace is not closed (a literal brace is \"{{\")");
		b->failed = true;
		return line.n - at;
	}
	name = span_between(line.p + at + 1, close);
	i = find_value(b->c, name);
	if (i < 0) {
		reader_fault_in(b->r, b->c->node, at - b->c->added, name.n + 2, "there is no value \"%.*s\"", READER_TEXT(name));
		b->failed = true;
	} else {
		put_value(b, (size_t)i);
	}
	return name.n + 2;
}

static void
read_line(struct builder *b)
{
	struct span line = b->c->line;

	for (size_t i = 0; i < line.n;) {
		bool twice = i + 1 < line.n && line.p[i + 1] == line.p[i];

		if (line.p[i] == '{' && !twice) {
			i += take_name(b, i);
		} else if (line.p[i] == '{' || line.p[i] == '}') {
			if (!twice) {
				reader_fault_in(b->r, b->c->node, i - b->c->added, 1, "a single \"}\" (a literal brace is \"}}\")");
				b->failed = true;
			}
			put_literal(b, line.p[i]);
			i += 2;
		} else {
			if (line.p[i] == ' ')
				put_blank(b);
			else
				put_literal(b, line.p[i]);
			i++;
		}
	}
	literal_end(&b->runs);
}

/* Where `{name}` stands first, as napalm-logs finds it; -1 if nowhere. */
static ptrdiff_t
first_place(struct span line, struct span name)
{
	for (size_t i = 0; i + name.n + 2 <= line.n; i++)
		if (line.p[i] == '{' && line.p[i + 1 + name.n] == '}' && memcmp(line.p + i + 1, name.p, name.n) == 0)
			return (ptrdiff_t)i;
	return -1;
}

/* napalm-logs' group numbers: the rank of a value's place among all different places (values that stand nowhere share one, the first). */
static void
rank_values(struct builder *b)
{
	struct compile *c = b->c;

	for (size_t i = 0; i < c->nvalues; i++) {
		ptrdiff_t mine = first_place(c->line, c->values[i].key.name);
		bool nowhere = false;

		c->values[i].group = 1;
		for (size_t k = 0; k < c->nvalues; k++) {
			ptrdiff_t other = first_place(c->line, c->values[k].key.name);

			if (other >= 0 && other < mine)
				c->values[i].group++;
			nowhere |= other < 0;
		}
		c->values[i].group += nowhere && mine >= 0;
		if (mine < 0 && c->expressions[i].node)
			reader_warn(b->r, c->expressions[i].node->key, "the value \"%.*s\" is not in the line: the groups of the others are shifted",
			    READER_TEXT(c->values[i].key.name));
		if (c->values[i].group > regex_groups(c->regex))
			c->values[i].group = 0;
	}
}

static void
check_values(struct builder *b)
{
	const struct compile *c = b->c;

	for (size_t i = 0; i < c->nvalues; i++) {
		check_value(b, &c->expressions[i]);
		if (c->napalm && reaches_out(c->expressions[i].expression))
			b->runs_hold = false;
		if (c->napalm || first_place(c->line, c->values[i].key.name) >= 0)
			continue;
		reader_fault(b->r, c->expressions[i].node->key, "the value \"%.*s\" is not in the line", READER_TEXT(c->values[i].key.name));
		b->failed = true;
	}
}

static void
finish_regex(struct builder *b, struct span pattern)
{
	struct compile *c = b->c;
	struct regex_error error;

	c->regex = regex_compile(pattern, c->flags, &error);
	if (!c->regex) {
		reader_fault(b->r, c->node, "%s, in %.*s", error.message, READER_TEXT(pattern));
		b->failed = true;
	} else if (reader_own(b->r, (struct model_owned){ .regex = c->regex }) == -1) {
		c->regex = NULL;
		b->failed = true;
	} else if (regex_groups(c->regex) > c->max_groups) {
		reader_fault(b->r, c->node, "%zu groups, more than %zu", regex_groups(c->regex), c->max_groups);
		b->failed = true;
	}
}

/* How much literal text there can be. */
static size_t
literal_bytes(const struct compile *c)
{
	size_t n = c->line.n + 1;

	for (size_t i = 0; i < c->nvalues; i++) {
		struct span rest = c->line;
		ptrdiff_t at;

		for (; (at = first_place(rest, c->values[i].key.name)) >= 0; rest = span_skip(rest, (size_t)at + 1))
			n += c->expressions[i].expression.n;
	}
	return n;
}

/* Lines and expressions of a sane length, so that a repeated value cannot make a huge pattern. */
static bool
check_lengths(struct reader *r, const struct compile *c)
{
	bool good = c->line.n <= COMPILE_MAX_BYTES;

	if (!good)
		reader_fault(r, c->node, "%zu bytes, more than %d", c->line.n, COMPILE_MAX_BYTES);
	for (size_t i = 0; i < c->nvalues; i++) {
		if (c->expressions[i].expression.n <= COMPILE_MAX_BYTES)
			continue;
		reader_fault(r, c->expressions[i].node, "%zu bytes, more than %d", c->expressions[i].expression.n, COMPILE_MAX_BYTES);
		good = false;
	}
	return good;
}

int
compile_line(struct reader *r, struct compile *c)
{
	struct builder b = { .r = r, .c = c, .runs_hold = true, .runs = { .at_start = true } };
	char *pattern = NULL;
	size_t n = 0, room;

	if (!check_lengths(r, c))
		return -1;
	room = literal_bytes(c);
	b.runs.bytes = reader_alloc(r, room);
	b.runs.runs = reader_alloc(r, room * sizeof(*b.runs.runs));
	b.runs.blanks = reader_alloc(r, room);
	b.out = open_memstream(&pattern, &n);
	if (!b.runs.bytes || !b.runs.runs || !b.runs.blanks || !b.out) {
		b.failed = true;
		goto out;
	}
	check_values(&b);
	read_line(&b);
	if (fflush(b.out) != 0)
		b.failed = true;
	if (!b.failed)
		finish_regex(&b, span_of(pattern, n));
	if (!b.failed && c->napalm)
		rank_values(&b);
	if (b.runs_hold) {
		c->literals = b.runs.runs;
		c->literal_blanks = b.runs.blanks;
		c->nliterals = b.runs.nruns;
		c->leading = b.runs.leading;
	}
out:
	if (b.out)
		fclose(b.out);
	free(pattern);
	return b.failed ? -1 : 0;
}

struct span
compile_longest(const struct compile *c)
{
	struct span best = SPAN_LIT("");

	for (size_t i = 0; i < c->nliterals; i++)
		if (c->literals[i].n > best.n)
			best = c->literals[i];
	return best;
}
