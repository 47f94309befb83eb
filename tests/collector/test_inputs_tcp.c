#include <criterion/criterion.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include "tests/collector/inputs_rig.h"

static int port;

static struct rig *
open_tcp(unsigned nworkers, const char *more)
{
	char yaml[512];
	struct rig *r;

	port = rig_free_port(SOCK_STREAM);
	snprintf(yaml, sizeof(yaml), "- {name: t, kind: tcp, address: '%s', port: %d%s}", rig_has_ipv6() ? "::" : "0.0.0.0", port, more);
	r = rig_open(nworkers, yaml);
	cr_assert(rig_is_open(r));
	rig_start(r);
	return r;
}

static int
dial_from(const char *from)
{
	int on = 1, fd = rig_connect(SOCK_STREAM, from, "127.0.0.1", port);

	cr_assert_neq(fd, -1, "connect: %s", strerror(errno));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static int
dial(void)
{
	return dial_from("127.0.0.1");
}

static void
put(int fd, const void *p, size_t n)
{
	cr_assert_eq(send(fd, p, n, 0), (ssize_t)n, "send: %s", strerror(errno));
}

static void
put_text(int fd, const char *text)
{
	put(fd, text, strlen(text));
}

/* Whether the other side closes within two seconds (it may have sent a reset). */
static bool
is_closed(struct rig *r, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char c;

	for (int i = 0; i < 200; i++) {
		rig_run_ms(r, 5);
		if (poll(&p, 1, 5) == 1)
			return recv(fd, &c, 1, 0) <= 0;
	}
	return false;
}

struct stream_case {
	const char *more, *bytes;
	const char *want[8];
	size_t empty;
};

static const struct stream_case cases[] = {
	{ "", "<13>one\n<14>two\n", { "<13>one", "<14>two" }, 0 },
	{ "", "<13>one\r\n\n<14>two\nlast without its end", { "<13>one", "<14>two", "last without its end" }, 1 },
	{ "", "7 <13>one8 <13>four9 <13>\nfive<14>six\n7 <15>end", { "<13>one", "<13>four", "<13>\nfive", "<14>six", "<15>end" }, 0 },
	{ "", "2023 May  1 10:00:00 rtr-9 %SYS-5-X: y\n10 <13>counted<13>not\n", { "2023 May  1 10:00:00 rtr-9 %SYS-5-X: y", "<13>counte",
	    "d<13>not" }, 0 },
	{ ", framing: newline", "7 <13>one\n8 <13>four\n", { "7 <13>one", "8 <13>four" }, 0 },
	{ ", framing: octet", "7 <13>one8 <13>four", { "<13>one", "<13>four" }, 0 },
	{ ", max_message: 480", "<13>a\n<13>b\n", { "<13>a", "<13>b" }, 0 },
};

static void
expect(const struct stream_case *c, const char *how, size_t at)
{
	size_t n = 0;

	while (n < 8 && c->want[n])
		n++;
	cr_assert_eq(rig_store.n, n, "%s %zu of \"%s\": %zu messages", how, at, c->bytes, rig_store.n);
	for (size_t i = 0; i < n; i++)
		cr_assert_str_eq(rig_store.items[i].text, c->want[i], "%s %zu of \"%s\": \"%s\"", how, at, c->bytes, rig_store.items[i].text);
	cr_assert_eq(rig_store.empty, c->empty);
}

static void
wait_for_end(struct rig *r, int fd)
{
	shutdown(fd, SHUT_WR);
	cr_assert(is_closed(r, fd));
	close(fd);
}

static void
forget_messages(void)
{
	pthread_mutex_lock(&rig_store.lock);
	for (size_t i = 0; i < rig_store.n; i++)
		free(rig_store.items[i].text);
	rig_store.n = 0;
	rig_store.count = rig_store.empty = 0;
	pthread_mutex_unlock(&rig_store.lock);
}

Test(tcp, messages_are_the_same_wherever_a_write_is_split)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rig *r = open_tcp(1, cases[i].more);

		for (size_t at = 0; at <= strlen(cases[i].bytes); at++) {
			int fd = dial();

			put(fd, cases[i].bytes, at);
			rig_run_ms(r, 3);
			put_text(fd, cases[i].bytes + at);
			wait_for_end(r, fd);
			expect(&cases[i], "split at", at);
			forget_messages();
		}
		rig_close(r);
	}
}

