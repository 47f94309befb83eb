/* The strict object of an event: each value found once, checked against its leaf; what is left decides what goes out. */
#include "parsers/profile/strict_part.h"

static const char *const envelope_names[] = {
	"", "error", "alarm", "object", "text", "time", "trusted_time", "received", "host", "device", "os",
	"severity", "alarm_severity", "priority", "process", "pid", "tag", "msgid", "condition", "cleared", NULL,
};

const char *const *
strict_envelope_names(void)
{
	return envelope_names + 1;
}

enum strict_envelope
strict_envelope_named(struct span name)
{
	for (int i = 1; envelope_names[i]; i++)
		if (span_eq(span_str(envelope_names[i]), name))
			return (enum strict_envelope)i;
	return STRICT_OF_MESSAGE;
}

static struct fact
text_fact(struct span s)
{
	return (struct fact){ .type = s.n > 0 ? FACT_TEXT : FACT_NULL, .text = s };
}

static struct fact
number_fact(int64_t n, bool known)
{
	return (struct fact){ .type = known ? FACT_INT : FACT_NULL, .num = n };
}

/* The severities of openconfig-alarm-types by syslog's (RFC 5424 section 6.2.1). */
static struct span
alarm_severity(const struct nevent *ev)
{
	static const struct span words[8] = {
		{ "CRITICAL", 8 }, { "CRITICAL", 8 }, { "CRITICAL", 8 }, { "MAJOR", 5 }, { "MINOR", 5 }, { "WARNING", 7 }, { "WARNING", 7 },
		{ "WARNING", 7 },
	};

	return words[nevent_level(ev) & 7];
}

