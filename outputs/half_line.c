#include "outputs/half_line.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

#define HALF_STEP 65536
#define HALF_MOST (16 << 20)            /* more than any line of ours */

void
half_line_end(int fd, const char *path)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char last;

	if (end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n' && write(fd, "\n", 1) != 1)
		log_warning("%s ends in the middle of a line: %s", path, strerror(errno));
}

void
half_line_cut(int fd, const char *path)
{
	off_t end = lseek(fd, 0, SEEK_END), from, at = end;
	char bytes[HALF_STEP];
	const char *newline = NULL;
	ssize_t n = 0;

	while (!newline && at > 0 && end - at < HALF_MOST) {
		from = at > (off_t)sizeof(bytes) ? at - (off_t)sizeof(bytes) : 0;
		n = pread(fd, bytes, (size_t)(at - from), from);
		newline = n > 0 ? memrchr(bytes, '\n', (size_t)n) : NULL;
		at = newline ? from + (newline - bytes) + 1 : n > 0 ? from : -1;
	}
	if (at == end || (!newline && at != 0) || pread(fd, bytes, 1, at) != 1 || bytes[0] != '{')
		half_line_end(fd, path);
	else if (ftruncate(fd, at) == 0)
		log_notice("%s: %lld bytes of a line that a kill cut off are taken away; its event comes again", path, (long long)(end - at));
	else
		log_warning("%s ends in the middle of a line: %s", path, strerror(errno));
}
