/* What became of the facts of an event on the way into the models, told for a person. */
#include "parsers/profile/strict_part.h"

void
strict_tell_refused(const struct filling *f, const struct strict_slot *slot, const struct fact *fact)
{
	struct profile_story *story = f->story;
	bool spelled = fact->type == FACT_TEXT || fact->text.p;

	if (story->nrefused == PROFILE_STORY_ITEMS)
		return;
	story->refused[story->nrefused].path = slot->path;
	story->refused[story->nrefused].type = slot->type->spelling;
	story->refused[story->nrefused++].value = spelled ? fact->text : arena_printf(f->arena, "%lld", (long long)fact->num);
}

/* The names from the root to this node, without modules. */
static struct span
node_path(const struct yang_tree *tree, int node, struct arena *arena)
{
	struct span path = SPAN_LIT("");

	for (; node >= 0; node = tree->nodes[node].parent) {
		struct span name = tree->nodes[node].name;
		const char *colon = memchr(name.p, ':', name.n);

		if (colon)
			name = span_between(colon + 1, name.p + name.n);
		path = arena_printf(arena, "/%.*s%.*s", (int)name.n, name.p, (int)path.n, path.p ? path.p : "");
	}
	return path;
}

/* Which fact the slot has none of, and why; an absent fact: it has all, and was refused. */
static struct span
missing_fact(const struct filling *f, const struct strict_slot *slot, enum profile_gap *why)
{
	*why = PROFILE_REFUSED;
	for (size_t i = 0; i < slot->npieces; i++) {
		struct strict_piece piece = slot->pieces[i];
		struct fact room;

		if (piece.fact < 0 || strict_piece_fact(f, f->kind, &piece, &room)->type != FACT_NULL)
			continue;
		piece.ncasts = 0;
		*why = strict_piece_fact(f, f->kind, &piece, &room)->type != FACT_NULL ? PROFILE_CAST_AWAY : PROFILE_NOT_SAID;
		if (!piece.envelope && (!f->answers || f->answers->values[piece.fact] == STRICT_NO_VALUE))
			*why = PROFILE_NOT_GIVEN;
		return f->kind->facts[piece.fact].name;
	}
	return SPAN_NONE;
}

void
strict_tell_gaps(const struct filling *f, uint64_t known)
{
	const struct yang_tree *tree = f->kind->tree;
	struct profile_story *story = f->story;

	for (size_t i = 0; i < tree->n; i++)
		for (unsigned k = 0; k < tree->nodes[i].nkeys && story->ngaps < PROFILE_STORY_ITEMS; k++) {
			const struct strict_slot *slot = &f->kind->slots[tree->nodes[i].key_slots[k]];

			if (known >> tree->nodes[i].key_slots[k] & 1)
				continue;
			story->gaps[story->ngaps].list = node_path(tree, (int)i, f->arena);
			story->gaps[story->ngaps].key = tree->nodes[i].key_names[k];
			story->gaps[story->ngaps].written = slot->written;
			story->gaps[story->ngaps].fact = missing_fact(f, slot, &story->gaps[story->ngaps].why);
			story->ngaps++;
		}
}

void
strict_tell_kind(const struct filling *f, const struct profile_message *message)
{
	const struct strict_kind *kind = f->kind;

	*f->story = (struct profile_story){ .fallback = kind ? SPAN_NONE : SPAN_LIT("message") };
	if (!kind)
		return;
	f->story->kind = kind->name;
	f->story->place = yaml_place(kind->doc, kind->node);
	f->story->own = yaml_get(message->node, "openconfig") != NULL;
}
