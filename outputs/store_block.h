/*
 * store_block: records with consecutive numbers as one value of the store, so that writing, reading and deleting them costs once for all.
 *
 * As bytes, in the byte order of the machine: struct block_head, the length of each record (uint32), the records one behind the other (record_stored.h).
 */
#ifndef NETNORM_OUTPUTS_STORE_BLOCK_H
#define NETNORM_OUTPUTS_STORE_BLOCK_H

#include "outputs/record.h"

#define BLOCK_BYTES (8 * 4096 - 16)     /* of the value: eight pages of LMDB, but for what is its own.  A record that is longer has a block of its own */
#define BLOCK_RECORDS 128

struct block_head {
	uint32_t check;                         /* of the rest of it and of the lengths: XXH3 */
	uint32_t records;
	uint64_t takers;                        /* of any of them */
	uint64_t first;                         /* its number: a block that lies in another's place is told by it */
};

/* ---- making one ---- */

struct block_draft {
	char *bytes;                            /* malloc'd, BLOCK_BYTES: the records */
	size_t used;
	struct block_head head;
	uint32_t lengths[BLOCK_RECORDS];
};

/* 0, or -1 with errno ENOMEM. */
int block_draft_init(struct block_draft *);
void block_draft_fini(struct block_draft *);
void block_draft_empty(struct block_draft *);
/* `stored`: record_stored_bytes(). */
bool block_draft_has_room(const struct block_draft *, size_t stored);
/* Where there is room. */
void block_draft_add(struct block_draft *, const struct record *, size_t stored);
size_t block_draft_bytes(const struct block_draft *);
/* `out` has that many bytes. */
void block_draft_write(const struct block_draft *, uint64_t first, char *out);

size_t block_bytes_of_one(size_t stored);
/* A block of this record alone, in so many bytes. */
void block_write_one(const struct record *, size_t stored, uint64_t first, char *out);

/* ---- reading one ---- */

struct block {
	unsigned records, at;                   /* `at`: the next one */
	uint64_t takers;
	const char *lengths;
	struct span rest;                       /* from the next one on */
};

/* false: head or lengths are damaged, or it is not the one that begins with this number, so that nothing in it can be found. */
bool block_open(struct block *, struct span value, uint64_t first);
/* The next record's bytes, where at < records. */
struct span block_next(struct block *);

#endif
