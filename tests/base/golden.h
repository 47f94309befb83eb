/*
 * golden: what a test prints held against a file beside it.  GOLDEN=1 writes the file anew: read the diff.
 */
#ifndef NETNORM_TESTS_BASE_GOLDEN_H
#define NETNORM_TESTS_BASE_GOLDEN_H

#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"

static inline char *
golden_read(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 65536);

	if (f) {
		(void)!fread(text, 1, 65535, f);
		fclose(f);
	}
	return text;
}

/* `path` is x.yaml: what the diag prints must be what stands in x.expected. */
static inline void
golden_diag(const char *path, const struct diag *d)
{
	char *got = NULL, *want, expected[300];
	size_t n = 0;
	FILE *f = open_memstream(&got, &n);

	diag_print(d, f, false);
	fclose(f);
	snprintf(expected, sizeof(expected), "%.*s.expected", (int)strlen(path) - 5, path);
	if (getenv("GOLDEN") && *getenv("GOLDEN")) {
		f = fopen(expected, "w");
		cr_assert_not_null(f);
		fputs(got, f);
		fclose(f);
	}
	want = golden_read(expected);
	cr_expect_str_eq(got, want, "%s\ngot:\n%s\nwant:\n%s", path, got, want);
	free(want);
	free(got);
}

/* Call check() with each file that fits the pattern; there must be some. */
static inline void
golden_each(const char *pattern, void (*check)(const char *path))
{
	glob_t found;

	cr_assert_eq(glob(pattern, 0, NULL, &found), 0, "no %s: tests run from the top of the tree", pattern);
	for (size_t i = 0; i < found.gl_pathc; i++)
		check(found.gl_pathv[i]);
	globfree(&found);
}

#endif
