#include "outputs/store_part.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "outputs/record_stored.h"

#define STORE_MAPS 3
#define STORE_READERS 126
#define STORE_SLACK_BYTES ((size_t)64 << 20)    /* beyond limit and a quarter of it: pages that wait to be used again */

/* What "outputs" holds. */
struct stored_output {
	uint32_t id, unused;
	uint64_t position;
};

int
store_fail(int error)
{
	errno = error == MDB_MAP_FULL || error == ENOSPC || error == EDQUOT ? ENOSPC : error == MDB_NOTFOUND ? ENOENT : error > 0 ? error : EIO;
	return -1;
}

/* ---- opening ---- */

static int
get_number(struct store *s, MDB_txn *txn, const char *name, uint64_t *value)
{
	MDB_val key = store_val(name, strlen(name)), found;
	int error = mdb_get(txn, s->meta, &key, &found);

	if (error)
		return error;
	if (found.mv_size != sizeof(*value))
		return MDB_CORRUPTED;
	memcpy(value, found.mv_data, sizeof(*value));
	return 0;
}

static int
put_number(struct store *s, MDB_txn *txn, const char *name, uint64_t value)
{
	MDB_val key = store_val(name, strlen(name)), data = store_val(&value, sizeof(value));

	return mdb_put(txn, s->meta, &key, &data, 0);
}

static int
open_maps(struct store *s, MDB_txn *txn, unsigned create)
{
	int error = mdb_dbi_open(txn, "records", MDB_INTEGERKEY | create, &s->records);

	if (!error)
		error = mdb_dbi_open(txn, "outputs", create, &s->outputs);
	return error ? error : mdb_dbi_open(txn, "meta", create, &s->meta);
}

/* Of pages that records lie in. */
static int
look_at_bytes(struct store *s, MDB_txn *txn)
{
	MDB_stat stat;
	int error = mdb_stat(txn, s->records, &stat);

	if (error)
		return error;
	s->page_bytes = stat.ms_psize;
	atomic_store_explicit(&s->bytes, (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages) * (uint64_t)stat.ms_psize, memory_order_relaxed);
	return 0;
}

static int
read_meta(struct store *s, MDB_txn *txn, bool read_only)
{
	uint64_t version, next = 1;
	int error = get_number(s, txn, "version", &version);

	if (error == MDB_NOTFOUND && !read_only)
		error = put_number(s, txn, "version", version = STORE_VERSION);
	if (error)
		return error;
	if (version != STORE_VERSION) {
		log_error("the spool %s is of version %llu, this netnorm knows %d: empty it with the netnorm that wrote it, or move it away", s->path,
		    (unsigned long long)version, STORE_VERSION);
		return MDB_VERSION_MISMATCH;
	}
	error = get_number(s, txn, "next", &next);
	if (error && error != MDB_NOTFOUND)
		return error;
	atomic_store(&s->next, next);
	return look_at_bytes(s, txn);
}

static int
open_env(struct store *s, const struct store_setting *setting)
{
	unsigned flags = MDB_NOTLS | (setting->sync ? 0 : MDB_NOSYNC) | (setting->read_only ? MDB_RDONLY : 0);
	size_t map = (size_t)setting->limit_bytes + (size_t)setting->limit_bytes / 4 + STORE_SLACK_BYTES;
	MDB_txn *txn = NULL;
	int error = mdb_env_create(&s->env);

	if (error)
		return error;
	if (!setting->read_only)
		error = mdb_env_set_mapsize(s->env, map);
	if (!error)
		error = mdb_env_set_maxdbs(s->env, STORE_MAPS);
	if (!error)
		error = mdb_env_set_maxreaders(s->env, STORE_READERS);
	if (!error)
		error = mdb_env_open(s->env, s->path, flags, 0600);
	if (!error)
		error = mdb_txn_begin(s->env, NULL, setting->read_only ? MDB_RDONLY : 0, &txn);
	if (!error)
		error = open_maps(s, txn, setting->read_only ? 0 : MDB_CREATE);
	if (!error)
		error = read_meta(s, txn, setting->read_only);
	if (error) {
		mdb_txn_abort(txn);     /* NULL is fine */
		return error;
	}
	return mdb_txn_commit(txn);
}

struct store *
store_open(const struct store_setting *setting)
{
	struct store *s = calloc(1, sizeof(*s));
	int error = ENOMEM;

	if (!s)
		return NULL;
	s->path = strdup(setting->path);
	s->limit_bytes = (uint64_t)setting->limit_bytes;
	if (s->path && !setting->read_only && mkdir(s->path, 0700) == -1 && errno != EEXIST)
		error = errno;
	else if (s->path)
		error = open_env(s, setting);
	if (!error)
		return s;
	log_error("the spool %s cannot be opened: %s", setting->path, mdb_strerror(error));
	store_close(&s);
	store_fail(error);
	return NULL;
}

void
store_close(struct store **sp)
{
	struct store *s = *sp;

	*sp = NULL;
	if (!s)
		return;
	store_abort(s);
	if (s->env)
		mdb_env_close(s->env);
	free(s->path);
	free(s);
}

uint64_t
store_next(const struct store *s)
{
	return atomic_load_explicit(&s->next, memory_order_acquire);
}

uint64_t
store_bytes(const struct store *s)
{
	return atomic_load_explicit(&s->bytes, memory_order_relaxed);
}

/* ---- outputs ---- */

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

