#include "tests/outputs/store_sample.h"

#include <lmdb.h>
#include <signal.h>
#include <sys/wait.h>

#include "outputs/record_stored.h"
#include "outputs/store_block.h"

TestSuite(store, .init = store_dir_make, .fini = store_dir_remove);

enum { MIB = 1 << 20 };

static size_t
read_all(struct store *s, unsigned id, uint64_t from, unsigned *serials, size_t max)
{
	struct store_reader *reader = store_reader_new(s);
	struct record *records[64];
	size_t got = 0;
	ssize_t n;

	while (got < max && (n = store_read(reader, id, &from, records, 64)) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (got < max)
				serials[got++] = store_serial(records[i]);
			record_unref(&records[i]);
		}
	}
	store_reader_free(&reader);
	return got;
}

Test(store, a_record_comes_back_as_it_was)
{
	struct nevent ev = sample_event();
	struct store *s = store_make(MIB);
	unsigned id = store_id(s, "a");
	struct store_reader *reader = store_reader_new(s);
	struct record *before, *after = NULL;
	struct arena arena;
	struct json json;
	uint64_t from = 1, records, bytes;

	cr_assert_eq(arena_init(&arena, 4096, MIB), 0);
	cr_assert_eq(json_init(&json, 4096, MIB), 0);
	before = record_seal(&ev, (1u << FORMAT_COUNT) - 1, NULL, &arena, &json);
	before->takers = 1u << id;
	cr_assert_eq(store_begin(s), 0);
	cr_assert_eq(store_put(s, before), 1);
	cr_assert_eq(store_commit(s, store_no_positions(), 0), 0);
	cr_assert_eq(store_read(reader, id, &from, &after, 1), 1);
	cr_expect_eq(from, 2);
	cr_expect_eq(after->number, 1);
	cr_expect_eq(after->bytes, before->bytes);
	cr_expect_eq(after->level, before->level);
	cr_expect_eq(after->outcome, before->outcome);
	cr_expect_eq(after->formats, before->formats);
	cr_expect_eq(after->received_ns, before->received_ns);
	cr_expect_eq(after->time_ns, before->time_ns);
	cr_expect_eq(after->takers, before->takers);
	cr_expect(span_eq(after->id, before->id) && span_eq(after->device, before->device) && span_eq(after->os, before->os));
	cr_expect(span_eq(after->error, before->error) && span_eq(after->host, before->host));
	for (int f = 0; f < FORMAT_COUNT; f++) {
		cr_expect(span_eq(after->rendered[f], before->rendered[f]));
		cr_expect_eq(after->rendered[f].p[after->rendered[f].n], '\n');
	}
	cr_expect_eq(store_count(reader, id, 1, &records, &bytes), 0);
	cr_expect_eq(records, 1);
	cr_expect_eq(bytes, before->bytes);
	record_unref(&before);
	record_unref(&after);
	arena_fini(&arena);
	json_fini(&json);
	store_reader_free(&reader);
	store_close(&s);
}

Test(store, a_host_that_was_absent_is_absent)
{
	struct store *s = store_make(MIB);
	unsigned id = store_id(s, "a");
	struct store_reader *reader = store_reader_new(s);
	struct record *r = sample_record(1, 5, "edge7", "ios");
	uint64_t from = 1;

	r->host = SPAN_NONE;
	r->takers = 1u << id;
	cr_assert_eq(store_begin(s), 0);
	cr_assert_eq(store_put(s, r), 1);
	cr_assert_eq(store_commit(s, store_no_positions(), 0), 0);
	record_unref(&r);
	cr_assert_eq(store_read(reader, id, &from, &r, 1), 1);
	cr_expect_null(r->host.p);
	record_unref(&r);
	store_reader_free(&reader);
	store_close(&s);
}

Test(store, numbers_of_formats_are_on_disks_and_stay)
{
	cr_expect_eq(FORMAT_NATIVE, 0);
	cr_expect_eq(FORMAT_NAPALM, 1);
	cr_expect_eq(FORMAT_ECS, 2);
	cr_expect_eq(FORMAT_RAW, 3);
	cr_expect_eq(FORMAT_NATIVE_NAPALM, 4);
}

