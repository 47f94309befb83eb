/* https: a device that takes a question and says nothing, or a byte a while. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "drivers/transport/https.h"

static int listener;
static bool drips;

static void *
serve(void *arg)
{
	int fd = accept(listener, NULL, NULL);
	char c;

	(void)arg;
	if (drips && send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", 45, MSG_NOSIGNAL) > 0)
		while (send(fd, "x", 1, MSG_NOSIGNAL) == 1)
			usleep(100000);
	while (recv(fd, &c, 1, 0) > 0)
		continue;
	close(fd);
	return NULL;
}

static int
listen_here(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);

	listener = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert(listener != -1 && bind(listener, (struct sockaddr *)&a, n) == 0 && listen(listener, 1) == 0 && getsockname(listener, (struct sockaddr *)&a, &n) == 0);
	return ntohs(a.sin_port);
}

static void *
stop(void *arg)
{
	usleep(300000);
	atomic_store((_Atomic bool *)arg, true);
	return NULL;
}

/* Asks, told to stop after 0.3 s: how long that took. */
static int64_t
ask(struct device *d, _Atomic bool *cancel)
{
	int64_t start = clock_monotonic_ns();
	pthread_t device, stopper;
	struct buffer answer;

	buffer_init(&answer, 1 << 20);
	cr_assert_eq(pthread_create(&device, NULL, serve, NULL), 0);
	cr_assert_eq(pthread_create(&stopper, NULL, stop, cancel), 0);
	cr_assert_eq(https_open(d, "/x", "application/json"), 0);
	cr_expect_eq(transport_ask(d, SPAN_LIT("{}"), &answer), -1);
	start = clock_monotonic_ns() - start;
	transport_close(d);
	pthread_join(stopper, NULL);
	pthread_join(device, NULL);
	buffer_fini(&answer);
	return start / CLOCK_NS_PER_MS;
}

Test(https, who_is_told_to_stop_stops_within_a_second, .timeout = 60)
{
	static const struct device_option http = { "transport", "http" };

	for (int i = 0; i < 2; i++) {
		static _Atomic bool cancel;
		struct device_target target = { .host = "127.0.0.1", .port = listen_here(), .user = "u", .options = &http, .n_options = 1, .timeout_ms = 5000, .cancel = &cancel };
		struct device d;
		int64_t ms;

		drips = i == 1;
		atomic_store(&cancel, false);
		device_init(&d, &target);
		ms = ask(&d, &cancel);
		cr_expect_eq(d.error, DEVICE_CLOSED, "%d: %s", i, d.message);
		cr_expect_lt(ms, 1500, "%d: %d ms", i, (int)ms);
		close(listener);
		device_fini(&d);
	}
}
