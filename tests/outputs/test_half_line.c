#include "outputs/half_line.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 200000, HUGE_LINE = (16 << 20) + 5 };

static int
file_of(const char *bytes, size_t n)
{
	char path[] = "/tmp/netnorm-half-XXXXXX";
	int fd = mkstemp(path);

	cr_assert_neq(fd, -1);
	unlink(path);
	cr_assert_eq(write(fd, bytes, n), (ssize_t)n);
	return fd;
}

static void
expect(void (*change)(int, const char *), const char *before, const char *after)
{
	static char got[MOST];
	int fd = file_of(before, strlen(before));
	ssize_t n;

	change(fd, "a file");
	n = pread(fd, got, sizeof(got), 0);
	cr_expect(n == (ssize_t)strlen(after) && memcmp(got, after, strlen(after)) == 0, "%.60s: %zd bytes, %zu wanted", before, n, strlen(after));
	close(fd);
}

Test(half_line, is_ended)
{
	expect(half_line_end, "", "");
	expect(half_line_end, "a\nb\n", "a\nb\n");
	expect(half_line_end, "a\nb", "a\nb\n");
}

Test(half_line, is_taken_away)
{
	static char long_one[MOST], whole[8];

	expect(half_line_cut, "", "");
	expect(half_line_cut, "\n", "\n");
	expect(half_line_cut, "a\nb\n", "a\nb\n");
	expect(half_line_cut, "a\n{cd", "a\n");
	expect(half_line_cut, "{cd", "");
	expect(half_line_cut, "a\nbcd", "a\nbcd\n");
	expect(half_line_cut, "bcd", "bcd\n");
	/* Over several reads, with the newline at each place about a border of one. */
	for (size_t n = 65530; n < 65545; n++) {
		snprintf(whole, sizeof(whole), "a\n");
		memcpy(long_one, whole, 2);
		memset(long_one + 2, '{', n);
		long_one[n + 2] = '\0';
		expect(half_line_cut, long_one, "a\n");
	}
}

Test(half_line, that_is_longer_than_any_of_ours_stays)
{
	char *bytes = malloc(HUGE_LINE + 2), last[2];
	int fd;

	memcpy(bytes, "a\n", 2);
	memset(bytes + 2, '{', HUGE_LINE);
	fd = file_of(bytes, HUGE_LINE + 2);
	half_line_cut(fd, "a file");
	cr_expect_eq(lseek(fd, 0, SEEK_END), HUGE_LINE + 3);
	cr_expect_eq(pread(fd, last, 2, HUGE_LINE + 1), 2);
	cr_expect(memcmp(last, "{\n", 2) == 0);
	close(fd);
	free(bytes);
}
