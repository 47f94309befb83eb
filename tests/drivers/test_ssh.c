/* ssh: how long is waited, and that a session that rests is kept alive; libssh's channel is one in memory, which always has a byte more or never has one. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "drivers/transport/ssh_part.h"

#define GAP_US 20000            /* between two bytes */

static int fds[2];
static bool drips;
static int ignored;             /* keepalives */

/* ---- in the place of libssh's ---- */

socket_t
ssh_get_fd(ssh_session session)
{
	(void)session;
	return fds[0];
}

int
ssh_get_poll_flags(ssh_session session)
{
	(void)session;
	return 0;
}

int
ssh_send_ignore(ssh_session session, const char *data)
{
	(void)session, (void)data;
	ignored++;
	return SSH_OK;
}

int
ssh_channel_poll(ssh_channel channel, int is_stderr)
{
	(void)channel;
	if (drips && !is_stderr)
		usleep(GAP_US);
	return drips && !is_stderr ? 1 : 0;
}

int
ssh_channel_read_nonblocking(ssh_channel channel, void *to, uint32_t n, int is_stderr)
{
	(void)channel, (void)is_stderr;
	memset(to, 'x', n);
	return (int)n;
}

/* ---- what is tried ---- */

static void *
stop(void *arg)
{
	usleep(300000);
	atomic_store((_Atomic bool *)arg, true);
	return NULL;
}

/* As the transports do until an answer is whole. */
static void
read_on(struct ssh *s, struct device *d)
{
	int64_t deadline_ns = device_deadline_ns(d);
	struct buffer text;

	buffer_init(&text, 65536);
	while (ssh_link_read(s, d, &text, deadline_ns) > 0)
		continue;
	buffer_fini(&text);
}

/* As cli does until the device keeps quiet. */
static void
read_until_quiet(struct ssh *s, struct device *d)
{
	int64_t deadline_ns = device_deadline_ns(d);
	struct buffer text;

	buffer_init(&text, 65536);
	while (ssh_link_ready(s, d, clock_monotonic_ns() + 60 * CLOCK_NS_PER_S) && ssh_link_read(s, d, &text, deadline_ns) > 0)
		continue;
	buffer_fini(&text);
}

static void
wait_for_it(struct ssh *s, struct device *d)
{
	while (ssh_wait(s, d, device_deadline_ns(d), "it came") == 0)
		continue;
}

static const struct {
	const char *what;
	void (*wait)(struct ssh *, struct device *);
	bool drips;
} waits[] = {
	{ "reading, nothing comes", read_on, false },
	{ "reading, bytes keep coming", read_on, true },
	{ "until it is quiet, nothing comes", read_until_quiet, false },
	{ "until it is quiet, bytes keep coming", read_until_quiet, true },
	{ "a step of the login", wait_for_it, false },
};

Test(ssh, who_is_told_to_stop_stops_within_a_second, .timeout = 60)
{
	static _Atomic bool cancel;
	static const struct device_target target = { .host = "test", .user = "u", .cancel = &cancel, .timeout_ms = 20000 };

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++) {
		struct ssh s = { .fd = fds[0], .port = 22 };
		int64_t start = clock_monotonic_ns(), ms;
		struct device d;
		pthread_t thread;

		atomic_store(&cancel, false);
		drips = waits[i].drips;
		device_init(&d, &target);
		cr_assert_eq(pthread_create(&thread, NULL, stop, &cancel), 0);
		waits[i].wait(&s, &d);
		ms = (clock_monotonic_ns() - start) / CLOCK_NS_PER_MS;
		pthread_join(thread, NULL);
		cr_expect_eq(d.error, DEVICE_CLOSED, "%s: %s", waits[i].what, d.message);
		cr_expect_lt(ms, 1300, "%s: %d ms", waits[i].what, (int)ms);
		device_fini(&d);
	}
}

Test(ssh, a_keepalive_is_sent_while_an_answer_is_waited_for)
{
	static const struct device_target target = { .host = "test", .user = "u", .timeout_ms = 2500 };
	struct ssh s = { .fd = -1, .port = 22, .channel = (ssh_channel)(void *)fds, .keepalive_ns = CLOCK_NS_PER_S };
	struct device d;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	device_init(&d, &target);
	s.next_keepalive_ns = clock_monotonic_ns() + s.keepalive_ns;
	read_on(&s, &d);
	cr_expect_eq(d.error, DEVICE_TIMEOUT);
	cr_expect_eq(ignored, 2, "%d keepalives", ignored);
	device_begin(&d);
	s.next_keepalive_ns = 0;
	cr_expect_not(ssh_link_ready(&s, &d, clock_monotonic_ns() + CLOCK_NS_PER_S / 2));
	cr_expect_eq(ignored, 3, "%d keepalives", ignored);
	s.keepalive_ns = 0;
	cr_expect_not(ssh_link_ready(&s, &d, clock_monotonic_ns() + CLOCK_NS_PER_S / 2));
	cr_expect_eq(ignored, 3, "%d keepalives with keepalive=0", ignored);
	device_fini(&d);
}

/* "Is it alive?" of a session that rests. */
Test(ssh, who_asks_whether_a_session_lives_keeps_it_alive)
{
	struct ssh s = { .fd = -1, .port = 22, .session = ssh_new() };

	cr_assert_not_null(s.session);
	ssh_link_alive(&s);
	cr_expect_eq(ignored, 1);
	ssh_free(s.session);
}
