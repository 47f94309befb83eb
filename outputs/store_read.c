/* Reading the store: records from a number on, for one output. */
#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "outputs/record_stored.h"
#include "outputs/store_part.h"

#define STORE_LOOKS 20000       /* records in one look: pages that it sees cannot be used again meanwhile */
#define STORE_BLOCKS 4000       /* ... and blocks */
#define STORE_TELL_S 10

MDB_txn *
store_reader_txn(struct store *s, int *error)
{
	MDB_txn *txn = NULL;

	*error = mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn);
	if (*error)
		return NULL;
	mdb_txn_reset(txn);
	return txn;
}

struct store_reader *
store_reader_new(struct store *s)
{
	struct store_reader *r = calloc(1, sizeof(*r));
	int error;

	if (!r)
		return NULL;
	r->store = s;
	pthread_rwlock_wrlock(&s->lock);
	r->txn = store_reader_txn(s, &error);
	if (r->txn) {
		r->next = s->readers;
		s->readers = r;
	}
	pthread_rwlock_unlock(&s->lock);
	if (!r->txn) {
		free(r);
		store_fail(error);
		return NULL;
	}
	return r;
}

void
store_reader_free(struct store_reader **rp)
{
	if (!*rp)
		return;
	pthread_rwlock_wrlock(&(*rp)->store->lock);
	for (struct store_reader **p = &(*rp)->store->readers; *p; p = &(*p)->next) {
		if (*p == *rp) {
			*p = (*rp)->next;
			break;
		}
	}
	mdb_txn_abort((*rp)->txn);      /* NULL is fine */
	pthread_rwlock_unlock(&(*rp)->store->lock);
	free(*rp);
	*rp = NULL;
}

/* ---- a look: one transaction, block by block ---- */

#define LOOK_ENOUGH 1           /* no error of LMDB: so many were looked at */

struct look {
	MDB_cursor *cursor;
	uint64_t next;                  /* of the store: all that it sees is below */
	uint64_t from;                  /* what is below is of no interest */
	size_t most;                    /* blocks */
	int error;                      /* MDB_NOTFOUND at the end */

	uint64_t first;                 /* of the block at hand */
	struct block block;
	bool damaged;

	/* The record at hand, or `lost` ones that lay in a damaged block. */
	uint64_t number, lost, behind;  /* `behind`: the number behind all that was looked at */
	struct span stored;
};

static void
look_block(struct look *l, MDB_cursor_op op)
{
	size_t number = l->from;
	MDB_val key = store_val(&number, sizeof(number)), data;

	l->damaged = false;
	if ((l->error = mdb_cursor_get(l->cursor, &key, &data, op)) != 0)
		return;
	memcpy(&number, key.mv_data, sizeof(number));
	l->first = number;
	l->damaged = !block_open(&l->block, span_of(data.mv_data, data.mv_size), number);
}

/* To the record of that number, or the first behind it: it may stand within the block before the one that begins behind it. */
static void
look_seek(struct look *l)
{
	int error;

	look_block(l, MDB_SET_RANGE);
	error = l->error;
	if ((error && error != MDB_NOTFOUND) || (!error && l->first == l->from))
		return;
	look_block(l, error ? MDB_LAST : MDB_PREV);
	if (l->error == MDB_NOTFOUND && !error)
		look_block(l, MDB_FIRST);
	if (l->error || l->damaged || l->first >= l->from)
		return;
	while (l->block.at < l->block.records && l->first + l->block.at < l->from)
		block_next(&l->block);
}

/* LMDB's error, where nothing could be looked at. */
static int
look_begin(struct store_reader *r, struct look *l, uint64_t from)
{
	int error;

	memset(l, 0, sizeof(*l));
	l->most = SIZE_MAX;
	l->from = l->next = l->behind = from;
	pthread_rwlock_rdlock(&r->store->lock);
	error = r->txn ? mdb_txn_renew(r->txn) : MDB_PANIC;
	if (error)
		return error;
	error = store_get_number(r->store, r->txn, "next", &l->next);
	if (error && error != MDB_NOTFOUND)
		return error;
	error = mdb_cursor_open(r->txn, r->store->records, &l->cursor);
	if (!error)
		look_seek(l);
	return error;
}

static int
look_past_damage(struct look *l)
{
	uint64_t start = l->first > l->from ? l->first : l->from;

	look_block(l, MDB_NEXT);
	if (l->error && l->error != MDB_NOTFOUND)
		return l->error;
	l->behind = l->error ? l->next : l->first;
	l->lost = l->behind - start;
	return l->lost > 0 ? 0 : l->error;
}

