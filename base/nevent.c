/*
 * The words of the envelope.
 */
#include "base/nevent.h"

struct span
nevent_outcome_name(enum nevent_outcome o)
{
	static const struct span names[] = {
		[NEVENT_EVENT] = SPAN_LIT("event"), [NEVENT_RAW] = SPAN_LIT("raw"), [NEVENT_UNKNOWN] = SPAN_LIT("unknown"),
	};

	return names[o];
}

struct span
nevent_reason_name(enum nevent_reason r)
{
	static const struct span names[NEVENT_REASONS] = {
		[NEVENT_REASON_NONE] = SPAN_LIT("none"), [NEVENT_NO_OS] = SPAN_LIT("no_os"), [NEVENT_EMPTY] = SPAN_LIT("empty"),
		[NEVENT_NO_TAG] = SPAN_LIT("no_tag"), [NEVENT_NO_MATCH] = SPAN_LIT("no_match"),
		[NEVENT_MATCH_LIMIT] = SPAN_LIT("match_limit"), [NEVENT_MAPPING] = SPAN_LIT("mapping"),
		[NEVENT_REPEAT] = SPAN_LIT("repeat"),
	};

	return names[r];
}

struct span
nevent_clock_name(enum nevent_clock c)
{
	static const struct span names[] = {
		[NEVENT_CLOCK_RECEIVED] = SPAN_LIT("received"), [NEVENT_CLOCK_UNMARKED] = SPAN_LIT("unmarked"),
		[NEVENT_CLOCK_SYNCED] = SPAN_LIT("synced"), [NEVENT_CLOCK_UNSYNCED] = SPAN_LIT("unsynced"),
		[NEVENT_CLOCK_LOST] = SPAN_LIT("lost"), [NEVENT_CLOCK_UPTIME] = SPAN_LIT("uptime"),
	};

	return names[c];
}

struct span
nevent_condition_name(enum nevent_condition c)
{
	static const struct span names[] = {
		[NEVENT_CONDITION_NONE] = { NULL, 0 }, [NEVENT_UP] = SPAN_LIT("up"), [NEVENT_DOWN] = SPAN_LIT("down"),
		[NEVENT_OTHER] = SPAN_LIT("other"),
	};

	return names[c];
}

int
nevent_level(const struct nevent *ev)
{
	return ev->severity >= 0 ? ev->severity : ev->vendor_severity >= 0 ? ev->vendor_severity : 6;
}
