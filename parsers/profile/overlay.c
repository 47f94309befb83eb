#include "parsers/profile/overlay.h"

#include <stdlib.h>

#include "parsers/profile/hash.h"
#include "parsers/profile/message.h"

/* The messages there were, in order, and a table of them by hash: 0 free, else the place and one. */
struct base {
	struct profile_message **items;
	size_t n;
	size_t *slots;
	size_t mask;
};

/* Of what makes two messages the same. */
static uint64_t
hash_message(const struct profile_message *m)
{
	uint64_t h = hash_of(m->error) * 31 + hash_of(m->line_pattern);

	for (size_t i = 0; i < m->ntags; i++)
		h = h * 31 + hash_of(m->tags[i]);
	return h;
}

static size_t *
slot_of(const struct base *b, const struct profile_message *m)
{
	size_t i = hash_message(m) & b->mask;

	while (b->slots[i] && !message_same(b->items[b->slots[i] - 1], m))
		i = (i + 1) & b->mask;
	return &b->slots[i];
}

static int
base_init(struct base *b, struct profile_message *first)
{
	size_t room = 16;

	for (const struct profile_message *m = first; m; m = m->next)
		b->n++;
	while (room < 2 * b->n)
		room *= 2;
	b->mask = room - 1;
	b->items = calloc(b->n + 1, sizeof(struct profile_message *));
	b->slots = calloc(room, sizeof(*b->slots));
	if (!b->items || !b->slots)
		return -1;
	b->n = 0;
	for (struct profile_message *m = first; m; m = m->next) {
		size_t *slot;

		b->items[b->n++] = m;
		slot = slot_of(b, m);
		if (!*slot)             /* of two that are the same, the first is replaced */
			*slot = b->n;
	}
	return 0;
}

void
overlay(struct reader *r, struct profile_message *fresh)
{
	struct profile_message *front = NULL, **tail = &front;
	struct base b = { .n = 0 };

	if (base_init(&b, r->os->first) == -1) {
		diag_add(r->diag, DIAG_ERROR, NULL, "out of memory");
		goto out;
	}
	while (fresh) {
		struct profile_message *m = fresh;
		size_t at = *slot_of(&b, m);

		fresh = m->next;
		if (at) {
			b.items[at - 1] = m;
		} else {
			*tail = m;
			tail = &m->next;
		}
	}
	for (size_t i = 0; i < b.n; i++) {
		*tail = b.items[i];
		tail = &b.items[i]->next;
	}
	*tail = NULL;
	r->os->first = front;
out:
	free(b.items);
	free(b.slots);
}
