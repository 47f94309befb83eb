#include "parsers/profile/gram.h"

#include <stdlib.h>

#include "parsers/profile/literal.h"

#define GRAM_NONE UINT32_MAX
#define GRAM_END 0xffu          /* the third byte of a pair: no folded byte is this */
#define GRAM_PAIR_PRICE 4

struct gram_index {
	uint16_t *bucket;       /* by hash: 1 and up, 0 where no message goes by it */
	unsigned shift;         /* of a hash */
	bool pairs;             /* some go by two bytes */
	size_t n, nbuckets;
	uint16_t *first;        /* by bucket, and one more: where its messages begin in `items` */
	uint16_t *items;
	struct gram_set always; /* without literal text */
};

/* While it is built: how many messages have a hash, and which one each goes by. */
struct tally {
	uint16_t *have;
	uint32_t *by;           /* GRAM_NONE: none */
	uint32_t best, price;
	unsigned shift;
	bool best_is_pair;
};

/*
 * White space is one byte, since any of it may stand for the blank of a `line`; so is all that is not ASCII, among which the UTF twin of
 * a pattern knows more of it.
 */
static inline uint32_t
fold(char c)
{
	unsigned char u = (unsigned char)c;

	return u <= ' ' || u >= 0x7f ? ' ' : u;
}

static inline uint32_t
hash(uint32_t bytes, unsigned shift)
{
	return bytes * UINT32_C(0x9e3779b1) >> shift;
}

/* ---- building ---- */

/* The run, folded, with the white space that stands around it; cut at `max`. */
static size_t
run_bytes(const struct profile_message *m, size_t run, uint32_t *out, size_t max)
{
	struct span s = m->literals[run];
	size_t n = 0, i = 0;

	if (m->literal_blanks[run] & LITERAL_AFTER_BLANK)
		out[n++] = ' ';
	while (i < s.n && n < max)
		out[n++] = fold(s.p[i++]);
	if (i == s.n && n < max && m->literal_blanks[run] & LITERAL_BEFORE_BLANK)
		out[n++] = ' ';
	return n;
}

static void
count(struct tally *t, uint32_t h, bool pair)
{
	(void)pair;
	if (t->have[h] < UINT16_MAX)
		t->have[h]++;
}

/* The fewest others; a pair must be worth the second look-up at each place of a text. */
static void
choose(struct tally *t, uint32_t h, bool pair)
{
	uint32_t price = t->have[h] * (pair ? GRAM_PAIR_PRICE : 1u);

	if (t->best != GRAM_NONE && price >= t->price)
		return;
	t->best = h;
	t->price = price;
	t->best_is_pair = pair;
}

/* All grams of a message's literal text. */
static void
each_gram(const struct profile_message *m, struct tally *t, void (*what)(struct tally *, uint32_t, bool))
{
	uint32_t b[256];

	for (size_t run = 0; run < m->nliterals; run++) {
		size_t n = run_bytes(m, run, b, sizeof(b) / sizeof(b[0]));

		for (size_t i = 0; i + 1 < n; i++) {
			what(t, hash(b[i] | b[i + 1] << 8 | GRAM_END << 16, t->shift), true);
			if (i + 2 < n)
				what(t, hash(b[i] | b[i + 1] << 8 | b[i + 2] << 16, t->shift), false);
		}
	}
}

static void
choose_all(struct gram_index *g, struct profile_message *const *messages, struct tally *t)
{
	for (size_t i = 0; i < g->n; i++)
		each_gram(messages[i], t, count);
	for (size_t i = 0; i < g->n; i++) {
		t->best = GRAM_NONE;
		t->best_is_pair = false;
		each_gram(messages[i], t, choose);
		t->by[i] = t->best;
		if (t->best == GRAM_NONE)
			g->always.bits[i / 64] |= UINT64_C(1) << i % 64;
		else if (g->bucket[t->best] == 0)
			g->bucket[t->best] = (uint16_t)++g->nbuckets;
		g->pairs |= t->best != GRAM_NONE && t->best_is_pair;
	}
}

