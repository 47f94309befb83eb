#include <criterion/criterion.h>

#include "tests/collector/inputs_rig.h"

static char path[64];

static struct rig *
open_unix(const char *kind, const char *more)
{
	char yaml[512];

	snprintf(path, sizeof(path), "/tmp/netnorm-test-%d.sock", (int)getpid());
	snprintf(yaml, sizeof(yaml), "- {name: x, kind: %s, path: %s%s}", kind, path, more);
	return rig_open(2, yaml);
}

static int
dial(int type)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
	return connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0 ? fd : -1;
}

static void
put_text(int fd, const char *text)
{
	cr_assert_eq(send(fd, text, strlen(text), 0), (ssize_t)strlen(text));
}

Test(unix_sockets, datagrams_arrive_in_order_without_an_address)
{
	struct rig *r = open_unix("unix-dgram", ", mode: 0600");
	struct stat st;
	int fd;

	cr_assert(rig_is_open(r));
	cr_assert(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	rig_start(r);
	fd = dial(SOCK_DGRAM);
	put_text(fd, "<13>one\n<14>two");
	put_text(fd, "<15>three\n");
	cr_assert(rig_messages(r, 3));
	rig_stop_workers(r);
	cr_assert_str_eq(rig_store.items[0].text, "<13>one");
	cr_assert_str_eq(rig_store.items[1].text, "<14>two");
	cr_assert_str_eq(rig_store.items[2].text, "<15>three");
	cr_assert(!rig_store.items[0].has_address && !rig_store.items[0].ip[0]);
	cr_assert_eq(rig_store.items[0].flow, rig_store.items[2].flow);
	close(fd);
	rig_close(r);
	cr_assert(stat(path, &st) == -1 && errno == ENOENT, "the socket's file is removed at the end");
}

static _Atomic bool making_files;
static _Atomic unsigned wrong_modes;

static void *
make_files(void *arg)
{
	while (making_files) {
		int fd = open(arg, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
		struct stat st;

		if (fstat(fd, &st) == -1 || (st.st_mode & 0777) != 0644)
			wrong_modes++;
		close(fd);
		unlink(arg);
	}
	return NULL;
}

Test(unix_sockets, files_that_other_threads_make_meanwhile_keep_their_modes)
{
	char name[64];
	pthread_t maker;

	umask(022);
	making_files = true;
	snprintf(name, sizeof(name), "/tmp/netnorm-test-%d.file", (int)getpid());
	pthread_create(&maker, NULL, make_files, name);
	for (int i = 0; i < 200; i++) {
		struct rig *r = open_unix(i % 2 ? "unix-dgram" : "unix-stream", ", mode: 0666");
		struct stat st;

		cr_assert(stat(path, &st) == 0 && (st.st_mode & 0777) == 0666);
		rig_close(r);
	}
	making_files = false;
	pthread_join(maker, NULL);
	cr_assert_eq(wrong_modes, 0, "%u files with another mode", wrong_modes);
}

Test(unix_sockets, a_long_datagram_is_cut_and_marked)
{
	struct rig *r = open_unix("unix-dgram", ", max_message: 480");
	char text[2000];
	int fd;

	rig_start(r);
	fd = dial(SOCK_DGRAM);
	memset(text, 'x', sizeof(text));
	cr_assert_eq(send(fd, text, sizeof(text), 0), (ssize_t)sizeof(text));
	cr_assert(rig_messages(r, 1));
	rig_stop_workers(r);
	cr_assert(rig_store.items[0].truncated && rig_store.items[0].n == 480);
	close(fd);
	rig_close(r);
}

Test(unix_sockets, datagrams_wait_while_an_output_is_full)
{
	struct rig *r = open_unix("unix-dgram", "");
	int fd;

	rig_store.full = true;
	rig_start(r);
	for (int i = 0; i < 2; i++)
		worker_wake(r->workers[i]);
	rig_run_ms(r, 30);
	fd = dial(SOCK_DGRAM);
	for (int i = 0; i < 5; i++)
		put_text(fd, "<13>waits");
	rig_run_ms(r, 50);
	cr_assert_eq(rig_store.count, 0);
	rig_store.full = false;
	for (int i = 0; i < 2; i++)
		worker_wake(r->workers[i]);
	cr_assert(rig_messages(r, 5));
	close(fd);
	rig_close(r);
}

Test(unix_sockets, datagrams_that_are_left_at_the_deadline_are_told)
{
	struct rig *r = open_unix("unix-dgram", "");
	int fd;

	rig_store.full = true;
	rig_start(r);
	for (int i = 0; i < 2; i++)
		worker_wake(r->workers[i]);
	rig_run_ms(r, 30);
	fd = dial(SOCK_DGRAM);
	for (int i = 0; i < 5; i++)
		put_text(fd, "<13>waits");
	cr_assert(rig_drain(r, 200));
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 0);
	cr_assert_eq(r->input.left_bytes, 45);
	close(fd);
	rig_close(r);
}

Test(unix_sockets, a_drain_reads_what_is_there)
{
	struct rig *r = open_unix("unix-dgram", "");
	int fd;

	fd = dial(SOCK_DGRAM);
	for (int i = 0; i < 8; i++)
		put_text(fd, "<13>before the start");
	rig_start(r);
	cr_assert(rig_drain(r, 3000));
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 8);
	cr_assert_eq(dial(SOCK_DGRAM), -1);
	close(fd);
	rig_close(r);
}

Test(unix_sockets, streams_are_framed_like_tcp)
{
	struct rig *r = open_unix("unix-stream", "");
	struct stat st;
	int fd;

	rig_start(r);
	fd = dial(SOCK_STREAM);
	put_text(fd, "<13>one\n7 <13>two<14>three");
	close(fd);
	cr_assert(rig_messages(r, 3));
	cr_assert(rig_drain(r, 3000));
	rig_stop_workers(r);
	cr_assert_str_eq(rig_store.items[0].text, "<13>one");
	cr_assert_str_eq(rig_store.items[1].text, "<13>two");
	cr_assert_str_eq(rig_store.items[2].text, "<14>three");
	rig_close(r);
	cr_assert(stat(path, &st) == -1);
}

Test(unix_sockets, a_path_is_taken_over_only_from_the_dead)
{
	static const char *const kinds[] = { "unix-dgram", "unix-stream" };
	struct rig *r, *second;
	FILE *f;

	for (int i = 0; i < 2; i++) {
		struct sockaddr_un sa = { .sun_family = AF_UNIX };
		int fd = socket(AF_UNIX, i ? SOCK_STREAM : SOCK_DGRAM, 0);

		r = open_unix(kinds[i], "");
		cr_assert(rig_is_open(r));
		for (int j = 0; j < 2; j++) {
			second = open_unix(kinds[j], "");
			cr_assert_not(rig_is_open(second), "somebody listens there");
			rig_close(second);
		}
		rig_close(r);

		snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
		cr_assert_eq(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
		close(fd);      /* its file stays */
		r = open_unix(kinds[i], "");
		cr_assert(rig_is_open(r), "nobody listens there");
		rig_close(r);
	}
	f = fopen(path, "w");
	fclose(f);
	r = open_unix("unix-dgram", "");
	cr_assert_not(rig_is_open(r), "it is no socket");
	rig_close(r);
	unlink(path);
}