Test(store, each_output_reads_its_own_in_order_and_over_a_restart)
{
	struct store *s = store_make(MIB);
	unsigned a = store_id(s, "a"), b = store_id(s, "b"), got[64];

	cr_assert_neq(a, b);
	for (unsigned i = 0; i < 30; i++)
		cr_assert_eq(store_put_many(s, i, 1, (i % 2 ? UINT64_C(1) << a : 0) | (i % 3 ? UINT64_C(1) << b : UINT64_C(1) << a)), 0);
	for (int round = 0; round < 2; round++) {
		size_t n = read_all(s, a, 1, got, 64), at = 0;

		for (unsigned i = 0; i < 30; i++)
			if (i % 2 || i % 3 == 0)
				cr_expect_eq(got[at++], i);
		cr_expect_eq(n, at);
		n = read_all(s, b, 1, got, 64);
		at = 0;
		for (unsigned i = 0; i < 30; i++)
			if (i % 3)
				cr_expect_eq(got[at++], i);
		cr_expect_eq(n, at);
		cr_expect_eq(store_next(s), 31);
		store_close(&s);
		s = store_make(MIB);
		cr_assert_not_null(s);
		cr_expect_eq(store_id(s, "a"), a);
		cr_expect_eq(store_id(s, "b"), b);
	}
	store_close(&s);
}

Test(store, what_was_not_committed_is_not_there)
{
	struct store *s = store_make(MIB);
	unsigned id = store_id(s, "a"), got[8];

	cr_assert_eq(store_put_many(s, 1, 1, 1u << id), 0);
	cr_assert_eq(store_begin(s), 0);
	cr_expect_eq(store_put_one(s, 2, 1u << id), 2);
	store_abort(s);
	cr_expect_eq(store_next(s), 2);
	cr_assert_eq(store_begin(s), 0);
	cr_expect_eq(store_put_one(s, 3, 1u << id), 2, "its number is free again");
	store_close(&s);
	s = store_make(MIB);
	cr_expect_eq(read_all(s, id, 1, got, 8), 1);
	cr_expect_eq(got[0], 1);
	store_close(&s);
}

Test(store, what_all_have_is_deleted_and_no_more)
{
	struct store *s = store_make(MIB);
	unsigned a = store_id(s, "a"), b = store_id(s, "b"), got[64];
	uint64_t before;

	for (unsigned i = 0; i < 4; i++)
		cr_assert_eq(store_put_many(s, 10 * i + 1, 10, UINT64_C(1) << a | UINT64_C(1) << b), 0);
	before = store_bytes(s);
	cr_assert_eq(store_set_position(s, a, 41, 1000), 0);
	cr_expect_eq(read_all(s, b, 1, got, 64), 40);
	cr_expect_eq(store_bytes(s), before);
	cr_assert_eq(store_set_position(s, b, 21, 10), 0);
	cr_expect(store_is_behind(s), "the first ten were deleted, ten more may be");
	cr_expect_eq(read_all(s, b, 1, got, 64), 30);
	cr_assert_eq(store_set_position(s, b, 21, 10), 0);
	cr_expect_eq(read_all(s, b, 1, got, 64), 20);
	cr_expect_eq(got[0], 21);
	cr_assert_eq(store_set_position(s, b, 3, 1000), 0);
	cr_expect_eq(read_all(s, b, 1, got, 64), 20, "a position never goes back");
	cr_assert_eq(store_set_position(s, b, 41, 1000), 0);
	cr_expect_eq(store_bytes(s), 0);
	cr_expect_eq(store_next(s), 41);
	store_close(&s);
	s = store_make(MIB);
	cr_expect_eq(store_next(s), 41, "numbers never begin anew");
	store_close(&s);
}

Test(store, a_new_output_has_nothing_of_what_was_there_before)
{
	struct store *s = store_make(MIB);
	struct store_output late;
	unsigned a = store_id(s, "a"), got[8];

	cr_assert_eq(store_put_many(s, 1, 5, UINT64_C(1) << a), 0);
	cr_assert_eq(store_output_open(s, "late", &late), 0);
	cr_expect_eq(late.position, 6);
	cr_assert_eq(store_put_many(s, 6, 2, UINT64_C(1) << a | UINT64_C(1) << late.id), 0);
	cr_expect_eq(read_all(s, late.id, late.position, got, 8), 2);
	cr_assert_eq(store_output_open(s, "late", &late), 0);
	cr_expect_eq(late.position, 6);
	store_close(&s);
}

Test(store, a_dropped_output_frees_what_only_it_wanted_and_its_id_rests)
{
	struct store *s = store_make(MIB);
	unsigned a = store_id(s, "a"), b = store_id(s, "b"), got[8];

	cr_assert_eq(store_put_many(s, 1, 5, UINT64_C(1) << a), 0);
	cr_assert_eq(store_set_position(s, b, 6, 1000), 0);
	cr_expect_eq(read_all(s, a, 1, got, 8), 5);
	cr_assert_eq(store_output_drop(s, "a"), 0);
	cr_expect_eq(store_output_drop(s, "a"), -1);
	cr_expect_eq(errno, ENOENT);
	cr_assert_eq(store_set_position(s, b, 6, 1000), 0);
	cr_expect_eq(store_bytes(s), 0);
	cr_expect_neq(store_id(s, "c"), a);
	store_close(&s);
}

