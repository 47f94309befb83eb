#include <criterion/criterion.h>

#include "tests/collector/inputs_rig.h"

static char path[64], moved[80];

static void
write_file(const char *name, const char *flags, const char *text)
{
	FILE *f = fopen(name, flags);

	fputs(text, f);
	fclose(f);
}

static struct rig *
open_file(const char *text, const char *more)
{
	char yaml[512];

	snprintf(path, sizeof(path), "/tmp/netnorm-test-%d.log", (int)getpid());
	snprintf(moved, sizeof(moved), "%s.1", path);
	if (text)
		write_file(path, "w", text);
	else
		unlink(path);
	snprintf(yaml, sizeof(yaml), "- {name: f, kind: file, path: %s%s}", path, more);
	return rig_open(2, yaml);
}

static void
close_file(struct rig *r)
{
	rig_close(r);
	unlink(path);
	unlink(moved);
}

static void
expect(const char *const *want, size_t n)
{
	cr_assert_eq(rig_store.n, n, "%zu messages", rig_store.n);
	for (size_t i = 0; i < n; i++)
		cr_assert_str_eq(rig_store.items[i].text, want[i]);
}

Test(files, each_line_is_a_message_and_the_last_one_needs_no_newline)
{
	static const char *const want[] = { "one", "two ", "<13>three", "four" };
	struct rig *r = open_file("one\ntwo \r\n\n<13>three\nfour", "");

	rig_start(r);
	cr_assert(rig_wait_drained(r), "a file comes to an end by itself");
	rig_stop_workers(r);
	expect(want, 4);
	cr_assert_eq(rig_store.empty, 1);
	cr_assert_eq(rig_counters(r).received[3], 5);
	cr_assert_eq(rig_stat(r, "read_bytes"), 25);
	close_file(r);
}

Test(files, an_empty_file_and_one_without_a_line_end_come_to_their_end)
{
	static const char *const texts[] = { "", "\n", "x" };

	for (size_t i = 0; i < 3; i++) {
		struct rig *r = open_file(texts[i], "");

		rig_start(r);
		cr_assert(rig_wait_drained(r));
		rig_stop_workers(r);
		cr_assert_eq(rig_store.n, i == 2);
		close_file(r);
	}
}

Test(files, lines_longer_than_a_piece_are_cut_and_the_next_one_is_whole)
{
	size_t n = 700000;
	char *text = malloc(n + 16);
	struct rig *r;

	memset(text, 'x', n);
	strcpy(text + n, "\nnext\n");
	r = open_file(text, ", max_message: 100000");
	rig_start(r);
	cr_assert(rig_wait_drained(r));
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 2);
	cr_assert(rig_store.items[0].truncated && rig_store.items[0].n == 100000);
	cr_assert_str_eq(rig_store.items[1].text, "next");
	free(text);
	close_file(r);
}

Test(files, a_file_that_is_not_there_is_refused)
{
	struct rig *r = open_file(NULL, "");

	cr_assert_not(rig_is_open(r));
	close_file(r);
	r = rig_open(1, "- {name: f, kind: file, path: /tmp}");
	cr_assert_not(rig_is_open(r));
	rig_close(r);
}

/* 30 lines a piece, so to speak: more than one piece needs more than 256 KiB. */
static char *
many_lines(size_t lines)
{
	char *text = malloc(lines * 100 + 1);

	for (size_t i = 0; i < lines; i++)
		snprintf(text + i * 100, 101, "%-98zu.\n", i);
	return text;
}

Test(files, it_waits_while_an_output_is_full)
{
	char *text = many_lines(20000);
	struct rig *r = open_file(text, "");
	size_t before;

	rig_store.full = true;
	rig_start(r);
	for (int i = 0; i < 100; i++)
		rig_run_ms(r, 1);
	before = rig_store.count;
	cr_assert_leq(before, OUTPUT_BATCH);
	while (!r->drained) {
		rig_store.full = !rig_store.full;
		for (unsigned i = 0; i < 2; i++)
			worker_wake(r->workers[i]);
		rig_run_ms(r, 1);
	}
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 20000);
	for (size_t i = 0; i < 20000; i++)
		cr_assert_eq(strtoul(rig_store.items[i].text, NULL, 10), i);
	free(text);
	close_file(r);
}

Test(files, bytes_are_acknowledged_when_all_below_them_is_safe)
{
	char *text = many_lines(10000);
	struct rig *r = open_file(text, "");
	size_t n, pieces = 0;

	rig_store.sealing = true;
	rig_start(r);
	cr_assert(rig_wait_drained(r));
	rig_run_ms(r, 20);
	n = rig_store.nreceipts;
	cr_assert_gt(n, 0);
	cr_assert_eq(rig_stat(r, "read_bytes"), 1000000);
	cr_assert_eq(rig_stat(r, "acknowledged_bytes"), 0);
	/* From the last to the first: nothing is below which all is safe, until the very first is. */
	while (n > 1)
		receipt_unref(&rig_store.receipts[--n]);
	rig_run_ms(r, 30);
	cr_assert_eq(rig_stat(r, "acknowledged_bytes"), 0);
	rig_store.nreceipts = 1;
	receipt_unref(&rig_store.receipts[0]);
	rig_run_ms(r, 30);
	cr_assert_gt(rig_stat(r, "acknowledged_bytes"), 0);
	rig_stop_workers(r);
	pieces = rig_counters(r).receipts_returned;
	cr_assert_geq(pieces, 4);
	free(text);
	close_file(r);
}

