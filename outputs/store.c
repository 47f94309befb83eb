/* Opening the store, and writing it. */
#include "outputs/store_part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "outputs/folder.h"
#include "outputs/record_stored.h"

#define STORE_MAPS 3
#define STORE_READERS 254                /* two for each output while a reload replaces it, and whoever looks */
#define STORE_OWNER "owner"

int
store_fail(int error)
{
	errno = error == MDB_MAP_FULL || error == ENOSPC || error == EDQUOT ? ENOSPC : error == MDB_NOTFOUND ? ENOENT : error > 0 ? error : EIO;
	return -1;
}

/* ---- opening ---- */

int
store_get_number(struct store *s, MDB_txn *txn, const char *name, uint64_t *value)
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
	s->used_bytes = (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages) * (uint64_t)stat.ms_psize;
	return 0;
}

static int
read_meta(struct store *s, MDB_txn *txn, bool read_only)
{
	uint64_t version, next = 1;
	int error = store_get_number(s, txn, "version", &version);

	if (error == MDB_NOTFOUND && !read_only)
		error = put_number(s, txn, "version", version = STORE_VERSION);
	if (error)
		return error;
	if (version != STORE_VERSION) {
		log_error("the spool %s is of version %llu, this netnorm knows %d: empty it with the netnorm that wrote it, or move it away", s->path,
		    (unsigned long long)version, STORE_VERSION);
		return MDB_VERSION_MISMATCH;
	}
	error = store_get_number(s, txn, "next", &next);
	if (error && error != MDB_NOTFOUND)
		return error;
	atomic_store(&s->next, next);
	error = look_at_bytes(s, txn);
	atomic_store(&s->bytes, s->used_bytes);
	return error;
}

/* One that was killed while it read would keep all pages from being used again. */
static void
forget_dead_readers(struct store *s)
{
	int dead = 0;

	if (mdb_reader_check(s->env, &dead) == 0 && dead > 0)
		log_notice("the spool %s: %d readers are dead", s->path, dead);
}

/* The names of files that were made are on the disk, too, and that of the directory. */
static int
sync_names(const struct store *s)
{
	static const char *const names[] = { STORE_OWNER, "../" STORE_OWNER };
	char path[4096];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		int n = snprintf(path, sizeof(path), "%s/%s", s->path, names[i]);

		if (n > 0 && (size_t)n < sizeof(path) && folder_sync(path) == -1)
			return errno;
	}
	return 0;
}