Test(store, an_output_that_is_gone_keeps_its_own_and_nothing_of_others)
{
	struct store *s = store_make(MIB);
	unsigned a = store_id(s, "a"), b = store_id(s, "b"), got[64];
	uint64_t bytes;

	for (unsigned i = 1; i <= 40; i++)
		cr_assert_eq(store_put_many(s, i, 1, UINT64_C(1) << a | (i % 4 == 0 && i <= 20 ? UINT64_C(1) << b : 0)), 0);
	cr_assert_eq(store_set_position(s, a, 41, 1000), 0);
	cr_expect_eq(store_records(s), 40, "b is open, and its position is where it began");
	store_set_open(s, UINT64_C(1) << a);
	for (int i = 0; i < 10 && (i == 0 || store_is_behind(s)); i++)
		cr_assert_eq(store_set_position(s, a, 41, 7), 0);
	cr_expect_eq(store_records(s), 5);
	cr_expect_eq(read_all(s, b, 1, got, 64), 5);
	for (unsigned i = 0; i < 5; i++)
		cr_expect_eq(got[i], 4 * (i + 1));
	cr_assert_eq(store_put_many(s, 41, 10, UINT64_C(1) << a), 0);
	cr_assert_eq(store_set_position(s, a, 51, 1000), 0);
	cr_expect_eq(store_records(s), 5, "and so it goes on");
	store_set_open(s, UINT64_C(1) << a | UINT64_C(1) << b);
	cr_assert_eq(store_set_position(s, b, 13, 1000), 0);
	cr_expect_eq(store_records(s), 2, "it is there again, and got three");
	store_set_open(s, UINT64_C(1) << a);
	cr_assert_eq(store_output_drop(s, "b"), 0);
	bytes = store_bytes(s);
	cr_expect_gt(bytes, 0);
	cr_assert_eq(store_set_position(s, a, 51, 1000), 0);
	cr_expect_eq(store_records(s), 0);
	store_close(&s);
}

Test(store, there_are_so_many_outputs_and_no_more)
{
	struct store *s = store_make(MIB);
	struct store_output all[STORE_MAX_OUTPUTS], more;
	uint64_t seen = 0;
	char name[16];

	for (int i = 0; i < STORE_MAX_OUTPUTS; i++) {
		snprintf(name, sizeof(name), "o%d", i);
		seen |= UINT64_C(1) << store_id(s, name);
	}
	cr_expect_eq(seen, UINT64_MAX);
	cr_expect_eq(store_output_open(s, "more", &more), -1);
	cr_expect_eq(errno, ENOSPC);
	cr_expect_eq(store_outputs(s, all), STORE_MAX_OUTPUTS);
	cr_assert_eq(store_output_drop(s, "o7"), 0);
	cr_expect_eq(store_output_open(s, "more", &more), 0);
	store_close(&s);
}

Test(store, at_its_limit_it_takes_no_more_until_something_is_deleted)
{
	struct store *s = store_make(MIB);
	unsigned id = store_id(s, "a"), serial = 0;
	uint64_t number = 1, records, bytes;
	struct store_reader *reader = store_reader_new(s);

	for (int round = 0; round < 5; round++) {
		do {
			cr_assert_eq(store_begin(s), 0);
			for (int i = 0; i < 100 && (number = store_put_one(s, ++serial, UINT64_C(1) << id)) != 0; i++)
				;
			cr_expect(number || errno == ENOSPC);
			cr_assert_eq(store_commit(s, store_no_positions(), 0), 0, "what was put before stands");
		} while (number != 0);
		serial--;
		cr_expect(store_is_full(s));
		cr_expect_geq(store_bytes(s), MIB * 9 / 10);
		cr_expect_leq(store_bytes(s), MIB * 11 / 10);
		cr_expect_eq(store_next(s), serial + 1);
		cr_assert_eq(store_set_position(s, id, store_next(s) - 100, 100000), 0);
		cr_expect_not(store_is_full(s));
		cr_expect_eq(store_count(reader, id, store_next(s) - 100, &records, &bytes), 0);
		cr_expect_eq(records, 100);
		cr_expect_eq(store_count(reader, id, 1, &records, &bytes), 0);
		cr_expect_lt(records, 100 + BLOCK_RECORDS, "a block is deleted as one");
	}
	store_reader_free(&reader);
	store_close(&s);
}

