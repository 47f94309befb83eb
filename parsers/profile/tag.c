#include "parsers/profile/tag.h"

#include "base/glob.h"
#include "parsers/profile/gram.h"
#include "parsers/profile/hash.h"

struct tag_slot {
	struct span tag;
	struct tag_messages messages;
};

struct tag_table {
	struct tag_slot *slots;
	uint64_t mask;                  /* a power of two, less one */
};

static struct tag_slot *
slot_of(const struct tag_table *t, struct span tag)
{
	uint64_t i = hash_of(tag) & t->mask;

	while (t->slots[i].tag.p && !span_eq(t->slots[i].tag, tag))
		i = (i + 1) & t->mask;
	return &t->slots[i];
}

struct tag_messages
tag_find(const struct profile_os *os, struct span tag)
{
	if (!tag.p || !os->tags)
		return (struct tag_messages){ .items = NULL };
	return slot_of(os->tags, tag)->messages;
}

/* ---- the sieve ---- */

#define TAG_ASKED 256           /* others, evenly out of more: the price of a set must not grow with its square */

/* How many of the others would let a text with this literal through, for they require it, too? */
static size_t
sharers(const struct tag_messages *all, const struct profile_message *self, struct span literal)
{
	size_t n = 0, step = all->n / TAG_ASKED + 1;

	for (size_t i = 0; i < all->n; i += step) {
		const struct profile_message *other = all->items[i];

		for (size_t k = 0; other != self && k < other->nliterals; k++)
			if (memmem(other->literals[k].p, other->literals[k].n, literal.p, literal.n)) {
				n++;
				break;
			}
	}
	return n;
}

/* What the fewest others share, and of those the longest; one letter says little. */
static void
choose_sieve(const struct tag_messages *all, struct profile_message *m)
{
	size_t least = SIZE_MAX;
	struct span best = SPAN_LIT("");

	for (size_t i = 0; i < m->nliterals; i++) {
		struct span literal = m->literals[i];
		size_t n = sharers(all, m, literal);

		if (literal.n < 2 && best.n >= 2)
			continue;
		if (n < least || best.n < 2 || (n == least && literal.n > best.n)) {
			least = n;
			best = literal;
		}
	}
	if (m->leading)
		m->lead = find_make(m->literals[0]);
	if (!m->leading || best.p != m->literals[0].p)
		m->sieve = find_make(best);
}

/* ---- severities ---- */

/* Where the part that is only a severity (one digit) begins; tag.n if there is none. */
static size_t
severity_at(struct span tag)
{
	for (size_t i = 2; i + 2 < tag.n; i++)
		if (tag.p[i] >= '0' && tag.p[i] <= '7' && tag.p[i - 1] == tag.p[i + 1] && (tag.p[i - 1] == '-' || tag.p[i - 1] == '/'))
			return i;
	return tag.n;
}

struct span
tag_loosen(struct span tag, char room[TAG_REDUCED_BYTES])
{
	size_t at = tag.p && tag.n <= TAG_REDUCED_BYTES ? severity_at(tag) : tag.n;

	if (at == tag.n)
		return SPAN_NONE;
	memcpy(room, tag.p, tag.n);
	room[at] = '*';
	return span_of(room, tag.n);
}

bool
tag_may_loosen(const struct profile_message *m)
{
	return m->nliterals > 0;
}

struct tag_messages
tag_find_loose(const struct profile_os *os, struct span tag)
{
	char room[TAG_REDUCED_BYTES];

	tag = os->loose ? tag_loosen(tag, room) : SPAN_NONE;
	return tag.p ? slot_of(os->loose, tag)->messages : (struct tag_messages){ .items = NULL };
}

/* ---- building ---- */

static int
add_message(struct reader *r, struct tag_table *t, struct profile_message *m, struct span tag)
{
	struct tag_slot *slot = slot_of(t, tag);
	struct profile_message **more;
	size_t n = slot->messages.n;

	if (n > 0 && slot->messages.items[n - 1] == m)
		return 0;               /* the same tag twice in one message */
	if (!slot->tag.p)
		slot->tag = tag;
	if ((n & (n - 1)) == 0) {       /* full at each power of two */
		more = reader_alloc(r, (n ? 2 * n : 1) * sizeof(struct profile_message *));
		if (!more)
			return -1;
		if (n)
			memcpy(more, slot->messages.items, n * sizeof(struct profile_message *));
		slot->messages.items = more;
	}
	slot->messages.items[slot->messages.n++] = m;
	return 0;
}

/* Room for all tags of the OS; NULL without memory. */
static struct tag_table *
table_new(struct reader *r)
{
	struct tag_table *t = reader_alloc(r, sizeof(*t));
	size_t tags = 0, room = 16;

	for (size_t i = 0; i < r->os->nmessages; i++)
		tags += r->os->messages[i]->ntags;
	while (room < tags * 3)
		room *= 2;
	if (!t || !(t->slots = reader_alloc(r, room * sizeof(*t->slots))))
		return NULL;
	t->mask = room - 1;
	return t;
}

