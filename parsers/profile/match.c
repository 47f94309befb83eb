/*
 * The quick way: messages by the hash of the tag, sieved by a literal that they require, then their patterns.
 * reference.c says the same without any of that.
 */
#include "parsers/profile/match.h"

#include <stdlib.h>

#include "parsers/profile/details.h"
#include "parsers/profile/gram.h"
#include "parsers/profile/signature.h"
#include "parsers/profile/tag.h"

#define MATCH_JIT_STACK ((size_t)512 << 10)
#define MATCH_LIMITS 2          /* patterns that may hit the match limit on one line */

struct search {
	struct regex_scratch *scratch;
	const struct header *header;
	bool utf;
	struct span subject;
	struct profile_match *m;
};

struct profile_scratch *
profile_scratch_new(void)
{
	struct profile_scratch *s = calloc(1, sizeof(*s));

	if (s && !(s->bounded = regex_scratch_new(MATCH_JIT_STACK)))
		profile_scratch_free(&s);
	return s;
}

void
profile_scratch_wary(struct profile_scratch *s)
{
	regex_scratch_wary(s->bounded);
}

void
profile_scratch_free(struct profile_scratch **sp)
{
	if (!*sp)
		return;
	regex_scratch_free(&(*sp)->bounded);
	free(*sp);
	*sp = NULL;
}

/* Where white space of more than PROFILE_BLANKS bytes begins, or the end. */
static size_t
before_long_blanks(struct span s)
{
	/* Every PROFILE_BLANKS-th byte of a longer run is white space: the others need no look. */
	for (size_t i = PROFILE_BLANKS; i < s.n; i += PROFILE_BLANKS) {
		if (!span_is_space(s.p[i]))
			continue;
		size_t from = i, to = i;

		while (from > 0 && span_is_space(s.p[from - 1]))
			from--;
		while (to < s.n && span_is_space(s.p[to]))
			to++;
		if (to - from > PROFILE_BLANKS)
			return from;
	}
	return s.n;
}

