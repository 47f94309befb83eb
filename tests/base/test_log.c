/* log: one line each, flat, held back where it would flood. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"

static int saved, pipe_out;

/* Standard error goes into a pipe from here on. */
static void
catch_stderr(void)
{
	int fds[2];

	cr_assert_eq(pipe2(fds, O_NONBLOCK), 0);
	saved = dup(STDERR_FILENO);
	dup2(fds[1], STDERR_FILENO);
	close(fds[1]);
	pipe_out = fds[0];
}

static const char *
caught(void)
{
	static char buf[65536];
	ssize_t n = read(pipe_out, buf, sizeof(buf) - 1);

	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

static void
release_stderr(void)
{
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(pipe_out);
}

TestSuite(log, .init = catch_stderr, .fini = release_stderr);

Test(log, a_line_has_name_level_and_message)
{
	log_error("cannot open %s: %s", "x", "no");
	log_warning("w");
	log_notice("n");
	log_info("i");
	log_debug("not shown by default");
	cr_expect_str_eq(caught(), "netnorm: error: cannot open x: no\nnetnorm: warning: w\nnetnorm: notice: n\nnetnorm: info: i\n");
	log_set_level(LOG_LEVEL_ERROR);
	log_warning("w");
	log_error("e");
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug("d");
	cr_expect_str_eq(caught(), "netnorm: error: e\nnetnorm: debug: d\n");
}

Test(log, a_message_cannot_make_a_second_line)
{
	log_info("a\nb\tc\x1b[31m\x7f");
	cr_expect_str_eq(caught(), "netnorm: info: a b c?[31m?\n");
}

Test(log, a_long_message_is_cut_and_still_a_line)
{
	const char *got;

	log_info("%5000d", 1);
	got = caught();
	cr_expect_gt(strlen(got), 1000);
	cr_expect_lt(strlen(got), 2049);
	cr_expect_eq(strchr(got, '\n'), got + strlen(got) - 1);
}

Test(log, errno_stays_what_it_was)
{
	int after;

	errno = ENOENT;
	log_info("i");
	after = errno;
	cr_expect_eq(after, ENOENT);
}

Test(log, what_is_repeated_is_held_back_and_counted)
{
	struct log_limit limit = { 0 };

	for (int i = 0; i < 5; i++)
		log_limited(&limit, 1000, LOG_LEVEL_WARNING, "full %d", i);
	cr_expect_str_eq(caught(), "netnorm: warning: full 0\n");
	atomic_store(&limit.next_ns, 0);
	log_limited(&limit, 1000, LOG_LEVEL_WARNING, "full");
	cr_expect_str_eq(caught(), "netnorm: warning: full (4 more like this were held back)\n");
	for (int i = 0; i < 3; i++)
		log_once_a(1000, LOG_LEVEL_INFO, "once %d", i);
	cr_expect_str_eq(caught(), "netnorm: info: once 0\n");
}

static void *
shout(void *arg)
{
	for (int i = 0; i < 50; i++)
		log_info("%s", (const char *)arg);
	return NULL;
}

Test(log, lines_of_threads_do_not_mix)
{
	static char words[4][101];
	pthread_t threads[4];
	char *line, *rest;

	for (size_t i = 0; i < 4; i++) {
		memset(words[i], 'a' + (int)i, 100);
		pthread_create(&threads[i], NULL, shout, words[i]);
	}
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	rest = strdup(caught());
	line = rest;
	for (char *p = strtok(line, "\n"); p; p = strtok(NULL, "\n")) {
		cr_assert_eq(strlen(p), 115);
		cr_assert_eq(strspn(p + 15, (char[]){ p[15], '\0' }), 100);
	}
	free(rest);
}

Test(log, wire_text_is_quoted_and_cut_to_fit)
{
	char buf[16];

	cr_expect_str_eq(log_quote(buf, sizeof(buf), SPAN_LIT("a\n\xff~")), "a\\x0a\\xff~");
	cr_expect_str_eq(log_quote(buf, sizeof(buf), SPAN_NONE), "");
	for (size_t cap = 1; cap <= sizeof(buf); cap++)
		cr_expect_lt(strlen(log_quote(buf, cap, SPAN_LIT("\x01\x02\x03\x04\x05\x06\x07"))), cap);
	cr_expect_eq(log_quote(buf, 0, SPAN_LIT("abc")), buf);
}
