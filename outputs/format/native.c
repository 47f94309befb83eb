/*
 * native: the envelope, key by key in its fixed order.  This is the hot path: keys are literals, and what lies
 * inside a plain line is copied without a look.
 */
#include "base/yang_tree.h"
#include "outputs/format/format.h"
#include "outputs/format/put.h"

static void
put_who(struct json *j, const struct nevent *ev)
{
	PUT_LIT(j, "{\"v\":1,\"id\":");
	put_plain(j, ev->id, NEVENT_ID_LEN);
	PUT_LIT(j, KEY("error"));
	put_span(j, ev, ev->error);
	PUT_LIT(j, KEY("os"));
	put_span(j, ev, ev->os);
	if (ev->device.p) {
		PUT_LIT(j, KEY("device"));
		put_span(j, ev, ev->device);
	}
	PUT_LIT(j, KEY("host"));
	put_span_or_null(j, ev, ev->host);
	if (ev->ip.p) {
		PUT_LIT(j, KEY("ip"));
		put_span(j, ev, ev->ip);
	}
}

static void
put_when(struct json *j, const struct nevent *ev)
{
	struct span clock = nevent_clock_name(ev->clock);

	PUT_LIT(j, KEY("timestamp"));
	put_seconds(j, ev->time_ns);
	PUT_LIT(j, KEY("time"));
	put_time(j, ev->time_ns);
	PUT_LIT(j, KEY("received"));
	put_time(j, ev->received_ns);
	PUT_LIT(j, KEY("clock"));
	put_plain(j, clock.p, clock.n);
	put_guessed(j, ev->guessed);
	if (ev->has_seq) {
		PUT_LIT(j, KEY("seq"));
		put_uint(j, ev->seq);
	}
	if (ev->has_counter) {
		PUT_LIT(j, KEY("counter"));
		put_uint(j, ev->counter);
	}
}

static void
put_what(struct json *j, const struct nevent *ev)
{
	struct span outcome = nevent_outcome_name(ev->outcome);

	PUT_LIT(j, KEY("facility"));
	put_small(j, ev->facility);
	PUT_LIT(j, KEY("severity"));
	put_small(j, ev->severity);
	if (ev->vendor_severity >= 0) {
		PUT_LIT(j, KEY("vendor_severity"));
		put_small(j, ev->vendor_severity);
	}
	PUT_LIT(j, KEY("outcome"));
	put_plain(j, outcome.p, outcome.n);
}

/* What only an event has: RAW and UNKNOWN say nothing about an object. */
static void
put_event(struct json *j, const struct nevent *ev)
{
	if (ev->op == NEVENT_DELETE)
		PUT_LIT(j, KEY("op") "\"delete\"");
	else
		PUT_LIT(j, KEY("op") "\"update\"");
	if (ev->object.n > 0) {
		PUT_LIT(j, KEY("object"));
		put_span(j, ev, ev->object);
	}
	if (ev->condition != NEVENT_CONDITION_NONE) {
		struct span condition = nevent_condition_name(ev->condition);

		PUT_LIT(j, KEY("condition"));
		put_plain(j, condition.p, condition.n);
	}
}

/* The object by napalm-logs' paths, which only an event has. */
static void
put_napalm(struct json *j, const struct nevent *ev, struct arena *arena)
{
	if (ev->outcome != NEVENT_EVENT)
		return;
	if (ev->yang_model.p) {
		PUT_LIT(j, KEY("yang_model"));
		put_span(j, ev, ev->yang_model);
	}
	PUT_LIT(j, KEY("yang_message"));
	put_yang_message(j, ev, arena);
}

/* The object of the models: RAW and UNKNOWN have one, too (a record of /system/messages). */
static void
put_strict(struct json *j, const struct nevent *ev)
{
	if (!ev->strict)
		return;
	PUT_LIT(j, KEY("yang_model"));
	put_plain(j, ev->strict_model.p, ev->strict_model.n);
	PUT_LIT(j, KEY("yang_message"));
	j->comma = false;
	yang_tree_write(ev->strict, ev->strict_present, ev->strict_texts, j);
	j->comma = false;
}

static void
put_line(struct json *j, const struct nevent *ev)
{
	if (ev->has_repeat) {
		PUT_LIT(j, KEY("repeat"));
		put_uint(j, ev->repeat);
	}
	if (ev->truncated)
		PUT_LIT(j, KEY("truncated") "true");
	PUT_LIT(j, KEY("raw"));
	if (ev->raw_class == UTF8_PLAIN)
		put_span(j, ev, ev->raw);
	else
		json_text_as(j, ev->raw, ev->raw_class);
	j->comma = false;
	if (ev->raw_class == UTF8_INVALID) {
		PUT_LIT(j, KEY("raw_base64"));
		json_base64(j, ev->raw);
		j->comma = false;
	}
}

/* What the line does not say: what is known of its device and object, and what it follows. */
static void
put_known(struct json *j, const struct nevent *ev)
{
	if (ev->nenrichment > 0) {
		PUT_LIT(j, KEY("enrichment"));
		put_enrichment(j, ev);
	}
	if (ev->refers_to.n > 0) {
		PUT_LIT(j, KEY("refers_to"));
		put_plain(j, ev->refers_to.p, ev->refers_to.n);
	}
}

/* A follow-up has no line that could say it. */
static void
put_said(struct json *j, const struct nevent *ev, struct arena *arena, bool strict)
{
	if (strict)
		put_strict(j, ev);
	else
		put_napalm(j, ev, arena);
	PUT_LIT(j, KEY("message_details"));
	put_details(j, ev);
	if (ev->outcome == NEVENT_EVENT)
		put_state(j, ev);
	put_line(j, ev);
}

static int
put_envelope(const struct nevent *ev, struct arena *arena, struct json *j, bool strict)
{
	size_t start = j->n;

	j->comma = false;
	put_who(j, ev);
	put_when(j, ev);
	put_what(j, ev);
	if (ev->outcome == NEVENT_EVENT)
		put_event(j, ev);
	if (ev->raw.p)
		put_said(j, ev, arena, strict);
	put_known(j, ev);
	PUT_LIT(j, "}");
	j->comma = true;
	return put_end(j, start);
}

int
format_native(const struct nevent *ev, struct arena *arena, struct json *j)
{
	return put_envelope(ev, arena, j, true);
}

int
format_native_napalm(const struct nevent *ev, struct arena *arena, struct json *j)
{
	return put_envelope(ev, arena, j, false);
}
