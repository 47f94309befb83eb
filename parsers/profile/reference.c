/*
 * The plain way: each message of each OS in order, its tags compared one by one, its pattern from the first byte on.  No hash, no
 * literals; each pattern has the whole budget of a line.
 */
#include "parsers/profile/match.h"
#include "parsers/profile/tag.h"

static bool
try_message(const struct profile_message *message, struct regex_scratch *scratch, bool utf, struct profile_match *m)
{
	struct span text = match_bounded(m->text, utf);
	struct regex_subject subject = { .text = text, .start_limit = match_start_limit(message, text), .utf = utf };
	enum regex_outcome outcome;

	regex_line_begin(scratch);
	outcome = regex_match(message->regex, scratch, &subject, m->groups, REGEX_MAX_GROUPS);

	m->tried++;
	if (outcome == REGEX_LIMIT)
		match_limited(m, message->regex, message->doc, message->node);
	if (outcome == REGEX_MATCH)
		m->message = message;
	return outcome == REGEX_MATCH;
}

static bool
try_os(const struct profile_os *os, struct regex_scratch *scratch, const struct form_line *line, struct profile_match *m)
{
	char room[TAG_REDUCED_BYTES];
	struct span tags[2] = { m->tag, tag_reduce(os, line->header, m->tag, room) };

	m->reason = NEVENT_NO_TAG;
	for (size_t t = 0; t < 2; t++) {
		for (size_t i = 0; i < os->nmessages; i++) {
			const struct profile_message *message = os->messages[i];

			if (t == 1 && (message->match_on.p || !tags[1].p))
				continue;
			if (!match_wants(message, m, line->header, tags[t]))
				continue;
			m->reason = NEVENT_NO_MATCH;
			if (try_message(message, scratch, line->utf, m))
				return true;
		}
	}
	return false;
}

/* More than five parameters, because it is one question of the pipeline and a struct for it would be made for this call alone. */
void
profile_match_reference(const struct profile_set *set, struct profile_scratch *scratch, const struct header *h, enum utf8_class line_class,
    const struct profile_os *const *candidates, size_t n, struct profile_match *m)
{
	struct form_line line = match_line(h, line_class == UTF8_VALID);
	const struct profile_os *first = NULL;
	enum nevent_reason reason = NEVENT_NO_OS;

	(void)set;
	line.plain = true;
	match_begin(m);
	for (size_t i = 0; i < n; i++) {
		if (!form_cut(candidates[i], scratch->bounded, &line, m))
			continue;
		if (try_os(candidates[i], scratch->bounded, &line, m)) {
			m->os = candidates[i];
			m->reason = NEVENT_REASON_NONE;
			return;
		}
		if (!first) {
			first = candidates[i];
			reason = m->reason;
		}
	}
	m->reason = reason;
	match_none(first, scratch->bounded, &line, m);
}
