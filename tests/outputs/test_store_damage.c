/* A store that something else changed: what can be read is read, the rest is counted. */
#include "tests/outputs/store_sample.h"

#include <lmdb.h>
#include <sys/stat.h>

#include "outputs/record_stored.h"
#include "outputs/store_block.h"

TestSuite(store_damage, .init = store_dir_make, .fini = store_dir_remove);

enum { MIB = 1 << 20 };

/* Change the file behind the store's back: the value of a key in one of its maps. */
static void
change(const char *map, const void *key, size_t key_bytes, void (*edit)(char *value, size_t n, int how), int how)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	MDB_val k = { key_bytes, (void *)(uintptr_t)key }, v;
	char copy[65536];

	cr_assert_eq(mdb_env_create(&env), 0);
	cr_assert_eq(mdb_env_set_maxdbs(env, 3), 0);
	cr_assert_eq(mdb_env_set_mapsize(env, 256 * MIB), 0);
	cr_assert_eq(mdb_env_open(env, store_path("spool"), MDB_NOTLS, 0600), 0);
	cr_assert_eq(mdb_txn_begin(env, NULL, 0, &txn), 0);
	cr_assert_eq(mdb_dbi_open(txn, map, strcmp(map, "records") == 0 ? MDB_INTEGERKEY : 0, &dbi), 0);
	cr_assert_eq(mdb_get(txn, dbi, &k, &v), 0);
	cr_assert_lt(v.mv_size, sizeof(copy));
	memcpy(copy, v.mv_data, v.mv_size);
	v.mv_data = copy;
	edit(copy, v.mv_size, how);
	cr_assert_eq(mdb_put(txn, dbi, &k, &v, 0), 0);
	cr_assert_eq(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void
flip(char *value, size_t n, int how)
{
	value[(size_t)how < n ? (size_t)how : n - 1] ^= 0x10;
}

Test(store_damage, another_version_is_refused_and_left_alone)
{
	struct store *s = store_make(MIB);

	store_close(&s);
	change("meta", "version", 7, flip, 0);
	cr_expect_null(store_make(MIB));
	cr_expect_null(store_open(&(struct store_setting){ .path = store_path("spool"), .read_only = true }));
	change("meta", "version", 7, flip, 0);
	s = store_make(MIB);
	cr_expect_not_null(s);
	store_close(&s);
}

/* Three records in one block, a fault at this byte of it: which are read, and which are told as damaged. */
static void
expect_damage(int place, size_t good, uint64_t damaged)
{
	struct store *s = store_make(MIB);
	unsigned id = store_id(s, "a");
	struct store_reader *reader;
	struct record *records[8];
	uint64_t from = store_next(s), told, bytes, told_bytes, counted;
	size_t number = from;

	cr_assert_eq(store_put_many(s, 1, 3, UINT64_C(1) << id), 0);
	cr_assert_eq(store_put_many(s, 4, 1, UINT64_C(1) << id), 0);
	store_close(&s);
	change("records", &number, sizeof(number), flip, place);
	s = store_make(MIB);
	reader = store_reader_new(s);
	cr_expect_eq(store_count(reader, id, &(uint64_t){ from }, &counted, &bytes), 0);
	cr_expect_eq(counted, 4, "byte %d", place);
	cr_assert_eq(store_read(reader, id, &from, records, (struct store_most){ 8, UINT64_MAX }), good + 1, "byte %d", place);
	for (size_t i = 0; i < good; i++)
		cr_expect_eq(store_serial(records[i]), i * 2 + 1);
	cr_expect_eq(store_serial(records[good]), 4);
	cr_expect_eq(from, store_next(s));
	store_damaged(reader, &told, &told_bytes);
	cr_expect_eq(told, damaged, "byte %d", place);
	for (size_t i = 0; i <= good; i++) {
		told_bytes += records[i]->bytes;
		record_unref(&records[i]);
	}
	cr_expect_eq(told_bytes, bytes, "byte %d", place);
	store_reader_free(&reader);
	cr_assert_eq(store_set_position(s, id, store_next(s), 1000), 0);
	if (good > 0)
		cr_expect_eq(store_bytes(s), 0, "and deleted in its turn");
	store_close(&s);
}

Test(store_damage, a_damaged_record_is_passed_over_and_counted)
{
	static const int places[] = { 0, 2, 3, 7, 20, 40, 60, 300 };
	int begin = (int)block_bytes_of_one(0) + 2 * (int)sizeof(uint32_t);
	struct record *r = sample_record(1, 5, "edge7", "ios");
	int one = (int)record_stored_bytes(r);

	record_unref(&r);
	for (size_t p = 0; p < sizeof(places) / sizeof(*places); p++)
		expect_damage(begin + one + places[p], 2, 1);
	for (int p = 0; p < begin; p++)
		expect_damage(p, 0, 3);         /* none can be told from the next */
}

/* What its pages say of themselves is not believed. */
Test(store_damage, a_damaged_block_with_pages_of_its_own_stays_and_is_passed_over)
{
	struct store *s = store_make(16 * MIB);
	unsigned id = store_id(s, "a");
	struct store_reader *reader;
	struct record *records[8];
	size_t number = 1;
	uint64_t from = 1, damaged, bytes;

	cr_assert_eq(store_put_many(s, 1, 100, UINT64_C(1) << id), 0);
	cr_assert_eq(store_put_many(s, 101, 3, UINT64_C(1) << id), 0);
	store_close(&s);
	change("records", &number, sizeof(number), flip, 9);
	s = store_make(16 * MIB);
	reader = store_reader_new(s);
	cr_assert_eq(store_read(reader, id, &from, records, (struct store_most){ 8, UINT64_MAX }), 8);
	store_damaged(reader, &damaged, &bytes);
	cr_expect_gt(damaged, 10);
	cr_expect_eq(store_serial(records[0]), 1 + damaged);
	for (int i = 0; i < 8; i++)
		record_unref(&records[i]);
	for (int i = 0; i < 3; i++)
		cr_assert_eq(store_set_position(s, id, store_next(s), 1000), 0);
	cr_expect_gt(store_bytes(s), 0);
	cr_expect_lt(store_bytes(s), 64 << 10);
	cr_assert_eq(store_put_many(s, 104, 3, UINT64_C(1) << id), 0);
	cr_assert_eq(store_read(reader, id, &from, records, (struct store_most){ 8, UINT64_MAX }), 3);
	cr_expect_eq(store_serial(records[0]), 104);
	for (int i = 0; i < 3; i++)
		record_unref(&records[i]);
	store_reader_free(&reader);
	store_close(&s);
}

Test(store_damage, a_file_whose_end_is_cut_off_is_refused_and_left_alone)
{
	struct store *s = store_make(MIB);
	unsigned id = store_id(s, "a");
	struct stat st, after;

	cr_assert_eq(store_put_many(s, 1, 500, UINT64_C(1) << id), 0);
	store_close(&s);
	cr_assert_eq(stat(store_path("spool/data.mdb"), &st), 0);
	cr_assert_eq(truncate(store_path("spool/data.mdb"), st.st_size / 2), 0);
	cr_expect_null(store_make(MIB));
	cr_expect_eq(errno, EIO);
	cr_expect_null(store_open(&(struct store_setting){ .path = store_path("spool"), .read_only = true }));
	cr_assert_eq(stat(store_path("spool/data.mdb"), &after), 0);
	cr_expect_eq(after.st_size, st.st_size / 2);
}

Test(store_damage, damage_at_the_end_of_the_store_is_counted_to_its_end)
{
	struct store *s = store_make(MIB);
	unsigned id = store_id(s, "a");
	struct store_reader *reader;
	struct record *records[8];
	uint64_t from = 4, damaged, bytes;
	size_t number = 1;

	cr_assert_eq(store_put_many(s, 1, 5, UINT64_C(1) << id), 0);
	store_close(&s);
	change("records", &number, sizeof(number), flip, 5);
	s = store_make(MIB);
	reader = store_reader_new(s);
	cr_expect_eq(store_read(reader, id, &from, records, (struct store_most){ 8, UINT64_MAX }), 0);
	cr_expect_eq(from, 6);
	store_damaged(reader, &damaged, &bytes);
	cr_expect_eq(damaged, 2, "the three before were of no interest");
	cr_expect_eq(store_read(reader, id, &from, records, (struct store_most){ 8, UINT64_MAX }), 0);
	store_damaged(reader, &damaged, &bytes);
	cr_expect_eq(damaged, 2, "and not once more");
	store_reader_free(&reader);
	store_close(&s);
}

Test(store_damage, no_part_and_no_change_of_a_stored_record_is_taken_for_one)
{
	struct record *r = sample_record(7, 5, "edge7", "ios"), *back;
	size_t n = record_stored_bytes(r);
	char *stored = malloc(n), *copy;

	r->takers = 5;
	record_store(r, stored);
	back = record_restore(span_of(stored, n));
	cr_assert_not_null(back);
	record_unref(&back);
	for (size_t cut = 0; cut < n; cut++) {
		copy = malloc(cut ? cut : 1);           /* of its own, so that a read behind it is seen */
		memcpy(copy, stored, cut);
		cr_expect_null(record_restore(span_of(copy, cut)), "cut at %zu", cut);
		(void)record_stored_takers(span_of(copy, cut));
		(void)record_stored_memory(span_of(copy, cut));
		free(copy);
	}
	for (size_t i = 0; i < n * 8; i++) {
		stored[i / 8] ^= (char)(1 << i % 8);
		cr_expect_null(record_restore(span_of(stored, n)), "bit %zu", i);
		stored[i / 8] ^= (char)(1 << i % 8);
	}
	free(stored);
	record_unref(&r);
}
