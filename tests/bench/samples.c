/*
 * The lines of all samples of the profiles in the folders given, one a line: the mix that the benchmarks measure.  Samples that pin an OS
 * are bodies without a header, and are left out.
 */
#include <stdio.h>

#include "parsers/profile/profile.h"

int
main(int argc, char **argv)
{
	const char *const *dirs = (const char *const *)(argv + 1);
	struct diag *d = diag_new();
	struct profile_set *set = d && argc > 1 ? profile_load(dirs, (size_t)argc - 1, d) : NULL;

	if (!set) {
		fputs("usage: samples DIR...\n", stderr);
		if (d)
			diag_print(d, stderr, false);
		diag_free(&d);
		return 2;
	}
	for (size_t i = 0; i < profile_sample_count(set); i++) {
		struct profile_sample s = profile_sample_at(set, i);

		if (yaml_get(s.node, "os") || s.line.n == 0 || memchr(s.line.p, '\n', s.line.n))
			continue;
		fwrite(s.line.p, 1, s.line.n, stdout);
		putchar('\n');
	}
	profile_free(&set);
	diag_free(&d);
	return fflush(stdout) == 0 ? 0 : 1;
}