/* One that reads on and on holds the pages of all that is deleted meanwhile. */
Test(store, pages_that_are_held_by_a_reader_can_run_out_and_come_back)
{
	struct store *s = store_make(MIB);
	unsigned id = store_id(s, "a"), serial = 0;
	int failed = 0;
	pid_t reader;
	MDB_env *env;
	MDB_txn *txn;

	cr_assert_eq(store_put_many(s, 0, 1, UINT64_C(1) << id), 0);
	reader = fork();
	if (reader == 0) {
		mdb_env_create(&env);
		mdb_env_set_maxdbs(env, 3);
		if (mdb_env_open(env, store_path("spool"), MDB_RDONLY | MDB_NOTLS, 0) != 0 || mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) != 0)
			_exit(1);
		for (;;)
			pause();        /* until it is killed, and its place in the table of readers is left behind */
	}
	sample_sleep_ms(300);
	for (int i = 0; i < 2000 && !failed; i++) {
		errno = 0;
		if (store_put_many(s, serial, 100, UINT64_C(1) << id) == -1) {
			failed = errno;
			store_abort(s);
		} else {
			serial += 100;
			if (store_set_position(s, id, store_next(s), 100000) == -1)
				failed = errno;
		}
	}
	cr_expect(failed == EFBIG || failed == ENOSPC, "%s", strerror(failed));
	cr_expect_eq(store_next(s), serial + 2);
	kill(reader, SIGKILL);
	cr_assert_eq(waitpid(reader, NULL, 0), reader);
	/* The dead one's place is found with the next failure. */
	if (store_put_many(s, serial, 100, UINT64_C(1) << id) == -1)
		store_abort(s);
	for (int i = 0; i < 100; i++, serial += 100) {
		cr_assert_eq(store_put_many(s, serial, 100, UINT64_C(1) << id), 0, "%d: %s", i, strerror(errno));
		cr_assert_eq(store_set_position(s, id, store_next(s), 100000), 0);
	}
	store_close(&s);
}

Test(store, two_cannot_have_it_and_any_may_read_it)
{
	struct store *s = store_make(MIB), *other;
	struct store_setting reading = { .path = store_path("spool"), .read_only = true };
	unsigned id = store_id(s, "a"), got[8];

	cr_assert_eq(store_put_many(s, 1, 3, UINT64_C(1) << id), 0);
	cr_expect(store_is_owned(store_path("spool")));
	cr_expect_null(store_make(MIB));
	cr_expect_eq(errno, EBUSY);
	store_close(&s);
	cr_expect_not(store_is_owned(store_path("spool")));
	cr_expect_not(store_is_owned(store_path("nosuch")));
	other = store_open(&reading);
	cr_assert_not_null(other);
	cr_expect_eq(read_all(other, id, 1, got, 8), 3);
	cr_expect_eq(store_next(other), 4);
	store_close(&other);
	cr_expect_null(store_open(&(struct store_setting){ .path = store_path("nosuch"), .read_only = true }));
	cr_expect_null(store_open(&(struct store_setting){ .path = store_path("no/such"), .limit_bytes = MIB }));
	cr_expect_eq(errno, ENOENT);
}

/* ---- damage ---- */

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

Test(store, another_version_is_refused_and_left_alone)
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
	cr_expect_eq(store_count(reader, id, from, &counted, &bytes), 0);
	cr_expect_eq(counted, 4, "byte %d", place);
	cr_assert_eq(store_read(reader, id, &from, records, 8), good + 1, "byte %d", place);
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
	cr_expect_eq(store_bytes(s), 0, "and deleted in its turn");
	store_close(&s);
}

Test(store, a_damaged_record_is_passed_over_and_counted)
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

Test(store, damage_at_the_end_of_the_store_is_counted_to_its_end)
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
	cr_expect_eq(store_read(reader, id, &from, records, 8), 0);
	cr_expect_eq(from, 6);
	store_damaged(reader, &damaged, &bytes);
	cr_expect_eq(damaged, 2, "the three before were of no interest");
	cr_expect_eq(store_read(reader, id, &from, records, 8), 0);
	store_damaged(reader, &damaged, &bytes);
	cr_expect_eq(damaged, 2, "and not once more");
	store_reader_free(&reader);
	store_close(&s);
}

/* ---- blocks ---- */

