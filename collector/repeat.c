/*
 * A direct-mapped table: a flow and host have one slot, and who comes later has it.  It knows lines as bytes only.
 */
#include "collector/repeat.h"

#include <stdlib.h>

struct repeat_slot {
	uint64_t key;
	int64_t seen_ns;
	char *line;
	uint32_t len, cap;
};

struct repeat_memory {
	struct repeat_slot slots[REPEAT_SLOTS];
};

static uint64_t
repeat_key(uint64_t flow, struct span host)
{
	uint64_t h = (flow ^ UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xff51afd7ed558ccd);

	for (size_t i = 0; i < host.n; i++)
		h = (h ^ (unsigned char)host.p[i]) * UINT64_C(0x100000001b3);
	h ^= h >> 29;
	return h | 1;   /* 0 marks a free slot */
}

/* The lowest bit is always set, so it cannot choose. */
static size_t
slot_of(uint64_t key)
{
	return (key >> 1) % REPEAT_SLOTS;
}

struct repeat_memory *
repeat_new(void)
{
	return calloc(1, sizeof(struct repeat_memory));
}

void
repeat_free(struct repeat_memory **m)
{
	if (*m) {
		for (size_t i = 0; i < REPEAT_SLOTS; i++)
			free((*m)->slots[i].line);
		free(*m);
		*m = NULL;
	}
}

void
repeat_remember(struct repeat_memory *m, uint64_t flow, struct span host, struct span line, int64_t now_ns)
{
	uint64_t key = repeat_key(flow, host);
	struct repeat_slot *s = &m->slots[slot_of(key)];

	s->key = 0;
	if (line.n > REPEAT_LINE_BYTES)
		return;
	if (line.n > s->cap) {
		uint32_t cap = line.n <= 512 ? 512 : line.n <= 2048 ? 2048 : REPEAT_LINE_BYTES;
		char *p = realloc(s->line, cap);

		if (!p)
			return;
		s->line = p;
		s->cap = cap;
	}
	if (line.n)
		memcpy(s->line, line.p, line.n);
	s->len = (uint32_t)line.n;
	s->seen_ns = now_ns;
	s->key = key;
}

struct span
repeat_recall(const struct repeat_memory *m, uint64_t flow, struct span host, int64_t now_ns)
{
	uint64_t key = repeat_key(flow, host);
	const struct repeat_slot *s = &m->slots[slot_of(key)];

	if (s->key != key || now_ns - s->seen_ns > REPEAT_AGE_NS)
		return SPAN_NONE;
	return span_of(s->line, s->len);
}
