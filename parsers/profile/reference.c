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

static bool
has_tag(const struct profile_message *message, struct span tag)
{
	for (size_t i = 0; i < message->ntags && !message->match_on.p; i++)
		if (span_eq(message->tags[i], tag))
			return true;
	return false;
}

/* The tag with its first severity under which there is a message, into `tag`; false if there is none, or another severity has other messages. */
static bool
other_severity(const struct profile_os *os, char *tag, struct span loose)
{
	size_t at = (size_t)((const char *)memchr(loose.p, '*', loose.n) - loose.p);
	char first = 0;

	for (char digit = '0'; digit <= '7'; digit++) {
		for (size_t i = 0; i < os->nmessages; i++) {
			bool has;

			tag[at] = digit;
			has = has_tag(os->messages[i], loose);
			if (has && !tag_may_loosen(os->messages[i]))
				return false;
			if (has && !first)
				first = digit;
		}
	}
	for (char digit = '0'; first && digit <= '7'; digit++) {
		size_t same = 0, there = 0;

		for (size_t i = 0; i < os->nmessages; i++) {
			bool has, wanted;

			tag[at] = first;
			wanted = has_tag(os->messages[i], loose);
			tag[at] = digit;
			has = has_tag(os->messages[i], loose);
			there += has;
			same += has == wanted;
		}
		if (there > 0 && same < os->nmessages)
			return false;
	}
	tag[at] = first;
	return first != 0;
}

static bool
try_loose(const struct profile_os *os, struct regex_scratch *scratch, const struct form_line *line, struct profile_match *m)
{
	char room[TAG_REDUCED_BYTES], reduced[TAG_REDUCED_BYTES];
	struct span tags[2] = { m->tag, tag_reduce(os, line->header, m->tag, reduced) };

	for (size_t t = 0; t < 2 && !os->napalm; t++) {
		struct span loose = tag_loosen(tags[t], room);

		if (!loose.p || memchr(tags[t].p, '*', tags[t].n) || !other_severity(os, room, loose))
			continue;
		for (size_t i = 0; i < os->nmessages; i++)
			if (has_tag(os->messages[i], loose) && try_message(os->messages[i], scratch, line->utf, m))
				return true;
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
	if (reason == NEVENT_NO_TAG && try_loose(first, scratch->bounded, &line, m))
		m->reason = NEVENT_REASON_NONE;
}
