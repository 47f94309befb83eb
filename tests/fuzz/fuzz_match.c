/*
 * Lines, most of them samples with some bytes changed, through the profiles: the quick way, the plain way and identification in one go
 * agree, and so do both writers of yang_message.  PROFILES or NETNORM_PROFILES names the set, else it is the shipped one, else that of the tests.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/template.h"
#include "parsers/profile/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct profile_set *set;
static struct profile_scratch *scratch;
static struct arena arena;
static struct json a, b;
static char line[16384];

static const char *
profiles(void)
{
	const char *dir = getenv("PROFILES");

	if (!dir || !*dir)
		dir = getenv("NETNORM_PROFILES");
	if (dir && *dir)
		return dir;
	return access("profiles/ios/init.yaml", R_OK) == 0 ? "profiles" : "tests/parsers/profiles/small";
}

static void
load(void)
{
	const char *dirs[] = { profiles() };
	struct diag *d = diag_new();

	set = profile_load(dirs, 1, d);
	if (!set)
		diag_print(d, stderr, false);
	diag_free(&d);
	scratch = profile_scratch_new();
	if (!set || !scratch || arena_init(&arena, 65536, 1 << 24) || json_init(&a, 4096, 1 << 24) || json_init(&b, 4096, 1 << 24))
		abort();
}

/*
 * The first two bytes choose a sample (0xffff: none, the rest is the line); then each four bytes change it: what, where (two), which byte.
 */
static struct span
make_line(const uint8_t *data, size_t size)
{
	size_t count = profile_sample_count(set), n;
	struct span from;

	if (size < 2 || count == 0 || (data[0] == 0xff && data[1] == 0xff)) {
		n = size < sizeof(line) ? size : sizeof(line);
		memcpy(line, data, n);
		return span_of(line, n);
	}
	from = profile_sample_at(set, (size_t)(data[0] << 8 | data[1]) % count).line;
	n = from.n < sizeof(line) / 2 ? from.n : sizeof(line) / 2;
	memcpy(line, from.p, n);
	for (data += 2, size -= 2; size >= 4 && n > 0; data += 4, size -= 4) {
		size_t at = (size_t)(data[1] << 8 | data[2]) % n, len = (size_t)data[3] % (n - at + 1);

		if (data[0] % 4 == 0) {
			line[at] = (char)data[3];
		} else if (data[0] % 4 == 1) {          /* cut out */
			memmove(line + at, line + at + len, n - at - len);
			n -= len;
		} else if (data[0] % 4 == 2) {          /* twice */
			if (n + len > sizeof(line))
				continue;
			memmove(line + at + len, line + at, n - at);
			n += len;
		} else if (n < sizeof(line)) {          /* put in */
			memmove(line + at + 1, line + at, n - at);
			line[at] = (char)data[3];
			n++;
		}
	}
	return span_of(line, n);
}

static void
expect(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static void
compare(const struct profile_match *x, const struct profile_match *y)
{
	expect(x->os == y->os, "another OS");
	expect(x->message == y->message, "another message");
	expect(x->reason == y->reason, "another reason");
	expect(x->form == y->form, "another form");
	expect(span_eq(x->tag, y->tag) && span_eq(x->text, y->text), "another cut");
}

static void
compare_events(const struct nevent *x, const struct nevent *y)
{
	expect(x->nvalues == y->nvalues && x->ndetails == y->ndetails, "other facts");
	for (size_t i = 0; i < x->nvalues; i++)
		expect(x->values[i].type == y->values[i].type && x->values[i].num == y->values[i].num &&
		    span_eq(x->values[i].text, y->values[i].text), "another value");
	expect(span_eq(x->object, y->object) && x->condition == y->condition, "another object or condition");
	if (!x->napalm)
		return;
	json_reset(&a);
	json_reset(&b);
	expect(template_write(x->napalm, x, &arena, &a) == 0, "what fits cannot be written");
	expect(template_write_reference(x->napalm, x, &arena, &b) == 0, "what fits cannot be written the plain way");
	expect(span_eq(json_text(&a), json_text(&b)), "another yang_message");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct profile_match quick, plain, in_one;
	static struct nevent x, y;
	const struct profile_os *candidates[PROFILE_MAX_OS];
	struct header h;
	struct span text;
	enum utf8_class class;
	size_t n;

	if (!set)
		load();
	arena_reset(&arena);
	text = make_line(data, size);
	class = utf8_classify(text);
	header_parse(text, &h);
	n = profile_identify(set, &h, text, candidates);
	profile_match(set, scratch, &h, class, candidates, n, &quick);
	profile_recognise(set, scratch, &h, text, class, &in_one);
	profile_match_reference(set, scratch, &h, class, candidates, n, &plain);
	compare(&quick, &in_one);
	if (quick.limits_hit || plain.limits_hit)
		return 0;
	compare(&quick, &plain);
	memset(&x, 0, offsetof(struct nevent, details));
	memset(&y, 0, offsetof(struct nevent, details));
	profile_map(&quick, &h, &(struct stamp_setting){ .zone = NULL }, &arena, &x);
	profile_map(&plain, &h, &(struct stamp_setting){ .zone = NULL }, &arena, &y);
	compare_events(&x, &y);
	return 0;
}
