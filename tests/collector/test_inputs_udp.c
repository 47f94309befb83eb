#include <criterion/criterion.h>

#include "tests/collector/inputs_rig.h"

static struct rig *
open_udp(unsigned nworkers, const char *address, int port, const char *more)
{
	char yaml[512];

	snprintf(yaml, sizeof(yaml), "- {name: u, kind: udp, address: '%s', port: %d%s}", address, port, more);
	return rig_open(nworkers, yaml);
}

static void
send_text(int fd, const char *text)
{
	cr_assert_eq(send(fd, text, strlen(text), 0), (ssize_t)strlen(text), "send: %s", strerror(errno));
}

/* `count` messages from ever new ports of one address. */
static void
send_from(const char *from, const char *to, int port, int count)
{
	for (int i = 0; i < count; i++) {
		char text[64];
		int fd = rig_connect(SOCK_DGRAM, from, to, port);

		cr_assert_neq(fd, -1, "%s to %s: %s", from, to, strerror(errno));
		snprintf(text, sizeof(text), "<13>%s %d", from, i);
		send_text(fd, text);
		close(fd);
	}
}

/* All messages of `ip` came in order, to one worker, in one flow; gives that worker. */
static unsigned
check_flow(const char *ip, int count)
{
	int seen = 0;
	unsigned worker = 0;
	uint64_t flow = 0;

	for (size_t i = 0; i < rig_store.n; i++) {
		const struct rig_message *m = &rig_store.items[i];
		char want[64];

		if (strcmp(m->ip, ip) != 0)
			continue;
		snprintf(want, sizeof(want), "<13>%s %d", ip, seen);
		cr_assert_str_eq(m->text, want);
		cr_assert(seen == 0 || (m->worker == worker && m->flow == flow), "message %d of %s went to another worker or flow", seen, ip);
		worker = m->worker;
		flow = m->flow;
		seen++;
	}
	cr_assert_eq(seen, count, "%d messages of %s", seen, ip);
	return worker;
}

Test(udp, all_ports_of_a_source_go_to_one_worker_in_order)
{
	static const struct {
		const char *listen, *to, *from;
	} cases[] = {
		{ "127.0.0.1", "127.0.0.1", "127.0.0.1" }, { "0.0.0.0", "127.0.0.1", "127.0.0.9" }, { "::1", "::1", "::1" },
		{ "::", "::1", "::1" }, { "::", "127.0.0.1", "127.0.0.5" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int port = rig_free_port(SOCK_DGRAM);
		struct rig *r;

		if (strchr(cases[i].listen, ':') && !rig_has_ipv6())
			continue;
		r = open_udp(3, cases[i].listen, port, "");
		cr_assert(rig_is_open(r));
		rig_start(r);
		send_from(cases[i].from, cases[i].to, port, 40);
		cr_assert(rig_messages(r, 40));
		rig_stop_workers(r);
		check_flow(cases[i].from, 40);
		rig_close(r);
	}
}

Test(udp, sources_spread_over_the_workers)
{
	int port = rig_free_port(SOCK_DGRAM);
	struct rig *r = open_udp(2, rig_has_ipv6() ? "::" : "0.0.0.0", port, "");
	unsigned of[2] = { 0, 0 };
	char from[32];

	rig_start(r);
	for (int i = 1; i <= 32; i++) {
		snprintf(from, sizeof(from), "127.0.%d.1", i);  /* hosts that end alike */
		send_from(from, "127.0.0.1", port, 3);
	}
	cr_assert(rig_messages(r, 96));
	rig_stop_workers(r);
	for (int i = 1; i <= 32; i++) {
		snprintf(from, sizeof(from), "127.0.%d.1", i);
		of[check_flow(from, 3)]++;
	}
	cr_assert_gt(of[0], 6);
	cr_assert_gt(of[1], 6);
	rig_close(r);
}

Test(udp, an_address_that_is_taken_is_refused)
{
	int port = rig_free_port(SOCK_DGRAM);
	struct rig *r = open_udp(2, "127.0.0.1", port, ""), *second;
	static const char *const addresses[] = { "127.0.0.1", "0.0.0.0", "::" };

	cr_assert(rig_is_open(r));
	log_set_level(LOG_LEVEL_ERROR);
	for (size_t i = 0; i < 3; i++) {
		if (strchr(addresses[i], ':') && !rig_has_ipv6())
			continue;
		second = open_udp(2, addresses[i], port, "");
		cr_assert_not(rig_is_open(second), "%s could be opened a second time", addresses[i]);
		rig_close(second);
	}
	second = open_udp(2, "127.0.0.2", port, "");
	cr_assert(rig_is_open(second), "another address of the same port is another matter");
	rig_close(second);
	rig_close(r);
	r = open_udp(2, "127.0.0.1", port, "");
	cr_assert(rig_is_open(r), "once it is closed it can be had again");
	rig_close(r);
}

Test(udp, a_datagram_is_split_only_before_a_pri)
{
	static const struct {
		const char *datagram;
		const char *want[4];
		size_t empty;
	} cases[] = {
		{ "<13>one", { "<13>one" }, 0 },
		{ "<13>one\n", { "<13>one" }, 0 },
		{ "<13>one\n<14>two", { "<13>one", "<14>two" }, 0 },
		{ "<13>one\ntwo\nthree", { "<13>one\ntwo\nthree" }, 0 },
		{ "one\n<14>two\n<15>three\r\n", { "one", "<14>two", "<15>three" }, 0 },
		{ "", { NULL }, 1 },
		{ "\n", { NULL }, 1 },
	};
	int port = rig_free_port(SOCK_DGRAM);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rig *r = open_udp(1, "127.0.0.1", port, "");
		int fd;
		size_t n = 0;

		rig_start(r);
		fd = rig_connect(SOCK_DGRAM, "127.0.0.1", "127.0.0.1", port);
		send_text(fd, cases[i].datagram);
		while (n < 4 && cases[i].want[n])
			n++;
		cr_assert(rig_messages(r, n));
		cr_assert(rig_wait(r, &rig_store.empty, cases[i].empty));
		rig_stop_workers(r);
		cr_assert_eq(rig_store.n, n, "case %zu gave %zu messages", i, rig_store.n);
		cr_assert_eq(rig_store.empty, cases[i].empty);
		for (size_t j = 0; j < n; j++)
			cr_assert_str_eq(rig_store.items[j].text, cases[i].want[j]);
		cr_assert_eq(rig_counters(r).received[3], n + cases[i].empty);
		close(fd);
		rig_close(r);
	}
}

