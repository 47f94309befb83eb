/* send: what was counted as sent is what came. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "collector/send.h"

static char folder[64];

static void
make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/netnorm-send-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
}

static void
remove_folder(void)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/file", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/socket", folder);
	unlink(path);
	rmdir(folder);
}

TestSuite(send, .init = make_folder, .fini = remove_folder, .timeout = 60);

/* ---- lines ---- */

static void
write_file(char *path, size_t cap, struct span text)
{
	int fd;

	snprintf(path, cap, "%s/file", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	cr_assert(fd != -1 && write(fd, text.p, text.n) == (ssize_t)text.n);
	close(fd);
}

Test(send, lines_are_what_stands_between_newlines)
{
	static const struct {
		struct span text;
		const char *lines[4];
	} rows[] = {
		{ SPAN_LIT(""), { NULL } },
		{ SPAN_LIT("\n"), { "", NULL } },
		{ SPAN_LIT("one"), { "one", NULL } },
		{ SPAN_LIT("one\n"), { "one", NULL } },
		{ SPAN_LIT("one\n\ntwo"), { "one", "", "two", NULL } },
		{ SPAN_LIT("one\r\n two \n"), { "one\r", " two ", NULL } },
		{ SPAN_LIT("\n\n"), { "", "", NULL } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct send_lines l;
		char path[96];
		size_t n = 0;

		write_file(path, sizeof(path), rows[i].text);
		cr_assert_eq(send_lines_read(&l, path), 0);
		for (; rows[i].lines[n]; n++) {
			cr_assert_lt(n, l.n, "row %zu: only %zu lines", i, l.n);
			cr_expect(span_eq(l.items[n], span_str(rows[i].lines[n])), "row %zu, line %zu", i, n);
		}
		cr_expect_eq(l.n, n, "row %zu: %zu lines", i, l.n);
		send_lines_fini(&l);
	}
}

Test(send, a_file_larger_than_its_first_buffer_is_read_whole)
{
	size_t bytes = 300000;
	char path[96], *text = malloc(bytes);
	struct send_lines l;

	cr_assert_not_null(text);
	for (size_t i = 0; i < bytes; i++)
		text[i] = i % 100 == 99 ? '\n' : (char)('a' + i % 26);
	write_file(path, sizeof(path), span_of(text, bytes));
	cr_assert_eq(send_lines_read(&l, path), 0);
	cr_expect_eq(l.n, bytes / 100);
	cr_expect(span_eq(l.items[2999], span_of(text + 2999 * 100, 99)));
	send_lines_fini(&l);
	free(text);
}

Test(send, a_file_that_cannot_be_read_is_told_by_errno)
{
	struct send_lines l;

	cr_expect_eq(send_lines_read(&l, "/nonexistent/file"), -1);
	cr_expect_eq(errno, ENOENT);
	cr_expect_eq(send_lines_read(&l, folder), -1);
	cr_expect_eq(errno, EISDIR);
	send_lines_fini(&l);
}

/* ---- sockets ---- */

static int
receiver(int type, char *address, size_t cap)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, type, 0);

	cr_assert(fd != -1 && bind(fd, (struct sockaddr *)&a, len) == 0 && getsockname(fd, (struct sockaddr *)&a, &len) == 0);
	cr_assert(type == SOCK_DGRAM || listen(fd, 4) == 0);
	snprintf(address, cap, "127.0.0.1:%u", ntohs(a.sin_port));
	return fd;
}

static int
unix_receiver(int type, char *path, size_t cap)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type, 0);

	snprintf(path, cap, "%s/socket", folder);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	unlink(path);
	cr_assert(fd != -1 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	cr_assert(type == SOCK_DGRAM || listen(fd, 4) == 0);
	return fd;
}

static const struct span lines[] = {
	SPAN_LIT("<189>1: r1: first"), SPAN_LIT("second"), SPAN_LIT(""), SPAN_LIT("fourth\r"),
};
enum { LINES = sizeof(lines) / sizeof(*lines) };

