/* The outputs that the store knows: names, ids, positions. */
#include "outputs/store_part.h"

#include <errno.h>

/* What "outputs" holds. */
struct stored_output {
	uint32_t id, unused;
	uint64_t position;
};

static bool
read_output(MDB_val key, MDB_val data, struct store_output *out)
{
	struct stored_output stored;

	if (key.mv_size >= STORE_NAME_BYTES || data.mv_size != sizeof(stored))
		return false;
	memcpy(&stored, data.mv_data, sizeof(stored));
	memset(out, 0, sizeof(*out));
	memcpy(out->name, key.mv_data, key.mv_size);
	out->id = stored.id;
	out->position = stored.position;
	return stored.id < STORE_MAX_OUTPUTS;
}

int
store_write_output(struct store *s, MDB_txn *txn, const struct store_output *o)
{
	struct stored_output stored = { .id = o->id, .position = o->position };
	MDB_val key = store_val(o->name, strlen(o->name)), data = store_val(&stored, sizeof(stored));

	return mdb_put(txn, s->outputs, &key, &data, 0);
}

size_t
store_list_outputs(struct store *s, MDB_txn *txn, struct store_output out[STORE_MAX_OUTPUTS])
{
	MDB_cursor *cursor;
	MDB_val key, data;
	size_t n = 0;

	if (mdb_cursor_open(txn, s->outputs, &cursor))
		return 0;
	while (n < STORE_MAX_OUTPUTS && mdb_cursor_get(cursor, &key, &data, MDB_NEXT) == 0)
		n += read_output(key, data, &out[n]);
	mdb_cursor_close(cursor);
	return n;
}

size_t
store_outputs(struct store *s, struct store_output out[STORE_MAX_OUTPUTS])
{
	MDB_txn *txn;
	size_t n = 0;

	pthread_rwlock_rdlock(&s->lock);
	if (s->env && mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn) == 0) {
		n = store_list_outputs(s, txn, out);
		mdb_txn_abort(txn);
	}
	pthread_rwlock_unlock(&s->lock);
	return n;
}

/* After the one that was given last, so that an id that was dropped rests as long as there are others: records in memory may name it still. */
static unsigned
free_id(struct store *s, uint64_t used)
{
	unsigned id = s->last_id;

	do
		id = (id + 1) % STORE_MAX_OUTPUTS;
	while (used >> id & 1);
	return s->last_id = id;
}

/* The one of that name, else a new one behind all records. */
static int
find_output(struct store *s, MDB_txn *txn, const char *name, struct store_output *out)
{
	struct store_output all[STORE_MAX_OUTPUTS];
	size_t n = store_list_outputs(s, txn, all);
	uint64_t used = 0, next = 1;
	int error;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(all[i].name, name) == 0) {
			*out = all[i];
			return 0;
		}
		used |= UINT64_C(1) << all[i].id;
	}
	if (used == UINT64_MAX || strlen(name) >= STORE_NAME_BYTES)
		return ENOSPC;
	error = store_get_number(s, txn, "next", &next);
	if (error && error != MDB_NOTFOUND)
		return error;
	memset(out, 0, sizeof(*out));
	memcpy(out->name, name, strlen(name));
	out->id = free_id(s, used);
	out->position = next;
	return store_write_output(s, txn, out);
}

struct change {
	const char *name;
	struct store_output *out;       /* NULL: drop it */
};

static int
drop_output(struct store *s, MDB_txn *txn, const char *name)
{
	MDB_val key = store_val(name, strlen(name));

	return mdb_del(txn, s->outputs, &key, NULL);
}

/* One transaction of its own. */
static int
change(struct store *s, struct change c)
{
	MDB_txn *txn = NULL;
	int error;

	pthread_mutex_lock(&s->change);
	error = s->env ? mdb_txn_begin(s->env, NULL, 0, &txn) : MDB_PANIC;
	if (!error)
		error = c.out ? find_output(s, txn, c.name, c.out) : drop_output(s, txn, c.name);
	if (!error)
		error = mdb_txn_commit(txn);
	else if (txn)
		mdb_txn_abort(txn);
	pthread_mutex_unlock(&s->change);
	return error ? store_fail(error) : 0;
}

int
store_output_open(struct store *s, const char *name, struct store_output *out)
{
	return change(s, (struct change){ name, out });
}

/* The id is free for another output then, which begins behind all records that name it. */
int
store_output_drop(struct store *s, const char *name)
{
	return change(s, (struct change){ name, NULL });
}