/* Does each severity that the profile names have these messages, and each of them a text of its own? */
static bool
is_one_whatever_the_severity(const struct profile_os *os, const struct tag_slot *slot)
{
	char room[TAG_REDUCED_BYTES];
	const char *star = memchr(slot->tag.p, '*', slot->tag.n);

	memcpy(room, slot->tag.p, slot->tag.n);
	for (char digit = '0'; digit <= '7'; digit++) {
		struct tag_messages found;

		room[star - slot->tag.p] = digit;
		found = tag_find(os, span_of(room, slot->tag.n));
		if (found.n > 0 && (found.n != slot->messages.n || memcmp(found.items, slot->messages.items, found.n * sizeof(*found.items)) != 0))
			return false;
	}
	for (size_t i = 0; i < slot->messages.n; i++)
		if (!tag_may_loosen(slot->messages.items[i]))
			return false;
	return true;
}

/* os->loose, when os->tags is there. */
static int
index_loose(struct reader *r)
{
	struct profile_os *os = r->os;
	struct tag_table *t = os->napalm ? NULL : table_new(r);
	char room[TAG_REDUCED_BYTES];

	if (!t)
		return os->napalm ? 0 : -1;
	for (size_t i = 0; i < os->nmessages; i++) {
		struct profile_message *m = os->messages[i];

		for (size_t k = 0; !m->match_on.p && k < m->ntags; k++) {
			struct span loose = tag_loosen(m->tags[k], room);

			if (!loose.p || memchr(m->tags[k].p, '*', m->tags[k].n))
				continue;
			if (!slot_of(t, loose)->tag.p)
				loose = reader_copy(r, loose);
			if (!loose.p || add_message(r, t, m, loose) == -1)
				return -1;
		}
	}
	for (size_t i = 0; i <= t->mask; i++)
		if (t->slots[i].messages.n > 0 && !is_one_whatever_the_severity(os, &t->slots[i]))
			t->slots[i].messages = (struct tag_messages){ .items = NULL };
	os->loose = t;
	return 0;
}

int
tag_index(struct reader *r)
{
	struct profile_os *os = r->os;
	struct tag_table *t = table_new(r);

	os->untagged = reader_alloc(r, os->nmessages * sizeof(struct profile_message *));
	if (!t || !os->untagged)
		return -1;
	os->nuntagged = 0;
	for (size_t i = 0; i < os->nmessages; i++) {
		struct profile_message *m = os->messages[i];

		if (m->match_on.p) {
			os->untagged[os->nuntagged++] = m;
			continue;
		}
		for (size_t k = 0; k < m->ntags; k++)
			if (add_message(r, t, m, m->tags[k]) == -1)
				return -1;
	}
	os->tags = t;
	for (size_t i = 0; i < os->nmessages; i++) {
		struct profile_message *m = os->messages[i];
		struct tag_messages all = m->match_on.p || !m->ntags ?
		    (struct tag_messages){ .items = os->messages, .n = os->nmessages } : tag_find(os, m->tags[0]);

		choose_sieve(&all, m);
	}
	for (size_t i = 0; i <= t->mask; i++)
		t->slots[i].messages.grams = gram_index(r, t->slots[i].messages.items, t->slots[i].messages.n);
	return index_loose(r);
}

/* ---- subfacilities ---- */

static bool
is_subfacility(const struct profile_os *os, struct span part)
{
	for (size_t i = 0; i < os->subfacility.n; i++)
		if (glob_match(os->subfacility.items[i], part))
			return true;
	return false;
}

struct span
tag_reduce(const struct profile_os *os, const struct header *h, struct span tag, char room[TAG_REDUCED_BYTES])
{
	size_t severity, keep;

	if (os->subfacility.n == 0 || !h->triplet || !tag.p || tag.n > TAG_REDUCED_BYTES)
		return SPAN_NONE;
	severity = severity_at(tag);
	if (severity == tag.n)
		return SPAN_NONE;
	for (keep = severity; keep > 0;) {      /* bytes before the severity that stay, the last '-' among them */
		size_t from = keep - 1;

		while (from > 0 && tag.p[from - 1] != '-')
			from--;
		if (from == 0 || !is_subfacility(os, span_between(tag.p + from, tag.p + keep - 1)))
			break;
		keep = from;
	}
	if (keep == severity)
		return SPAN_NONE;
	memcpy(room, tag.p, keep);
	memcpy(room + keep, tag.p + severity, tag.n - severity);
	return span_of(room, keep + tag.n - severity);
}