static void
expect_counts(const struct sender *s, uint64_t messages, uint64_t sent, uint64_t errors)
{
	const struct send_counts *c = sender_counts(s);

	cr_expect(c->messages == messages && c->sent == sent && c->errors == errors, "messages %d, sent %d, errors %d", (int)c->messages, (int)c->sent,
	    (int)c->errors);
}

Test(send, datagrams_come_one_by_one_in_order)
{
	char address[96], buf[128];
	int fds[] = { receiver(SOCK_DGRAM, address, sizeof(address)), -1 };

	for (size_t k = 0; k < 2; k++) {
		struct send_setting setting = { .kind = k == 0 ? SEND_UDP : SEND_UNIX_DGRAM, .address = address };
		struct sender *s;

		if (k == 1)
			fds[k] = unix_receiver(SOCK_DGRAM, address, sizeof(address));
		s = sender_open(&setting);
		cr_assert_not_null(s);
		cr_expect_eq(sender_batch(s, 0, lines, LINES), 0);
		for (size_t i = 0; i < LINES; i++) {
			ssize_t n = recv(fds[k], buf, sizeof(buf), MSG_DONTWAIT);

			cr_expect(n >= 0 && span_eq(span_of(buf, (size_t)n), lines[i]), "datagram %zu", i);
		}
		sender_finish(s);
		expect_counts(s, LINES, LINES, 0);
		cr_expect_eq(sender_counts(s)->bytes, 17 + 6 + 7);
		sender_close(&s);
		cr_expect_null(s);
		close(fds[k]);
	}
}

Test(send, streams_are_framed_as_asked)
{
	static const char *const wants[] = { "<189>1: r1: first\nsecond\n\nfourth\r\n", "17 <189>1: r1: first6 second0 7 fourth\r" };
	char address[96], buf[256];

	for (size_t k = 0; k < 4; k++) {
		struct send_setting setting = { .kind = k < 2 ? SEND_TCP : SEND_UNIX_STREAM, .address = address, .octet = k % 2 };
		int listener = k < 2 ? receiver(SOCK_STREAM, address, sizeof(address)) : unix_receiver(SOCK_STREAM, address, sizeof(address));
		struct sender *s = sender_open(&setting);
		int fd = accept(listener, NULL, NULL);
		ssize_t n;

		cr_assert(s && fd != -1);
		cr_expect_eq(sender_batch(s, 0, lines, LINES), 0);
		n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
		cr_expect(n >= 0 && span_eq(span_of(buf, (size_t)n), span_str(wants[k % 2])), "way %zu: %.*s", k, (int)n, buf);
		close(fd);
		sender_finish(s);
		expect_counts(s, LINES, LINES, 0);
		sender_close(&s);
		close(listener);
	}
}

Test(send, a_datagram_that_is_refused_is_not_counted_as_sent)
{
	char address[96];
	struct send_setting setting = { .kind = SEND_UDP, .address = address };
	struct sender *s;

	for (unsigned sources = 1; sources <= 3; sources += 2) {
		setting.sources = sources;
		close(receiver(SOCK_DGRAM, address, sizeof(address)));
		s = sender_open(&setting);
		cr_assert_not_null(s);
		for (uint64_t i = 0; i < 25; i++)
			cr_expect_eq(sender_batch(s, i * LINES, lines, LINES), 0);
		sender_finish(s);
		expect_counts(s, 100, 0, 100);
		cr_expect_eq(sender_counts(s)->bytes, 0);
		cr_expect_eq(sender_counts(s)->last_error, ECONNREFUSED);
		sender_close(&s);
	}
}

