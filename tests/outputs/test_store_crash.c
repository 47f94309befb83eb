/*
 * The store after an accident at each step of its writing: a crash of the process, and a power cut that takes with it what was not forced to the disk.
 */
#include "tests/outputs/disk.h"
#include "tests/outputs/store_sample.h"

TestSuite(store_crash, .init = store_dir_make, .fini = store_dir_remove);

enum { MIB = 1 << 20, ROUNDS = 24, MOST_IMAGE = 8 * MIB };

static char image[MOST_IMAGE], start[MOST_IMAGE];
static size_t start_bytes;

/* What is known at a mark: the next number, and the position of the output, as far as the commits that have returned go. */
struct known {
	uint64_t next, position;
};
static struct known known[ROUNDS * 2 + 1];

static void
load(char *into)
{
	int fd = open(store_path("spool/data.mdb"), O_RDONLY);
	struct stat st;

	cr_assert_neq(fd, -1);
	cr_assert_eq(fstat(fd, &st), 0);
	cr_assert_lt(st.st_size, MOST_IMAGE);
	cr_assert_eq(read(fd, into, (size_t)st.st_size), st.st_size);
	start_bytes = (size_t)st.st_size;
	disk.watched = st.st_ino;
	close(fd);
}

/* Batches of different sizes, large records among them, positions that move, deletions. */
static void
work(struct store *s, unsigned id)
{
	unsigned serial = 0;
	uint64_t mark = 0;

	known[0] = (struct known){ 1, 1 };
	disk_mark(mark);
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned n = round % 5 == 0 ? 60 : round % 3 + 1;

		cr_assert_eq(store_put_many(s, serial, n, UINT64_C(1) << id), 0);
		serial += n;
		known[++mark] = (struct known){ serial + 1, known[mark - 1].position };
		disk_mark(mark);
		if (round % 2) {
			uint64_t position = serial > 20 ? serial - 20 : 1;

			cr_assert_eq(store_set_position(s, id, position, 30), 0);
			known[++mark] = (struct known){ serial + 1, position };
			disk_mark(mark);
		}
	}
}

static void
write_copy(const char *name, size_t bytes)
{
	char path[256];
	int fd;

	mkdir(store_path(name), 0700);
	snprintf(path, sizeof(path), "%s/%s/data.mdb", store_dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	cr_assert_neq(fd, -1);
	cr_assert_eq(syscall(SYS_write, fd, image, bytes), (long)bytes);
	close(fd);
}

/* All records that were accepted and not settled are there, in order and whole; and the store goes on. */
static void
check_copy(unsigned id, const struct known *least, const struct known *most, size_t step)
{
	struct store *s = store_open(&(struct store_setting){ .path = store_path("copy"), .limit_bytes = MIB });
	struct store_output o;
	struct store_reader *reader;
	struct record *records[64];
	uint64_t from, wanted;
	ssize_t n;

	cr_assert_not_null(s, "step %zu: it cannot be opened", step);
	cr_assert_geq(store_next(s), least->next, "step %zu: accepted records are lost", step);
	cr_assert_leq(store_next(s), most->next, "step %zu", step);
	cr_assert_eq(store_output_open(s, "a", &o), 0);
	cr_assert_eq(o.id, id);
	cr_assert(o.position >= least->position && o.position <= most->position, "step %zu: position %llu", step, (unsigned long long)o.position);
	reader = store_reader_new(s);
	from = wanted = o.position;
	while ((n = store_read(reader, id, &from, records, (struct store_most){ 64, UINT64_MAX })) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			cr_assert_eq(records[i]->number, wanted, "step %zu", step);
			cr_assert_eq(store_serial(records[i]) + 1, wanted, "step %zu", step);
			wanted++;
			record_unref(&records[i]);
		}
	}
	cr_assert_eq(n, 0);
	cr_assert_eq(wanted, store_next(s), "step %zu: %llu of %llu", step, (unsigned long long)wanted, (unsigned long long)store_next(s));
	store_damaged(reader, &from, &wanted);
	cr_assert_eq(from, 0);
	cr_assert_eq(store_put_many(s, 9999, 1, UINT64_C(1) << id), 0);
	store_reader_free(&reader);
	store_close(&s);
}

