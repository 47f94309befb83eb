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

/* Digits of `base` and underscores, at least one digit: 0, or -1 if it is something else or too large.  `sign`: 1 or -1. */
static int
digits(struct span t, int base, int sign, int64_t *v)
{
	bool any = false;

	*v = 0;
	for (size_t i = 0; i < t.n; i++) {
		int d = digit_of(t.p[i]);

		if (t.p[i] == '_')
			continue;
		any = true;
		if (d >= base || __builtin_mul_overflow(*v, base, v) || __builtin_add_overflow(*v, sign * d, v))
			return -1;
	}
	return any ? 0 : -1;
}

/* ":30:05" behind a number in base sixty; every part is 0..59, one digit or two.  *used: how far it goes. */
static int
sixties(struct span t, int sign, int64_t *v, size_t *used)
{
	size_t i = 0;

	while (i < t.n && t.p[i] == ':') {
		int64_t part;
		size_t n = 0;

		while (n < 2 && i + 1 + n < t.n && span_is_digit(t.p[i + 1 + n]))
			n++;
		if (digits(span_of(t.p + i + 1, n), 10, sign, &part) == -1 || part > 59 || part < -59 || __builtin_mul_overflow(*v, 60, v) ||
		    __builtin_add_overflow(*v, part, v))
			return -1;
		i += 1 + n;
	}
	*used = i;
	return 0;
}

/* 1:30:05 is 5405. */
static int
sexagesimal(struct span t, int sign, int64_t *v)
{
	const char *colon = memchr(t.p, ':', t.n);
	size_t used;

	if (digits(span_between(t.p, colon), 10, sign, v) == -1 || sixties(span_between(colon, t.p + t.n), sign, v, &used) == -1)
		return -1;
	return colon + used == t.p + t.n ? 0 : -1;
}

static bool
resolve_integer(struct yaml_node *n)
{
	struct span t = n->text;
	int sign = t.p[0] == '-' ? -1 : 1, result;

	if (t.p[0] == '-' || t.p[0] == '+')
		t = span_skip(t, 1);
	if (t.n == 0 || !span_is_digit(t.p[0]))
		return false;
	if (t.n > 2 && t.p[0] == '0' && t.p[1] == 'b')
		result = digits(span_skip(t, 2), 2, sign, &n->integer);
	else if (t.n > 2 && t.p[0] == '0' && t.p[1] == 'x')
		result = digits(span_skip(t, 2), 16, sign, &n->integer);
	else if (t.p[0] == '0')
		result = digits(t, 8, sign, &n->integer);
	else if (memchr(t.p, ':', t.n))
		result = sexagesimal(t, sign, &n->integer);
	else
		result = digits(t, 10, sign, &n->integer);
	if (result == 0)
		n->kind = YAML_INT;
	else
		n->integer = 0;
	return result == 0;
}

static size_t
skip_digits(struct span t, size_t i)
{
	while (i < t.n && (span_is_digit(t.p[i]) || t.p[i] == '_'))
		i++;
	return i;
}

/* PyYAML wants a point, a sign in the exponent, and none before a point: 1e3, 1.0e3 and -.5 are texts. */
static bool
looks_like_float(struct span t)
{
	size_t i = t.p[0] == '-' || t.p[0] == '+', from = i;

	i = skip_digits(t, i);
	if (i >= t.n || t.p[i] != '.' || (i > from && !span_is_digit(t.p[from])))
		return false;
	if (i == from && (from > 0 || i + 1 >= t.n || !span_is_digit(t.p[i + 1])))
		return false;
	i = skip_digits(t, i + 1);
	if (i == t.n)
		return true;
	if ((t.p[i] | 0x20) != 'e' || i + 2 >= t.n || (t.p[i + 1] != '-' && t.p[i + 1] != '+'))
		return false;
	for (i += 2; i < t.n; i++)
		if (!span_is_digit(t.p[i]))
			return false;
	return true;
}

/* The value of digits, a point and underscores. */
static double
real_of(struct span t)
{
	char plain[400];
	size_t len = 0;

	for (size_t i = 0; i < t.n && len + 1 < sizeof(plain); i++)
		if (t.p[i] != '_')
			plain[len++] = t.p[i];
	plain[len] = '\0';
	return strtod(plain, NULL);
}

/* 1:30.5 is 90.5. */
static bool
resolve_sixty_float(struct yaml_node *n)
{
	struct span t = n->text;
	int sign = t.p[0] == '-' ? -1 : 1;
	const char *colon;
	int64_t whole;
	size_t used;

	if (t.p[0] == '-' || t.p[0] == '+')
		t = span_skip(t, 1);
	colon = memchr(t.p, ':', t.n);
	if (!colon || !span_is_digit(t.p[0]) || digits(span_between(t.p, colon), 10, 1, &whole) == -1)
		return false;
	t = span_skip(t, (size_t)(colon - t.p));
	if (sixties(t, 1, &whole, &used) == -1 || used == t.n || t.p[used] != '.' || skip_digits(t, used + 1) != t.n)
		return false;
	n->real = sign * ((double)whole + real_of(span_skip(t, used)));
	return true;
}

static void
resolve_float(struct yaml_node *n)
{
	static const char *const infinite[] = { ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", NULL };
	static const char *const negative[] = { "-.inf", "-.Inf", "-.INF", NULL };
	static const char *const nans[] = { ".nan", ".NaN", ".NAN", NULL };

	if (one_of(n->text, infinite))
		n->real = (double)INFINITY;
	else if (one_of(n->text, negative))
		n->real = -(double)INFINITY;
	else if (one_of(n->text, nans))
		n->real = (double)NAN;
	else if (looks_like_float(n->text))
		n->real = real_of(n->text);
	else if (!resolve_sixty_float(n))
		return;
	n->kind = YAML_FLOAT;
}

void
yaml_scalar_resolve(struct yaml_node *n)
{
	if (!resolve_word(n) && !resolve_integer(n))
		resolve_float(n);
}
