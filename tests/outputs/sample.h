/*
 * What the tests of this room share: an event made by hand, records of it, options from YAML text, waiting.
 */
#ifndef NETNORM_TESTS_OUTPUTS_SAMPLE_H
#define NETNORM_TESTS_OUTPUTS_SAMPLE_H

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/template.h"
#include "outputs/output.h"

#define SAMPLE_KEY(key) { SPAN_LIT(key), SPAN_LIT("\"" key "\":") }

static const struct fact_key sample_keys[] = { SAMPLE_KEY("date"), SAMPLE_KEY("pri"), SAMPLE_KEY("facility"), SAMPLE_KEY("flag") };

#define SAMPLE_LINE "<189>77: edge7: Nov 23 20:01:28.123 UTC: %LINK-3-UPDOWN: Interface Ethernet9/4, changed state to down"

/* A part of the line, so that it borrows from it. */
static inline struct span
sample_part(struct span line, const char *text)
{
	const char *at = memmem(line.p, line.n, text, strlen(text));

	return at ? span_of(at, strlen(text)) : span_str(text);
}

static inline struct nevent
sample_event(void)
{
	struct span line = SPAN_LIT(SAMPLE_LINE);
	struct nevent ev = {
		.outcome = NEVENT_EVENT,
		.error = SPAN_LIT("INTERFACE_DOWN"),
		.os = SPAN_LIT("ios"),
		.device = SPAN_LIT("edge7.example.net"),
		.host = sample_part(line, "edge7"),
		.ip = SPAN_LIT("192.0.2.7"),
		.time_ns = INT64_C(1795464088123000000),
		.received_ns = INT64_C(1795464089000000001),
		.clock = NEVENT_CLOCK_SYNCED,
		.has_counter = true,
		.counter = 77,
		.facility = 23,
		.severity = 5,
		.vendor_severity = 3,
		.tag = sample_part(line, "LINK-3-UPDOWN"),
		.object = sample_part(line, "Ethernet9/4"),
		.condition = NEVENT_DOWN,
		.yang_model = SPAN_LIT("openconfig-interfaces"),
		.ndetails = 2,
		.raw = line,
		.raw_class = UTF8_PLAIN,
	};

	memcpy(ev.id, "0123456789abcdef0123456789abcdef", NEVENT_ID_LEN);
	ev.details[0] = (struct fact){ .key = &sample_keys[0], .type = FACT_TEXT, .text = sample_part(line, "Nov 23") };
	ev.details[1] = (struct fact){ .key = &sample_keys[1], .type = FACT_TEXT, .text = sample_part(line, "189") };
	return ev;
}

static inline void
sample_outcome(struct nevent *ev, enum nevent_outcome outcome)
{
	static const struct span errors[] = { SPAN_LIT("INTERFACE_DOWN"), SPAN_LIT("RAW"), SPAN_LIT("UNKNOWN") };

	ev->outcome = outcome;
	ev->error = errors[outcome];
	if (outcome == NEVENT_UNKNOWN)
		ev->os = SPAN_LIT("unknown");
}

/* A record of the event in one format, with the serial number as its id. */
static inline struct record *
sample_sealed(struct nevent *ev, unsigned serial, enum format_id format)
{
	struct arena arena;
	struct json json;
	struct record *r;
	char id[NEVENT_ID_LEN + 1];

	if (arena_init(&arena, 4096, 1 << 20) == -1 || json_init(&json, 4096, 1 << 20) == -1)
		return NULL;
	snprintf(id, sizeof(id), "%032u", serial);
	memcpy(ev->id, id, NEVENT_ID_LEN);
	r = record_seal(ev, 1u << format, NULL, &arena, &json);
	arena_fini(&arena);
	json_fini(&json);
	return r;
}

/* A record with the serial number as its id and the line number as part of its text. */
static inline struct record *
sample_record(unsigned serial, int severity, const char *device, const char *os)
{
	struct nevent ev = sample_event();

	ev.severity = severity;
	ev.device = span_str(device);
	ev.os = span_str(os);
	return sample_sealed(&ev, serial, FORMAT_NATIVE);
}

/* The serial number of a record, or of a rendered native line. */
static inline unsigned
sample_serial(struct span line)
{
	const char *id = memmem(line.p, line.n, "\"id\":\"", 6);
	unsigned serial = 0;

	for (int i = 0; id && i < NEVENT_ID_LEN; i++)
		serial = serial * 10 + (unsigned)(id[6 + i] - '0');
	return serial;
}

static inline void
sample_sleep_ms(int ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L }, NULL);
}

static inline int64_t
sample_in_ms(int64_t ms)
{
	return clock_monotonic_ns() + ms * 1000000;
}

/* Waits up to `ms` until the condition holds. */
#define SAMPLE_WAIT(ms, condition)                                                      \
	do {                                                                            \
		int64_t sample_end = sample_in_ms(ms);                                  \
		while (!(condition) && clock_monotonic_ns() < sample_end)               \
			sample_sleep_ms(2);                                             \
	} while (0)

static inline struct output_stats
sample_stats(const struct output *o)
{
	struct output_stats s;

	output_stats(o, &s);
	return s;
}

static inline uint64_t
sample_dropped(const struct output_stats *s)
{
	uint64_t n = 0;

	for (int reason = 0; reason < OUTPUT_DROPS; reason++)
		for (int level = 0; level < 8; level++)
			n += s->dropped[reason][level];
	return n;
}

/* What the ledger lacks: 0, or something is wrong. */
static inline int64_t
sample_imbalance(const struct output_stats *s)
{
	return (int64_t)(s->offered - (s->filtered + s->suppressed + sample_dropped(s) + s->delivered + s->sent + s->dead_lettered + s->queued));
}

/* `outputs:` from YAML text; the doc is the caller's.  -1 with the faults printed where print is set. */
static inline int
sample_configs(const char *yaml, struct yaml_doc **doc, struct output_configs *configs)
{
	struct diag *diag = diag_new();
	int status = -1;

	*doc = yaml_load_text("test.yaml", span_str(yaml), diag);
	if (*doc)
		status = output_configs_read(configs, *doc, (*doc)->root, diag);
	if (status == -1)
		diag_print(diag, stderr, false);
	diag_free(&diag);
	return status;
}

/* Serial numbers from `first` on, round about over ten devices. */
static inline void
sample_offer(struct output *o, unsigned first, unsigned n)
{
	for (unsigned i = first; i < first + n; i++) {
		char device[16];
		struct record *r;

		snprintf(device, sizeof(device), "edge%u", i % 10);
		r = sample_record(i, 3, device, "ios");
		output_offer(o, 0, r);
		record_unref(&r);
	}
	output_wake(o);
}

/* One that has but its line, as where another output's format is raw. */
static inline void
sample_offer_raw(struct output *o, unsigned serial, const char *line)
{
	struct nevent ev = sample_event();
	struct record *r;

	ev.raw = span_str(line);
	r = sample_sealed(&ev, serial, FORMAT_RAW);
	output_offer(o, 0, r);
	record_unref(&r);
	output_wake(o);
}

#endif
