#include "tests/outputs/store_sample.h"

#include <lmdb.h>
#include <signal.h>
#include <sys/wait.h>

#include "outputs/store_block.h"

TestSuite(store, .init = store_dir_make, .fini = store_dir_remove);

enum { MIB = 1 << 20 };

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
	cr_assert_eq(store_read(reader, id, &from, &after, (struct store_most){ 1, UINT64_MAX }), 1);
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
	cr_expect_eq(store_count(reader, id, &(uint64_t){ 1 }, &records, &bytes), 0);
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
	cr_assert_eq(store_read(reader, id, &from, &r, (struct store_most){ 1, UINT64_MAX }), 1);
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
		size_t n = store_read_all(s, a, 1, got, 64), at = 0;

		for (unsigned i = 0; i < 30; i++)
			if (i % 2 || i % 3 == 0)
				cr_expect_eq(got[at++], i);
		cr_expect_eq(n, at);
		n = store_read_all(s, b, 1, got, 64);
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
	cr_expect_eq(store_read_all(s, id, 1, got, 8), 1);
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
	cr_expect_eq(store_read_all(s, b, 1, got, 64), 40);
	cr_expect_eq(store_bytes(s), before);
	cr_assert_eq(store_set_position(s, b, 21, 10), 0);
	cr_expect(store_is_behind(s), "the first ten were deleted, ten more may be");
	cr_expect_eq(store_read_all(s, b, 1, got, 64), 30);
	cr_assert_eq(store_set_position(s, b, 21, 10), 0);
	cr_expect_eq(store_read_all(s, b, 1, got, 64), 20);
	cr_expect_eq(got[0], 21);
	cr_assert_eq(store_set_position(s, b, 3, 1000), 0);
	cr_expect_eq(store_read_all(s, b, 1, got, 64), 20, "a position never goes back");
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
	cr_expect_eq(store_read_all(s, late.id, late.position, got, 8), 2);
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
	cr_expect_eq(store_read_all(s, a, 1, got, 8), 5);
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
	cr_expect_eq(store_read_all(s, b, 1, got, 64), 5);
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
		cr_expect_eq(store_count(reader, id, &(uint64_t){ store_next(s) - 100 }, &records, &bytes), 0);
		cr_expect_eq(records, 100);
		cr_expect_eq(store_count(reader, id, &(uint64_t){ 1 }, &records, &bytes), 0);
		cr_expect_lt(records, 100 + BLOCK_RECORDS, "a block is deleted as one");
	}
	store_reader_free(&reader);
	store_close(&s);
}

Test(store, with_a_lower_limit_what_is_there_can_go)
{
	struct store *s = store_make(256 * MIB);
	unsigned id = store_id(s, "a"), serial = 0;

	while (store_bytes(s) < 80 * (uint64_t)MIB) {
		cr_assert_eq(store_put_many(s, serial, 20000, UINT64_C(1) << id), 0);
		serial += 20000;
	}
	store_close(&s);
	s = store_make(MIB);
	cr_assert_not_null(s);
	cr_expect(store_is_full(s));
	for (uint64_t at = 1; at < store_next(s);) {
		at += 10000;
		cr_assert_eq(store_set_position(s, id, at, SIZE_MAX), 0, "up to %llu: %s", (unsigned long long)at, strerror(errno));
	}
	cr_expect_not(store_is_full(s));
	cr_assert_eq(store_put_many(s, serial, 100, UINT64_C(1) << id), 0);
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
	cr_expect_eq(store_read_all(other, id, 1, got, 8), 3);
	cr_expect_eq(store_next(other), 4);
	store_close(&other);
	cr_expect_null(store_open(&(struct store_setting){ .path = store_path("nosuch"), .read_only = true }));
	cr_expect_null(store_open(&(struct store_setting){ .path = store_path("no/such"), .limit_bytes = MIB }));
	cr_expect_eq(errno, ENOENT);
}