static int
lock_owner(const char *path, bool make)
{
	char name[4096];
	int n = snprintf(name, sizeof(name), "%s/" STORE_OWNER, path), fd, error;

	if (n < 0 || (size_t)n >= sizeof(name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(name, O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0), 0600);
	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1) {
		error = errno == EWOULDBLOCK ? EBUSY : errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

bool
store_is_owned(const char *path)
{
	int fd = lock_owner(path, false);

	if (fd == -1)
		return errno == EBUSY;
	close(fd);
	return false;
}

/* LMDB found what cannot be, and would end the process without a word. */
static void
is_damaged(MDB_env *env, const char *what)
{
	const char *path = "";

	mdb_env_get_path(env, &path);
	log_error("the spool %s is damaged (%s): move it away; `netnorm spool peek` may read some of it", path, what);
	_exit(1);
}

static int
open_env(struct store *s)
{
	unsigned flags = MDB_NOTLS | (s->sync ? 0 : MDB_NOSYNC) | (s->read_only ? MDB_RDONLY : 0);
	MDB_txn *txn = NULL;
	int error = mdb_env_create(&s->env);

	if (error)
		return error;
	mdb_env_set_assert(s->env, is_damaged);
	if (!s->read_only)
		error = mdb_env_set_mapsize(s->env, store_map_bytes(s));
	if (!error)
		error = mdb_env_set_maxdbs(s->env, STORE_MAPS);
	if (!error)
		error = mdb_env_set_maxreaders(s->env, STORE_READERS);
	if (!error)
		error = mdb_env_open(s->env, s->path, flags, 0600);
	if (!error)
		error = store_check_whole(s);
	if (!error)
		forget_dead_readers(s);
	if (!error)
		error = mdb_txn_begin(s->env, NULL, s->read_only ? MDB_RDONLY : 0, &txn);
	if (!error)
		error = open_maps(s, txn, s->read_only ? 0 : MDB_CREATE);
	if (!error)
		error = read_meta(s, txn, s->read_only);
	if (error) {
		mdb_txn_abort(txn);     /* NULL is fine */
		return error;
	}
	return mdb_txn_commit(txn);
}

static int
open_owned(struct store *s)
{
	int error;

	if (mkdir(s->path, 0700) == -1 && errno != EEXIST)
		return errno;
	s->owner = lock_owner(s->path, true);
	if (s->owner == -1)
		return errno;
	error = open_env(s);
	return error || !s->sync ? error : sync_names(s);
}

struct store *
store_open(const struct store_setting *setting)
{
	struct store *s = calloc(1, sizeof(*s));
	int error = ENOMEM;

	if (!s)
		return NULL;
	pthread_rwlock_init(&s->lock, NULL);
	pthread_mutex_init(&s->change, NULL);
	s->owner = -1;
	s->open = UINT64_MAX;
	s->sync = setting->sync;
	s->read_only = setting->read_only;
	s->path = strdup(setting->path);
	s->limit_bytes = (uint64_t)setting->limit_bytes;
	if (s->path && block_draft_init(&s->draft) == 0)
		error = s->read_only ? open_env(s) : open_owned(s);
	if (!error)
		return s;
	log_error("the spool %s cannot be opened: %s%s", setting->path, error == EBUSY ? "another process uses it" : mdb_strerror(error),
	    error < 0 && error != MDB_VERSION_MISMATCH ? " (damaged? then move it away; `netnorm spool peek` may read some of it)" : "");
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
	if (s->owner != -1)
		close(s->owner);
	pthread_rwlock_destroy(&s->lock);
	pthread_mutex_destroy(&s->change);
	block_draft_fini(&s->draft);
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

uint64_t
store_limit_bytes(const struct store *s)
{
	return s->limit_bytes;
}

/* What the open transaction has put counts, and what it deletes does not before it is over. */
bool
store_is_full(const struct store *s)
{
	return store_bytes(s) + s->put_bytes + s->draft.used >= s->limit_bytes;
}

/* ---- writing ---- */

/*
 * LMDB gives a file up when the page that makes a commit valid could not be written.  Opened anew it goes on from the last commit.  (What the failed one wrote may
 * be valid after all, and then goes out twice.)
 */
static int
open_again(struct store *s)
{
	int error, ignored;

	pthread_mutex_lock(&s->change);
	pthread_rwlock_wrlock(&s->lock);
	for (struct store_reader *r = s->readers; r; r = r->next) {
		mdb_txn_abort(r->txn);
		r->txn = NULL;
	}
	if (s->env)
		mdb_env_close(s->env);
	s->env = NULL;
	error = open_env(s);
	for (struct store_reader *r = s->readers; r && !error; r = r->next)
		r->txn = store_reader_txn(s, &ignored);
	if (error) {
		mdb_env_close(s->env);
		s->env = NULL;
	}
	pthread_rwlock_unlock(&s->lock);
	pthread_mutex_unlock(&s->change);
	log_notice("the spool %s is opened again: %s", s->path, error ? mdb_strerror(error) : "good");
	return error;
}

int
store_begin(struct store *s)
{
	int error = s->env ? mdb_txn_begin(s->env, NULL, 0, &s->txn) : MDB_PANIC;

	if (error == MDB_PANIC && (error = open_again(s)) == 0)
		error = mdb_txn_begin(s->env, NULL, 0, &s->txn);
	if (error) {
		s->txn = NULL;
		return store_fail(error);
	}
	s->putting = store_next(s);
	s->put_bytes = 0;
	block_draft_empty(&s->draft);
	return 0;
}

static uint64_t
pages_of(const struct store *s, size_t bytes)
{
	return store_shares_page(s, bytes) ? bytes + STORE_NODE_BYTES : (bytes + STORE_PAGE_HEAD + s->page_bytes - 1) / s->page_bytes * s->page_bytes;
}

/* Room for a block in the open transaction, to be filled before anything else is done in it. */
static char *
put_block(struct store *s, size_t first, size_t bytes)
{
	MDB_val key = store_val(&first, sizeof(first)), data = store_val(NULL, bytes);
	int error = mdb_put(s->txn, s->records, &key, &data, MDB_APPEND | MDB_RESERVE);

	if (error) {
		store_fail(error == MDB_MAP_FULL || error == MDB_TXN_FULL ? EFBIG : error);
		return NULL;
	}
	s->put_bytes += pages_of(s, bytes);
	return data.mv_data;
}

static int
put_draft(struct store *s)
{
	uint64_t first = s->putting - s->draft.head.records;
	char *out;

	if (s->draft.head.records == 0)
		return 0;
	out = put_block(s, first, block_draft_bytes(&s->draft));
	if (!out)
		return -1;
	block_draft_write(&s->draft, first, out);
	block_draft_empty(&s->draft);
	return 0;
}

static int
put_alone(struct store *s, const struct record *r, size_t stored)
{
	char *out = put_block(s, s->putting, block_bytes_of_one(stored));

	if (out)
		block_write_one(r, stored, s->putting, out);
	return out ? 0 : -1;
}

uint64_t
store_put(struct store *s, const struct record *r)
{
	size_t stored = record_stored_bytes(r);

	if (store_is_full(s)) {
		errno = ENOSPC;
		return 0;
	}
	if (!block_draft_has_room(&s->draft, stored) && put_draft(s) == -1)
		return 0;
	if (block_draft_has_room(&s->draft, stored))
		block_draft_add(&s->draft, r, stored);
	else if (put_alone(s, r, stored) == -1)
		return 0;
	return s->putting++;
}

static int
settle_positions(struct store *s, const uint64_t positions[STORE_MAX_OUTPUTS], size_t deletes)
{
	struct store_output all[STORE_MAX_OUTPUTS];
	size_t n = store_list_outputs(s, s->txn, all);
	int error = 0;

	for (size_t i = 0; i < n && !error; i++) {
		uint64_t position = positions[all[i].id];

		if (position == UINT64_MAX || position <= all[i].position)
			continue;
		all[i].position = position;
		error = store_write_output(s, s->txn, &all[i]);
	}
	return error ? error : store_delete_settled(s, all, n, deletes);
}

int
store_commit(struct store *s, const uint64_t positions[STORE_MAX_OUTPUTS], size_t deletes)
{
	int error;

	if (put_draft(s) == -1) {
		error = errno;
		store_abort(s);
		errno = error;
		return -1;
	}
	error = s->put_bytes > 0 ? store_reserve(s) : 0;
	if (!error)
		error = settle_positions(s, positions, deletes);
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
	s->put_bytes = 0;
	if (error) {
		forget_dead_readers(s);
		return store_fail(error);
	}
	s->swept = s->sweeping;
	atomic_store_explicit(&s->bytes, s->used_bytes, memory_order_relaxed);
	atomic_store_explicit(&s->next, s->putting, memory_order_release);
	return 0;
}

void
store_set_open(struct store *s, uint64_t ids)
{
	s->open = ids;
}

bool
store_is_behind(const struct store *s)
{
	return s->behind;
}

void
store_abort(struct store *s)
{
	if (!s->txn)
		return;
	mdb_txn_abort(s->txn);
	s->txn = NULL;
	forget_dead_readers(s);         /* theirs may be the room that was not there */
	s->put_bytes = 0;
	block_draft_empty(&s->draft);
}
