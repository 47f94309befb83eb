#include "parsers/profile/cast_name.h"

#include "base/arena.h"
#include "base/yang_type.h"

static int
set_null(struct fact *f)
{
	f->type = FACT_NULL;
	f->text = SPAN_NONE;
	return 0;
}

static bool
same_letters(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if ((a.p[i] | 0x20) != (b.p[i] | 0x20))
			return false;
	return true;
}

int
cast_interface(const struct cast *c, struct fact *f, struct arena *arena)
{
	struct span s = f->text, kind;
	size_t n = 0;
	char *p;

	while (n < s.n && (span_is_alpha(s.p[n]) || s.p[n] == '-'))
		n++;
	kind = span_of(s.p, n);
	if (n == s.n || !(span_is_digit(s.p[n]) || s.p[n] == ' '))
		return 0;
	for (size_t i = 0; i < c->n; i++) {
		struct span full = c->entries[i].to.text;

		if (!same_letters(c->entries[i].from, kind))
			continue;
		s = span_trim(span_skip(s, n));
		p = arena_alloc(arena, full.n + s.n);
		if (!p)
			return -1;
		memcpy(p, full.p, full.n);
		memcpy(p + full.n, s.p, s.n);
		f->full = span_of(p, full.n + s.n);
		return 0;
	}
	return 0;
}

/* The last dot that digits follow, to the end; NULL if there is none. */
static const char *
unit_dot(struct span s)
{
	const char *dot = s.n ? memrchr(s.p, '.', s.n) : NULL;

	if (!dot || dot == s.p || dot + 1 == s.p + s.n)
		return NULL;
	for (const char *p = dot + 1; p < s.p + s.n; p++)
		if (!span_is_digit(*p))
			return NULL;
	return dot;
}

int
cast_parent(const struct cast *c, struct fact *f, struct arena *arena)
{
	const char *dot = unit_dot(f->text);

	(void)c;
	(void)arena;
	if (dot)
		f->text = span_between(f->text.p, dot);
	return 0;
}

int
cast_unit(const struct cast *c, struct fact *f, struct arena *arena)
{
	const char *dot = unit_dot(f->text);

	(void)c;
	(void)arena;
	if (!dot)
		return set_null(f);
	f->text = span_between(dot + 1, f->text.p + f->text.n);
	return 0;
}

int
cast_whole(const struct cast *c, struct fact *f, struct arena *arena)
{
	(void)c;
	(void)arena;
	return unit_dot(f->text) ? set_null(f) : 0;
}

int
cast_first_number(const struct cast *c, struct fact *f, struct arena *arena)
{
	struct span s = f->text;
	size_t from = 0, to;

	(void)c;
	(void)arena;
	while (from < s.n && !span_is_digit(s.p[from]))
		from++;
	for (to = from; to < s.n && span_is_digit(s.p[to]);)
		to++;
	if (from == to)
		return set_null(f);
	f->text = span_of(s.p + from, to - from);
	return 0;
}

/* 0 to 65535; -1 for anything else. */
static int32_t
half_number(struct span s)
{
	int32_t n = 0;

	if (s.n == 0 || s.n > 5)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (!span_is_digit(s.p[i]))
			return -1;
		n = n * 10 + (s.p[i] - '0');
	}
	return n <= 65535 ? n : -1;
}

int
cast_as_number(const struct cast *c, struct fact *f, struct arena *arena)
{
	struct span s = f->text;
	const char *dot = s.n ? memchr(s.p, '.', s.n) : NULL;
	int32_t high, low;

	(void)c;
	if (!dot)
		return 0;
	high = half_number(span_between(s.p, dot));
	low = half_number(span_between(dot + 1, s.p + s.n));
	if (high < 0 || low < 0)
		return 0;
	f->text = arena_printf(arena, "%lu", (unsigned long)high << 16 | (unsigned long)low);
	return f->text.p ? 0 : -1;
}

/* How many bits a unit shifts: B, K, KB, KiB, M and so on; -1 for anything else. */
static int
unit_shift(struct span unit)
{
	static const char letters[] = "BKMGT";
	const char *found = unit.n ? strchr(letters, unit.p[0] & ~0x20) : NULL;

	if (!found || !*found)
		return -1;
	if (unit.n > 1 && !same_letters(span_skip(unit, 1), SPAN_LIT("b")) && !same_letters(span_skip(unit, 1), SPAN_LIT("ib")) &&
	    !same_letters(unit, SPAN_LIT("bytes")))
		return -1;
	return (int)(found - letters) * 10;
}