Test(tcp, messages_are_the_same_byte_by_byte)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rig *r = open_tcp(1, cases[i].more);
		int fd = dial();

		for (const char *p = cases[i].bytes; *p; p++) {
			put(fd, p, 1);
			rig_run_ms(r, 1);
		}
		wait_for_end(r, fd);
		expect(&cases[i], "bytes", 0);
		rig_close(r);
	}
}

Test(tcp, one_connection_is_one_flow_and_has_the_address_of_its_peer)
{
	struct rig *r = open_tcp(2, "");
	int a = dial_from("127.0.0.7"), b = dial_from("127.0.0.7");

	rig_run_ms(r, 20);
	for (int i = 0; i < 50; i++) {
		char text[32];

		snprintf(text, sizeof(text), "<13>%d\n", i);
		put_text(a, text);
		put_text(b, text);
	}
	cr_assert(rig_messages(r, 100));
	rig_stop_workers(r);
	for (size_t i = 0; i < 100; i++)
		cr_assert_str_eq(rig_store.items[i].ip, "127.0.0.7");
	for (unsigned w = 0; w < 2; w++) {
		uint64_t flow = 0;
		int seen = 0;

		for (size_t i = 0; i < 100; i++) {
			const struct rig_message *m = &rig_store.items[i];
			char want[32];

			if (m->worker != w)
				continue;
			snprintf(want, sizeof(want), "<13>%d", seen);
			cr_assert_str_eq(m->text, want);
			cr_assert(seen == 0 || m->flow == flow);
			flow = m->flow;
			seen++;
		}
		cr_assert_eq(seen, 50, "each worker has one of the two");
	}
	close(a);
	close(b);
	rig_close(r);
}

Test(tcp, what_is_no_frame_closes_the_peer_where_counts_are_asked_for)
{
	struct rig *r = open_tcp(1, ", framing: octet, max_message: 480");
	char junk[600];
	int fd = dial();

	memset(junk, 'x', sizeof(junk));
	put_text(fd, "7 <13>one");
	put(fd, junk, sizeof(junk));
	cr_assert(is_closed(r, fd));
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 2, "what was no frame is handed on, too");
	cr_assert_str_eq(rig_store.items[0].text, "<13>one");
	cr_assert_eq(rig_counters(r).closed_bad_frame, 1);
	cr_assert_eq(rig_counters(r).connections, 0);
	close(fd);
	rig_close(r);
}

Test(tcp, a_message_that_is_too_long_is_cut_and_the_next_one_is_whole)
{
	static const size_t sizes[] = { 479, 480, 481, 70000, 200000 };
	struct rig *r = open_tcp(1, ", max_message: 480");
	char *text = malloc(200100);

	for (int counted = 0; counted < 2; counted++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
			int fd = dial();
			size_t head = counted ? (size_t)sprintf(text, "%zu ", sizes[i]) : 0;

			memset(text + head, 'x', sizes[i]);
			memcpy(text + head, "<13>", 4);
			strcpy(text + head + sizes[i], counted ? "9 <14>next." : "\n<14>next.\n");
			put(fd, text, strlen(text));
			wait_for_end(r, fd);
			cr_assert_eq(rig_store.n, 2, "%zu bytes gave %zu messages", sizes[i], rig_store.n);
			cr_assert_eq(rig_store.items[0].n, sizes[i] < 480 ? sizes[i] : 480);
			cr_assert_eq(rig_store.items[0].truncated, sizes[i] > 480);
			cr_assert_str_eq(rig_store.items[1].text, "<14>next.");
			forget_messages();
		}
	}
	free(text);
	rig_close(r);
}

