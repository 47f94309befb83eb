#include "parsers/profile/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "parsers/profile/lint_place.h"
#include "parsers/profile/reader.h"

struct linter {
	const struct profile_set *set;
	struct reader reader;           /* for places: only its diag and doc are used */
	struct arena arena;
	size_t first;
	struct lint_counts counts;
};

/* ---- kinds ---- */

/* The map that has the last word over what goes into the slot; NULL if it is none. */
static const struct cast *
last_map(const struct strict_slot *slot)
{
	const struct strict_piece *piece = slot->pieces;
	const struct cast *cast;

	if (slot->npieces != 1 || piece->fact < 0 || piece->ncasts == 0)
		return NULL;
	cast = piece->casts[piece->ncasts - 1];
	return cast->n > 0 ? cast : NULL;
}

static void
fault_at(struct linter *l, struct diag_place place, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
fault_at(struct linter *l, struct diag_place place, const char *fmt, ...)
{
	char message[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	diag_add(l->reader.diag, DIAG_ERROR, &place, "%s", message);
}

/* Does a kind before this one put the map's words into a leaf of that type, too?  Then its faults are told. */
static bool
was_told(const struct linter *l, const struct strict_kind *kind, const struct cast *map, const struct yang_type *type)
{
	for (size_t i = 0; i < l->set->strict->nkinds && &l->set->strict->kinds[i] != kind; i++) {
		const struct strict_kind *other = &l->set->strict->kinds[i];

		for (size_t k = 0; k < other->tree->nslots; k++)
			if (other->slots[k].type == type && last_map(&other->slots[k]) == map)
				return true;
	}
	return false;
}

static void
check_map(struct linter *l, const struct strict_kind *kind, const struct strict_slot *slot)
{
	const struct cast *map = last_map(slot);

	for (size_t i = 0; map && i < map->n; i++) {
		struct fact to = map->entries[i].to;
		struct yang_text text;

		arena_reset(&l->arena);
		if (to.type == FACT_NULL || (to.type == FACT_TEXT && to.text.n == 0) || yang_take(slot->type, &to, false, &l->arena, &text))
			continue;
		if (was_told(l, kind, map, slot->type))
			return;
		fault_at(l, map->node ? lint_map_place(map, i) : lint_slot_place(kind, slot, lint_last_cast(slot)),
		    "%.*s: %.*s: the map %.*s makes \"%.*s\" of \"%.*s\", and %.*s takes %.*s", READER_TEXT(kind->name), READER_TEXT(slot->written),
		    READER_TEXT(map->name), READER_TEXT(to.text), READER_TEXT(map->entries[i].from), READER_TEXT(slot->path), READER_TEXT(slot->type->spelling));
	}
}

/* What the built-in casts give whatever they are given, if it is not null.  Those that are not here may give any word. */
static const struct gift {
	const char *cast, *name;
	const char *examples[2];        /* all that matters of it */
	bool wordy;                     /* told only of leaves that take words: it may be too small or too large for others, as the line has it */
} gifts[] = {
	{ "int", "a number", { "0", "1" }, true }, { "float", "a number", { "0", "1" }, true }, { "number", "a number", { "0", "1" }, true },
	{ "as_number", "a number", { "0", "1" }, true }, { "bytes", "a number", { "0", "1" }, true }, { "unit", "a number", { "0", "1" }, true },
	{ "label_space", "a number", { "0", "1" }, true }, { "ip_version", "4 or 6", { "4", "6" }, false },
	{ "mac", "a MAC address", { "02:00:5e:10:00:01", NULL }, false },
};

/* A leaf of words, none of which is a number. */
static bool
is_wordy(const struct yang_type *type)
{
	if (type->base == YANG_BOOL)
		return true;
	if (type->base != YANG_ENUM && type->base != YANG_IDENTITY)
		return false;
	for (size_t i = 0; i < type->nwords; i++)
		if (span_is_number(type->words[i]))
			return false;
	return true;
}

static bool
takes_gift(struct linter *l, const struct yang_type *type, const struct gift *gift)
{
	struct yang_text text;

	if (gift->wordy && !is_wordy(type))
		return true;
	for (size_t i = 0; i < 2 && gift->examples[i]; i++) {
		struct fact f = { .type = FACT_TEXT, .text = span_str(gift->examples[i]) };

		arena_reset(&l->arena);
		if (yang_take(type, &f, false, &l->arena, &text))
			return true;
		f = (struct fact){ .type = FACT_INT, .text = f.text, .num = *gift->examples[i] - '0' };
		if (span_is_number(f.text) && yang_take(type, &f, false, &l->arena, &text))
			return true;
	}
	return false;
}

/* A cast whose outcome can never fit. */
static void
check_cast(struct linter *l, const struct strict_kind *kind, const struct strict_slot *slot)
{
	const struct strict_piece *piece = slot->pieces;
	const struct cast *cast;

	if (slot->npieces != 1 || piece->fact < 0 || piece->ncasts == 0)
		return;
	cast = piece->casts[piece->ncasts - 1];
	for (size_t i = 0; !cast->node && i < sizeof(gifts) / sizeof(gifts[0]); i++)
		if (span_eq(cast->name, span_str(gifts[i].cast)) && !takes_gift(l, slot->type, &gifts[i]))
			fault_at(l, lint_slot_place(kind, slot, lint_last_cast(slot)), "%.*s: the cast %.*s gives %s, and %.*s takes %.*s", READER_TEXT(slot->written),
			    READER_TEXT(cast->name), gifts[i].name, READER_TEXT(slot->path), READER_TEXT(slot->type->spelling));
}

/* What stands where the line does not say must be taken, too. */
static void
check_otherwise(struct linter *l, const struct strict_kind *kind, const struct strict_slot *slot)
{
	struct fact f = { .type = FACT_TEXT, .text = slot->npieces == 1 ? slot->pieces[0].otherwise : SPAN_NONE };
	struct yang_text text;

	arena_reset(&l->arena);
	if (f.text.n > 0 && !yang_take(slot->type, &f, false, &l->arena, &text))
		fault_at(l, lint_slot_place(kind, slot, f.text), "%.*s: %.*s does not take \"%.*s\": it takes %.*s", READER_TEXT(slot->written),
		    READER_TEXT(slot->path), READER_TEXT(f.text), READER_TEXT(slot->type->spelling));
}

static void
check_slots(struct linter *l, const struct strict_kind *kind)
{
	for (size_t i = 0; i < kind->tree->nslots; i++) {
		check_map(l, kind, &kind->slots[i]);
		check_cast(l, kind, &kind->slots[i]);
		check_otherwise(l, kind, &kind->slots[i]);
	}
}

/* ---- alarms that end ---- */

static bool
is_kind(const struct strict_set *set, struct span name)
{
	for (size_t i = 0; i < set->nkinds; i++)
		if (span_eq(set->kinds[i].name, name))
			return true;
	return false;
}

static void
tell_no_kind(struct linter *l, const struct strict_kind *kind)
{
	const struct strict_set *set = l->set->strict;
	const struct yaml_node *node = yaml_get(lint_kind_map(kind), "clears");
	const char **names = calloc(set->nkinds + 1, sizeof(*names)), *meant;

	for (size_t i = 0; names && i < set->nkinds; i++)
		names[i] = set->kinds[i].name.p;
	meant = names ? diag_suggest(kind->clears, names) : NULL;
	fault_at(l, yaml_place(kind->doc, node ? node : kind->node), "%.*s clears %.*s, and there is no such kind%s%s%s", READER_TEXT(kind->name),
	    READER_TEXT(kind->clears), meant ? " (did you mean \"" : "", meant ? meant : "", meant ? "\"?)" : "");
	free(names);
}

static void
check_clears(struct linter *l, const struct strict_kind *kind)
{
	const struct yaml_node *node = yaml_get(lint_kind_map(kind), "clears");

	if (kind->clears.n == 0)
		return;
	if (!is_kind(l->set->strict, kind->clears))
		tell_no_kind(l, kind);
	else if (!kind->alarm && kind->fallback != l->set->strict->alarm && kind->dir >= l->first)
		reader_warn(&l->reader, node ? node : kind->node, "%.*s clears nothing: it has no `alarm`, and its fallback is none", READER_TEXT(kind->name));
}

/* ---- facts ---- */

static bool
gives(const struct linter *l, const struct strict_kind *kind, size_t fact)
{
	for (size_t i = 0; i < l->set->noses; i++)
		for (size_t k = 0; k < l->set->oses[i]->nmessages; k++) {
			const struct strict_answers *a = &l->set->oses[i]->messages[k]->answers;

			if (a->kind == kind && a->values && a->values[fact] != STRICT_NO_VALUE)
				return true;
		}
	return false;
}

/* Is it asked for somewhere without saying what stands there otherwise? */
static bool
is_needed(const struct strict_kind *kind, size_t fact)
{
	for (size_t i = 0; i < kind->tree->nslots; i++)
		for (size_t k = 0; k < kind->slots[i].npieces; k++)
			if (kind->slots[i].pieces[k].fact == (int)fact && !kind->slots[i].pieces[k].otherwise.p)
				return true;
	return false;
}

static bool
has_message(const struct linter *l, const struct strict_kind *kind)
{
	for (size_t i = 0; i < l->set->noses; i++)
		for (size_t k = 0; k < l->set->oses[i]->nmessages; k++)
			if (l->set->oses[i]->messages[k]->answers.kind == kind)
				return true;
	return false;
}

/* What is wrong with a kind concerns everybody; what may be better, those whose kind it is. */
static void
check_kind(struct linter *l, const struct strict_kind *kind)
{
	l->reader.doc = kind->doc;
	l->counts.kinds++;
	l->counts.paths += kind->tree->nslots;
	check_slots(l, kind);
	check_clears(l, kind);
	if (kind->dir < l->first)
		return;
	for (size_t i = 0; i < kind->tree->nslots; i++)
		if (kind->slots[i].deprecated)
			reader_warn(&l->reader, kind->node, "%.*s is deprecated in the models", READER_TEXT(kind->slots[i].path));
	if (!has_message(l, kind)) {
		reader_warn(&l->reader, kind->node, "no message of any system is %.*s", READER_TEXT(kind->name));
		return;
	}
	for (size_t i = 0; i < kind->nfacts; i++)
		if (kind->facts[i].envelope == STRICT_OF_MESSAGE && is_needed(kind, i) && !gives(l, kind, i))
			reader_warn(&l->reader, kind->node, "no message of %.*s gives \"%.*s\"", READER_TEXT(kind->name), READER_TEXT(kind->facts[i].name));
}

/* ---- messages ---- */

/* Is there always nothing left but the fallback? */
static bool
always_falls_back(const struct strict_answers *answers)
{
	return yang_tree_present(answers->kind->tree, answers->may) == 0;
}

static void
check_message(struct linter *l, const struct profile_message *m)
{
	l->reader.doc = m->doc;
	l->counts.messages++;
	if (!m->answers.kind) {
		reader_warn(&l->reader, m->node, "%.*s has no mapping into the models: its object is a record of /system/messages (give it one in kinds/)",
		    READER_TEXT(m->error));
		return;
	}
	l->counts.mapped++;
	if (yaml_get(m->node, "openconfig"))
		check_slots(l, m->answers.kind);
	if (!always_falls_back(&m->answers))
		return;
	l->counts.fallback++;
	if (l->first > 0)
		reader_warn(&l->reader, m->node, "no list of %.*s has all its keys from this message: its object is always the fallback (see `facts`)",
		    READER_TEXT(m->error));
}

struct lint_counts
profile_lint(const struct profile_set *set, size_t first, struct diag *diag)
{
	struct linter l = { .set = set, .first = first, .reader = { .diag = diag } };

	if (!set->strict || arena_init(&l.arena, 4096, SIZE_MAX) == -1)
		return l.counts;
	for (size_t i = 0; i < set->strict->nkinds; i++)
		check_kind(&l, &set->strict->kinds[i]);
	for (size_t i = 0; i < set->noses; i++)
		for (size_t k = 0; k < set->oses[i]->nmessages; k++)
			if (set->oses[i]->messages[k]->dir >= first)
				check_message(&l, set->oses[i]->messages[k]);
	arena_fini(&l.arena);
	return l.counts;
}
