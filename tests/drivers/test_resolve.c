/* resolve: a name service that takes its time costs no more than the deadline, over SSH and over HTTP; and nobody waits for it who was told to stop. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "drivers/transport/https.h"
#include "drivers/transport/resolve.h"
#include "drivers/transport/ssh.h"

#define SLOW_S 5

static int asked;               /* for names, by anybody */

static struct addrinfo *
address_new(int port, struct addrinfo *next)
{
	struct {
		struct addrinfo info;
		struct sockaddr_in address;
	} *one = calloc(1, sizeof(*one));

	cr_assert_not_null(one);
	one->address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	one->info = (struct addrinfo){ .ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_addrlen = sizeof(one->address), .ai_addr = (struct sockaddr *)&one->address, .ai_next = next };
	return &one->info;
}

/* In the place of the C library's: "slow.test" takes its time, other names are 127.0.0.1 at once, "many.test" eight times. */
int
getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
	int port = service ? atoi(service) : 0;

	if (hints && (hints->ai_flags & AI_NUMERICHOST))
		return EAI_NONAME;
	__atomic_add_fetch(&asked, 1, __ATOMIC_SEQ_CST);
	if (strcmp(host, "slow.test") == 0)
		sleep(SLOW_S);
	*list = NULL;
	for (int i = strcmp(host, "many.test") == 0 ? 8 : 1; i > 0; i--)
		*list = address_new(port, *list);
	return 0;
}

void
freeaddrinfo(struct addrinfo *list)
{
	while (list) {
		struct addrinfo *next = list->ai_next;

		free(list);
		list = next;
	}
}

/* ---- a question each way ---- */

static int
by_ssh(struct device *d)
{
	struct ssh *s = ssh_link_open(d, 22);
	int rc = s ? 0 : -1;

	ssh_link_close(&s);
	return rc;
}

static int
by_https(struct device *d)
{
	struct buffer answer;
	int rc;

	buffer_init(&answer, 4096);
	rc = https_open(d, "/command-api", "application/json");
	if (rc == 0)
		rc = transport_ask(d, SPAN_LIT("{}"), &answer);
	transport_close(d);
	buffer_fini(&answer);
	return rc;
}

static int
by_itself(struct device *d)
{
	struct addrinfo *list = NULL;
	int rc = resolve_host(d, 22, device_deadline_ns(d), &list);

	if (rc == 0)
		freeaddrinfo(list);
	return rc;
}

static const struct {
	const char *name;
	int (*ask)(struct device *);
} ways[] = { { "the name alone", by_itself }, { "ssh", by_ssh }, { "https", by_https } };

static int64_t
ms_of(int (*ask)(struct device *), struct device *d)
{
	int64_t start = clock_monotonic_ns();

	cr_expect_eq(ask(d), -1);
	return (clock_monotonic_ns() - start) / CLOCK_NS_PER_MS;
}

Test(resolve, a_slow_name_service_ends_at_the_deadline, .timeout = 30)
{
	static const struct device_target target = { .host = "slow.test", .port = 1, .user = "u", .timeout_ms = 300 };

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct device d;
		int64_t ms;

		device_init(&d, &target);
		ms = ms_of(ways[i].ask, &d);
		cr_expect_eq(d.error, DEVICE_TIMEOUT, "%s: %s", ways[i].name, d.message);
		cr_expect(ms >= 290 && ms < 2000, "%s: %d ms", ways[i].name, (int)ms);
		device_fini(&d);
	}
}

static void *
stop(void *arg)
{
	usleep(300000);
	atomic_store((_Atomic bool *)arg, true);
	return NULL;
}

Test(resolve, who_is_told_to_stop_waits_for_no_name_service, .timeout = 30)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		static _Atomic bool cancel;
		const struct device_target target = { .host = "slow.test", .port = 1, .user = "u", .timeout_ms = 20000, .cancel = &cancel };
		struct device d;
		pthread_t thread;
		int64_t ms;

		atomic_store(&cancel, false);
		device_init(&d, &target);
		cr_assert_eq(pthread_create(&thread, NULL, stop, &cancel), 0);
		ms = ms_of(ways[i].ask, &d);
		pthread_join(thread, NULL);
		cr_expect_eq(d.error, DEVICE_CLOSED, "%s: %s", ways[i].name, d.message);
		cr_expect_lt(ms, 1500, "%s: %d ms", ways[i].name, (int)ms);
		device_fini(&d);
	}
}

/* A socket that takes no more connections, and says nothing to who tries. */
static int
full_port(int fds[4])
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);

	fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert(bind(fds[0], (struct sockaddr *)&a, n) == 0 && listen(fds[0], 0) == 0 && getsockname(fds[0], (struct sockaddr *)&a, &n) == 0);
	for (int i = 1; i < 4; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(fds[i], (struct sockaddr *)&a, n);
	}
	return ntohs(a.sin_port);
}

Test(resolve, who_is_told_to_stop_tries_no_other_address, .timeout = 30)
{
	static _Atomic bool cancel;
	int fds[4];
	const struct device_target target = { .host = "many.test", .port = full_port(fds), .user = "u", .timeout_ms = 20000, .cancel = &cancel };
	struct device d;
	pthread_t thread;
	int64_t ms;

	device_init(&d, &target);
	cr_assert_eq(pthread_create(&thread, NULL, stop, &cancel), 0);
	ms = ms_of(by_ssh, &d);
	pthread_join(thread, NULL);
	cr_expect_eq(d.error, DEVICE_CLOSED, "%s", d.message);
	cr_expect(ms >= 290 && ms < 1500, "%d ms", (int)ms);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	device_fini(&d);
}

/* Port 1 of this machine: nobody listens there. */
Test(resolve, curl_takes_the_address_that_it_is_given, .timeout = 30)
{
	static const struct device_target target = { .host = "Fast.test", .port = 1, .user = "u", .timeout_ms = 5000 };
	struct device d;

	device_init(&d, &target);
	ms_of(by_https, &d);
	cr_expect_eq(d.error, DEVICE_CONNECT, "%s", d.message);
	cr_expect_eq(asked, 1, "%d questions to the name service", asked);
	device_fini(&d);
}
