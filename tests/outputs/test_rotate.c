#include <signal.h>
#include <sys/resource.h>

#include "outputs/rotate.h"
#include "tests/outputs/rotated.h"
#include "tests/outputs/syncs.h"

TestSuite(rotate, .init = rotated_setup, .fini = rotated_teardown, .timeout = 120);

Test(rotate, by_size_no_file_is_larger_and_no_line_is_lost_or_cut)
{
	struct output *o = open_file(", mode: 0600, rotate: {size: 20000}");
	struct dirent **all;
	char name[800];
	struct stat st;
	int n;

	deliver(o, 0, 3000);
	cr_expect_gt(counter(o, "rotated"), 50);
	finish(o);
	cr_expect_eq(expect_all(0, false), 3000);
	n = names(&all);
	cr_expect_gt(n, 50);
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s/%s", folder, all[i]->d_name);
		if (strncmp(name, path, strlen(path)) == 0) {
			stat(name, &st);
			cr_expect_leq(st.st_size, 20000);
			cr_expect_eq(st.st_mode & 0777, 0600);
		}
		free(all[i]);
	}
	free(all);
}

/* Two renames a turn: the file away, another in its place. */
Test(rotate, with_fsync_a_file_is_on_the_disk_before_it_is_moved_away)
{
	struct output *o = open_file(", fsync: 1h, rotate: {size: 20000}");

	atomic_store(&syncs.watching, true);
	deliver(o, 0, 150);
	cr_expect_gt(counter(o, "rotated"), 1);
	cr_expect_eq(strspn(syncs.steps, "srd"), strlen(syncs.steps));
	for (const char *at = syncs.steps; (at = strchr(at, 'r')); at += 2)
		cr_expect(at > syncs.steps && (at[-1] == 's' || at[-1] == 'd') && at[1] == 'r', "%s", syncs.steps);
	finish(o);
	cr_expect_eq(syncs.steps[strlen(syncs.steps) - 2], 's', "%s: the last one is, too", syncs.steps);
	cr_expect_eq(syncs.steps[strlen(syncs.steps) - 1], 'd', "%s: with its name", syncs.steps);
}

Test(rotate, a_line_that_is_longer_has_a_file_of_its_own)
{
	struct output *o = open_file(", rotate: {size: 10}");

	deliver(o, 0, 20);
	SAMPLE_WAIT(2000, counter(o, "rotated") == 20);
	finish(o);
	cr_expect_eq(expect_all(0, false), 20);
	cr_expect_eq(count("out.jsonl."), 20, "a file that is full goes at once");
}

Test(rotate, by_time_also_when_nothing_comes)
{
	struct output *o = open_file(", rotate: {every: 1s}");

	deliver(o, 0, 10);
	SAMPLE_WAIT(5000, counter(o, "rotated") == 1);
	cr_expect_eq(counter(o, "rotated"), 1);
	sample_sleep_ms(1300);
	cr_expect_eq(counter(o, "rotated"), 1, "an empty file stays");
	deliver(o, 10, 10);
	SAMPLE_WAIT(5000, counter(o, "rotated") == 2);
	finish(o);
	cr_expect_eq(expect_all(0, false), 20);
	cr_expect_eq(count("out.jsonl."), 2);
}

Test(rotate, a_file_of_an_earlier_time_goes_before_the_first_line)
{
	struct output *o = open_file("");

	deliver(o, 0, 5);
	finish(o);
	cr_assert_eq(utimensat(AT_FDCWD, path, (struct timespec[]){ { .tv_sec = 1000000 }, { .tv_sec = 1000000 } }, 0), 0);
	o = open_file(", rotate: {every: 1d}");
	deliver(o, 5, 5);
	finish(o);
	cr_expect_eq(count("out.jsonl."), 1);
	cr_expect_eq(expect_part(path, 5, false), 10);
	cr_expect_eq(expect_all(0, false), 10);
}

Test(rotate, the_newest_files_are_kept)
{
	struct output *o = open_file(", rotate: {size: 5000, keep: 3}");

	deliver(o, 0, 500);
	SAMPLE_WAIT(5000, count("out.jsonl.") == 3);
	finish(o);
	cr_expect_eq(count("out.jsonl."), 3);
}

Test(rotate, files_that_are_not_ours_stay)
{
	char name[800];
	static const char *const others[] = { ".1", ".20261123T200129Z", ".20261123T200129.123Z.bz2", "x.20261123T200129.123Z" };
	struct output *o;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		snprintf(name, sizeof(name), "%s%s", path, others[i]);
		close(open(name, O_CREAT | O_WRONLY, 0600));
	}
	o = open_file(", rotate: {size: 5000, keep: 1, compress: gzip}");
	deliver(o, 0, 500);
	SAMPLE_WAIT(5000, count("out.jsonl") == 2 + 4);
	finish(o);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		snprintf(name, sizeof(name), "%s%s", path, others[i]);
		cr_expect_eq(access(name, F_OK), 0, "%s", name);
	}
}