static size_t
try_all(unsigned id, enum disk_loss loss, uint64_t seed)
{
	uint64_t mark = 0, last = disk.steps[disk.n - 1].mark;
	size_t tried = 0, end;

	for (size_t steps = 1; steps <= disk.n; steps++) {
		if (disk.steps[steps - 1].kind == DISK_MARK)
			mark = disk.steps[steps - 1].mark;
		memcpy(image, start, MOST_IMAGE);
		end = disk_image(image, steps, loss, seed + steps);
		write_copy("copy", end > start_bytes ? end : start_bytes);
		check_copy(id, &known[mark], &known[mark < last ? mark + 1 : mark], steps);
		tried++;
	}
	return tried;
}

/* The work is done and written down once; each test then stops it in its own ways. */
static unsigned
record_work(void)
{
	struct store *s = store_make(MIB);
	unsigned id = store_id(s, "a");

	load(start);
	work(s, id);
	disk.watched = 0;
	store_close(&s);
	return id;
}

Test(store_crash, a_crash_at_any_step_costs_nothing_that_was_accepted, .timeout = 240)
{
	unsigned id = record_work();
	size_t tried = try_all(id, DISK_ALL_THERE, 1);

	printf("crash: %zu steps of %d transactions, nothing lost\n", tried, ROUNDS + ROUNDS / 2);
}

Test(store_crash, a_power_cut_at_any_step_costs_nothing_that_was_accepted, .timeout = 240)
{
	unsigned id = record_work();
	size_t tried = try_all(id, DISK_NONE_THERE, 1);

	for (uint64_t seed = 0; seed < 2; seed++)
		tried += try_all(id, DISK_SOME_THERE, seed * 7919 + 3);
	printf("power cut: %zu steps of %d transactions, nothing lost\n", tried, ROUNDS + ROUNDS / 2);
}

/* The same accident finds what is lost where nothing is synced: the test sees what it should. */
Test(store_crash, without_syncing_a_power_cut_is_seen_to_lose)
{
	struct store *s = store_open(&(struct store_setting){ .path = store_path("spool"), .limit_bytes = MIB });
	unsigned id = store_id(s, "a");
	size_t syncs = 0;

	load(start);
	work(s, id);
	disk.watched = 0;
	store_close(&s);
	for (size_t i = 0; i < disk.n; i++)
		syncs += disk.steps[i].kind == DISK_SYNC || disk.steps[i].kind == DISK_WRITE_THROUGH;
	cr_expect_eq(syncs, 0);
	memcpy(image, start, MOST_IMAGE);
	disk_image(image, disk.n, DISK_NONE_THERE, 1);
	cr_expect_eq(memcmp(image, start, MOST_IMAGE), 0, "nothing is on the disk");
}

/* Each write of a commit in turn finds no space: all of it is refused then, and goes through when there is some again. */
Test(store_crash, a_disk_that_is_full_at_any_write_costs_nothing)
{
	struct store *s = store_make(MIB);
	unsigned id = store_id(s, "a"), serial = 0, failures = 0;
	struct store_reader *reader = store_reader_new(s);
	uint64_t records, bytes;

	load(start);
	for (int at = 0; at < 12; at++) {
		disk.failing = at;
		disk.full = false;
		if (store_put_many(s, serial, 30, UINT64_C(1) << id) == -1) {
			cr_expect_eq(errno, ENOSPC);
			store_abort(s);
			cr_expect_eq(store_next(s), serial + 1);
			failures++;
			disk.failing = -1;
			disk.full = false;
			cr_assert_eq(store_put_many(s, serial, 30, UINT64_C(1) << id), 0, "write %d: %s", at, strerror(errno));
		}
		serial += 30;
		cr_expect_eq(store_count(reader, id, &(uint64_t){ 1 }, &records, &bytes), 0);
		cr_expect_eq(records, serial);
	}
	cr_expect_geq(failures, 2);
	disk.watched = 0;
	store_reader_free(&reader);
	store_close(&s);
}
