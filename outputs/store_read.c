/* Reading the store: records from a number on, for one output. */
#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "outputs/record_stored.h"
#include "outputs/store_part.h"

#define STORE_LOOKS 20000       /* records in one look: pages that it sees cannot be used again meanwhile */
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

struct look {
	MDB_cursor *cursor;
	uint64_t next;                  /* of the store: all that it sees is below */
	MDB_val key, data;
	MDB_cursor_op op;
	size_t number;
};

static int
look_begin(struct store_reader *r, struct look *l, uint64_t from)
{
	int error;

	pthread_rwlock_rdlock(&r->store->lock);
	error = r->txn ? mdb_txn_renew(r->txn) : MDB_PANIC;
	if (error)
		return error;
	l->number = from;
	l->key = store_val(&l->number, sizeof(l->number));
	l->op = MDB_SET_RANGE;
	l->next = from;
	error = store_get_number(r->store, r->txn, "next", &l->next);
	if (error && error != MDB_NOTFOUND)
		return error;
	return mdb_cursor_open(r->txn, r->store->records, &l->cursor);
}

/* The next one; MDB_NOTFOUND at the end. */
static int
look_on(struct look *l)
{
	int error = mdb_cursor_get(l->cursor, &l->key, &l->data, l->op);

	l->op = MDB_NEXT;
	if (!error)
		memcpy(&l->number, l->key.mv_data, sizeof(l->number));
	return error;
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

/* 1 and the record, 0: passed over, -1 with errno ENOMEM. */
static int
restore(struct store_reader *r, const struct look *l, unsigned id, struct record **out)
{
	struct span stored = span_of(l->data.mv_data, l->data.mv_size);

	if (!(record_stored_takers(stored) >> id & 1))
		return 0;
	*out = record_restore(stored);
	if (*out) {
		(*out)->number = l->number;
		return 1;
	}
	if (errno == ENOMEM)
		return -1;
	log_once_a(STORE_TELL_S, LOG_LEVEL_ERROR, "the spool %s: record %llu is damaged and passed over", r->store->path, (unsigned long long)l->number);
	atomic_fetch_add_explicit(&r->damaged, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&r->damaged_bytes, record_stored_memory(stored), memory_order_relaxed);
	return 0;
}

ssize_t
store_read(struct store_reader *r, unsigned id, uint64_t *from, struct record **out, size_t max)
{
	struct look l = { .cursor = NULL };
	uint64_t next = *from;
	size_t n = 0, looked = 0;
	int error = look_begin(r, &l, *from), rc;

	while (!error && n < max && looked++ < STORE_LOOKS) {
		error = look_on(&l);
		if (error == MDB_NOTFOUND && next < l.next)
			next = l.next;
		if (error)
			break;
		rc = restore(r, &l, id, &out[n]);
		if (rc == -1) {
			error = ENOMEM;
			break;
		}
		n += (size_t)rc;
		next = l.number + 1;
	}
	look_end(r, &l);
	*from = next;
	if (n == 0 && error && error != MDB_NOTFOUND)
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
store_count(struct store_reader *r, unsigned id, uint64_t from, uint64_t *records, uint64_t *bytes)
{
	struct look l = { .cursor = NULL };
	int error = look_begin(r, &l, from);

	*records = *bytes = 0;
	while (!error && !(error = look_on(&l))) {
		struct span stored = span_of(l.data.mv_data, l.data.mv_size);

		if (!(record_stored_takers(stored) >> id & 1))
			continue;
		++*records;
		*bytes += record_stored_memory(stored);
	}
	look_end(r, &l);
	return error == MDB_NOTFOUND ? 0 : store_fail(error);
}

uint64_t
store_records(struct store *s)
{
	MDB_stat stat = { 0 };
	MDB_txn *txn = NULL;

	pthread_rwlock_rdlock(&s->lock);
	if (s->env && mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn) == 0) {
		if (mdb_stat(txn, s->records, &stat) != 0)
			stat.ms_entries = 0;
		mdb_txn_abort(txn);
	}
	pthread_rwlock_unlock(&s->lock);
	return stat.ms_entries;
}
