/*
 * Key: the device's name, a NUL, the getter.  Value: 8 bytes of the time (ns, this machine's order), then JSON.
 */
#include "collector/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "drivers/result.h"

#define TRIAL_SECONDS 60
#define TRIAL_NO_END ETIMEDOUT          /* nothing is known of the file: it stays as it is, and is not used */

struct cache {
	MDB_env *env;
	MDB_dbi answers;
	int owner;                      /* the locked file that says whose it is */
	char *path;
	_Atomic uint64_t failures;
};

static MDB_val
val(const void *p, size_t n)
{
	return (MDB_val){ .mv_data = (void *)(uintptr_t)p, .mv_size = n };
}

/* ---- opening ---- */

static int
lock_owner(struct cache *c)
{
	char name[4096];
	int n = snprintf(name, sizeof(name), "%s/owner", c->path);

	if (n < 0 || (size_t)n >= sizeof(name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	c->owner = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return c->owner == -1 ? -1 : flock(c->owner, LOCK_EX | LOCK_NB);
}

/* Does the file have all the pages that it says it has?  A read behind its end would be a signal, not an error. */
static bool
is_whole(const struct cache *c)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat file;
	int fd;

	return mdb_env_info(c->env, &info) == 0 && mdb_env_stat(c->env, &stat) == 0 && mdb_env_get_fd(c->env, &fd) == 0 && fstat(fd, &file) == 0 &&
	    (uint64_t)file.st_size >= (info.me_last_pgno + 1) * (uint64_t)stat.ms_psize;
}

static int
open_env(struct cache *c, uint64_t limit_bytes)
{
	MDB_txn *txn = NULL;
	int error = mdb_env_create(&c->env);

	if (!error)
		error = mdb_env_set_mapsize(c->env, limit_bytes);
	if (!error)
		error = mdb_env_open(c->env, c->path, MDB_NOTLS | MDB_NOMETASYNC, 0600);
	if (!error && !is_whole(c))
		error = MDB_CORRUPTED;
	if (!error)
		error = mdb_txn_begin(c->env, NULL, 0, &txn);
	if (!error && !(error = mdb_dbi_open(txn, NULL, 0, &c->answers)))
		return mdb_txn_commit(txn);
	if (txn)
		mdb_txn_abort(txn);
	return error;
}

#define TRIAL_DAMAGED 2

/* Every answer is there once, and is one. */
static bool
read_through(struct cache *c, MDB_txn *txn)
{
	MDB_val key, value;
	MDB_cursor *cursor;
	MDB_stat stat;
	size_t n = 0;
	int error;

	if (mdb_stat(txn, c->answers, &stat) || mdb_cursor_open(txn, c->answers, &cursor))
		return false;
	while ((error = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		const char *text = value.mv_data;

		if (++n > stat.ms_entries || value.mv_size <= sizeof(int64_t) || !memchr(key.mv_data, '\0', key.mv_size))
			return false;
		if (text[sizeof(int64_t)] != '{' || text[value.mv_size - 1] != '}')
			return false;
	}
	return error == MDB_NOTFOUND && n == stat.ms_entries;
}

/* So that every page is written to. */
static void
take_all_out(struct cache *c, MDB_txn *txn)
{
	MDB_val key, value;
	MDB_cursor *cursor;

	if (mdb_cursor_open(txn, c->answers, &cursor))
		return;
	while (mdb_cursor_get(cursor, &key, &value, MDB_FIRST) == 0 && mdb_cursor_del(cursor, 0) == 0)
		;
}

/* In a process of its own: all is read once, and something is written that does not stay. */
static int
try_all(struct cache *c, uint64_t limit_bytes)
{
	static const char much[3 * 4096];
	MDB_val key = val("trial", sizeof("trial")), value = val(much, sizeof(much));
	MDB_txn *txn;

	if (open_env(c, limit_bytes) || mdb_txn_begin(c->env, NULL, 0, &txn))
		return 1;
	if (!read_through(c, txn))
		return TRIAL_DAMAGED;
	(void)mdb_put(txn, c->answers, &key, &value, 0);
	take_all_out(c, txn);
	mdb_txn_abort(txn);
	return 0;
}

/* Other signals (its alarm, for a slow disk; an interrupt) say nothing of the file. */
static bool
is_fault(int number)
{
	return number == SIGBUS || number == SIGSEGV || number == SIGABRT || number == SIGFPE || number == SIGILL;
}

/*
 * LMDB trusts its file: a page of nonsense, or a disk without room behind the map, is a signal and not an error.  So a child goes first: what kills it is damaged.
 */
static int
try_env(struct cache *c, uint64_t limit_bytes)
{
	int status = 0;
	pid_t child = fork();

	if (child == -1)
		return 0;               /* then without a trial */
	if (child == 0) {
		struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGBUS, SIG_DFL);
		signal(SIGSEGV, SIG_DFL);
		signal(SIGABRT, SIG_DFL);
		signal(SIGALRM, SIG_DFL);
		alarm(TRIAL_SECONDS);
		_exit(try_all(c, limit_bytes));
	}
	while (waitpid(child, &status, 0) == -1 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		return is_fault(WTERMSIG(status)) ? MDB_CORRUPTED : TRIAL_NO_END;
	return WEXITSTATUS(status) == TRIAL_DAMAGED ? MDB_CORRUPTED : 0;
}

/* What is damaged is kept beside, for whoever wants to know. */
static bool
set_aside(struct cache *c)
{
	char from[4096], to[4096];

	if (c->env)
		mdb_env_close(c->env);
	c->env = NULL;
	snprintf(from, sizeof(from), "%s/data.mdb", c->path);
	return (size_t)snprintf(to, sizeof(to), "%s/data.mdb.damaged", c->path) < sizeof(to) && rename(from, to) == 0;
}

struct cache *
cache_open(const char *path, uint64_t limit_bytes)
{
	struct cache *c = calloc(1, sizeof(*c));
	int error;

	if (!c || !(c->path = strdup(path))) {
		free(c);
		return NULL;
	}
	c->owner = -1;
	if (file_make_parents(path, 0700) == -1 || (mkdir(path, 0700) == -1 && errno != EEXIST) || lock_owner(c) == -1) {
		log_warning("the cache %s cannot be used: %s", path, errno == EWOULDBLOCK ? "another netnorm has it" : strerror(errno));
		cache_close(&c);
		return NULL;
	}
	error = try_env(c, limit_bytes);
	if (!error)
		error = open_env(c, limit_bytes);
	if ((error == MDB_CORRUPTED || error == MDB_INVALID || error == MDB_VERSION_MISMATCH || error == MDB_PAGE_NOTFOUND) && set_aside(c)) {
		log_warning("the cache %s is damaged (%s): it is begun anew, the old one is data.mdb.damaged beside it", path, mdb_strerror(error));
		error = try_env(c, limit_bytes);
		if (!error)
			error = open_env(c, limit_bytes);
	}
	if (error) {
		log_warning("the cache %s cannot be used: %s", path,
		    error == TRIAL_NO_END ? "it could not be tried in 60 seconds, or the trial was ended; it is left as it is" : mdb_strerror(error));
		cache_close(&c);
	}
	return c;
}

void
cache_close(struct cache **cp)
{
	struct cache *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	if (c->env)
		mdb_env_close(c->env);
	if (c->owner != -1)
		close(c->owner);
	free(c->path);
	free(c);
}

/* ---- writing ---- */

static int
put(struct cache *c, MDB_val *key, MDB_val *value)
{
	MDB_txn *txn;
	int error = mdb_txn_begin(c->env, NULL, 0, &txn);

	if (error)
		return error;
	error = mdb_put(txn, c->answers, key, value, 0);
	if (!error)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return error;
}

static int
failed(struct cache *c, const char *device, const char *why)
{
	atomic_fetch_add(&c->failures, 1);
	log_once_a(60, LOG_LEVEL_WARNING, "the cache %s: what \"%.60s\" has answered is not kept: %s", c->path, device, why);
	return -1;
}

int
cache_put(struct cache *c, const char *device, const char *getter, const json_t *result, int64_t asked_ns)
{
	char name[CACHE_MAX_NAME + 64];
	size_t n = strlen(device);
	struct json out;
	MDB_val key, value;
	int error;

	if (n > CACHE_MAX_NAME)
		return failed(c, device, "its name is too long");
	if (json_init(&out, 4096, CACHE_MAX_ANSWER) == -1)
		return failed(c, device, "no memory");
	json_raw(&out, span_of((const char *)&asked_ns, sizeof(asked_ns)), false);
	result_write(&out, result);
	key = val(name, (size_t)snprintf(name, sizeof(name), "%s%c%s", device, '\0', getter));
	value = val(json_text(&out).p, json_text(&out).n);
	error = json_ok(&out) ? put(c, &key, &value) : EMSGSIZE;
	json_fini(&out);
	if (error == EMSGSIZE)
		return failed(c, device, "an answer of more than 16 MiB, or no memory");
	if (error == MDB_MAP_FULL)
		return failed(c, device, "it is full (enrichment.cache_limit)");
	return error ? failed(c, device, mdb_strerror(error)) : 0;
}

/* ---- reading ---- */

struct walk {
	struct cache *cache;
	MDB_txn *txn;
	MDB_cursor *cursor;
};

static bool
walk_begin(struct walk *w, struct cache *c)
{
	*w = (struct walk){ .cache = c };
	if (mdb_txn_begin(c->env, NULL, 0, &w->txn))
		return false;
	if (mdb_cursor_open(w->txn, c->answers, &w->cursor) == 0)
		return true;
	mdb_txn_abort(w->txn);
	return false;
}

static void
walk_end(struct walk *w)
{
	mdb_cursor_close(w->cursor);
	if (mdb_txn_commit(w->txn))
		atomic_fetch_add(&w->cache->failures, 1);
}

/* The next key in its two parts; one that has none of that shape is taken out. */
static bool
walk_next(struct walk *w, struct span *device, struct span *getter, MDB_val *value)
{
	MDB_val key;

	while (mdb_cursor_get(w->cursor, &key, value, MDB_NEXT) == 0) {
		const char *p = key.mv_data, *nul = memchr(p, '\0', key.mv_size);

		if (nul && value->mv_size > sizeof(int64_t)) {
			*device = span_between(p, nul);
			*getter = span_between(nul + 1, p + key.mv_size);
			return true;
		}
		mdb_cursor_del(w->cursor, 0);
	}
	return false;
}

void
cache_each(struct cache *c, void (*fn)(void *arg, struct span device, struct span getter, const json_t *result, int64_t asked_ns), void *arg)
{
	struct walk w;
	struct span device, getter;
	MDB_val value;
	json_error_t error;

	if (!walk_begin(&w, c))
		return;
	while (walk_next(&w, &device, &getter, &value)) {
		json_t *result = json_loadb((const char *)value.mv_data + sizeof(int64_t), value.mv_size - sizeof(int64_t), JSON_ALLOW_NUL, &error);
		int64_t asked_ns;

		memcpy(&asked_ns, value.mv_data, sizeof(asked_ns));
		if (result)
			fn(arg, device, getter, result, asked_ns);
		else
			mdb_cursor_del(w.cursor, 0);
		json_decref(result);
	}
	walk_end(&w);
}

void
cache_prune(struct cache *c, bool (*keep)(void *arg, struct span device), void *arg)
{
	struct walk w;
	struct span device, getter;
	MDB_val value;

	if (!walk_begin(&w, c))
		return;
	while (walk_next(&w, &device, &getter, &value)) {
		if (!keep(arg, device))
			mdb_cursor_del(w.cursor, 0);
	}
	walk_end(&w);
}

void
cache_stats(struct cache *c, struct cache_stats *s)
{
	MDB_stat stat;

	*s = (struct cache_stats){ .failures = atomic_load(&c->failures) };
	if (mdb_env_stat(c->env, &stat))
		return;
	s->entries = stat.ms_entries;
	s->bytes = (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages) * (uint64_t)stat.ms_psize;
}
