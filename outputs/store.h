/*
 * store: the spool on disk (LMDB): each record once, a position for each output that takes it, what all have is deleted.
 *
 * Numbers of records only grow.  Writing is one thread's at a time: store_begin(), store_put()..., store_commit(); what was put is there for readers, and
 * after a crash, from the commit on, all of it or nothing.  A reader sees what was committed when it began to read; each has its own struct.
 *
 * One process writes at a time, and holds a lock on the file "owner" in the directory while it does; any number may read meanwhile.
 *
 * On disk: "records": number of the first -> a block of records (store_block.h), deleted as one; "outputs": name -> id and position; "meta": version, next number.
 */
#ifndef NETNORM_OUTPUTS_STORE_H
#define NETNORM_OUTPUTS_STORE_H

#include <sys/types.h>

#include "outputs/record.h"

#define STORE_VERSION 2
#define STORE_MAX_OUTPUTS 64            /* ids are bits of a record's takers */
#define STORE_NAME_BYTES 64

struct store_setting {
	const char *path;               /* a directory; made if it is not there */
	int64_t limit_bytes;            /* of the records' pages; a put beyond it fails with ENOSPC, and what was put before can be committed */
	bool sync;                      /* commits wait for the disk */
	bool read_only;
};

struct store;
struct store_reader;

/* An output that the store knows. */
struct store_output {
	char name[STORE_NAME_BYTES];
	unsigned id;
	uint64_t position;              /* all its records below this number are settled */
};

/* NULL with errno, told in the log: no directory, EBUSY (another process owns it), a version that is not ours. */
struct store *store_open(const struct store_setting *);
void store_close(struct store **);
/* The next number that a record will have; all below it are committed. */
uint64_t store_next(const struct store *);
uint64_t store_bytes(const struct store *);
/* How many there are, by a look of its own. */
uint64_t store_records(struct store *);
uint64_t store_limit_bytes(const struct store *);
/* Has it no room for a record now?  (Deleting makes some.) */
bool store_is_full(const struct store *);
/* Does a process own the one in this directory? */
bool store_is_owned(const char *path);

/* The outputs that have a position; gives how many (at most STORE_MAX_OUTPUTS). */
size_t store_outputs(struct store *, struct store_output out[STORE_MAX_OUTPUTS]);
/* Its id and position: those of before, or a new id and the next number.  0, or -1 with errno (ENOSPC: no id is left). */
int store_output_open(struct store *, const char *name, struct store_output *out);
/* Forget it, and what only it still wanted.  0, or -1 with errno ENOENT if there is none. */
int store_output_drop(struct store *, const char *name);

/* 0, or -1 with errno. */
int store_begin(struct store *);
/*
 * The number that it has; 0 with errno. ENOSPC where store_is_full(): what was put before stands.  With any other errno nothing of the transaction can be
 * committed any more: store_abort().  The record must have takers.
 */
uint64_t store_put(struct store *, const struct record *);
/*
 * The positions of outputs by id (UINT64_MAX: as it was), and at most `deletes` records that nobody wants any more are deleted.  0, or -1 with errno: nothing
 * has changed then.
 */
int store_commit(struct store *, const uint64_t positions[STORE_MAX_OUTPUTS], size_t deletes);
/*
 * The ids of outputs that are open, from now on; all, as long as nothing is said.  What one that is not has not got stays, but nothing behind it that only others
 * want.
 */
void store_set_open(struct store *, uint64_t ids);
/* Had the last commit more to delete than it might? */
bool store_is_behind(const struct store *);
void store_abort(struct store *);

/* NULL with errno. */
struct store_reader *store_reader_new(struct store *);
void store_reader_free(struct store_reader **);
/* So many records, and no more once they have so many bytes in memory. */
struct store_most {
	size_t records;
	uint64_t bytes;
};
/*
 * Records from number *from on that the output of this id takes, at most so many: each is made anew, with one reference and its number, and *from is the
 * number behind the last that was looked at.  Gives how many; -1 with errno (ENOMEM, EIO: the store is damaged).  A record that is damaged is passed over and
 * counted.
 */
ssize_t store_read(struct store_reader *, unsigned id, uint64_t *from, struct record **out, struct store_most);
/* Records that were passed over as damaged, and their bytes as store_count() has them. */
void store_damaged(const struct store_reader *, uint64_t *records, uint64_t *bytes);
/* How many from number *from on, which goes on as in store_read(), and their bytes as records in memory. */
int store_count(struct store_reader *, unsigned id, uint64_t *from, uint64_t *records, uint64_t *bytes);

#endif
