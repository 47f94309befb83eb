#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include "outputs/pretty.h"
#include "tests/outputs/sample.h"
#include "tests/outputs/syncs.h"

static char folder[] = "/tmp/netnorm-lines-XXXXXX";
static char path[64], moved[64];

static void
setup(void)
{
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/out.jsonl", folder);
	snprintf(moved, sizeof(moved), "%s/out.jsonl.1", folder);
}

static void
teardown(void)
{
	unlink(path);
	unlink(moved);
	rmdir(folder);
}

TestSuite(lines, .init = setup, .fini = teardown);

static struct output *
open_output(const char *options)
{
	char yaml[256];
	struct output_configs configs;
	struct yaml_doc *doc;
	struct output *o;

	snprintf(yaml, sizeof(yaml), "- {name: out, %s}", options);
	cr_assert_eq(sample_configs(yaml, &doc, &configs), 0);
	o = output_open(configs.items[0], 1, false, NULL);
	output_configs_fini(&configs);
	yaml_doc_free(&doc);
	return o;
}

static struct output *
open_file(const char *more)
{
	char options[160];

	snprintf(options, sizeof(options), "kind: file, path: %s%s", path, more);
	return open_output(options);
}

static void
offer(struct output *o, unsigned first, unsigned n)
{
	for (unsigned i = first; i < first + n; i++) {
		struct record *r = sample_record(i, 3, "edge7", "ios");

		output_offer(o, 0, r);
		record_unref(&r);
	}
	output_wake(o);
}

static void
deliver(struct output *o, unsigned first, unsigned n)
{
	uint64_t before = sample_stats(o).sent;

	offer(o, first, n);
	SAMPLE_WAIT(5000, sample_stats(o).sent == before + n);
	cr_assert_eq(sample_stats(o).sent, before + n);
}

/* All of a descriptor or file; the caller frees it. */
static struct span
read_all(const char *name)
{
	int fd = open(name, O_RDONLY);
	struct stat st;
	char *p;

	cr_assert_neq(fd, -1, "%s: %s", name, strerror(errno));
	fstat(fd, &st);
	p = malloc((size_t)st.st_size + 1);
	cr_assert_eq(read(fd, p, (size_t)st.st_size), st.st_size);
	close(fd);
	return span_of(p, (size_t)st.st_size);
}

/* Are these n whole lines with the serial numbers from `first` on? */
static void
expect_lines(struct span text, unsigned first, unsigned n)
{
	unsigned seen = 0;

	for (const char *p = text.p, *end; p < text.p + text.n; p = end + 1, seen++) {
		end = memchr(p, '\n', (size_t)(text.p + text.n - p));
		cr_assert_not_null(end, "half a line at the end");
		cr_assert(p[0] == '{' && end[-1] == '}', "half a line");
		cr_assert_eq(sample_serial(span_between(p, end)), first + seen);
	}
	cr_expect_eq(seen, n);
}

static void
expect_file(const char *name, unsigned first, unsigned n)
{
	struct span text = read_all(name);

	expect_lines(text, first, n);
	free((void *)(uintptr_t)text.p);
}

Test(lines, a_file_gets_a_line_for_each_record)
{
	struct output *o = open_file(", mode: 0600, fsync: 1s");
	struct stat st;

	deliver(o, 0, 5000);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	expect_file(path, 0, 5000);
	stat(path, &st);
	cr_expect_eq(st.st_mode & 0777, 0600);
}

static void
take_fsyncs(void *arg, const char *name, const char *help, uint64_t value)
{
	uint64_t *n = arg;

	(void)help;
	if (strcmp(name, "fsyncs") == 0)
		*n = value;
}