/* Not in the middle of a character. */
static struct span
cut_text(struct span s)
{
	size_t n = STRICT_TEXT_BYTES;

	while (n > STRICT_TEXT_BYTES - 4 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return span_of(s.p, n);
}

/* The text of the message: some profiles show it to their patterns from the colon behind the tag on. */
static struct span
message_text(const struct filling *f)
{
	struct span s = span_trim(f->match->text.n > 0 ? f->match->text : f->header->body);

	if (s.n > 0 && s.p[0] == ':')
		s = span_trim(span_skip(s, 1));
	return s.n > STRICT_TEXT_BYTES ? cut_text(s) : s;
}

static bool
is_over(const struct filling *f)
{
	return f->ev->condition == NEVENT_UP || (f->kind && f->kind->clears.p && f->ev->condition != NEVENT_OTHER);
}

/*
 * On the way to the end of a fault, or where a message may be up or down by its words and is neither (a standby that is as it should be): an alarm is neither
 * raised by that nor over.
 */
static bool
is_underway(const struct filling *f)
{
	return f->ev->condition == NEVENT_OTHER && f->kind && (f->kind->clears.p || (f->message && f->message->condition_value >= 0));
}

/* Does the device say that its clock is not to be trusted? */
static bool
is_clock_off(enum nevent_clock clock)
{
	return clock == NEVENT_CLOCK_UNSYNCED || clock == NEVENT_CLOCK_LOST;
}

static struct fact
envelope_fact(const struct filling *f, enum strict_envelope which)
{
	const struct nevent *ev = f->ev;

	switch (which) {
	case STRICT_OF_MESSAGE:
		break;
	case STRICT_ERROR:
		return text_fact(ev->error);
	case STRICT_ALARM:
		return text_fact(f->kind && f->kind->clears.p ? f->kind->clears : ev->error);
	case STRICT_OBJECT:
		return text_fact(ev->object);
	case STRICT_TEXT:
		return text_fact(message_text(f));
	case STRICT_TIME:
		return number_fact(ev->time_ns, true);
	case STRICT_TRUSTED_TIME:
		return number_fact(is_clock_off(ev->clock) ? ev->received_ns : ev->time_ns, true);
	case STRICT_RECEIVED:
		return number_fact(ev->received_ns, true);
	case STRICT_HOST:
		return text_fact(ev->host);
	case STRICT_DEVICE:
		return text_fact(ev->device);
	case STRICT_OS:
		return text_fact(ev->os);
	case STRICT_SEVERITY:
		return number_fact(nevent_level(ev), true);
	case STRICT_ALARM_SEVERITY:
		return text_fact(alarm_severity(ev));
	case STRICT_PRIORITY:
		return number_fact(ev->facility * 8 + ev->severity, ev->facility >= 0 && ev->severity >= 0);
	case STRICT_PROCESS:
		return text_fact(f->header->process);
	case STRICT_PID:
		return text_fact(f->header->pid);
	case STRICT_TAG:
		return text_fact(ev->tag);
	case STRICT_MSGID:
		return text_fact(f->header->msgid);
	case STRICT_CONDITION:
		return text_fact(nevent_condition_name(ev->condition));
	case STRICT_CLEARED:
		return (struct fact){ .type = is_over(f) ? FACT_BOOL : FACT_NULL, .num = 1 };
	}
	return (struct fact){ .type = FACT_NULL };
}

/* The value, an interface by its full name; not a copy unless it must be. */
static const struct fact *
value_fact(const struct nevent *ev, int value, struct fact *room)
{
	const struct fact *f = &ev->values[value];

	if (!f->full.p)
		return f;
	*room = *f;
	room->text = f->full;
	return room;
}

static bool
apply(const struct cast *cast, struct fact *f, struct arena *arena)
{
	if (f->type == FACT_NULL)
		return true;
	if (f->type != FACT_TEXT && !f->text.p)
		f->text = arena_printf(arena, "%lld", (long long)f->num);
	f->type = FACT_TEXT;            /* a number keeps its spelling */
	return cast->apply(cast, f, arena) == 0;
}

static const struct fact *
given_fact(const struct filling *f, unsigned fact, struct fact *room)
{
	const struct strict_given *given = f->answers->given;
	const struct fact *value;

	while (given->fact != fact)
		given++;
	if (given->value < 0)
		return &given->constant;
	value = value_fact(f->ev, given->value, room);
	if (!given->cast)
		return value;
	if (value != room)
		*room = *value;
	if (!apply(given->cast, room, f->arena))
		room->type = FACT_NULL;
	return room;
}

/* What a place between braces stands for; it may be null. */
const struct fact *
strict_piece_fact(const struct filling *f, const struct strict_kind *kind, const struct strict_piece *piece, struct fact *room)
{
	static const struct fact nothing = { .type = FACT_NULL };
	const struct fact *out = room;
	unsigned value = STRICT_NO_VALUE;

	if (piece->envelope)
		*room = envelope_fact(f, piece->envelope);
	else if (f->answers && f->answers->kind == kind)
		value = f->answers->values[piece->fact];
	if (value < STRICT_GIVEN)
		out = value_fact(f->ev, (int)value, room);
	else if (value == STRICT_GIVEN)
		out = given_fact(f, (unsigned)piece->fact, room);
	else if (!piece->envelope)
		out = &nothing;
	if (piece->ncasts > 0 && out != room) {
		*room = *out;
		out = room;
	}
	for (unsigned i = 0; i < piece->ncasts; i++)
		if (!apply(piece->casts[i], room, f->arena))
			room->type = FACT_NULL;
	/* A map may say that a value adds nothing: that is a text, too. */
	if (out->type != FACT_NULL && (out->type != FACT_TEXT || out->text.n > 0 || piece->ncasts > 0))
		return out;
	*room = text_fact(piece->otherwise);
	return room;
}

/* Several pieces become one text; without one of its facts there is none.  Where only one of them says something it stays what it is. */
static const struct fact *
joined_fact(const struct filling *f, const struct strict_kind *kind, const struct strict_slot *slot, struct fact *room)
{
	struct span parts[STRICT_MAX_PIECES];
	struct fact only = { .type = FACT_NULL };
	size_t total = 0, said = 0;
	char *p;

	for (size_t i = 0; i < slot->npieces; i++) {
		const struct strict_piece *piece = &slot->pieces[i];
		const struct fact *one;

		parts[i] = piece->literal;
		*room = text_fact(piece->literal);
		one = piece->fact < 0 ? room : strict_piece_fact(f, kind, piece, room);
		if (one->type == FACT_NULL)
			goto nothing;
		if (piece->fact >= 0)
			parts[i] = one->type != FACT_TEXT && !one->text.p ? arena_printf(f->arena, "%lld", (long long)one->num) : one->text;
		if (parts[i].n > 0) {
			only = *one;
			said++;
		}
		total += parts[i].n;
	}
	*room = only;
	if (said <= 1)
		return room;
	p = arena_alloc(f->arena, total);
	if (!p)
		goto nothing;
	*room = text_fact(span_of(p, total));
	for (size_t i = 0; i < slot->npieces; i++) {
		if (parts[i].n)
			memcpy(p, parts[i].p, parts[i].n);
		p += parts[i].n;
	}
	return room;
nothing:
	*room = (struct fact){ .type = FACT_NULL };
	return room;
}

/* Does it lie in a plain line? */
static bool
is_plain(const struct nevent *ev, struct span s)
{
	return ev->raw_class == UTF8_PLAIN && ev->raw.p && s.p >= ev->raw.p && s.p < ev->raw.p + ev->raw.n;
}

/* ---- filling ---- */

static bool
fill_slot(const struct filling *f, const struct strict_kind *kind, const struct strict_slot *slot, struct yang_text *out)
{
	const struct fact *fact;
	struct fact room;

	if (slot->npieces == 1)
		fact = strict_piece_fact(f, kind, &slot->pieces[0], &room);
	else
		fact = joined_fact(f, kind, slot, &room);
	if (fact->type == FACT_NULL || (fact->type == FACT_TEXT && fact->text.n == 0))
		return false;
	if (yang_take(slot->type, fact, is_plain(f->ev, fact->text), f->arena, out))
		return true;
	/* One that was not told yet goes before one that was. */
	if (f->ev->nrefused++ == 0 || atomic_load_explicit(f->ev->refused->told, memory_order_relaxed))
		f->ev->refused = slot;
	if (f->story)
		strict_tell_refused(f, slot, fact);
	return false;
}

/* A delete names what is gone and nothing else; an event that cannot name it is a record. */
static void
keep_deleted(const struct strict_kind *kind, struct nevent *ev)
{
	uint64_t gone = yang_tree_without(kind->tree, ev->strict_present, kind->beside);

	if (!gone)
		return;
	ev->strict_present = gone;
	ev->op = NEVENT_DELETE;
}

/*
 * The end of an alarm.  Where nothing stands beside its entry it is gone: a delete.  Beside anything else, which is no less true for it, the entry is said to
 * be over, and keeps what was said of it when it was raised.
 */
static void
end_alarm(const struct strict_kind *kind, struct nevent *ev)
{
	if (!(ev->strict_present & kind->alarm))
		return;
	if (!yang_tree_without(kind->tree, ev->strict_present, kind->alarm))
		ev->op = NEVENT_DELETE;
	else
		ev->strict_present = yang_tree_without(kind->tree, ev->strict_present, kind->alarm_words);
}

/* The module of the first of OpenConfig's roots that went out; of our own root where it went out alone. */
static struct span
model_of(const struct strict_kind *kind, uint64_t present)
{
	uint64_t roots = present & kind->roots, theirs = roots & ~kind->ours;
	struct span name = kind->tree->nodes[__builtin_ctzll(theirs ? theirs : roots)].name;
	const char *colon = memchr(name.p, ':', name.n);

	return colon ? (struct span){ name.p, (size_t)(colon - name.p) } : name;
}

/* What of the kind stands for this event; false if nothing does. */
static bool
fill_kind(const struct filling *f, const struct strict_kind *kind, uint64_t may)
{
	struct yang_text *texts = arena_alloc(f->arena, (kind->tree->nslots + 1) * sizeof(*texts));
	struct nevent *ev = f->ev;
	uint64_t known = kind->constants;

	if (!texts)
		return false;
	memcpy(texts, kind->texts, kind->tree->nslots * sizeof(*texts));
	for (may &= ~known; may; may &= may - 1) {
		int i = __builtin_ctzll(may);

		known |= (uint64_t)fill_slot(f, kind, &kind->slots[i], &texts[i]) << i;
	}
	if (f->story && kind == f->kind)
		strict_tell_gaps(f, known);
	ev->strict_present = yang_tree_present(kind->tree, known);
	if (is_underway(f))
		ev->strict_present = yang_tree_without(kind->tree, ev->strict_present, kind->alarm);
	if (!ev->strict_present)
		return false;
	ev->op = NEVENT_UPDATE;
	if (is_over(f))
		end_alarm(kind, ev);
	if (kind->op == NEVENT_DELETE)
		keep_deleted(kind, ev);
	ev->strict = kind->tree;
	ev->strict_texts = texts;
	ev->strict_model = model_of(kind, ev->strict_present);
	return true;
}

uint64_t
strict_may(const struct strict_kind *kind, const unsigned char *values)
{
	uint64_t may = 0;

	for (size_t i = 0; i < kind->tree->nslots; i++) {
		bool can = true;

		for (size_t k = 0; k < kind->slots[i].npieces && can; k++) {
			const struct strict_piece *piece = &kind->slots[i].pieces[k];

			can = piece->fact < 0 || piece->envelope || piece->otherwise.p || (values && values[piece->fact] != STRICT_NO_VALUE);
		}
		may |= (uint64_t)can << i;
	}
	return may;
}

void
profile_strict(const struct profile_set *set, const struct profile_match *match, const struct header *h, struct arena *arena, struct nevent *ev)
{
	profile_strict_told(set, match, h, arena, ev, NULL);
}

/* More than five parameters, because it is profile_strict() with someone to tell. */
void
profile_strict_told(const struct profile_set *set, const struct profile_match *match, const struct header *h, struct arena *arena, struct nevent *ev,
    struct profile_story *story)
{
	const struct strict_set *strict = set->strict;
	const struct profile_message *message = ev->outcome == NEVENT_EVENT ? match->message : NULL;
	struct filling f = { .match = match, .header = h, .arena = arena, .ev = ev, .story = story };

	ev->strict = NULL;
	ev->nrefused = 0;
	if (!strict)
		return;
	f.message = message;
	if (message) {
		f.answers = &message->answers;
		f.kind = message->answers.kind;
	}
	if (story)
		strict_tell_kind(&f, message);
	if (f.kind && fill_kind(&f, f.kind, f.answers->may))
		return;
	if (story && f.kind)
		story->fallback = f.kind->fallback->name;
	if (f.kind && fill_kind(&f, f.kind->fallback, f.kind->fallback->may))
		return;
	fill_kind(&f, strict->record, strict->record->may);
}

bool
profile_refused(const struct nevent *ev, struct span *kind_value, struct span *path)
{
	*kind_value = ev->refused->written;
	*path = ev->refused->path;
	return !atomic_exchange_explicit(ev->refused->told, true, memory_order_relaxed);
}
