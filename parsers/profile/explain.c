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
	struct signature_misfit misfit;
	const struct profile_os *first; /* that could cut the line: it is asked once more where none has a message that fits */
	struct profile_match first_cut;
	bool first_has_none;            /* it has no message under the tag */
};

/* ---- the OS ---- */

/* The signature that fits, or the nearest: the one of which the fewest conditions do not hold. */
static bool
find_signature(struct walk *w, const struct profile_os *os, struct explain_os *told)
{
	struct signature_misfit one;

	w->misfit.signature = NULL;
	for (size_t i = 0; i < os->nsignatures; i++) {
		if (signature_fits(&os->signatures[i], &w->signs)) {
			told->place = yaml_place(os->signatures[i].doc, os->signatures[i].node);
			return true;
		}
		signature_misfit(&os->signatures[i], &w->signs, &one);
		if (!w->misfit.signature || one.conditions < w->misfit.conditions)
			w->misfit = one;
	}
	if (signature_os_fits(os, &w->signs))
		return true;
	if (w->misfit.signature) {
		told->misfit = w->misfit.text;
		told->place = yaml_place(w->misfit.signature->doc, w->misfit.signature->node);
	}
	return false;
}

static size_t
take_values(const struct model_value *values, size_t n, const struct span *groups, struct explain_value *out)
{
	if (n > REGEX_MAX_GROUPS)
		n = REGEX_MAX_GROUPS;
	for (size_t i = 0; i < n; i++)
		out[i] = (struct explain_value){ values[i].key.name, values[i].group ? groups[values[i].group] : SPAN_NONE };
	return n;
}

static void
tell_cut(const struct profile_match *m, struct explain_os *told)
{
	const struct model_form *form = m->form;

	told->tag = m->tag;
	told->text = m->text;
	if (!form)
		return;
	told->form = yaml_place(form->doc, form->node);
	told->taken = form->text_group ? SPAN_NONE : m->form_groups[0];
	told->nvalues = take_values(form->values, form->nvalues, m->form_groups, told->values);
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
	if (told.outcome == REGEX_MATCH)
		told.nvalues = take_values(message->values, message->nvalues, groups, told.values);
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
	told.signature = find_signature(w, os, &told);
	if (told.signature || pinned) {
		told.cut = form_cut(os, w->scratch, &w->line, &m);
		if (told.cut) {
			tell_cut(&m, &told);
			told.reduced = tag_reduce(os, w->line.header, m.tag, w->room);
			for (size_t i = 0; i < os->nmessages; i++)
				told.messages += wants(w, os->messages[i], &m, told.reduced);
			if (told.messages == 0)
				told.near = near_tag(os, m.tag);
		}
	}
	if (told.cut && !w->first) {
		w->first = os;
		w->first_cut = m;
		w->first_has_none = told.messages == 0;
	}
	w->visitor->os(w->visitor->arg, &told);
	return told.cut && explain_messages(w, os, &m, told.reduced);
}

/* No message fits: those under the tag with another severity. */
static void
explain_loose(struct walk *w)
{
	const struct profile_match *m = &w->first_cut;
	struct span tags[2] = { m->tag, SPAN_NONE };

	if (!w->first || !w->first_has_none)
		return;
	tags[1] = tag_reduce(w->first, w->line.header, m->tag, w->room);
	for (int t = 0; t < 2; t++) {
		struct tag_messages found = tag_find_loose(w->first, tags[t]);
		struct explain_os told = { .name = w->first->name, .loose = true, .cut = true, .tag = tags[t], .text = m->text, .messages = found.n };

		if (found.n == 0)
			continue;
		w->visitor->os(w->visitor->arg, &told);
		for (size_t i = 0; i < found.n; i++)
			if (explain_message(w, found.items[i], m))
				return;
	}
}

/* More than five parameters, because it is profile_recognise() with someone to tell. */
void
profile_explain(const struct profile_set *set, struct profile_scratch *scratch, const struct header *h, struct span line, enum utf8_class line_class,
    const struct profile_os *pinned, const struct explain_visitor *visitor)
{
	struct walk w = { .scratch = scratch->bounded, .line = match_line(h, line_class == UTF8_VALID), .signs = signature_line(h, line),
		.visitor = visitor };

	w.line.plain = true;
	if (pinned && explain_os(&w, pinned, true))
		return;
	for (size_t i = 0; i < set->noses && line.n > 0 && !pinned; i++)
		if (explain_os(&w, set->oses[i], false))
			return;
	explain_loose(&w);
}
