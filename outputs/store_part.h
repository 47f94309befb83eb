/* store_part: what store.c (opening, writing) and the other store_*.c share. */
#ifndef NETNORM_OUTPUTS_STORE_PART_H
#define NETNORM_OUTPUTS_STORE_PART_H

#include <lmdb.h>
#include <pthread.h>

#include "outputs/store.h"
#include "outputs/store_block.h"

struct store_reader {
	struct store *store;
	struct store_reader *next;      /* of the store's */
	MDB_txn *txn;                   /* renewed for each look */
	_Atomic uint64_t damaged, damaged_bytes;
};

struct store {
	/* Held to read by those who read while they use `env`, and to write when the writer's thread opens it anew or `readers` change. */
	pthread_rwlock_t lock;
	pthread_mutex_t change;         /* likewise, by others than the writer's thread who write.  Taken before `lock` */
	struct store_reader *readers;
	MDB_env *env;
	MDB_dbi records, outputs, meta;
	MDB_txn *txn;                   /* the writer's, or NULL */
	char *path;
	int owner;                      /* descriptor of the lock; -1: only read */
	uint64_t limit_bytes;
	bool sync, read_only;
	_Atomic uint64_t next, bytes;
	uint64_t putting;               /* the next number in the open transaction */
	uint64_t put_bytes;             /* of pages that it takes, about */
	uint64_t reserved_end;          /* of the file: so far it is allocated */
	struct block_draft draft;       /* of the open transaction: the last that were put */
	bool behind;
	uint64_t open;                  /* ids */
	uint64_t swept, sweeping;       /* below this number nothing is left that only open outputs wanted; once the open transaction is committed */
	uint64_t swept_for;             /* the outputs that were not open then */
	unsigned last_id;               /* the one that was given to a new output last */
	size_t page_bytes;
	uint64_t used_bytes;            /* `bytes` once the open transaction is committed */
};

/* errno from LMDB's error: ENOSPC where map or disk are full, EIO for what is LMDB's own. -1. */
int store_fail(int error);

/* The outputs as a transaction sees them; one written: 0, or LMDB's error. */
size_t store_list_outputs(struct store *, MDB_txn *, struct store_output out[STORE_MAX_OUTPUTS]);
int store_write_output(struct store *, MDB_txn *, const struct store_output *);
/* The numbers of "meta": 0, or LMDB's error. */
int store_get_number(struct store *, MDB_txn *, const char *name, uint64_t *value);

/* At most so many records that no output wants, in the open transaction: 0, or LMDB's error. */
int store_delete_settled(struct store *, const struct store_output *all, size_t n, size_t most);
/* For LMDB, before it opens the file; and what was found in it is there to its end: 0, or LMDB's error, told in the log. */
size_t store_map_bytes(const struct store *);
int store_check_whole(struct store *);
/* Room on the disk for the open transaction and for one that deletes, or LMDB's error (ENOSPC). */
int store_reserve(struct store *);
/* A transaction that begins with the next look, or NULL with LMDB's error in *error. */
MDB_txn *store_reader_txn(struct store *, int *error);

#define STORE_PAGE_HEAD 16              /* LMDB's: of a page, and of what stands in one with its key (8) */
#define STORE_NODE_BYTES 16

/* Does a value of so many bytes stand in a page with others?  Else it has pages of its own. */
static inline bool
store_shares_page(const struct store *s, size_t bytes)
{
	return bytes + STORE_NODE_BYTES <= (((s->page_bytes - STORE_PAGE_HEAD) / 2) & ~(size_t)1) - sizeof(uint16_t);
}

static inline MDB_val
store_val(const void *p, size_t n)
{
	return (MDB_val){ .mv_size = n, .mv_data = (void *)(uintptr_t)p };
}

#endif
