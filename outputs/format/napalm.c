/*
 * napalm: the objects that napalm-logs publishes, for consumers written for it: its keys and no others, in its order.
 *
 * RAW and UNKNOWN have no yang_model but a model_name; UNKNOWN's host is the word "unknown", its time the time of arrival, and its
 * details hold the whole datagram.
 */
#include "outputs/format/format.h"
#include "outputs/format/put.h"

static void
put_priority(struct json *j, const struct nevent *ev)
{
	PUT_LIT(j, ",\"facility\":");
	put_small(j, ev->facility);
	PUT_LIT(j, ",\"severity\":");
	put_small(j, ev->severity);
}

static void
put_matched(struct json *j, const struct nevent *ev, struct arena *arena)
{
	PUT_LIT(j, "{\"error\":");
	put_span(j, ev, ev->napalm_error.n > 0 ? ev->napalm_error : ev->error);
	PUT_LIT(j, ",\"host\":");
	put_span_or_null(j, ev, ev->host);
	PUT_LIT(j, ",\"ip\":");
	put_span(j, ev, ev->ip);
	PUT_LIT(j, ",\"timestamp\":");
	put_seconds(j, ev->time_ns);
	PUT_LIT(j, ",\"yang_message\":");
	put_yang_message(j, ev, arena);
	PUT_LIT(j, ",\"message_details\":");
	put_details(j, ev);
	PUT_LIT(j, ",\"yang_model\":");
	put_span(j, ev, ev->yang_model);
	PUT_LIT(j, ",\"os\":");
	put_span(j, ev, ev->os);
	put_priority(j, ev);
	if (ev->has_state) {
		PUT_LIT(j, ",\"state\":");
		put_int(j, ev->state);
		if (ev->state_tag.n > 0) {
			PUT_LIT(j, ",\"state_tag\":");
			put_span(j, ev, ev->state_tag);
		}
	}
}

static void
put_raw(struct json *j, const struct nevent *ev)
{
	PUT_LIT(j, "{\"ip\":");
	put_span(j, ev, ev->ip);
	PUT_LIT(j, ",\"host\":");
	put_span_or_null(j, ev, ev->host);
	PUT_LIT(j, ",\"timestamp\":");
	put_seconds(j, ev->time_ns);
	PUT_LIT(j, ",\"message_details\":");
	put_details(j, ev);
	PUT_LIT(j, ",\"os\":");
	put_span(j, ev, ev->os);
	PUT_LIT(j, ",\"error\":\"RAW\",\"model_name\":\"raw\"");
	put_priority(j, ev);
}

static void
put_unknown(struct json *j, const struct nevent *ev)
{
	PUT_LIT(j, "{\"ip\":");
	put_span(j, ev, ev->ip);
	PUT_LIT(j, ",\"host\":\"unknown\",\"timestamp\":");
	put_seconds(j, ev->received_ns);
	PUT_LIT(j, ",\"message_details\":{\"message\":");
	json_text_as(j, ev->raw, ev->raw_class);
	PUT_LIT(j, "},\"os\":\"unknown\",\"error\":\"UNKNOWN\",\"model_name\":\"unknown\"");
}

int
format_napalm(const struct nevent *ev, struct arena *arena, struct json *j)
{
	size_t start = j->n;

	j->comma = false;
	if (ev->outcome == NEVENT_EVENT)
		put_matched(j, ev, arena);
	else if (ev->outcome == NEVENT_RAW)
		put_raw(j, ev);
	else
		put_unknown(j, ev);
	PUT_LIT(j, "}");
	j->comma = true;
	return put_end(j, start);
}