struct span
match_bounded(struct span s, bool utf)
{
	if (s.n > PROFILE_BODY_BYTES) {
		s.n = PROFILE_BODY_BYTES;
		while (utf && s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
			s.n--;
	}
	if (s.n > PROFILE_BLANKS)
		s.n = before_long_blanks(s);
	return s;
}

size_t
match_start_limit(const struct profile_message *message, struct span subject)
{
	const char *first = NULL;

	if (message->anywhere)
		return SIZE_MAX;
	if (message->text_first)
		first = memmem(subject.p, subject.n, message->literals[0].p, message->literals[0].n);
	/* Not each place where the literal stands: a line of nothing but beginnings would be tried at all of them. */
	return (first ? (size_t)(first - subject.p) : 0) + PROFILE_START_BYTES - 1;
}

static bool
has_tag(const struct profile_message *message, struct span tag)
{
	for (size_t i = 0; i < message->ntags; i++)
		if (span_eq(message->tags[i], tag))
			return true;
	return false;
}

bool
match_wants(const struct profile_message *message, const struct profile_match *m, const struct header *h, struct span tag)
{
	const struct model_form *form = m->form;
	const struct model_detail *detail;

	if (!message->match_on.p)
		return tag.p && has_tag(message, tag);
	detail = details_find(form ? &form->details : &message->os->details, message->match_on);
	tag = detail ? details_text(detail, m, h) : SPAN_NONE;
	return tag.p && has_tag(message, tag);
}

/* Where the pattern may start first, by the literals that must occur; -1 if it cannot match. */
static ptrdiff_t
sieve(const struct profile_message *message, struct span subject)
{
	const char *first = subject.p;

	if (message->leading) {
		first = find_in(subject, &message->lead);
		if (!first)
			return -1;
	}
	if (message->sieve.literal.n && !find_in(span_between(first, subject.p + subject.n), &message->sieve))
		return -1;
	return first - subject.p;
}

static bool
try_message(struct search *s, const struct profile_message *message)
{
	ptrdiff_t start = sieve(message, s->subject);
	struct regex_subject subject = { .text = s->subject, .utf = s->utf };
	enum regex_outcome outcome;

	if (start < 0)
		return false;
	subject.start = (size_t)start;
	if (message->anywhere)
		subject.start_limit = SIZE_MAX;
	else
		subject.start_limit = (message->text_first ? (size_t)start : 0) + PROFILE_START_BYTES - 1;
	outcome = regex_match(message->regex, s->scratch, &subject, s->m->groups, REGEX_MAX_GROUPS);
	s->m->tried++;
	if (outcome == REGEX_LIMIT)
		match_limited(s->m, message->regex, message->doc, message->node);
	if (outcome == REGEX_MATCH)
		s->m->message = message;
	return outcome == REGEX_MATCH;
}

/* The messages under the tag and those that go by another detail, in the order of the profile. */
static bool
try_tag(struct search *s, const struct profile_os *os, struct span tag, struct tag_messages found, bool others)
{
	size_t i = 0, k = others ? 0 : os->nuntagged;
	struct gram_set left;

	s->m->reason = found.n || s->m->reason == NEVENT_NO_MATCH ? NEVENT_NO_MATCH : NEVENT_NO_TAG;
	if (found.grams)
		gram_find(found.grams, s->subject, &left);
	for (;;) {
		if (found.grams)
			i = gram_next(&left, i, found.n);
		if (i == found.n && k == os->nuntagged)
			return false;
		const struct profile_message *message;

		if (k == os->nuntagged || (i < found.n && found.items[i]->order < os->untagged[k]->order)) {
			message = found.items[i++];
		} else {
			message = os->untagged[k++];
			if (!match_wants(message, s->m, s->header, tag))
				continue;
			s->m->reason = NEVENT_NO_MATCH;
		}
		if (try_message(s, message))
			return true;
		if (s->m->limits_hit >= MATCH_LIMITS)
			return false;
	}
}

static bool
try_os(struct search *s, const struct profile_os *os)
{
	char room[TAG_REDUCED_BYTES];
	struct span reduced;

	s->subject = match_bounded(s->m->text, s->utf);
	s->m->reason = NEVENT_NO_TAG;
	if (try_tag(s, os, s->m->tag, tag_find(os, s->m->tag), true))
		return true;
	if (s->m->limits_hit >= MATCH_LIMITS)
		return false;
	reduced = tag_reduce(os, s->header, s->m->tag, room);
	return reduced.p && try_tag(s, os, reduced, tag_find(os, reduced), false);
}

/* The tag with another severity: last of all, where no OS has a message that fits and this one has none under the tag. */
static bool
try_loose(struct search *s, const struct profile_os *os)
{
	char room[TAG_REDUCED_BYTES];
	struct span tags[2] = { s->m->tag, SPAN_NONE };

	if (!os->loose || !s->m->tag.p)
		return false;
	tags[1] = tag_reduce(os, s->header, s->m->tag, room);
	s->subject = match_bounded(s->m->text, s->utf);
	for (int i = 0; i < 2 && s->m->limits_hit < MATCH_LIMITS; i++) {
		struct tag_messages found = tag_find_loose(os, tags[i]);

		if (found.n > 0 && try_tag(s, os, tags[i], found, false))
			return true;
	}
	return false;
}

void
match_begin(struct profile_match *m)
{
	m->os = NULL;
	m->message = NULL;
	m->form = NULL;
	m->reason = NEVENT_NO_OS;
	m->limits_hit = m->tried = 0;
	m->slow.regex = NULL;
}

void
match_limited(struct profile_match *m, struct regex *regex, const struct yaml_doc *doc, const struct yaml_node *node)
{
	if (m->limits_hit++ == 0 || regex_is_told(m->slow.regex))
		m->slow = (struct profile_slow){ .regex = regex, .doc = doc, .node = node };
}

bool
profile_slow(const struct profile_match *m, struct diag_place *place)
{
	if (!m->slow.regex || !regex_tell_once(m->slow.regex))
		return false;
	*place = yaml_place(m->slow.doc, m->slow.node);
	return true;
}

struct form_line
match_line(const struct header *h, bool utf)
{
	const char *end = h->rest.p ? h->rest.p + h->rest.n : NULL;
	/* Without a PRI at the start one may stand further on, behind what a relay wrote: prefixes are searched for. */
	const char *start = h->pri.p ? h->pri.p - 1 : h->rest.n ? memchr(h->rest.p, '<', h->rest.n) : NULL;
	struct span line = start && end && end > start ? span_between(start, end) : SPAN_LIT("");

	return (struct form_line){ .header = h, .line = line, .utf = utf };
}

void
match_none(const struct profile_os *first, struct regex_scratch *scratch, const struct form_line *line, struct profile_match *m)
{
	unsigned limits_hit = m->limits_hit;

	m->os = first;
	regex_line_begin(scratch);
	if (first)
		form_cut(first, scratch, line, m);      /* as it was the first time */
	else
		form_header_cut(line->header, m);
	m->limits_hit = limits_hit;
}

/* What the first OS that fits has to say where no message does. */
struct fallback {
	const struct profile_os *os;
	enum nevent_reason reason;
};

/* True when the search is over: a message fits, or the budget is spent. */
static bool
try_candidate(struct search *s, const struct profile_os *os, const struct form_line *line, struct fallback *fallback)
{
	if (!form_cut(os, s->scratch, line, s->m))
		return false;
	if (try_os(s, os)) {
		s->m->os = os;
		s->m->reason = NEVENT_REASON_NONE;
		return true;
	}
	if (!fallback->os)
		*fallback = (struct fallback){ os, s->m->reason };
	return s->m->limits_hit >= MATCH_LIMITS;
}

static void
finish(struct search *s, const struct form_line *line, const struct fallback *fallback)
{
	enum nevent_reason reason;

	if (s->m->message)
		return;
	s->m->reason = s->m->limits_hit >= MATCH_LIMITS && fallback->os ? NEVENT_MATCH_LIMIT : fallback->reason;
	match_none(fallback->os, s->scratch, line, s->m);
	reason = s->m->reason;
	if (reason == NEVENT_NO_TAG)
		s->m->reason = try_loose(s, fallback->os) ? NEVENT_REASON_NONE : reason;
}

/* More than five parameters, because it is one question of the pipeline and a struct for it would be made for this call alone. */
void
profile_match(const struct profile_set *set, struct profile_scratch *scratch, const struct header *h, enum utf8_class line_class,
    const struct profile_os *const *candidates, size_t n, struct profile_match *m)
{
	struct search s = { .scratch = scratch->bounded, .header = h, .utf = line_class == UTF8_VALID, .m = m };
	struct form_line line = match_line(h, s.utf);
	struct fallback fallback = { NULL, NEVENT_NO_OS };

	(void)set;
	match_begin(m);
	regex_line_begin(s.scratch);
	for (size_t i = 0; i < n; i++)
		if (try_candidate(&s, candidates[i], &line, &fallback))
			break;
	finish(&s, &line, &fallback);
}

/* More than five parameters, because it is profile_match() with a line in the place of candidates. */
void
profile_recognise(const struct profile_set *set, struct profile_scratch *scratch, const struct header *h, struct span text,
    enum utf8_class line_class, struct profile_match *m)
{
	struct search s = { .scratch = scratch->bounded, .header = h, .utf = line_class == UTF8_VALID, .m = m };
	struct form_line line = match_line(h, s.utf);
	struct signature_line signs = signature_line(h, text);
	struct fallback fallback = { NULL, NEVENT_NO_OS };

	match_begin(m);
	regex_line_begin(s.scratch);
	for (size_t i = 0; text.n > 0 && i < set->noses; i++)
		if (signature_os_fits(set->oses[i], &signs) && try_candidate(&s, set->oses[i], &line, &fallback))
			break;
	finish(&s, &line, &fallback);
}