Test(store, reading_begins_and_ends_within_blocks)
{
	struct store *s = store_make(16 * MIB);
	unsigned a = store_id(s, "a"), b = store_id(s, "b"), got[64];
	struct store_reader *reader = store_reader_new(s);
	struct record *records[7];
	unsigned wanted;
	uint64_t from;
	ssize_t n;

	for (unsigned i = 0; i < 5; i++)
		cr_assert_eq(store_put_many(s, 300 * i + 1, 300, UINT64_C(1) << a), 0);
	cr_assert_eq(store_put_many(s, 1501, 3, UINT64_C(1) << b), 0);
	for (unsigned start = 1; start <= 1504; start += 61) {
		for (wanted = start, from = start; (n = store_read(reader, a, &from, records, 7)) > 0;) {
			for (ssize_t i = 0; i < n; i++) {
				cr_assert_eq(store_serial(records[i]), wanted++);
				cr_assert_eq(records[i]->number, wanted - 1);
				record_unref(&records[i]);
			}
			cr_assert(from == wanted || from == 1504);
		}
		cr_expect(wanted == 1501 || start > 1501, "from %u to %u", start, wanted);
	}
	cr_expect_eq(read_all(s, b, 1, got, 64), 3);
	cr_assert_eq(store_set_position(s, b, 1504, 1000), 0);
	cr_assert_eq(store_set_position(s, a, 450, 1000), 0);
	cr_expect_eq(read_all(s, a, 450, got, 64), 64, "a block of which something is wanted stays");
	cr_expect_eq(got[0], 450);
	store_reader_free(&reader);
	store_close(&s);
}

Test(store, a_record_larger_than_a_block_has_one_of_its_own)
{
	struct store *s = store_make(16 * MIB);
	unsigned id = store_id(s, "a");
	struct store_reader *reader = store_reader_new(s);
	struct record *records[4], *r;
	char text[3 * BLOCK_BYTES];
	uint64_t from = 1;

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\n';
	cr_assert_eq(store_begin(s), 0);
	cr_assert_eq(store_put_one(s, 1, UINT64_C(1) << id), 1);
	r = sample_record(2, 5, "edge7", "ios");
	r->takers = UINT64_C(1) << id;
	r->rendered[FORMAT_NATIVE] = span_of(text, sizeof(text) - 1);
	cr_assert_eq(store_put(s, r), 2);
	cr_assert_eq(store_put_one(s, 3, UINT64_C(1) << id), 3);
	cr_assert_eq(store_commit(s, store_no_positions(), 0), 0);
	cr_assert_eq(store_read(reader, id, &from, records, 4), 3);
	cr_expect_eq(store_serial(records[0]), 1);
	cr_expect(span_eq(records[1]->rendered[FORMAT_NATIVE], r->rendered[FORMAT_NATIVE]));
	cr_expect_eq(store_serial(records[2]), 3);
	for (int i = 0; i < 3; i++)
		record_unref(&records[i]);
	record_unref(&r);
	store_reader_free(&reader);
	store_close(&s);
}

Test(store, no_part_and_no_change_of_a_block_is_taken_for_one)
{
	struct record *r = sample_record(7, 5, "edge7", "ios");
	size_t stored = record_stored_bytes(r), n, table = block_bytes_of_one(0) + 2 * sizeof(uint32_t);
	struct block_draft d;
	struct block b;
	char *bytes, *copy;

	r->takers = 5;
	cr_assert_eq(block_draft_init(&d), 0);
	for (int i = 0; i < 3; i++)
		block_draft_add(&d, r, stored);
	n = block_draft_bytes(&d);
	bytes = malloc(n);
	block_draft_write(&d, bytes);
	cr_assert(block_open(&b, span_of(bytes, n)));
	cr_expect_eq(b.records, 3);
	cr_expect_eq(b.takers, 5);
	for (int i = 0; i < 3; i++)
		cr_expect_eq(block_next(&b).n, stored);
	for (size_t cut = 0; cut < n; cut++) {
		copy = malloc(cut ? cut : 1);
		memcpy(copy, bytes, cut);
		cr_expect_not(block_open(&b, span_of(copy, cut)), "cut at %zu", cut);
		free(copy);
	}
	for (size_t i = 0; i < table * 8; i++) {
		bytes[i / 8] ^= (char)(1 << i % 8);
		cr_expect_not(block_open(&b, span_of(bytes, n)), "bit %zu", i);
		bytes[i / 8] ^= (char)(1 << i % 8);
	}
	free(bytes);
	block_draft_fini(&d);
	record_unref(&r);
}

Test(store, no_part_and_no_change_of_a_stored_record_is_taken_for_one)
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