Test(lines, fsync_forces_what_was_written_to_the_disk_and_tries_that_again)
{
	struct output *o = open_file(", fsync: 30ms");
	uint64_t told = 0;
	unsigned tries;

	deliver(o, 0, 10);
	SAMPLE_WAIT(3000, atomic_load(&syncs.folders) > 0);
	cr_expect_eq(atomic_load(&syncs.folders), 1, "the name of the file");
	output_stats_own(o, take_fsyncs, &told);
	cr_expect_eq(told, atomic_load(&syncs.files));
	tries = atomic_load(&syncs.files);
	cr_expect_geq(tries, 1);
	sample_sleep_ms(200);
	cr_expect_eq(atomic_load(&syncs.files), tries, "nothing was written");
	atomic_store(&syncs.files_fail, true);
	deliver(o, 10, 10);
	SAMPLE_WAIT(3000, atomic_load(&syncs.files) > tries + 2);
	cr_expect_gt(atomic_load(&syncs.files), tries + 2);
	atomic_store(&syncs.files_fail, false);
	sample_sleep_ms(200);
	tries = atomic_load(&syncs.files);
	sample_sleep_ms(200);
	cr_expect_eq(atomic_load(&syncs.files), tries);
	deliver(o, 20, 10);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	cr_expect_gt(atomic_load(&syncs.files), tries, "at the end at the latest");
}

Test(lines, without_fsync_the_system_chooses_when)
{
	struct output *o = open_file("");

	deliver(o, 0, 10);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	cr_expect_eq(atomic_load(&syncs.files) + atomic_load(&syncs.folders), 0);
}

Test(lines, append_keeps_what_is_there_and_ends_a_half_line)
{
	struct output *o = open_file("");
	struct span text;
	int fd;

	deliver(o, 0, 3);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	o = open_file("");
	deliver(o, 3, 3);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	expect_file(path, 0, 6);
	fd = open(path, O_WRONLY | O_APPEND);
	cr_assert_eq(write(fd, "{\"half", 6), 6);
	close(fd);
	o = open_file("");
	deliver(o, 6, 1);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	text = read_all(path);
	cr_expect_not_null(memmem(text.p, text.n, "\n{\"half\n{\"v\":1", 14));
	free((void *)(uintptr_t)text.p);
	o = open_file(", append: false");
	deliver(o, 9, 2);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	expect_file(path, 9, 2);
}

Test(lines, a_file_is_emptied_by_its_first_record_and_never_under_another_output)
{
	struct output *o = open_file(""), *other;

	deliver(o, 0, 5);
	other = open_file(", append: false, queue: {limit: 7}");         /* as a reload does: it opens the new one, then closes the old one */
	deliver(other, 5, 2);
	cr_expect_eq(output_close(&other, sample_in_ms(1000)), 0);
	deliver(o, 7, 3);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	o = open_file(", append: false");
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	expect_file(path, 0, 10);
	o = open_file(", append: false");
	deliver(o, 20, 2);
	deliver(o, 22, 2);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	expect_file(path, 20, 4);
}

static void
count_reopened(void *arg, const char *name, const char *help, uint64_t value)
{
	(void)help;
	if (strcmp(name, "reopened") == 0)
		*(uint64_t *)arg = value;
}

static uint64_t
reopened(struct output *o)
{
	uint64_t n = 0;

	output_stats_own(o, count_reopened, &n);
	return n;
}

Test(lines, a_rotated_file_is_opened_anew_and_no_line_is_lost)
{
	struct output *o = open_file("");

	deliver(o, 0, 100);
	cr_assert_eq(rename(path, moved), 0);
	deliver(o, 100, 50);
	output_reopen(o);
	SAMPLE_WAIT(2000, reopened(o) == 1);
	deliver(o, 150, 25);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	expect_file(moved, 0, 150);
	expect_file(path, 150, 25);
}

Test(lines, a_file_that_cannot_be_opened_anew_is_written_on)
{
	struct output *o = open_file("");

	deliver(o, 0, 10);
	cr_assert_eq(rename(path, moved), 0);
	cr_assert_eq(mkdir(path, 0700), 0);
	output_reopen(o);
	sample_sleep_ms(50);
	deliver(o, 10, 10);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	expect_file(moved, 0, 20);
	rmdir(path);
}

Test(lines, a_file_that_cannot_be_opened_is_no_output)
{
	cr_expect_null(open_output("kind: file, path: /nowhere/at/all/out.jsonl"));
	cr_expect_eq(errno, ENOENT);
}

