/* The spellings of types in the table of the models. */
#include "base/yang_type.h"

#include <stdio.h>
#include <stdlib.h>

struct reading {
	struct arena *arena;
	struct span (*identities)(void *, struct span base);
	void *ctx;
};

/* The next word of *rest, blanks apart; absent at its end. */
static struct span
next_word(struct span *rest)
{
	const char *end;
	struct span word;

	*rest = span_trim(*rest);
	if (rest->n == 0)
		return SPAN_NONE;
	end = memchr(rest->p, ' ', rest->n);
	word = end ? span_between(rest->p, end) : *rest;
	*rest = span_skip(*rest, word.n);
	return word;
}

static bool
read_words(struct reading *r, struct span text, struct yang_type *t)
{
	struct span rest = text, *words;
	size_t n = 0;

	while (next_word(&rest).p)
		n++;
	words = arena_alloc(r->arena, (n + 1) * sizeof(*words));
	if (!words)
		return false;
	rest = text;
	for (size_t i = 0; i < n; i++)
		words[i] = next_word(&rest);
	t->words = words;
	t->nwords = n;
	return n > 0;
}

/* One end of a range, as the type counts. */
static int64_t
read_end(const struct yang_type *t, struct span s, bool high)
{
	char buf[48];
	double scale = 1;

	s = span_trim(s);
	if (span_eq(s, SPAN_LIT("min")) || span_eq(s, SPAN_LIT("max")) || s.n >= sizeof(buf)) {
		if (t->base == YANG_INT || t->base == YANG_DECIMAL)
			return high ? INT64_MAX : INT64_MIN;
		return high ? (int64_t)UINT64_MAX : 0;
	}
	memcpy(buf, s.p, s.n);
	buf[s.n] = '\0';
	if (t->base == YANG_INT)
		return strtoll(buf, NULL, 10);
	if (t->base != YANG_DECIMAL)
		return (int64_t)strtoull(buf, NULL, 10);
	for (unsigned i = 0; i < t->digits; i++)
		scale *= 10;
	return (int64_t)(strtod(buf, NULL) * scale);
}

/* "1..4094|5000": stretches, each one number or two. */
static bool
read_ranges(struct reading *r, struct span text, struct yang_type *t)
{
	size_t n = 1;
	struct yang_range *ranges;

	text = span_trim(text);
	if (text.n == 0)
		return true;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '|';
	ranges = arena_alloc(r->arena, n * sizeof(*ranges));
	if (!ranges)
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *bar = text.n ? memchr(text.p, '|', text.n) : NULL;
		struct span one = bar ? span_between(text.p, bar) : text;
		const char *dots = one.n ? memmem(one.p, one.n, "..", 2) : NULL;

		ranges[i].low = read_end(t, dots ? span_between(one.p, dots) : one, false);
		ranges[i].high = read_end(t, dots ? span_between(dots + 2, one.p + one.n) : one, true);
		text = bar ? span_skip(text, one.n + 1) : SPAN_LIT("");
	}
	t->ranges = ranges;
	t->nranges = n;
	return true;
}

static bool
read_number(struct reading *r, struct span kind, struct span rest, struct yang_type *t)
{
	static const struct {
		struct span name;
		enum yang_base base;
		unsigned bits;
	} kinds[] = {
		{ { "int8", 4 }, YANG_INT, 8 }, { { "int16", 5 }, YANG_INT, 16 }, { { "int32", 5 }, YANG_INT, 32 }, { { "int64", 5 }, YANG_INT, 64 },
		{ { "uint8", 5 }, YANG_UINT, 8 }, { { "uint16", 6 }, YANG_UINT, 16 }, { { "uint32", 6 }, YANG_UINT, 32 },
		{ { "uint64", 6 }, YANG_UINT, 64 },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!span_eq(kinds[i].name, kind))
			continue;
		t->base = kinds[i].base;
		t->bits = kinds[i].bits;
		return read_ranges(r, rest, t);
	}
	return false;
}

static bool
read_address(struct span kind, struct yang_type *t)
{
	struct span s = kind;

	if (!span_starts(s, SPAN_LIT("ip")))
		return false;
	s = span_skip(s, 2);
	t->base = YANG_ADDRESS;
	t->address = YANG_IPV4 | YANG_IPV6;
	if (s.n > 0 && (s.p[0] == '4' || s.p[0] == '6')) {
		t->address = s.p[0] == '4' ? YANG_IPV4 : YANG_IPV6;
		s = span_skip(s, 1);
	}
	if (s.n == 1 && s.p[0] == 'z')
		t->address |= YANG_ZONE;
	else if (s.n == 1 && s.p[0] == 'p')
		t->address |= YANG_PREFIX;
	else if (s.n == 1 && s.p[0] == 'o')     /* a zone may be there: none is given */
		return true;
	else
		return s.n == 0;
	return true;
}

