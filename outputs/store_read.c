/* Reading the store: records from a number on, for one output. */
#include <errno.h>
#include <stdlib.h>

#include "outputs/record_stored.h"
#include "outputs/store_part.h"

struct store_reader {
	struct store *store;
	MDB_txn *txn;                   /* renewed for each look */
};

struct store_reader *
store_reader_new(struct store *s)
{
	struct store_reader *r = calloc(1, sizeof(*r));
	int error;

	if (!r)
		return NULL;
	r->store = s;
	error = mdb_txn_begin(s->env, NULL, MDB_RDONLY, &r->txn);
	if (error) {
		free(r);
		store_fail(error);
		return NULL;
	}
	mdb_txn_reset(r->txn);
	return r;
}

void
store_reader_free(struct store_reader **rp)
{
	if (!*rp)
		return;
	mdb_txn_abort((*rp)->txn);
	free(*rp);
	*rp = NULL;
}

struct look {
	MDB_cursor *cursor;
	MDB_val key, data;
	MDB_cursor_op op;
	size_t number;
};

static int
look_begin(struct store_reader *r, struct look *l, uint64_t from)
{
	int error = mdb_txn_renew(r->txn);

	if (error)
		return error;
	l->number = from;
	l->key = store_val(&l->number, sizeof(l->number));
	l->op = MDB_SET_RANGE;
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
	mdb_txn_reset(r->txn);
}

ssize_t
store_read(struct store_reader *r, unsigned id, uint64_t *from, struct record **out, size_t max)
{
	struct look l = { .cursor = NULL };
	uint64_t next = *from;
	size_t n = 0;
	int error = look_begin(r, &l, *from);

	while (!error && n < max) {
		struct span stored;

		error = look_on(&l);
		if (error)
			break;
		stored = span_of(l.data.mv_data, l.data.mv_size);
		if (record_stored_takers(stored) >> id & 1) {
			out[n] = record_restore(stored);
			if (!out[n]) {
				error = errno == ENOMEM ? ENOMEM : MDB_CORRUPTED;
				break;
			}
			out[n++]->number = l.number;
		}
		next = l.number + 1;
	}
	look_end(r, &l);
	*from = next;
	if (n == 0 && error && error != MDB_NOTFOUND)
		return store_fail(error);
	return (ssize_t)n;
}

int
store_count(struct store_reader *r, unsigned id, uint64_t from, uint64_t *records, uint64_t *bytes)
{
	struct look l = { .cursor = NULL };
	int error = look_begin(r, &l, from);

	*records = *bytes = 0;
	while (!error && !(error = look_on(&l))) {
		if (!(record_stored_takers(span_of(l.data.mv_data, l.data.mv_size)) >> id & 1))
			continue;
		++*records;
		*bytes += l.data.mv_size + sizeof(struct record);
	}
	look_end(r, &l);
	return error == MDB_NOTFOUND ? 0 : store_fail(error);
}
