/* A match becomes the facts of an event. */
#include "parsers/profile/cast.h"
#include "parsers/profile/details.h"

static int
map_values(const struct profile_message *message, const struct profile_match *m, struct arena *arena, struct nevent *ev)
{
	for (size_t i = 0; i < message->nvalues; i++) {
		const struct model_value *v = &message->values[i];
		struct fact *f = &ev->values[i];

		f->key = &v->key;
		f->full = SPAN_NONE;
		f->text = v->group ? m->groups[v->group] : SPAN_NONE;
		f->type = f->text.p ? FACT_TEXT : FACT_NULL;
		if (v->cast && f->text.p && v->cast->apply(v->cast, f, arena) == -1)
			return -1;
	}
	ev->nvalues = message->nvalues;
	return 0;
}

/* An interface by its full name. */
static struct span
object_part(const struct model_piece *piece, const struct nevent *ev)
{
	const struct fact *f;

	if (piece->value < 0)
		return piece->literal;
	f = &ev->values[piece->value];
	return f->full.p ? f->full : f->text;
}

static int
map_object(const struct profile_message *message, struct arena *arena, struct nevent *ev)
{
	const struct model_piece *pieces = message->object;
	size_t total = 0, at = 0;
	char *p;

	if (message->nobject == 1) {
		ev->object = object_part(&pieces[0], ev);
		return 0;
	}
	for (size_t i = 0; i < message->nobject; i++)
		total += object_part(&pieces[i], ev).n;
	if (total == 0)
		return 0;
	p = arena_alloc(arena, total);
	if (!p)
		return -1;
	for (size_t i = 0; i < message->nobject; i++) {
		struct span s = object_part(&pieces[i], ev);

		if (s.n)
			memcpy(p + at, s.p, s.n);
		else if (at > 0 && p[at - 1] == ' ')    /* nor does the blank in front of it */
			at--;
		at += s.n;
	}
	ev->object = span_of(p, at);
	return 0;
}

/* A value that the profile does not name is neither up nor down. */
static enum nevent_condition
map_condition(const struct profile_message *message, const struct nevent *ev)
{
	struct span value;

	if (message->condition_value < 0)
		return message->condition;
	value = ev->values[message->condition_value].text;
	for (size_t i = 0; i < message->nconditions; i++)
		if (span_eq(message->conditions[i].value, value))
			return message->conditions[i].condition;
	return NEVENT_OTHER;
}

static int
map_message(const struct profile_match *m, const struct header *h, struct arena *arena, struct nevent *ev)
{
	const struct profile_message *message = m->message;

	if (map_values(message, m, arena, ev) == -1 || map_object(message, arena, ev) == -1 ||
	    !template_fits(message->template, ev, arena))
		return -1;
	ev->outcome = NEVENT_EVENT;
	ev->reason = NEVENT_REASON_NONE;
	ev->error = message->error;
	ev->napalm_error = message->napalm_error;
	ev->condition = map_condition(message, ev);
	ev->op = message->op;
	ev->yang_model = message->yang_model;
	ev->napalm = message->template;
	ev->has_state = message->has_state;
	ev->state = message->state;
	ev->state_tag = message->state_tag;
	if (h->vendor_severity < 0 && message->severity >= 0)
		ev->vendor_severity = message->severity;
	return 0;
}

static void
map_nothing(const struct profile_match *m, enum nevent_reason reason, struct nevent *ev)
{
	ev->outcome = m->os ? NEVENT_RAW : NEVENT_UNKNOWN;
	ev->reason = reason;
	ev->error = m->os ? SPAN_LIT("RAW") : SPAN_LIT("UNKNOWN");
	ev->napalm_error = ev->object = ev->yang_model = ev->state_tag = SPAN_NONE;
	ev->condition = NEVENT_CONDITION_NONE;
	ev->op = NEVENT_UPDATE;
	ev->napalm = NULL;
	ev->has_state = false;
	ev->nvalues = 0;
}

/* The time that a prefix found, where the header found none. */
static void
map_time(const struct profile_match *m, const struct stamp_setting *setting, struct arena *arena, struct nevent *ev)
{
	const struct model_form *form = m->form;
	struct span date = form->date_group ? m->form_groups[form->date_group] : SPAN_NONE;
	struct span time = form->time_group ? m->form_groups[form->time_group] : SPAN_NONE;
	struct span text = arena_printf(arena, "%.*s %.*s", (int)date.n, date.n ? date.p : "", (int)time.n, time.n ? time.p : "");
	struct stamp_result when;
	struct stamp stamp;

	if (time.n == 0 || !text.p || stamp_parse(span_trim(text), &stamp) == 0)
		return;
	when = stamp_resolve(&stamp, setting, ev->received_ns);
	ev->time_ns = when.time_ns;
	ev->guessed = when.guessed;
	ev->clock = NEVENT_CLOCK_UNMARKED;
}

/* Host and time that a form finds: a prefix's host always counts, else the header's go first. */
static void
map_form(const struct profile_match *m, const struct header *h, const struct stamp_setting *setting, struct arena *arena, struct nevent *ev)
{
	const struct model_form *form = m->form;
	struct span host = form && form->host_group ? m->form_groups[form->host_group] : SPAN_NONE;

	if (!form)
		return;
	if (host.n && (form->part == MODEL_LINE || (ev->host.n == 0 && header_is_host(host))))
		ev->host = host;
	if (form->part == MODEL_LINE && h->stamp.kind == STAMP_NONE)
		map_time(m, setting, arena, ev);
}

static void
map_pri(const struct profile_match *m, const struct header *h, struct nevent *ev)
{
	struct details_pri pri = details_pri(m, h);

	ev->facility = pri.facility;
	ev->severity = pri.severity;
	if (pri.beyond)
		ev->guessed |= NEVENT_GUESSED_FACILITY;
}

void
profile_map(const struct profile_match *m, const struct header *h, const struct stamp_setting *setting, struct arena *arena, struct nevent *ev)
{
	ev->os = m->os ? m->os->name : SPAN_LIT("unknown");
	ev->observer = m->os ? &m->os->observer : NULL;
	ev->tag = m->tag;
	ev->object = SPAN_NONE;
	if (h->host_prefix.p)
		ev->host = details_host(m->os, h);
	if (!m->message)
		map_nothing(m, m->reason, ev);
	else if (map_message(m, h, arena, ev) == -1)
		map_nothing(m, NEVENT_MAPPING, ev);
	if (details_fill(m, h, arena, ev) == -1)
		map_nothing(m, NEVENT_MAPPING, ev);
	map_form(m, h, setting, arena, ev);
	map_pri(m, h, ev);
}