static bool read_type(struct reading *, struct span spelling, struct yang_type *);

static size_t
count_members(struct span text)
{
	size_t n = 1;

	for (const char *p = text.p; (p = memmem(p, (size_t)(text.p + text.n - p), " ; ", 3)); p += 3)
		n++;
	return n;
}

/* Members are no unions themselves: the table is flat. */
static bool
read_union(struct reading *r, struct span text, struct yang_type *t)
{
	size_t n = count_members(text);
	struct yang_type *members = arena_alloc(r->arena, n * sizeof(*members));

	if (!members)
		return false;
	t->base = YANG_UNION;
	t->members = members;
	for (t->nmembers = 0; t->nmembers < n; t->nmembers++) {
		const char *end = memmem(text.p, text.n, " ; ", 3);
		struct span one = end ? span_between(text.p, end) : text;

		if (span_starts(one, SPAN_LIT("union ")) || !read_type(r, one, &members[t->nmembers]))
			return false;
		text = end ? span_skip(text, one.n + 3) : SPAN_LIT("");
	}
	return true;
}

static bool
read_type(struct reading *r, struct span spelling, struct yang_type *t)
{
	static const struct {
		struct span name;
		enum yang_base base;
	} simple[] = {
		{ { "bool", 4 }, YANG_BOOL }, { { "ns", 2 }, YANG_NANOSECONDS }, { { "dtime", 5 }, YANG_DATE }, { { "mac", 3 }, YANG_MAC }, { { "phys", 4 }, YANG_MAC },
		{ { "dns", 3 }, YANG_NAME },
		{ { "sysid", 5 }, YANG_SYSTEM_ID }, { { "re", 2 }, YANG_PATTERN }, { { "hex", 3 }, YANG_PATTERN }, { { "bits", 4 }, YANG_OTHER }, { { "binary", 6 }, YANG_OTHER },
		{ { "empty", 5 }, YANG_OTHER }, { { "inst", 4 }, YANG_OTHER },
	};
	struct span rest = spelling, kind = next_word(&rest);

	*t = (struct yang_type){ .spelling = spelling };
	if (!kind.p)
		return false;
	for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++)
		if (span_eq(simple[i].name, kind)) {
			t->base = simple[i].base;
			return true;
		}
	if (span_eq(kind, SPAN_LIT("enum"))) {
		t->base = YANG_ENUM;
		return read_words(r, rest, t);
	}
	if (span_eq(kind, SPAN_LIT("ident"))) {
		t->base = YANG_IDENTITY;
		return read_words(r, r->identities(r->ctx, span_trim(rest)), t);
	}
	if (span_eq(kind, SPAN_LIT("union")))
		return read_union(r, span_trim(rest), t);
	if (span_eq(kind, SPAN_LIT("quad"))) {
		t->base = YANG_ADDRESS;
		t->address = YANG_IPV4;
		return true;
	}
	if (span_eq(kind, SPAN_LIT("string"))) {
		t->base = YANG_STRING;
		rest = span_trim(rest);
		return !span_starts(rest, SPAN_LIT("len=")) || read_ranges(r, span_skip(rest, 4), t);
	}
	if (span_eq(kind, SPAN_LIT("dec"))) {
		struct span digits = next_word(&rest);

		t->base = YANG_DECIMAL;
		t->digits = digits.n == 1 ? (unsigned)(digits.p[0] - '0') : digits.n == 2 ? 10u + (unsigned)(digits.p[1] - '0') : 0;
		return t->digits > 0 && t->digits <= 18 && read_ranges(r, rest, t);
	}
	return read_number(r, kind, rest, t) || read_address(kind, t);
}

const struct yang_type *
yang_type_read(struct arena *arena, struct span spelling, struct span (*identities)(void *, struct span base), void *ctx)
{
	struct reading r = { .arena = arena, .identities = identities, .ctx = ctx };
	struct yang_type *t = arena_alloc(arena, sizeof(*t));

	return t && read_type(&r, spelling, t) ? t : NULL;
}