Test(lines, a_full_device_is_down_and_its_records_wait)
{
	struct output *o = open_output("kind: file, path: /dev/full");

	offer(o, 0, 20);
	SAMPLE_WAIT(2000, sample_stats(o).retried > 0);
	cr_expect_not(sample_stats(o).up);
	cr_expect_eq(sample_stats(o).queued, 20);
	cr_expect_eq(output_close(&o, sample_in_ms(50)), 20);
}

/* A limit on the size of files is as good as a full disk: the write is cut short, then fails. */
Test(lines, a_line_cut_short_by_a_full_disk_is_never_there_by_half)
{
	struct rlimit limit;
	struct output *o;
	struct span text;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = 10000;
	setrlimit(RLIMIT_FSIZE, &limit);
	o = open_file("");
	offer(o, 0, 40);
	SAMPLE_WAIT(2000, sample_stats(o).retried > 0);
	cr_expect_not(sample_stats(o).up);
	text = read_all(path);
	expect_lines(text, 0, (unsigned)sample_stats(o).sent);
	free((void *)(uintptr_t)text.p);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_FSIZE, &limit);
	SAMPLE_WAIT(5000, sample_stats(o).sent == 40);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	expect_file(path, 0, 40);
}

/* ---- standard output ---- */

/* A new standard output for the calls in between; gives the old one. */
static int
become(int fd)
{
	int old = dup(STDOUT_FILENO);

	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	return old;
}

static void
become_again(int old)
{
	dup2(old, STDOUT_FILENO);
	close(old);
}

static struct output *
open_stdout(int fd, const char *more)
{
	char options[64];
	int old = become(fd);
	struct output *o;

	snprintf(options, sizeof(options), "kind: stdout%s", more);
	o = open_output(options);
	become_again(old);
	return o;
}

Test(lines, a_pipe_gets_lines_however_slowly_it_is_read)
{
	int ends[2];
	struct output *o;
	char *text = malloc(8 << 20);
	size_t n = 0;

	cr_assert_eq(pipe(ends), 0);
	o = open_stdout(ends[1], "");
	cr_expect_eq(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0, "others may write there too");
	close(ends[1]);
	offer(o, 0, 1000);
	sample_sleep_ms(50);
	cr_expect_gt(sample_stats(o).queued, 0);
	for (unsigned got = 0; got < 1000;) {
		ssize_t more = read(ends[0], text + n, 1 + n % 5000);

		cr_assert_gt(more, 0);
		for (ssize_t i = 0; i < more; i++)
			got += text[n + (size_t)i] == '\n';
		n += (size_t)more;
	}
	expect_lines(span_of(text, n), 0, 1000);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	close(ends[0]);
	free(text);
}

Test(lines, what_nobody_reads_is_dropped_and_holds_up_no_stop)
{
	int64_t start;
	int ends[2];
	struct output *o;

	cr_assert_eq(pipe(ends), 0);
	o = open_stdout(ends[1], "");
	close(ends[1]);
	close(ends[0]);
	cr_redirect_stderr();
	offer(o, 0, 10);
	SAMPLE_WAIT(2000, sample_stats(o).queued == 0);
	fflush(stderr);
	cr_expect_stderr_eq_str("netnorm: warning: output \"out\": nobody reads standard output any more; what would go there is dropped\n");
	cr_expect_eq(sample_stats(o).dropped[OUTPUT_DROP_REFUSED][3], 10);
	cr_expect_not(sample_stats(o).up);
	start = clock_monotonic_ns();
	cr_expect_eq(output_close(&o, sample_in_ms(10000)), 0);
	cr_expect_lt(clock_monotonic_ns() - start, INT64_C(2000000000));
}

Test(lines, a_reader_that_stopped_reading_holds_up_no_stop)
{
	int ends[2];
	struct output *o;

	cr_assert_eq(pipe(ends), 0);
	o = open_stdout(ends[1], "");
	offer(o, 0, 1000);
	sample_sleep_ms(30);
	cr_expect_gt(output_close(&o, sample_in_ms(100)), 0);
	close(ends[0]);
	close(ends[1]);
}