static int
write_output(struct store *s, MDB_txn *txn, const struct store_output *o)
{
	struct stored_output stored = { .id = o->id, .position = o->position };
	MDB_val key = store_val(o->name, strlen(o->name)), data = store_val(&stored, sizeof(stored));

	return mdb_put(txn, s->outputs, &key, &data, 0);
}

static size_t
list_outputs(struct store *s, MDB_txn *txn, struct store_output out[STORE_MAX_OUTPUTS])
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
	size_t n;

	if (mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn))
		return 0;
	n = list_outputs(s, txn, out);
	mdb_txn_abort(txn);
	return n;
}

/* The one of that name, else a new one behind all records. */
static int
find_output(struct store *s, MDB_txn *txn, const char *name, struct store_output *out)
{
	struct store_output all[STORE_MAX_OUTPUTS];
	size_t n = list_outputs(s, txn, all);
	uint64_t used = 0;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(all[i].name, name) == 0) {
			*out = all[i];
			return 0;
		}
		used |= UINT64_C(1) << all[i].id;
	}
	if (used == UINT64_MAX || strlen(name) >= STORE_NAME_BYTES)
		return ENOSPC;
	memset(out, 0, sizeof(*out));
	memcpy(out->name, name, strlen(name));
	out->id = (unsigned)__builtin_ctzll(~used);
	out->position = store_next(s);
	return write_output(s, txn, out);
}

int
store_output_open(struct store *s, const char *name, struct store_output *out)
{
	MDB_txn *txn;
	int error = mdb_txn_begin(s->env, NULL, 0, &txn);

	if (error)
		return store_fail(error);
	error = find_output(s, txn, name, out);
	if (error) {
		mdb_txn_abort(txn);
		return store_fail(error);
	}
	error = mdb_txn_commit(txn);
	return error ? store_fail(error) : 0;
}

/*
 * The id is free for another output then: no record may still name it.  (They are gone with the next commits once nobody else wants them; a new output begins
 * behind them.)
 */
int
store_output_drop(struct store *s, const char *name)
{
	MDB_val key = store_val(name, strlen(name));
	MDB_txn *txn;
	int error = mdb_txn_begin(s->env, NULL, 0, &txn);

	if (error)
		return store_fail(error);
	error = mdb_del(txn, s->outputs, &key, NULL);
	if (error) {
		mdb_txn_abort(txn);
		return store_fail(error);
	}
	error = mdb_txn_commit(txn);
	return error ? store_fail(error) : 0;
}

/* ---- writing ---- */

int
store_begin(struct store *s)
{
	int error = mdb_txn_begin(s->env, NULL, 0, &s->txn);

	if (error) {
		s->txn = NULL;
		return store_fail(error);
	}
	s->putting = store_next(s);
	return 0;
}

uint64_t
store_put(struct store *s, const struct record *r)
{
	size_t number = s->putting;
	MDB_val key = store_val(&number, sizeof(number)), data = store_val(NULL, record_stored_bytes(r));
	int error;

	if (store_bytes(s) >= s->limit_bytes) {
		errno = ENOSPC;
		return 0;
	}
	error = mdb_put(s->txn, s->records, &key, &data, MDB_APPEND | MDB_RESERVE);
	if (error) {
		store_fail(error);
		return 0;
	}
	record_store(r, data.mv_data);
	return s->putting++;
}

/* Nobody's lowest position: with no output at all everything is settled. */
static uint64_t
lowest_position(const struct store_output *all, size_t n, uint64_t next)
{
	uint64_t lowest = next;

	for (size_t i = 0; i < n; i++)
		if (all[i].position < lowest)
			lowest = all[i].position;
	return lowest;
}

static int
delete_below(struct store *s, uint64_t lowest, size_t most)
{
	MDB_cursor *cursor;
	MDB_val key, data;
	int error = mdb_cursor_open(s->txn, s->records, &cursor);

	if (error)
		return error;
	for (size_t i = 0; i < most && !error; i++) {
		size_t number;

		error = mdb_cursor_get(cursor, &key, &data, MDB_FIRST);
		if (error)
			break;
		memcpy(&number, key.mv_data, sizeof(number));
		if (number >= lowest)
			break;
		error = mdb_cursor_del(cursor, 0);
	}
	mdb_cursor_close(cursor);
	return error == MDB_NOTFOUND ? 0 : error;
}

static int
settle_positions(struct store *s, const uint64_t positions[STORE_MAX_OUTPUTS], size_t deletes)
{
	struct store_output all[STORE_MAX_OUTPUTS];
	size_t n = list_outputs(s, s->txn, all);
	int error = 0;

	for (size_t i = 0; i < n && !error; i++) {
		uint64_t position = positions[all[i].id];

		if (position == UINT64_MAX || position <= all[i].position)
			continue;
		all[i].position = position;
		error = write_output(s, s->txn, &all[i]);
	}
	return error ? error : delete_below(s, lowest_position(all, n, s->putting), deletes);
}

int
store_commit(struct store *s, const uint64_t positions[STORE_MAX_OUTPUTS], size_t deletes)
{
	int error = settle_positions(s, positions, deletes);

	if (!error && s->putting != store_next(s))
		error = put_number(s, s->txn, "next", s->putting);
	if (!error)
		error = look_at_bytes(s, s->txn);
	if (error) {
		store_abort(s);
		return store_fail(error);
	}
	error = mdb_txn_commit(s->txn);
	s->txn = NULL;
	if (error)
		return store_fail(error);
	atomic_store_explicit(&s->next, s->putting, memory_order_release);
	return 0;
}

void
store_abort(struct store *s)
{
	if (s->txn)
		mdb_txn_abort(s->txn);
	s->txn = NULL;
}