Test(rotate, names_go_on_after_a_clock_that_was_ahead)
{
	struct output *o;
	char name[800];

	snprintf(name, sizeof(name), "%s.21991231T235959.999Z.gz", path);
	close(open(name, O_CREAT | O_WRONLY, 0600));
	o = open_file(", rotate: {size: 5000}");
	deliver(o, 0, 100);
	finish(o);
	cr_expect_gt(count("out.jsonl.22000101T"), 3);
	cr_expect_eq(expect_all(0, false), 100);
}

Test(rotate, with_signals_and_reopening_no_line_is_lost)
{
	struct output *o = open_file(", rotate: {size: 30000, compress: gzip}");

	for (unsigned i = 0; i < 40; i++) {
		offer(o, i * 100, 100);
		output_reopen(o);
	}
	SAMPLE_WAIT(20000, sample_stats(o).sent == 4000);
	cr_expect_gt(counter(o, "reopened"), 0);
	finish(o);
	cr_expect_eq(expect_all(0, false), 4000);
}

Test(rotate, a_file_that_was_moved_away_is_left_alone)
{
	struct output *o = open_file(", rotate: {size: 20000}");
	char moved[800];

	snprintf(moved, sizeof(moved), "%s/moved", folder);
	deliver(o, 0, 10);
	cr_assert_eq(rename(path, moved), 0);
	deliver(o, 10, 10);
	deliver(o, 20, 40);
	finish(o);
	cr_expect_eq(expect_all(expect_part(moved, 0, false), false), 60);
}

Test(rotate, where_it_cannot_be_the_same_file_is_written_on)
{
	struct output *o;

	/* There is room for the name and ".new", but not for the stamp. */
	memset(path + strlen(path), 'x', 236);
	path[strlen(folder) + 1 + sizeof("out.jsonl") - 1 + 230] = '\0';
	o = open_file(", rotate: {size: 5000}");
	deliver(o, 0, 500);
	cr_expect_eq(counter(o, "rotated"), 0);
	finish(o);
	cr_expect_eq(expect_part(path, 0, false), 500);
	cr_expect_eq(count(".new"), 0);
}

Test(rotate, no_file_is_rotated_that_another_output_writes)
{
	struct output *o = open_file(", rotate: {size: 5000}"), *other = open_file(", rotate: {size: 4000}");

	deliver(o, 0, 100);
	deliver(other, 100, 100);
	cr_expect_eq(counter(o, "rotated") + counter(other, "rotated"), 0);
	finish(o);
	sample_sleep_ms(1100);
	deliver(other, 200, 100);
	cr_expect_gt(counter(other, "rotated"), 5);
	finish(other);
	cr_expect_eq(expect_all(0, false), 300);
}

Test(rotate, the_directories_are_made)
{
	struct output *o;
	struct stat st;

	snprintf(path, sizeof(path), "%s/a/b/out.jsonl", folder);
	cr_expect_null(open_file(""));
	o = open_file(", directories: true, mode: 0640, rotate: {size: 20000}");
	deliver(o, 0, 100);
	finish(o);
	path[strlen(path) - sizeof("/out.jsonl") + 1] = '\0';
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777 & ~0022u, 0750 & ~0022u);
}

Test(rotate, what_is_no_regular_file_does_not_rotate)
{
	struct output *o;

	snprintf(path, sizeof(path), "/dev/null");
	o = open_file(", rotate: {size: 10}");
	deliver(o, 0, 100);
	cr_expect_eq(counter(o, "rotated"), 0);
	finish(o);
}

/* ---- faults ---- */

/* A limit on the size of files is as good as a full disk. */
Test(rotate, a_full_disk_cuts_no_line)
{
	struct rlimit limit;
	struct output *o;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = 10000;
	setrlimit(RLIMIT_FSIZE, &limit);
	o = open_file(", rotate: {size: 15000, compress: gzip}");
	offer(o, 0, 100);
	SAMPLE_WAIT(2000, sample_stats(o).retried > 0);
	cr_expect_not(sample_stats(o).up);
	cr_expect_eq(expect_all(0, false), sample_stats(o).sent);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_FSIZE, &limit);
	SAMPLE_WAIT(10000, sample_stats(o).sent == 100);
	finish(o);
	cr_expect_eq(expect_all(0, false), 100);
}

/* ---- names ---- */

Test(rotate, a_stamp_is_a_stamp)
{
	static const struct {
		const char *text;
		bool is;
	} rows[] = {
		{ "20261123T200129.123Z", true }, { "20261123T200129.123", false }, { "20261123 200129.123Z", false }, { "2026112xT200129.123Z", false },
		{ "", false }, { "20261123T200129.123Z.", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		cr_expect_eq(rotate_is_stamp(span_str(rows[i].text)), rows[i].is, "%s", rows[i].text);
	cr_expect_eq(rotate_stamp_ms(span_str("20261123T200128.123Z")), INT64_C(1795464088123));
	cr_expect_eq(rotate_stamp_ms(span_str("x")), 0);
	cr_expect_eq(rotate_stamp_ms(span_str("99991231T235959.999Z")), 0, "the clock ends in 2262");
}
