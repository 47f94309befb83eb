/*
 * stamp_setting: zones of the inventory: an offset, a word of the table, or a name of the system's tz database, which is
 * read here, once, within bounds.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "parsers/syslog/stamp_part.h"
#include "parsers/syslog/tz.h"

#define MAX_NAME 64
#define MAX_FILE 65536

struct stamp_zone {
	int offset_s;
	struct tz tz;           /* decides if it has `change` */
};

/* "+02:00", "UTC-5", "GMT+05:30", "Z". */
static bool
read_offset(struct span name, int *offset_s)
{
	struct stamp st = { .kind = STAMP_NONE };
	const char *p = name.p, *end = name.p + name.n, *q;
	char line[MAX_NAME + 2] = " ";

	if (name.n == 0 || name.n >= MAX_NAME)
		return false;
	q = stamp_offset(p, end, &st);
	if (!q || q != end) {
		memcpy(line + 1, name.p, name.n);
		st = (struct stamp){ .kind = STAMP_NONE };
		q = stamp_zone_behind(line, line + 1 + name.n, &st);
		if (q != line + 1 + name.n || !st.has_offset)
			return false;
	}
	*offset_s = st.offset_s;
	return true;
}

/* Letters, digits, `_`, `-`, `+` and `/`, and no way out of the folder. */
static bool
is_name(struct span name)
{
	if (name.n == 0 || name.n > MAX_NAME || !span_is_alpha(name.p[0]))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!span_is_alpha(c) && !span_is_digit(c) && c != '_' && c != '-' && c != '+' && c != '/')
			return false;
	}
	return true;
}

/* The whole file, or -1: it is not there, or too large. */
static ssize_t
read_file(struct span name, char *buf)
{
	const char *dir = getenv("TZDIR");
	char path[4096];
	size_t got = 0;
	ssize_t n;
	int fd, len;

	if (!dir || !*dir)
		dir = "/usr/share/zoneinfo";
	len = snprintf(path, sizeof(path), "%s/%.*s", dir, (int)name.n, name.p);
	if (len < 0 || (size_t)len >= sizeof(path) || (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return -1;
	while (got < MAX_FILE) {
		n = read(fd, buf + got, MAX_FILE - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	close(fd);
	return got > 0 && got < MAX_FILE ? (ssize_t)got : -1;
}

static int
load(struct span name, struct tz *tz)
{
	struct tz_change *fit;
	char *buf = NULL;
	ssize_t n;
	int rc = -1;

	if (!is_name(name) || !(buf = malloc(MAX_FILE)) || !(tz->change = malloc(TZ_MAX_CHANGES * sizeof(*tz->change))))
		goto out;
	n = read_file(name, buf);
	if (n < 0 || tz_read(span_of(buf, (size_t)n), tz) < 0)
		goto out;
	fit = realloc(tz->change, (tz->n + 1) * sizeof(*tz->change));
	if (fit)
		tz->change = fit;
	rc = 0;
out:
	free(buf);
	return rc;
}

struct stamp_zone *
stamp_zone_new(struct span name)
{
	struct stamp_zone *zone = calloc(1, sizeof(*zone));
	bool ambiguous;

	if (!zone)
		return NULL;
	if (read_offset(name, &zone->offset_s) || stamp_zone_word(name, &zone->offset_s, &ambiguous))
		return zone;
	if (load(name, &zone->tz) < 0)
		stamp_zone_free(&zone);
	return zone;
}

void
stamp_zone_free(struct stamp_zone **zone)
{
	if (!*zone)
		return;
	free((*zone)->tz.change);
	free(*zone);
	*zone = NULL;
}

int
stamp_zone_offset(const struct stamp_zone *zone, int64_t local_s)
{
	return zone->tz.change ? tz_offset_local(&zone->tz, local_s) : zone->offset_s;
}
