/* What of the store can go. */
#include "outputs/store_part.h"

/* What can go: all below `lowest`, and below `open` what none of `gone` wants. */
struct sweep {
	uint64_t lowest, open, gone;
	size_t most;
};

/* With no output at all everything is settled. */
static struct sweep
sweep_of(const struct store *s, const struct store_output *all, size_t n, size_t most)
{
	struct sweep w = { .lowest = s->putting, .open = s->putting, .most = most };

	for (size_t i = 0; i < n; i++) {
		bool open = s->open >> all[i].id & 1;

		if (all[i].position < w.lowest)
			w.lowest = all[i].position;
		if (open && all[i].position < w.open)
			w.open = all[i].position;
		if (!open)
			w.gone |= UINT64_C(1) << all[i].id;
	}
	return w;
}

/*
 * What there is to know of a block; of a damaged one nothing can be read, so that it goes with what is before it.  It `stays` where it has pages of its own:
 * LMDB would free as many as they say that they are, from where they say that they lie.
 */
struct extent {
	uint64_t end, takers;           /* number behind its last record */
	size_t records;
	bool stays;
};

static struct extent
extent_of(const struct store *s, size_t first, MDB_val data)
{
	struct block b;

	if (!block_open(&b, span_of(data.mv_data, data.mv_size), first))
		return (struct extent){ .end = first + 1, .takers = UINT64_MAX, .records = 1, .stays = !store_shares_page(s, data.mv_size) };
	return (struct extent){ .end = first + b.records, .takers = b.takers, .records = b.records };
}

static int
delete_below(struct store *s, const struct sweep *w, MDB_cursor *cursor)
{
	size_t number = 0;
	MDB_val key = store_val(&number, sizeof(number)), data;
	struct extent e;
	int error;

	for (size_t n = 0; !(error = mdb_cursor_get(cursor, &key, &data, MDB_SET_RANGE)); n += e.records) {
		memcpy(&number, key.mv_data, sizeof(number));
		e = extent_of(s, number, data);
		if (e.end > w->lowest)
			break;
		if (n >= w->most) {
			s->behind = true;
			break;
		}
		if (!e.stays && (error = mdb_cursor_del(cursor, 0)) != 0)
			break;
		number = e.end;
		key = store_val(&number, sizeof(number));
	}
	return error == MDB_NOTFOUND ? 0 : error;
}

/* Each block is looked at once: what is kept is kept until an output is opened, closed or dropped. */
static int
delete_between(struct store *s, const struct sweep *w, MDB_cursor *cursor)
{
	size_t number = s->sweeping > w->lowest ? s->sweeping : w->lowest;
	MDB_val key = store_val(&number, sizeof(number)), data;
	MDB_cursor_op op = MDB_SET_RANGE;
	struct extent e;
	int error;

	for (size_t n = 0; !(error = mdb_cursor_get(cursor, &key, &data, op)); n += e.records) {
		memcpy(&number, key.mv_data, sizeof(number));
		e = extent_of(s, number, data);
		if (e.end > w->open)
			break;
		if (n >= w->most) {
			s->behind = true;
			break;
		}
		op = MDB_NEXT;
		if (!(e.takers & w->gone) && !e.stays) {
			if ((error = mdb_cursor_del(cursor, 0)) != 0)
				break;
			op = MDB_SET_RANGE;
		}
		s->sweeping = number = e.end;
		key = store_val(&number, sizeof(number));
	}
	return error == MDB_NOTFOUND ? 0 : error;
}

int
store_delete_settled(struct store *s, const struct store_output *all, size_t n, size_t most)
{
	struct sweep w = sweep_of(s, all, n, most);
	MDB_cursor *cursor;
	int error = mdb_cursor_open(s->txn, s->records, &cursor);

	if (error)
		return error;
	s->behind = false;
	s->sweeping = w.gone == s->swept_for ? s->swept : 0;
	s->swept_for = w.gone;
	if (s->sweeping == 0)
		s->swept = 0;
	error = delete_below(s, &w, cursor);
	if (!error && !s->behind && w.open > w.lowest)
		error = delete_between(s, &w, cursor);
	mdb_cursor_close(cursor);
	return error;
}
