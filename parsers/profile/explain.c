/*
 * explain: the plain way of reference.c once more, with every step told.
 */
#include "parsers/profile/explain.h"

#include "parsers/profile/match.h"
#include "parsers/profile/signature.h"
#include "parsers/profile/stop.h"
#include "parsers/profile/tag.h"

struct walk {
	struct regex_scratch *scratch;
	struct form_line line;
	struct signature_line signs;
	const struct explain_visitor *visitor;
	char room[TAG_REDUCED_BYTES];
};

/* ---- the OS ---- */

static bool
find_signature(const struct profile_os *os, const struct signature_line *line, struct diag_place *place)
{
	for (size_t i = 0; i < os->nsignatures; i++) {
		if (!signature_fits(&os->signatures[i], line))
			continue;
		*place = yaml_place(os->signatures[i].doc, os->signatures[i].node);
		return true;
	}
	return signature_os_fits(os, line);
}

static bool
wants(const struct walk *w, const struct profile_message *message, const struct profile_match *m, struct span reduced)
{
	return match_wants(message, m, w->line.header, m->tag) || (reduced.p && !message->match_on.p && match_wants(message, m, w->line.header, reduced));
}

/* The tag that was probably meant. */
static struct span
near_tag(const struct profile_os *os, struct span tag)
{
	const char *names[2] = { NULL, NULL };

	for (size_t i = 0; tag.n > 0 && i < os->nmessages; i++)
		for (size_t k = 0; k < os->messages[i]->ntags; k++) {
			names[0] = os->messages[i]->tags[k].p;
			if (diag_suggest(tag, names))
				return os->messages[i]->tags[k];
		}
	return SPAN_NONE;
}

/* ---- its messages ---- */

static bool
explain_message(struct walk *w, const struct profile_message *message, const struct profile_match *m)
{
	struct span text = match_bounded(m->text, w->line.utf), groups[REGEX_MAX_GROUPS];
	struct regex_subject subject = { .text = text, .start_limit = match_start_limit(message, text), .utf = w->line.utf };
	struct explain_message told = {
		.error = message->error, .place = yaml_place(message->doc, message->node), .line = message->line_pattern,
	};

	regex_line_begin(w->scratch);
	told.outcome = regex_match(message->regex, w->scratch, &subject, groups, REGEX_MAX_GROUPS);
	if (told.outcome == REGEX_NO_MATCH)
		stop_find(message, w->scratch, &subject, &told);
	w->visitor->message(w->visitor->arg, &told);
	return told.outcome == REGEX_MATCH;
}

/* True if a message fits. */
static bool
explain_messages(struct walk *w, const struct profile_os *os, const struct profile_match *m, struct span reduced)
{
	for (int second = 0; second < 2; second++)      /* the whole tag, then the reduced one */
		for (size_t i = 0; i < os->nmessages; i++) {
			const struct profile_message *message = os->messages[i];
			bool whole = match_wants(message, m, w->line.header, m->tag);

			if (second ? whole || !wants(w, message, m, reduced) : !whole)
				continue;
			if (explain_message(w, message, m))
				return true;
		}
	return false;
}

/* True if the search ends here. */
static bool
explain_os(struct walk *w, const struct profile_os *os, bool pinned)
{
	struct explain_os told = { .name = os->name, .pinned = pinned };
	struct profile_match m;

	match_begin(&m);
	told.signature = find_signature(os, &w->signs, &told.place);
	if (told.signature || pinned) {
		told.cut = form_cut(os, w->scratch, &w->line, &m);
		if (told.cut) {
			told.tag = m.tag;
			told.text = m.text;
			told.reduced = tag_reduce(os, w->line.header, m.tag, w->room);
			for (size_t i = 0; i < os->nmessages; i++)
				told.messages += wants(w, os->messages[i], &m, told.reduced);
			if (told.messages == 0)
				told.near = near_tag(os, m.tag);
		}
	}
	w->visitor->os(w->visitor->arg, &told);
	return told.cut && explain_messages(w, os, &m, told.reduced);
}

/* More than five parameters, because it is profile_recognise() with someone to tell. */
void
profile_explain(const struct profile_set *set, struct profile_scratch *scratch, const struct header *h, struct span line, enum utf8_class line_class,
    const struct profile_os *pinned, const struct explain_visitor *visitor)
{
	struct walk w = { .scratch = scratch->bounded, .line = match_line(h, line_class == UTF8_VALID), .signs = signature_line(h, line),
		.visitor = visitor };

	w.line.plain = true;
	if (pinned) {
		explain_os(&w, pinned, true);
		return;
	}
	for (size_t i = 0; i < set->noses && line.n > 0; i++)
		if (explain_os(&w, set->oses[i], false))
			return;
}