Test(files, receipts_may_come_back_after_the_input_is_closed)
{
	struct rig *r = open_file("one\ntwo\n", "");

	rig_store.sealing = true;
	rig_start(r);
	cr_assert(rig_wait_drained(r));
	rig_stop_workers(r);
	cr_assert_eq(rig_store.nreceipts, 2);
	close_file(r);          /* closes the input, then lets go of the receipts, then frees the workers */
}

Test(files, a_followed_file_goes_on_and_survives_rotation)
{
	static const char *const want[] = { "one", "two", "half and half", "late", "after", "cut" };
	struct rig *r = open_file("one\n", ", follow: true");

	rig_start(r);
	cr_assert(rig_messages(r, 1));
	write_file(path, "a", "two\nhalf");
	cr_assert(rig_messages(r, 2));
	write_file(path, "a", " and half\n");
	cr_assert(rig_messages(r, 3));
	rename(path, moved);
	write_file(moved, "a", "late\n");
	write_file(path, "w", "after\n");
	cr_assert(rig_messages(r, 5));
	rig_run_ms(r, 600);
	write_file(path, "w", "cut\n");
	cr_assert(rig_messages(r, 6));
	cr_assert(rig_drain(r, 3000));
	rig_stop_workers(r);
	expect(want, 6);
	close_file(r);
}

Test(files, a_followed_file_may_come_later_and_begin_at_its_end)
{
	struct rig *r = open_file(NULL, ", follow: true");

	cr_assert(rig_is_open(r));
	rig_start(r);
	rig_run_ms(r, 50);
	write_file(path, "w", "here\n");
	cr_assert(rig_messages(r, 1));
	close_file(r);

	r = open_file("old\n", ", follow: true, from: end");
	rig_start(r);
	rig_run_ms(r, 50);
	write_file(path, "a", "new\n");
	cr_assert(rig_messages(r, 1));
	rig_stop_workers(r);
	cr_assert_str_eq(rig_store.items[0].text, "new");
	close_file(r);
}

Test(files, reopening_changes_over_to_the_file_that_has_the_path)
{
	struct rig *r = open_file("one\n", ", follow: true");

	rig_start(r);
	cr_assert(rig_messages(r, 1));
	rename(path, moved);
	write_file(path, "w", "two\n");
	r->input.kind->reopen(r->input.self);
	cr_assert(rig_messages(r, 2));
	cr_assert(rig_drain(r, 3000));
	rig_stop_workers(r);
	cr_assert_str_eq(rig_store.items[1].text, "two");
	close_file(r);
}

Test(files, reopening_does_not_read_a_file_that_was_not_rotated_again)
{
	struct rig *r = open_file("one\ntwo\n", ", follow: true");

	rig_start(r);
	cr_assert(rig_messages(r, 2));
	r->input.kind->reopen(r->input.self);
	rig_run_ms(r, 400);
	write_file(path, "a", "three\n");
	cr_assert(rig_messages(r, 3));
	cr_assert(rig_drain(r, 3000));
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 3, "%zu messages", rig_store.n);
	cr_assert_str_eq(rig_store.items[2].text, "three");
	close_file(r);
}

static struct rig *
open_stdin_as(int fd)
{
	dup2(fd, STDIN_FILENO);
	close(fd);
	return rig_open(1, "- {name: s, kind: stdin}");
}

Test(standard_input, a_pipe_is_read_as_it_comes_and_ends_with_its_writer)
{
	struct rig *r;
	int p[2];

	cr_assert_eq(pipe(p), 0);
	r = open_stdin_as(p[0]);
	rig_start(r);
	cr_assert_eq(write(p[1], "one\ntw", 6), 6);
	cr_assert(rig_messages(r, 1));
	rig_run_ms(r, 30);
	cr_assert_eq(write(p[1], "o\nthree", 7), 7);
	cr_assert(rig_messages(r, 2));
	close(p[1]);
	cr_assert(rig_wait_drained(r));
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 3);
	cr_assert_str_eq(rig_store.items[1].text, "two");
	cr_assert_str_eq(rig_store.items[2].text, "three");
	rig_close(r);
}

Test(standard_input, a_drain_reads_the_pipe_empty_and_does_not_wait_for_its_end)
{
	char *text = many_lines(600);
	struct rig *r;
	int p[2];

	cr_assert_eq(pipe(p), 0);
	r = open_stdin_as(p[0]);
	cr_assert_eq(write(p[1], text, 60000), 60000);
	rig_start(r);
	cr_assert(rig_drain(r, 5000));
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 600);
	close(p[1]);
	free(text);
	rig_close(r);
}

Test(standard_input, it_may_be_a_file_or_nothing)
{
	struct rig *r;
	FILE *f = tmpfile();

	fputs("one\ntwo\n", f);
	rewind(f);
	r = open_stdin_as(dup(fileno(f)));
	rig_start(r);
	cr_assert(rig_wait_drained(r));
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 2);
	rig_close(r);
	fclose(f);

	r = open_stdin_as(open("/dev/null", O_RDONLY));
	rig_start(r);
	cr_assert(rig_wait_drained(r));
	rig_close(r);
}
