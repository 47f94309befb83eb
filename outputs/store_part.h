/* store_part: what store.c (writing) and store_read.c share. */
#ifndef NETNORM_OUTPUTS_STORE_PART_H
#define NETNORM_OUTPUTS_STORE_PART_H

#include <lmdb.h>

#include "outputs/store.h"

struct store {
	MDB_env *env;
	MDB_dbi records, outputs, meta;
	MDB_txn *txn;                   /* the writer's, or NULL */
	char *path;
	uint64_t limit_bytes;
	_Atomic uint64_t next, bytes;
	uint64_t putting;               /* the next number in the open transaction */
	size_t page_bytes;
};

/* errno from LMDB's error: ENOSPC where map or disk are full, EIO for what is LMDB's own. -1. */
int store_fail(int error);

static inline MDB_val
store_val(const void *p, size_t n)
{
	return (MDB_val){ .mv_size = n, .mv_data = (void *)(uintptr_t)p };
}

#endif
