#include "parsers/profile/literal.h"

/* A place in an expression; `lost` once something came that is not understood. */
struct place {
	struct span e;
	size_t at;
	bool lost;
};

void
literal_put(struct literal_runs *l, char c)
{
	if (l->at_start)
		l->leading = true;
	l->at_start = false;
	if (l->blanks && l->n == l->start)
		l->blanks[l->nruns] = l->blank ? LITERAL_AFTER_BLANK : 0;
	l->blank = false;
	l->bytes[l->n++] = c;
}

void
literal_end(struct literal_runs *l)
{
	l->at_start = l->blank = false;
	if (l->n > l->start)
		l->runs[l->nruns++] = span_of(l->bytes + l->start, l->n - l->start);
	l->start = l->n;
}

void
literal_blank(struct literal_runs *l)
{
	if (l->blanks && l->n > l->start)
		l->blanks[l->nruns] |= LITERAL_BEFORE_BLANK;
	literal_end(l);
	l->blank = true;
}

static char
peek(const struct place *p, size_t ahead)
{
	return p->at + ahead < p->e.n ? p->e.p[p->at + ahead] : '\0';
}

/* Behind the `]` of the set that begins at `at`. */
static size_t
set_end(struct span e, size_t at)
{
	size_t i = at + 1;

	i += i < e.n && e.p[i] == '^';
	i += i < e.n && e.p[i] == ']';
	for (; i < e.n && e.p[i] != ']'; i++) {
		if (e.p[i] == '\\') {
			i++;
		} else if (e.p[i] == '[' && i + 1 < e.n && e.p[i + 1] == ':') {
			const char *close = memmem(e.p + i + 2, e.n - i - 2, ":]", 2);

			if (close)
				i = (size_t)(close - e.p) + 1;
		}
	}
	return i < e.n ? i + 1 : e.n;
}

/* The `)` of the group that begins at `at`; *choice: it has an alternative on its own level. */
static size_t
group_end(struct span e, size_t at, bool *choice)
{
	int depth = 0;

	*choice = false;
	for (size_t i = at; i < e.n; i++) {
		if (e.p[i] == '\\') {
			i++;
		} else if (e.p[i] == '[') {
			i = set_end(e, i) - 1;
		} else if (e.p[i] == '(') {
			depth++;
		} else if (e.p[i] == ')') {
			if (--depth == 0)
				return i;
		} else if (e.p[i] == '|' && depth == 1) {
			*choice = true;
		}
	}
	return e.n;
}

enum quantity { ONCE, ONCE_OR_MORE, MAYBE };

/* The quantifier here, if any, is passed over. */
static enum quantity
take_quantifier(struct place *p)
{
	char c = peek(p, 0);
	enum quantity q = c == '+' ? ONCE_OR_MORE : MAYBE;

	if (c == '{' && (span_is_digit(peek(p, 1)) || peek(p, 1) == ',')) {
		while (p->at < p->e.n && peek(p, 0) != '}')
			p->at++;
	} else if (c != '?' && c != '*' && c != '+') {
		return ONCE;
	}
	p->at++;
	if (peek(p, 0) == '?' || peek(p, 0) == '+')
		p->at++;
	return q;
}

static void
take_literal(struct literal_runs *l, struct place *p, char c)
{
	enum quantity q = take_quantifier(p);

	if (q == MAYBE || (unsigned char)c >= 0x80) {
		literal_end(l);
		return;
	}
	literal_put(l, c);
	if (q == ONCE_OR_MORE)
		literal_end(l);
}

static void
take_escape(struct literal_runs *l, struct place *p)
{
	char c = peek(p, 1);

	if (!span_is_alpha(c) && !span_is_digit(c) && c != '\0') {
		p->at += 2;
		take_literal(l, p, c);
		return;
	}
	literal_end(l);
	if (c == '\0' || !strchr("dDwWsSbBAZzhHvVRnrtf", c)) {
		p->lost = true;
		return;
	}
	p->at += 2;
	take_quantifier(p);
}

/* Where the inside of the group begins, 0 if it is none that can be looked into; *ahead: it takes no text. */
static size_t
group_start(const struct place *p, bool *ahead)
{
	const char *close;

	*ahead = false;
	if (peek(p, 1) == '*')
		return 0;
	if (peek(p, 1) != '?')
		return p->at + 1;
	if (peek(p, 2) == ':' || peek(p, 2) == '>')
		return p->at + 3;
	*ahead = peek(p, 2) == '=';
	if (*ahead)
		return p->at + 3;
	if (peek(p, 2) != 'P' && !(peek(p, 2) == '<' && peek(p, 3) != '=' && peek(p, 3) != '!'))
		return 0;
	close = memchr(p->e.p + p->at, '>', p->e.n - p->at);
	return close && (peek(p, 2) == '<' || peek(p, 3) == '<') ? (size_t)(close - p->e.p) + 1 : 0;
}

/* Not `(?!`, `(?<!`, `(?<=`: does the group change how the rest is read? */
static bool
is_option(const struct place *p)
{
	return peek(p, 1) == '*' || (peek(p, 1) == '?' && peek(p, 2) != '!' && peek(p, 2) != '<');
}

/* Recursion as deep as the profile's groups, which PCRE2 has bounded. */
static void
take_group(struct literal_runs *l, struct place *p)
{
	bool choice, ahead;
	size_t inner = group_start(p, &ahead), end = group_end(p->e, p->at, &choice);
	enum quantity q;

	if (inner == 0 && is_option(p)) {
		literal_end(l);
		p->lost = true;
		return;
	}
	p->at = end < p->e.n ? end + 1 : end;
	q = take_quantifier(p);
	if (inner == 0 || inner > end || choice || ahead || q == MAYBE)
		literal_end(l);
	if (inner == 0 || inner > end || choice || q == MAYBE)
		return;
	literal_scan(l, span_of(p->e.p + inner, end - inner));
	if (ahead || q == ONCE_OR_MORE)
		literal_end(l);
}

void
literal_scan(struct literal_runs *l, struct span e)
{
	struct place p = { .e = e };

	while (p.at < e.n && !p.lost) {
		char c = e.p[p.at];

		switch (c) {
		case '\\':
			take_escape(l, &p);
			break;
		case '[':
			p.at = set_end(e, p.at);
			literal_end(l);
			take_quantifier(&p);
			break;
		case '(':
			take_group(l, &p);
			break;
		case '.':
		case '^':
		case '$':
			p.at++;
			literal_end(l);
			take_quantifier(&p);
			break;
		case '|':
		case '{':
		case ')':
			literal_end(l);
			p.lost = true;
			break;
		default:
			p.at++;
			take_literal(l, &p, c);
			break;
		}
	}
}
