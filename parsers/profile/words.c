#include "parsers/profile/words.h"

#include "base/glob.h"
#include "parsers/profile/hash.h"

static bool
is_glob(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (memchr("*?[", s.p[i], 3))
			return true;
	return s.n == 0;
}

/* The bytes of the pattern that stand for one byte of the text; 0 where a `*`, a set that is not closed, or the end stands. */
static size_t
unit_bytes(struct span s)
{
	size_t i = 1;

	if (s.n == 0 || s.p[0] == '*')
		return 0;
	if (s.p[0] != '[')
		return 1;
	i += i < s.n && (s.p[i] == '!' || s.p[i] == '^');
	for (bool first = true; i < s.n && (first || s.p[i] != ']'); first = false, i++)
		if (i + 2 < s.n && s.p[i + 1] == '-' && s.p[i + 2] != ']')
			i += 2;
	return i < s.n ? i + 1 : 0;
}

static void
add_glob(struct words_bank *bank, struct span pattern)
{
	uint64_t bit = UINT64_C(1) << bank->n;
	struct span rest = pattern;
	size_t n = 1;

	for (size_t place = 0; place < WORDS_PLACES; place++) {
		struct span unit;

		n = n ? unit_bytes(rest) : 0;
		unit = span_of(rest.p, n);
		for (unsigned c = 0; c < 256; c++) {
			char byte = (char)c;

			if (n == 0 || glob_match(unit, span_of(&byte, 1)))
				bank->accept[place][c] |= bit;
		}
		rest = span_skip(rest, n);
	}
	if (rest.n == 1 && rest.p[0] == '*')
		bank->done |= bit;
	for (unsigned c = 0; c < 256; c++)
		if (pattern.n == 0 || memchr("*?]", pattern.p[pattern.n - 1], 3) || (unsigned char)pattern.p[pattern.n - 1] == c)
			bank->last[c] |= bit;
	bank->globs[bank->n++] = pattern;
}

void
words_read(struct reader *r, const struct yaml_node *node, struct words *w)
{
	struct model_globs all = reader_texts(r, node);
	size_t room = 4;

	while (room < all.n * 3)
		room *= 2;
	w->table = reader_alloc(r, room * sizeof(*w->table));
	w->mask = room - 1;
	w->any = all.n > 0;
	for (size_t i = 0; w->table && i < all.n; i++) {
		struct span s = all.items[i];
		uint64_t at = hash_of(s) & w->mask;

		if (!is_glob(s)) {
			while (w->table[at].p)
				at = (at + 1) & w->mask;
			w->table[at] = s;
			continue;
		}
		if (!w->banks || w->banks->n == WORDS_GLOBS) {
			struct words_bank *bank = reader_alloc(r, sizeof(*bank));

			if (!bank)
				return;
			bank->next = w->banks;
			w->banks = bank;
		}
		add_glob(w->banks, s);
	}
}

static bool
bank_has(const struct words_bank *bank, struct span text)
{
	uint64_t left = bank->n == WORDS_GLOBS ? UINT64_MAX : (UINT64_C(1) << bank->n) - 1;
	size_t n = text.n < WORDS_PLACES ? text.n : WORDS_PLACES;

	for (size_t i = 0; i < n && left; i++)
		left &= bank->accept[i][(unsigned char)text.p[i]];
	if (n > 0)
		left &= bank->last[(unsigned char)text.p[text.n - 1]];
	if (n == WORDS_PLACES && left & bank->done)
		return true;
	for (; left; left &= left - 1)
		if (glob_match(bank->globs[__builtin_ctzll(left)], text))
			return true;
	return false;
}

bool
words_have(const struct words *w, struct span text, uint64_t hash)
{
	for (uint64_t at = hash & w->mask; w->table[at].p; at = (at + 1) & w->mask)
		if (span_eq(w->table[at], text))
			return true;
	for (const struct words_bank *bank = w->banks; bank; bank = bank->next)
		if (bank_has(bank, text))
			return true;
	return false;
}
