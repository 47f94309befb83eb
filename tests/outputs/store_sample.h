/*
 * What tests of the store share: a directory of their own, a store in it, and what must be in one.
 */
#ifndef NETNORM_TESTS_OUTPUTS_STORE_SAMPLE_H
#define NETNORM_TESTS_OUTPUTS_STORE_SAMPLE_H

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "outputs/store.h"
#include "tests/outputs/sample.h"

static char store_dir[64];

static inline void
store_dir_make(void)
{
	strcpy(store_dir, "/tmp/netnorm-store-XXXXXX");
	cr_assert_not_null(mkdtemp(store_dir));
}

static inline void
store_dir_remove(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", store_dir);
	cr_assert_eq(system(command), 0);
}

static inline const char *
store_path(const char *name)
{
	static char paths[16][128];
	static unsigned turn;
	char *path = paths[turn++ % 16];

	snprintf(path, sizeof(paths[0]), "%s/%s", store_dir, name);
	return path;
}

static inline struct store *
store_make(int64_t limit)
{
	return store_open(&(struct store_setting){ .path = store_path("spool"), .limit_bytes = limit, .sync = true });
}

static inline unsigned
store_id(struct store *s, const char *name)
{
	struct store_output o;

	cr_assert_eq(store_output_open(s, name, &o), 0);
	return o.id;
}

static inline uint64_t
store_put_one(struct store *s, unsigned serial, uint64_t takers)
{
	struct record *r = sample_record(serial, 5, serial % 2 ? "edge7" : "core1", "ios");
	uint64_t number;

	r->takers = takers;
	number = store_put(s, r);
	record_unref(&r);
	return number;
}

static const uint64_t *
store_no_positions(void)
{
	static uint64_t positions[STORE_MAX_OUTPUTS];

	memset(positions, 0xff, sizeof(positions));
	return positions;
}

/* `n` records from this serial number on, in one transaction. */
static inline int
store_put_many(struct store *s, unsigned serial, unsigned n, uint64_t takers)
{
	if (store_begin(s) == -1)
		return -1;
	for (unsigned i = 0; i < n; i++)
		if (store_put_one(s, serial + i, takers) == 0)
			return -1;
	return store_commit(s, store_no_positions(), 1000);
}

static inline int
store_set_position(struct store *s, unsigned id, uint64_t position, size_t deletes)
{
	uint64_t positions[STORE_MAX_OUTPUTS];

	memcpy(positions, store_no_positions(), sizeof(positions));
	positions[id] = position;
	return store_begin(s) == 0 ? store_commit(s, positions, deletes) : -1;
}

static inline unsigned
store_serial(const struct record *r)
{
	return sample_serial(r->rendered[FORMAT_NATIVE]);
}

/* The serial numbers of what this output takes from a number on, at most `max`. */
static inline size_t
store_read_all(struct store *s, unsigned id, uint64_t from, unsigned *serials, size_t max)
{
	struct store_reader *reader = store_reader_new(s);
	struct record *records[64];
	size_t got = 0;
	ssize_t n;

	while (got < max && (n = store_read(reader, id, &from, records, (struct store_most){ 64, UINT64_MAX })) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (got < max)
				serials[got++] = store_serial(records[i]);
			record_unref(&records[i]);
		}
	}
	store_reader_free(&reader);
	return got;
}

#endif
