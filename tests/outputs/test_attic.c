#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "outputs/pack.h"
#include "tests/outputs/rotated.h"
#include "tests/outputs/syncs.h"

TestSuite(attic, .init = rotated_setup, .fini = rotated_teardown, .timeout = 120);

static void
compressed(const char *kind, const char *suffix)
{
	char more[100];
	struct output *o;

	snprintf(more, sizeof(more), ", mode: 0604, rotate: {size: 300000, compress: %s}", kind);
	o = open_file(more);
	deliver(o, 0, 6000);
	SAMPLE_WAIT(20000, counter(o, "rotated_compressed") == counter(o, "rotated"));
	cr_expect_gt(counter(o, "rotated_compressed"), 5);
	cr_expect_eq(counter(o, "rotated_failures"), 0);
	cr_expect_eq(count(suffix), counter(o, "rotated"));
	cr_expect_eq(count("out.jsonl."), counter(o, "rotated"), "the plain ones are gone");
	finish(o);
	cr_expect_eq(expect_all(0, false), 6000);
}

Test(attic, rotated_files_become_gzip)
{
	compressed("gzip", ".gz");
}

Test(attic, rotated_files_become_zstd)
{
	compressed("zstd", ".zst");
}

Test(attic, what_a_kill_left_is_done_by_the_next_run)
{
	struct output *o = open_file(", rotate: {size: 20000}");
	char name[800];
	struct dirent **all;
	int n;

	deliver(o, 0, 200);
	finish(o);
	n = names(&all);
	for (int i = 0; i < n; i++) {
		if (strstr(all[i]->d_name, "out.jsonl.")) {
			snprintf(name, sizeof(name), "%s/%s.zst.tmp", folder, all[i]->d_name);
			close(open(name, O_CREAT | O_WRONLY, 0600));
		}
		free(all[i]);
	}
	free(all);
	snprintf(name, sizeof(name), "%s.new", path);
	close(open(name, O_CREAT | O_WRONLY, 0600));
	o = open_file(", rotate: {size: 20000, compress: zstd}");
	SAMPLE_WAIT(10000, count(".tmp") == 0 && count(".zst") == count("out.jsonl.") - 1);
	deliver(o, 200, 50);
	finish(o);
	cr_expect_eq(count(".tmp") + count(".new"), 0);
	cr_expect_eq(expect_all(0, false), 250);
}

Test(attic, a_compression_that_is_stopped_leaves_the_file)
{
	atomic_bool stop = true, go = false;
	char packed[800];
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	cr_assert_eq(write(fd, "x\n", 2), 2);
	close(fd);
	cr_expect_eq(pack_file(path, PACK_GZIP, &stop), -1);
	cr_expect_eq(errno, ECANCELED);
	cr_expect_eq(count("out.jsonl"), 1);
	snprintf(packed, sizeof(packed), "%s.gz%s", path, PACK_UNDONE);
	close(open(packed, O_CREAT | O_WRONLY, 0600));
	cr_expect_eq(pack_file(path, PACK_GZIP, &go), -1);
	cr_expect_eq(errno, EEXIST, "somebody else is at it");
	unlink(packed);
	cr_expect_eq(pack_file(path, PACK_GZIP, &go), 0);
	cr_expect_eq(pack_file(path, PACK_GZIP, &go), -1);
	cr_expect_eq(errno, ENOENT);
}

Test(attic, an_empty_file_can_be_compressed)
{
	atomic_bool go = false;
	char name[800], text[8];

	for (int kind = PACK_GZIP; kind <= PACK_ZSTD; kind++) {
		close(open(path, O_CREAT | O_WRONLY, 0600));
		cr_expect_eq(pack_file(path, (enum pack_kind)kind, &go), 0);
		snprintf(name, sizeof(name), "%s%s", path, pack_suffixes[kind]);
		cr_expect_eq(read_file(name, text, sizeof(text)), 0);
	}
}

static void
make_file(void)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	cr_assert_eq(write(fd, "x\n", 2), 2);
	close(fd);
}