Test(send, a_datagram_that_is_too_long_is_an_error_of_its_own)
{
	static char big[70000];
	struct span mixed[] = { SPAN_LIT("before"), span_of(big, sizeof(big)), SPAN_LIT("after") };
	char address[96], buf[64];
	int fd = receiver(SOCK_DGRAM, address, sizeof(address));
	struct send_setting setting = { .kind = SEND_UDP, .address = address };
	struct sender *s = sender_open(&setting);

	cr_assert_not_null(s);
	cr_expect_eq(sender_batch(s, 0, mixed, 3), 0);
	sender_finish(s);
	expect_counts(s, 3, 2, 1);
	cr_expect_eq(sender_counts(s)->last_error, EMSGSIZE);
	cr_expect_eq(recv(fd, buf, sizeof(buf), MSG_DONTWAIT), 6);
	cr_expect_eq(recv(fd, buf, sizeof(buf), MSG_DONTWAIT), 5);
	sender_close(&s);
	close(fd);
}

Test(send, sources_take_turns)
{
	char address[96], buf[64];
	int fd = receiver(SOCK_DGRAM, address, sizeof(address));
	struct send_setting setting = { .kind = SEND_UDP, .address = address, .sources = 3 };
	struct sender *s = sender_open(&setting);

	cr_assert_not_null(s);
	cr_expect_eq(sender_batch(s, 0, lines, LINES), 0);
	cr_expect_eq(sender_batch(s, LINES, lines, LINES), 0);
	for (uint32_t i = 0; i < 2 * LINES; i++) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);

		cr_assert_neq(recvfrom(fd, buf, sizeof(buf), MSG_DONTWAIT, (struct sockaddr *)&from, &len), -1);
		cr_expect_eq(ntohl(from.sin_addr.s_addr), UINT32_C(0x7f010001) + i % 3, "datagram %u", i);
	}
	sender_finish(s);
	expect_counts(s, 2 * LINES, 2 * LINES, 0);
	sender_close(&s);
	close(fd);
}

Test(send, a_stream_that_breaks_counts_whole_messages_only)
{
	char address[96], line[60000];
	int listener = receiver(SOCK_STREAM, address, sizeof(address)), fd, result = 0;
	struct send_setting setting = { .kind = SEND_TCP, .address = address };
	struct sender *s = sender_open(&setting);
	struct span big = span_of(line, sizeof(line));
	struct linger hard = { .l_onoff = 1 };

	memset(line, 'x', sizeof(line));
	fd = accept(listener, NULL, NULL);
	cr_assert(s && fd != -1);
	cr_expect_eq(sender_batch(s, 0, &big, 1), 0);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(fd);
	for (uint64_t i = 1; i < 1000 && result == 0; i++)
		result = sender_batch(s, i, &big, 1);
	cr_expect_eq(result, -1);
	sender_finish(s);
	cr_expect_eq(sender_counts(s)->errors, 1);
	cr_expect_eq(sender_counts(s)->bytes, sender_counts(s)->sent * sizeof(line));
	cr_expect_lt(sender_counts(s)->sent, sender_counts(s)->messages);
	sender_close(&s);
	close(listener);
}

Test(send, what_is_no_address_is_refused)
{
	static const struct {
		enum send_kind kind;
		const char *address;
		unsigned sources;
	} rows[] = {
		{ SEND_UDP, "", 0 }, { SEND_UDP, "127.0.0.1", 0 }, { SEND_UDP, "127.0.0.1:", 0 }, { SEND_UDP, ":514", 0 }, { SEND_TCP, "::1:514", 0 },
		{ SEND_TCP, "[::1]", 0 }, { SEND_TCP, "[]:5", 0 }, { SEND_UDP, "[::1]:514", 4 }, { SEND_UDP, "192.0.2.1:514", 4 }, { SEND_UNIX_DGRAM, "", 0 },
		{ SEND_UNIX_STREAM, "/01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct send_setting setting = { .kind = rows[i].kind, .address = rows[i].address, .sources = rows[i].sources };
		struct sender *s = sender_open(&setting);

		cr_expect_null(s, "row %zu", i);
		cr_expect_eq(errno, EINVAL, "row %zu: %s", i, strerror(errno));
		sender_close(&s);
	}
}