/* The next record in a block that this output takes something of; MDB_NOTFOUND at the end. */
static int
look_on(struct look *l, unsigned id)
{
	l->lost = 0;
	while (!l->error && !l->damaged && (l->block.at == l->block.records || !(l->block.takers >> id & 1))) {
		l->behind = l->first + l->block.records;
		if (l->most-- == 0)
			return l->error = LOOK_ENOUGH;
		look_block(l, MDB_NEXT);
	}
	if (l->error == MDB_NOTFOUND)
		l->behind = l->next;
	if (l->error)
		return l->error;
	if (l->damaged)
		return look_past_damage(l);
	l->number = l->first + l->block.at;
	l->behind = l->number + 1;
	l->stored = block_next(&l->block);
	return 0;
}

static void
look_end(struct store_reader *r, struct look *l)
{
	if (l->cursor)
		mdb_cursor_close(l->cursor);
	if (r->txn)
		mdb_txn_reset(r->txn);
	pthread_rwlock_unlock(&r->store->lock);
}

/* ---- records ---- */

static void
count_damaged(struct store_reader *r, uint64_t number, uint64_t records, uint64_t bytes)
{
	log_once_a(STORE_TELL_S, LOG_LEVEL_ERROR, "the spool %s: records %llu to %llu are damaged and passed over", r->store->path, (unsigned long long)number,
	    (unsigned long long)(number + records - 1));
	atomic_fetch_add_explicit(&r->damaged, records, memory_order_relaxed);
	atomic_fetch_add_explicit(&r->damaged_bytes, bytes, memory_order_relaxed);
}

/* 1 and the record, 0: passed over, -1 with errno ENOMEM. */
static int
restore(struct store_reader *r, const struct look *l, unsigned id, struct record **out)
{
	if (l->lost > 0) {
		count_damaged(r, l->behind - l->lost, l->lost, l->lost * sizeof(struct record));
		return 0;
	}
	if (!(record_stored_takers(l->stored) >> id & 1))
		return 0;
	*out = record_restore(l->stored);
	if (*out) {
		(*out)->number = l->number;
		return 1;
	}
	if (errno == ENOMEM)
		return -1;
	count_damaged(r, l->number, 1, record_stored_memory(l->stored));
	return 0;
}

ssize_t
store_read(struct store_reader *r, unsigned id, uint64_t *from, struct record **out, struct store_most most)
{
	size_t n = 0, looked = 0;
	uint64_t taken = 0;
	struct look l;
	int error = look_begin(r, &l, *from), rc;

	l.most = STORE_BLOCKS;
	while (!error && n < most.records && taken < most.bytes && looked++ < STORE_LOOKS && !(error = look_on(&l, id))) {
		rc = restore(r, &l, id, &out[n]);
		if (rc == -1) {
			error = ENOMEM;
			l.behind = l.number;
			break;
		}
		taken += rc == 1 ? out[n]->bytes : 0;
		n += (size_t)rc;
	}
	look_end(r, &l);
	*from = l.behind;
	if (n == 0 && error && error != MDB_NOTFOUND && error != LOOK_ENOUGH)
		return store_fail(error);
	return (ssize_t)n;
}

void
store_damaged(const struct store_reader *r, uint64_t *records, uint64_t *bytes)
{
	*records = atomic_load_explicit(&r->damaged, memory_order_relaxed);
	*bytes = atomic_load_explicit(&r->damaged_bytes, memory_order_relaxed);
}

int
store_count(struct store_reader *r, unsigned id, uint64_t *from, uint64_t *records, uint64_t *bytes)
{
	struct look l;
	int error = look_begin(r, &l, *from);

	*records = *bytes = 0;
	while (!error && !(error = look_on(&l, id))) {
		if (l.lost == 0 && !(record_stored_takers(l.stored) >> id & 1))
			continue;
		*records += l.lost > 0 ? l.lost : 1;
		*bytes += l.lost > 0 ? l.lost * sizeof(struct record) : record_stored_memory(l.stored);
	}
	look_end(r, &l);
	*from = l.behind;
	return error == MDB_NOTFOUND ? 0 : store_fail(error);
}

static uint64_t
count_in(MDB_cursor *cursor)
{
	struct block b;
	uint64_t n = 0;
	MDB_val key, data;

	while (mdb_cursor_get(cursor, &key, &data, MDB_NEXT) == 0) {
		size_t first;

		memcpy(&first, key.mv_data, sizeof(first));
		if (block_open(&b, span_of(data.mv_data, data.mv_size), first))
			n += b.records;
	}
	return n;
}

uint64_t
store_records(struct store *s)
{
	MDB_cursor *cursor;
	MDB_txn *txn = NULL;
	uint64_t n = 0;

	pthread_rwlock_rdlock(&s->lock);
	if (s->env && mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn) == 0) {
		if (mdb_cursor_open(txn, s->records, &cursor) == 0) {
			n = count_in(cursor);
			mdb_cursor_close(cursor);
		}
		mdb_txn_abort(txn);
	}
	pthread_rwlock_unlock(&s->lock);
	return n;
}
