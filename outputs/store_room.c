/* What the store takes of the disk, and sees to that it can go on when there is no more. */
#include "outputs/store_part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/log.h"

#define STORE_RESERVE_BYTES ((uint64_t)1 << 20) /* of the disk, so that positions can be written and records deleted also when it is full */
#define STORE_STEP_BYTES ((uint64_t)16 << 20)
#define STORE_SLACK_BYTES ((size_t)64 << 20)    /* beyond limit and a quarter of it: pages that wait to be used again */

/* ---- the file as it was found ---- */

/* Also beyond what is there already (the limit was higher once): to delete takes pages, too. */
size_t
store_map_bytes(const struct store *s)
{
	size_t bytes = (size_t)s->limit_bytes + (size_t)s->limit_bytes / 4;
	char name[4096];
	struct stat st;
	int n = snprintf(name, sizeof(name), "%s/data.mdb", s->path);

	if (n < 0 || (size_t)n >= sizeof(name) || stat(name, &st) == -1)
		return bytes + STORE_SLACK_BYTES;
	if (st.st_size == 0 && !s->read_only)
		log_warning("the spool %s: its file is empty; if there was something in it, that is lost", s->path);
	if ((size_t)st.st_size > bytes)
		bytes = (size_t)st.st_size;
	return bytes + STORE_SLACK_BYTES;
}

/* A page that its end is cut off of would be read as SIGBUS. */
int
store_check_whole(struct store *s)
{
	mdb_filehandle_t fd;
	MDB_envinfo info;
	MDB_stat pages;
	struct stat st;
	uint64_t wanted;
	int error = mdb_env_get_fd(s->env, &fd);

	if (!error)
		error = mdb_env_info(s->env, &info);
	if (!error)
		error = mdb_env_stat(s->env, &pages);
	if (error || fstat(fd, &st) == -1)
		return error ? error : errno;
	wanted = (info.me_last_pgno + 1) * pages.ms_psize;
	if ((uint64_t)st.st_size >= wanted)
		return 0;
	log_error("the spool %s is damaged: its file has %lld bytes of %llu", s->path, (long long)st.st_size, (unsigned long long)wanted);
	return MDB_CORRUPTED;
}

/* ---- room for more ---- */

/* Pages in the file that are free for use again, as of the last commit (LMDB shows its list of them to readers only). */
static uint64_t
free_bytes(struct store *s)
{
	MDB_cursor *cursor = NULL;
	MDB_val key, pages;
	MDB_txn *txn;
	uint64_t n = 0;

	if (mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn) != 0)
		return 0;
	if (mdb_cursor_open(txn, 0, &cursor) == 0) {
		while (mdb_cursor_get(cursor, &key, &pages, MDB_NEXT) == 0)
			n += pages.mv_size / sizeof(size_t) - 1;        /* a list of them behind their number */
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	return n * s->page_bytes;
}

static int
allocate(struct store *s, uint64_t from, uint64_t end)
{
	mdb_filehandle_t fd;
	int error = mdb_env_get_fd(s->env, &fd);

	if (!error && fallocate(fd, FALLOC_FL_KEEP_SIZE, (off_t)from, (off_t)(end - from)) == -1)
		error = errno;
	if (!error)
		s->reserved_end = end;
	return error;
}

/*
 * What the open transaction may add to the file is allocated before it is written, and room behind it.  Without that records would go on until the
 * last page was full, and none would be left to write down that some can go.
 */
int
store_reserve(struct store *s)
{
	uint64_t wanted = s->put_bytes + s->put_bytes / 8 + STORE_RESERVE_BYTES, from, end;
	MDB_envinfo info;
	int error = mdb_env_info(s->env, &info);

	from = (info.me_last_pgno + 1) * s->page_bytes;
	end = from + wanted;
	if (error || end <= s->reserved_end)
		return error;
	error = allocate(s, from, end + STORE_STEP_BYTES);
	if (error == ENOSPC || error == EDQUOT)
		error = allocate(s, from, end);
	if (error != ENOSPC && error != EDQUOT)
		return 0;                       /* where the file system cannot do it, it goes without */
	return free_bytes(s) > wanted ? 0 : ENOSPC;
}
