/*
 * The whole pipeline, from bytes to JSON: whatever the bytes are, the object is valid, holds the line, and comes out the same again.
 *
 * The first byte chooses: whether the line comes cut, from an address, with an OS pinned, and whether the line before it is a repeat's.
 */
#include <stdlib.h>

#include <jansson.h>

#include "base/clock.h"
#include "collector/pipeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_NS INT64_C(1781524800000000000)     /* 2026-06-15T12:00:00Z */

static struct pipeline pipeline;
static struct snapshot snapshot;

static void
set_up(void)
{
	const char *dirs[] = { "profiles" };
	struct diag *d = diag_new();

	json_object_seed(1);
	clock_fix(NOW_NS);
	snapshot.refs = 1;
	snapshot.profiles = profile_load(dirs, 1, d);
	snapshot.inventory = inventory_load(NULL, d);
	if (!snapshot.profiles || !snapshot.inventory || pipeline_init(&pipeline, 0) == -1) {
		diag_print(d, stderr, false);
		abort();
	}
	diag_free(&d);
	snapshot.wants_strict = true;
	pipeline.snapshot = &snapshot;
}

static struct source
source_of(unsigned choice)
{
	struct source s = { .flow = choice };

	if (choice & 1) {
		s.has_address = true;
		s.ip = SPAN_LIT("192.0.2.1");
	}
	return s;
}

static void
expect(bool good)
{
	if (!good)
		abort();
}

/* NULL only for a key with a NUL byte in it: valid, but jansson does not take it. */
static json_t *
read_object(struct span text)
{
	json_error_t error;
	json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

	expect(json_is_object(root) || (!root && json_error_code(&error) == json_error_null_byte_in_key));
	return root;
}

/* What every envelope has, whatever the line was. */
static void
check_native(struct span text, struct span line, bool truncated)
{
	json_t *root = read_object(text);
	static const char *const keys[] = { "v", "id", "error", "device", "host", "timestamp", "time", "received", "clock", "facility", "severity",
		"outcome", "yang_model", "yang_message", "message_details", "raw" };

	if (!root)
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		expect(json_object_get(root, keys[i]) != NULL);
	expect(json_is_true(json_object_get(root, "truncated")) == truncated);
	if (utf8_classify(line) != UTF8_INVALID) {
		const json_t *raw = json_object_get(root, "raw");

		expect(json_string_length(raw) == line.n && (line.n == 0 || memcmp(json_string_value(raw), line.p, line.n) == 0));
	} else {
		expect(json_is_string(json_object_get(root, "raw_base64")));
	}
	json_decref(root);
}

/* What each document in the Elastic Common Schema has, whatever the line was. */
static void
check_ecs(struct span text)
{
	static const char *const objects[] = { "ecs", "event", "log", "host", "observer", "related", "netnorm" };
	json_t *root = read_object(text);

	expect(root != NULL);
	expect(json_is_string(json_object_get(root, "@timestamp")) && json_is_string(json_object_get(root, "message")));
	for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++)
		expect(json_is_object(json_object_get(root, objects[i])));
	expect(json_is_string(json_object_get(json_object_get(root, "event"), "original")));
	expect(!memchr(text.p, '\n', text.n));
	json_decref(root);
}

/* Gives a malloc'd copy of what was written. */
static struct span
understand(const struct message *m, unsigned format)
{
	struct nevent ev;
	struct span text;
	char *copy;

	json_reset(&pipeline.json);
	pipeline.serial = 0;
	pipeline_understand(&pipeline, m, &ev);
	expect(format_table[format].write(&ev, &pipeline.arena, &pipeline.json) == 0);
	text = json_text(&pipeline.json);
	copy = malloc(text.n + 1);
	expect(copy != NULL);
	memcpy(copy, text.p, text.n);
	return span_of(copy, text.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char before[] = "<189>41: r1: *Mar  1 00:01:02.345: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to down";
	unsigned choice = size > 0 ? data[0] : 0;
	struct source source = source_of(choice);
	struct message m = { .source = &source, .received_ns = NOW_NS, .truncated = choice & 2 };
	struct span native, again, napalm, ecs, raw;

	if (!snapshot.profiles)
		set_up();
	pipeline.pinned_os = choice & 4 ? choice & 16 ? SPAN_LIT("junos") : SPAN_LIT("ios") : SPAN_NONE;
	m.line = choice & 8 ? span_str(before) : SPAN_LIT("nothing to repeat");
	free((void *)(uintptr_t)understand(&m, FORMAT_NATIVE).p);
	m.line = size > 0 ? span_of((const char *)data + 1, size - 1) : SPAN_LIT("");
	native = understand(&m, FORMAT_NATIVE);
	check_native(native, m.line, m.truncated);
	napalm = understand(&m, FORMAT_NAPALM);
	json_decref(read_object(napalm));
	ecs = understand(&m, FORMAT_ECS);
	check_ecs(ecs);
	raw = understand(&m, FORMAT_RAW);
	expect(span_eq(raw, m.line));
	again = understand(&m, FORMAT_NATIVE);
	/* A line that was itself kept for a repeat changes nothing for itself. */
	expect(span_eq(native, again));
	free((void *)(uintptr_t)native.p);
	free((void *)(uintptr_t)napalm.p);
	free((void *)(uintptr_t)again.p);
	free((void *)(uintptr_t)ecs.p);
	free((void *)(uintptr_t)raw.p);
	return 0;
}
