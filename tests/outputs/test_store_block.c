/* Blocks of records, alone and in a store. */
#include "tests/outputs/store_sample.h"

#include "outputs/record_stored.h"
#include "outputs/store_block.h"

TestSuite(store_block, .init = store_dir_make, .fini = store_dir_remove);

enum { MIB = 1 << 20 };

Test(store_block, reading_begins_and_ends_within_blocks)
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
		for (wanted = start, from = start; (n = store_read(reader, a, &from, records, (struct store_most){ 7, UINT64_MAX })) > 0;) {
			for (ssize_t i = 0; i < n; i++) {
				cr_assert_eq(store_serial(records[i]), wanted++);
				cr_assert_eq(records[i]->number, wanted - 1);
				record_unref(&records[i]);
			}
			cr_assert(from == wanted || from == 1504);
		}
		cr_expect(wanted == 1501 || start > 1501, "from %u to %u", start, wanted);
	}
	cr_expect_eq(store_read_all(s, b, 1, got, 64), 3);
	cr_assert_eq(store_set_position(s, b, 1504, 1000), 0);
	cr_assert_eq(store_set_position(s, a, 450, 1000), 0);
	cr_expect_eq(store_read_all(s, a, 450, got, 64), 64, "a block of which something is wanted stays");
	cr_expect_eq(got[0], 450);
	store_reader_free(&reader);
	store_close(&s);
}

Test(store_block, a_record_larger_than_a_block_has_one_of_its_own)
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
	cr_assert_eq(store_read(reader, id, &from, records, (struct store_most){ 4, UINT64_MAX }), 3);
	cr_expect_eq(store_serial(records[0]), 1);
	cr_expect(span_eq(records[1]->rendered[FORMAT_NATIVE], r->rendered[FORMAT_NATIVE]));
	cr_expect_eq(store_serial(records[2]), 3);
	for (int i = 0; i < 3; i++)
		record_unref(&records[i]);
	record_unref(&r);
	store_reader_free(&reader);
	store_close(&s);
}

Test(store_block, no_part_and_no_change_of_a_block_is_taken_for_one)
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
	block_draft_write(&d, 7, bytes);
	cr_assert(block_open(&b, span_of(bytes, n), 7));
	cr_expect_eq(b.records, 3);
	cr_expect_eq(b.takers, 5);
	for (int i = 0; i < 3; i++)
		cr_expect_eq(block_next(&b).n, stored);
	for (size_t cut = 0; cut < n; cut++) {
		copy = malloc(cut ? cut : 1);
		memcpy(copy, bytes, cut);
		cr_expect_not(block_open(&b, span_of(copy, cut), 7), "cut at %zu", cut);
		free(copy);
	}
	for (size_t i = 0; i < table * 8; i++) {
		bytes[i / 8] ^= (char)(1 << i % 8);
		cr_expect_not(block_open(&b, span_of(bytes, n), 7), "bit %zu", i);
		bytes[i / 8] ^= (char)(1 << i % 8);
	}
	cr_expect_not(block_open(&b, span_of(bytes, n), 8), "one that lies in another's place");
	free(bytes);
	block_draft_fini(&d);
	record_unref(&r);
}