Test(tcp, a_connection_beyond_the_limit_is_closed_and_counted)
{
	struct rig *r = open_tcp(2, ", max_connections: 3, max_connections_per_source: 2");
	int fds[5] = { dial_from("127.0.0.2"), dial_from("127.0.0.2"), -1, -1, -1 };

	rig_run_ms(r, 20);
	fds[2] = dial_from("127.0.0.2");
	cr_assert(is_closed(r, fds[2]), "the source has two already");
	fds[3] = dial_from("127.0.0.3");
	rig_run_ms(r, 20);
	fds[4] = dial_from("127.0.0.4");
	cr_assert(is_closed(r, fds[4]), "there are three already");
	cr_assert_eq(rig_stat(r, "refused_connections"), 2);
	cr_assert_eq(rig_stat(r, "connections"), 3);
	close(fds[0]);
	rig_run_ms(r, 50);
	fds[0] = dial_from("127.0.0.4");
	put_text(fds[0], "<13>there is room again\n");
	cr_assert(rig_messages(r, 1));
	rig_stop_workers(r);
	cr_assert_eq(rig_counters(r).refused_connections, 2);
	for (int i = 0; i < 5; i++)
		close(fds[i]);
	rig_close(r);
}

Test(tcp, a_silent_connection_is_closed)
{
	struct rig *r = open_tcp(1, ", idle_timeout: 300ms");
	int silent = dial(), busy = dial();

	for (int i = 0; i < 8; i++) {
		put_text(busy, "<13>x\n");
		rig_run_ms(r, 70);
	}
	cr_assert(is_closed(r, silent));
	put_text(busy, "<13>x\n");
	cr_assert(rig_messages(r, 9));
	rig_stop_workers(r);
	cr_assert_eq(rig_counters(r).closed_idle, 1);
	close(silent);
	close(busy);
	rig_close(r);
}

Test(tcp, nothing_is_read_while_an_output_is_full)
{
	struct rig *r = open_tcp(1, "");
	int fd = dial(), late;
	size_t n;

	put_text(fd, "<13>first\n");
	cr_assert(rig_messages(r, 1));
	rig_store.full = true;
	worker_wake(r->workers[0]);
	rig_run_ms(r, 20);
	late = dial();
	for (int i = 0; i < 5000; i++)
		put_text(fd, "<13>waits\n");
	put_text(late, "<13>waits, too\n");
	rig_run_ms(r, 60);
	cr_assert_eq(rig_store.count, 1);
	close(fd);              /* what was sent before a close is kept */
	rig_store.full = false;
	worker_wake(r->workers[0]);
	cr_assert(rig_messages(r, 5002), "%zu messages", (size_t)rig_store.count);
	rig_stop_workers(r);
	n = rig_store.n;
	cr_assert_eq(n, 5002);
	close(late);
	rig_close(r);
}

/* Becomes full in the middle of what was read. */
Test(tcp, no_more_than_a_batch_is_taken_once_an_output_is_full)
{
	struct rig *r = open_tcp(1, "");
	int fd = dial();
	char *text = malloc(60000);

	for (size_t i = 0; i < 60000; i += 6)
		memcpy(text + i, "<13>x\n", 6);
	for (int round = 0; round < 5; round++) {
		size_t before = rig_store.count;

		rig_store.full = true;          /* seen at the end of the first batch */
		put(fd, text, 60000);
		rig_run_ms(r, 50);
		cr_assert_leq(rig_store.count - before, OUTPUT_BATCH);
		rig_store.full = false;
		worker_wake(r->workers[0]);
		cr_assert(rig_messages(r, (size_t)(round + 1) * 10000));
	}
	free(text);
	close(fd);
	rig_close(r);
}

Test(tcp, a_drain_reads_what_was_sent_and_closes)
{
	struct rig *r = open_tcp(2, "");
	int fds[8], late;

	for (int i = 0; i < 8; i++) {
		fds[i] = dial();
		for (int j = 0; j < 1000; j++)
			put_text(fds[i], "<13>one of a thousand\n");
		put_text(fds[i], "<13>half a line");
	}
	cr_assert(rig_drain(r, 5000));
	for (int i = 0; i < 8; i++) {
		cr_assert(is_closed(r, fds[i]));
		close(fds[i]);
	}
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 8 * 1001);
	cr_assert_eq(rig_counters(r).connections, 0);
	late = rig_connect(SOCK_STREAM, "127.0.0.1", "127.0.0.1", port);
	cr_assert_eq(late, -1, "nobody listens any more");
	rig_close(r);
}

static _Atomic bool sending;

static void *
keep_sending(void *arg)
{
	int fd = *(int *)arg;

	while (sending) {
		send(fd, "<13>more and more\n", 18, MSG_NOSIGNAL);
		poll(NULL, 0, 1);
	}
	return NULL;
}

