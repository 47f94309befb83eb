/* The quick way: literal chunks with values between them; and the question whether this message may take it. */
#include "base/template_part.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_digits.h"

static struct span
int_text(int64_t i, char number[TEMPLATE_NUMBER_BYTES])
{
	char *end = number + TEMPLATE_NUMBER_BYTES;
	char *p = json_digits(end, i < 0 ? 0 - (uint64_t)i : (uint64_t)i);

	if (i < 0)
		*--p = '-';
	return span_between(p, end);
}

static struct span
real_text(double d, char number[TEMPLATE_NUMBER_BYTES])
{
	int n = 0;

	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(number, TEMPLATE_NUMBER_BYTES - 2, "%.*g", digits, d);
		if (strtod(number, NULL) == d)
			break;
	}
	if (isfinite(d) && !strpbrk(number, ".e")) {
		memcpy(number + n, ".0", 2);
		n += 2;
	}
	return span_of(number, (size_t)n);
}

struct span
template_key_text(const struct fact *f, char number[TEMPLATE_NUMBER_BYTES])
{
	switch (f->type) {
	case FACT_NULL:
		return SPAN_LIT("None");
	case FACT_TEXT:
		return f->text;
	case FACT_INT:
		return int_text(f->num, number);
	case FACT_BOOL:
		return f->num ? SPAN_LIT("True") : SPAN_LIT("False");
	case FACT_REAL:
		return real_text(f->real, number);
	}
	return SPAN_NONE;
}

void
template_put_fact(const struct fact *f, struct json *json)
{
	switch (f->type) {
	case FACT_NULL:
		json_put_null(json);
		break;
	case FACT_TEXT:
		json_quoted(json, f->text);
		break;
	case FACT_INT:
		json_int(json, f->num);
		break;
	case FACT_BOOL:
		json_bool(json, f->num != 0);
		break;
	case FACT_REAL:
		json_double(json, f->real);
		break;
	}
}

static bool
opens_level(const struct template_guard *guard, struct span text)
{
	const char *p = text.p, *end = text.p + text.n;

	if (text.n == 0)
		return false;
	if (end[-1] == '/' || (guard->glued && *p == '/'))
		return true;
	while ((p = memchr(p, '/', (size_t)(end - p)))) {
		if (p[1] == '/')        /* the last byte is no '/' */
			return true;
		p++;
	}
	return false;
}

bool
template_needs_tree(const struct template *t, const struct nevent *ev)
{
	char a[TEMPLATE_NUMBER_BYTES], b[TEMPLATE_NUMBER_BYTES];

	if (t->always_slow)
		return true;
	for (size_t i = 0; i < t->nguards; i++) {
		const struct fact *f = &ev->values[t->guards[i].value];

		if (f->type == FACT_TEXT && opens_level(&t->guards[i], f->text))
			return true;
	}
	for (size_t i = 0; i < t->npairs; i++) {
		const struct template_pair *pair = &t->pairs[i];
		struct span key = template_key_text(&ev->values[pair->value], a);
		struct span other = pair->other < 0 ? pair->literal : template_key_text(&ev->values[pair->other], b);

		if (span_eq(key, other))
			return true;
	}
	return false;
}

static void
put_key(const struct fact *f, struct json *json)
{
	char number[TEMPLATE_NUMBER_BYTES];

	json_escaped(json, template_key_text(f, number), UTF8_INVALID);
}

int
template_write(const struct template *t, const struct nevent *ev, struct arena *arena, struct json *json)
{
	if (template_needs_tree(t, ev))
		return template_write_reference(t, ev, arena, json);
	if (json->comma)
		json_raw(json, SPAN_LIT(","), false);
	for (size_t i = 0; i < t->nsteps; i++) {
		const struct template_step *step = &t->steps[i];

		switch (step->kind) {
		case TEMPLATE_LITERAL:
			json_raw(json, step->literal, false);
			break;
		case TEMPLATE_KEY:
			put_key(&ev->values[step->value], json);
			break;
		case TEMPLATE_VALUE:
			template_put_fact(&ev->values[step->value], json);
			break;
		}
	}
	json->comma = true;
	return 0;
}

int
template_write_reference(const struct template *t, const struct nevent *ev, struct arena *arena, struct json *json)
{
	const struct template_tree *tree = template_tree_build(t, ev, arena);

	if (!tree)
		return -1;
	template_tree_put(tree, json);
	return 0;
}

bool
template_fits(const struct template *t, const struct nevent *ev, struct arena *arena)
{
	return !template_needs_tree(t, ev) || template_tree_build(t, ev, arena);
}
