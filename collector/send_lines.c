/*
 * The lines that are sent, whole in memory, so that reading does not slow the sending.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/send.h"

#define FIRST_BYTES ((size_t)64 << 10)

static int
grow(char **text, size_t *cap)
{
	size_t more = *cap ? *cap * 2 : FIRST_BYTES;
	char *p = realloc(*text, more);

	if (!p)
		return -1;
	*text = p;
	*cap = more;
	return 0;
}

static int
read_all(int fd, char **text, size_t *n)
{
	size_t cap = 0;

	for (;;) {
		ssize_t got;

		if (*n == cap && grow(text, &cap) == -1)
			return -1;
		got = read(fd, *text + *n, cap - *n);
		if (got == -1 && errno == EINTR && !send_interrupted)
			continue;
		if (got <= 0)
			return (int)got;
		*n += (size_t)got;
		if (*n > SEND_MAX_FILE) {
			errno = EFBIG;
			return -1;
		}
	}
}

static int
split(struct send_lines *l, size_t bytes)
{
	struct span left = { l->text, bytes };
	size_t lines = 0;

	for (size_t i = 0; i < bytes; i++)
		lines += l->text[i] == '\n';
	lines += bytes > 0 && l->text[bytes - 1] != '\n';
	l->items = calloc(lines ? lines : 1, sizeof(*l->items));
	if (!l->items)
		return -1;
	while (left.n > 0) {
		const char *end = memchr(left.p, '\n', left.n);
		size_t len = end ? (size_t)(end - left.p) : left.n;

		l->items[l->n++] = span_of(left.p, len);
		left = span_skip(left, len + 1);
	}
	return 0;
}

int
send_lines_read(struct send_lines *l, const char *path)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	size_t bytes = 0;
	int result = -1, saved;

	*l = (struct send_lines){ NULL, NULL, 0 };
	if (fd == -1)
		return -1;
	if (read_all(fd, &l->text, &bytes) == 0)
		result = split(l, bytes);
	saved = errno;
	if (fd != STDIN_FILENO)
		close(fd);
	errno = saved;
	return result;
}

void
send_lines_fini(struct send_lines *l)
{
	free(l->items);
	free(l->text);
	*l = (struct send_lines){ NULL, NULL, 0 };
}