Test(tcp, a_drain_does_not_wait_for_peers_that_go_on)
{
	struct rig *r = open_tcp(2, "");
	int fd = dial();
	pthread_t sender;
	int64_t begin;

	sending = true;
	pthread_create(&sender, NULL, keep_sending, &fd);
	cr_assert(rig_messages(r, 20));
	begin = clock_monotonic_ns();
	cr_assert(rig_drain(r, 9000));
	cr_assert_lt(clock_monotonic_ns() - begin, 4 * CLOCK_NS_PER_S);
	sending = false;
	pthread_join(sender, NULL);
	close(fd);
	rig_close(r);
}

Test(tcp, what_was_begun_is_kept_and_marked_when_we_close_first)
{
	struct rig *r = open_tcp(1, ", idle_timeout: 200ms");
	int fd = dial();

	put_text(fd, "<13>whole\n<13>only beg");
	cr_assert(is_closed(r, fd));
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 2);
	cr_assert_str_eq(rig_store.items[1].text, "<13>only beg");
	cr_assert(!rig_store.items[0].truncated && rig_store.items[1].truncated);
	cr_assert_eq(rig_counters(r).closed_idle, 1);
	close(fd);
	rig_close(r);
}

/* Each byte that was sent is a message or told as left, in the part's hands or still in the kernel's. */
Test(tcp, a_drain_ends_at_its_deadline_and_what_is_left_is_counted)
{
	struct rig *r = open_tcp(1, "");
	int a = dial(), b = dial();
	char *text = malloc(60000);
	int64_t begin;

	for (size_t i = 0; i < 60000; i += 6)
		memcpy(text + i, "<13>x\n", 6);
	rig_run_ms(r, 20);
	rig_store.full = true;
	put(a, text, 60000);
	put(b, text, 60000);
	close(b);
	rig_run_ms(r, 50);
	put(a, text, 600);
	begin = clock_monotonic_ns();
	cr_assert(rig_drain(r, 300));
	cr_assert_lt(clock_monotonic_ns() - begin, 2 * CLOCK_NS_PER_S);
	rig_stop_workers(r);
	cr_assert_gt(r->input.left_bytes, 0);
	cr_assert_eq(rig_store.n * 6 + r->input.left_bytes, 120600, "%zu messages, %zu bytes", rig_store.n, (size_t)r->input.left_bytes);
	free(text);
	close(a);
	rig_close(r);
}

Test(tcp, what_was_begun_is_handed_on_at_the_deadline)
{
	struct rig *r = open_tcp(1, "");
	int fd = dial();

	put_text(fd, "<13>one\n<13>tw");
	cr_assert(rig_messages(r, 1));
	cr_assert(rig_drain(r, 10));
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 2);
	cr_assert(rig_store.items[1].truncated);
	cr_assert_eq(r->input.left_bytes, 0);
	close(fd);
	rig_close(r);
}

Test(tcp, without_descriptors_the_listener_waits_and_does_not_spin)
{
	struct rig *r = open_tcp(1, "");
	struct rlimit limit, none;
	struct rusage before, after;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int64_t spent;

	log_set_level((enum log_level)-1);
	getrlimit(RLIMIT_NOFILE, &limit);
	none = limit;
	none.rlim_cur = 3;
	setrlimit(RLIMIT_NOFILE, &none);
	cr_assert_eq(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	put_text(fd, "<13>patience\n");
	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < 20; i++) {
		event_base_loop(r->base, EVLOOP_NONBLOCK);
		poll(NULL, 0, 10);
	}
	getrusage(RUSAGE_SELF, &after);
	spent = (after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1000000 + after.ru_stime.tv_usec - before.ru_stime.tv_usec;
	cr_assert_lt(spent, 100000);
	cr_assert_eq(rig_store.count, 0);
	setrlimit(RLIMIT_NOFILE, &limit);
	cr_assert(rig_messages(r, 1));
	close(fd);
	rig_close(r);
}

Test(tcp, an_address_that_is_taken_is_refused)
{
	char yaml[256];
	struct rig *r = open_tcp(1, ""), *second;

	snprintf(yaml, sizeof(yaml), "- {name: t, kind: tcp, address: 127.0.0.1, port: %d}", port);
	second = rig_open(1, yaml);
	cr_assert_not(rig_is_open(second));
	rig_close(second);
	rig_close(r);
}