/* After a power cut at any moment one of the two is there, whole. */
Test(attic, the_compressed_file_is_on_the_disk_before_the_other_is_deleted)
{
	atomic_bool go = false;

	for (int kind = PACK_GZIP; kind <= PACK_ZSTD; kind++) {
		make_file();
		memset(syncs.steps, 0, sizeof(syncs.steps));
		atomic_store(&syncs.nsteps, 0);
		atomic_store(&syncs.watching, true);
		cr_expect_eq(pack_file(path, (enum pack_kind)kind, &go), 0);
		atomic_store(&syncs.watching, false);
		cr_expect_str_eq(syncs.steps, "srdu", "the file, its name, the folder, and then the old one");
	}
}

Test(attic, what_cannot_be_forced_to_the_disk_takes_no_place)
{
	atomic_bool go = false;

	make_file();
	atomic_store(&syncs.files_fail, true);
	cr_expect_eq(pack_file(path, PACK_GZIP, &go), -1);
	cr_expect_eq(errno, EIO);
	cr_expect_eq(count("out.jsonl"), 1);
	cr_expect_eq(count(".gz"), 0);
	atomic_store(&syncs.files_fail, false);
	atomic_store(&syncs.folders_fail, true);
	cr_expect_eq(pack_file(path, PACK_GZIP, &go), -1);
	cr_expect_eq(access(path, F_OK), 0, "the name of the compressed one may not be on the disk");
	atomic_store(&syncs.folders_fail, false);
	cr_expect_eq(pack_file(path, PACK_GZIP, &go), 0);
	cr_expect_eq(access(path, F_OK), -1);
}

Test(attic, a_file_that_somebody_else_still_writes_stays)
{
	atomic_bool go = false;
	int fd;

	make_file();
	fd = open(path, O_WRONLY | O_APPEND);
	cr_assert_eq(flock(fd, LOCK_SH), 0);
	cr_expect_eq(pack_file(path, PACK_GZIP, &go), -1);
	cr_expect_eq(errno, EBUSY);
	cr_expect_eq(count("out.jsonl"), 1);
	close(fd);
	cr_expect_eq(pack_file(path, PACK_GZIP, &go), 0);
}

/* A limit on the size of files is as good as a full disk. */
Test(attic, without_room_for_the_compressed_file_the_other_stays)
{
	struct rlimit limit;
	atomic_bool go = false;
	unsigned seed = 1;
	FILE *f = fopen(path, "w");
	struct stat st;

	for (int i = 0; i < 100000; i++)
		fputc(rand_r(&seed) & 0xff, f);
	fclose(f);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = 10000;
	setrlimit(RLIMIT_FSIZE, &limit);
	for (int kind = PACK_GZIP; kind <= PACK_ZSTD; kind++) {
		cr_expect_eq(pack_file(path, (enum pack_kind)kind, &go), -1);
		cr_expect_eq(errno, EFBIG);
	}
	cr_expect_eq(count("out.jsonl"), 1);
	stat(path, &st);
	cr_expect_eq(st.st_size, 100000);
}

/* ---- kills ---- */

static void
write_for_ever(const struct output_config *config, unsigned next)
{
	struct output *o = output_open(config, 1, true, NULL);

	for (;; next += 50) {
		offer(o, next, 50);
		SAMPLE_WAIT(10000, sample_stats(o).queued == 0);
	}
}

/* A line that the kill cut is taken out: the next run would end it, and it would be seen as half a line here. */
static void
cut_half_line(void)
{
	static char text[4 << 20];
	size_t n;

	if (access(path, F_OK) == -1)
		return;
	n = read_file(path, text, sizeof(text));
	while (n > 0 && text[n - 1] != '\n')
		n--;
	cr_assert_eq(truncate(path, (off_t)n), 0);
}

Test(attic, killed_at_any_moment_nothing_is_lost_in_between)
{
	struct output_configs configs;
	struct yaml_doc *doc;
	unsigned before = 0, next, seed = 7;

	configure(", rotate: {size: 30000, compress: zstd}", &doc, &configs);
	for (int round = 0; round < 25; round++) {
		pid_t child = fork();

		if (child == 0)
			write_for_ever(configs.items[0], before);
		sample_sleep_ms(40 + rand_r(&seed) % 120);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		next = expect_all(0, true);
		cr_assert_geq(next, before, "round %d", round);
		before = next;
		cut_half_line();
	}
	output_configs_fini(&configs);
	yaml_doc_free(&doc);
	fprintf(stderr, "25 kills: %u lines, none lost\n", before);
	cr_expect_gt(before, 1000);
}
