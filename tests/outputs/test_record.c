#include <criterion/criterion.h>
#include <errno.h>

#include "tests/outputs/sample.h"

static struct arena arena;
static struct json json;

static void
setup(void)
{
	cr_assert_eq(arena_init(&arena, 4096, 1 << 20), 0);
	cr_assert_eq(json_init(&json, 64, 1 << 20), 0);
}

static void
teardown(void)
{
	arena_fini(&arena);
	json_fini(&json);
}

TestSuite(record, .init = setup, .fini = teardown);

Test(record, it_holds_each_format_asked_for_with_a_newline_behind)
{
	for (unsigned formats = 0; formats < 1u << FORMAT_COUNT; formats++) {
		struct nevent ev = sample_event();
		struct record *r = record_seal(&ev, formats, NULL, &arena, &json);

		cr_assert_not_null(r);
		for (unsigned f = 0; f < FORMAT_COUNT; f++) {
			if (!(formats >> f & 1)) {
				cr_expect_null(r->rendered[f].p);
				continue;
			}
			json_reset(&json);
			cr_assert_eq(format_table[f].write(&ev, &arena, &json), 0);
			cr_expect(span_eq(r->rendered[f], json_text(&json)));
			cr_expect_eq(r->rendered[f].p[r->rendered[f].n], '\n');
		}
		record_unref(&r);
		cr_expect_null(r);
	}
}

Test(record, it_outlives_what_the_event_borrowed)
{
	char line[] = SAMPLE_LINE, device[] = "core1";
	struct nevent ev = sample_event();
	struct record *r;

	ev.raw = span_str(line);
	ev.host = span_of(line + 9, 5);
	ev.device = span_str(device);
	r = record_seal(&ev, 1u << FORMAT_NATIVE, NULL, &arena, &json);
	memset(line, 'x', sizeof(line));
	memset(device, 'x', sizeof(device));
	memset(ev.id, 'x', NEVENT_ID_LEN);
	cr_expect(span_eq(r->device, SPAN_LIT("core1")));
	cr_expect(span_eq(r->host, SPAN_LIT("edge7")));
	cr_expect(span_eq(r->os, SPAN_LIT("ios")));
	cr_expect(span_eq(r->error, SPAN_LIT("INTERFACE_DOWN")));
	cr_expect(span_eq(r->id, SPAN_LIT("0123456789abcdef0123456789abcdef")));
	cr_expect_eq(r->level, 5);
	cr_expect_eq(r->outcome, NEVENT_EVENT);
	cr_expect_eq(r->received_ns, ev.received_ns);
	cr_expect_gt(r->bytes, r->rendered[FORMAT_NATIVE].n);
	record_unref(&r);
}

Test(record, an_absent_host_stays_absent_and_the_level_falls_back)
{
	struct nevent ev = sample_event();
	struct record *r;

	ev.host = SPAN_NONE;
	ev.severity = -1;
	r = record_seal(&ev, 1u << FORMAT_NAPALM, NULL, &arena, &json);
	cr_expect_null(r->host.p);
	cr_expect_eq(r->level, 3);
	record_unref(&r);
}

Test(record, what_does_not_fit_the_writer_is_no_record)
{
	struct nevent ev = sample_event();
	struct json small;

	cr_assert_eq(json_init(&small, 16, 300), 0);
	errno = 0;
	cr_expect_null(record_seal(&ev, 1u << FORMAT_NATIVE, NULL, &arena, &small));
	cr_expect_eq(errno, EMSGSIZE);
	json_fini(&small);
}

Test(record, its_receipt_is_let_go_with_the_last_reference)
{
	struct nevent ev = sample_event();
	struct receipt_ring ring;
	struct receipt *receipt;
	struct record *r, *second;

	receipt_ring_init(&ring, NULL, NULL);
	receipt = receipt_new(&ring, NULL, 77);
	r = record_seal(&ev, 1u << FORMAT_NATIVE, receipt, &arena, &json);
	second = record_ref(r);
	receipt_unref(&receipt);
	record_unref(&r);
	cr_expect_null(receipt_take(&ring));
	record_unref(&second);
	receipt = receipt_take(&ring);
	cr_assert_not_null(receipt);
	cr_expect_eq(receipt->position, 77);
	receipt_free(&receipt);
}
