#include "parsers/profile/lint.h"

#include <stdlib.h>

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
check_map(struct linter *l, const struct strict_kind *kind, const struct strict_slot *slot)
{
	const struct cast *map = last_map(slot);

	for (size_t i = 0; map && i < map->n; i++) {
		struct fact to = map->entries[i].to;
		struct yang_text text;

		arena_reset(&l->arena);
		if (to.type == FACT_NULL || (to.type == FACT_TEXT && to.text.n == 0) || yang_take(slot->type, &to, &l->arena, &text))
			continue;
		reader_fault(&l->reader, kind->node, "%.*s: the map %.*s makes \"%.*s\" of \"%.*s\", and %.*s takes %.*s", READER_TEXT(slot->written),
		    READER_TEXT(map->name), READER_TEXT(to.text), READER_TEXT(map->entries[i].from), READER_TEXT(slot->path), READER_TEXT(slot->type->spelling));
	}
}

/* What stands where the line does not say must be taken, too. */
static void
check_otherwise(struct linter *l, const struct strict_kind *kind, const struct strict_slot *slot)
{
	struct fact f = { .type = FACT_TEXT, .text = slot->npieces == 1 ? slot->pieces[0].otherwise : SPAN_NONE };
	struct yang_text text;

	arena_reset(&l->arena);
	if (f.text.n > 0 && !yang_take(slot->type, &f, &l->arena, &text))
		reader_fault(&l->reader, kind->node, "%.*s: %.*s does not take \"%.*s\": it takes %.*s", READER_TEXT(slot->written), READER_TEXT(slot->path),
		    READER_TEXT(f.text), READER_TEXT(slot->type->spelling));
}

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

static void
check_kind(struct linter *l, const struct strict_kind *kind)
{
	l->reader.doc = kind->doc;
	l->counts.kinds++;
	for (size_t i = 0; i < kind->tree->nslots; i++) {
		l->counts.paths++;
		if (kind->slots[i].deprecated)
			reader_warn(&l->reader, kind->node, "%.*s is deprecated in the models", READER_TEXT(kind->slots[i].path));
		check_map(l, kind, &kind->slots[i]);
		check_otherwise(l, kind, &kind->slots[i]);
	}
	if (!has_message(l, kind)) {
		reader_warn(&l->reader, kind->node, "no message of any system is %.*s", READER_TEXT(kind->name));
		return;
	}
	for (size_t i = 0; i < kind->nfacts; i++)
		if (kind->facts[i].envelope == STRICT_OF_MESSAGE && is_needed(kind, i) && !gives(l, kind, i))
			reader_warn(&l->reader, kind->node, "no message of %.*s gives \"%.*s\"", READER_TEXT(kind->name), READER_TEXT(kind->facts[i].name));
}

/* ---- messages ---- */

/* Can the slot ever have a text for this message? */
static bool
can_be_known(const struct strict_answers *answers, const struct strict_slot *slot)
{
	for (size_t i = 0; i < slot->npieces; i++) {
		const struct strict_piece *piece = &slot->pieces[i];

		if (piece->fact >= 0 && !piece->otherwise.p && answers->kind->facts[piece->fact].envelope == STRICT_OF_MESSAGE &&
		    answers->values[piece->fact] == STRICT_NO_VALUE)
			return false;
	}
	return true;
}

/* Is there always nothing left but the fallback? */
static bool
always_falls_back(const struct strict_answers *answers)
{
	const struct strict_kind *kind = answers->kind;
	struct yang_text texts[YANG_TREE_MAX_SLOTS];

	for (size_t i = 0; i < kind->tree->nslots; i++)
		texts[i].text = can_be_known(answers, &kind->slots[i]) ? SPAN_LIT("x") : SPAN_NONE;
	return yang_tree_present(kind->tree, texts) == 0;
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
