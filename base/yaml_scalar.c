/*
 * PyYAML's resolver, by hand: which words are truths and nulls, which digits are numbers.
 */
#include "base/yaml_scalar.h"

#include <math.h>
#include <stdlib.h>

static bool
one_of(struct span t, const char *const *words)
{
	for (; *words; words++) {
		if (span_eq(t, span_str(*words)))
			return true;
	}
	return false;
}

static bool
resolve_word(struct yaml_node *n)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const truths[] = { "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", NULL };
	static const char *const lies[] = { "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", NULL };

	if (one_of(n->text, nulls)) {
		n->kind = YAML_NULL;
	} else if (one_of(n->text, truths) || one_of(n->text, lies)) {
		n->kind = YAML_BOOL;
		n->boolean = one_of(n->text, truths);
	} else {
		return false;
	}
	return true;
}

static int
digit_of(char c)
{
	return span_is_digit(c) ? c - '0' : span_is_alpha(c) ? (c | 0x20) - 'a' + 10 : 99;
}

/* Digits of `base` and underscores, at least one of them: 0, or -1 if it is something else or too large. */
static int
digits(struct span t, int base, int64_t *v)
{
	*v = 0;
	if (t.n == 0)
		return -1;
	for (size_t i = 0; i < t.n; i++) {
		int d = digit_of(t.p[i]);

		if (t.p[i] == '_')
			continue;
		if (d >= base || __builtin_mul_overflow(*v, base, v) || __builtin_add_overflow(*v, d, v))
			return -1;
	}
	return 0;
}

/* 1:30:05 in base sixty; every part after the first is 0..59. */
static int
sexagesimal(struct span t, int64_t *v)
{
	const char *colon = memchr(t.p, ':', t.n);
	int64_t part;

	if (!colon || t.p[0] == '0' || digits(span_between(t.p, colon), 10, v) == -1)
		return -1;
	while (colon) {
		struct span rest = span_between(colon + 1, t.p + t.n);
		const char *next = memchr(rest.p, ':', rest.n);
		struct span word = next ? span_between(rest.p, next) : rest;

		if (word.n < 1 || word.n > 2 || memchr(word.p, '_', word.n) || digits(word, 10, &part) == -1 || part > 59 ||
		    __builtin_mul_overflow(*v, 60, v) || __builtin_add_overflow(*v, part, v))
			return -1;
		colon = next;
	}
	return 0;
}

static bool
resolve_integer(struct yaml_node *n)
{
	struct span t = n->text;
	bool negative = t.p[0] == '-';
	int64_t v;
	int result;

	if (negative || t.p[0] == '+')
		t = span_skip(t, 1);
	if (t.n == 0 || !span_is_digit(t.p[0]))
		return false;
	if (t.n > 2 && t.p[0] == '0' && t.p[1] == 'b')
		result = digits(span_skip(t, 2), 2, &v);
	else if (t.n > 2 && t.p[0] == '0' && t.p[1] == 'x')
		result = digits(span_skip(t, 2), 16, &v);
	else if (t.n > 1 && t.p[0] == '0')
		result = digits(span_skip(t, 1), 8, &v);
	else if (memchr(t.p, ':', t.n))
		result = sexagesimal(t, &v);
	else
		result = digits(t, 10, &v);
	if (result == -1)
		return false;
	n->kind = YAML_INT;
	n->integer = negative ? -v : v;
	return true;
}

static size_t
skip_digits(struct span t, size_t i)
{
	while (i < t.n && (span_is_digit(t.p[i]) || t.p[i] == '_'))
		i++;
	return i;
}

/* PyYAML wants a point, and a sign in the exponent: 1e3 and 1.0e3 are texts. */
static bool
looks_like_float(struct span t)
{
	size_t i = t.p[0] == '-' || t.p[0] == '+', from = i;

	i = skip_digits(t, i);
	if (i >= t.n || t.p[i] != '.' || (i > from && !span_is_digit(t.p[from])))
		return false;
	if (i == from && (i + 1 >= t.n || !span_is_digit(t.p[i + 1])))
		return false;
	i = skip_digits(t, i + 1);
	if (i == t.n)
		return true;
	if ((t.p[i] | 0x20) != 'e' || i + 2 >= t.n || (t.p[i + 1] != '-' && t.p[i + 1] != '+'))
		return false;
	for (i += 2; i < t.n; i++) {
		if (!span_is_digit(t.p[i]))
			return false;
	}
	return true;
}

static void
resolve_float(struct yaml_node *n)
{
	static const char *const infinite[] = { ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", NULL };
	static const char *const negative[] = { "-.inf", "-.Inf", "-.INF", NULL };
	static const char *const nans[] = { ".nan", ".NaN", ".NAN", NULL };
	char plain[64];
	size_t len = 0;

	if (one_of(n->text, infinite) || one_of(n->text, negative) || one_of(n->text, nans)) {
		n->kind = YAML_FLOAT;
		n->real = one_of(n->text, nans) ? (double)NAN : one_of(n->text, negative) ? -(double)INFINITY : (double)INFINITY;
		return;
	}
	if (n->text.n >= sizeof(plain) || !looks_like_float(n->text))
		return;
	for (size_t i = 0; i < n->text.n; i++) {
		if (n->text.p[i] != '_')
			plain[len++] = n->text.p[i];
	}
	plain[len] = '\0';
	n->kind = YAML_FLOAT;
	n->real = strtod(plain, NULL);
}

void
yaml_scalar_resolve(struct yaml_node *n)
{
	if (!resolve_word(n) && !resolve_integer(n))
		resolve_float(n);
}