Test(lines, a_socket_is_written_too)
{
	int ends[2];
	struct output *o;
	char text[4096];
	ssize_t n;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	o = open_stdout(ends[1], "");
	deliver(o, 5, 1);
	n = read(ends[0], text, sizeof(text));
	cr_assert_gt(n, 0);
	expect_lines(span_of(text, (size_t)n), 5, 1);
	close(ends[0]);
	offer(o, 6, 1);
	SAMPLE_WAIT(2000, !sample_stats(o).up);
	cr_expect_eq(output_close(&o, sample_in_ms(5000)), 0);
	close(ends[1]);
}

Test(lines, style_pretty_writes_blocks)
{
	struct output *o;
	struct span text;
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	o = open_stdout(fd, ", style: pretty");
	deliver(o, 0, 3);
	cr_expect_eq(output_close(&o, sample_in_ms(1000)), 0);
	close(fd);
	text = read_all(path);
	cr_expect_not_null(memmem(text.p, text.n, "  INTERFACE_DOWN  Ethernet9/4  down  ios\n", 41));
	cr_expect_null(memchr(text.p, '\033', text.n));
	free((void *)(uintptr_t)text.p);
}

/* ---- blocks ---- */

Test(lines, an_event_is_a_block_a_person_can_read)
{
	static const struct {
		const char *line, *block;
		bool colour;
	} rows[] = {
		{ "{\"v\":1,\"error\":\"BGP_DOWN\",\"os\":\"junos\",\"device\":\"core2\",\"time\":\"2026-11-23T20:01:28.123456789Z\",\"severity\":4,"
		  "\"object\":\"192.0.2.9\",\"condition\":\"down\",\"yang_message\":{\"bgp\":{\"neighbor\":{\"192.0.2.9\":{\"up\":false,\"n\":3}},\"e\":{}}}}",
		  "2026-11-23 20:01:28.123Z  core2  warning  BGP_DOWN  192.0.2.9  down  junos\n"
		  "    bgp\n      neighbor\n        192.0.2.9\n          up: false\n          n: 3\n      e: {}\n", false },
		{ "{\"error\":\"RAW\",\"os\":\"ios\",\"device\":\"d\",\"time\":\"2026-11-23T20:01:28.123456789Z\",\"severity\":null,\"raw\":\"a\\u001b[1mb\\u009bc\"}",
		  "2026-11-23 20:01:28.123Z  d  -  RAW  ios\n    a\\x1b[1mb\\u009bc\n", false },
		{ "{\"error\":\"UNKNOWN\",\"host\":\"unknown\",\"timestamp\":5,\"message_details\":{\"message\":\"hm\"},\"os\":\"unknown\"}",
		  "5  unknown  -  UNKNOWN  unknown\n    hm\n", false },
		{ "{\"severity\":2,\"timestamp\":1,\"error\":\"X\"}",
		  "\033[2m1\033[0m\033[1m\033[0m\033[1;31m  critical  X\033[0m\033[2m\033[0m\n", true },
		{ "no \x01json", "no \\x01json\n", false },
		{ "[1]", "[1]\n", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct span text;

		cr_assert_eq(pretty_event(span_str(rows[i].line), rows[i].colour, &text), 0);
		cr_expect(span_eq(text, span_str(rows[i].block)), "row %zu: %.*s", i, (int)text.n, text.p);
		free((void *)(uintptr_t)text.p);
	}
}

Test(lines, what_lies_too_deep_stands_in_one_line)
{
	char line[1024] = "{\"yang_message\":";
	struct span text;

	for (int i = 0; i < 60; i++)
		strcat(line, "{\"a\":");
	strcat(line, "1");
	for (int i = 0; i < 60; i++)
		strcat(line, "}");
	strcat(line, "}");
	cr_assert_eq(pretty_event(span_str(line), false, &text), 0);
	cr_expect_not_null(memmem(text.p, text.n, "a: {\"a\": {\"a\"", 13));
	free((void *)(uintptr_t)text.p);
}