int
cast_bytes(const struct cast *c, struct fact *f, struct arena *arena)
{
	struct span s = f->text;
	uint64_t whole = 0, part = 0, of = 1;
	size_t i = 0, from;
	int shift;

	(void)c;
	for (; i < s.n && i < 7 && span_is_digit(s.p[i]); i++)
		whole = whole * 10 + (uint64_t)(s.p[i] - '0');
	from = i;
	if (i > 0 && i < s.n && s.p[i] == '.')
		for (i++; i < s.n && i - from <= 6 && span_is_digit(s.p[i]); i++, of *= 10)
			part = part * 10 + (uint64_t)(s.p[i] - '0');
	shift = from > 0 ? unit_shift(span_trim(span_skip(s, i))) : -1;
	if (shift < 0)
		return set_null(f);
	f->text = arena_printf(arena, "%llu", (unsigned long long)((whole << shift) + (part << shift) / of));
	return f->text.p ? 0 : -1;
}

int
cast_mac(const struct cast *c, struct fact *f, struct arena *arena)
{
	struct span mac;

	(void)c;
	if (!yang_mac(f->text, arena, &mac))
		return set_null(f);
	f->text = mac;
	return 0;
}

int
cast_ip_version(const struct cast *c, struct fact *f, struct arena *arena)
{
	const char *percent = f->text.n ? memchr(f->text.p, '%', f->text.n) : NULL;
	unsigned zone = percent ? YANG_ZONE : 0;
	struct span unused;

	(void)c;
	if (yang_address(f->text, YANG_IPV4 | zone, arena, &unused))
		f->text = SPAN_LIT("4");
	else if (yang_address(f->text, YANG_IPV6 | zone, arena, &unused))
		f->text = SPAN_LIT("6");
	else
		return set_null(f);
	return 0;
}

/* The colon before the label space: the only one behind a dotted address. */
static const char *
space_colon(struct span s)
{
	const char *colon = s.n ? memchr(s.p, ':', s.n) : NULL;

	return colon && memchr(s.p, '.', (size_t)(colon - s.p)) ? colon : NULL;
}

int
cast_lsr_id(const struct cast *c, struct fact *f, struct arena *arena)
{
	const char *colon = space_colon(f->text);

	(void)c;
	(void)arena;
	if (colon)
		f->text = span_between(f->text.p, colon);
	return 0;
}

int
cast_before_bracket(const struct cast *c, struct fact *f, struct arena *arena)
{
	const char *open = f->text.n ? memchr(f->text.p, '(', f->text.n) : NULL;

	(void)c;
	(void)arena;
	if (open)
		f->text = span_trim(span_between(f->text.p, open));
	return f->text.n ? 0 : set_null(f);
}

int
cast_in_brackets(const struct cast *c, struct fact *f, struct arena *arena)
{
	struct span s = f->text;
	const char *open = s.n ? memchr(s.p, '(', s.n) : NULL;

	(void)c;
	(void)arena;
	if (!open || s.p[s.n - 1] != ')')
		return set_null(f);
	f->text = span_trim(span_between(open + 1, s.p + s.n - 1));
	return f->text.n ? 0 : set_null(f);
}

int
cast_unquote(const struct cast *c, struct fact *f, struct arena *arena)
{
	struct span s = f->text;

	(void)c;
	(void)arena;
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		f->text = span_of(s.p + 1, s.n - 2);
	return 0;
}

int
cast_label_space(const struct cast *c, struct fact *f, struct arena *arena)
{
	const char *colon = space_colon(f->text);

	(void)c;
	(void)arena;
	if (!colon)
		return set_null(f);
	f->text = span_between(colon + 1, f->text.p + f->text.n);
	return 0;
}

int
cast_sd_value(const struct cast *c, struct fact *f, struct arena *arena)
{
	struct span s = f->text;
	size_t n = 0;
	char *p;

	(void)c;
	if (!s.n || !memchr(s.p, '\\', s.n))
		return 0;
	p = arena_alloc(arena, s.n);
	if (!p)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && strchr("\"\\]", s.p[i + 1]) && s.p[i + 1])
			i++;
		p[n++] = s.p[i];
	}
	f->text = span_of(p, n);
	return 0;
}