/* Count, sum up, and fill each bucket from its end on. */
static void
fill_buckets(struct gram_index *g, const struct tally *t)
{
	for (size_t i = 0; i < g->n; i++)
		if (t->by[i] != GRAM_NONE)
			g->first[g->bucket[t->by[i]]]++;
	for (size_t b = 1; b <= g->nbuckets; b++)
		g->first[b] = (uint16_t)(g->first[b] + g->first[b - 1]);
	g->first[g->nbuckets + 1] = g->first[g->nbuckets];
	for (size_t i = g->n; i-- > 0;)
		if (t->by[i] != GRAM_NONE)
			g->items[--g->first[g->bucket[t->by[i]]]] = (uint16_t)i;
}

struct gram_index *
gram_index(struct reader *r, struct profile_message *const *messages, size_t n)
{
	struct tally t = { .shift = 32 - 10 };
	struct gram_index *g;
	size_t hashes = 1024;

	if (n <= GRAM_FEW || !(g = reader_alloc(r, sizeof(*g))))
		return NULL;
	g->n = n < GRAM_MANY ? n : GRAM_MANY;
	for (; hashes < 8 * g->n; hashes *= 2)
		t.shift--;
	g->shift = t.shift;
	g->bucket = reader_alloc(r, hashes * sizeof(*g->bucket));
	g->first = reader_alloc(r, (g->n + 2) * sizeof(*g->first));
	g->items = reader_alloc(r, g->n * sizeof(*g->items));
	t.have = calloc(hashes, sizeof(*t.have));
	t.by = calloc(g->n, sizeof(*t.by));
	if (g->bucket && g->first && g->items && t.have && t.by) {
		choose_all(g, messages, &t);
		fill_buckets(g, &t);
	} else {
		g = NULL;
	}
	free(t.have);
	free(t.by);
	return g;
}

/* ---- finding ---- */

/* The messages of a bucket go into the set once, however often its gram stands in the text. */
static inline void
take(const struct gram_index *g, uint32_t bytes, struct gram_set *seen, struct gram_set *out)
{
	size_t b = g->bucket[hash(bytes, g->shift)];

	if (b == 0 || seen->bits[(b - 1) / 64] >> (b - 1) % 64 & 1)
		return;
	seen->bits[(b - 1) / 64] |= UINT64_C(1) << (b - 1) % 64;
	for (size_t i = g->first[b]; i < g->first[b + 1]; i++)
		out->bits[g->items[i] / 64] |= UINT64_C(1) << g->items[i] % 64;
}

void
gram_find(const struct gram_index *g, struct span text, struct gram_set *out)
{
	size_t bytes = (g->n + 63) / 64 * sizeof(out->bits[0]);
	struct gram_set seen;
	uint32_t last;

	memset(seen.bits, 0, bytes);
	memcpy(out->bits, g->always.bits, bytes);
	if (text.n < 2)
		return;
	last = fold(text.p[0]) << 8 | fold(text.p[1]) << 16;
	if (g->pairs)
		take(g, last >> 8 | GRAM_END << 16, &seen, out);
	for (size_t i = 2; i < text.n; i++) {
		last = last >> 8 | fold(text.p[i]) << 16;
		take(g, last, &seen, out);
		if (g->pairs)
			take(g, last >> 8 | GRAM_END << 16, &seen, out);
	}
}

size_t
gram_next(const struct gram_set *s, size_t i, size_t n)
{
	size_t known = n < GRAM_MANY ? n : GRAM_MANY;

	while (i < known) {
		uint64_t left = s->bits[i / 64] >> i % 64;

		if (left) {
			i += (size_t)__builtin_ctzll(left);
			return i;
		}
		i = (i / 64 + 1) * 64;
	}
	/* Behind those that the set knows, each. */
	return i < n && n > GRAM_MANY ? i : n;
}
