/*
 * Any bytes as a profile: init.yaml, then, behind a line of "====", a file of messages.  It loads or it is refused with faults; what loads
 * matches a line both ways.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parsers/profile/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[64], folder[80], init[100], messages[100];

static void
remove_folder(void)
{
	unlink(init);
	unlink(messages);
	rmdir(folder);
	rmdir(dir);
}

static void
make_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, sizeof(dir), "%s/fuzz-profile-XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	if (!mkdtemp(dir))
		abort();
	snprintf(folder, sizeof(folder), "%s/os", dir);
	snprintf(init, sizeof(init), "%s/init.yaml", folder);
	snprintf(messages, sizeof(messages), "%s/messages.yaml", folder);
	if (mkdir(folder, 0700) == -1)
		abort();
	atexit(remove_folder);
}

static void
write_file(const char *path, struct span text)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0)
		abort();
}

static void
use(const struct profile_set *set)
{
	static const struct span line = SPAN_LIT("<189>7: r1: Mar  1 00:01:02.345: %A-1-B: up down a b 1");
	static struct profile_match quick, plain;
	static struct nevent ev;
	struct profile_scratch *scratch = profile_scratch_new();
	const struct profile_os *os = profile_os_at(set, 0);
	struct header h;
	struct arena arena;

	if (!scratch || arena_init(&arena, 4096, 1 << 20) == -1)
		abort();
	header_parse(line, &h);
	profile_match(set, scratch, &h, UTF8_ASCII, &os, 1, &quick);
	profile_match_reference(set, scratch, &h, UTF8_ASCII, &os, 1, &plain);
	if (!quick.limits_hit && !plain.limits_hit && quick.message != plain.message)
		abort();
	memset(&ev, 0, offsetof(struct nevent, details));
	profile_map(&quick, &h, &(struct stamp_setting){ .zone = NULL }, &arena, &ev);
	arena_fini(&arena);
	profile_scratch_free(&scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = span_of((const char *)data, size);
	const char *mark = size ? memmem(data, size, "\n====\n", 6) : NULL, *dirs[] = { dir };
	struct diag *d = diag_new();
	struct profile_set *set;

	if (!d || size > 20000) {
		diag_free(&d);
		return 0;
	}
	if (!dir[0])
		make_folder();
	write_file(init, mark ? span_between(all.p, mark) : SPAN_LIT("signatures: [{triplet: true}]"));
	write_file(messages, mark ? span_between(mark + 6, all.p + all.n) : span_of(all.p ? all.p : "", all.n));
	set = profile_load(dirs, 1, d);
	if (!set && diag_errors(d) == 0)
		abort();
	if (set)
		use(set);
	profile_free(&set);
	diag_free(&d);
	return 0;
}