Test(udp, a_message_that_is_too_long_is_cut_and_marked)
{
	int port = rig_free_port(SOCK_DGRAM);
	struct rig *r = open_udp(1, "127.0.0.1", port, ", max_message: 1000");
	char *text = malloc(65000);
	int fd = rig_connect(SOCK_DGRAM, "127.0.0.1", "127.0.0.1", port);

	rig_start(r);
	for (size_t n = 999; n <= 65000; n = n < 1001 ? n + 1 : n + 63999) {
		memset(text, 'x', n);
		cr_assert_eq(send(fd, text, n, 0), (ssize_t)n);
	}
	cr_assert(rig_messages(r, 4));
	rig_stop_workers(r);
	cr_assert(rig_store.items[0].n == 999 && !rig_store.items[0].truncated);
	cr_assert(rig_store.items[1].n == 1000 && !rig_store.items[1].truncated);
	cr_assert(rig_store.items[2].n == 1000 && rig_store.items[2].truncated);
	cr_assert(rig_store.items[3].n == 1000 && rig_store.items[3].truncated);
	close(fd);
	free(text);
	rig_close(r);
}

Test(udp, a_drain_reads_what_has_arrived)
{
	int port = rig_free_port(SOCK_DGRAM);
	struct rig *r = open_udp(2, "0.0.0.0", port, "");

	/* Nothing is read before the start, so all of it waits in the sockets. */
	for (int i = 1; i <= 10; i++) {
		char from[32];

		snprintf(from, sizeof(from), "127.0.0.%d", i);
		send_from(from, "127.0.0.1", port, 200);
	}
	rig_start(r);
	cr_assert(rig_drain(r, 5000));
	rig_stop_workers(r);
	cr_assert_eq(rig_store.n, 2000);
	cr_assert_eq(rig_counters(r).datagrams, 2000);
	cr_assert_lt(rig_counters(r).datagram_calls, 2000 / 10, "datagrams are read in batches");
	rig_close(r);
}

static _Atomic bool sending;

static void *
keep_sending(void *arg)
{
	int fd = rig_connect(SOCK_DGRAM, "127.0.0.1", "127.0.0.1", *(int *)arg);

	while (sending) {
		for (int i = 0; i < 20; i++)
			send(fd, "<13>more and more", 17, 0);
		poll(NULL, 0, 1);
	}
	close(fd);
	return NULL;
}

Test(udp, a_drain_does_not_wait_for_senders_that_go_on)
{
	int port = rig_free_port(SOCK_DGRAM);
	struct rig *r = open_udp(2, "127.0.0.1", port, "");
	pthread_t sender;
	int64_t begin;

	sending = true;
	rig_start(r);
	pthread_create(&sender, NULL, keep_sending, &port);
	cr_assert(rig_messages(r, 100));
	begin = clock_monotonic_ns();
	cr_assert(rig_drain(r, 8000));
	cr_assert_lt(clock_monotonic_ns() - begin, 3 * CLOCK_NS_PER_S);
	sending = false;
	pthread_join(sender, NULL);
	rig_close(r);
}

Test(udp, it_is_read_even_while_an_output_is_full)
{
	int port = rig_free_port(SOCK_DGRAM);
	struct rig *r = open_udp(1, "127.0.0.1", port, "");

	rig_store.full = true;
	rig_start(r);
	worker_wake(r->workers[0]);
	send_from("127.0.0.1", "127.0.0.1", port, 20);
	cr_assert(rig_messages(r, 20));
	rig_close(r);
}

Test(udp, what_the_kernel_drops_is_counted)
{
	int port = rig_free_port(SOCK_DGRAM), fd;
	struct rig *r = open_udp(1, "127.0.0.1", port, ", receive_buffer: 4KiB");
	char text[1000];
	uint64_t drops;

	memset(text, 'x', sizeof(text));
	fd = rig_connect(SOCK_DGRAM, "127.0.0.1", "127.0.0.1", port);
	for (int i = 0; i < 300; i++)
		cr_assert_eq(send(fd, text, sizeof(text), 0), (ssize_t)sizeof(text));
	drops = rig_stat(r, "kernel_drops");
	cr_assert(drops > 0 && drops < 300, "%d drops", (int)drops);
	rig_start(r);
	cr_assert(rig_drain(r, 5000));
	cr_assert_eq(rig_store.n + drops, 300);
	cr_assert_eq(rig_stat(r, "sockets"), 1);
	cr_assert_gt(rig_stat(r, "receive_buffer_bytes"), 0);
	cr_assert_neq(rig_stat(r, "host_receive_buffer_errors"), UINT64_MAX);
	close(fd);
	rig_close(r);
}
