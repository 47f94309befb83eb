#include "outputs/store_block.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "outputs/record_stored.h"

int
block_draft_init(struct block_draft *d)
{
	memset(d, 0, sizeof(*d));
	d->bytes = malloc(BLOCK_BYTES);
	return d->bytes ? 0 : -1;
}

void
block_draft_fini(struct block_draft *d)
{
	free(d->bytes);
	d->bytes = NULL;
}

void
block_draft_empty(struct block_draft *d)
{
	d->used = 0;
	memset(&d->head, 0, sizeof(d->head));
}

static size_t
table_bytes(size_t records)
{
	return sizeof(struct block_head) + records * sizeof(uint32_t);
}

bool
block_draft_has_room(const struct block_draft *d, size_t stored)
{
	return d->head.records < BLOCK_RECORDS && table_bytes(d->head.records + 1u) + d->used + stored <= BLOCK_BYTES;
}

void
block_draft_add(struct block_draft *d, const struct record *r, size_t stored)
{
	record_store(r, d->bytes + d->used);
	d->used += stored;
	d->lengths[d->head.records++] = (uint32_t)stored;
	d->head.takers |= r->takers;
}

size_t
block_draft_bytes(const struct block_draft *d)
{
	return table_bytes(d->head.records) + d->used;
}

static uint32_t
check_of_table(struct block_head head, const char *lengths)
{
	uint64_t h;

	head.check = 0;
	h = XXH3_64bits(&head, sizeof(head)) ^ XXH3_64bits(lengths, head.records * sizeof(uint32_t));
	return (uint32_t)(h ^ h >> 32);
}

static char *
write_table(struct block_head head, const uint32_t *lengths, char *out)
{
	head.check = check_of_table(head, (const char *)lengths);
	memcpy(out, &head, sizeof(head));
	memcpy(out + sizeof(head), lengths, head.records * sizeof(*lengths));
	return out + table_bytes(head.records);
}

void
block_draft_write(const struct block_draft *d, uint64_t first, char *out)
{
	struct block_head head = d->head;

	head.first = first;
	memcpy(write_table(head, d->lengths, out), d->bytes, d->used);
}

size_t
block_bytes_of_one(size_t stored)
{
	return table_bytes(1) + stored;
}

void
block_write_one(const struct record *r, size_t stored, uint64_t first, char *out)
{
	uint32_t length = (uint32_t)stored;

	record_store(r, write_table((struct block_head){ .records = 1, .takers = r->takers, .first = first }, &length, out));
}

static uint32_t
length_at(const struct block *b, unsigned i)
{
	uint32_t n;

	memcpy(&n, b->lengths + i * sizeof(n), sizeof(n));
	return n;
}

bool
block_open(struct block *b, struct span value, uint64_t first)
{
	struct block_head head;
	uint64_t sum = 0;

	memset(b, 0, sizeof(*b));
	if (value.n < sizeof(head))
		return false;
	memcpy(&head, value.p, sizeof(head));
	if (head.records == 0 || head.records > BLOCK_RECORDS || value.n < table_bytes(head.records))
		return false;
	b->lengths = value.p + sizeof(head);
	if (head.check != check_of_table(head, b->lengths) || head.first != first)
		return false;
	b->rest = span_skip(value, table_bytes(head.records));
	for (unsigned i = 0; i < head.records; i++)
		sum += length_at(b, i);
	if (sum != b->rest.n)
		return false;
	b->records = head.records;
	b->takers = head.takers;
	return true;
}

struct span
block_next(struct block *b)
{
	struct span one = span_of(b->rest.p, length_at(b, b->at++));

	b->rest = span_skip(b->rest, one.n);
	return one;
}
