/* control: one request, one answer, and nobody can get in the way of the others. */
#include <criterion/criterion.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "collector/collector.h"
#include "collector/control.h"

static struct collector c;
static struct snapshot snapshot;
static struct control *control;
static char folder[64], path[96];
static pthread_t thread;
static _Atomic bool stop;

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	if (atomic_load(&stop))
		event_base_loopbreak(arg);
}

static void *
loop(void *arg)
{
	struct event *tick = event_new(arg, -1, EV_PERSIST, on_tick, arg);
	struct timeval every = { .tv_usec = 5000 };

	event_add(tick, &every);
	event_base_dispatch(arg);
	event_free(tick);
	return NULL;
}

static void
make(void)
{
	const char *dirs[] = { "profiles" };
	struct diag *d = diag_new();

	snprintf(folder, sizeof(folder), "/tmp/netnorm-control-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/run/control", folder);
	memset(&c, 0, sizeof(c));
	snapshot.profiles = profile_load(dirs, 1, d);
	diag_free(&d);
	cr_assert_not_null(snapshot.profiles, "run it in the top directory");
	c.snapshot = &snapshot;
	c.base = event_base_new();
	c.state = COLLECTOR_STARTING;
	control = control_open(&c, path);
	cr_assert_not_null(control);
	cr_assert_eq(pthread_create(&thread, NULL, loop, c.base), 0);
}

static void
end(void)
{
	char run[96];

	atomic_store(&stop, true);
	pthread_join(thread, NULL);
	control_close(&control);
	cr_expect_null(control);
	cr_expect_eq(access(path, F_OK), -1, "the socket file is left behind");
	event_base_free(c.base);
	profile_free(&snapshot.profiles);
	snprintf(run, sizeof(run), "%s/run", folder);
	rmdir(run);
	rmdir(folder);
}

TestSuite(control, .init = make, .fini = end, .timeout = 60);

static int
connect_control(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	cr_assert(fd != -1 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0, "%s", strerror(errno));
	return fd;
}

/* The bytes until the far side closes; -1 if it does not within the time. */
static ssize_t
read_end(int fd, char *buf, size_t cap, int timeout_ms)
{
	size_t n = 0;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t got;

		if (poll(&p, 1, timeout_ms) != 1)
			return -1;
		got = read(fd, buf + n, cap - n);
		if (got <= 0)
			return (ssize_t)n;
		n += (size_t)got;
	}
}

static void
expect_answer(const char *request, bool ok, const char *key)
{
	char *text = control_ask(path, request, 10000);
	json_t *answer = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;

	cr_expect_not_null(answer, "%s: %s", request, text ? text : "no answer");
	cr_expect_eq(json_is_true(json_object_get(answer, "ok")), ok, "%s: %s", request, text ? text : "");
	cr_expect_not_null(json_object_get(answer, key), "%s: no %s in %s", request, key, text ? text : "");
	json_decref(answer);
	free(text);
}

Test(control, requests_are_answered)
{
	for (int i = 0; i < 40; i++)
		expect_answer("stats", true, "stats");
	expect_answer("reload", false, "text");         /* it is not running */
	expect_answer("", false, "text");
	expect_answer("stats now", false, "text");
	expect_answer("STATS", false, "text");
}

Test(control, only_its_owner_may_ask)
{
	struct stat st;

	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0600, "mode %o", st.st_mode & 0777);
}

Test(control, a_request_in_pieces_is_one_request)
{
	static const char request[] = "stats\r\n";
	char *buf = malloc(1 << 20);
	int fd = connect_control();

	for (size_t i = 0; i < sizeof(request) - 1; i++) {
		cr_assert_eq(write(fd, request + i, 1), 1);
		usleep(2000);
	}
	cr_expect_gt(read_end(fd, buf, 1 << 20, 10000), 100);
	close(fd);
	free(buf);
}

Test(control, what_never_becomes_a_request_is_let_go)
{
	char junk[4096], buf[64];
	int fd = connect_control();

	memset(junk, 'x', sizeof(junk));
	cr_assert_gt(write(fd, junk, sizeof(junk)), 0);
	cr_expect_eq(read_end(fd, buf, sizeof(buf), 10000), 0, "it is answered, or not closed");
	close(fd);
	close(connect_control());               /* one that says nothing */
	expect_answer("stats", true, "stats");
}

Test(control, silent_clients_keep_others_out_only_for_a_while)
{
	int fds[16];
	char buf[64];

	for (size_t i = 0; i < 16; i++)
		fds[i] = connect_control();
	for (size_t i = 0; i < 16; i++) {
		cr_expect_eq(read_end(fds[i], buf, sizeof(buf), 15000), 0, "client %zu is still there", i);
		close(fds[i]);
	}
	expect_answer("stats", true, "stats");
}

Test(control, clients_that_are_there_at_the_end_are_closed)
{
	int fd = connect_control();
	char buf[16];

	expect_answer("stats", true, "stats");  /* so the connection before it has been accepted */
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
	control_close(&control);
	event_base_loop(c.base, EVLOOP_NONBLOCK);       /* libevent closes it there, or when the base is freed */
	cr_expect_eq(read_end(fd, buf, sizeof(buf), 1000), 0);
	close(fd);
	control = control_open(&c, path);
	cr_assert_not_null(control);
	atomic_store(&stop, false);
	pthread_create(&thread, NULL, loop, c.base);
}

Test(control, a_path_that_somebody_has_is_not_taken)
{
	struct collector other = { .base = event_base_new(), .snapshot = &snapshot };
	struct sockaddr_un stale = { .sun_family = AF_UNIX };
	char file[96];
	struct control *second;
	int fd;

	cr_expect_null(control_open(&other, path), "a second collector has the same socket");
	expect_answer("stats", true, "stats");
	snprintf(file, sizeof(file), "%s/file", folder);
	fd = open(file, O_CREAT | O_WRONLY, 0600);
	close(fd);
	cr_expect_null(control_open(&other, file), "a file is no socket");
	cr_expect_eq(access(file, F_OK), 0, "the file is gone");
	strcat(file, "/control");
	cr_expect_null(control_open(&other, file), "a file is no folder");
	*strrchr(file, '/') = '\0';
	unlink(file);
	cr_expect_null(control_open(&other, "/01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"));
	/* What a killed process leaves behind. */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(stale.sun_path, sizeof(stale.sun_path), "%s/stale", folder);
	cr_assert_eq(bind(fd, (struct sockaddr *)&stale, sizeof(stale)), 0);
	close(fd);
	second = control_open(&other, stale.sun_path);
	cr_expect_not_null(second, "a leftover is in the way");
	control_close(&second);
	event_base_free(other.base);
}

Test(control, nobody_there_is_told)
{
	cr_expect_null(control_ask("/nonexistent/control", "stats", 1000));
}
