/*
 * Any bytes as a profile: init.yaml, then, behind lines of "====", a file of messages and one of kinds.  It loads or it is refused with faults; what
 * loads matches a line both ways, and its object can be written.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/json.h"
#include "base/yang_tree.h"
#include "parsers/profile/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TABLE "tests/parsers/profiles/strict/yang/table.txt"

static char dir[64], folder[80], init[100], messages[100], kinds_folder[80], kinds[100];

static void
remove_folder(void)
{
	unlink(init);
	unlink(messages);
	unlink(kinds);
	rmdir(kinds_folder);
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
	snprintf(kinds_folder, sizeof(kinds_folder), "%s/kinds", dir);
	snprintf(kinds, sizeof(kinds), "%s/kinds.yaml", kinds_folder);
	if (mkdir(folder, 0700) == -1 || mkdir(kinds_folder, 0700) == -1)
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

static struct nevent ev;

static void
use_object(const struct profile_set *set, const struct profile_match *m, const struct header *h, struct arena *arena)
{
	struct json out;
	json_t *object;

	profile_strict(set, m, h, arena, &ev);
	if (!ev.strict)
		return;
	if (json_init(&out, 1024, 1 << 20) == -1)
		abort();
	yang_tree_write(ev.strict, ev.strict_present, ev.strict_texts, &out);
	object = json_loadb(json_text(&out).p, json_text(&out).n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	if (!json_is_object(object))
		abort();
	json_decref(object);
	json_fini(&out);
}

static void
use(const struct profile_set *set)
{
	static const struct span line = SPAN_LIT("<189>7: r1: Mar  1 00:01:02.345: %A-1-B: up down a b 1");
	static struct profile_match quick, plain;
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
	use_object(set, &quick, &h, &arena);
	arena_fini(&arena);
	profile_scratch_free(&scratch);
}

/* At lines of "====". */
static size_t
cut(struct span rest, struct span parts[3])
{
	static const struct span mark = SPAN_LIT("\n====\n");
	size_t n = 0;

	while (n < 3) {
		const char *end = n < 2 && rest.n ? memmem(rest.p, rest.n, mark.p, mark.n) : NULL;

		parts[n] = end ? span_between(rest.p, end) : rest;
		if (!end)
			return n + 1;
		rest = span_skip(rest, parts[n++].n + mark.n);
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_of(size ? (const char *)data : "", size), parts[3] = { SPAN_LIT(""), SPAN_LIT(""), SPAN_LIT("") };
	const char *dirs[] = { dir };
	struct profile_sources from = { .dirs = dirs, .ndirs = 1, .table = TABLE };
	size_t n = cut(rest, parts);
	struct diag *d = diag_new();
	struct profile_set *set;

	if (!d || size > 20000) {
		diag_free(&d);
		return 0;
	}
	if (!dir[0])
		make_folder();
	write_file(init, n > 1 ? parts[0] : SPAN_LIT("signatures: [{triplet: true}]"));
	write_file(messages, parts[n > 1]);
	write_file(kinds, parts[2]);
	set = profile_load_from(&from, d);
	if (!set && diag_errors(d) == 0)
		abort();
	if (set)
		use(set);
	profile_free(&set);
	diag_free(&d);
	return 0;
}
