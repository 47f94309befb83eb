/*
 * What the tests of rotation share: a file output in a folder of its own, and whether all that it wrote is in its files, in order.
 */
#ifndef NETNORM_TESTS_OUTPUTS_ROTATED_H
#define NETNORM_TESTS_OUTPUTS_ROTATED_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "tests/outputs/sample.h"

static char folder[] = "/tmp/netnorm-rotate-XXXXXX";
static char path[400];

static inline void
rotated_setup(void)
{
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/out.jsonl", folder);
}

static inline void
rotated_teardown(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	cr_assert_eq(system(command), 0);
}

/* ---- outputs ---- */

static inline void
configure(const char *more, struct yaml_doc **doc, struct output_configs *configs)
{
	char yaml[800];

	snprintf(yaml, sizeof(yaml), "- {name: out, kind: file, path: %s%s}", path, more);
	cr_assert_eq(sample_configs(yaml, doc, configs), 0);
}

static inline struct output *
open_file(const char *more)
{
	struct output_configs configs;
	struct yaml_doc *doc;
	struct output *o;

	configure(more, &doc, &configs);
	o = output_open(configs.items[0], 1, true, NULL);
	output_configs_fini(&configs);
	yaml_doc_free(&doc);
	return o;
}

static inline void
offer(struct output *o, unsigned first, unsigned n)
{
	for (unsigned i = first; i < first + n; i++) {
		struct record *r = sample_record(i, 3, "edge7", "ios");

		output_offer(o, 0, r);
		record_unref(&r);
	}
	output_wake(o);
}

static inline void
deliver(struct output *o, unsigned first, unsigned n)
{
	uint64_t before = sample_stats(o).sent;

	offer(o, first, n);
	SAMPLE_WAIT(20000, sample_stats(o).sent == before + n);
	cr_assert_eq(sample_stats(o).sent, before + n);
}

struct wanted {
	const char *name;
	uint64_t value;
};

static inline void
find_counter(void *arg, const char *name, const char *help, uint64_t value)
{
	struct wanted *w = arg;

	(void)help;
	if (strcmp(name, w->name) == 0)
		w->value = value;
}

static inline uint64_t
counter(struct output *o, const char *name)
{
	struct wanted w = { name, 0 };

	output_stats_own(o, find_counter, &w);
	return w.value;
}

static inline void
finish(struct output *o)
{
	cr_expect_eq(output_close(&o, sample_in_ms(5000)), 0);
}

/* ---- files ---- */

/* The names in the folder, sorted. */
static inline int
names(struct dirent ***all)
{
	return scandir(folder, all, NULL, alphasort);
}

static inline unsigned
count(const char *part)
{
	struct dirent **all;
	int n = names(&all);
	unsigned found = 0;

	for (int i = 0; i < n; i++) {
		found += strstr(all[i]->d_name, part) != NULL;
		free(all[i]);
	}
	free(all);
	return found;
}

static inline bool
ends_in(const char *name, const char *end)
{
	return strlen(name) > strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0;
}

static inline size_t
read_zstd(const char *name, char *out, size_t room)
{
	static char packed[4 << 20];
	int fd = open(name, O_RDONLY);
	ssize_t n = read(fd, packed, sizeof(packed));
	ZSTD_DCtx *d = ZSTD_createDCtx();
	ZSTD_inBuffer in = { packed, (size_t)n, 0 };
	ZSTD_outBuffer to = { out, room, 0 };
	size_t left = ZSTD_decompressStream(d, &to, &in);

	close(fd);
	cr_assert_eq(left, 0, "%s is no whole zstd file", name);
	ZSTD_freeDCtx(d);
	return to.pos;
}

/* Of a file, compressed or not (zlib reads a plain one as it is). */
static inline size_t
read_file(const char *name, char *out, size_t room)
{
	size_t n = 0;
	gzFile f;
	int got, error;

	if (ends_in(name, ".zst"))
		return read_zstd(name, out, room);
	f = gzopen(name, "rb");
	cr_assert_not_null(f);
	while ((got = gzread(f, out + n, (unsigned)(room - n))) > 0)
		n += (size_t)got;
	gzerror(f, &error);
	cr_assert(got == 0 && error == Z_OK, "%s is not whole", name);
	gzclose(f);
	return n;
}

/* The serial numbers go on in the file; gives the next one.  `torn`: the last line may be cut. */
static inline unsigned
expect_part(const char *name, unsigned next, bool torn)
{
	static char text[8 << 20];
	size_t n = read_file(name, text, sizeof(text));

	for (const char *p = text, *end; p < text + n; p = end + 1, next++) {
		end = memchr(p, '\n', (size_t)(text + n - p));
		if (!end && torn)
			return next;
		cr_assert_not_null(end, "%s: half a line at the end", name);
		cr_assert(p[0] == '{' && end[-1] == '}', "%s: half a line", name);
		cr_assert_eq(sample_serial(span_between(p, end)), next, "%s: %u in the place of %u", name, sample_serial(span_between(p, end)), next);
	}
	return next;
}

/* All files by name, then the one that is written: `first` and what follows, nothing twice.  Gives how far that goes. */
static inline unsigned
expect_all(unsigned first, bool torn)
{
	struct dirent **all;
	int n = names(&all);
	char name[800], before[800] = "";
	unsigned next = first;

	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s/%s", folder, all[i]->d_name);
		/* A compressed file beside the one it was made of: a kill in between. */
		if (all[i]->d_name[0] != '.' && strncmp(name, path, strlen(path)) == 0 && name[strlen(path)] == '.' && !ends_in(name, ".tmp") &&
		    !ends_in(name, ".new") && (*before == '\0' || strncmp(name, before, strlen(before)) != 0)) {
			next = expect_part(name, next, false);
			strcpy(before, name);
		}
		free(all[i]);
	}
	free(all);
	return access(path, F_OK) == 0 ? expect_part(path, next, torn) : next;
}

#endif
